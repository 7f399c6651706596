// The curves of the live view: drawn, smoothed, zoomed into, and clicked to look back.

import { count } from "../shared/count.js";
import { nearest, rowsByName, smoothed, yRange } from "../shared/curve_numbers.js";
import { circle, line } from "../shared/drawing.js";
import { made, part, write } from "../shared/elements.js";
import { DASHES, ITERATIONS, LineChart } from "../shared/line_chart.js";
import { iterationsOf, valueText } from "../shared/values.js";
import { LiveImages } from "./live_images.js";
import { FEWEST_SHOWN, settled, validatedAt, zoomed } from "./live_numbers.js";

/** @import { ChartOptions } from "../shared/line_chart.js" */
/** @import { Validated } from "./live_numbers.js" */

export class LiveCharts extends LiveImages {
  /**
   * The iterations shown; null are all.
   * @type {Ends | null}
   */
  window = null;
  /** After which iterations knobs were turned. @type {number[]} */
  turns = [];
  /**
   * The curves, by name, with the last iteration of each point.
   * @type {{ x: number[], named: Record<string, Values> } | null}
   */
  data = null;
  /**
   * Of the two losses against each other.
   * @type {LineChart<{ title: string }> | null}
   */
  against = null;
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
    this.turns = head.turns ?? [];
    const drawn = [head.run, head.done, head.window, n, this.turns, arrays.validated?.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const x = Array.from(arrays.iterations);
    this.data = { x, named: rowsByName(head.columns, arrays.rows, n) };
    this.redraw();
  }

  /** Draws the curves anew. */
  redraw() {
    if (!this.data || !this.head) return;
    const { x, named } = this.data;
    const { done } = this.head;
    for (const plot of this.plots) {
      const raw = plot.about.curves.map(({ name }) => named[name] ?? x.map(() => null));
      const lines = [...raw, ...raw.map((values) => smoothed(values, this.strength))];
      plot.setLines(x, lines, this.window ?? [Math.min(1, done), Math.max(2, done)]);
      if (plot.chart.cursor.idx == null) this.legend(plot);
    }
    const losses = this.about.scatter?.map(({ name }) => named[name]);
    if (losses) this.against?.chart.setData(pairs(losses));
  }

  /**
   * Shows the values under the pointer, else where the user looks, else the latest.
   * @param {LineChart<PlotAbout>} plot
   */
  legend({ chart, about, box, values }) {
    if (!this.data) return;
    const { x } = this.data;
    const place = chart.cursor.idx ?? this.placeIn(x);
    const smoothing = about.smoothing && this.strength > 0;
    const raw = about.curves.map((_, i) => chart.data[1 + i]?.[place]);
    const recorded = raw.some((value) => value != null);
    const when = recorded ? iterationsOf(x, place, this.window?.[0] ?? 1, smoothing) : "";
    write(part(box, ".when"), when);
    values.forEach((element, i) => {
      const value = raw[i] ?? validatedAt(this.validated, about.curves[i].name, x[place]);
      write(element, valueText(value, about.unit));
    });
  }

  /**
   * Which point is looked at.
   * @param {number[]} x
   */
  placeIn(x) {
    return this.at ? nearest(x, this.at) : x.length - 1;
  }

  /** @param {PlotAbout} about */
  makePlot(about) {
    const box = made(
      `<div class="plot"><div class="keys"><h2></h2></div><div class="canvas"></div><p class="caption"></p><p class="caption more"></p></div>`,
      { h2: about.title, ".caption": about.caption, ".more": about.more },
    );
    this.find("#plots").append(box);
    const keys = about.curves.map((curve) => ({ ...curve, dash: DASHES[curve.dash] }));
    const plot = new LineChart(this, box, about, keys, (plot) => this.options(plot));
    part(box, ".save").before(made('<span class="when"></span>'));
    if (about.smoothing) part(box, ".keys").append(this.makeSmoother());
    return plot;
  }

  /** A field for how much the curves are smoothed, in step with those of other charts. */
  makeSmoother() {
    const label = made(`<label>Smoothing <input type="range" min="0" max="0.98" step="0.02"></label>`);
    const input = part(label, "input");
    input.value = String(this.strength);
    input.addEventListener("input", () => {
      this.strength = Number(input.value);
      for (const other of this.smoothers) other.value = input.value;
      this.redraw();
    });
    this.smoothers.push(input);
    return label;
  }

  /**
   * @param {LineChart<PlotAbout>} plot
   * @returns {ChartOptions}
   */
  options(plot) {
    const { about } = plot;
    const font = "12px sans-serif";
    const series = (/** @type {Curve} */ { colour, dash }, /** @type {boolean} */ raw) => ({
      stroke: () => plot.colour(colour) + (raw && this.strength ? "55" : ""),
      width: raw && this.strength ? 1 : 2,
      dash: raw ? [] : DASHES[dash],
      points: { show: false },
    });
    /** @type {uPlot.Axis} */
    const ticks = about.unit
      ? { splits: () => [0, 0.25, 0.5, 0.75, 1], values: (_, splits) => splits.map(String) }
      : {};
    const zoomOut = () => {
      this.zoomOut();
      return null;
    };
    return {
      height: 190,
      cursor: {
        sync: { key: "ganlab" },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => zoomOut },
      },
      scales: {
        x: { time: false, auto: false },
        y: {
          range: (u, low, high) => (about.unit ? [0, 1] : yRange(low, about.settles ? this.settled(u, high) : high)),
        },
      },
      axes: [
        { ...ITERATIONS, font, size: 28 },
        { ...ticks, font, size: 42 },
      ],
      series: [
        {},
        ...about.curves.map((curve) => series(curve, true)),
        ...about.curves.map((curve) => series(curve, false)),
      ],
      hooks: {
        setSelect: [(u) => this.select(u)],
        setCursor: [() => this.legend(plot)],
        draw: [() => this.decorate(plot)],
        ready: [(u) => u.over.addEventListener("click", (event) => this.click(u, event))],
      },
    };
  }

  /** The generator's loss over the discriminator's, of a run that has both. */
  makeAgainst() {
    const { scatter } = this.about;
    this.find(".against").hidden = !scatter;
    if (!scatter) return null;
    const about = { title: "The two losses against each other" };
    const box = made(`<div><div class="keys"><h2></h2></div><div class="canvas"></div></div>`, { h2: about.title });
    this.find("#scatter").replaceChildren(box);
    const font = "12px sans-serif";
    /** @type {uPlot.Scale.Range} */
    const range = (_, low, high) => yRange(low, high);
    const plot = new LineChart(this, box, about, [], (plot) => ({
      mode: 2,
      height: 300,
      cursor: { show: false },
      scales: { x: { time: false, range }, y: { range } },
      axes: scatter.map(({ title }) => ({ font, size: 36, label: title, labelFont: font, labelSize: 18 })),
      series: [{}, { facets: ["x", "y"].map((scale) => ({ scale, auto: true })), paths: () => null }],
      data: pairs([[], []]),
      hooks: { draw: [() => this.moments(plot)] },
    }));
    part(box, "canvas").setAttribute("aria-label", "The generator's loss against the discriminator's");
    return plot;
  }

  /**
   * A dot for each moment, the later the stronger, and a ring around the one that is looked at.
   * @param {LineChart<{ title: string }>} plot
   */
  moments(plot) {
    if (!this.data || !this.about.scatter) return;
    const { x, named } = this.data;
    const [across, up] = this.about.scatter.map(({ name }) => named[name]);
    const { chart } = plot;
    const { ctx } = chart;
    const trace = (/** @type {number} */ place, /** @type {number} */ radius) => {
      const [v, w] = [across[place], up[place]];
      circle(ctx, chart.valToPos(v ?? NaN, "x", true), chart.valToPos(w ?? NaN, "y", true), radius);
    };
    ctx.save();
    ctx.fillStyle = plot.colour("--accent");
    for (const place of x.keys()) {
      ctx.globalAlpha = 0.15 + (0.75 * place) / x.length;
      trace(place, 2.6);
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = plot.colour("--ink");
    ctx.lineWidth = 2 * devicePixelRatio;
    trace(this.placeIn(x), 6);
    ctx.stroke();
    ctx.restore();
  }

  /** @override */
  resize() {
    super.resize();
    this.against?.fit(0.8);
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
   * @param {LineChart<PlotAbout>} plot
   */
  decorate(plot) {
    if (plot.about.half) plot.rule("y", 0.5, "--ink", 1);
    this.dots(plot);
    for (const turn of this.turns) plot.rule("x", turn, "--other", 1.5);
    plot.rule("x", this.at, "--accent", 2);
  }

  /**
   * Values over images held out; joined by lines where there is no curve.
   * @param {LineChart<PlotAbout>} plot
   */
  dots(plot) {
    if (!this.validated) return;
    const { at, names, values } = this.validated;
    const { chart } = plot;
    const { ctx } = chart;
    const { x, y } = chart.scales;
    const within = (/** @type {number[]} */ [end, value]) =>
      end >= (x.min ?? Infinity) && end <= (x.max ?? 0) && value <= (y.max ?? -Infinity);
    ctx.save();
    for (const { name, colour, dash } of plot.about.curves) {
      const row = names.indexOf(name);
      if (row < 0) continue;
      const shown = Array.from(at, (end, i) => [end, values[row * at.length + i]]).filter(within);
      const spots = shown.map(([end, value]) => [chart.valToPos(end, "x", true), chart.valToPos(value, "y", true)]);
      ctx.fillStyle = ctx.strokeStyle = plot.colour(colour);
      if (!this.data?.named[name]) {
        ctx.lineWidth = 2 * devicePixelRatio;
        ctx.setLineDash(DASHES[dash].map((length) => length * devicePixelRatio));
        line(ctx, ...spots);
      }
      for (const [left, top] of spots) {
        circle(ctx, left, top, 4);
        ctx.fill();
      }
    }
    ctx.restore();
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
    this.find("button#closer").disabled = last - first <= FEWEST_SHOWN;
    for (const id of /** @type {const} */ (["button#farther", "button#whole"])) this.find(id).disabled = !this.window;
    const hint = matchMedia("(pointer: coarse)").matches ? "" : "Drag across a curve to zoom in on a part of it.";
    write(this.find("#zoom-words"), this.window ? `Iterations ${count(first)} to ${count(last)}` : hint);
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

/**
 * What a chart of one curve over another draws.
 * @param {Values[]} curves
 */
const pairs = (curves) => /** @type {any} */ ([null, curves]);
