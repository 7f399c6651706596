// What is drawn of a stage of slow motion.

import { median } from "./contour.js";
import { shareOf } from "./heat_colours.js";

/** @import { Scene } from "./blend.js" */

/** @typedef {(number: number, name: string) => Float32Array | undefined} ArrayOf an array of a stage */

/**
 * @typedef {object} SlowScene
 * @property {Scene} scene
 * @property {Float32Array | null} reals
 * @property {{ reals: Uint8Array | null, fakes: Uint8Array | null }} judged of each point, what the discriminator says
 * of it: from 0, generated, to 255, real
 * @property {Float32Array | null} from where the points have come from, moved away by so many times their move
 * @property {number} times how many times longer arrows or trails are drawn than they are
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
 * How many times longer ways are to be drawn, so that a usual one is a sixteenth of the extent long: 1, 2, 5, 10 and so
 * on; they are never drawn shorter.
 * @param {ArrayLike<number>} ways x and y of each
 * @param {number} extent
 */
export function enlarged(ways, extent) {
  const lengths = Float32Array.from({ length: ways.length / 2 }, (_, i) => Math.hypot(ways[2 * i], ways[2 * i + 1]));
  const usual = lengths.sort()[Math.floor(0.75 * lengths.length)];
  if (!(usual > 0)) return 1;
  const wanted = extent / 16 / usual;
  if (wanted < 2) return 1;
  const power = 10 ** Math.min(6, Math.floor(Math.log10(wanted)));
  return power * /** @type {number} */ ([5, 2, 1].find((times) => times * power <= wanted));
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
  const steps = stage.name === "step" && stage.network === "generator";
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
