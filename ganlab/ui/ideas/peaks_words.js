// What each fit does with the two peaks, in sentences.

/** @import { Kind } from "./divergences.js" */

/** @type {Record<Kind, string>} */
export const TITLES = { forward: "forward KL", reverse: "reverse KL", js: "Jensen-Shannon" };

const DROPPED = 0.1; // a peak that gets less than this share of what it should get

const percent = (/** @type {number} */ share) =>
  share > 0 && share < 0.001 ? "less than 0.1%" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

/**
 * @typedef {{ left: number, onTheLeft: number, halfway: number }} Found the left peak's share of the data and of q's
 * samples, and how many times as often as the data q is halfway between the peaks
 */

/**
 * Which peak a fit has dropped: -1 the left one, 1 the right one, 0 none.
 * @param {Found} found
 */
export function dropped({ left, onTheLeft }) {
  if (onTheLeft < DROPPED * left) return -1;
  return 1 - onTheLeft < DROPPED * (1 - left) ? 1 : 0;
}

/**
 * @param {Kind} kind
 * @param {Found} found
 */
export function peakWords(kind, found) {
  const side = dropped(found);
  const [data, gets] = side < 0 ? [found.left, found.onTheLeft] : [1 - found.left, 1 - found.onTheLeft];
  const name = side < 0 ? "left" : "right";
  const lost = `It drops the ${name} peak: ${percent(data)} of the data, ${percent(gets)} of its samples.`;
  const times = found.halfway >= 100 ? "more than 100" : found.halfway.toFixed(found.halfway < 10 ? 1 : 0);
  const blurs = found.halfway > 1.5;
  const covers = blurs
    ? `It covers both peaks, and draws ${times} times as much as there are data halfway between them.`
    : "The peaks are so near each other that one Gaussian covers both.";
  const why = {
    forward: blurs
      ? " To miss data costs it most, to draw what never occurs little. A VAE learns so, and blurs."
      : " It has the data's own mean and deviation.",
    reverse: side
      ? " To draw what never occurs costs it most, to leave data out little. A GAN that loses a mode does the same."
      : " Draw the peaks apart until it gives one of them up.",
    js: side
      ? " It compares both with their mean, (p + q)/2, so what it can lose by a dropped peak has a bound."
      : " It is what the discriminator of the first GANs measures. Far apart, it drops a peak, too.",
  };
  return (side ? lost : covers) + why[kind];
}
