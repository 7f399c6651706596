// What only the live view of images computes: what is shown of curves and of first images.

import { count } from "../shared/count.js";

/**
 * Values over the images held out: those of each name in a row, at these iterations.
 * @typedef {{ at: Int32Array, names: string[], values: Float32Array }} Validated
 */

export const FEWEST_SHOWN = 10; // iterations of a curve that is seen as closely as can be

/** @param {number} number of iterations */
export const after = (number) => `after ${count(number)} iteration${number === 1 ? "" : "s"}`;

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

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
