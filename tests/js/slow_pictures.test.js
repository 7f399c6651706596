import assert from "node:assert/strict";
import { test } from "node:test";
import { between, share, spanOf, taken } from "../../ganlab/ui/train/slow_pictures.js";

test("scores have the scale that they span, and a threshold between the two kinds", () => {
  assert.deepEqual(spanOf([2, -4, 6]), [-4, 6]);
  assert.deepEqual(
    [spanOf([]), spanOf([3, 3])],
    [
      [-0.5, 0.5],
      [2.5, 3.5],
    ],
  );
  assert.deepEqual(
    [-4, 1, 6, 9].map((score) => share(score, [-4, 6])),
    [0, 0.5, 1, 1],
  );
  assert.equal(between([4, 6], [-2, 0, -4]), 1.5);
  assert.equal(between([], [-2, 0]), -1);
  assert.deepEqual(taken(Float32Array.of(2, 1.5, 1), 1.5), [2, 1]);
});
