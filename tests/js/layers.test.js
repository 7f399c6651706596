import assert from "node:assert/strict";
import { test } from "node:test";
import {
  kernelWords,
  pixelWords,
  rangeOf,
  rangeWords,
  sumWords,
  told,
  unitWords,
} from "../../ganlab/ui/layers/layers_words.js";
import { gridOf, unitAt } from "../../ganlab/ui/layers/maps.js";
import { nextCell, placeOf, sumAt } from "../../ganlab/ui/layers/sliding.js";

/** @param {number} stride @param {number} before @param {number} bias */
const kernel = (stride, before, bias) => ({
  bias,
  activation: "",
  shape: /** @type {[number, number, number]} */ ([2, 2, 1]),
  slices: [0],
  of: 1,
  sliding: { stride, before: /** @type {[number, number]} */ ([before, before]) },
});
const PICTURE = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
const WEIGHTS = Float32Array.from([1, 10, 100, 1000]);

test("a sum is of what lies under the kernel, and of the bias", () => {
  const found = sumAt(PICTURE, [3, 3, 1], WEIGHTS, kernel(1, 0, 0.5), 0, 1);
  assert.deepEqual(found.patch, [2, 3, 5, 6]);
  assert.equal(found.total, 2 + 30 + 500 + 6000 + 0.5);
  assert.deepEqual([found.top, found.left], [0, 1]);
});

test("over the edge it counts as 0, and a stride goes several cells on", () => {
  const corner = sumAt(PICTURE, [3, 3, 1], WEIGHTS, kernel(1, 1, 0), 0, 0);
  assert.deepEqual([corner.patch, corner.total, corner.top], [[0, 0, 0, 1], 1000, -1]);
  const far = sumAt(PICTURE, [3, 3, 1], WEIGHTS, kernel(2, 0, 0), 1, 1);
  assert.deepEqual([far.patch, far.total], [[9, 0, 0, 0], 9]);
});

test("all channels are summed, and the first is shown", () => {
  const both = Float32Array.from([...PICTURE].flatMap((value) => [value, 1]));
  const weights = Float32Array.from([...WEIGHTS, 2, 2, 2, 2]);
  const found = sumAt(both, [3, 3, 2], weights, { ...kernel(1, 0, 0), shape: [2, 2, 2] }, 0, 0);
  assert.deepEqual(found.patch, [1, 2, 4, 5]);
  assert.equal(found.total, 1 + 20 + 400 + 5000 + 8);
});

test("arrow keys stay within the grid", () => {
  assert.equal(nextCell(5, 4, 10, "ArrowUp"), 1);
  assert.equal(nextCell(1, 4, 10, "ArrowUp"), 1);
  assert.equal(nextCell(7, 4, 10, "ArrowDown"), 7);
  assert.equal(nextCell(3, 4, 10, "ArrowRight"), 3);
  assert.equal(nextCell(4, 4, 10, "ArrowLeft"), 4);
  assert.equal(nextCell(9, 4, 10, "ArrowRight"), 9);
  assert.equal(nextCell(4, 4, 10, "Enter"), 4);
});

test("the place of a patch is that of layers.covered", () => {
  assert.equal(placeOf(1, 1, 7, 28), 23);
  assert.equal(placeOf(21, 21, 7, 28), 22 * 22 - 1);
});

test("units lie on the canvas in rows, and are found again", () => {
  for (const [count, maps, width] of /** @type {const} */ ([
    [32, true, 600],
    [300, true, 388],
    [10, false, 600],
    [512, false, 388],
    [1, true, 300],
  ])) {
    const grid = gridOf(count, maps, width);
    assert.ok(grid.gap + grid.columns * (grid.wide + grid.gap) <= width && grid.columns * grid.rows >= count);
    for (let unit = 0; unit < count; unit += 7) {
      const x = grid.gap + (unit % grid.columns) * (grid.wide + grid.gap) + grid.wide / 2;
      const y = grid.gap + Math.floor(unit / grid.columns) * (grid.high + grid.gap) + grid.high / 2;
      assert.equal(unitAt(grid, count, x, y), unit);
    }
    assert.equal(unitAt(grid, count, width + 90, 5), -1);
    assert.equal(unitAt(grid, count, 5, (grid.rows + 1) * (grid.high + grid.gap)), -1);
  }
});

test("numbers have as many decimals as say something", () => {
  assert.deepEqual([123.4, 12.34, 1.234, 0.1234, 0.01234, 0, -0.00001, -3.2].map(told), [
    "123",
    "12.3",
    "1.23",
    "0.12",
    "0.012",
    "0.00",
    "0.000",
    "−3.20",
  ]);
});

test("ranges, units, sums and kernels in words", () => {
  assert.deepEqual(rangeOf(Float32Array.from([3, -1, 2])), [-1, 3]);
  const head = /** @type {any} */ ({ overall: [-2, 4], inputs: "100 test images" });
  const words = "For this input its numbers go from −1.00 to 3.00";
  assert.equal(rangeWords(head, [-1, 3]), `${words}; for 100 test images, from −2.00 to 4.00.`);
  assert.equal(rangeWords(/** @type {any} */ ({ overall: null }), [-1, 3]), `${words}.`);
  assert.equal(unitWords(true, [0, 0]), "It gives 0 for this input.");
  assert.equal(unitWords(false, [2, 2]), "It gives 2.00.");
  assert.equal(pixelWords(0, 4, 1), "Row 1, column 5: 1.00");
  assert.equal(
    sumWords(9, { bias: 0.5, activation: "GELU" }, 1.5, 1.4),
    "The 9 products add up to 1.00; with the bias 0.50 that is 1.50. GELU makes 1.40 of it.",
  );
  assert.equal(
    sumWords(9, { bias: 0, activation: "" }, 1.5, 1.5),
    "The 9 products add up to 1.50, the number on the map.",
  );
  const dense = { bias: 1, activation: "ReLU", shape: [1, 96, 1], slices: [0], of: 1 };
  assert.equal(kernelWords(/** @type {any} */ (dense)), "96 weights; bias 1.00; then ReLU.");
  const deep = { bias: 0, activation: "", shape: [3, 3, 16], slices: [], of: 64 };
  assert.ok(kernelWords(/** @type {any} */ (deep)).startsWith("16 slices of 3 × 3, the 16 of 64 that weigh most"));
});
