// Real digits that are changed on purpose, and what each metric makes of that.

import { isDark } from "../shared/dark.js";
import { colourOf, pen } from "../shared/drawing.js";
import { finder, made, part, write } from "../shared/elements.js";
import { paint, SIDE } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { summary, timesChance } from "./score_words.js";
import { looks, moved, reach, threshold } from "./scoring.js";

/**
 * What score_view.py sends: of each metric its `written` values at strengths from 0 to 5; `most` is the furthest that
 * any metric is moved by any change, in standard deviations.
 * @typedef {{ title: string, help: string, good: "low" | "high" | null, written: string[] }} Metric
 * @typedef {{ change: string, strength: number, changes: [name: string, title: string][], amounts: string[],
 *   metrics: Metric[], about: string, how: string, columns: number, most: number }} ScoreHead
 * @typedef {{ sheets: Uint8Array, replaced: Uint8Array, figures: Float32Array, spread: Float32Array }} ScoreArrays
 * @typedef {{ change: string, strength: number }} Asked
 */

const VERDICTS = { worse: "looks worse", better: "looks better", other: "notices", same: "does not notice" };
const STRENGTHS = 6;

class Score {
  waiting = 0;
  /** @type {(asked: Asked) => void} */
  send;
  /** @type {ScoreHead} */
  head;
  /** @type {ScoreArrays} */
  arrays;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.change = this.find("select#change");
    this.strength = this.find("input#strength");
    this.change.addEventListener("change", () => this.ask());
    this.strength.addEventListener("input", () => {
      this.waiting ||= requestAnimationFrame(() => {
        this.waiting = 0;
        this.draw();
      });
    });
    this.strength.addEventListener("change", () => this.ask());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
  }

  ask() {
    this.send({ change: this.change.value, strength: Number(this.strength.value) });
  }

  /**
   * @param {Uint8Array} bytes
   * @param {(asked: Asked) => void} send
   */
  show(bytes, send) {
    const before = this.head?.change;
    this.send = send;
    [this.head, this.arrays] = /** @type {[ScoreHead, ScoreArrays]} */ (unpack(bytes));
    const { change, strength, changes, metrics } = this.head;
    if (before === undefined) {
      this.change.replaceChildren(...changes.map(([name, title]) => new Option(title, name)));
      this.strength.value = String(strength); // from then on it is ahead of what comes from the server
    }
    this.change.value = change;
    if (before !== change)
      this.find("ul").replaceChildren(
        ...metrics.map(({ title, help }) =>
          made(
            '<li><b></b><span class="number"></span><div class="bar" aria-hidden="true"><i></i></div>' +
              '<span class="hint"><span class="verdict"></span>. <span class="help"></span></span></li>',
            { b: title, ".help": help },
          ),
        ),
      );
    this.draw();
  }

  draw() {
    const { metrics, amounts, most, change, columns, about, how } = this.head;
    const { sheets, replaced, figures, spread } = this.arrays;
    const strength = Number(this.strength.value);
    const size = sheets.length / STRENGTHS;
    const count = size / SIDE ** 2;
    this.root.toggleAttribute("data-dark", isDark(this.root));
    this.root.style.setProperty("--sure", `${50 * threshold(most)}%`);
    write(this.find("#strength-value"), amounts[strength]);
    this.strength.ariaValueText = amounts[strength];
    const canvas = this.find("canvas");
    paint(canvas, sheets.subarray(strength * size, (strength + 1) * size), columns);
    this.frame(canvas, replaced.subarray(strength * count, (strength + 1) * count), columns);
    canvas.ariaLabel = `${count} real digits, with ${amounts[strength]}`;
    const rows = metrics.map(({ title, good, written }, i) => {
      const by = moved(figures[strength * metrics.length + i], figures[i], spread[i]);
      const seen = looks(by, good);
      const row = /** @type {HTMLElement} */ (this.find("ul").children[i]);
      row.dataset.looks = seen;
      const bar = part(row, "i");
      const worse = good === null ? by > 0 : by > 0 === (good === "low");
      bar.style.width = `${50 * reach(by, most)}%`;
      bar.style.left = worse ? "50%" : `${50 - 50 * reach(by, most)}%`;
      write(part(row, ".number"), strength ? `${written[0]} → ${written[strength]}` : written[0]);
      write(part(row, ".verdict"), strength ? `${VERDICTS[seen]} (${timesChance(by)})` : "Untouched");
      return { title, looks: seen };
    });
    write(this.find("#says"), strength ? summary(rows) : "These are real digits. Move the strength to spoil them.");
    write(this.find("#about"), about);
    write(this.find("#how"), how);
    Object.assign(this.root.dataset, { change, strength, looks: rows.map((row) => row.looks).join() });
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

/** @param {Piece<Uint8Array>} piece */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement & { score?: Score }} */ (part(parentElement, ".score"));
  root.score ??= new Score(root);
  root.score.show(data, (asked) => setTriggerValue("asked", asked));
}
