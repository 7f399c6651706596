// What the live view computes: numbers in words, smoothing, and the ranges of axes.

import { count } from "../shared/count.js";

/**
 * Values over the images held out: those of each name in a row, at these iterations.
 * @typedef {{ at: Int32Array, names: string[], values: Float32Array }} Validated
 */

export const FEWEST_SHOWN = 10; // iterations of a curve that is seen as closely as can be

/** @param {number} number of iterations */
export const after = (number) => `after ${count(number)} iteration${number === 1 ? "" : "s"}`;

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

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

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
 * The top of curves that fall steeply at first: what lies before the first twentieth may be cut off.
 * @param {Values[]} curves
 * @param {number} from the first iteration that is shown
 * @param {number} high
 */
export function settled(curves, from, high) {
  const skipped = from <= 1 ? Math.floor(curves[0].length / 20) : 0;
  const top = Math.max(...curves.flatMap((values) => values.slice(skipped).filter((value) => value !== null)));
  return Number.isFinite(top) ? Math.min(high, top) : high;
}

/**
 * Half of the iterations shown, about the one looked at; with `factor` 2 twice as many. Null are all of them.
 * @param {number} factor
 * @param {Ends | null} shown
 * @param {number} done iterations
 * @param {number | null} at
 * @returns {Ends | null}
 */
export function zoomed(factor, shown, done, at) {
  const [first, last] = shown ?? [1, done];
  const length = Math.max(FEWEST_SHOWN, Math.round((last - first) * factor));
  if (length >= done - 1) return null;
  const middle = shown && factor > 1 ? (first + last) / 2 : Math.min(last, Math.max(first, at ?? last));
  const from = Math.round(Math.min(done - length, Math.max(1, middle - length / 2)));
  return [from, from + length];
}

/**
 * The last value over the images held out, at an iteration or before it; null where there is none.
 * @param {Validated | undefined} validated
 * @param {string} name
 * @param {number} iteration
 */
export function validatedAt(validated, name, iteration) {
  if (!validated) return null;
  const { at, names, values } = validated;
  const row = names.indexOf(name);
  const before = at.findLastIndex((end) => end <= iteration);
  const value = row < 0 || before < 0 ? NaN : values[row * at.length + before];
  return Number.isFinite(value) ? value : null;
}

/**
 * Which iterations the sheet of first images shows, of those that are done.
 * @param {"all" | "hundred" | Ends} wanted
 * @param {number} done
 * @returns {Ends}
 */
export function sheetRange(wanted, done) {
  if (typeof wanted !== "string") return [Math.min(wanted[0], done), Math.min(wanted[1], done)];
  return [wanted === "all" ? 1 : Math.max(1, done - 99), done];
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
