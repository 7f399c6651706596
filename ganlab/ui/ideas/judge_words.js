// What came of a round, in words.

import { count } from "../shared/count.js";
import { valueText } from "../shared/values.js";
import { chanceOf } from "./judging.js";

/** @import { Score } from "./judging.js" */

const SURE = 0.05; // what a coin gets more seldom than this is no luck

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)}%`;

/** @param {number} share */
const chanceText = (share) =>
  share < 0.001 ? "in less than 0.1% of tries" : `in ${(100 * share).toFixed(1)}% of tries`;

/** @param {Score} score */
export function chanceWords({ right, shown }) {
  const chance = chanceOf(right, shown);
  const so = chance < SURE ? "This is hardly luck." : chance < 0.5 ? "This may be luck." : "A coin does as well.";
  return `A coin gets ${shown / 2} of ${shown} right on average, and ${right} or more ${chanceText(chance)}. ${so}`;
}

/**
 * Who was better.
 * @param {Score} score
 */
export function sentence({ right, judge, shown }) {
  const than =
    right > judge ? "You beat the discriminator" : right < judge ? "The discriminator beats you" : "You are level";
  return `${than}: you have ${right} of ${shown} right, the discriminator has ${judge}.`;
}

/**
 * @param {boolean} fake
 * @param {number} pReal
 */
export const truthOf = (fake, pReal) => [fake ? "generated" : "real", `P(real) ${valueText(pReal, true)}`];

/** @param {number | null} judge the iteration of the discriminator that judges all snapshots, null for each its own */
export const judgeWords = (judge) =>
  judge === null ? "of the same iteration" : `of iteration ${count(judge)}, the only one that this run has kept`;
