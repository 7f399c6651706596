import assert from "node:assert/strict";
import { test } from "node:test";
import { countReadings, shareRead } from "../../ganlab/ui/shared/confusion.js";
import { isDark } from "../../ganlab/ui/shared/dark.js";
import { GAP, imageAt, paint, SIDE } from "../../ganlab/ui/shared/paint.js";
import { caption } from "../../ganlab/ui/shared/sample_grids.js";
import { fileName } from "../../ganlab/ui/shared/saving.js";
import { unpack } from "../../ganlab/ui/shared/unpack.js";

test("a frame is unpacked wherever it lies in memory", () => {
  // That Python packs like this is tested in test_javascript.py.
  const head = JSON.stringify({ run: "a", arrays: { x: ["f4", 0, 2], y: ["u1", 8, 3], z: ["u2", 12, 1] } });
  const padded = head.padEnd(Math.ceil(head.length / 4) * 4);
  const bytes = new Uint8Array(4 + padded.length + 16);
  new DataView(bytes.buffer).setUint32(0, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 4);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 4 + padded.length);
  bytes.set([7, 8, 9, 0, 1, 2], 4 + padded.length + 8);
  for (const shift of [0, 1, 2, 3]) {
    const whole = new Uint8Array(bytes.length + shift);
    whole.set(bytes, shift);
    const [unpacked, arrays] = unpack(whole.subarray(shift));
    assert.equal(/** @type {FrameHead} */ (unpacked).run, "a");
    assert.deepEqual(arrays, { x: Float32Array.of(1.5, -2), y: Uint8Array.of(7, 8, 9), z: Uint16Array.of(0x0201) });
  }
});

/** A canvas that remembers what was put on it. */
function fakeCanvas() {
  const put = /** @type {{ data: Uint8ClampedArray, width: number }[]} */ ([]);
  const context = {
    createImageData: (/** @type {number} */ width, /** @type {number} */ height) => ({
      data: new Uint8ClampedArray(4 * width * height),
      width,
    }),
    putImageData: (/** @type {any} */ page) => put.push(page),
  };
  return { canvas: /** @type {any} */ ({ width: 0, height: 0, getContext: () => context }), put };
}

test("images are painted in rows with gaps between them, on one page that is kept", () => {
  const { canvas, put } = fakeCanvas();
  const images = new Uint8Array(3 * SIDE ** 2).fill(200);
  images.fill(90, 2 * SIDE ** 2);
  paint(canvas, images, 2);
  const cell = SIDE + GAP;
  assert.deepEqual([canvas.width, canvas.height], [2 * cell + GAP, 2 * cell + GAP]);
  const grey = (/** @type {number} */ x, /** @type {number} */ y) => put[0].data[4 * (y * put[0].width + x)];
  assert.deepEqual([grey(GAP, GAP), grey(GAP + cell, GAP), grey(GAP, GAP + cell)], [200, 200, 90]);
  assert.deepEqual([grey(0, 0), grey(GAP + cell, GAP + cell)], [0x18, 0x18]); // the ground
  paint(canvas, images, 2);
  assert.equal(put[0], put[1]);
  paint(canvas, images, 3);
  assert.notEqual(put[1], put[2]);
});

test("the image under a click is found, at any size on the screen", () => {
  const canvas = { width: 10 * (SIDE + GAP) + GAP, clientWidth: 604 }; // twice as large
  const at = (/** @type {number} */ offsetX, /** @type {number} */ offsetY) => imageAt({ offsetX, offsetY }, canvas);
  assert.deepEqual([at(10, 10), at(70, 10), at(10, 70), at(590, 130)], [0, 1, 10, 29]);
});

test("a click on the right edge, beyond the last image, hits none of the next row", () => {
  const canvas = { width: 10 * (SIDE + GAP) + GAP, clientWidth: 302 };
  assert.deepEqual(
    [299, 300, 301].map((offsetX) => imageAt({ offsetX, offsetY: 5 }, canvas)),
    [9, -1, -1],
  );
});

test("readings are counted by class, without those of other classes", () => {
  const counts = countReadings([3, 3, 5, 12, 4], [3, 8, 5, 1, -1]);
  assert.deepEqual([counts[3][3], counts[3][8], counts[5][5]], [1, 1, 1]);
  assert.equal(
    counts.flat().reduce((sum, n) => sum + n),
    3,
  );
  assert.equal(shareRead(counts), 2 / 3);
  assert.ok(Number.isNaN(shareRead(countReadings([], []))));
});

test("a ground is dark where the text is light, however its colour is written", () => {
  const dark = (/** @type {string} */ color) => {
    globalThis.getComputedStyle = () => /** @type {any} */ ({ color });
    return isDark(/** @type {any} */ (null));
  };
  assert.deepEqual(
    ["rgb(250, 250, 250)", "rgba(49, 51, 63, 0.9)", "color(srgb 0.9 0.9 0.95)", "color(srgb 0.2 0.2 0.2)", ""].map(
      dark,
    ),
    [true, false, true, false, false],
  );
});

test("a saved plot is called after its run and title", () => {
  assert.equal(fileName("run-1", "Distance to real images (FD)"), "run-1-distance-to-real-images-fd-.png");
});

test("samples say after how many iterations they were drawn, and whether they are the last", () => {
  const grid = {
    title: "",
    colour: "",
    dash: "",
    words: "",
    count: 1,
    columns: 1,
    iterations: [1, 2000],
    seconds: [0, 123.4],
  };
  assert.equal(caption(grid, 0, false), "After 1 iteration");
  assert.equal(caption(grid, 1, true), "After 2,000 iterations, 123 s of training: its last samples");
  assert.equal(
    caption({ ...grid, words: "At the end," }, 1, false),
    "At the end, after 2,000 iterations, 123 s of training",
  );
  assert.equal(caption({ ...grid, iterations: [], words: "No samples yet." }, 0, false), "No samples yet.");
});
