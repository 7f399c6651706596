// A square of places (a, b): V as shading and contours, and the way that the players went.

import { contour } from "../shared/contour.js";
import { isDark } from "../shared/dark.js";
import { newCanvas, pen } from "../shared/drawing.js";
import { part } from "../shared/elements.js";
import { heatTable } from "../shared/heat_colours.js";

/** @import { Game } from "./games.js" */

export const REACH = 2; // of the square, from the middle to each side
const SIDE = 400; // of the drawing, in its own units
const CELLS = 80; // of the shading, across and up
const LEVELS = [-3, -2, -1.25, -0.6, -0.2, 0.2, 0.6, 1.25, 2, 3];

/** @param {number} value */
const across = (value) => ((value + REACH) / (2 * REACH)) * SIDE;
/** @param {number} value */
const down = (value) => SIDE - across(value);

/** @param {[number, number][]} places */
const pathOf = (places) => `M${places.map(([a, b]) => `${across(a).toFixed(1)} ${down(b).toFixed(1)}`).join("L")}`;

/**
 * The values of V over the square, in rows from the top.
 * @param {Game} game
 */
export function valuesOf({ value }) {
  const place = (/** @type {number} */ i) => ((2 * i) / CELLS - 1) * REACH;
  return Float32Array.from({ length: (CELLS + 1) ** 2 }, (_, i) =>
    value(place(i % (CELLS + 1)), -place(Math.floor(i / (CELLS + 1)))),
  );
}

export class Board {
  /** @type {Float32Array} */
  values;

  /** @param {HTMLElement} root with a canvas and, above it, a drawing */
  constructor(root) {
    this.root = root;
    this.canvas = part(root, "canvas");
    this.shading = newCanvas(CELLS + 1, CELLS + 1);
  }

  /** @param {Game} game */
  show(game) {
    this.values = valuesOf(game);
    const unit = SIDE / CELLS;
    const lines = LEVELS.map((level) => {
      let path = "";
      const ends = contour(this.values, CELLS + 1, level);
      for (let i = 0; i < ends.length; i += 4) {
        const [x, y, u, v] = ends.slice(i, i + 4).map((end) => (end * unit).toFixed(1));
        path += `M${x} ${y}L${u} ${v}`;
      }
      return `<path d="${path}"/>`;
    });
    part(this.root, ".contours").innerHTML = lines.join("");
    this.shade();
  }

  /** Colours follow the page's theme. */
  shade() {
    const dark = isDark(this.root);
    this.root.closest(".piece")?.toggleAttribute("data-dark", dark);
    const table = heatTable(dark);
    const image = pen(this.shading).createImageData(CELLS + 1, CELLS + 1);
    const pixels = new Uint32Array(image.data.buffer);
    this.values.forEach((value, i) => {
      pixels[i] = table[Math.round(127.5 + 90 * Math.tanh(value / 2))];
    });
    pen(this.shading).putImageData(image, 0, 0);
    pen(this.canvas).drawImage(this.shading, 0, 0, this.canvas.width, this.canvas.height);
  }

  /**
   * Draws the way from the start to where the players are.
   * @param {[number, number][]} places
   * @param {[number, number][]} [mean] the way of their mean, where it is what counts
   */
  trace(places, mean) {
    part(this.root, ".way").setAttribute("d", pathOf(places));
    part(this.root, ".steps").setAttribute("d", dots(places));
    part(this.root, ".mean").setAttribute("d", mean ? pathOf(mean) : "");
    const last = (mean ?? places)[places.length - 1];
    for (const [name, [a, b]] of /** @type {const} */ ([
      [".start", places[0]],
      [".now", last],
    ])) {
      part(this.root, name).setAttribute("cx", across(a).toFixed(1));
      part(this.root, name).setAttribute("cy", down(b).toFixed(1));
    }
  }

  /**
   * The place under the pointer.
   * @param {MouseEvent} event
   * @returns {[number, number]}
   */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      clip((2 * (event.clientX - box.left)) / box.width - 1) * REACH,
      clip(1 - (2 * (event.clientY - box.top)) / box.height) * REACH,
    ];
  }
}

const clip = (/** @type {number} */ share) => Math.min(1, Math.max(-1, share));

/**
 * Points of no length, which round ends make discs.
 * @param {[number, number][]} places
 */
const dots = (places) => places.map(([a, b]) => `M${across(a).toFixed(1)} ${down(b).toFixed(1)}h0`).join("");
