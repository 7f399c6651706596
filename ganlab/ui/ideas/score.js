// Real digits that are changed on purpose, and what each metric makes of that.

import { isDark } from "../shared/dark.js";
import { colourOf, pen, soon } from "../shared/drawing.js";
import { finder, keeps, made, part, write } from "../shared/elements.js";
import { paint, SIDE } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { summary, timesChance } from "./score_words.js";
import { looks, moved, reach, threshold } from "./scoring.js";
import { Settings } from "./settings.js";

/**
 * What score_view.py sends. Arrays go over changes, strengths from 0 to 5, and images or metrics; so does `written`, the
 * metrics as text. `most` is the furthest that any metric is moved by any change, in standard deviations.
 * @typedef {{ title: string, help: string, good: "low" | "high" | null }} Metric
 * @typedef {{ changes: { name: string, title: string, amounts: string[] }[], metrics: Metric[],
 *   written: string[][][], about: string, how: string, columns: number, most: number }} ScoreHead
 * @typedef {{ sheets: Uint8Array, replaced: Uint8Array, figures: Float32Array, spread: Float32Array }} ScoreArrays
 */

const VERDICTS = { worse: "looks worse", better: "looks better", other: "notices", same: "does not notice" };
const STRENGTHS = 6;

class Score {
  drawSoon = soon(() => this.draw());
  /** @type {ScoreHead | undefined} */
  head;
  /** @type {ScoreArrays} */
  arrays;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.change = this.find("select#change");
    this.strength = this.find("input#strength");
    for (const field of [this.change, this.strength]) field.addEventListener("input", this.drawSoon);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    if (!this.head) this.begin(bytes); // it is always the same
    this.draw();
  }

  /** @param {Uint8Array} bytes */
  begin(bytes) {
    const [head, arrays] = /** @type {[ScoreHead, ScoreArrays]} */ (unpack(bytes));
    [this.head, this.arrays] = [head, arrays];
    this.change.replaceChildren(...head.changes.map(({ name, title }) => new Option(title, name)));
    this.find("ul").replaceChildren(
      ...head.metrics.map(({ title, help }) =>
        made(
          '<li><b></b><span class="number"></span><div class="bar" aria-hidden="true"><i></i></div>' +
            '<span class="hint"><span class="verdict"></span>. <span class="help"></span></span></li>',
          { b: title, ".help": help },
        ),
      ),
    );
    write(this.find("#about"), head.about);
    write(this.find("#how"), head.how);
    this.root.style.setProperty("--sure", `${50 * threshold(head.most)}%`);
    this.settings = new Settings(this.root, "score");
    this.settings.take();
  }

  draw() {
    if (!this.head) return;
    const { changes, metrics, most, columns } = this.head;
    const { sheets, replaced, figures, spread } = this.arrays;
    const [place, strength] = [this.change.selectedIndex, Number(this.strength.value)];
    const at = place * STRENGTHS + strength;
    const { name, amounts } = changes[place];
    const count = replaced.length / (changes.length * STRENGTHS);
    const [row, first] = [at * metrics.length, place * STRENGTHS * metrics.length]; // of the figures
    const [before, now] = [this.head.written[place][0], this.head.written[place][strength]];
    this.settings?.note();
    this.root.toggleAttribute("data-dark", isDark(this.root));
    write(this.find("#strength-value"), amounts[strength]);
    this.strength.ariaValueText = amounts[strength];
    const canvas = this.find("canvas");
    paint(canvas, sheets.subarray(at * count * SIDE ** 2, (at + 1) * count * SIDE ** 2), columns);
    this.frame(canvas, replaced.subarray(at * count, (at + 1) * count), columns);
    canvas.ariaLabel = `${count} real digits, with ${amounts[strength]}`;
    const rows = metrics.map(({ title, good }, i) => {
      const by = moved(figures[row + i], figures[first + i], spread[i]);
      const seen = looks(by, good);
      const item = /** @type {HTMLElement} */ (this.find("ul").children[i]);
      item.dataset.looks = seen;
      const bar = part(item, "i");
      const worse = good === null ? by > 0 : by > 0 === (good === "low");
      bar.style.width = `${50 * reach(by, most)}%`;
      bar.style.left = worse ? "50%" : `${50 - 50 * reach(by, most)}%`;
      write(part(item, ".number"), strength ? `${before[i]} → ${now[i]}` : before[i]);
      write(part(item, ".verdict"), strength ? `${VERDICTS[seen]} (${timesChance(by)})` : "Untouched");
      return { title, looks: seen };
    });
    write(this.find("#says"), strength ? summary(rows) : "These are real digits. Move the strength to spoil them.");
    Object.assign(this.root.dataset, { change: name, strength, looks: rows.map((one) => one.looks).join() });
  }

  /**
   * Frames images that others have taken the place of.
   * @param {HTMLCanvasElement} canvas
   * @param {Uint8Array} replaced
   * @param {number} columns
   */
  frame(canvas, replaced, columns) {
    const context = pen(canvas);
    const cell = canvas.width / columns;
    context.strokeStyle = colourOf(canvas, "--frame");
    context.lineWidth = 1;
    for (const [i, other] of replaced.entries())
      if (other) context.strokeRect((i % columns) * cell + 1, Math.floor(i / columns) * cell + 1.5, cell - 1, cell - 1);
  }
}

export default keeps("score", Score);
