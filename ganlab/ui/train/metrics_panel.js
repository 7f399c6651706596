// Metrics of a run's samples over iterations, drawn from the frames that the stage is drawn from; they show the
// iteration that the stage looks at.

const HEIGHT = 120;
const DASH = [5, 4]; // what real images get

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".merit");
  root.merit ??= new Merit(root);
  root.merit.show(data);
  return () => root.merit.end();
}

/** A value as ganlab.metrics.metric_catalog writes it: two or three significant digits, a share in percent. */
function figure(value, share) {
  if (value == null || !Number.isFinite(value)) return "–";
  return share ? percent(100 * value) : number(value);
}

function percent(value) {
  if (value.toFixed(1) === "100.0") return "100%";
  if (value >= 1) return `${value.toFixed(1)}%`;
  return value >= 0.005 ? `${+value.toPrecision(2)}%` : "0%";
}

function number(value) {
  const rounded = +value.toPrecision(3);
  const size = Math.abs(rounded);
  if (size >= 100) return rounded.toLocaleString("en");
  if (size >= 1) return value.toPrecision(3);
  return size >= 0.001 ? value.toPrecision(2) : value ? "about 0" : "0";
}

/** A number at an axis, short enough for its place. */
function tick(value) {
  return Math.abs(value) >= 10_000 ? `${+(value / 1000).toFixed(1)}k` : `${+value.toFixed(4)}`;
}

class Merit {
  constructor(root) {
    this.root = root;
    this.find = (id) => root.querySelector(`#${id}`);
    this.onFrame = () => this.take();
    this.onLook = () => this.look();
    this.fit = new ResizeObserver(() => this.resize());
    this.onTheme = () => setTimeout(() => this.recolour(), 500); // once the page has changed, too
  }

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

  begin(about) {
    this.about = about;
    this.drawn = null;
    this.at = this.whereLooked();
    for (const id of ["charts", "more-charts"]) this.find(id).replaceChildren();
    this.find("values").hidden = true;
    this.root.classList.toggle("named", about.classes.some((name) => name.length > 2));
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
    const [head, arrays] = unpack(bytes);
    if (head.run !== this.about.run || !arrays.rows) return;
    this.taken = bytes;
    if (this.dark !== isDark(this.root)) this.recolour();
    const { measured } = arrays;
    if (!measured?.length) {
      this.find("merit-words").textContent = head.live ? this.about.waiting : this.about.none;
      return;
    }
    const drawn = [head.done, measured.length, measured.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.draw(head, measured, arrays.quality);
  }

  draw(head, measured, values) {
    const n = measured.length;
    this.measured = Array.from(measured);
    const of = {};
    head.quality.forEach((name, row) => {
      of[name] = Array.from(values.subarray(row * n, (row + 1) * n), (value) => (Number.isNaN(value) ? null : value));
    });
    const known = (name) => of[name]?.some((value) => value !== null);
    const { extractor, samples, searched, classes } = head.measuring ?? {};
    const count = samples?.toLocaleString("en");
    const times = n === 1 ? "once" : `${head.measurements.toLocaleString("en")} times`;
    this.words =
      `${this.about.what} Dashed green lines show what real images get. Samples were measured ${times}, last at ` +
      `iteration ${measured.at(-1).toLocaleString("en")}.`;
    this.find("merit-how").textContent =
      `Each value compares ${count} samples, always drawn from the same random numbers, with ${count} training images` +
      (extractor ? `, as the classifier “${extractor}” sees them. ` : ", pixel by pixel, as no classifier knows these images. ") +
      `For the dashed lines, ${count} test images stand in for the samples. ` +
      `The nearest training image is the nearest of ${searched?.toLocaleString("en")}. ` +
      "Compare these values only with values from the same classifier, the same images and the same number of samples.";
    this.find("values").hidden = false;
    const main = this.about.main.map((group) => group.find(known));
    for (const chart of this.charts) {
      chart.box.hidden = !chart.lines.some(({ name }) => known(name));
      if (chart.box.hidden) continue;
      const place = this.find(main.includes(chart.lines[0].name) ? "charts" : "more-charts");
      if (chart.box.parentElement !== place) place.append(chart.box);
      const unknown = Array(n).fill(null); // in a run of an older ganlab
      const lines = chart.lines.flatMap(({ name, beside }) => [of[name], ...(beside ? [of[beside] ?? unknown] : [])]);
      chart.plot.setData([Array.from(measured), ...lines], false);
      chart.plot.batch(() => chart.plot.setScale("x", { min: 0, max: Math.max(2, head.done) }));
    }
    this.resize();
    this.mix = known("class_0") ? head.quality.filter((name) => name.startsWith("class_")).map((name) => of[name]) : null;
    this.real = classes;
    this.tell();
  }

  /** Which of the measurements is shown: the one nearest to where the stage looks, else the latest. */
  place() {
    const away = this.measured.map((iteration) => Math.abs(iteration - this.at));
    return this.at === null ? away.length - 1 : away.indexOf(Math.min(...away));
  }

  /** Shows the values of that measurement. */
  tell() {
    const place = this.place();
    const [shown, at] = [this.measured[place], this.at].map((iteration) => iteration?.toLocaleString("en"));
    const where = `Shown here: iteration ${shown}${shown === at ? "" : `, the measurement nearest to iteration ${at}`}.`;
    this.find("merit-words").textContent = this.at === null ? this.words : `${this.words} ${where}`;
    for (const chart of this.charts) if (!chart.box.hidden) this.legend(chart);
    this.fill(this.mix && this.mix.map((values) => values[place]), this.real);
  }

  /** The values under the pointer, else where the stage looks. */
  legend(chart) {
    const at = chart.plot.cursor.idx ?? this.place();
    chart.values.forEach((element, index) => {
      element.textContent = figure(chart.plot.data[1 + index][at], chart.share);
    });
  }

  makeChart(about) {
    const box = document.createElement("div");
    box.innerHTML = `<h3></h3><div class="keys"></div><div class="canvas"></div><p class="caption"></p>`;
    box.querySelector("h3").textContent = about.title;
    box.querySelector(".caption").textContent = about.help;
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
      key.querySelector("span").textContent = title;
      box.querySelector(".keys").append(key);
      return key.querySelector("b");
    });
    this.find("more-charts").append(box);
    const chart = { ...about, box, values };
    chart.plot = new uPlot(this.options(chart, drawn), [[], ...drawn.map(() => [])], box.querySelector(".canvas"));
    const canvas = box.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${about.title} over iterations: ${drawn.map(({ title }) => title).join(", ")}`);
    saveButton(box.querySelector(".keys"), () => this.about.run, about.title, () => picture(this.root, canvas, about.title, drawn));
    return chart;
  }

  options(chart, drawn) {
    const colour = (name) => () => getComputedStyle(this.root).getPropertyValue(name);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "11px sans-serif" };
    return {
      width: 240,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false, setScale: false }, points: { show: false }, sync: { key: "ganlab-merit" } },
      scales: { x: { time: false, auto: false }, y: { range: (u, low, high) => (chart.share ? [0, 1] : range(low, high)) } },
      axes: [
        { ...axis, size: 24, space: 70, values: (u, splits) => splits.map((split) => (Number.isInteger(split) ? split.toLocaleString("en") : "")) },
        { ...axis, size: 40, space: 26, values: (u, splits) => splits.map((split) => (chart.share ? `${Math.round(100 * split)}%` : tick(split))) },
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
      hooks: { setCursor: [() => this.drawn && this.legend(chart)], draw: [(plot) => lineAt(plot, this.at, colour("--accent")())] },
    };
  }

  makeShares({ classes, shares }) {
    const box = document.createElement("div");
    box.innerHTML = `<h3></h3><div class="keys"></div><ul class="shares"></ul><p class="caption"></p>`;
    box.querySelector("h3").textContent = shares.title;
    box.querySelector(".caption").textContent = shares.help;
    box.querySelector(".keys").innerHTML =
      `<span class="key"><svg width="22" height="9" aria-hidden="true"><rect width="22" height="9" fill="var(--generator)"/></svg>samples</span>` +
      `<span class="key"><svg width="22" height="12" aria-hidden="true"><rect x="9" width="4" height="12" fill="var(--real)"/></svg>training images</span>`;
    const rows = classes.slice(0, 10).map((name) => {
      const row = document.createElement("li");
      row.innerHTML = "<span></span><div><i></i><u></u></div><output></output>";
      row.firstElementChild.textContent = row.title = name;
      box.querySelector("ul").append(row);
      return row;
    });
    this.find("more-charts").append(box);
    return { box, rows };
  }

  fill(samples, real) {
    this.shares.box.hidden = !samples;
    if (!samples) return;
    const most = Math.max(...samples, ...(real ?? [0]), 0.01);
    this.shares.rows.forEach((row, index) => {
      const [, track, value] = row.children;
      track.firstElementChild.style.width = `${(100 * (samples[index] ?? 0)) / most}%`;
      track.lastElementChild.style.left = `${(100 * (real?.[index] ?? 0)) / most}%`;
      value.textContent = figure(samples[index], true);
    });
  }

  resize() {
    for (const { box, plot } of this.charts ?? []) {
      const width = Math.max(160, Math.floor(box.clientWidth));
      if (box.clientWidth && plot.width !== width) plot.setSize({ width, height: HEIGHT });
    }
  }

  recolour() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    for (const { plot } of this.charts ?? []) plot.redraw(false, true);
  }
}

/** From 0 up where nothing is below it, so that distances are seen as what they are. */
function range(low, high) {
  if (low == null) return [0, 1];
  const room = 0.08 * (high - Math.min(0, low)) || 0.1;
  return [low < 0 ? low - room : 0, high + room];
}
