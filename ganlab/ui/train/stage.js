// The live view of a run: curves, images, and looking back. Frames come from frames.py by way of feed.js.

const ASK_EVERY = 120; // milliseconds between two questions while a hand drags
const TIDY_EVERY = 2300; // milliseconds; no multiple of the time between two polls

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".stage");
  root.stage ??= new Stage(root);
  root.stage.show(data);
  return () => root.stage.end();
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

/** Streamlit notes every run in the browser's performance timeline and never clears it: some 60 MB an hour. */
function tidy() {
  const last = (name) => performance.getEntriesByName(name, "mark").at(-1)?.startTime ?? 0;
  if (last("notRunning") < last("running")) return; // it still needs the marks
  performance.clearMarks("running");
  performance.clearMarks("notRunning");
  performance.clearMeasures("script-run-cycle");
}

class Stage extends StageCharts {
  constructor(root) {
    super();
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
}
