// What the weight of the KL does, in sentences with the numbers measured.

/** @typedef {{ reconstruction: number, kl: number }} Figures of all test images, in nats */

/**
 * @param {number[]} place
 * @param {number} [digits]
 */
export const at = (place, digits = 2) => `(${place.map((value) => signed(value, digits)).join(", ")})`;

/**
 * @param {number} value
 * @param {number} digits
 */
export const signed = (value, digits = 2) =>
  value
    .toFixed(digits)
    .replace("-", "−")
    .replace(/^−(0(\.0+)?)$/, "$1");

/**
 * A spread, which may be very small.
 * @param {number} value
 */
export const spreadText = (value) => (value < 0.01 ? value.toPrecision(1) : value.toFixed(2));

/**
 * @param {number} weight of the KL
 * @param {number} spread the usual one of a test image
 */
export function weightWords(weight, spread) {
  const usual = `A test image's usual spread is ${spreadText(spread)} here`;
  if (weight === 0)
    return (
      `${usual}: nothing holds the points together, so each image gets a place of its own, with almost no room around ` +
      "it. Copies are at their best. Random points of N(0, I) hit only the crowd in the middle, and places far out are " +
      "never drawn."
    );
  if (weight < 1)
    return `${usual}. The points are held loosely: copies are good, but much lies beyond where random points fall.`;
  if (weight === 1)
    return (
      `${usual}. This is the VAE as published: nats of reconstruction and of KL count alike, and their sum is the ` +
      "least of the five."
    );
  if (weight <= 4)
    return `${usual}, so neighbours overlap and must look alike: what lies between is smooth, and copies are blurred.`;
  return (
    `${usual}: the spreads nearly fill N(0, I), so a draw says little about which image it came from, and all copies ` +
    "become alike."
  );
}

/**
 * @param {{ mean: number[], spread: number[] }} posterior
 * @param {number[]} noise
 * @param {number[]} z
 */
export const drawWords = ({ mean, spread }, noise, z) =>
  `z = mean + spread × noise = ${at(mean)} + (${spread.map(spreadText).join(", ")}) × ${at(noise)} = ${at(z)}`;
