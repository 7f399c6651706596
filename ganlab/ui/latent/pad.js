// What is drawn on the latent plane's pad: the decoder's drawings, test images, the marker, and an image that was
// marked. Its ground is dark in both themes, as that of the images is.

import { circle, newCanvas, pen, sharpen } from "../shared/drawing.js";
import { finder } from "../shared/elements.js";
import { cumulative, quantile } from "../shared/normal.js";
import { asImage, SIDE } from "../shared/paint.js";

/** @import { Decoder } from "../shared/decoder.js" */
/** @import { Slice } from "./slice.js" */

const GRID = 21; // drawings across and up
const BETWEEN = 100; // milliseconds from one look at a picture that is being decoded to the next
const ROOM = { dots: 12, digits: 14, none: 14 }; // pixels of a test image, across and up: a small pad shows fewer
const NEAR = 9; // pixels within which a test image is meant
const AROUND = 34; // pixels around the pointer within which dots are numerals
const DOT = 1.6; // pixels, the radius of one
const NUMERAL = 9.5; // pixels
const SHINING = { dots: 0.8, digits: 0.45, none: 1 }; // how brightly the drawings show below test images
export const EDGE = 3.719; // of the pad as N(0, I) spreads: but for 1 of 10,000, numbers are less

/** @typedef {[number, number]} Place */

export class Pad {
  // What show() of the plane sets before anything is drawn:
  /** @type {PlaneHead} */
  head;
  /** @type {PlaneArrays} */
  arrays;
  /** @type {Decoder} */
  decoder;
  /** @type {Slice} */
  slice;
  /** How far to either side the axes go. */
  reach = 0;
  /** Where test images lie on the axes, [n, 2]. */
  points = new Float32Array();
  /**
   * The decoder over the plane, and how many of its drawings are there.
   * @type {Partial<Record<"quantiles" | "linear", { canvas: HTMLCanvasElement, done: number }>>}
   */
  tiles = {};
  /** @type {{ mean: number[], spread: number[] } | null} */
  marked = null;
  /** @type {Place | null} */
  pointer = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  painting = null;
  drawn = 0;
  /** @type {Set<number>} */
  hidden = new Set();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
  }

  get at() {
    return this.slice.at;
  }

  /** How far to either side points are shown. */
  get edge() {
    return this.picture === "quantiles" ? Math.min(EDGE, this.reach) : this.reach;
  }

  /** Which test images lie on the pad. */
  get within() {
    const { edge, points } = this;
    return (/** @type {number} */ i) => Math.abs(points[2 * i]) <= edge && Math.abs(points[2 * i + 1]) <= edge;
  }

  /** Which of the test images there is room for. */
  get seen() {
    const all = spread(
      this.arrays.labels.length,
      Math.round(this.find("canvas#pad").clientWidth / ROOM[this.kind]) ** 2,
    );
    const { within } = this;
    return all.filter((i) => within(i) && !this.hidden.has(this.arrays.labels[i]));
  }

  /** @param {number} label */
  colour(label) {
    const { classes } = this.head.palette;
    return classes[label % classes.length];
  }

  get picture() {
    return /** @type {"quantiles" | "linear" | "none"} */ (this.find("select#picture").value);
  }

  /** How test images are shown. */
  get kind() {
    return /** @type {keyof typeof ROOM} */ (this.find("select#points").value);
  }

  /** @param {number} value */
  clip(value) {
    return Math.min(this.reach, Math.max(-this.reach, value));
  }

  /**
   * Between the plane and the pad, 0 to 1 along an axis; as N(0, I) spreads, equal shares are equally long.
   * @param {number} value
   */
  toShare(value) {
    return this.picture === "quantiles" ? cumulative(value) : (value + this.reach) / (2 * this.reach);
  }

  /**
   * The other way round.
   * @param {number} share
   */
  fromShare(share) {
    if (this.picture !== "quantiles") return share * 2 * this.reach - this.reach;
    return quantile(Math.min(0.9999, Math.max(0.0001, share)));
  }

  /** @param {number} share */
  toValue(share) {
    return this.clip(this.fromShare(share));
  }

  /**
   * Where a place of the plane is on the canvas.
   * @param {number} x
   * @param {number} y
   * @returns {Place}
   */
  spot(x, y) {
    const { width } = this.find("canvas#pad");
    return [this.toShare(x) * width, (1 - this.toShare(y)) * width];
  }

  get context() {
    return pen(this.find("canvas#pad"));
  }

  resize() {
    const pad = this.find("canvas#pad");
    if (!pad.clientWidth || !this.decoder) return;
    sharpen(pad);
    this.draw();
  }

  /** The decoder over the plane: decoded a few rows at a time, and kept. */
  get tile() {
    if (this.picture === "none") return null;
    this.tiles[this.picture] ??= { canvas: newCanvas(GRID * SIDE, GRID * SIDE), done: 0 };
    return /** @type {{ canvas: HTMLCanvasElement, done: number }} */ (this.tiles[this.picture]);
  }

  paintSoon() {
    this.painting ??= setTimeout(() => this.paint(), 4);
  }

  stopPainting() {
    clearTimeout(this.painting ?? undefined);
    this.painting = null;
  }

  paint() {
    this.painting = null;
    const { tile } = this;
    if (!tile) return;
    const until = performance.now() + 12; // leaves the rest of each frame to the hand that drags
    while (tile.done < GRID ** 2 && performance.now() < until) {
      const [row, column] = [Math.floor(tile.done / GRID), tile.done % GRID];
      const place = [this.fromShare((column + 0.5) / GRID), this.fromShare(1 - (row + 0.5) / GRID)];
      const drawing = asImage(this.decoder.decode(this.slice.codeAt(place)));
      pen(tile.canvas).putImageData(drawing, column * SIDE, row * SIDE);
      tile.done++;
    }
    if (tile.done === GRID ** 2 || performance.now() > this.drawn + BETWEEN) this.draw();
    else this.paintSoon();
  }

  draw() {
    this.drawn = performance.now();
    const { context, tile, kind } = this;
    const size = this.find("canvas#pad").width;
    context.globalAlpha = 1;
    context.fillStyle = this.head.palette.ground;
    context.fillRect(0, 0, size, size);
    this.say();
    if (tile) {
      const over = tile.done === GRID ** 2;
      this.root.dataset.painted = over ? this.picture : "";
      if (!over) this.paintSoon();
      context.globalAlpha = SHINING[kind];
      context.imageSmoothingEnabled = true;
      context.drawImage(tile.canvas, 0, 0, size, size);
      context.globalAlpha = 1;
    }
    if (this.find("input#density").checked) this.drawDensity();
    if (kind !== "none") this.drawPoints(size);
    if (this.marked) this.drawMark(this.marked);
    circle(context, ...this.spot(this.at[0], this.at[1]), 9);
    this.outline(2.5);
  }

  /** Below the pad: how far the picture is, or how much of the map is not on it. */
  say() {
    const done = this.tile ? this.tile.done / GRID ** 2 : 1;
    const all = this.arrays.labels.length;
    const beyond = Array.from({ length: all }, (_, i) => i).filter((i) => !this.within(i)).length;
    const share = Math.round((100 * beyond) / all);
    const words = share && this.kind !== "none" ? `${share}% of the test images lie outside this square.` : "";
    this.find("#progress").textContent = done < 1 ? `Drawing the plane: ${Math.round(100 * done)}%` : words;
  }

  /** Rings at 1, 2 and 3 standard deviations, filled: the denser, the lighter. */
  drawDensity() {
    const { context } = this;
    context.fillStyle = context.strokeStyle = this.head.palette.mark;
    for (const sigma of [3, 2, 1]) {
      context.beginPath();
      this.ellipse([0, 0], [sigma, sigma]);
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 0.7;
      context.lineWidth = devicePixelRatio;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /**
   * Traces an ellipse of the plane, which is another shape where the pad is stretched.
   * @param {number[]} middle
   * @param {number[]} radii across and up
   */
  ellipse([x, y], [wide, high]) {
    for (let step = 0; step <= 96; step++) {
      const angle = (step / 96) * 2 * Math.PI;
      const place = this.spot(x + wide * Math.cos(angle), y + high * Math.sin(angle));
      this.context[step ? "lineTo" : "moveTo"](...place);
    }
  }

  /**
   * A cross at the image that was marked, and its ellipses at one and two standard deviations.
   * @param {{ mean: number[], spread: number[] }} marked
   */
  drawMark({ mean, spread }) {
    const { context } = this;
    const { axes, basis } = this.slice;
    const [x, y] = axes.map((axis) => this.slice.along(mean)[axis]);
    const [left, top] = this.spot(x, y);
    const arm = 8 * devicePixelRatio;
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(left - arm, top - way * arm);
      context.lineTo(left + arm, top + way * arm);
    }
    for (const times of basis === "numbers" ? [1, 2] : []) {
      this.ellipse(
        [x, y],
        axes.map((axis) => times * spread[axis]),
      );
    }
    this.outline(2);
  }

  /**
   * Strokes what was traced in the colour of marks, with a black edge.
   * @param {number} width
   */
  outline(width) {
    const { context } = this;
    context.strokeStyle = "#000";
    context.lineWidth = 2 * width * devicePixelRatio;
    context.stroke();
    context.strokeStyle = this.head.palette.mark;
    context.lineWidth = width * devicePixelRatio;
    context.stroke();
  }

  /**
   * Test images: small dots in the colours of their classes, so that the drawings below are seen; numerals
   * around the pointer, or everywhere if that was chosen.
   * @param {number} size of the canvas
   */
  drawPoints(size) {
    const { context, kind } = this;
    const { labels } = this.arrays;
    const near = (AROUND * devicePixelRatio) / size;
    const [x, y] = this.pointer ?? [Infinity, Infinity];
    const numerals = /** @type {[number, Place][]} */ ([]);
    for (const i of this.seen) {
      const [left, up] = this.shareOf(i);
      const spot = /** @type {Place} */ ([left * size, (1 - up) * size]);
      if (kind === "digits" || Math.hypot(left - x, up - y) < near) {
        numerals.push([labels[i], spot]);
      } else {
        context.fillStyle = this.colour(labels[i]);
        circle(context, ...spot, DOT);
        context.fill();
      }
    }
    context.font = `600 ${Math.round(NUMERAL * devicePixelRatio)}px sans-serif`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    context.lineWidth = 3 * devicePixelRatio;
    context.strokeStyle = this.head.palette.ground;
    for (const [label, spot] of numerals) {
      context.fillStyle = this.colour(label);
      if (kind === "dots") context.strokeText(String(label), ...spot);
      context.fillText(String(label), ...spot);
    }
  }

  /**
   * Where a test image is on the pad, 0 to 1 from the left and from below.
   * @param {number} i
   * @returns {Place}
   */
  shareOf(i) {
    return [this.toShare(this.points[2 * i]), this.toShare(this.points[2 * i + 1])];
  }

  /**
   * The test image nearest to a place on the pad (shares from the left and from the top), or -1.
   * @param {number} x
   * @param {number} y
   */
  under(x, y) {
    if (this.kind === "none") return -1;
    let [best, least] = [-1, NEAR / this.find("canvas#pad").clientWidth];
    for (const i of this.seen) {
      const share = this.shareOf(i);
      const away = Math.hypot(share[0] - x, share[1] - (1 - y));
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }
}

/**
 * Which of `n` to show where there is room for `most`: every second, third and so on.
 * @param {number} n
 * @param {number} most
 */
export function spread(n, most) {
  const step = Math.max(1, Math.ceil(n / most));
  return Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
}
