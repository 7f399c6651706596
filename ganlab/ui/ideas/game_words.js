// What happens in the game, in sentences.

import { fate } from "./games.js";

/** @import { Rule } from "./games.js" */

/** @type {Record<Rule, string>} */
export const RULE_WORDS = {
  together: "Both players move at the same moment, each along the slope at the place where the two stand now.",
  turns: "The first player moves; the second answers from the new place. GANs are trained so.",
  momentum: "In turns, and each move repeats a share of the move before. A share below zero brakes.",
  extragradient: "Both look one step ahead, and then move from where they are along the slopes that they found there.",
  average:
    "In turns, and what counts is the mean of all places so far (the thick line), like a generator's averaged weights.",
};

/** @param {number} value */
export const far = (value) => (value >= 100 ? "more than 100" : value < 0.005 ? "0.00" : value.toFixed(2));

/**
 * @param {number} factor
 */
function byStep(factor) {
  if (factor > 1)
    return `each step takes them ${factor.toFixed(factor < 1.01 ? 4 : 3)} times as far away in the long run`;
  return `in the long run each step leaves ${(100 * factor).toFixed(factor > 0.995 ? 2 : 1)}% of the distance`;
}

/**
 * @param {{ factor: number, now: number, players: number }} found
 * @param {number} from the distance at the start
 * @param {number} steps
 * @param {boolean} averaged
 */
export function gameWords({ factor, now, players }, from, steps, averaged) {
  const when = `${steps} ${steps === 1 ? "step" : "steps"}`;
  const numbers = `Distance from the middle: ${far(from)} at the start, ${far(now)} after ${when}`;
  if (averaged) {
    const mean = `${numbers} for the mean, ${far(players)} for the players themselves.`;
    if (fate(factor) === "circles") return `The mean arrives, though the players circle. ${mean}`;
    return fate(factor) === "arrives"
      ? `Both arrive, the mean later than the players. ${mean}`
      : `The mean flies out with the players: ${byStep(factor)}. ${mean}`;
  }
  if (fate(factor) === "circles") return `It circles: no step brings the players nearer for good. ${numbers}.`;
  if (fate(factor) === "arrives") return `It arrives: ${byStep(factor)}. ${numbers}.`;
  return `It flies out: ${byStep(factor)}. ${numbers}.`;
}
