// The curves of the Lab: losses and other figures, with lines where settings were changed and where somebody looks.

import { count } from "../shared/count.js";
import { nearest, rowsByName, smoothed, yRange } from "../shared/curve_numbers.js";
import { finder, made, write } from "../shared/elements.js";
import { DASHES, ITERATIONS, LineChart } from "../shared/line_chart.js";
import { valueText } from "../shared/values.js";

/** @import { ChartOptions } from "../shared/line_chart.js" */
/** @import { LabView } from "./lab_view.js" */

const STRENGTH = 0.6; // of the smoothing
const FEWEST = 2; // iterations that can be chosen

export class LabCharts {
  /** @type {LineChart<LabPlot>[]} */
  plots = [];
  /**
   * The curves, by name, with the last iteration of each point.
   * @type {{ x: number[], named: Record<string, Values> }}
   */
  data = { x: [], named: {} };
  done = 0;
  /** The iteration that is marked; null marks none. @type {number | null} */
  at = null;
  /** @type {number[]} */
  turns = [];
  /** The iterations that are shown; null are all. @type {Ends | null} */
  window = null;
  drawn = "";
  /** When a part of a curve was last chosen. */
  dragged = -1000;

  /** @param {LabView} view */
  constructor(view) {
    this.view = view;
    this.find = finder(view.root);
    this.find("button#all").addEventListener("click", () => this.zoom(null));
  }

  /** @param {LabAbout} about */
  begin(about) {
    this.find("#plots").replaceChildren();
    this.data = { x: [], named: {} };
    this.window = this.at = null;
    this.turns = [];
    this.drawn = "";
    this.plots = about.curves.map((plot) => this.make(plot));
    this.offer();
  }

  /**
   * @param {LabHead} head
   * @param {LabArrays} arrays
   */
  take({ columns, done, window, turns }, { iterations, rows }) {
    this.done = done;
    if (turns) this.turns = turns.map(({ iteration }) => iteration);
    if (!iterations || !rows || (this.window && !window)) return; // or it answers an older question
    const named = rowsByName(columns, rows, iterations.length);
    const last = Object.values(named).map((values) => values.at(-1)); // a metric may come after the last iteration
    const drawn = [done, window, iterations.length, this.turns, last].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.data = { x: Array.from(iterations), named };
    this.redraw();
  }

  redraw() {
    const { x, named } = this.data;
    for (const plot of this.plots) {
      const raw = plot.about.curves.map(({ name }) => named[name] ?? x.map(() => null));
      const lines = plot.about.smoothing ? [...raw, ...raw.map((values) => smoothed(values, STRENGTH))] : raw;
      plot.setLines(x, lines, this.window ?? [Math.min(1, this.done), Math.max(2, this.done)]);
      this.legend(plot);
    }
  }

  /** Which point of the curves is looked at. */
  get place() {
    const { x } = this.data;
    return this.at === null ? x.length - 1 : nearest(x, this.at);
  }

  /** @param {number | null} at */
  lookAt(at) {
    if (at === this.at) return;
    this.at = at;
    for (const plot of this.plots) {
      this.mark(plot);
      this.legend(plot);
    }
  }

  /**
   * Marks the iteration looked at: with an element of its own, as drawing all curves anew takes too long in a replay.
   * @param {LineChart<LabPlot>} plot
   */
  mark({ chart }) {
    const { at } = this;
    const mark = chart.over.querySelector("i") ?? chart.over.appendChild(document.createElement("i"));
    const { min = 0, max = 0 } = chart.scales.x;
    mark.hidden = at === null || at < min || at > max;
    if (at !== null && !mark.hidden) mark.style.transform = `translateX(${chart.valToPos(at, "x")}px)`;
  }

  /** @param {LineChart<LabPlot>} plot */
  legend({ chart, about, values }) {
    const place = chart.cursor.idx ?? this.place;
    for (const [i, element] of values.entries()) {
      const value = chart.data[1 + i]?.[place];
      write(element, about.whole && value != null ? count(value) : valueText(value, about.unit));
    }
  }

  /** @param {LabPlot} about */
  make(about) {
    const box = made(
      `<div class="plot"><div class="keys"><h2></h2></div><div class="canvas"></div><p class="caption"></p></div>`,
      { h2: about.title, ".caption": about.caption ?? "" },
    );
    this.find("#plots").append(box);
    const keys = about.curves.map((curve) => ({ ...curve, dash: DASHES[curve.dash] }));
    return new LineChart(this.view, box, about, keys, (plot) => this.options(plot));
  }

  /**
   * @param {LineChart<LabPlot>} plot
   * @returns {ChartOptions}
   */
  options(plot) {
    const { about } = plot;
    const font = "12px sans-serif";
    const series = (/** @type {Curve} */ { colour, dash }, /** @type {boolean} */ faint) => ({
      stroke: () => plot.colour(colour) + (faint ? "55" : ""),
      width: faint ? 1 : 2,
      dash: faint ? [] : DASHES[dash],
      points: { show: false },
    });
    /** @type {uPlot.Axis} */
    const ticks = about.unit ? { splits: () => [0, 0.5, 1], values: (_, splits) => splits.map(String) } : {};
    return {
      height: 150,
      cursor: {
        sync: { key: "ganlab-lab" },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => null },
      },
      scales: {
        x: { time: false, auto: false },
        y: { range: (_, low, high) => (about.unit ? [0, 1] : yRange(low, high)) },
      },
      axes: [
        { ...ITERATIONS, font, size: 28 },
        { ...ticks, font, size: 42 },
      ],
      series: [
        {},
        ...about.curves.map((curve) => series(curve, Boolean(about.smoothing))),
        ...(about.smoothing ? about.curves.map((curve) => series(curve, false)) : []),
      ],
      hooks: {
        setSelect: [(chart) => this.select(chart)],
        setCursor: [() => this.legend(plot)],
        draw: [() => this.decorate(plot)],
        ready: [(chart) => chart.over.addEventListener("click", (event) => this.click(chart, event))],
      },
    };
  }

  /** @param {LineChart<LabPlot>} plot */
  decorate(plot) {
    if (plot.about.half) plot.rule("y", 0.5, "--ink", 1);
    for (const turn of this.turns) plot.rule("x", turn, "--other", 1.5);
    this.mark(plot);
  }

  /** @param {uPlot} chart */
  select(chart) {
    const { left, width } = chart.select;
    if (width < 4) return;
    const [first, last] = [left, left + width].map((x) => Math.round(chart.posToVal(x, "x")));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.dragged = performance.now();
    if (last - first >= FEWEST) this.zoom([Math.max(1, first), last]);
  }

  /**
   * @param {uPlot} chart
   * @param {MouseEvent} event
   */
  click(chart, event) {
    if (performance.now() - this.dragged < 300) return;
    const { left } = chart.over.getBoundingClientRect();
    this.view.lookAt(chart.posToVal(event.clientX - left, "x"));
  }

  /** @param {Ends | null} window */
  zoom(window) {
    this.window = window;
    this.redraw();
    this.offer();
    this.view.questions.ask();
  }

  offer() {
    const { window } = this;
    this.find("button#all").hidden = !window;
    const hint = matchMedia("(pointer: coarse)").matches
      ? "Tap a curve to look at that iteration."
      : "Click a curve to look at that iteration. Drag across it to zoom in.";
    write(this.find("#zoom-words"), window ? `Iterations ${count(window[0])} to ${count(window[1])}` : hint);
  }
}
