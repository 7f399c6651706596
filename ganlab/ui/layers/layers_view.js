// The layers of a network: what each makes of one input, and one of their units closely.

import { isDark } from "../shared/dark.js";
import { pen } from "../shared/drawing.js";
import { finder, made, part, write } from "../shared/elements.js";
import { asImage } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { Input } from "./input.js";
import { rangeOf, rangeWords, unitWords } from "./layers_words.js";
import { drawUnits, gridOf, pictureOf, show, unitAt } from "./maps.js";
import { nextCell } from "./sliding.js";
import { Unit } from "./unit.js";

/** @import { Grid } from "./maps.js" */

const PAUSE = 120; // milliseconds without another key, until the server is asked

export class LayersView {
  /** @type {LayersHead} */
  head;
  /** @type {LayersArrays} */
  arrays;
  /** @type {Grid} */
  grid;
  /** @type {(asked: LayersAsked) => void} */
  ask = () => {};
  unit = 0;
  cover = 0;
  dark = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  asking;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.input = new Input(this);
    this.closer = new Unit(this);
    this.fit = new ResizeObserver(() => this.drawLayer());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
    this.wire();
  }

  /** @param {Uint8Array} data */
  show(data) {
    const [head, arrays] = /** @type {[LayersHead, LayersArrays]} */ (unpack(data));
    Object.assign(this, { head, arrays, unit: head.unit, cover: head.answer?.cover ?? 0 });
    this.fit.observe(this.find(".one"));
    this.root.hidden = false;
    this.draw();
    this.root.dataset.frame = String(Number(this.root.dataset.frame ?? 0) + 1);
  }

  end() {
    this.fit.disconnect();
  }

  /** @returns {{ ink: string, accent: string, dark: boolean }} */
  get look() {
    const style = getComputedStyle(this.root);
    return { ink: style.color, accent: style.getPropertyValue("--accent"), dark: this.dark };
  }

  get maps() {
    return this.head.shape.length === 3;
  }

  /** How many numbers a unit has. */
  get size() {
    return this.maps ? this.head.shape[0] * this.head.shape[1] : 1;
  }

  /**
   * All numbers of a unit.
   * @param {number} unit
   */
  valuesOf(unit) {
    const { shown } = this.head;
    return Float32Array.from({ length: this.size }, (_, i) => this.arrays.values[i * shown + unit]);
  }

  /**
   * Asks the server for what is chosen, once the person has paused.
   * @param {Partial<LayersAsked>} [more]
   */
  askSoon(more = {}) {
    const { head, unit, cover } = this;
    clearTimeout(this.asking);
    const asked = { layer: head.layers[head.layer].name, unit, cover, number: -1, ...more };
    this.asking = setTimeout(() => this.ask(asked), more.layer || more.number ? 0 : PAUSE);
  }

  draw() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    this.drawList();
    this.drawLayer();
    this.input.draw();
    this.closer.draw();
    const { head, unit } = this;
    Object.assign(this.root.dataset, { layer: head.layers[head.layer].name, unit, view: head.view });
  }

  /** The list of all layers. */
  drawList() {
    const { layers, layer } = this.head;
    const list = this.find(".all");
    const names = layers.map(({ name }) => name).join();
    if (list.dataset.names !== names) {
      list.dataset.names = names;
      list.replaceChildren(
        ...layers.map(({ name, words }) => {
          const item = made("<li><button type=button><b></b><span></span><canvas></canvas></button></li>", {
            b: name,
            span: words,
          });
          part(item, "button").addEventListener("click", () => this.askSoon({ layer: name, unit: 0 }));
          part(item, "canvas").ariaHidden = "true";
          return item;
        }),
      );
    }
    let at = 0;
    for (const [i, { glance, maps }] of layers.entries()) {
      const item = list.children[i];
      part(item, "button").setAttribute("aria-pressed", String(i === layer));
      const [count, rows, columns] = glance;
      const values = this.arrays.glances.subarray(at, at + count * rows * columns);
      at += values.length;
      const wide = maps ? count * (columns + 1) - 1 : columns;
      const tall = maps ? rows : 1;
      const picture = pictureOf(tall, wide, (pixel) => this.glanced(values, glance, maps, pixel, wide), this.dark);
      const canvas = part(item, "canvas");
      show(canvas, picture);
      canvas.style.width = `${maps ? wide * (22 / tall) : Math.min(6 * columns, 130)}px`;
    }
  }

  /**
   * @param {Uint8Array} values
   * @param {[number, number, number]} glance
   * @param {boolean} maps
   * @param {number} pixel
   * @param {number} wide
   */
  glanced(values, [, rows, columns], maps, pixel, wide) {
    if (!maps) return values[pixel] / 255;
    const [row, column] = [Math.floor(pixel / wide), pixel % wide];
    const inside = column % (columns + 1);
    return inside === columns
      ? 0.5
      : values[(Math.floor(column / (columns + 1)) * rows + row) * columns + inside] / 255;
  }

  /** The layer that is looked at, with all its units. */
  drawLayer() {
    const { head, maps, dark } = this;
    if (!head) return;
    const { name, words } = head.layers[head.layer];
    write(this.find("#layer-title"), `${name[0].toUpperCase()}${name.slice(1)}: ${words}`);
    write(this.find("#about"), head.about);
    const range = rangeOf(this.arrays.values);
    write(this.find("#range"), rangeWords(head, range));
    write(this.find("#dead"), head.dead);
    this.find(".tick").hidden = !maps;
    const units = head.shape[head.shape.length - 1];
    const more = units > head.shown ? `These are the first ${head.shown.toLocaleString("en")} units.` : "";
    write(
      this.find("#more"),
      `${more} Orange is below 0, blue-green is above. Click a unit to look at it closely.`.trim(),
    );
    this.grid = gridOf(head.shown, maps, this.find(".one").clientWidth);
    const most = Math.max(...range.map(Math.abs), 1e-9);
    const canvas = this.find("canvas#units");
    canvas.ariaLabel = `The units of ${name}. The arrow keys choose one.`;
    if (!maps) {
      drawUnits(
        canvas,
        this.grid,
        this.arrays.values.map((value) => value / most),
        this.unit,
        this.look,
      );
      return;
    }
    const own = this.find("input#own").checked;
    const pictures = Array.from({ length: head.shown }, (_, unit) => {
      const values = this.valuesOf(unit);
      const top = own ? Math.max(...rangeOf(values).map(Math.abs), 1e-9) : most;
      return pictureOf(head.shape[0], head.shape[1], (i) => 0.5 + values[i] / top / 2, dark);
    });
    drawUnits(canvas, this.grid, pictures, this.unit, this.look);
  }

  /**
   * Looks at a unit: its map is here, what else there is of it comes from the server.
   * @param {number} unit
   */
  choose(unit) {
    if (unit === this.unit || unit < 0) return;
    this.unit = unit;
    this.root.dataset.unit = String(unit);
    this.drawLayer();
    this.closer.draw();
    this.askSoon();
  }

  wire() {
    const units = this.find("canvas#units");
    units.addEventListener("click", (event) =>
      this.choose(unitAt(this.grid, this.head.shown, event.offsetX, event.offsetY)),
    );
    units.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      this.choose(nextCell(this.unit, this.grid.columns, this.head.shown, event.key));
    });
    this.find("input#own").addEventListener("change", () => this.drawLayer());
  }

  /** @param {[number, number]} range */
  wordsOf(range) {
    return unitWords(this.maps, range);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Uint8Array} pixels
   */
  grey(canvas, pixels) {
    pen(canvas).putImageData(asImage(pixels), 0, 0);
  }
}

/** @param {Piece<Uint8Array>} piece */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement & { layers?: LayersView }} */ (part(parentElement, ".layers"));
  root.layers ??= new LayersView(root);
  root.layers.ask = (asked) => setStateValue("asked", { ...asked, times: performance.now() });
  root.layers.show(data);
  return () => root.layers?.end();
}
