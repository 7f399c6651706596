// Who tells real images from generated ones: counts of right answers, and what a coin gets.

/** @typedef {{ right: number, judge: number, shown: number }} Score of a person, of the discriminator, and of how many */

/** @param {number} pReal */
export const takenForFake = (pReal) => pReal <= 0.5;

/**
 * How many answers are right.
 * @param {ArrayLike<unknown>} said which images somebody takes for generated
 * @param {ArrayLike<unknown>} fake which of them are
 */
export function right(said, fake) {
  let n = 0;
  for (let i = 0; i < fake.length; i++) n += Number(Boolean(said[i]) === Boolean(fake[i]));
  return n;
}

/**
 * The probability that a coin, tossed for each of `n` images, is right at least `least` times.
 * @param {number} least
 * @param {number} n
 */
export function chanceOf(least, n) {
  let [term, sum] = [0.5 ** n, 0]; // of getting exactly k right
  for (let k = 0; k <= n; k++) {
    if (k >= least) sum += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, sum);
}

/**
 * Several scores as one.
 * @param {Iterable<Score>} scores
 */
export function total(scores) {
  const sum = { right: 0, judge: 0, shown: 0 };
  for (const { right, judge, shown } of scores) {
    sum.right += right;
    sum.judge += judge;
    sum.shown += shown;
  }
  return sum;
}
