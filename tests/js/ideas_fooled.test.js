import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accuracy,
  bestPReal,
  cheapest,
  IMAGES,
  outcomes,
  precision,
  recall,
  totalCost,
} from "../../ganlab/ui/ideas/thresholds.js";

const near = (/** @type {number} */ got, /** @type {number} */ wanted, within = 1e-6) =>
  assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted}`);

test("scores that tell nothing leave half of all images right", () => {
  for (const threshold of [-2, 0, 1.5]) near(accuracy(outcomes(0, threshold)), 0.5);
  near(bestPReal(0, 1.3), 0.5);
});

test("every image is counted once, and both errors are alike in the middle", () => {
  const found = outcomes(2, 0.4);
  near(found.realKept + found.missed, IMAGES);
  near(found.fooled + found.caught, IMAGES);
  const even = outcomes(2, 0);
  near(even.missed, even.fooled);
  near(accuracy(even), 0.8413447);
  near(precision(even), recall(even));
});

test("a higher threshold is fooled less and misses more", () => {
  const [low, high] = [outcomes(2, -1), outcomes(2, 1)];
  assert.ok(high.fooled < low.fooled && high.missed > low.missed);
  assert.ok(precision(high) > precision(low) && recall(high) < recall(low));
});

test("no threshold is cheaper than the cheapest, where P(real) is the share of the costs", () => {
  for (const [distance, costs] of /** @type {const} */ ([
    [2, { fooled: 5, missed: 1 }],
    [1, { fooled: 1, missed: 3 }],
    [3, { fooled: 2, missed: 2 }],
  ])) {
    const best = cheapest(distance, costs);
    const least = totalCost(outcomes(distance, best), costs);
    for (let threshold = -6; threshold <= 6; threshold += 0.05)
      assert.ok(totalCost(outcomes(distance, threshold), costs) >= least - 1e-3);
    near(bestPReal(distance, best), costs.fooled / (costs.fooled + costs.missed));
  }
  assert.equal(cheapest(0, { fooled: 2, missed: 1 }), Infinity);
  assert.equal(cheapest(0, { fooled: 1, missed: 2 }), -Infinity);
  assert.equal(cheapest(0, { fooled: 1, missed: 1 }), 0);
});
