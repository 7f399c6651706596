// Maps and bars on canvases: orange is below 0, blue-green above, as everywhere.

import { line, newCanvas, pen } from "../shared/drawing.js";
import { heatColour, heatTable } from "../shared/heat_colours.js";

export const TABLES = { light: heatTable(false), dark: heatTable(true) };
const MAP = { few: 58, many: 44 }; // pixels of the page that a map is wide
const MANY = 64; // maps
const BAR = { width: 9, height: 40 };
const FEW = 16; // bars, which have room to be larger
const BETWEEN = 4;

/**
 * Where the units of a layer lie on a canvas, in pixels of the page.
 * @typedef {{ columns: number, rows: number, wide: number, high: number, gap: number }} Grid
 */

/**
 * @param {number} count of units
 * @param {boolean} maps
 * @param {number} width that there is
 * @returns {Grid}
 */
export function gridOf(count, maps, width) {
  const [wide, high] = maps
    ? Array(2).fill(count > MANY ? MAP.many : MAP.few)
    : count > FEW
      ? [BAR.width, BAR.height]
      : [3 * BAR.width, 2.5 * BAR.height];
  const gap = maps ? BETWEEN : count > FEW ? 2 : 6;
  const columns = Math.max(1, Math.min(count, Math.floor((width - gap) / (wide + gap))));
  return { columns, rows: Math.ceil(count / columns), wide, high, gap };
}

/**
 * The unit under a place of the canvas; -1 where there is none.
 * @param {Grid} grid
 * @param {number} count
 * @param {number} x
 * @param {number} y
 */
export function unitAt({ columns, wide, high, gap }, count, x, y) {
  const [column, row] = [Math.floor((x - gap / 2) / (wide + gap)), Math.floor((y - gap / 2) / (high + gap))];
  const unit = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && unit < count ? unit : -1;
}

/**
 * Values as a picture, a pixel each.
 * @param {number} rows
 * @param {number} columns
 * @param {(at: number) => number} share from 0 to 1, of which 0.5 is the middle
 * @param {boolean} dark
 */
export function pictureOf(rows, columns, share, dark) {
  const canvas = newCanvas(columns, rows);
  const image = pen(canvas).createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const table = TABLES[dark ? "dark" : "light"];
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[Math.min(255, Math.max(0, Math.round(255 * share(i))))];
  pen(canvas).putImageData(image, 0, 0);
  return canvas;
}

/**
 * Shows a picture on a canvas that has as many pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} picture
 */
export function show(canvas, picture) {
  Object.assign(canvas, { width: picture.width, height: picture.height });
  pen(canvas).drawImage(picture, 0, 0);
}

/**
 * All units of a layer.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {HTMLCanvasElement[] | Float32Array} units their pictures, or their numbers as shares from -1 to 1
 * @param {number} chosen
 * @param {{ ink: string, accent: string, dark: boolean }} look
 */
export function drawUnits(canvas, grid, units, chosen, look) {
  const { columns, rows, wide, high, gap } = grid;
  const scale = devicePixelRatio;
  const [width, height] = [gap + columns * (wide + gap), gap + rows * (high + gap)];
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = pen(canvas);
  context.scale(scale, scale);
  context.imageSmoothingEnabled = false;
  for (let unit = 0; unit < units.length; unit++) {
    const left = gap + (unit % columns) * (wide + gap);
    const top = gap + Math.floor(unit / columns) * (high + gap);
    const one = units[unit];
    if (typeof one === "number") drawBar(context, one, left, top, wide, high, look);
    else context.drawImage(one, left, top, wide, high);
    if (unit !== chosen) continue;
    context.strokeStyle = look.accent;
    context.lineWidth = 3;
    context.strokeRect(left - 1.5, top - 1.5, wide + 3, high + 3);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} share from -1 to 1
 * @param {number} left
 * @param {number} top
 * @param {number} wide
 * @param {number} high
 * @param {{ ink: string, dark: boolean }} look
 */
export function drawBar(context, share, left, top, wide, high, { ink, dark }) {
  const middle = top + high / 2;
  context.fillStyle = `rgb(${heatColour(share < 0 ? 0 : 1, dark)})`;
  context.fillRect(left, Math.min(middle, middle - (share * high) / 2), wide, (Math.abs(share) * high) / 2);
  context.strokeStyle = ink;
  context.globalAlpha = 0.4;
  context.lineWidth = 1;
  line(context, [left, middle], [left + wide, middle]);
  context.globalAlpha = 1;
}

/**
 * How numbers are spread: how many lie in each part of their range.
 * @param {HTMLCanvasElement} canvas
 * @param {Int32Array} counts
 * @param {Spread} spread
 * @param {[low: number, high: number]} axis
 * @param {{ ink: string, accent: string }} look
 */
export function drawSpread(canvas, counts, { low, high }, [from, to], { ink, accent }) {
  const { width, height } = canvas;
  const context = pen(canvas);
  const x = (/** @type {number} */ value) => ((value - from) / (to - from || 1)) * width;
  context.clearRect(0, 0, width, height);
  const most = Math.sqrt(Math.max(1, ...counts)); // as roots, so that what is rare is seen, too
  context.fillStyle = accent;
  counts.forEach((count, i) => {
    const [left, right] = [i, i + 1].map((end) => x(low + ((high - low) * end) / counts.length));
    const tall = (Math.sqrt(count) / most) * (height - 2);
    context.fillRect(left, height - tall, Math.max(1, right - left), tall);
  });
  context.strokeStyle = ink;
  context.setLineDash([3, 3]);
  line(context, [x(0), 0], [x(0), height]);
  context.setLineDash([]);
}
