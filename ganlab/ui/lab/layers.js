// The layers of the plane, drawn one over the other.

import { contour, median } from "../shared/contour.js";
import { line, newCanvas, pen } from "../shared/drawing.js";
import { heatColour, heatTable, shareOf } from "../shared/heat_colours.js";
import { cellOpacities, corners } from "./blend.js";
import { coordinate, roundValues } from "./plane_scale.js";

/** @import { PlaneScale } from "./plane_scale.js" */
/** @import { Moment } from "./timeline.js" */
/** @typedef {(name: string) => string} ColourBy of a CSS variable */

const DOT = { real: 2.6, generated: 2.4 }; // pixels of the page
const SHADES = 7; // colours of points that the discriminator has judged
const STRETCH = 3; // moments of a trail that are equally strong
const LONGEST = 0.15; // of the plane, which no arrow reaches
const TABLES = { light: heatTable(false), dark: heatTable(true) };

/** The discriminator's output all over the plane: its colours are computed at few places, and the browser blends them. */
export class HeatMap {
  /** @type {{ canvas: HTMLCanvasElement, image: ImageData } | null} */
  drawn = null;
  /** @type {number[]} */
  segments = [];

  /**
   * @param {Float32Array} values
   * @param {boolean} probability
   * @param {boolean} dark
   */
  take(values, probability, dark) {
    const side = Math.round(Math.sqrt(values.length));
    if (this.drawn?.canvas.width !== side) {
      const canvas = newCanvas(side, side);
      this.drawn = { canvas, image: pen(canvas).createImageData(side, side) };
    }
    const { canvas, image } = this.drawn;
    const middle = probability ? 0 : median(values);
    const share = shareOf(values, probability, middle);
    const table = TABLES[dark ? "dark" : "light"];
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = table[Math.round(255 * share(values[i]))];
    pen(canvas).putImageData(image, 0, 0);
    this.segments = contour(values, side, middle);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {PlaneScale} scale
   * @param {string} ink
   */
  draw(context, scale, ink) {
    if (!this.drawn) return;
    const { canvas } = this.drawn;
    const { extent } = scale;
    const step = (2 * extent) / (canvas.width - 1); // the outermost values are those at the edge
    const place = (/** @type {number} */ at) => at * step - extent;
    const long = canvas.width * step * scale.perUnit;
    context.imageSmoothingEnabled = true;
    context.drawImage(canvas, scale.left(place(-0.5)), scale.top(-place(-0.5)), long, long);
    context.beginPath();
    for (let i = 0; i < this.segments.length; i += 4) {
      const [x, y, endX, endY] = this.segments.slice(i, i + 4).map(place);
      context.moveTo(scale.left(x), scale.top(-y));
      context.lineTo(scale.left(endX), scale.top(-endY));
    }
    context.strokeStyle = ink;
    context.lineWidth = 1.75 * devicePixelRatio;
    context.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    context.stroke();
    context.setLineDash([]);
  }
}

/**
 * Lines across the middle and round values at the edges.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {ColourBy} colour
 */
export function drawAxes(context, scale, colour) {
  const { size, x, y, reach } = scale;
  context.strokeStyle = colour("--ink");
  context.globalAlpha = 0.18;
  context.lineWidth = devicePixelRatio;
  line(context, [scale.left(0), 0], [scale.left(0), size]);
  line(context, [0, scale.top(0)], [size, scale.top(0)]);
  context.globalAlpha = 1;
  context.fillStyle = colour("--ink");
  context.font = `${10.5 * devicePixelRatio}px sans-serif`;
  const edge = 4 * devicePixelRatio;
  const room = 14 * devicePixelRatio;
  const inside = (/** @type {number} */ at) => at > room && at < size - 1.5 * room;
  context.textBaseline = "bottom";
  context.textAlign = "center";
  for (const value of roundValues(x - reach, x + reach)) {
    if (inside(scale.left(value))) context.fillText(String(value), scale.left(value), size - edge);
  }
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const value of roundValues(y - reach, y + reach)) {
    if (inside(scale.top(value))) context.fillText(String(value), edge, scale.top(value));
  }
}

/**
 * The grid of noise as the generator bends it.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {Float32Array} nodes
 * @param {string} colour
 */
export function drawGrid(context, scale, nodes, colour) {
  const side = Math.round(Math.sqrt(nodes.length / 2));
  const spots = new Float32Array(nodes.length);
  for (let i = 0; i < nodes.length; i += 2) {
    spots[i] = scale.left(nodes[i]);
    spots[i + 1] = scale.top(nodes[i + 1]);
  }
  const opacities = cellOpacities(nodes, scale.extent);
  context.fillStyle = context.strokeStyle = colour;
  for (let cell = 0; cell < opacities.length; cell++) {
    const around = corners(Math.floor(cell / (side - 1)), cell % (side - 1), side);
    context.globalAlpha = opacities[cell];
    context.beginPath();
    for (const corner of around) context.lineTo(spots[corner], spots[corner + 1]);
    context.fill(); // each by itself, so that cells on top of each other add up
  }
  context.globalAlpha = 0.8;
  context.lineWidth = 0.9 * devicePixelRatio;
  context.beginPath();
  for (let i = 0; i < side; i++) {
    for (let k = 0; k < side; k++)
      context[k ? "lineTo" : "moveTo"](spots[2 * (i * side + k)], spots[2 * (i * side + k) + 1]);
    for (let k = 0; k < side; k++)
      context[k ? "lineTo" : "moveTo"](spots[2 * (k * side + i)], spots[2 * (k * side + i) + 1]);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * Small pictures of dots, as placing one of them many times is faster than drawing circles.
 * @type {Map<string, HTMLCanvasElement>}
 */
const STAMPS = new Map();

/**
 * A dot, or a ring; with an edge in the ground's colour, so that it is seen on any.
 * @param {number} radius in pixels of the screen
 * @param {string} colour
 * @param {string} ground
 * @param {boolean} hollow
 */
function stamp(radius, colour, ground, hollow) {
  const name = [radius, colour, ground, hollow, devicePixelRatio].join();
  const known = STAMPS.get(name);
  if (known) return known;
  if (STAMPS.size > 40) STAMPS.clear(); // after much zooming
  const half = Math.ceil(radius + 2 * devicePixelRatio);
  const canvas = newCanvas(2 * half, 2 * half);
  const context = pen(canvas);
  context.arc(half, half, radius, 0, 7);
  context.strokeStyle = ground;
  context.lineWidth = (hollow ? 3.2 : 2) * devicePixelRatio;
  context.stroke();
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1.9 * devicePixelRatio;
  context[hollow ? "stroke" : "fill"]();
  STAMPS.set(name, canvas);
  return canvas;
}

/**
 * Dots; rings if they are hollow, so that the two kinds are told apart without their colours.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {Float32Array} points
 * @param {string} colour
 * @param {string} ground
 * @param {boolean} hollow
 */
export function drawPoints(context, scale, points, colour, ground, hollow) {
  const larger = Math.min(1.8, scale.zoom ** 0.25);
  const picture = stamp(DOT[hollow ? "real" : "generated"] * devicePixelRatio * larger, colour, ground, hollow);
  const half = picture.width / 2;
  for (let i = 0; i < points.length; i += 2) {
    const [left, top] = [scale.left(points[i]), scale.top(points[i + 1])];
    if (left > -half && left < scale.size + half && top > -half && top < scale.size + half) {
      context.drawImage(picture, left - half, top - half);
    }
  }
}

/**
 * Dots in the colours of what the discriminator says of each of them, with an edge in the colour of their kind.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {Float32Array} points
 * @param {Uint8Array} levels from 0, generated, to 255, real
 * @param {string} edge
 * @param {boolean} hollow
 * @param {boolean} dark
 */
export function drawJudged(context, scale, points, levels, edge, hollow, dark) {
  for (let kind = 0; kind < SHADES; kind++) {
    const chosen = Float32Array.from(
      points.filter((_, i) => Math.min(SHADES - 1, (levels[i >> 1] * SHADES) >> 8) === kind),
    );
    const colour = `rgb(${heatColour(kind / (SHADES - 1), dark)})`;
    if (chosen.length) drawPoints(context, scale, chosen, colour, edge, hollow);
  }
}

/**
 * The way that each point has come, over some moments and to where it is; the later, the stronger.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {Moment[]} moments oldest first
 * @param {Float32Array} now
 * @param {string} colour
 */
export function drawTrails(context, scale, moments, now, colour) {
  const { extent } = scale;
  const ways = moments.flatMap(({ points }) => (points?.length === now.length ? [points] : []));
  context.strokeStyle = colour;
  context.lineWidth = 1.2 * devicePixelRatio;
  context.lineJoin = "bevel";
  for (let step = 0; step < ways.length; step += STRETCH) {
    context.globalAlpha = 0.15 + (0.55 * (step + STRETCH)) / (ways.length + STRETCH);
    context.beginPath();
    for (let i = 0; i < now.length; i += 2) {
      for (let k = step; k <= Math.min(step + STRETCH, ways.length); k++) {
        const way = ways[k];
        const x = way ? coordinate(way[i], extent) : now[i];
        const y = way ? coordinate(way[i + 1], extent) : now[i + 1];
        context[k === step ? "moveTo" : "lineTo"](scale.left(x), scale.top(y));
      }
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * Which way, and how far, each point would have to move. The longer an arrow is, the more it is shortened.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {Float32Array} points
 * @param {Float32Array} ways
 * @param {string} colour
 */
export function drawArrows(context, scale, points, ways, colour) {
  const most = 4.5 * devicePixelRatio; // of a head's sides
  const limit = LONGEST * context.canvas.width;
  context.beginPath();
  for (let i = 0; i < Math.min(points.length, ways.length); i += 2) {
    const [left, top] = [scale.left(points[i]), scale.top(points[i + 1])];
    const far = Math.hypot(ways[i], ways[i + 1]) * scale.perUnit;
    const share = 1 / (1 + far / limit);
    const [right, down] = [share * ways[i] * scale.perUnit, -share * ways[i + 1] * scale.perUnit];
    const long = share * far;
    if (long < 1.5 * devicePixelRatio) continue; // it would be no more than a dot
    const [tipX, tipY] = [left + right, top + down];
    const head = Math.min(most, long / 2) / long;
    context.moveTo(left, top);
    context.lineTo(tipX, tipY);
    context.moveTo(tipX - head * (right + 0.55 * down), tipY - head * (down - 0.55 * right));
    context.lineTo(tipX, tipY);
    context.lineTo(tipX - head * (right - 0.55 * down), tipY - head * (down + 0.55 * right));
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.1 * devicePixelRatio;
  context.globalAlpha = 0.85;
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * A cross-hair, and how far around it points are counted.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneScale} scale
 * @param {[x: number, y: number]} place
 * @param {number} radius in units of the plane
 * @param {string} ink
 */
export function drawCross(context, scale, [x, y], radius, ink) {
  const [left, top] = [scale.left(x), scale.top(y)];
  const arm = 9 * devicePixelRatio;
  context.strokeStyle = ink;
  context.lineWidth = 1.4 * devicePixelRatio;
  line(context, [left - arm, top], [left + arm, top]);
  line(context, [left, top - arm], [left, top + arm]);
  context.globalAlpha = 0.55;
  context.lineWidth = devicePixelRatio;
  context.beginPath();
  context.arc(left, top, radius * scale.perUnit, 0, 7);
  context.stroke();
  context.globalAlpha = 1;
}
