// The units of networks, counted through, and what one of them gives, in words.

import { outputText } from "./readout.js";

/**
 * A unit: its place among all, its network and layer, and its number in the layer from 1.
 * @typedef {{ index: number, network: NetworkUnits, layer: LayerUnits, number: number }} Unit
 */

/**
 * All units that are shown, in the order in which their values come.
 * @param {NetworkUnits[]} networks
 * @returns {Unit[]}
 */
export function unitsOf(networks) {
  let index = 0;
  return networks.flatMap((network) =>
    network.layers.flatMap((layer) =>
      Array.from({ length: layer.shown }, (_, number) => ({ index: index++, network, layer, number: number + 1 })),
    ),
  );
}

/** @param {Unit} unit */
export function unitTitle({ network, layer, number }) {
  if (layer.name !== "output") return `${network.title}, ${layer.name}, unit ${number}`;
  if (network.name === "generator" || network.name === "decoder") {
    return `${network.title}, the point's ${["x", "y"][number - 1] ?? number}`;
  }
  return `${network.title}, output${layer.count > 1 ? ` ${number}` : ""}`;
}

/**
 * What a unit gives over its square.
 * @param {Unit} unit
 * @param {number} lowest
 * @param {number} highest
 */
export function unitWords({ network: { over, reach } }, lowest, highest) {
  const end = Number(reach.toFixed(1));
  const square = `from −${end} to ${end}`;
  const where =
    over === "plane" ? `at each place of the plane, ${square}` : `for the first two numbers of noise, ${square}`;
  if (lowest === 0 && highest === 0) return `This unit gives 0 ${where}: it does nothing there.`;
  return `What it gives ${where}: between ${outputText(lowest, false)} (orange is below 0) and ${outputText(highest, false)} (blue-green is above 0).`;
}

/**
 * Where an arrow key goes to from a unit, within its layer: four are in a row.
 * @param {number} number from 0
 * @param {number} count
 * @param {string} key
 */
export function neighbour(number, count, key) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -4, ArrowDown: 4 }[key];
  const wanted = step === undefined ? -1 : number + step;
  return wanted >= 0 && wanted < count ? wanted : number;
}
