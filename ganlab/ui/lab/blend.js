// What is between two moments: as all their points come from the same noise, each has one way to go.

import { coordinate } from "./plane_scale.js";

/** @import { Between, Moment } from "./timeline.js" */

/**
 * Numbers that are between those of two moments; of one of them where only that has any, null where none has.
 * @param {Between} between
 * @param {(moment: Moment) => ArrayLike<number> | undefined} of
 * @param {(value: number, moment: Moment) => number} worth what a number stands for
 * @param {Float32Array | null} [room] of an earlier one, to be written over
 */
export function blended({ before, after, share }, of, worth, room) {
  const [one, other] = [of(before), of(after)];
  const size = (one ?? other)?.length;
  if (!size) return null;
  const values = room?.length === size ? room : new Float32Array(size);
  const [from, to] = one && other && one.length === other.length ? [one, other] : [one ?? other, null];
  const [fromMoment, toMoment] = one ? [before, after] : [after, after];
  for (let i = 0; i < size; i++) {
    const value = worth(/** @type {ArrayLike<number>} */ (from)[i], fromMoment);
    values[i] = to && share ? value + share * (worth(to[i], toMoment) - value) : value;
  }
  return values;
}

/**
 * All that is drawn of a time between two moments, in units of the plane and of the discriminator.
 * @param {Between} between
 * @param {number} extent
 * @param {Partial<Scene>} [old] to be written over
 */
export function sceneOf(between, extent, old = {}) {
  const place = (/** @type {number} */ value) => coordinate(value, extent);
  const raw = (/** @type {number} */ value, /** @type {Moment} */ { ends = [0, 1] }) =>
    ends[0] + (value / 255) * (ends[1] - ends[0]);
  const way = (/** @type {number} */ value, /** @type {Moment} */ { farthest = 0 }) => ((value - 128) / 127) * farthest;
  return {
    points: blended(between, ({ points }) => points, place, old.points),
    nodes: blended(between, ({ nodes }) => nodes, place, old.nodes),
    heat: blended(between, ({ heat }) => heat, raw, old.heat),
    arrows: blended(between, ({ arrows }) => arrows, way, old.arrows),
  };
}

/** @typedef {Record<"points" | "nodes" | "heat" | "arrows", Float32Array | null>} Scene */

/**
 * The value of a square grid at a place, between its four neighbours. The outermost values are those at the edge.
 * @param {ArrayLike<number>} values from the upper left
 * @param {number} extent
 * @param {number} x
 * @param {number} y
 */
export function valueAt(values, extent, x, y) {
  const side = Math.sqrt(values.length);
  const clip = (/** @type {number} */ share) => Math.min(side - 1, Math.max(0, share * (side - 1)));
  const [across, down] = [clip((x / extent + 1) / 2), clip((1 - y / extent) / 2)];
  const [column, row] = [Math.min(side - 2, Math.floor(across)), Math.min(side - 2, Math.floor(down))];
  const [right, low] = [across - column, down - row];
  const at = row * side + column;
  const above = values[at] * (1 - right) + values[at + 1] * right;
  const below = values[at + side] * (1 - right) + values[at + side + 1] * right;
  return above * (1 - low) + below * low;
}

/**
 * How opaque the cells of the generator's grid are: the smaller a cell has become, the more of the noise is in it.
 * @param {ArrayLike<number>} nodes x and y of each
 * @param {number} extent
 */
export function cellOpacities(nodes, extent) {
  const side = Math.round(Math.sqrt(nodes.length / 2));
  const flat = ((2 * extent) / (side - 1)) ** 2;
  const opacities = new Float32Array((side - 1) ** 2);
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const [a, b, c, d] = corners(row, column, side);
      const area =
        0.5 *
        Math.abs(
          (nodes[c] - nodes[a]) * (nodes[d + 1] - nodes[b + 1]) - (nodes[d] - nodes[b]) * (nodes[c + 1] - nodes[a + 1]),
        );
      opacities[row * (side - 1) + column] = Math.min(0.5, 0.07 * Math.sqrt(flat / Math.max(area, flat / 1e4)));
    }
  }
  return opacities;
}

/**
 * Where the four corners of a cell are among the numbers of a grid, around the cell.
 * @param {number} row
 * @param {number} column
 * @param {number} side
 */
export function corners(row, column, side) {
  const at = row * side + column;
  return [2 * at, 2 * at + 2, 2 * (at + side) + 2, 2 * (at + side)];
}
