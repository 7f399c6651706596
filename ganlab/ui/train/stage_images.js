// The images of the live view: previews, the plane, how test images are read, and the sheet of first images.

import { Confusion, countReadings, shareRead } from "../shared/confusion.js";
import { count } from "../shared/count.js";
import { finder, part, pen } from "../shared/elements.js";
import { paint, SIDE } from "../shared/paint.js";
import { after, ends, mean, nearest, sheetRange, tickStep, tickText } from "./stage_numbers.js";

const FOLLOW_EVERY = 5000; // milliseconds after which the sheet of a growing run is asked for again

export class StageImages {
  // What begin() of the stage sets before anything is drawn:
  /** @type {StageAbout} */
  about;
  /** @type {StagePlot[]} */
  plots = [];
  /** @type {Confusion[]} */
  tables = [];
  /**
   * The last frame's.
   * @type {FrameHead | null}
   */
  head = null;
  /**
   * The iteration looked at; null is the latest.
   * @type {number | null}
   */
  at = null;
  /**
   * The curves, by name, with the last iteration of each point.
   * @type {{ x: number[], named: Record<string, Values> } | null}
   */
  data = null;
  /** @type {string | null} */
  shown = null;
  /** @type {"all" | "hundred" | Ends} */
  sheet = "all";
  sheetWanted = false;
  /** @type {Ends | null} */
  sheetHave = null;
  sheetTaken = 0;
  /** @type {number[]} */
  sheetIterations = [];
  /** @type {Uint8Array | null} */
  labels = null;
  /** @type {Float32Array | null} */
  places = null;
  /** How far to either side the plane is shown. */
  extent = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
  }

  /**
   * Takes what is known of a run; says whether it is another one than before.
   * @param {StageAbout} about
   */
  isAnother(about) {
    const before = this.about?.run;
    this.about = about;
    return before !== about.run;
  }

  /** Asks the server soon for what is wanted now. */
  askSoon() {}

  /** Draws the curves anew. */
  redraw() {}

  sheetRange() {
    return sheetRange(this.sheet, this.head?.done ?? 0);
  }

  /** Whether the sheet of a growing run is behind; it is asked for seldom, being large. */
  sheetIsStale() {
    if (!this.head?.done || this.sheetWanted) return false;
    if (!this.sheetHave) return true;
    const patience = this.head.live ? FOLLOW_EVERY : 0;
    return String(this.sheetRange()) !== String(this.sheetHave) && performance.now() - this.sheetTaken > patience;
  }

  /**
   * @param {FrameHead} head
   * @param {CurveArrays} arrays
   */
  images(head, arrays) {
    const shown = [
      head.run,
      head.preview,
      head.strip,
      head.at,
      head.kept,
      arrays.strip.length,
      head.done,
      this.at,
    ].join();
    if (shown === this.shown) return;
    this.shown = shown;
    const back = head.at === this.at ? this.at : null; // where the frame looks back to, if that is still wanted
    const [changing, panel] = this.about.places === "repaired" ? ["decoded", 1] : ["generated", 0];
    const words = this.find(`${changing}-words`);
    if (back && arrays.kept) {
      this.panels(arrays.kept, arrays.places);
      const nearest = head.kept === back ? "" : `, in the kept preview that is nearest to iteration ${count(back)}`;
      words.textContent = (head.kept ? after(head.kept) : "before the first iteration") + nearest;
    } else if (!this.at && arrays.preview) {
      this.panels(arrays.preview, arrays.places);
      words.textContent = `${after(head.preview ?? 0)}, ${this.about.panels[panel].words}`;
    }
    if (this.at && !back) return;
    const n = arrays.strip.length / SIDE ** 2;
    const { strip: first = 1 } = head;
    const marked = (back ?? head.done) - first;
    paint(this.find("strip"), arrays.strip, 9, n ? marked : -1);
    const last = first + n - 1;
    this.find("strip-words").textContent = !n
      ? head.done
        ? "The first images of this run were removed to save space."
        : ""
      : back
        ? `The first image ${this.about.made} in iteration ${count(back)} (framed), among those of ${count(first)} to ${count(last)}`
        : n === 1
          ? `The first image ${this.about.made} in iteration ${count(last)}`
          : `The first image ${this.about.made} in each of the iterations ${count(first)} to ${count(last)}`;
  }

  /**
   * The parts of a preview, and what is known of the test images.
   * @param {Uint8Array} images
   * @param {Float32Array} [places]
   */
  panels(images, places) {
    let from = 0;
    for (const [index, id] of /** @type {const} */ (["generated", "decoded"]).entries()) {
      const panel = this.about.panels[index];
      if (!panel) break;
      const to = from + panel.count * SIDE ** 2;
      paint(this.find(id), images.subarray(from, to), panel.columns);
      from = to;
    }
    this.places = places?.length ? places : null;
    this.plane();
    this.read();
  }

  /**
   * Empty tables for how test images are read.
   * @param {string[]} titles
   */
  tabulate(titles) {
    const { classes, read } = this.about;
    this.tables = titles.map((title) => new Confusion(title, classes));
    this.find("matrices").replaceChildren(...this.tables.map(({ table }) => table));
    this.find("read-title").textContent = read?.title ?? "";
    this.find("read-words").textContent = read?.words ?? "";
    this.judge(false);
  }

  /**
   * Shows what a classifier has to say, where there is one.
   * @param {boolean} judged
   */
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
    const at = (/** @type {number} */ column) => Array.from(labels, (_, i) => places[2 * i + column]);
    const counts = tables.map((_, column) => countReadings(labels, at(column)));
    for (const [column, table] of tables.entries()) table.show(counts[column]);
    const shares = counts.map(shareRead);
    const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}%`;
    this.find("read-score").textContent =
      tables.length === 1
        ? `Read correctly: ${percent(shares[0])} of ${count(labels.length)} images. On average, the classifier is ${percent(mean(at(1)))} sure.`
        : `Of ${count(labels.length)} test images, the classifier reads ${percent(shares[0])} correctly when damaged and ${percent(shares[1])} when repaired.`;
  }

  /** Test images as their classes' numbers, so that they are told apart without colours, too. */
  plane() {
    const canvas = this.find("plane");
    const { places, labels } = this;
    if (this.about?.places !== "plane" || !places || !labels || !canvas.clientWidth) return;
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (canvas.width !== size || canvas.height !== size) Object.assign(canvas, { width: size, height: size });
    const far = places.map(Math.abs).sort()[Math.floor(0.99 * places.length)];
    if (far > this.extent || far < 0.4 * this.extent) this.extent = 1.25 * far; // it does not breathe with every step
    const context = pen(canvas);
    const { palette } = this.about;
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
      context.fillText(String(labels[i]), half + scale * places[2 * i], half - scale * places[2 * i + 1]);
    }
  }

  /** @param {"all" | "hundred" | Ends} sheet */
  choose(sheet) {
    this.sheet = sheet;
    this.sheetWanted = Boolean(this.head?.done);
    this.askSoon();
  }

  /**
   * @param {Ends} sheet
   * @param {SheetArrays} arrays
   */
  takeSheet(sheet, arrays) {
    this.sheetHave = sheet;
    this.sheetTaken = performance.now();
    this.sheetWanted = false;
    this.sheetIterations = Array.from(arrays.sheet_iterations);
    paint(this.find("sheet"), arrays.sheet, 10);
    const [first, last] = sheet;
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.root.getRootNode());
    const fields = [this.find("sheet-first"), this.find("sheet-last")];
    const typing = fields.some((field) => field === activeElement); // an answer to an older question would undo the other end
    if (!typing && String(this.sheetRange()) === String(sheet)) {
      for (const [i, field] of fields.entries()) field.value = String(sheet[i]);
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
    part(this.root, ".against").hidden = !pair;
    if (!pair || !this.data || !canvas.clientWidth) return;
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = pen(canvas);
    const style = getComputedStyle(this.root);
    const { x, named } = this.data;
    const [across, up] = pair.map(({ name }) => named[name]);
    const pad = { left: 40 * scale, bottom: 34 * scale, top: 20 * scale, right: 10 * scale };
    const [x0, x1] = ends(across);
    const [y0, y1] = ends(up);
    const [stepX, stepY] = [tickStep(x1 - x0), tickStep(y1 - y0)];
    const px = (/** @type {number} */ v) => pad.left + ((v - x0) / (x1 - x0)) * (width - pad.left - pad.right);
    const py = (/** @type {number} */ v) =>
      height - pad.bottom - ((v - y0) / (y1 - y0)) * (height - pad.top - pad.bottom);
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
      const [v, w] = [across[i], up[i]];
      if (v === null || w === null) continue;
      context.globalAlpha = 0.15 + (0.75 * i) / n;
      context.beginPath();
      context.arc(px(v), py(w), 2.6 * scale, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
    const here = this.at ? nearest(x, this.at) : n - 1;
    const [v, w] = [across[here], up[here]];
    if (v != null && w != null) {
      context.strokeStyle = style.getPropertyValue("--ink");
      context.lineWidth = 2 * scale;
      context.beginPath();
      context.arc(px(v), py(w), 6 * scale, 0, 7);
      context.stroke();
    }
  }
}
