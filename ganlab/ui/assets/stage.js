// The live view of a run: curves, images, and looking back. Frames come from frames.py by way of feed.js.

const ASK_EVERY = 120; // milliseconds between two questions while a hand drags
const FOLLOW_EVERY = 5000; // milliseconds after which the sheet of a growing run is asked for again
const TIDY_EVERY = 2300; // milliseconds; no multiple of the time between two polls
const FEWEST_SHOWN = 10; // iterations of a curve that is seen as closely as can be
const DASHES = [[], [8, 4], [3, 3], [9, 3, 2, 3]]; // so that curves are told apart without their colours

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".stage");
  root.stage ??= new Stage(root);
  root.stage.show(data);
  return () => root.stage.end();
}

const after = (number) => `after ${count(number)} iteration${number === 1 ? "" : "s"}`;
const count = (number) => Math.round(number).toLocaleString("en");

/** A speed with as many decimals as its size deserves, so that it does not jump about. */
const rate = (speed) => (speed < 10 ? speed.toFixed(2) : speed < 100 ? speed.toFixed(1) : count(speed));

function span(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return whole || !seconds ? `${whole} s` : "under 1 s";
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function save(canvas, name) {
  const large = document.createElement("canvas");
  large.width = canvas.width * 4;
  large.height = canvas.height * 4;
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  download(large, name);
}

/** Exponential average over the finite values, without the bias of its beginning. */
function smoothed(values, strength) {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = strength * sum + (1 - strength) * value;
    weight = strength * weight + (1 - strength);
    return sum / weight;
  });
}

/** Streamlit notes every run in the browser's performance timeline and never clears it: some 60 MB an hour. */
function tidy() {
  const last = (name) => performance.getEntriesByName(name, "mark").at(-1)?.startTime ?? 0;
  if (last("notRunning") < last("running")) return; // it still needs the marks
  performance.clearMarks("running");
  performance.clearMarks("notRunning");
  performance.clearMeasures("script-run-cycle");
}

class Stage {
  constructor(root) {
    this.root = root;
    this.find = (id) => root.querySelector(`#${id}`);
    this.onFrame = () => this.take();
    this.fit = new ResizeObserver(() => this.resize());
    this.onTheme = () => setTimeout(() => this.recolour(), 500); // once the page has changed, too
    this.wire();
  }

  /** Begins with a run, or goes on with it; `about` says what it is. */
  show(about) {
    if (!this.listening) {
      window.addEventListener("ganlab-frame", this.onFrame);
      this.fit.observe(this.root);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.onTheme);
      this.listening = true;
      this.tidying = setInterval(tidy, TIDY_EVERY);
      this.title = document.title;
    }
    if (this.about?.run !== about.run) this.begin(about);
    this.about = about;
    this.take();
  }

  end() {
    window.removeEventListener("ganlab-frame", this.onFrame);
    this.fit.disconnect();
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.onTheme);
    this.listening = false;
    clearTimeout(this.timer);
    clearInterval(this.tidying);
    if (this.wrote === document.title) document.title = this.title;
  }

  begin(about) {
    Object.assign(this, { about, head: null, at: null, window: null, reals: false, shown: null, drawn: null, data: null });
    Object.assign(this, { sheet: "all", sheetWanted: false, sheetHave: null, sheetIterations: [] });
    this.strength = 0.6;
    this.find("plots").replaceChildren();
    this.smoothers = [];
    this.plots = about.plots.map((plot) => this.makePlot(plot));
    const { real, panels } = about;
    for (const [id, panel] of [["generated", panels[0]], ["real", real], ["decoded", panels[1]]]) {
      this.find(`${id}-title`).textContent = panel?.title ?? "";
      this.find(`${id}-words`).textContent = panel?.words ?? "";
      this.find(id).setAttribute("aria-label", panel ? `${panel.title}: ${panel.words}` : "");
    }
    this.find("decoded-figure").hidden = !panels[1];
    this.find("plane-figure").hidden = about.places !== "plane";
    this.root.querySelector(".watch").dataset.places = about.places ?? "";
    this.tabulate(about.places === "repaired" ? ["Damaged", "Repaired"] : about.places === "read" ? [""] : []);
    this.labels = this.places = null;
    this.extent = 0;
    this.sayWhere();
    for (const id of ["generated", "real", "decoded", "strip", "sheet"]) paint(this.find(id), new Uint8Array(0), 4);
  }

  ask() {
    const question = { run: this.about.run, reals: this.reals };
    if (this.window) question.window = this.window;
    if (this.at) question.at = this.at;
    if (this.sheetWanted) question.sheet = this.sheetRange();
    const text = JSON.stringify(question);
    if (text === this.asked) return;
    this.asked = text;
    window.ganlabLine?.ask?.(question);
  }

  sheetRange() {
    const { done } = this.head;
    if (Array.isArray(this.sheet)) return this.sheet.map((end) => Math.min(end, done));
    return this.sheet === "all" ? [1, done] : [Math.max(1, done - 99), done];
  }

  /** Whether the sheet of a growing run is behind; it is asked for seldom, being large. */
  sheetIsStale() {
    if (!this.head.done || this.sheetWanted) return false;
    if (!this.sheetHave) return true;
    const patience = this.head.live ? FOLLOW_EVERY : 0;
    return String(this.sheetRange()) !== String(this.sheetHave) && performance.now() - this.sheetTaken > patience;
  }

  /** Asks soon, and not more often than the server can answer. */
  askSoon() {
    clearTimeout(this.timer);
    const wait = Math.max(0, (this.lastAsk ?? 0) + ASK_EVERY - performance.now());
    this.timer = setTimeout(() => {
      this.lastAsk = performance.now();
      this.ask();
    }, wait);
  }

  /** Draws what the last frame brought. */
  take() {
    const bytes = window.ganlabLine?.frame;
    if (!(bytes instanceof Uint8Array) || !this.about || bytes === this.taken) return;
    const [head, arrays] = unpack(bytes);
    if (head.run !== this.about.run) return;
    this.taken = bytes;
    this.head = head;
    if (isDark(this.root) !== this.dark) this.recolour();
    this.facts(head);
    if (arrays.reals?.length) {
      if (!this.reals) this.askSoon(); // not to be sent them again
      this.reals = true;
      const { columns } = this.about.real;
      paint(this.find("real"), arrays.reals.subarray(0, columns ** 2 * SIDE ** 2), columns);
      this.labels = arrays.labels;
    }
    if (arrays.sheet) this.takeSheet(head, arrays);
    if (arrays.rows) {
      this.curves(head, arrays);
      this.images(head, arrays);
    }
    this.root.dataset.frame = String(Number(this.root.dataset.frame ?? 0) + 1);
    if (this.sheetIsStale()) {
      this.sheetWanted = true;
      this.askSoon();
    }
  }

  /** Takes the colours of a theme that has changed. */
  recolour() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    for (const plot of this.plots) plot.chart.redraw(false, true);
    this.scatter();
  }

  facts(head) {
    const share = head.total ? Math.min(1, head.iteration / head.total) : 0;
    this.find("iteration").textContent = count(head.iteration);
    this.find("of").textContent = head.total ? `of ${count(head.total)} iterations` : "iterations";
    this.find("speed").textContent = head.speed ? rate(head.speed) : "–";
    this.find("speed-name").textContent = head.live ? "iterations a second" : "iterations a second, on average";
    this.find("left-fact").hidden = !head.live;
    const left = head.live ? (head.total - head.iteration) / head.speed : NaN;
    this.find("left").textContent = span(left);
    this.find("spent").textContent = span(head.seconds);
    this.find("words").textContent = head.words;
    const bar = this.root.querySelector(".bar");
    bar.setAttribute("aria-valuenow", Math.round(100 * share));
    bar.firstElementChild.style.width = `${100 * share}%`;
    this.root.dataset.state = head.state;
    this.wrote = head.live ? `${Math.floor(100 * share)}% ${this.about.title}` : `${this.about.title}: ${head.stateWords}`;
    document.title = this.wrote;
    const range = this.find("at");
    range.max = Math.max(1, head.done);
    range.disabled = !head.done;
    if (!this.at) range.value = range.max;
    this.offerZoom();
  }

  images(head, arrays) {
    const shown = [head.run, head.preview, head.strip, head.at, head.kept, arrays.strip.length, head.done, this.at].join();
    if (shown === this.shown) return;
    this.shown = shown;
    const back = this.at && head.at === this.at;
    const [changing, panel] = this.about.places === "repaired" ? ["decoded", 1] : ["generated", 0];
    const words = this.find(`${changing}-words`);
    if (back && arrays.kept) {
      this.panels(arrays.kept, arrays.places);
      const nearest = head.kept === head.at ? "" : `, in the kept preview that is nearest to iteration ${count(head.at)}`;
      words.textContent = (head.kept ? after(head.kept) : "before the first iteration") + nearest;
    } else if (!this.at && arrays.preview) {
      this.panels(arrays.preview, arrays.places);
      words.textContent = `${after(head.preview)}, ${this.about.panels[panel].words}`;
    }
    if (this.at && !back) return;
    const n = arrays.strip.length / SIDE ** 2;
    const marked = (back ? head.at : head.done) - head.strip;
    paint(this.find("strip"), arrays.strip, 9, n ? marked : -1);
    const last = head.strip + n - 1;
    this.find("strip-words").textContent = !n
      ? (head.done ? "The first images of this run were removed to save space." : "")
      : back
        ? `The first image ${this.about.made} in iteration ${count(head.at)} (framed), among those of ${count(head.strip)} to ${count(last)}`
        : n === 1
          ? `The first image ${this.about.made} in iteration ${count(last)}`
          : `The first image ${this.about.made} in each of the iterations ${count(head.strip)} to ${count(last)}`;
  }

  /** The parts of a preview, and what is known of the test images. */
  panels(images, places) {
    let from = 0;
    ["generated", "decoded"].forEach((id, index) => {
      const panel = this.about.panels[index];
      if (!panel) return;
      const to = from + panel.count * SIDE ** 2;
      paint(this.find(id), images.subarray(from, to), panel.columns);
      from = to;
    });
    this.places = places?.length ? places : null;
    this.plane();
    this.read();
  }

  /** Empty tables for how test images are read. */
  tabulate(titles) {
    const { classes, read } = this.about;
    this.tables = titles.map((title) => new Confusion(title, classes));
    this.find("matrices").replaceChildren(...this.tables.map(({ table }) => table));
    this.find("read-title").textContent = read?.title ?? "";
    this.find("read-words").textContent = read?.words ?? "";
    this.judge(false);
  }

  /** Shows what a classifier has to say, where there is one. */
  judge(judged) {
    this.find("read-figure").hidden = !judged;
    for (const plot of this.plots) {
      if (!plot.judged || plot.box.hidden === !judged) continue;
      plot.box.hidden = !judged;
      this.redraw();
    }
  }

  /** As which classes test images are read, beside what they show. */
  read() {
    const { places, labels, tables } = this;
    if (!places || !labels || !tables.length) return;
    const judged = tables.length === 1 || places.some((read) => read >= 0);
    this.judge(judged);
    if (!judged) return;
    const at = (column) => Array.from(labels, (_, i) => places[2 * i + column]);
    const shares = tables.map((table, column) => table.fill(labels, at(column)));
    const percent = (share) => `${(100 * share).toFixed(1)}%`;
    this.find("read-score").textContent =
      tables.length === 1
        ? `Read correctly: ${percent(shares[0])} of ${count(labels.length)} images. On average, the classifier is ${percent(mean(at(1)))} sure.`
        : `Of ${count(labels.length)} test images, the classifier reads ${percent(shares[0])} correctly when damaged and ${percent(shares[1])} when repaired.`;
  }

  /** Test images as their classes' numbers, so that they are told apart without colours, too. */
  plane() {
    const canvas = this.find("plane");
    const { places, labels } = this;
    const { palette } = this.about ?? {};
    if (this.about?.places !== "plane" || !places || !labels || !canvas.clientWidth) return;
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== size || canvas.height !== size) Object.assign(canvas, { width: size, height: size });
    const far = Float32Array.from(places, Math.abs).sort()[Math.floor(0.99 * places.length)];
    if (far > this.extent || far < 0.4 * this.extent) this.extent = 1.25 * far; // it does not breathe with every step
    const context = canvas.getContext("2d");
    const half = size / 2;
    const scale = (0.97 * half) / (this.extent || 1);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = palette.lines;
    context.lineWidth = devicePixelRatio;
    context.beginPath();
    context.moveTo(half, 0);
    context.lineTo(half, size);
    context.moveTo(0, half);
    context.lineTo(size, half);
    context.stroke();
    context.font = `600 ${Math.round(9 * devicePixelRatio)}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < labels.length; i++) {
      context.fillStyle = palette.classes[labels[i] % palette.classes.length];
      context.fillText(labels[i], half + scale * places[2 * i], half - scale * places[2 * i + 1]);
    }
  }

  curves(head, arrays) {
    const n = arrays.iterations.length;
    if (this.window && !head.window) return; // an answer to an older question
    this.validated = head.validation && {
      at: arrays.validated,
      names: head.validation,
      values: arrays.validation,
    };
    const drawn = [head.run, head.done, head.window, n, arrays.validated?.at(-1)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const x = Array.from(arrays.iterations);
    const named = {};
    head.columns.forEach((name, index) => {
      named[name] = Array.from(arrays.rows.subarray(index * n, (index + 1) * n), (v) => (Number.isNaN(v) ? null : v));
    });
    this.data = { x, named };
    this.redraw();
  }

  redraw() {
    if (!this.data) return;
    const { x, named } = this.data;
    for (const plot of this.plots) {
      const raw = plot.curves.map(({ name }) => named[name] ?? x.map(() => null));
      plot.chart.setData([x, ...raw, ...raw.map((values) => smoothed(values, this.strength))], false);
      const ends = this.window ?? [Math.min(1, this.head.done), Math.max(2, this.head.done)];
      plot.chart.batch(() => {
        plot.chart.setScale("x", { min: ends[0], max: ends[1] });
      });
      if (plot.chart.cursor.idx == null) this.legend(plot, x.length - 1);
    }
    this.scatter();
  }

  legend(plot, index) {
    const near = this.at && this.data ? nearest(this.data.x, this.at) : index;
    const place = plot.chart.cursor.idx ?? near;
    const smoothing = plot.smoothing && this.strength > 0;
    const recorded = plot.curves.some((_, i) => plot.chart.data[1 + i]?.[place] != null);
    const when = recorded ? iterationsOf(this.data.x, place, this.window?.[0] ?? 1, smoothing) : "";
    if (plot.when.textContent !== when) plot.when.textContent = when;
    plot.values.forEach((element, i) => {
      const value = plot.chart.data[1 + i]?.[place] ?? this.validatedAt(plot.curves[i].name, this.data?.x[place]);
      const text = valueText(value, plot.unit);
      if (element.textContent !== text) element.textContent = text;
    });
  }

  /** The last value over the images held out, at an iteration or before it. */
  validatedAt(name, iteration) {
    const { at, names, values } = this.validated ?? {};
    const row = names?.indexOf(name) ?? -1;
    const before = at?.findLastIndex((end) => end <= iteration) ?? -1;
    const value = row < 0 || before < 0 ? NaN : values[row * at.length + before];
    return Number.isFinite(value) ? value : null;
  }

  makePlot(about) {
    const box = document.createElement("div");
    box.className = "plot";
    box.innerHTML = `<div class="head"><h2></h2></div><div class="canvas"></div><p class="caption"></p><p class="caption more"></p>`;
    box.querySelector("h2").textContent = about.title;
    box.querySelector(".caption").textContent = about.caption;
    box.querySelector(".more").textContent = about.more;
    const head = box.querySelector(".head");
    const values = about.curves.map((curve) => {
      const key = document.createElement("span");
      key.className = "key";
      key.title = curve.help;
      key.innerHTML =
        `<svg width="22" height="6" aria-hidden="true"><line x1="0" x2="22" y1="3" y2="3" stroke-width="2.5" ` +
        `stroke="${shade(curve)}" stroke-dasharray="${DASHES[curve.dash].join(" ")}"/></svg><span></span> <b>–</b>`;
      key.querySelector("span").textContent = curve.title;
      head.append(key);
      return key.querySelector("b");
    });
    const when = document.createElement("span");
    when.className = "when";
    head.append(when);
    const keys = about.curves.map(({ title, colour, dash }) => ({ title, colour, dash: DASHES[dash] }));
    saveButton(head, () => this.about.run, about.title, () => picture(this.root, box.querySelector("canvas"), about.title, keys));
    if (about.smoothing) {
      const label = document.createElement("label");
      label.innerHTML = `Smoothing <input type="range" min="0" max="0.98" step="0.02">`;
      const input = label.firstElementChild;
      input.value = this.strength;
      input.addEventListener("input", () => {
        this.strength = Number(input.value);
        for (const other of this.smoothers) other.value = input.value;
        this.redraw();
      });
      this.smoothers.push(input);
      head.append(label);
    }
    this.find("plots").append(box);
    const plot = { ...about, box, values, when };
    plot.chart = new uPlot(this.options(plot, box), [[], ...Array(2 * about.curves.length).fill([])], box.querySelector(".canvas"));
    const label = `${about.title} over iterations: ${about.curves.map((curve) => curve.title).join(", ")}`;
    const canvas = box.querySelector("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    return plot;
  }

  options(plot, box) {
    const colour = (name) => () => getComputedStyle(this.root).getPropertyValue(name);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px sans-serif" };
    const line = (curve, raw) => ({
      stroke: () => colourOf(this.root, curve.colour) + (raw && this.strength ? "55" : ""),
      width: raw && this.strength ? 1 : 2,
      dash: raw ? [] : DASHES[curve.dash],
      points: { show: false },
      show: true,
    });
    const ticks = plot.unit ? { splits: () => [0, 0.25, 0.5, 0.75, 1], values: (u, splits) => splits.map(String) } : {};
    return {
      width: this.plotWidth(),
      height: 190,
      legend: { show: false },
      cursor: {
        sync: { key: "ganlab" },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        bind: { dblclick: () => () => this.zoomOut() },
      },
      scales: {
        x: { time: false, auto: false },
        y: { range: (u, low, high) => (plot.unit ? [0, 1] : yRange(low, plot.settles ? settled(u, high) : high)) },
      },
      axes: [
        { ...axis, size: 28, values: (u, splits) => splits.map((split) => (Number.isInteger(split) ? count(split) : "")) },
        { ...axis, size: 42, ...ticks },
      ],
      series: [{}, ...plot.curves.map((curve) => line(curve, true)), ...plot.curves.map((curve) => line(curve, false))],
      hooks: {
        setSelect: [(u) => this.select(u)],
        setCursor: [() => this.data && this.legend(plot, this.data.x.length - 1)],
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
    for (const plot of this.plots ?? []) {
      if (plot.chart.width !== width) plot.chart.setSize({ width, height: 190 });
    }
    this.scatter();
    this.plane();
  }

  /** The line at 0.5, and the one where the user looks. */
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

  /** Values over images held out; joined by lines where there is no curve. */
  dots(chart, plot, context) {
    const { at, names, values } = this.validated ?? {};
    plot.curves.forEach(({ name, colour, dash }) => {
      const row = names?.indexOf(name) ?? -1;
      if (row < 0) return;
      const shown = Array.from(at, (end, i) => [end, values[row * at.length + i]]).filter(
        ([end, value]) => end >= chart.scales.x.min && end <= chart.scales.x.max && value <= chart.scales.y.max,
      );
      const spots = shown.map(([end, value]) => [chart.valToPos(end, "x", true), chart.valToPos(value, "y", true)]);
      context.fillStyle = context.strokeStyle = colourOf(this.root, colour);
      if (!this.data.named[name]) {
        context.lineWidth = 2 * devicePixelRatio;
        context.setLineDash(DASHES[dash].map((length) => length * devicePixelRatio));
        context.beginPath();
        for (const spot of spots) context.lineTo(...spot);
        context.stroke();
        context.setLineDash([]);
      }
      for (const spot of spots) {
        context.beginPath();
        context.arc(...spot, 4 * devicePixelRatio, 0, 7);
        context.fill();
      }
    });
  }

  select(chart) {
    const { left, width } = chart.select;
    if (width < 4) return;
    const ends = [left, left + width].map((x) => Math.round(chart.posToVal(x, "x")));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.dragged = performance.now();
    if (ends[1] - ends[0] >= 2) this.zoom([Math.max(1, ends[0]), ends[1]]);
  }

  zoom(window) {
    this.window = window;
    this.redraw();
    this.offerZoom();
    this.askSoon();
  }

  /** Half of what is shown, about the iteration looked at; with `factor` 2 twice as much. */
  zoomBy(factor) {
    const { done } = this.head;
    const [first, last] = this.window ?? [1, done];
    const length = Math.max(FEWEST_SHOWN, Math.round((last - first) * factor));
    if (length >= done - 1) return this.zoom(null);
    const middle = this.window && factor > 1 ? (first + last) / 2 : Math.min(last, Math.max(first, this.at ?? last));
    const from = Math.round(Math.min(done - length, Math.max(1, middle - length / 2)));
    this.zoom([from, from + length]);
  }

  /** A double click shows the whole run; its first click has looked back at a place that nobody asked for. */
  zoomOut() {
    this.lookAt(this.before ?? null);
    this.zoom(null);
  }

  offerZoom() {
    const done = this.head?.done ?? 0;
    const [first, last] = this.window ?? [1, done];
    this.find("closer").disabled = last - first <= FEWEST_SHOWN;
    this.find("farther").disabled = this.find("whole").disabled = !this.window;
    const hint = matchMedia("(pointer: coarse)").matches ? "" : "Drag across a curve to zoom in on a part of it.";
    const words = this.window ? `Iterations ${count(first)} to ${count(last)}` : hint;
    if (this.find("zoom-words").textContent !== words) this.find("zoom-words").textContent = words;
  }

  click(chart, event) {
    if (event.detail > 1 || performance.now() - (this.dragged ?? -1000) < 300) return;
    this.before = this.at;
    const { left } = chart.over.getBoundingClientRect();
    this.lookAt(chart.posToVal(event.clientX - left, "x"));
  }

  lookAt(iteration) {
    const done = this.head?.done ?? 0;
    if (iteration !== null && !done) return;
    this.at = iteration === null ? null : Math.min(done, Math.max(1, Math.round(iteration)));
    this.find("at").value = this.at ?? done;
    this.sayWhere();
    for (const plot of this.plots) {
      plot.chart.redraw(false, false);
      if (this.data) this.legend(plot, this.data.x.length - 1);
    }
    this.scatter();
    this.askSoon();
  }

  /** Tells the user, and other charts on the page, which iteration is looked at. */
  sayWhere() {
    const { about, at } = this;
    this.find("now").hidden = at === null;
    this.find("at").setAttribute("aria-valuetext", at ? `iteration ${count(at)}` : "the latest iteration");
    this.find("look-words").textContent = at ? `Iteration ${count(at)}` : "Drag to any iteration. A line across every curve shows where you are.";
    (window.ganlabLine ??= {}).look = { run: about.run, at };
    window.dispatchEvent(new Event("ganlab-look"));
  }

  wire() {
    this.root.addEventListener("keydown", (event) => this.passOn(event));
    this.find("at").addEventListener("input", (event) => this.lookAt(Number(event.target.value)));
    this.find("closer").addEventListener("click", () => this.zoomBy(0.5));
    this.find("farther").addEventListener("click", () => this.zoomBy(2));
    this.find("whole").addEventListener("click", () => this.zoom(null));
    this.find("now").addEventListener("click", () => {
      this.lookAt(null);
      this.find("at").focus();
    });
    const chosen = () => {
      const ends = [this.find("sheet-first"), this.find("sheet-last")].map((input) => Math.round(Number(input.value)));
      if (ends.every((end) => end >= 1)) this.choose(ends.sort((a, b) => a - b));
    };
    this.find("sheet-first").addEventListener("change", chosen);
    this.find("sheet-last").addEventListener("change", chosen);
    this.find("sheet-all").addEventListener("click", () => this.choose("all"));
    this.find("sheet-hundred").addEventListener("click", () => this.choose("hundred"));
    this.find("zoom").addEventListener("click", (event) => {
      const zoomed = this.root.querySelector(".history").classList.toggle("zoomed");
      event.target.setAttribute("aria-pressed", String(zoomed));
    });
    const against = this.find("scatter").closest("figure").querySelector("h2");
    saveButton(against, () => this.about.run, against.textContent, () => picture(this.root, this.find("scatter"), against.firstChild.textContent, []));
    this.find("sheet-save").addEventListener("click", () => save(this.find("sheet"), `${this.about.run}.png`));
    this.find("sheet").addEventListener("click", (event) => {
      const canvas = this.find("sheet");
      const cell = ((SIDE + GAP) * canvas.clientWidth) / canvas.width;
      const place = Math.floor(event.offsetY / cell) * 10 + Math.floor(event.offsetX / cell);
      if (this.sheetIterations[place]) this.lookAt(this.sheetIterations[place]);
    });
  }

  /** Keys of the controls work while a slider has the focus, too; Streamlit takes no letters from any input. */
  passOn(event) {
    if (event.target.type !== "range" || !/^[a-z]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, code, keyCode } = event;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, keyCode, bubbles: true, cancelable: true }));
  }

  choose(sheet) {
    this.sheet = sheet;
    this.sheetWanted = Boolean(this.head?.done);
    this.askSoon();
  }

  takeSheet(head, arrays) {
    this.sheetHave = head.sheet;
    this.sheetTaken = performance.now();
    this.sheetWanted = false;
    this.sheetIterations = Array.from(arrays.sheet_iterations);
    paint(this.find("sheet"), arrays.sheet, 10);
    const [first, last] = head.sheet;
    const { activeElement } = this.root.getRootNode();
    const fields = { "sheet-first": first, "sheet-last": last };
    const typing = activeElement?.id in fields; // an answer to an older question would undo the other end
    if (!typing && String(this.sheetRange()) === String(head.sheet)) {
      for (const [id, value] of Object.entries(fields)) this.find(id).value = value;
    }
    const n = this.sheetIterations.length;
    this.find("sheet-words").textContent = !arrays.sheet.length
      ? "The first images of this run were removed to save space."
      : first === last
        ? `The first image of iteration ${count(last)}. Click it to look back at that iteration.`
        : `The first image of ${last - first + 1 > n ? `${n} iterations spread over` : "each of the iterations"} ${count(first)} to ${count(last)}. Click one to look back at that iteration.`;
    this.askSoon(); // now the curves again
  }

  /** The generator's loss over the discriminator's. */
  scatter() {
    const canvas = this.find("scatter");
    const pair = this.about?.scatter;
    canvas.closest("figure").hidden = !pair;
    if (!pair || !this.data || !canvas.clientWidth) return;
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const style = getComputedStyle(this.root);
    const [across, up] = pair.map(({ name }) => this.data.named[name]);
    const pad = { left: 40 * scale, bottom: 34 * scale, top: 20 * scale, right: 10 * scale };
    const [x0, x1] = ends(across);
    const [y0, y1] = ends(up);
    const [stepX, stepY] = [tickStep(x1 - x0), tickStep(y1 - y0)];
    const px = (v) => pad.left + ((v - x0) / (x1 - x0)) * (width - pad.left - pad.right);
    const py = (v) => height - pad.bottom - ((v - y0) / (y1 - y0)) * (height - pad.top - pad.bottom);
    context.clearRect(0, 0, width, height);
    context.font = `${12 * scale}px sans-serif`;
    context.fillStyle = style.getPropertyValue("--quiet");
    context.strokeStyle = style.getPropertyValue("--line");
    context.lineWidth = scale;
    context.beginPath();
    context.textAlign = "center";
    for (let v = Math.ceil(x0 / stepX) * stepX; v <= x1; v += stepX) {
      context.moveTo(px(v), py(y0));
      context.lineTo(px(v), py(y1));
      context.fillText(tickText(v, stepX), px(v), height - 20 * scale);
    }
    context.textAlign = "right";
    for (let v = Math.ceil(y0 / stepY) * stepY; v <= y1; v += stepY) {
      context.moveTo(px(x0), py(v));
      context.lineTo(px(x1), py(v));
      context.fillText(tickText(v, stepY), pad.left - 5 * scale, py(v) + 4 * scale);
    }
    context.stroke();
    context.textAlign = "center";
    context.fillText(pair[0].title, (pad.left + width) / 2, height - 4 * scale);
    context.textAlign = "left";
    context.fillText(pair[1].title, pad.left, 12 * scale);
    context.fillStyle = style.getPropertyValue("--accent");
    const n = across.length;
    for (let i = 0; i < n; i++) {
      if (across[i] === null || up[i] === null) continue;
      context.globalAlpha = 0.15 + (0.75 * i) / n;
      context.beginPath();
      context.arc(px(across[i]), py(up[i]), 2.6 * scale, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
    const here = this.at ? nearest(this.data.x, this.at) : n - 1;
    if (across[here] != null && up[here] != null) {
      context.strokeStyle = style.getPropertyValue("--ink");
      context.lineWidth = 2 * scale;
      context.beginPath();
      context.arc(px(across[here]), py(up[here]), 6 * scale, 0, 7);
      context.stroke();
    }
  }
}

const shade = ({ colour }) => (colour.startsWith("--") ? `var(${colour})` : colour);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function ends(values) {
  const finite = values.filter((value) => value !== null);
  if (!finite.length) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = (high - low) * 0.04 || 0.01;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** 1, 2 or 5 times a power of ten, so that about five fit. */
function tickStep(length) {
  const power = 10 ** Math.floor(Math.log10(length / 4));
  return power * [1, 2, 5, 10].find((factor) => power * factor >= length / 5);
}

const tickText = (value, step) => value.toFixed(Math.max(0, Math.ceil(-Math.log10(step))));

/** The top of a curve that falls steeply at first: what lies before the first twentieth may be cut off. */
function settled(chart, high) {
  const [x, ...curves] = chart.data;
  const from = chart.scales.x.min <= 1 ? Math.floor(x.length / 20) : 0;
  const top = Math.max(...curves.flatMap((values) => values.slice(from).filter((value) => value !== null)));
  return Number.isFinite(top) ? Math.min(high, top) : high;
}

function yRange(low, high) {
  if (low == null) return [0, 1];
  const room = (high - low) * 0.06 || 0.1;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function nearest(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
