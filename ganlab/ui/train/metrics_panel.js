// Metrics of a run's samples over iterations, drawn from the frames that the live view is drawn from; they show the
// iteration that the live view looks at.

import { count } from "../shared/count.js";
import { rowsByName } from "../shared/curve_numbers.js";
import { keeps, made, part } from "../shared/elements.js";
import { FrameView } from "../shared/frame_view.js";
import { ITERATIONS, LineChart } from "../shared/line_chart.js";
import { closest, figure, howMeasured, range, tick } from "./metric_numbers.js";

const DASH = [5, 4]; // what real images get

/** @extends {FrameView<MetricsAbout>} */
class Merit extends FrameView {
  /** @type {LineChart<MetricChart>[]} @override */
  plots = [];
  /** @type {HTMLElement} */
  shares;
  /** @type {string | null} */
  drawn = null;
  /**
   * The iterations at which samples were measured.
   * @type {number[]}
   */
  measured = [];
  words = "";
  /**
   * The shares of each class, of the samples at each measurement, if it is known.
   * @type {Values[] | undefined}
   */
  mix;
  /**
   * The shares of each class, of real images.
   * @type {number[] | undefined}
   */
  real;

  /**
   * @override
   * @param {AbortSignal} signal
   */
  listen(signal) {
    super.listen(signal);
    window.addEventListener("ganlab-look", () => this.look(), { signal });
  }

  /**
   * @override
   * @param {MetricsAbout} about
   */
  begin(about) {
    this.drawn = null;
    this.at = this.whereLooked();
    for (const selector of ["#charts", "#more-charts"]) this.find(selector).replaceChildren();
    this.find("#values").hidden = true;
    const named = about.classes.some((name) => name.length > 2);
    this.root.classList.toggle("named", named);
    this.plots = about.charts.map((chart) => this.makeChart(chart));
    this.shares = this.makeShares(about);
  }

  /** The iteration that the live view looks at; null is the latest. */
  whereLooked() {
    const { run, at } = window.ganlabLine?.look ?? {};
    return run === this.about.run ? (at ?? null) : null;
  }

  look() {
    const at = this.whereLooked();
    if (at === this.at) return;
    this.at = at;
    if (!this.drawn) return;
    for (const { box, chart } of this.plots) if (!box.hidden) chart.redraw(false, false);
    this.tell();
  }

  /**
   * @override
   * @param {FrameHead} head
   * @param {FrameArrays} arrays
   */
  draw(head, { rows, measured, quality }) {
    if (!rows) return;
    if (!measured?.length || !quality) {
      this.find("#merit-words").textContent = head.live ? this.about.waiting : this.about.none;
      return;
    }
    const drawn = [head.done, measured.length, measured.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.curves(head, Array.from(measured), quality);
  }

  /**
   * @param {FrameHead} head
   * @param {number[]} measured
   * @param {Float32Array} values
   */
  curves(head, measured, values) {
    const n = measured.length;
    this.measured = measured;
    const of = rowsByName(head.quality ?? [], values, n);
    const known = (/** @type {string} */ name) => of[name]?.some((value) => value !== null) ?? false;
    const times = n === 1 ? "once" : `${count(head.measurements ?? n)} times`;
    this.words =
      `${this.about.what} Dashed green lines show what real images get. Samples were measured ${times}, last at ` +
      `iteration ${count(measured[n - 1])}.`;
    this.find("#merit-how").textContent = howMeasured(head.measuring ?? {});
    this.find("#values").hidden = false;
    const main = this.about.main.map((group) => group.find(known));
    const unknown = Array(n).fill(null); // in a run of an older ganlab
    for (const plot of this.plots) {
      const { box, about } = plot;
      box.hidden = !about.lines.some(({ name }) => known(name));
      if (box.hidden) continue;
      const place = this.find(main.includes(about.lines[0].name) ? "#charts" : "#more-charts");
      if (box.parentElement !== place) place.append(box);
      const names = about.lines.flatMap(({ name, beside }) => (beside ? [name, beside] : [name]));
      const lines = names.map((name) => of[name] ?? unknown);
      plot.setLines(measured, lines, [0, Math.max(2, head.done)]);
    }
    this.resize();
    const classes = Object.keys(of).filter((name) => name.startsWith("class_"));
    this.mix = known("class_0") ? classes.map((name) => of[name]) : undefined;
    this.real = head.measuring?.classes;
    this.tell();
  }

  /** Which of the measurements is shown: the one nearest to where the live view looks, else the latest. */
  place() {
    return this.at === null ? this.measured.length - 1 : closest(this.measured, this.at);
  }

  /** Shows the values of that measurement. */
  tell() {
    const place = this.place();
    const shown = this.measured[place];
    const nearest = shown === this.at ? "" : `, the measurement nearest to iteration ${count(this.at ?? 0)}`;
    const where = this.at === null ? "" : ` Shown here: iteration ${count(shown)}${nearest}.`;
    this.find("#merit-words").textContent = this.words + where;
    for (const plot of this.plots) if (!plot.box.hidden) this.legend(plot);
    this.fill(this.mix?.map((values) => values[place]));
  }

  /**
   * The values under the pointer, else where the live view looks.
   * @param {LineChart<MetricChart>} plot
   */
  legend({ chart, values, about }) {
    const at = chart.cursor.idx ?? this.place();
    values.forEach((element, index) => {
      element.textContent = figure(chart.data[1 + index][at], about.share);
    });
  }

  /** @param {MetricChart} about */
  makeChart(about) {
    const html = `<div><h3></h3><div class="keys"></div><div class="canvas"></div><p class="caption"></p></div>`;
    const box = made(html, { h3: about.title, ".caption": about.help });
    this.find("#more-charts").append(box);
    const keys = about.lines.flatMap(({ title, role, beside }, index) => [
      { title, colour: `--${role}`, dash: index ? [2, 3] : [] },
      ...(beside ? [{ title: "real images", colour: "--real", dash: DASH }] : []),
    ]);
    const font = "11px sans-serif";
    const written = (/** @type {number} */ value) => (about.share ? `${Math.round(100 * value)}%` : tick(value));
    return new LineChart(this, box, about, keys, (plot) => ({
      height: 120,
      cursor: { drag: { x: false, y: false, setScale: false }, sync: { key: "ganlab-merit" } },
      scales: {
        x: { time: false, auto: false },
        y: { range: (_, low, high) => (about.share ? [0, 1] : range(low, high)) },
      },
      axes: [
        { ...ITERATIONS, font, size: 24, space: 70 },
        { font, size: 40, space: 26, values: (_, splits) => splits.map(written) },
      ],
      series: [
        {},
        ...keys.map(({ colour, dash }) => ({
          stroke: () => plot.colour(colour),
          width: 2,
          dash,
          spanGaps: true,
          points: { show: dash !== DASH, size: 5, fill: () => plot.colour(colour) },
        })),
      ],
      hooks: {
        setCursor: [() => this.drawn && this.legend(plot)],
        draw: [() => plot.rule("x", this.at, "--accent", 2)],
      },
    }));
  }

  /** @param {MetricsAbout} about */
  makeShares({ classes, shares }) {
    const box = made(
      `<div><h3></h3><div class="keys">` +
        `<span class="key"><svg width="22" height="9" aria-hidden="true"><rect width="22" height="9" fill="var(--generator)"/></svg>samples</span>` +
        `<span class="key"><svg width="22" height="12" aria-hidden="true"><rect x="9" width="4" height="12" fill="var(--real)"/></svg>training images</span>` +
        `</div><ul class="shares"></ul><p class="caption"></p></div>`,
      { h3: shares.title, ".caption": shares.help },
    );
    for (const name of classes.slice(0, 10)) {
      const row = made("<li><span></span><div><i></i><u></u></div><output></output></li>", { span: name });
      row.title = name;
      part(box, "ul").append(row);
    }
    this.find("#more-charts").append(box);
    return box;
  }

  /**
   * Shows the shares of each class, if they are known.
   * @param {Values} [samples]
   */
  fill(samples) {
    const { real, shares } = this;
    shares.hidden = !samples;
    if (!samples) return;
    const most = Math.max(...samples.map(Number), ...(real ?? [0]), 0.01);
    shares.querySelectorAll("li").forEach((row, index) => {
      part(row, "i").style.width = `${(100 * (samples[index] ?? 0)) / most}%`;
      part(row, "u").style.left = `${(100 * (real?.[index] ?? 0)) / most}%`;
      part(row, "output").textContent = figure(samples[index], true);
    });
  }
}

export default keeps("merit", Merit);
