// How metrics are written and how high their charts are.

import { count } from "../shared/count.js";

/**
 * A value as ganlab.metrics.metric_catalog writes it: two or three significant digits, a share in percent.
 * @param {number | null | undefined} value
 * @param {boolean} share
 */
export function figure(value, share) {
  if (value == null || !Number.isFinite(value)) return "–";
  return share ? percent(100 * value) : number(value);
}

/** @param {number} value */
function percent(value) {
  if (value.toFixed(1) === "100.0") return "100%";
  if (value >= 1) return `${value.toFixed(1)}%`;
  return value >= 0.005 ? `${+value.toPrecision(2)}%` : "0%";
}

/** @param {number} value */
function number(value) {
  const rounded = +value.toPrecision(3);
  const size = Math.abs(rounded);
  if (size >= 100) return rounded.toLocaleString("en");
  if (size >= 1) return value.toPrecision(3);
  return size >= 0.001 ? value.toPrecision(2) : value ? "about 0" : "0";
}

/**
 * A number at an axis, short enough for its place.
 * @param {number} value
 */
export function tick(value) {
  return Math.abs(value) >= 10_000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(4)}`;
}

/**
 * Of an axis: from 0 up where nothing is below it, so that distances are seen as what they are.
 * @param {number | null | undefined} low
 * @param {number | null | undefined} high
 * @returns {Ends}
 */
export function range(low, high) {
  if (low == null || high == null) return [0, 1];
  const room = 0.08 * (high - Math.min(0, low)) || 0.1;
  return [low < 0 ? low - room : 0, high + room];
}

/**
 * The place of the number that is nearest to a value, of two that are as near the first.
 * @param {number[]} numbers
 * @param {number} value
 */
export function closest(numbers, value) {
  const away = numbers.map((number) => Math.abs(number - value));
  return away.indexOf(Math.min(...away));
}

/**
 * How samples were measured, in sentences; nothing where it is not known, as in a run of an older ganlab.
 * @param {Measuring} measuring
 */
export function howMeasured({ extractor, samples, searched }) {
  if (!samples) return "";
  const seen = extractor
    ? `as the classifier “${extractor}” sees them.`
    : "pixel by pixel, as no classifier knows these images.";
  const near = searched ? `The nearest training image is the nearest of ${count(searched)}. ` : "";
  return (
    `Each value compares ${count(samples)} samples, always drawn from the same random numbers, with ` +
    `${count(samples)} training images, ${seen} ` +
    `For the dashed lines, ${count(samples)} test images stand in for the samples. ${near}` +
    "Compare these values only with values from the same classifier, the same images and the same number of samples."
  );
}
