// Metrics of a run's samples over iterations, drawn from the frames that the stage is drawn from; they show the
// iteration that the stage looks at.

import { count } from "../shared/count.js";
import { lineAt } from "../shared/cursor.js";
import { isDark } from "../shared/dark.js";
import { finder, part } from "../shared/elements.js";
import { picture, saveButton } from "../shared/saving.js";
import { unpack } from "../shared/unpack.js";
import "../shared/uPlot.iife.min.js";
import { closest, figure, howMeasured, range, tick } from "./metric_numbers.js";
import { rowsByName } from "./stage_numbers.js";

const HEIGHT = 120;
const DASH = [5, 4]; // what real images get

/** @param {Piece<MetricsAbout>} piece */
export default function ({ data, parentElement }) {
  const root = /** @type {HTMLElement & { merit?: Merit }} */ (part(parentElement, ".merit"));
  root.merit ??= new Merit(root);
  root.merit.show(data);
  return () => root.merit?.end();
}

class Merit {
  // What begin() sets before anything is drawn:
  /** @type {MetricsAbout} */
  about;
  /** @type {MetricPlot[]} */
  charts = [];
  /** @type {{ box: HTMLElement, rows: HTMLElement[] }} */
  shares;
  listening = false;
  dark = false;
  /** @type {string | null} */
  drawn = null;
  /**
   * The iteration that the stage looks at; null is the latest.
   * @type {number | null}
   */
  at = null;
  /**
   * The iterations at which samples were measured.
   * @type {number[]}
   */
  measured = [];
  words = "";
  /**
   * The shares of each class, of the samples at each measurement, if it is known.
   * @type {Values[] | null}
   */
  mix = null;
  /**
   * The shares of each class, of real images.
   * @type {number[] | undefined}
   */
  real;
  /** @type {unknown} */
  taken;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.onFrame = () => this.take();
    this.onLook = () => this.look();
    this.fit = new ResizeObserver(() => this.resize());
    this.onTheme = () => setTimeout(() => this.recolour(), 500); // once the page has changed, too
  }

  /** @param {MetricsAbout} about */
  show(about) {
    if (!this.listening) {
      window.addEventListener("ganlab-frame", this.onFrame);
      window.addEventListener("ganlab-look", this.onLook);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.onTheme);
      this.fit.observe(this.root);
      this.listening = true;
    }
    if (this.about?.run !== about.run) this.begin(about);
    this.about = about;
    this.take();
  }

  end() {
    window.removeEventListener("ganlab-frame", this.onFrame);
    window.removeEventListener("ganlab-look", this.onLook);
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.onTheme);
    this.fit.disconnect();
    this.listening = false;
  }

  /** @param {MetricsAbout} about */
  begin(about) {
    this.about = about;
    this.drawn = null;
    this.at = this.whereLooked();
    for (const id of ["charts", "more-charts"]) this.find(id).replaceChildren();
    this.find("values").hidden = true;
    this.root.classList.toggle(
      "named",
      about.classes.some((name) => name.length > 2),
    );
    this.charts = about.charts.map((chart) => this.makeChart(chart));
    this.shares = this.makeShares(about);
  }

  /** The iteration that the stage looks at; null is the latest. */
  whereLooked() {
    const { run, at } = window.ganlabLine?.look ?? {};
    return run === this.about?.run ? (at ?? null) : null;
  }

  look() {
    const at = this.whereLooked();
    if (at === this.at) return;
    this.at = at;
    if (!this.drawn) return;
    for (const { box, plot } of this.charts) if (!box.hidden) plot.redraw(false, false);
    this.tell();
  }

  take() {
    const bytes = window.ganlabLine?.frame;
    if (!(bytes instanceof Uint8Array) || !this.about || bytes === this.taken) return;
    /** @type {[FrameHead, FrameArrays]} */
    const [head, arrays] = unpack(bytes);
    if (head.run !== this.about.run || !arrays.rows) return;
    this.taken = bytes;
    if (this.dark !== isDark(this.root)) this.recolour();
    const { measured, quality } = arrays;
    if (!measured?.length || !quality) {
      this.find("merit-words").textContent = head.live ? this.about.waiting : this.about.none;
      return;
    }
    const drawn = [head.done, measured.length, measured.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.draw(head, Array.from(measured), quality);
  }

  /**
   * @param {FrameHead} head
   * @param {number[]} measured
   * @param {Float32Array} values
   */
  draw(head, measured, values) {
    const n = measured.length;
    this.measured = measured;
    const of = rowsByName(head.quality ?? [], values, n);
    const known = (/** @type {string} */ name) => of[name]?.some((value) => value !== null) ?? false;
    const times = n === 1 ? "once" : `${count(head.measurements ?? n)} times`;
    this.words =
      `${this.about.what} Dashed green lines show what real images get. Samples were measured ${times}, last at ` +
      `iteration ${count(measured[n - 1])}.`;
    this.find("merit-how").textContent = howMeasured(head.measuring ?? {});
    this.find("values").hidden = false;
    const main = this.about.main.map((group) => group.find(known));
    for (const chart of this.charts) {
      chart.box.hidden = !chart.lines.some(({ name }) => known(name));
      if (chart.box.hidden) continue;
      const place = this.find(main.includes(chart.lines[0].name) ? "charts" : "more-charts");
      if (chart.box.parentElement !== place) place.append(chart.box);
      const unknown = Array(n).fill(null); // in a run of an older ganlab
      const lines = chart.lines.flatMap(({ name, beside }) => [
        of[name] ?? unknown,
        ...(beside ? [of[beside] ?? unknown] : []),
      ]);
      chart.plot.setData([measured, ...lines], false);
      chart.plot.batch(() => chart.plot.setScale("x", { min: 0, max: Math.max(2, head.done) }));
    }
    this.resize();
    const classes = Object.keys(of).filter((name) => name.startsWith("class_"));
    this.mix = known("class_0") ? classes.map((name) => of[name]) : null;
    this.real = head.measuring?.classes;
    this.tell();
  }

  /** Which of the measurements is shown: the one nearest to where the stage looks, else the latest. */
  place() {
    return this.at === null ? this.measured.length - 1 : closest(this.measured, this.at);
  }

  /** Shows the values of that measurement. */
  tell() {
    const place = this.place();
    const shown = this.measured[place];
    const nearest = shown === this.at ? "" : `, the measurement nearest to iteration ${count(this.at ?? 0)}`;
    const where = this.at === null ? "" : ` Shown here: iteration ${count(shown)}${nearest}.`;
    this.find("merit-words").textContent = this.words + where;
    for (const chart of this.charts) if (!chart.box.hidden) this.legend(chart);
    this.fill(this.mix?.map((values) => values[place]));
  }

  /**
   * The values under the pointer, else where the stage looks.
   * @param {MetricPlot} chart
   */
  legend(chart) {
    const at = chart.plot.cursor.idx ?? this.place();
    chart.values.forEach((element, index) => {
      element.textContent = figure(chart.plot.data[1 + index][at], chart.share);
    });
  }

  /**
   * @param {MetricChart} about
   * @returns {MetricPlot}
   */
  makeChart(about) {
    const box = document.createElement("div");
    box.innerHTML = `<h3></h3><div class="keys"></div><div class="canvas"></div><p class="caption"></p>`;
    part(box, "h3").textContent = about.title;
    part(box, ".caption").textContent = about.help;
    const drawn = about.lines.flatMap((line, index) => [
      { title: line.title, colour: `--${line.role}`, dash: index ? [2, 3] : [] },
      ...(line.beside ? [{ title: "real images", colour: "--real", dash: DASH }] : []),
    ]);
    const values = drawn.map(({ title, colour, dash }) => {
      const key = document.createElement("span");
      key.className = "key";
      key.innerHTML =
        `<svg width="22" height="6" aria-hidden="true"><line x1="0" x2="22" y1="3" y2="3" stroke-width="2.5" ` +
        `stroke="var(${colour})" stroke-dasharray="${dash.join(" ")}"/></svg><span></span> <b>–</b>`;
      part(key, "span").textContent = title;
      part(box, ".keys").append(key);
      return part(key, "b");
    });
    this.find("more-charts").append(box);
    const chart = /** @type {MetricPlot} */ (/** @type {Partial<MetricPlot>} */ ({ ...about, box, values }));
    const empty = /** @type {uPlot.AlignedData} */ ([[], ...drawn.map(() => [])]);
    chart.plot = new uPlot(this.options(chart, drawn), empty, part(box, ".canvas"));
    const canvas = part(box, "canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${about.title} over iterations: ${drawn.map(({ title }) => title).join(", ")}`);
    saveButton(
      part(box, ".keys"),
      () => this.about.run,
      about.title,
      () => picture(this.root, canvas, about.title, drawn),
    );
    return chart;
  }

  /**
   * @param {MetricPlot} chart
   * @param {Key[]} drawn
   * @returns {uPlot.Options}
   */
  options(chart, drawn) {
    const colour = (/** @type {string} */ name) => () => getComputedStyle(this.root).getPropertyValue(name);
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "11px sans-serif",
    };
    return {
      width: 240,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false, setScale: false }, points: { show: false }, sync: { key: "ganlab-merit" } },
      scales: {
        x: { time: false, auto: false },
        y: { range: (_, low, high) => (chart.share ? [0, 1] : range(low, high)) },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 70,
          values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? split.toLocaleString("en") : "")),
        },
        {
          ...axis,
          size: 40,
          space: 26,
          values: (_, splits) => splits.map((split) => (chart.share ? `${Math.round(100 * split)}%` : tick(split))),
        },
      ],
      series: [
        {},
        ...drawn.map(({ colour: name, dash }) => ({
          stroke: colour(name),
          fill: undefined,
          width: 2,
          dash,
          spanGaps: true,
          points: { show: dash !== DASH, size: 5, fill: colour(name) },
        })),
      ],
      hooks: {
        setCursor: [() => this.drawn && this.legend(chart)],
        draw: [(plot) => lineAt(plot, this.at, colour("--accent")())],
      },
    };
  }

  /** @param {MetricsAbout} about */
  makeShares({ classes, shares }) {
    const box = document.createElement("div");
    box.innerHTML = `<h3></h3><div class="keys"></div><ul class="shares"></ul><p class="caption"></p>`;
    part(box, "h3").textContent = shares.title;
    part(box, ".caption").textContent = shares.help;
    part(box, ".keys").innerHTML =
      `<span class="key"><svg width="22" height="9" aria-hidden="true"><rect width="22" height="9" fill="var(--generator)"/></svg>samples</span>` +
      `<span class="key"><svg width="22" height="12" aria-hidden="true"><rect x="9" width="4" height="12" fill="var(--real)"/></svg>training images</span>`;
    const rows = classes.slice(0, 10).map((name) => {
      const row = document.createElement("li");
      row.innerHTML = "<span></span><div><i></i><u></u></div><output></output>";
      part(row, "span").textContent = row.title = name;
      part(box, "ul").append(row);
      return row;
    });
    this.find("more-charts").append(box);
    return { box, rows };
  }

  /**
   * Shows the shares of each class, if they are known.
   * @param {Values} [samples]
   */
  fill(samples) {
    const { real } = this;
    this.shares.box.hidden = !samples;
    if (!samples) return;
    const most = Math.max(...samples.map(Number), ...(real ?? [0]), 0.01);
    this.shares.rows.forEach((row, index) => {
      part(row, "i").style.width = `${(100 * (samples[index] ?? 0)) / most}%`;
      part(row, "u").style.left = `${(100 * (real?.[index] ?? 0)) / most}%`;
      part(row, "output").textContent = figure(samples[index], true);
    });
  }

  resize() {
    for (const { box, plot } of this.charts) {
      const width = Math.max(160, Math.floor(box.clientWidth));
      if (box.clientWidth && plot.width !== width) plot.setSize({ width, height: HEIGHT });
    }
  }

  recolour() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    for (const { plot } of this.charts) plot.redraw(false, true);
  }
}
