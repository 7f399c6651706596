import assert from "node:assert/strict";
import { test } from "node:test";
import { count } from "../../ganlab/ui/shared/count.js";
import * as curves from "../../ganlab/ui/shared/curve_numbers.js";
import { iterationsOf, valueText } from "../../ganlab/ui/shared/values.js";
import { LiveCharts } from "../../ganlab/ui/train/live_charts.js";
import * as numbers from "../../ganlab/ui/train/live_numbers.js";

/**
 * @param {ArrayLike<number | null>} got
 * @param {number[]} wanted
 */
function near(got, wanted, within = 1e-9) {
  assert.equal(got.length, wanted.length);
  wanted.forEach((value, i) => {
    assert.ok(Math.abs((got[i] ?? NaN) - value) <= within, `${got[i]} is not ${value}`);
  });
}

test("numbers of things, speeds and times are written with as many digits as they deserve", () => {
  assert.deepEqual([1, 1234.4].map(count), ["1", "1,234"]);
  assert.deepEqual([1, 2000].map(numbers.after), ["after 1 iteration", "after 2,000 iterations"]);
  assert.deepEqual([1.234, 12.34, 1234].map(curves.rate), ["1.23", "12.3", "1,234"]);
  const times = [0, 0.2, 59.4, 59.6, 61, 3600, 7384];
  const words = ["0 s", "under 1 s", "59 s", "1 min 0 s", "1 min 1 s", "1 h 0 min", "2 h 3 min"];
  assert.deepEqual(times.map(curves.span), words);
  assert.deepEqual([NaN, Infinity].map(curves.span), ["–", "–"]);
});

test("smoothing has no bias at its beginning, and a gap neither stops nor pulls it", () => {
  near(curves.smoothed([3, 3, 3], 0.9), [3, 3, 3]);
  near(curves.smoothed([1, 3], 0.5), [1, 7 / 3]);
  assert.deepEqual(curves.smoothed([null, 2, null, 2], 0.6), [null, 2, null, 2]);
  assert.deepEqual(curves.smoothed([1, 5, 2], 0), [1, 5, 2]);
  assert.equal(numbers.mean([1, 2, 6]), 3);
});

test("axes have room beside the values, and none below zero", () => {
  near(curves.yRange(0, 1), [0, 1.06]);
  near(curves.yRange(-1, 1), [-1.12, 1.12]);
  near(curves.yRange(2, 2), [1.9, 2.1]);
  near(curves.yRange(null, null), [0, 1]);
});

test("the nearest point is found in sorted ones", () => {
  const at = (/** @type {number} */ value) => curves.nearest([10, 20, 30], value);
  assert.deepEqual([1, 10, 11, 20, 30, 99].map(at), [0, 0, 1, 1, 2, 2]);
});

test("a steep beginning is cut off, unless the view begins later", () => {
  const falling = [...Array(5).fill(100), ...Array(95).fill(1)];
  assert.equal(numbers.settled([falling], 1, 100), 1);
  assert.equal(numbers.settled([falling], 2, 100), 100);
  assert.equal(numbers.settled([Array(100).fill(null)], 1, 7), 7);
});

test("zooming halves and doubles what is shown, inside the run and about the iteration looked at", () => {
  assert.deepEqual(numbers.zoomed(0.5, null, 1000, null), [500, 1000]);
  assert.deepEqual(numbers.zoomed(0.5, null, 1000, 100), [1, 501]);
  assert.deepEqual(numbers.zoomed(0.5, [200, 400], 1000, 300), [250, 350]);
  assert.deepEqual(numbers.zoomed(2, [200, 400], 1000, 390), [100, 500]);
  assert.equal(numbers.zoomed(2, [100, 900], 1000, null), null);
  assert.deepEqual(numbers.zoomed(0.5, [200, 210], 1000, 205), [200, 210]); // it goes no closer
});

test("before anything is done there is nothing to zoom into", () => {
  const asked = /** @type {(Ends | null)[]} */ ([]);
  const view = { head: null, window: null, at: null, zoom: (/** @type {Ends | null} */ to) => asked.push(to) };
  LiveCharts.prototype.zoomBy.call(/** @type {any} */ (view), 0.5);
  assert.deepEqual(asked, [null]);
  assert.equal(numbers.zoomed(0.5, null, 0, null), null);
  assert.equal(numbers.zoomed(2, null, 5, null), null);
});

test("the value over images held out is the last one until then", () => {
  const at = Int32Array.of(10, 20);
  const validated = { at, names: ["loss", "kl"], values: Float32Array.of(5, 4, NaN, 2) };
  const values = [9, 10, 19, 25].map((iteration) => numbers.validatedAt(validated, "loss", iteration));
  assert.deepEqual(values, [null, 5, 5, 4]);
  assert.equal(numbers.validatedAt(validated, "kl", 10), null); // it is not a number
  assert.equal(numbers.validatedAt(validated, "accuracy", 10), null);
  assert.equal(numbers.validatedAt(undefined, "loss", 10), null);
});

test("the sheet shows all, the last hundred, or what was asked for of what is done", () => {
  assert.deepEqual(numbers.sheetRange("all", 250), [1, 250]);
  assert.deepEqual(numbers.sheetRange("hundred", 250), [151, 250]);
  assert.deepEqual(numbers.sheetRange("hundred", 30), [1, 30]);
  assert.deepEqual(numbers.sheetRange([20, 400], 250), [20, 250]);
});

test("rows of a frame are told apart by name, and have no NaN", () => {
  const rows = curves.rowsByName(["a", "b"], Float32Array.of(1, NaN, 3, 4), 2);
  assert.deepEqual(rows, { a: [1, null], b: [3, 4] });
});

test("a probability is never written as 0 or 1 unless it is", () => {
  assert.deepEqual(
    [0, 0.0001, 0.5, 0.9999, 1].map((value) => valueText(value, true)),
    ["0.000", "<0.001", "0.500", ">0.999", "1.000"],
  );
  assert.deepEqual([valueText(0.0001), valueText(null), valueText(12.3456)], ["0.000", "–", "12.346"]);
});

test("a point says of which iterations it is the mean", () => {
  assert.equal(iterationsOf([10, 2000], 0, 1), "Numbers: mean of iterations 1 to 10");
  assert.equal(iterationsOf([10, 2000], 1, 1, true), "Numbers: mean of iterations 11 to 2,000, not smoothed");
  assert.equal(iterationsOf([5, 6], 1, 5), "Numbers: iteration 6");
  assert.equal(iterationsOf([], 0, 1), "");
});
