// The numbers beside a chart's curves, and what they are numbers of.

import { count } from "./count.js";

/**
 * A value with three decimals; of a probability, which may be near 0 or 1 without being either, no more than is so.
 * @param {number | null | undefined} value
 * @param {boolean} [unit] whether it is a probability
 */
export function valueText(value, unit) {
  if (value == null) return "–";
  if (unit && value > 0 && value < 0.001) return "<0.001";
  if (unit && value < 1 && value > 0.999) return ">0.999";
  return value.toFixed(3);
}

/**
 * Which iterations a point of a curve is the mean of.
 * @param {number[]} ends the last iterations of all points
 * @param {number} place
 * @param {number} first the first iteration of all
 * @param {boolean} [smoothing]
 */
export function iterationsOf(ends, place, first, smoothing) {
  const to = ends[place];
  if (!to) return "";
  const from = place ? ends[place - 1] + 1 : first;
  const what =
    from >= to ? `Numbers: iteration ${count(to)}` : `Numbers: mean of iterations ${count(from)} to ${count(to)}`;
  return smoothing ? `${what}, not smoothed` : what;
}
