// What metrics notice of images that are changed, beside what they vary by chance.

const SURE = 3; // standard deviations from which a metric notices

/**
 * How far a metric has moved, in standard deviations of images that are not changed.
 * @param {number} value
 * @param {number} untouched
 * @param {number} spread
 */
export const moved = (value, untouched, spread) => (value - untouched) / Math.max(spread, 1e-9);

/** @param {number} by in standard deviations */
export const notices = (by) => Math.abs(by) > SURE;

/**
 * Whether images look "worse", "better", or only "other" to a metric, "same" where it does not notice anything.
 * @param {number} by in standard deviations
 * @param {"low" | "high" | null} good which way is better, null where neither is
 */
export function looks(by, good) {
  if (!notices(by)) return "same";
  if (good === null) return "other";
  return by > 0 === (good === "high") ? "better" : "worse";
}

/**
 * The length of a bar, from 0 to 1: even steps are equal factors, as changes are of very different sizes.
 * @param {number} by in standard deviations
 * @param {number} most the furthest of all, in standard deviations
 */
export const reach = (by, most) => Math.min(1, Math.log1p(Math.abs(by)) / Math.log1p(Math.max(most, SURE)));

/** Where a bar ends that is just long enough to be noticed. @param {number} most */
export const threshold = (most) => reach(SURE, most);
