// What a normalised batch says, in sentences with its numbers.

/** @import { Learnt, Moments } from "./batches.js" */

/**
 * A number with three digits that count, as a text to read.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size < 5e-5 ? 2 : 4;
  return value
    .toFixed(places)
    .replace("-", "−")
    .replace(/^−(0(\.0+)?)$/, "$1");
}

/**
 * The formula with the numbers of one value in it.
 * @param {number} value
 * @param {Moments} moments
 * @param {Learnt} learnt
 * @param {number} epsilon
 * @param {number} result
 */
export const formula = (value, { mean, variance }, { gamma, beta }, epsilon, result) =>
  "gamma × (number − mean) / √(variance + epsilon) + beta = " +
  `${short(gamma)} × (${short(value)} − ${bracketed(mean)}) / √(${short(variance)} + ${epsilon}) + ` +
  `${bracketed(beta)} = ${short(result)}`;

const bracketed = (/** @type {number} */ value) => (value < 0 ? `(${short(value)})` : short(value));

/**
 * @typedef {object} Found
 * @property {boolean} training
 * @property {number} size images of the batch
 * @property {number} places numbers of each image
 * @property {number[]} pair what comes out of a batch of two single numbers, else empty
 * @property {[number, number]} range where the followed number comes out
 * @property {number} result of the followed number
 */

/** @param {Found} found */
export function batchWords({ training, size, places, pair, range, result }) {
  if (!training)
    return (
      `The followed number always comes out as ${short(result)}, whatever else is in the batch: the moving averages ` +
      "were gathered while the network learned, and stay as they are. So a model draws the same image alone or among others."
    );
  const [low, high] = range.map(short);
  const depends =
    low === high
      ? `The followed number comes out as ${low} in all batches of ${size}.`
      : `In other batches of ${size} the followed number comes out from ${low} to ${high}: its companions have a say in it.`;
  if (!pair.length)
    return places > 1 && size === 2
      ? `Even two images have ${2 * places} numbers here, ${places} each, so there is a spread to measure. ${depends}`
      : depends;
  const [first, second] = [...pair].sort((a, b) => b - a).map(short);
  return (
    `Of two numbers, one lies as far above their mean as the other below it: they come out as ${first} and ${second}. ` +
    "Wherever they differ by much more than the small number under the root (epsilon) allows for, that is nearly 1 and " +
    `−1: all that is left is which one was larger. ${depends}`
  );
}

/**
 * @param {string} name of the model
 * @param {number} places
 */
export const aboutUnit = (name, places) =>
  places > 1
    ? `A unit of this layer of ${name} is a map of ${places} places. All of them, in all images of a batch, share one ` +
      "mean and one variance, and one gamma and beta."
    : `A unit of this layer of ${name} gives one number for each image. Its mean and variance are those over the ` +
      "images of a batch.";
