// What a layer does with a picture, and the sum of one cell, in words.

/** @import { Slide } from "./convolutions.js" */

/**
 * A number with a decimal or two, where it has any.
 * @param {number} value
 */
export const shortNumber = (value) => String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1))).replace("-", "−");

/**
 * @param {number | null} value of the picture; null in the padding
 * @param {number} weight
 */
export function termOf(value, weight) {
  const by = String(Number(weight.toFixed(4))).replace("-", "−");
  return `${value === null ? "0" : shortNumber(value)} × ${weight < 0 ? `(${by})` : by}`;
}

/**
 * @param {number} row
 * @param {number} column
 * @param {number} sum
 */
export const cellWords = (row, column, sum) =>
  `Row ${row + 1}, column ${column + 1} is ${shortNumber(sum)}, the sum of`;

/** @param {Slide} slide */
export function aboutLayer({ transposed, stride, same, dilation }) {
  const on = stride === 1 ? "cell by cell" : "two cells at a time";
  const apart = dilation === 2 ? " Its numbers lie two cells apart, so it sees further." : "";
  if (!transposed) {
    const around = same ? " Zeros around the picture keep its edge from being lost." : "";
    return `The kernel slides over the picture ${on}, and each place gives one number.${around}${apart}`;
  }
  const uneven =
    stride === 2 && dilation === 1 ? " One, two or four stamps meet on a cell, which can leave a chessboard." : "";
  const stamps = `Each cell stamps the kernel onto what comes out, times its ink. Stamps go on ${on} and add up.`;
  return stamps + uneven + apart;
}
