import assert from "node:assert/strict";
import { test } from "node:test";
import { batchWords, formula, short } from "../../ganlab/ui/ideas/batch_words.js";
import {
  batchOf,
  histogram,
  manyMoments,
  moments,
  nearest,
  nineOfTen,
  normalise,
  ticks,
} from "../../ganlab/ui/ideas/batches.js";

const near = (/** @type {number} */ got, /** @type {number} */ wanted, within = 1e-6) =>
  assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted}`);
const PLAIN = { gamma: 1, beta: 0 };
const dense = { values: Float32Array.of(0.3, -0.5, 2, 1, -4, 0.25), places: 1, images: 6 };
const maps = { values: Float32Array.of(1, 2, 3, 4, 5, 6), places: 3, images: 2 };

test("a normalised batch has the mean beta and the spread gamma", () => {
  const batch = [0, 1, 2, 4];
  const by = moments(dense, batch);
  const out = batch.map((image) => normalise(dense.values[image], by, { gamma: 2, beta: -1 }, 0));
  const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
  near(mean, -1);
  near(Math.sqrt(out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / out.length), 2);
});

test("of two single numbers one becomes 1 and the other -1, but for epsilon", () => {
  for (const pair of [
    [0, 1],
    [2, 4],
  ]) {
    const by = moments(dense, pair);
    const [a, b] = pair.map((image) => normalise(dense.values[image], by, PLAIN, 0.001));
    near(a, -b);
    assert.ok(Math.abs(a) < 1 && Math.abs(a) > 0.99);
  }
});

test("all places of a map count, so two images have more than two numbers", () => {
  const by = moments(maps, [0, 1]);
  near(by.mean, 3.5);
  near(by.variance, 35 / 12);
});

test("every batch holds the image that is followed, and no image twice", () => {
  for (let seed = 1; seed < 50; seed++) {
    const batch = batchOf(6, 4, 2, seed);
    assert.equal(batch[0], 2);
    assert.equal(new Set(batch).size, 4);
    assert.ok(batch.every((image) => image >= 0 && image < 6));
  }
  assert.notDeepEqual(batchOf(500, 20, 0, 1), batchOf(500, 20, 0, 2));
  assert.deepEqual(batchOf(500, 20, 0, 7), batchOf(500, 20, 0, 7));
});

test("the larger a batch, the less a number's companions have a say in it", () => {
  const values = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i * 12.9898) * 3);
  const unit = { values, places: 1, images: 400 };
  const wide = [2, 8, 64].map((size) => {
    const out = manyMoments(unit, size, 0, 100).map((by) => normalise(0.7, by, PLAIN, 0.001));
    const [low, high] = nineOfTen(out);
    return high - low;
  });
  assert.ok(wide[0] > wide[1] && wide[1] > 2 * wide[2], String(wide));
});

test("what is followed is the image with the nearest number, at a place of its map", () => {
  assert.equal(nearest(dense, 0, 0.9), 3);
  assert.equal(nearest(maps, 2, 2.8), 0);
});

test("ticks are round numbers within their ends", () => {
  assert.deepEqual(ticks(-5, 5), [-4, -2, 0, 2, 4]);
  assert.deepEqual(ticks(-0.88, 0.88), [-0.5, 0, 0.5]);
  assert.deepEqual(ticks(-130.3, 120), [-100, -50, 0, 50, 100]);
});

test("a histogram counts each number once, and leaves out what is beyond its ends", () => {
  assert.deepEqual([...histogram([0, 0.1, 0.9, 1, 7], 0, 1, 2)], [0.4, 0.2]);
});

test("numbers are said with what counts, and the formula comes out as it says", () => {
  assert.deepEqual([1130.2, -25.31, 0.0309, -0.004, 0, 1.5].map(short), [
    "1130",
    "−25.3",
    "0.0309",
    "−0.0040",
    "0.00",
    "1.50",
  ]);
  const by = { mean: -2, variance: 3.999 };
  const result = normalise(4, by, { gamma: 2, beta: -0.5 }, 0.001);
  assert.ok(formula(4, by, { gamma: 2, beta: -0.5 }, 0.001, result).endsWith("+ (−0.50) = 5.50"));
});

test("what is said fits what is seen", () => {
  const found = {
    training: true,
    size: 2,
    places: 1,
    pair: [-0.97, 0.97],
    range: /** @type {[number, number]} */ ([-0.9, 0.98]),
    result: 0.97,
  };
  assert.match(batchWords(found), /come out as 0\.97 and −0\.97\. Wherever/);
  assert.match(batchWords({ ...found, pair: [], places: 196 }), /have 392 numbers here/);
  assert.match(batchWords({ ...found, training: false }), /always comes out as 0\.97/);
});
