// A discriminator that gives each image a score, normally distributed with the deviation 1, and takes it for real above
// a threshold: how many images it gets wrong, and where that costs least.

import { cumulative } from "../shared/normal.js";

export const IMAGES = 500; // real ones, and as many generated ones

/**
 * What each kind of error costs: to be fooled by a generated image, and to turn a real one away.
 * @typedef {{ fooled: number, missed: number }} Costs
 */
/**
 * How many images of each kind are taken for real and for generated.
 * @typedef {{ realKept: number, missed: number, fooled: number, caught: number }} Outcomes
 */

/**
 * The outcomes that are expected, as shares of 500 and not in whole images.
 * @param {number} distance of the mean score of real images from that of generated ones, which are around 0
 * @param {number} threshold
 * @returns {Outcomes}
 */
export function outcomes(distance, threshold) {
  const missed = IMAGES * cumulative(threshold - distance / 2);
  const caught = IMAGES * cumulative(threshold + distance / 2);
  return { realKept: IMAGES - missed, missed, fooled: IMAGES - caught, caught };
}

/** @param {Outcomes} found */
export const accuracy = ({ realKept, caught }) => (realKept + caught) / (2 * IMAGES);

/**
 * Of the images that are taken for real, the share that is; NaN where none is.
 * @param {Outcomes} found
 */
export const precision = ({ realKept, fooled }) => realKept / (realKept + fooled);

/**
 * Of the real images, the share that is taken for real.
 * @param {Outcomes} found
 */
export const recall = ({ realKept }) => realKept / IMAGES;

/**
 * @param {Outcomes} found
 * @param {Costs} costs
 */
export const totalCost = ({ fooled, missed }, costs) => fooled * costs.fooled + missed * costs.missed;

/**
 * The threshold of the least cost: where both errors of one more step cost the same, which is at ln(ratio) / distance.
 * Infinite where scores tell nothing: then all images are best treated alike.
 * @param {number} distance
 * @param {Costs} costs
 */
export function cheapest(distance, { fooled, missed }) {
  const ratio = Math.log(fooled / missed);
  return ratio ? ratio / distance : 0;
}

/**
 * P(real) at a score, by the discriminator that knows both distributions: the best there is.
 * @param {number} distance
 * @param {number} score
 */
export const bestPReal = (distance, score) => 1 / (1 + Math.exp(-distance * score));
