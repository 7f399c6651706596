// A 3x3 kernel that slides over a square picture, and its counterpart that enlarges one: how many cells come out, and
// which cells that go in each of them is the sum of. As Keras's Conv2D and Conv2DTranspose do it, with one filter.

/**
 * @typedef {object} Slide
 * @property {boolean} transposed
 * @property {number} stride how many cells the kernel goes on at a time
 * @property {boolean} same whether the picture is padded with zeros, so that its size changes by the stride alone
 * @property {number} dilation how far the kernel's numbers are apart
 */
/**
 * What a cell is a sum of: a cell that goes in, or -1 in the padding, times a number of the kernel.
 * @typedef {{ from: number, row: number, column: number, weight: number }} Tap
 */

export const KERNEL = 3; // its side

/**
 * Along one side: how many cells come out of `n`, and how many zeros the larger picture is padded with before and
 * after it.
 * @param {number} n
 * @param {Slide} slide
 */
export function shape(n, { transposed, stride, same, dilation }) {
  const span = (KERNEL - 1) * dilation + 1;
  let out = same ? Math.ceil(n / stride) : Math.floor((n - span) / stride) + 1;
  if (transposed) out = same ? n * stride : (n - 1) * stride + span;
  const [small, large] = transposed ? [n, out] : [out, n];
  const zeros = same ? Math.max(0, (small - 1) * stride + span - large) : 0;
  return { out, before: Math.floor(zeros / 2), after: Math.ceil(zeros / 2) };
}

/**
 * The taps of every cell that comes out of a picture of n x n, row by row.
 * @param {number} n
 * @param {Slide} slide
 */
export function taps(n, slide) {
  const { out, before } = shape(n, slide);
  const { stride, dilation, transposed } = slide;
  const within = (/** @type {number} */ at) => at >= 0 && at < n;
  return Array.from({ length: out * out }, (_, cell) => {
    const [row, column] = [Math.floor(cell / out), cell % out];
    /** @type {Tap[]} */
    const found = [];
    for (let weight = 0; weight < KERNEL ** 2; weight++) {
      const [down, across] = [Math.floor(weight / KERNEL) * dilation, (weight % KERNEL) * dilation];
      const [y, x] = transposed
        ? [(row + before - down) / stride, (column + before - across) / stride]
        : [row * stride - before + down, column * stride - before + across];
      const inside = within(y) && within(x);
      if (transposed && !(inside && Number.isInteger(y) && Number.isInteger(x))) continue; // no stamp reaches it
      found.push({ from: inside ? y * n + x : -1, row: y, column: x, weight });
    }
    return transposed ? found.reverse() : found; // in the order of the picture
  });
}

/**
 * The sums.
 * @param {ArrayLike<number>} picture
 * @param {number[]} kernel
 * @param {Tap[][]} all
 */
export const slide = (picture, kernel, all) =>
  all.map((cell) => cell.reduce((sum, { from, weight }) => (from < 0 ? sum : sum + picture[from] * kernel[weight]), 0));

/**
 * How many numbers are learnt: by the convolution (its kernel and a bias), whatever the size of the picture, and by a
 * dense layer from as many numbers to as many.
 * @param {number} n
 * @param {number} out
 */
export const parameters = (n, out) => ({ convolution: KERNEL ** 2 + 1, dense: n ** 2 * out ** 2 + out ** 2 });

/** The fourteenth of scikit-learn's handwritten digits: 8 x 8 cells with ink from 0 to 16. */
export const DIGIT = [
  [0, 2, 9, 15, 14, 9, 3, 0],
  [0, 4, 13, 8, 9, 16, 8, 0],
  [0, 0, 0, 6, 14, 15, 3, 0],
  [0, 0, 0, 11, 14, 2, 0, 0],
  [0, 0, 0, 2, 15, 11, 0, 0],
  [0, 0, 0, 0, 2, 15, 4, 0],
  [0, 1, 5, 6, 13, 16, 6, 0],
  [0, 2, 12, 12, 13, 11, 0, 0],
].flat();

/** @type {Record<string, number[]>} */
export const KERNELS = {
  upright: [-1, 0, 1, -2, 0, 2, -1, 0, 1], // Sobel's
  flat: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  outline: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  blur: [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  ones: [1, 1, 1, 1, 1, 1, 1, 1, 1],
};
