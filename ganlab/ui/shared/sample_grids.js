// Samples of several runs beside each other, at the moment that one range chooses for all. grids.py packs them.

import { count } from "./count.js";
import { finder, keeps, made, part } from "./elements.js";
import { paint, SIDE } from "./paint.js";
import { unpack } from "./unpack.js";

/** @param {number} seconds */
const time = (seconds) => (seconds < 100 ? `${seconds.toFixed(1)} s` : `${count(seconds)} s`);

/**
 * What is said of the samples at one place of a grid.
 * @param {Grid} grid
 * @param {number} place
 * @param {boolean} over whether others go on when this one has ended
 */
export function caption(grid, place, over) {
  if (!grid.iterations.length) return grid.words;
  const iteration = grid.iterations[place];
  const seconds = grid.seconds[place];
  const trained = seconds ? `, ${time(seconds)} of training` : "";
  const when = `${grid.words ? `${grid.words} after` : "After"} ${count(iteration)} iteration${iteration === 1 ? "" : "s"}${trained}`;
  return over ? `${when}: its last samples` : when;
}

class Grids {
  // What show() sets before anything is drawn:
  /** @type {GridsHead} */
  head;
  /** @type {Record<string, Uint8Array>} */
  arrays;
  /** @type {HTMLElement[]} */
  figures = [];
  stop = 0;
  /** @type {unknown} */
  bytes;
  /** @type {string | undefined} */
  key;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.range = this.find("input#moment");
    this.range.addEventListener("input", () => {
      this.stop = Number(this.range.value);
      this.draw();
    });
  }

  /**
   * Takes what was packed; of the same runs the range stays where it is, unless it follows the end.
   * @param {unknown} bytes
   */
  show(bytes) {
    if (!(bytes instanceof Uint8Array) || bytes === this.bytes) return;
    this.bytes = bytes;
    /** @type {[GridsHead, Record<string, Uint8Array>]} */
    const [head, arrays] = unpack(bytes);
    const last = head.stops.length - 1;
    const key = [head.by, ...head.grids.map(({ title }) => title)].join("\n");
    if (key !== this.key) this.begin(head, key);
    const moved = this.stop < Number(this.range.max);
    this.head = head;
    this.arrays = arrays;
    this.range.max = String(Math.max(0, last));
    this.stop = moved ? Math.min(this.stop, last) : last;
    this.range.value = String(this.stop);
    this.find(".scrub").hidden = last < 1;
    this.draw();
  }

  /**
   * @param {GridsHead} head
   * @param {string} key
   */
  begin(head, key) {
    this.key = key;
    this.stop = 0;
    this.range.max = "0";
    const row = this.find(".row");
    row.style.setProperty("--across", String(head.grids.length));
    this.figures = head.grids.map(({ title, colour, dash }) => {
      const html = `<figure><h3></h3><canvas role="img"></canvas><figcaption></figcaption></figure>`;
      const figure = made(html, { h3: title });
      figure.style.setProperty("--colour", colour);
      figure.style.setProperty("--dash", dash);
      return figure;
    });
    row.replaceChildren(...this.figures);
  }

  draw() {
    const { head, arrays } = this;
    const at = head.stops[this.stop] ?? 0;
    const words = head.by === "seconds" ? `${time(at)} of training` : `iteration ${count(at)}`;
    this.find("#moment-words").textContent = words;
    this.range.setAttribute("aria-valuetext", words);
    head.grids.forEach((grid, index) => {
      const images = arrays[`images${index}`];
      const places = head.by === "seconds" ? grid.seconds : grid.iterations;
      const size = grid.count * SIDE ** 2;
      const place = Math.max(
        0,
        places.findLastIndex((moment) => moment <= at + 1e-6),
      );
      const figure = this.figures[index];
      const canvas = part(figure, "canvas");
      paint(canvas, images.subarray(place * size, (place + 1) * size), grid.columns);
      const over = place === places.length - 1 && at > places[place] && head.stops.length > 1;
      const text = caption(grid, place, over);
      part(figure, "figcaption").textContent = text;
      canvas.setAttribute("aria-label", `${grid.title}: ${text}`);
      figure.dataset.iteration = String(grid.iterations[place] ?? "");
    });
  }
}

export default keeps("grids", Grids);
