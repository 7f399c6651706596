// What is drawn on the latent plane's pad: the decoder's drawings, test images, the marker, and an image that was
// marked. Its ground is dark in both themes, as that of the images is.

import { pen } from "../shared/drawing.js";
import { finder } from "../shared/elements.js";
import { asImage, SIDE } from "../shared/paint.js";
import { cumulative, quantile } from "./normal.js";

/** @import { Decoder } from "./decoder.js" */
/** @import { Slice } from "./slice.js" */

const GRIDS = { quantiles: 21, linear: 21 };
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
   * @type {Partial<Record<keyof typeof GRIDS, { canvas: HTMLCanvasElement, done: number }>>}
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
    return /** @type {keyof typeof GRIDS | "none"} */ (this.find("select#picture").value);
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

  /** @param {number} share */
  toValue(share) {
    if (this.picture !== "quantiles") return this.clip(share * 2 * this.reach - this.reach);
    return this.clip(quantile(Math.min(0.9999, Math.max(0.0001, share))));
  }

  resize() {
    const pad = this.find("canvas#pad");
    const size = Math.round(pad.clientWidth * devicePixelRatio);
    if (!size || !this.decoder) return;
    if (pad.width !== size) Object.assign(pad, { width: size, height: size });
    this.draw();
  }

  /** The decoder over the plane: decoded a few rows at a time, and kept. */
  tile() {
    const kind = this.picture;
    if (kind === "none") return null;
    const size = GRIDS[kind] * SIDE;
    this.tiles[kind] ??= {
      canvas: Object.assign(document.createElement("canvas"), { width: size, height: size }),
      done: 0,
    };
    const tile = this.tiles[kind];
    const over = tile.done === GRIDS[kind] ** 2;
    this.root.dataset.painted = over ? kind : "";
    if (!over) this.paintSoon();
    return tile.canvas;
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
    const kind = this.picture;
    const tile = kind === "none" ? undefined : this.tiles[kind];
    if (kind === "none" || !tile) return;
    const n = GRIDS[kind];
    const until = performance.now() + 12; // leaves the rest of each frame to the hand that drags
    const context = pen(tile.canvas);
    while (tile.done < n * n && performance.now() < until) {
      const [row, column] = [Math.floor(tile.done / n), tile.done % n];
      const place = [(column + 0.5) / n, 1 - (row + 0.5) / n].map((share) =>
        kind === "quantiles" ? quantile(share) : share * 2 * this.reach - this.reach,
      );
      context.putImageData(asImage(this.decoder.decode(this.slice.codeAt(place))), column * SIDE, row * SIDE);
      tile.done++;
    }
    const over = tile.done === n * n;
    if (over || performance.now() > this.drawn + BETWEEN) this.draw();
    else this.paintSoon();
  }

  draw() {
    this.drawn = performance.now();
    const pad = this.find("canvas#pad");
    const context = pen(pad);
    const size = pad.width;
    const tiles = this.tile();
    context.globalAlpha = 1;
    context.fillStyle = this.head.palette.ground;
    context.fillRect(0, 0, size, size);
    this.say();
    if (tiles) {
      context.globalAlpha = SHINING[this.kind];
      context.imageSmoothingEnabled = true;
      context.drawImage(tiles, 0, 0, size, size);
      context.globalAlpha = 1;
    }
    if (this.find("input#density").checked) this.drawDensity(context, size);
    if (this.kind !== "none") this.drawPoints(context, size);
    if (this.marked) this.drawMark(context, size, this.marked);
    const [x, y] = [this.toShare(this.at[0]) * size, (1 - this.toShare(this.at[1])) * size];
    context.beginPath();
    context.arc(x, y, 9 * devicePixelRatio, 0, 7);
    this.outline(context, 2.5);
  }

  /** Below the pad: how far the picture is, or how much of the map is not on it. */
  say() {
    const kind = this.picture;
    const done = kind === "none" ? 1 : (this.tiles[kind]?.done ?? 0) / GRIDS[kind] ** 2;
    const all = this.arrays.labels.length;
    const { within } = this;
    let beyond = 0;
    for (let i = 0; i < all; i++) if (!within(i)) beyond++;
    const share = Math.round((100 * beyond) / all);
    const words = share && this.kind !== "none" ? `${share}% of the test images lie outside this square.` : "";
    this.find("#progress").textContent = done < 1 ? `Drawing the plane: ${Math.round(100 * done)}%` : words;
  }

  /**
   * Rings at 1, 2 and 3 standard deviations, filled: the denser, the lighter.
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   */
  drawDensity(context, size) {
    context.fillStyle = context.strokeStyle = this.head.palette.mark;
    for (const sigma of [3, 2, 1]) {
      context.beginPath();
      for (let step = 0; step <= 96; step++) {
        const angle = (step / 96) * 2 * Math.PI;
        const x = this.toShare(sigma * Math.cos(angle)) * size;
        const y = (1 - this.toShare(sigma * Math.sin(angle))) * size;
        context[step ? "lineTo" : "moveTo"](x, y);
      }
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 0.7;
      context.lineWidth = devicePixelRatio;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /**
   * A cross at the image that was marked, and its ellipses at one and two standard deviations.
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {{ mean: number[], spread: number[] }} marked
   */
  drawMark(context, size, { mean, spread }) {
    const { axes, basis } = this.slice;
    const [x, y] = axes.map((axis) => this.slice.along(mean)[axis]);
    const put = (/** @type {number} */ x, /** @type {number} */ y) =>
      /** @type {Place} */ ([this.toShare(x) * size, (1 - this.toShare(y)) * size]);
    const [left, top] = put(x, y);
    const arm = 8 * devicePixelRatio;
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(left - arm, top - way * arm);
      context.lineTo(left + arm, top + way * arm);
    }
    for (const times of basis === "numbers" ? [1, 2] : []) {
      const [wide, high] = axes.map((axis) => times * spread[axis]);
      for (let step = 0; step <= 72; step++) {
        const angle = (step / 72) * 2 * Math.PI;
        context[step ? "lineTo" : "moveTo"](...put(x + wide * Math.cos(angle), y + high * Math.sin(angle)));
      }
    }
    this.outline(context, 2);
  }

  /**
   * Strokes what was traced in the colour of marks, with a black edge.
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   */
  outline(context, width) {
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
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   */
  drawPoints(context, size) {
    const { labels } = this.arrays;
    const near = (AROUND * devicePixelRatio) / size;
    const [x, y] = this.pointer ?? [Infinity, Infinity];
    const numerals = /** @type {[number, Place][]} */ ([]);
    for (const i of this.seen) {
      const share = this.shareOf(i);
      if (this.kind === "digits" || Math.hypot(share[0] - x, share[1] - y) < near) numerals.push([i, share]);
      else this.drawDot(context, size, share, this.colour(labels[i]));
    }
    context.font = `600 ${Math.round(NUMERAL * devicePixelRatio)}px sans-serif`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    context.lineWidth = 3 * devicePixelRatio;
    context.strokeStyle = this.head.palette.ground;
    for (const [i, [left, up]] of numerals) {
      context.fillStyle = this.colour(labels[i]);
      if (this.kind === "dots") context.strokeText(String(labels[i]), left * size, (1 - up) * size);
      context.fillText(String(labels[i]), left * size, (1 - up) * size);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {Place} share
   * @param {string} colour
   */
  drawDot(context, size, [x, y], colour) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x * size, (1 - y) * size, DOT * devicePixelRatio, 0, 7);
    context.fill();
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
