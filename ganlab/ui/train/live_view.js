// The live view of a run: curves, images, and looking back. Frames come from frames.py by way of feed.js.

import { count } from "../shared/count.js";
import { rate, span } from "../shared/curve_numbers.js";
import { newCanvas, pen } from "../shared/drawing.js";
import { keeps } from "../shared/elements.js";
import { imageAt, paint, SIDE } from "../shared/paint.js";
import { download } from "../shared/saving.js";
import { LiveCharts } from "./live_charts.js";

const ASK_EVERY = 120; // milliseconds between two questions while a hand drags
const CANVASES = /** @type {const} */ (["generated", "real", "decoded", "strip", "sheet"]);
const TIDY_EVERY = 2300; // milliseconds; no multiple of the time between two polls

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 */
function save(canvas, name) {
  const large = newCanvas(canvas.width * 4, canvas.height * 4);
  const context = pen(large);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  download(large, name);
}

/** Streamlit notes every run in the browser's performance timeline and never clears it: some 60 MB an hour. */
function tidy() {
  const last = (/** @type {string} */ name) => performance.getEntriesByName(name, "mark").at(-1)?.startTime ?? 0;
  if (last("notRunning") < last("running")) return; // it still needs the marks
  performance.clearMarks("running");
  performance.clearMarks("notRunning");
  performance.clearMeasures("script-run-cycle");
}

class LiveView extends LiveCharts {
  /** Whether the real images are here. */
  reals = false;
  /** The document's title before and after this view wrote it. */
  title = "";
  wrote = "";
  /** When the server was last asked, and what. */
  lastAsk = -ASK_EVERY;
  asked = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  tidying;

  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.wire();
  }

  /**
   * @override
   * @param {AbortSignal} signal
   */
  listen(signal) {
    super.listen(signal);
    this.tidying = setInterval(tidy, TIDY_EVERY);
    this.title = document.title;
    window.addEventListener("ganlab-follow", () => this.follow(), { signal });
  }

  /** Looks at what the host of a class looks at, where this guest follows. */
  follow() {
    const { run, at } = window.ganlabFollowed ?? {};
    if (run === this.about.run && at !== undefined && at !== this.at) this.lookAt(at);
  }

  /** @override */
  end() {
    super.end();
    clearTimeout(this.timer);
    clearInterval(this.tidying);
    if (this.wrote === document.title) document.title = this.title;
  }

  /**
   * @override
   * @param {LiveAbout} about
   */
  begin(about) {
    this.head = this.at = this.window = this.shown = this.drawn = this.data = this.sheetHave = null;
    this.reals = this.sheetWanted = false;
    this.sheet = "all";
    this.sheetIterations = [];
    this.strength = 0.6;
    this.find("#plots").replaceChildren();
    this.smoothers = [];
    this.plots = about.plots.map((plot) => this.makePlot(plot));
    this.against = this.makeAgainst();
    const { real, panels } = about;
    for (const [id, panel] of Object.entries({ generated: panels[0], real, decoded: panels[1] })) {
      this.find(`#${id}-title`).textContent = panel?.title ?? "";
      this.find(`#${id}-words`).textContent = panel?.words ?? "";
      this.find(`#${id}`).setAttribute("aria-label", panel ? `${panel.title}: ${panel.words}` : "");
    }
    this.find("#decoded-figure").hidden = !panels[1];
    this.find("#plane-figure").hidden = about.places !== "plane";
    this.find(".watch").dataset.places = about.places ?? "";
    this.tabulate(about.places === "repaired" ? ["Damaged", "Repaired"] : about.places === "read" ? [""] : []);
    this.labels = this.places = null;
    this.extent = 0;
    this.sayWhere();
    for (const id of CANVASES) paint(this.find(`canvas#${id}`), new Uint8Array(0), 4);
    this.resize();
  }

  ask() {
    /** @type {Question} */
    const question = { run: this.about.run, reals: this.reals, window: this.window ?? undefined };
    if (this.at) question.at = this.at;
    if (this.sheetWanted) question.sheet = this.sheetRange();
    const text = JSON.stringify(question);
    if (text === this.asked) return;
    this.asked = text;
    window.ganlabLine?.asks[question.run]?.(question);
  }

  /** Asks soon, and not more often than the server can answer. @override */
  askSoon() {
    clearTimeout(this.timer);
    const wait = Math.max(0, this.lastAsk + ASK_EVERY - performance.now());
    this.timer = setTimeout(() => {
      this.lastAsk = performance.now();
      this.ask();
    }, wait);
  }

  /**
   * @override
   * @param {FrameHead} head
   * @param {FrameArrays} arrays
   */
  draw(head, arrays) {
    const first = !this.head?.done && head.done;
    this.head = head;
    this.facts(head);
    if (first) this.follow();
    if (arrays.reals?.length) {
      if (!this.reals) this.askSoon(); // not to be sent them again
      this.reals = true;
      const { columns } = this.about.real;
      paint(this.find("canvas#real"), arrays.reals.subarray(0, columns ** 2 * SIDE ** 2), columns);
      this.labels = arrays.labels ?? null;
    }
    if (arrays.sheet && head.sheet) this.takeSheet(head.sheet, arrays);
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

  /** @override */
  recolour() {
    super.recolour();
    this.against?.chart.redraw(false, true);
  }

  /** @param {FrameHead} head */
  facts(head) {
    const share = head.total ? Math.min(1, head.iteration / head.total) : 0;
    this.find("#iteration").textContent = count(head.iteration);
    this.find("#of").textContent = head.total ? `of ${count(head.total)} iterations` : "iterations";
    this.find("#speed").textContent = head.speed ? rate(head.speed) : "–";
    this.find("#speed-name").textContent = head.live ? "iterations a second" : "iterations a second, on average";
    this.find("#left-fact").hidden = !head.live;
    const left = head.live ? (head.total - head.iteration) / head.speed : NaN;
    this.find("#left").textContent = span(left);
    this.find("#spent").textContent = span(head.seconds);
    this.find("#words").textContent = head.words;
    const bar = this.find(".bar");
    bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    this.find(".bar i").style.width = `${100 * share}%`;
    this.root.dataset.state = head.state;
    this.wrote = head.live
      ? `${Math.floor(100 * share)}% ${this.about.title}`
      : `${this.about.title}: ${head.stateWords}`;
    document.title = this.wrote;
    const range = this.find("input#at");
    range.max = String(Math.max(1, head.done));
    range.disabled = !head.done;
    if (!this.at) range.value = range.max;
    this.offerZoom();
  }

  /**
   * @override
   * @param {number | null} iteration
   */
  lookAt(iteration) {
    const done = this.head?.done ?? 0;
    if (iteration !== null && !done) return;
    this.at = iteration === null ? null : Math.min(done, Math.max(1, Math.round(iteration)));
    this.find("input#at").value = String(this.at ?? done);
    this.sayWhere();
    for (const plot of this.plots) {
      plot.chart.redraw(false, false);
      this.legend(plot);
    }
    this.against?.chart.redraw(false, false);
    this.askSoon();
  }

  /** Tells the user, and other charts on the page, which iteration is looked at. */
  sayWhere() {
    const { about, at } = this;
    this.find("button#now").hidden = at === null;
    this.find("input#at").setAttribute("aria-valuetext", at ? `iteration ${count(at)}` : "the latest iteration");
    this.find("#look-words").textContent = at
      ? `Iteration ${count(at)}`
      : "Drag to any iteration. A line across every curve shows where you are.";
    window.ganlabLine ??= { asks: {}, frames: {} };
    window.ganlabLine.look = { run: about.run, at };
    window.dispatchEvent(new Event("ganlab-look"));
  }

  wire() {
    this.root.addEventListener("keydown", (event) => this.passOn(event));
    this.find("input#at").addEventListener("input", () => this.lookAt(Number(this.find("input#at").value)));
    this.find("button#closer").addEventListener("click", () => this.zoomBy(0.5));
    this.find("button#farther").addEventListener("click", () => this.zoomBy(2));
    this.find("button#whole").addEventListener("click", () => this.zoom(null));
    this.find("button#now").addEventListener("click", () => {
      this.lookAt(null);
      this.find("input#at").focus();
    });
    const chosen = () => {
      const [one, other] = [this.find("input#sheet-first"), this.find("input#sheet-last")].map((input) =>
        Math.round(Number(input.value)),
      );
      if (one >= 1 && other >= 1) this.choose([Math.min(one, other), Math.max(one, other)]);
    };
    this.find("input#sheet-first").addEventListener("change", chosen);
    this.find("input#sheet-last").addEventListener("change", chosen);
    this.find("button#sheet-all").addEventListener("click", () => this.choose("all"));
    this.find("button#sheet-hundred").addEventListener("click", () => this.choose("hundred"));
    this.find("button#zoom").addEventListener("click", () => {
      const zoomed = this.find(".history").classList.toggle("zoomed");
      this.find("button#zoom").setAttribute("aria-pressed", String(zoomed));
    });
    this.find("button#sheet-save").addEventListener("click", () =>
      save(this.find("canvas#sheet"), `${this.about.run}.png`),
    );
    this.find("canvas#sheet").addEventListener("click", (event) => {
      const iteration = this.sheetIterations[imageAt(event, this.find("canvas#sheet"))];
      if (iteration) this.lookAt(iteration);
    });
  }

  /**
   * Keys of the controls work while a slider has the focus, too; Streamlit takes no letters from any input.
   * @param {KeyboardEvent} event
   */
  passOn(event) {
    const slider = event.target instanceof HTMLInputElement && event.target.type === "range";
    if (!slider || !/^[a-z]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, code, keyCode } = event;
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code, keyCode, bubbles: true, cancelable: true }));
  }
}

export default keeps("live", LiveView);
