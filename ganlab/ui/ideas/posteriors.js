// What a variational autoencoder writes an image as: a mean and a spread of each number, and a draw from them.

/** @typedef {{ mean: number[], spread: number[] }} Posterior */

/**
 * A draw: z = mean + spread x noise.
 * @param {Posterior} posterior
 * @param {number[]} noise from N(0, 1)
 */
export const drawn = ({ mean, spread }, noise) => mean.map((value, i) => value + spread[i] * noise[i]);

/**
 * How far the posterior is from N(0, I), in nats (Kingma and Welling 2014, appendix B).
 * @param {Posterior} posterior
 */
export const klOf = ({ mean, spread }) =>
  0.5 * mean.reduce((sum, m, i) => sum + m * m + spread[i] ** 2 - 1 - 2 * Math.log(spread[i]), 0);

/**
 * The share of places that lie in a square around 0 of this reach.
 * @param {ArrayLike<number>} places [n, 2]
 * @param {number} reach
 */
export function shareWithin(places, reach) {
  let count = 0;
  for (let i = 0; i < places.length; i += 2)
    count += Number(Math.max(Math.abs(places[i]), Math.abs(places[i + 1])) <= reach);
  return count / (places.length / 2);
}

/**
 * So many places on the straight way between two.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} count
 */
export const wayBetween = (from, to, count) =>
  Array.from({ length: count }, (_, i) => from.map((value, axis) => value + (i / (count - 1)) * (to[axis] - value)));
