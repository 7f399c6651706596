// What is drawn of a stage of slow motion.

import { median } from "../shared/contour.js";
import { shareOf } from "../shared/heat_colours.js";

/** @import { Scene } from "./blend.js" */

/** @typedef {(number: number, name: string) => Float32Array | undefined} ArrayOf an array of a stage */

/**
 * @typedef {object} SlowScene
 * @property {Scene} scene
 * @property {Float32Array | null} reals
 * @property {{ reals: Uint8Array | null, fakes: Uint8Array | null }} judged of each point, what the discriminator says
 * of it: from 0, generated, to 255, real
 * @property {Float32Array | null} from where the points have come from, moved away by so many times their move
 * @property {number} times how many times as long as they are arrows or trails are drawn
 */

/**
 * The newest array of a name at a stage, or before it.
 * @param {ArrayOf} of
 * @param {number} number
 * @param {string} name
 */
export function newest(of, number, name) {
  for (let at = number; at >= 0; at--) {
    const found = of(at, name);
    if (found) return found;
  }
  return null;
}

/**
 * How many times as long ways are to be drawn, so that most of them are at most an eighth of the extent long: 1, 2, 5,
 * 10 and so on, or 0.5, 0.2, 0.1.
 * @param {ArrayLike<number>} ways x and y of each
 * @param {number} extent
 */
export function enlarged(ways, extent) {
  const lengths = Float32Array.from({ length: ways.length / 2 }, (_, i) => Math.hypot(ways[2 * i], ways[2 * i + 1]));
  const usual = lengths.sort()[Math.floor(0.75 * lengths.length)];
  if (!(usual > 0)) return 1;
  const wanted = Math.min(1e6, extent / 8 / usual);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const times = [5, 2].find((times) => times * power <= wanted) ?? 1;
  return Number((times * power).toPrecision(1));
}

/**
 * @param {LabStage} stage
 * @param {number} number of the stage
 * @param {ArrayOf} of
 * @param {boolean} before whether a step is seen as before it
 * @param {number} extent
 * @param {boolean} probability
 * @returns {SlowScene}
 */
export function slowSceneOf(stage, number, of, before, extent, probability) {
  const back = before && stage.name === "step" ? number - 1 : number;
  const heat = newest(of, back, "heat");
  const now = newest(of, back, "followed");
  const steps = stage.name === "step" && stage.network !== "discriminator"; // the points move
  const follows = steps || stage.name === "noise";
  const points = follows ? now : newest(of, number, "fakes");
  const ways = of(number, "arrows");
  let [times, from] = [1, /** @type {Float32Array | null} */ (null)];
  if (steps && !before && now) {
    const old = newest(of, number - 1, "followed") ?? now;
    const moves = now.map((place, i) => place - old[i]);
    times = enlarged(moves, extent);
    from = now.map((place, i) => place - times * moves[i]);
  } else if (ways) times = enlarged(ways, extent);
  const share = heat && shareOf(heat, probability, probability ? 0 : median(heat));
  const levels = (/** @type {Float32Array | undefined} */ outputs) =>
    outputs && share ? Uint8Array.from(outputs, (value) => 255 * Math.min(1, Math.max(0, share(value)))) : null;
  return {
    scene: { points, heat, nodes: newest(of, back, "nodes"), arrows: ways?.map((value) => value * times) ?? null },
    reals: newest(of, number, "reals"),
    judged: { reals: levels(of(number, "of_reals")), fakes: levels(of(number, "of_fakes")) },
    from,
    times,
  };
}

/**
 * The curves that are known at a stage, as the diagram takes them.
 * @param {LabStage[]} stages
 * @param {number} number
 * @returns {Record<string, Values>}
 */
export function curvesAt(stages, number) {
  const known = stages.slice(0, number + 1).map(({ curves }) => curves);
  return Object.fromEntries(known.flatMap((curves) => Object.entries(curves).map(([name, value]) => [name, [value]])));
}

/**
 * Where one is, in words.
 * @param {LabStage} stage
 * @param {number} number
 * @param {number} count
 */
export function whichStage({ network, update: [one, all] }, number, count) {
  const part = all > 1 ? `, update ${one} of ${all} of the ${network}` : "";
  return `Stage ${number + 1} of ${count}${part}`;
}
