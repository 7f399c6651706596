// Sixteen images of which some are generated: a person marks them, and is counted beside the discriminator.

import { count } from "../shared/count.js";
import { isDark } from "../shared/dark.js";
import { pen } from "../shared/drawing.js";
import { finder, focused, made, part, write } from "../shared/elements.js";
import { asImage, SIDE } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { chanceWords, judgeWords, percent, sentence, truthOf } from "./judge_words.js";
import { right, takenForFake, total } from "./judging.js";

/** @import { Score } from "./judging.js" */

/**
 * What judge_view.py sends: `source` is whose images these are, `shares` is of each of the `iterations` the
 * discriminator's share right over all images, of which it has seen `counted`.
 * @typedef {{ source: string, seed: number, snapshot: number, iterations: number[], shares: number[],
 *   judge: number | null, about: string, counted: [generated: number, real: number] }} JudgeHead
 * @typedef {{ images: Uint8Array, fake: Uint8Array, pReal: Float32Array }} JudgeArrays
 * @typedef {{ seed: number, snapshot: number }} Asked the snapshot by its iteration
 */

const COLUMNS = 4;
/** @type {Record<string, number>} */
const WAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

class Judge {
  /** Which sixteen are shown. */
  shown = "";
  checked = false;
  /** @type {(asked: Asked) => void} */
  send;
  /** @type {JudgeHead} */
  head;
  /** @type {JudgeArrays} */
  arrays;
  /** By source and iteration, and by seed, as nobody is counted twice. @type {Map<string, Map<number, Score>>} */
  scores = new Map();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.group = this.find(".images");
    this.group.addEventListener("keydown", (event) => this.press(event));
    this.group.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button");
      if (!button || this.checked) return;
      button.ariaPressed = String(button.ariaPressed !== "true");
      this.say();
    });
    this.find("button#check").addEventListener("click", () => this.check());
    this.find("button#again").addEventListener("click", () => this.ask({ seed: this.head.seed + 1 }));
    this.find("input#snapshot").addEventListener("input", () => this.say());
    this.find("input#snapshot").addEventListener("change", () => this.ask({ snapshot: this.chosen }));
  }

  /** The iteration that the field says. */
  get chosen() {
    return this.head.iterations[Number(this.find("input#snapshot").value)];
  }

  /** @returns {HTMLButtonElement[]} */
  get buttons() {
    return /** @type {any} */ ([...this.group.children]);
  }

  /** @param {Partial<Asked>} changes */
  ask(changes) {
    this.send({ seed: this.head.seed, snapshot: this.head.snapshot, ...changes });
  }

  /**
   * @param {Uint8Array} bytes
   * @param {(asked: Asked) => void} send
   */
  show(bytes, send) {
    this.send = send;
    this.root.toggleAttribute("data-dark", isDark(this.root));
    [this.head, this.arrays] = /** @type {[JudgeHead, JudgeArrays]} */ (unpack(bytes));
    const { source, seed, snapshot, iterations } = this.head;
    const shown = [source, snapshot, seed].join();
    if (shown !== this.shown) {
      this.shown = shown;
      this.checked = false;
      this.group.replaceChildren(...Array.from(this.arrays.fake, (_, i) => this.button(i)));
      const field = this.find("input#snapshot");
      field.max = String(iterations.length - 1);
      field.value = String(iterations.indexOf(snapshot));
    }
    Object.assign(this.root.dataset, { seed, snapshot });
    this.say();
  }

  /** @param {number} place */
  button(place) {
    const button = made('<button type="button" aria-pressed="false"><canvas></canvas><span></span></button>');
    const canvas = part(button, "canvas");
    Object.assign(canvas, { width: SIDE, height: SIDE });
    pen(canvas).putImageData(asImage(this.arrays.images.subarray(place * SIDE ** 2, (place + 1) * SIDE ** 2)), 0, 0);
    button.ariaLabel = `Image ${place + 1}`;
    return button;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const next = this.buttons.indexOf(/** @type {any} */ (focused(this.group))) + WAYS[event.key];
    if (!this.buttons[next]) return;
    event.preventDefault();
    this.buttons[next].focus();
  }

  check() {
    const { fake, pReal } = this.arrays;
    const { source, snapshot, seed } = this.head;
    const said = this.buttons.map((button) => button.ariaPressed === "true");
    this.checked = true;
    const rounds = this.roundsOf(snapshot);
    if (!rounds.has(seed))
      rounds.set(seed, {
        right: right(said, fake),
        judge: right(Array.from(pReal, takenForFake), fake),
        shown: fake.length,
      });
    this.scores.set(`${source},${snapshot}`, rounds);
    for (const [i, button] of this.buttons.entries()) {
      const [truth, verdict] = truthOf(Boolean(fake[i]), pReal[i]);
      const mistaken = said[i] !== Boolean(fake[i]);
      button.dataset.truth = truth;
      button.classList.toggle("wrong", mistaken);
      write(part(button, "span"), `${mistaken ? "✗" : "✓"} ${truth}\n${verdict}`);
      button.ariaLabel = `Image ${i + 1}: ${truth}, ${verdict}. You were ${mistaken ? "wrong" : "right"}.`;
    }
    this.say();
  }

  /** @param {number} iteration */
  roundsOf(iteration) {
    return this.scores.get(`${this.head.source},${iteration}`) ?? new Map();
  }

  say() {
    const { head, checked } = this;
    const { iterations, snapshot, shares, judge } = head;
    const marked = this.buttons.filter((button) => button.ariaPressed === "true").length;
    write(this.find("#about"), head.about);
    write(
      this.find("#marked"),
      checked ? "Framed: you marked it. ✗: you were wrong." : `${marked} marked as generated`,
    );
    this.find("button#check").disabled = checked;
    write(this.find("#snapshot-value"), `${count(this.chosen)} iterations`);
    const score = this.roundsOf(snapshot).get(head.seed);
    write(
      this.find("#says"),
      checked ? sentence(score) : "Mark the images that you take for generated, then press Check.",
    );
    const before = "Each image is real or generated by the toss of a coin, so whoever guesses gets 8 of 16 on average.";
    write(this.find("#chance"), checked ? chanceWords(score) : before);
    const rows = iterations.map((iteration, place) => {
      const { right, judge, shown } = total(this.roundsOf(iteration).values());
      const row = made('<tr><th scope="row"></th><td></td><td></td><td class="all"></td></tr>', {
        th: count(iteration),
        td: shown ? `${right} of ${shown}` : "–",
        "td + td": shown ? `${judge} of ${shown}` : "–",
        ".all": percent(shares[place]),
      });
      if (iteration === snapshot) row.ariaCurrent = "true";
      return row;
    });
    this.find("tbody").replaceChildren(...rows);
    const [generated, real] = head.counted.map(count);
    const all = `All images are ${generated} generated ones for each row and ${real} real ones. The discriminator is that `;
    write(this.find("#all"), `${all}${judgeWords(judge)}.`);
    Object.assign(this.root.dataset, { checked, right: score?.right ?? "", judge: score?.judge ?? "" });
  }
}

/** @param {Piece<Uint8Array>} piece */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement & { judge?: Judge }} */ (part(parentElement, ".judge"));
  root.judge ??= new Judge(root);
  root.judge.show(data, (asked) => setTriggerValue("asked", asked));
}
