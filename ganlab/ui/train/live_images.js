// The images of the live view: previews, the plane, how test images are read, and the sheet of first images.

import { Confusion, countReadings, shareRead } from "../shared/confusion.js";
import { count } from "../shared/count.js";
import { line, pen, sharpen } from "../shared/drawing.js";
import { focused } from "../shared/elements.js";
import { FrameView } from "../shared/frame_view.js";
import { paint, SIDE } from "../shared/paint.js";
import { after, mean, sheetRange } from "./live_numbers.js";

/** @import { LineChart } from "../shared/line_chart.js" */

const FOLLOW_EVERY = 5000; // milliseconds after which the sheet of a growing run is asked for again

/** @extends {FrameView<LiveAbout>} */
export class LiveImages extends FrameView {
  // What begin() of the live view sets before anything is drawn:
  /** @type {LineChart<PlotAbout>[]} @override */
  plots = [];
  /** @type {Confusion[]} */
  tables = [];
  /**
   * The last frame's.
   * @type {FrameHead | null}
   */
  head = null;
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

  /** Asks the server soon for what is wanted now. */
  askSoon() {}

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
    const { run, preview = 0, strip: first = 1, at, kept, done } = head;
    const shown = [run, preview, first, at, kept, arrays.strip.length, done, this.at].join();
    if (shown === this.shown) return;
    this.shown = shown;
    const back = at === this.at ? this.at : null; // where the frame looks back to, if that is still wanted
    const [changing, panel] = this.about.places === "repaired" ? ["decoded", 1] : ["generated", 0];
    const words = this.find(`#${changing}-words`);
    if (back && arrays.kept) {
      this.panels(arrays.kept, arrays.places);
      const nearest = kept === back ? "" : `, in the kept preview that is nearest to iteration ${count(back)}`;
      words.textContent = (kept ? after(kept) : "before the first iteration") + nearest;
    } else if (!this.at && arrays.preview) {
      this.panels(arrays.preview, arrays.places);
      words.textContent = `${after(preview)}, ${this.about.panels[panel].words}`;
    }
    if (this.at && !back) return;
    const n = arrays.strip.length / SIDE ** 2;
    const marked = (back ?? done) - first;
    paint(this.find("canvas#strip"), arrays.strip, 9, n ? marked : -1);
    const last = first + n - 1;
    this.find("#strip-words").textContent = !n
      ? done
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
    for (const [index, id] of /** @type {const} */ (["canvas#generated", "canvas#decoded"]).entries()) {
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
    this.find("#matrices").replaceChildren(...this.tables.map(({ table }) => table));
    this.find("#read-title").textContent = read?.title ?? "";
    this.find("#read-words").textContent = read?.words ?? "";
    this.judge(false);
  }

  /**
   * Shows what a classifier has to say, where there is one.
   * @param {boolean} judged
   */
  judge(judged) {
    this.find("#read-figure").hidden = !judged;
    for (const plot of this.plots) {
      if (!plot.about.judged || plot.box.hidden === !judged) continue;
      plot.box.hidden = !judged;
      plot.fit();
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
    this.find("#read-score").textContent =
      tables.length === 1
        ? `Read correctly: ${percent(shares[0])} of ${count(labels.length)} images. On average, the classifier is ${percent(mean(at(1)))} sure.`
        : `Of ${count(labels.length)} test images, the classifier reads ${percent(shares[0])} correctly when damaged and ${percent(shares[1])} when repaired.`;
  }

  /** Test images as their classes' numbers, so that they are told apart without colours, too. */
  plane() {
    const canvas = this.find("canvas#plane");
    const { places, labels } = this;
    if (this.about?.places !== "plane" || !places || !labels || !canvas.clientWidth) return;
    sharpen(canvas);
    const far = places.map(Math.abs).sort()[Math.floor(0.99 * places.length)];
    if (far > this.extent || far < 0.4 * this.extent) this.extent = 1.25 * far; // it does not breathe with every step
    const context = pen(canvas);
    const { palette } = this.about;
    const size = canvas.width;
    const half = size / 2;
    const scale = (0.97 * half) / (this.extent || 1);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = palette.lines;
    context.lineWidth = devicePixelRatio;
    line(context, [half, 0], [half, size]);
    line(context, [0, half], [size, half]);
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
    paint(this.find("canvas#sheet"), arrays.sheet, 10);
    const [first, last] = sheet;
    const fields = [this.find("input#sheet-first"), this.find("input#sheet-last")];
    const typing = fields.some((field) => field === focused(this.root)); // an answer to an older question would undo the other end
    if (!typing && String(this.sheetRange()) === String(sheet)) {
      for (const [i, field] of fields.entries()) field.value = String(sheet[i]);
    }
    const n = this.sheetIterations.length;
    this.find("#sheet-words").textContent = !arrays.sheet.length
      ? "The first images of this run were removed to save space."
      : first === last
        ? `The first image of iteration ${count(last)}. Click it to look back at that iteration.`
        : `The first image of ${last - first + 1 > n ? `${n} iterations spread over` : "each of the iterations"} ${count(first)} to ${count(last)}. Click one to look back at that iteration.`;
    this.askSoon(); // now the curves again
  }
}
