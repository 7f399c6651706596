// What there is at a place of the plane, in numbers and in words.

import { sigmoid } from "../shared/heat_colours.js";
import { valueText } from "../shared/values.js";
import { valueAt } from "./blend.js";
import { nearestPoint, shareNear } from "./plane_scale.js";

/** @import { Scene } from "./blend.js" */
/** @typedef {[x: number, y: number]} Spot */

export const AROUND = 0.1; // of the extent: points within this distance of a place are counted

/**
 * @typedef {object} Reading
 * @property {Spot} spot
 * @property {number | null} output of the discriminator, P(real) or a score
 * @property {number | null} real share of the points nearby
 * @property {number | null} generated share of the points nearby
 * @property {number} nearest the nearest generated point, or -1
 * @property {Spot | null} sample where that is
 */

/**
 * @param {Spot} spot
 * @param {Partial<Scene>} scene
 * @param {Float32Array | null} reals
 * @param {number} extent
 * @param {boolean} probability
 * @returns {Reading}
 */
export function readingAt(spot, { points, heat }, reals, extent, probability) {
  const [x, y] = spot;
  const raw = heat ? valueAt(heat, extent, x, y) : null;
  const [nearest] = points ? nearestPoint(points, x, y) : [-1];
  return {
    spot,
    output: raw !== null && probability ? sigmoid(raw) : raw,
    real: reals ? shareNear(reals, x, y, AROUND * extent) : null,
    generated: points ? shareNear(points, x, y, AROUND * extent) : null,
    nearest,
    sample: points && nearest >= 0 ? [points[2 * nearest], points[2 * nearest + 1]] : null,
  };
}

/** @param {number} value */
const coordinateText = (value) =>
  value
    .toFixed(2)
    .replace("-", "−")
    .replace(/^−(0\.00)$/, "$1");

/** @param {Spot | null} spot */
export const spotText = (spot) => (spot ? `(${spot.map(coordinateText).join(", ")})` : "–");

/** @param {number | null} share */
export const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)}%`);

/**
 * @param {number | null} output
 * @param {boolean} probability
 */
export const outputText = (output, probability) =>
  probability ? valueText(output, true) : valueText(output).replace("-", "−");

/**
 * All of it in a sentence or two, to be read aloud.
 * @param {Reading} reading
 * @param {boolean} probability
 * @param {string} [score] what the output is where it is no probability
 */
export function spoken({ spot, output, real, generated, sample }, probability, score = "score") {
  const judged = output === null ? "" : `, ${probability ? "P(real)" : score} ${outputText(output, probability)}`;
  const near = [
    real === null ? "" : `${percent(real)} of the real points`,
    `${percent(generated)} of the generated points`,
  ];
  return (
    `At ${spotText(spot)}${judged}. Near here: ${near.filter(Boolean).join(" and ")}.` +
    (sample ? ` The nearest generated point is at ${spotText(sample)}.` : "")
  );
}
