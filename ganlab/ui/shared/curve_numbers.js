// What views of a run compute: numbers in words, smoothing, the ranges of axes, and the rows of a frame.

import { count } from "./count.js";

/**
 * A speed with as many decimals as its size deserves, so that it does not jump about.
 * @param {number} speed
 */
export const rate = (speed) => (speed < 10 ? speed.toFixed(2) : speed < 100 ? speed.toFixed(1) : count(speed));

/**
 * A time in words; a dash where it is not known.
 * @param {number} seconds
 */
export function span(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return whole || !seconds ? `${whole} s` : "under 1 s";
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Exponential average over the finite values, without the bias of its beginning.
 * @param {Values} values
 * @param {number} strength from 0, which leaves them as they are, to just below 1
 */
export function smoothed(values, strength) {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = strength * sum + (1 - strength) * value;
    weight = strength * weight + (1 - strength);
    return sum / weight;
  });
}

/**
 * Of an axis whose lowest and highest value are known, if there are any.
 * @param {number | null | undefined} low
 * @param {number | null | undefined} high
 * @returns {Ends}
 */
export function yRange(low, high) {
  if (low == null || high == null) return [0, 1];
  const room = (high - low) * 0.06 || 0.1;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/**
 * The place of the first number that is not below a value, or of the last.
 * @param {number[]} sorted
 * @param {number} value
 */
export function nearest(sorted, value) {
  const place = sorted.findIndex((number) => number >= value);
  return place < 0 ? sorted.length - 1 : place;
}

/**
 * The rows of a frame by the names of its columns, with null where there is no value.
 * @param {string[]} names
 * @param {Float32Array} values
 * @param {number} n of them in each row
 */
export function rowsByName(names, values, n) {
  const rows = names.map((_, row) => Array.from(values.subarray(row * n, (row + 1) * n)));
  return Object.fromEntries(rows.map((row, i) => [names[i], row.map((value) => (Number.isNaN(value) ? null : value))]));
}
