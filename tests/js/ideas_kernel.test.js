import assert from "node:assert/strict";
import { test } from "node:test";
import { DIGIT, KERNELS, parameters, shape, slide, taps } from "../../ganlab/ui/ideas/convolutions.js";

const how = (transposed = false, stride = 1, same = false, dilation = 1) => ({ transposed, stride, same, dilation });

test("the sizes are those of Keras", () => {
  const sizes = [how(), how(false, 1, true), how(false, 2), how(false, 2, true), how(false, 1, false, 2)];
  assert.deepEqual(
    sizes.map((one) => shape(8, one).out),
    [6, 8, 3, 4, 4],
  );
  const large = [how(true), how(true, 1, true), how(true, 2), how(true, 2, true), how(true, 2, false, 2)];
  assert.deepEqual(
    large.map((one) => shape(8, one).out),
    [10, 8, 17, 16, 19],
  );
});

test("a cell is the sum of the nine that the kernel lies on; padding counts as zero", () => {
  const all = taps(8, how(false, 1, true));
  assert.deepEqual(
    all[9].map(({ from }) => from),
    [0, 1, 2, 8, 9, 10, 16, 17, 18],
  );
  assert.deepEqual(
    all[0].map(({ from }) => from),
    [-1, -1, -1, -1, 0, 1, -1, 8, 9],
  );
  const ones = slide(Array(64).fill(1), KERNELS.ones, all);
  assert.deepEqual([ones[0], ones[1], ones[9]], [4, 6, 9]);
});

test("blur keeps the brightness, and the kernels of edges give 0 where all is alike", () => {
  const even = Array(64).fill(5);
  assert.ok(slide(even, KERNELS.blur, taps(8, how())).every((value) => value === 5));
  for (const name of ["upright", "flat", "outline"])
    assert.ok(slide(even, KERNELS[name], taps(8, how())).every((value) => value === 0));
});

test("a single cell is stamped with the kernel", () => {
  const picture = Array(64).fill(0);
  picture[9] = 2;
  const large = slide(picture, [1, 2, 3, 4, 5, 6, 7, 8, 9], taps(8, how(true, 2)));
  const stamped = [2, 3, 4].map((row) => large.slice(row * 17 + 2, row * 17 + 5));
  assert.deepEqual(stamped, [
    [2, 4, 6],
    [8, 10, 12],
    [14, 16, 18],
  ]);
  assert.equal(
    large.reduce((sum, value) => sum + value, 0),
    90,
  );
});

test("stamps of stride 2 overlap unevenly: 1, 2 or 4 of them on a cell", () => {
  const counts = new Set(taps(8, how(true, 2)).map((cell) => cell.length));
  assert.deepEqual([...counts].sort(), [1, 2, 4]);
});

test("the transposed convolution is the convolution's transpose: (Kx, y) = (x, K'y)", () => {
  const kernel = [0.3, -1, 2, 0.5, 1, -0.7, 0.2, 0.1, -2];
  for (const stride of [1, 2])
    for (const same of [false, true])
      for (const dilation of [1, 2]) {
        const [up, down] = [how(true, stride, same, dilation), how(false, stride, same, dilation)];
        const { out } = shape(8, up);
        assert.equal(shape(out, down).out, 8);
        const x = Array.from({ length: out * out }, (_, i) => Math.sin(3 * i));
        const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
          a.reduce((sum, v, i) => sum + v * b[i], 0);
        const forth = dot(slide(x, kernel, taps(out, down)), DIGIT);
        const back = dot(x, slide(DIGIT, kernel, taps(8, up)));
        assert.ok(Math.abs(forth - back) < 1e-9, `${forth} is not ${back}`);
      }
});

test("ten parameters, or thousands", () => {
  assert.deepEqual(parameters(8, 6), { convolution: 10, dense: 2340 });
});
