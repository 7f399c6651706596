// A chart of a run with its title, a key for each of its lines, and a button that saves it.

import { count } from "./count.js";
import { colourOf, line } from "./drawing.js";
import { made, part } from "./elements.js";
import { download, fileName, picture } from "./saving.js";
import "./uPlot.iife.min.js";

/** @import { Key } from "./saving.js" */
/** @import { FrameView } from "./frame_view.js" */
/** @typedef {Partial<uPlot.Options> & Pick<uPlot.Options, "height" | "series"> & { axes: uPlot.Axis[] }} ChartOptions */

export const DASHES = [[], [8, 4], [3, 3], [9, 3, 2, 3]]; // so that curves are told apart without their colours

/**
 * The axis of iterations, which are whole numbers.
 * @type {uPlot.Axis}
 */
export const ITERATIONS = {
  values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? count(split) : "")),
};

/** @template {{ title: string }} About */
export class LineChart {
  /**
   * @param {FrameView<any, any, any>} view whose root has the colours
   * @param {HTMLElement} box with places for the keys and for the canvas
   * @param {About} about
   * @param {Key[]} keys
   * @param {(chart: LineChart<About>) => ChartOptions} optionsOf
   */
  constructor(view, box, about, keys, optionsOf) {
    this.root = view.root;
    this.box = box;
    this.about = about;
    const place = part(box, ".keys");
    this.values = keys.map(({ title, help = "", colour, dash }) => {
      const stroke = colour.startsWith("--") ? `var(${colour})` : colour;
      const key = made(
        `<span class="key"><svg width="22" height="6" aria-hidden="true"><line x1="0" x2="22" y1="3" y2="3" ` +
          `stroke-width="2.5" stroke="${stroke}" stroke-dasharray="${dash.join(" ")}"/></svg><span></span> <b>–</b></span>`,
        { "span span": title },
      );
      key.title = help;
      place.append(key);
      return part(key, "b");
    });
    const look = {
      stroke: () => this.colour("--quiet"),
      grid: { stroke: () => this.colour("--line"), width: 1 },
      ticks: { show: false },
    };
    const options = optionsOf(this);
    this.chart = new uPlot(
      {
        width: 240,
        legend: { show: false },
        ...options,
        cursor: { points: { show: false }, ...options.cursor },
        axes: options.axes.map((axis) => ({ ...look, ...axis })),
      },
      options.data ?? /** @type {any} */ (options.series.map(() => [])),
      part(box, ".canvas"),
    );
    const canvas = part(box, "canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${about.title} over iterations: ${keys.map(({ title }) => title).join(", ")}`);
    const save = made('<button type="button" class="save" title="Save this plot as a PNG image.">PNG</button>');
    save.setAttribute("aria-label", `Save ${about.title} as PNG`);
    save.addEventListener("click", () =>
      download(picture(this.root, canvas, about.title, keys), fileName(view.about.run, about.title)),
    );
    place.append(save);
  }

  /** @param {string} colour as itself, or as the name of a CSS variable */
  colour(colour) {
    return colourOf(this.root, colour);
  }

  /**
   * Makes the chart as wide as its box.
   * @param {number} [shape] its height for each pixel of width, if it is not the same at every width
   */
  fit(shape) {
    const width = Math.max(160, this.box.clientWidth);
    if (!this.box.clientWidth || this.chart.width === width) return;
    this.chart.setSize({ width, height: shape ? Math.round(shape * width) : this.chart.height });
  }

  /**
   * Shows lines over the iterations from `first` to `last`.
   * @param {number[]} x
   * @param {Values[]} lines
   * @param {Ends} ends
   */
  setLines(x, lines, [min, max]) {
    this.chart.setData([x, ...lines], false);
    this.chart.batch(() => this.chart.setScale("x", { min, max }));
  }

  /**
   * A line across the chart at a value of an axis, where that is within it.
   * @param {"x" | "y"} axis
   * @param {number | null} at
   * @param {string} colour
   * @param {number} thickness
   */
  rule(axis, at, colour, thickness) {
    const { ctx, scales } = this.chart;
    const { left, top, width, height } = this.chart.bbox;
    const { min = 0, max = 0 } = scales[axis];
    if (at === null || at < min || at > max) return;
    const place = this.chart.valToPos(at, axis, true);
    ctx.save();
    ctx.strokeStyle = this.colour(colour);
    ctx.lineWidth = thickness * devicePixelRatio;
    ctx.setLineDash([]); // not as the last curve left it
    if (axis === "x") line(ctx, [place, top], [place, top + height]);
    else line(ctx, [left, place], [left + width, place]);
    ctx.restore();
  }
}
