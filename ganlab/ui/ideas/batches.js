// Batch normalisation of one unit: a batch's mean and variance, what comes of a number with them, and how far that
// depends on the others in the batch.

import { choose, uniform } from "./random.js";

/** @typedef {{ mean: number, variance: number }} Moments */
/** @typedef {{ gamma: number, beta: number }} Learnt */
/**
 * What a unit gives for every image: `places` numbers for each.
 * @typedef {{ values: Float32Array, places: number, images: number }} Unit
 */

/**
 * Of all numbers of the images of a batch; the variance is divided by their count.
 * @param {Unit} unit
 * @param {number[]} batch
 * @returns {Moments}
 */
export function moments({ values, places }, batch) {
  const count = batch.length * places;
  let [sum, squares] = [0, 0];
  for (const image of batch) for (let i = image * places; i < (image + 1) * places; i++) sum += values[i];
  const mean = sum / count;
  for (const image of batch)
    for (let i = image * places; i < (image + 1) * places; i++) squares += (values[i] - mean) ** 2;
  return { mean, variance: squares / count };
}

/**
 * @param {number} value
 * @param {Moments} moments
 * @param {Learnt} learnt
 * @param {number} epsilon
 */
export const normalise = (value, { mean, variance }, { gamma, beta }, epsilon) =>
  (gamma * (value - mean)) / Math.sqrt(variance + epsilon) + beta;

/**
 * The images of a batch: one that is in all of them, and others.
 * @param {number} images that there are
 * @param {number} size
 * @param {number} followed
 * @param {number} seed
 */
export function batchOf(images, size, followed, seed) {
  const others = choose(images - 1, size - 1, uniform(seed));
  return [followed, ...others.map((image) => (image < followed ? image : image + 1))];
}

/**
 * The moments of so many batches of a size that an image is in.
 * @param {Unit} unit
 * @param {number} size
 * @param {number} followed
 * @param {number} count
 */
export const manyMoments = (unit, size, followed, count) =>
  Array.from({ length: count }, (_, i) => moments(unit, batchOf(unit.images, size, followed, 1000 + i)));

/**
 * The places between which nine of ten numbers lie.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function nineOfTen(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.05), at(0.95)];
}

/**
 * How many numbers fall into each of so many equal parts between two ends, as shares of all.
 * @param {Iterable<number>} values
 * @param {number} low
 * @param {number} high
 * @param {number} parts
 */
export function histogram(values, low, high, parts) {
  const counts = new Float64Array(parts);
  let all = 0;
  for (const value of values) {
    all++;
    const part = Math.floor(((value - low) / (high - low)) * parts);
    if (part >= 0 && part < parts) counts[part]++;
  }
  return counts.map((count) => count / all);
}

/**
 * The image whose number at a place is nearest to one.
 * @param {Unit} unit
 * @param {number} place
 * @param {number} wanted
 */
export function nearest({ values, places, images }, place, wanted) {
  const away = (/** @type {number} */ image) => Math.abs(values[image * places + place] - wanted);
  let best = 0;
  for (let image = 1; image < images; image++) if (away(image) < away(best)) best = image;
  return best;
}

/**
 * About five round numbers between two ends.
 * @param {number} low
 * @param {number} high
 */
export function ticks(low, high) {
  const least = (high - low) / 6;
  const ten = 10 ** Math.floor(Math.log10(least));
  const step = ten * ([1, 2, 5, 10].find((times) => times * ten >= least) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)))
    .map((value) => value + 0) // no minus before 0
    .filter((value) => value > low + 0.03 * (high - low) && value < high - 0.03 * (high - low));
}
