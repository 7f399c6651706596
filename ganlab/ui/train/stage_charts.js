// The curves of the live view: drawn, smoothed, zoomed into, and clicked to look back.

import { count } from "../shared/count.js";
import { lineAt } from "../shared/cursor.js";
import { part } from "../shared/elements.js";
import { colourOf, picture, saveButton } from "../shared/saving.js";
import "../shared/uPlot.iife.min.js";
import { StageImages } from "./stage_images.js";
import { FEWEST_SHOWN, nearest, rowsByName, settled, smoothed, validatedAt, yRange, zoomed } from "./stage_numbers.js";
import { iterationsOf, valueText } from "./values.js";

const DASHES = [[], [8, 4], [3, 3], [9, 3, 2, 3]]; // so that curves are told apart without their colours

export class StageCharts extends StageImages {
  /**
   * The iterations shown; null are all.
   * @type {Ends | null}
   */
  window = null;
  /** Of the smoothing. */
  strength = 0.6;
  /** @type {HTMLInputElement[]} */
  smoothers = [];
  /** @type {Validated | undefined} */
  validated;
  /** @type {string | null} */
  drawn = null;
  /** When a part of a curve was last chosen. */
  dragged = -1000;
  /**
   * Where the user looked before a click.
   * @type {number | null}
   */
  before = null;

  /**
   * @param {FrameHead} head
   * @param {CurveArrays} arrays
   */
  curves(head, arrays) {
    const n = arrays.iterations.length;
    if (this.window && !head.window) return; // an answer to an older question
    const { validated: at, validation: values } = arrays;
    this.validated = head.validation && at && values && { at, names: head.validation, values };
    const drawn = [head.run, head.done, head.window, n, arrays.validated?.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const x = Array.from(arrays.iterations);
    this.data = { x, named: rowsByName(head.columns, arrays.rows, n) };
    this.redraw();
  }

  /** @override */
  redraw() {
    if (!this.data || !this.head) return;
    const { x, named } = this.data;
    const { done } = this.head;
    for (const plot of this.plots) {
      const raw = plot.curves.map(({ name }) => named[name] ?? x.map(() => null));
      plot.chart.setData([x, ...raw, ...raw.map((values) => smoothed(values, this.strength))], false);
      const ends = this.window ?? [Math.min(1, done), Math.max(2, done)];
      plot.chart.batch(() => {
        plot.chart.setScale("x", { min: ends[0], max: ends[1] });
      });
      if (plot.chart.cursor.idx == null) this.legend(plot);
    }
    this.scatter();
  }

  /**
   * Shows the values under the pointer, else where the user looks, else the latest.
   * @param {StagePlot} plot
   */
  legend(plot) {
    if (!this.data) return;
    const { x } = this.data;
    const near = this.at ? nearest(x, this.at) : x.length - 1;
    const place = plot.chart.cursor.idx ?? near;
    const smoothing = plot.smoothing && this.strength > 0;
    const recorded = plot.curves.some((_, i) => plot.chart.data[1 + i]?.[place] != null);
    const when = recorded ? iterationsOf(x, place, this.window?.[0] ?? 1, smoothing) : "";
    if (plot.when.textContent !== when) plot.when.textContent = when;
    plot.values.forEach((element, i) => {
      const value = plot.chart.data[1 + i]?.[place] ?? validatedAt(this.validated, plot.curves[i].name, x[place]);
      const text = valueText(value, plot.unit);
      if (element.textContent !== text) element.textContent = text;
    });
  }

  /**
   * @param {PlotAbout} about
   * @returns {StagePlot}
   */
  makePlot(about) {
    const box = document.createElement("div");
    box.className = "plot";
    box.innerHTML = `<div class="head"><h2></h2></div><div class="canvas"></div><p class="caption"></p><p class="caption more"></p>`;
    part(box, "h2").textContent = about.title;
    part(box, ".caption").textContent = about.caption;
    part(box, ".more").textContent = about.more;
    const head = part(box, ".head");
    const values = about.curves.map((curve) => {
      const key = document.createElement("span");
      key.className = "key";
      key.title = curve.help;
      key.innerHTML =
        `<svg width="22" height="6" aria-hidden="true"><line x1="0" x2="22" y1="3" y2="3" stroke-width="2.5" ` +
        `stroke="${shade(curve)}" stroke-dasharray="${DASHES[curve.dash].join(" ")}"/></svg><span></span> <b>–</b>`;
      part(key, "span").textContent = curve.title;
      head.append(key);
      return part(key, "b");
    });
    const when = document.createElement("span");
    when.className = "when";
    head.append(when);
    const keys = about.curves.map(({ title, colour, dash }) => ({ title, colour, dash: DASHES[dash] }));
    saveButton(
      head,
      () => this.about.run,
      about.title,
      () => picture(this.root, part(box, "canvas"), about.title, keys),
    );
    if (about.smoothing) {
      const label = document.createElement("label");
      label.innerHTML = `Smoothing <input type="range" min="0" max="0.98" step="0.02">`;
      const input = part(label, "input");
      input.value = String(this.strength);
      input.addEventListener("input", () => {
        this.strength = Number(input.value);
        for (const other of this.smoothers) other.value = input.value;
        this.redraw();
      });
      this.smoothers.push(input);
      head.append(label);
    }
    this.find("plots").append(box);
    const plot = /** @type {StagePlot} */ (/** @type {Partial<StagePlot>} */ ({ ...about, box, values, when }));
    const empty = /** @type {uPlot.AlignedData} */ ([[], ...Array(2 * about.curves.length).fill([])]);
    plot.chart = new uPlot(this.options(plot), empty, part(box, ".canvas"));
    const label = `${about.title} over iterations: ${about.curves.map((curve) => curve.title).join(", ")}`;
    const canvas = part(box, "canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return plot;
  }

  /**
   * @param {StagePlot} plot
   * @returns {uPlot.Options}
   */
  options(plot) {
    const colour = (/** @type {string} */ name) => () => getComputedStyle(this.root).getPropertyValue(name);
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "12px sans-serif",
    };
    const line = (/** @type {Curve} */ curve, /** @type {boolean} */ raw) => ({
      stroke: () => colourOf(this.root, curve.colour) + (raw && this.strength ? "55" : ""),
      width: raw && this.strength ? 1 : 2,
      dash: raw ? [] : DASHES[curve.dash],
      points: { show: false },
      show: true,
    });
    /** @type {uPlot.Axis} */
    const ticks = plot.unit ? { splits: () => [0, 0.25, 0.5, 0.75, 1], values: (_, splits) => splits.map(String) } : {};
    return {
      width: this.plotWidth(),
      height: 190,
      legend: { show: false },
      cursor: {
        sync: { key: "ganlab" },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        bind: {
          dblclick: () => () => {
            this.zoomOut();
            return null;
          },
        },
      },
      scales: {
        x: { time: false, auto: false },
        y: { range: (u, low, high) => (plot.unit ? [0, 1] : yRange(low, plot.settles ? this.settled(u, high) : high)) },
      },
      axes: [
        {
          ...axis,
          size: 28,
          values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? count(split) : "")),
        },
        { ...axis, size: 42, ...ticks },
      ],
      series: [{}, ...plot.curves.map((curve) => line(curve, true)), ...plot.curves.map((curve) => line(curve, false))],
      hooks: {
        setSelect: [(u) => this.select(u)],
        setCursor: [() => this.legend(plot)],
        draw: [(u) => this.decorate(u, plot)],
        ready: [(u) => u.over.addEventListener("click", (event) => this.click(u, event))],
      },
    };
  }

  plotWidth() {
    return Math.max(200, Math.floor(this.find("plots").clientWidth));
  }

  resize() {
    const width = this.plotWidth();
    for (const plot of this.plots) {
      if (plot.chart.width !== width) plot.chart.setSize({ width, height: 190 });
    }
    this.scatter();
    this.plane();
  }

  /**
   * @param {uPlot} chart
   * @param {number} high
   */
  settled(chart, high) {
    return settled(/** @type {Values[]} */ (chart.data.slice(1)), chart.scales.x.min ?? 0, high);
  }

  /**
   * The line at 0.5, and the one where the user looks.
   * @param {uPlot} chart
   * @param {StagePlot} plot
   */
  decorate(chart, plot) {
    const context = chart.ctx;
    const { left, width } = chart.bbox;
    const style = getComputedStyle(this.root);
    context.save();
    if (plot.half) {
      const y = chart.valToPos(0.5, "y", true);
      context.strokeStyle = style.getPropertyValue("--ink");
      context.setLineDash([]); // not as the last curve left it
      context.lineWidth = devicePixelRatio;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
    }
    this.dots(chart, plot, context);
    lineAt(chart, this.at, style.getPropertyValue("--accent"));
    context.restore();
  }

  /**
   * Values over images held out; joined by lines where there is no curve.
   * @param {uPlot} chart
   * @param {StagePlot} plot
   * @param {CanvasRenderingContext2D} context
   */
  dots(chart, plot, context) {
    if (!this.validated) return;
    const { at, names, values } = this.validated;
    const { x, y } = chart.scales;
    const within = (/** @type {number[]} */ [end, value]) =>
      end >= (x.min ?? Infinity) && end <= (x.max ?? 0) && value <= (y.max ?? -Infinity);
    for (const { name, colour, dash } of plot.curves) {
      const row = names.indexOf(name);
      if (row < 0) continue;
      const shown = Array.from(at, (end, i) => [end, values[row * at.length + i]]).filter(within);
      const spots = shown.map(([end, value]) => [chart.valToPos(end, "x", true), chart.valToPos(value, "y", true)]);
      context.fillStyle = context.strokeStyle = colourOf(this.root, colour);
      if (!this.data?.named[name]) {
        context.lineWidth = 2 * devicePixelRatio;
        context.setLineDash(DASHES[dash].map((length) => length * devicePixelRatio));
        context.beginPath();
        for (const [left, top] of spots) context.lineTo(left, top);
        context.stroke();
        context.setLineDash([]);
      }
      for (const [left, top] of spots) {
        context.beginPath();
        context.arc(left, top, 4 * devicePixelRatio, 0, 7);
        context.fill();
      }
    }
  }

  /** @param {uPlot} chart */
  select(chart) {
    const { left, width } = chart.select;
    if (width < 4) return;
    const ends = [left, left + width].map((x) => Math.round(chart.posToVal(x, "x")));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.dragged = performance.now();
    if (ends[1] - ends[0] >= 2) this.zoom([Math.max(1, ends[0]), ends[1]]);
  }

  /** @param {Ends | null} window */
  zoom(window) {
    this.window = window;
    this.redraw();
    this.offerZoom();
    this.askSoon();
  }

  /** @param {number} factor */
  zoomBy(factor) {
    this.zoom(zoomed(factor, this.window, this.head?.done ?? 0, this.at));
  }

  /** A double click shows the whole run; its first click has looked back at a place that nobody asked for. */
  zoomOut() {
    this.lookAt(this.before);
    this.zoom(null);
  }

  offerZoom() {
    const done = this.head?.done ?? 0;
    const [first, last] = this.window ?? [1, done];
    this.find("closer").disabled = last - first <= FEWEST_SHOWN;
    for (const id of /** @type {const} */ (["farther", "whole"])) this.find(id).disabled = !this.window;
    const hint = matchMedia("(pointer: coarse)").matches ? "" : "Drag across a curve to zoom in on a part of it.";
    const words = this.window ? `Iterations ${count(first)} to ${count(last)}` : hint;
    if (this.find("zoom-words").textContent !== words) this.find("zoom-words").textContent = words;
  }

  /**
   * Looks at an iteration, or at the latest if it is null.
   * @param {number | null} _iteration
   */
  lookAt(_iteration) {}

  /**
   * @param {uPlot} chart
   * @param {MouseEvent} event
   */
  click(chart, event) {
    if (event.detail > 1 || performance.now() - this.dragged < 300) return;
    this.before = this.at;
    const { left } = chart.over.getBoundingClientRect();
    this.lookAt(chart.posToVal(event.clientX - left, "x"));
  }
}

/** @param {Curve} curve */
const shade = ({ colour }) => (colour.startsWith("--") ? `var(${colour})` : colour);
