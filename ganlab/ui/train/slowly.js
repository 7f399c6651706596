// One iteration in slow motion, over images: its stages in words, in the figure, in pseudo-code and in pictures.

import { count } from "../shared/count.js";
import { isDark } from "../shared/dark.js";
import { finder, keeps, made, part, write } from "../shared/elements.js";
import { showNorms } from "../shared/norms.js";
import { unpack } from "../shared/unpack.js";
import { between, coloured, drawImage, drawNumbers, share, sorted, spanOf, taken } from "./slow_pictures.js";

const JUDGED = /** @type {const} */ (["reals", "fakes"]);
/** What a stage's changes are called. @type {Record<string, string>} */
const CHANGES = {
  p_real_of_reals: "P(real) of the same real images",
  p_real_of_fakes: "P(real) of generated images",
  score_of_reals: "Score of the same real images",
  score_of_fakes: "Score of generated images",
  sure: "Probability of the right class",
};
/** @param {number} value */
const few = (value) => (Math.abs(value) < 0.001 && value ? value.toExponential(1) : value.toFixed(3));

class Slowly {
  token = "";
  number = 0;
  /** @type {SlowlyHead} */
  head;
  /** @type {Record<string, Numbers>} */
  arrays = {};
  /** The least and the most that the discriminator gives. @type {[number, number]} */
  span = [0, 1];
  listening = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.find("button#previous").addEventListener("click", () => this.go(this.number - 1));
    this.find("button#next").addEventListener("click", () => this.go(this.number + 1));
    this.find("input#threshold").addEventListener("input", () => this.judge());
    for (const field of ["strength", "scale"])
      this.find(`input#${field}`).addEventListener("input", () => this.drawSheets());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.dress(), 500));
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.listening.signal });
  }

  end() {
    this.listening.abort();
  }

  /** @param {unknown} bytes */
  show(bytes) {
    if (!(bytes instanceof Uint8Array)) return;
    /** @type {[SlowlyHead, Record<string, Numbers>]} */
    const [head, arrays] = unpack(bytes);
    this.dress();
    if (head.token === this.token) return;
    Object.assign(this, { head, arrays, token: head.token });
    write(this.find("#when"), `Iteration ${count(head.iteration)} in slow motion`);
    write(this.find("#notes"), head.notes.join(" "));
    this.layOut();
    this.scale();
    this.go(0);
  }

  dress() {
    this.root.toggleAttribute("data-dark", isDark(this.root));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const typing = event.composedPath()[0];
    if (typing instanceof HTMLTextAreaElement) return;
    if (typing instanceof HTMLInputElement && !["range", "checkbox"].includes(typing.type)) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "," || event.key === ".") this.go(this.number + (event.key === "," ? -1 : 1));
  }

  get stage() {
    return this.head.stages[this.number];
  }

  /** The figure, the pseudo-code and the path through the stages, which stay as they are. */
  layOut() {
    const { figure, boxes, algorithm, stages } = this.head;
    const grid = this.find("#figure");
    grid.style.gridTemplateColumns = `repeat(${figure[0].length}, minmax(0, 1fr))`;
    grid.replaceChildren(
      ...figure.flatMap((row, at) =>
        row.map((id, column) => {
          const box = made('<div class="box"><span></span></div>', { span: boxes[id] ?? "" });
          box.dataset.box = id;
          box.classList.toggle("empty", !id);
          box.classList.toggle("then", at === 0 && column < row.length - 1);
          const kind = /^(generator|decoder|averaged|fakes|repairs|copies)/.test(id) ? "generator" : "discriminator";
          box.dataset.kind = id === "reals" ? "real" : /^(noise|latents|damaged|loss|optimiser)/.test(id) ? "" : kind;
          return box;
        }),
      ),
    );
    this.find("#algorithm").replaceChildren(
      ...algorithm.map((text) => made("<span></span>", { span: text.trimEnd() })),
    );
    this.find("#path").replaceChildren(
      ...stages.map((stage, number) => {
        const step = made('<li><button type="button"></button></li>', { button: String(number + 1) });
        step.dataset.network = stage.network;
        const button = part(step, "button");
        button.title = stage.title;
        button.setAttribute("aria-label", `Stage ${number + 1}: ${stage.title}`);
        button.addEventListener("click", () => this.go(number));
        return step;
      }),
    );
  }

  /** What the discriminator gives has a scale from 0 to 1, or, of scores, the one that they span. */
  scale() {
    const { stages, scores } = this.head;
    write(this.find("#threshold-name"), `Taken for real from ${scores ? "a score of" : "P(real)"}`);
    if (!scores && this.span[0] === 0 && this.span[1] === 1) return; // a threshold that somebody has set stays
    const range = this.find("input#threshold");
    const given = ["reals", "fakes"].map((wanted) =>
      stages.flatMap(({ sheets }) =>
        sheets.flatMap((sheet) =>
          sheet.kind === wanted && sheet.given ? [.../** @type {Float32Array} */ (this.arrays[sheet.given])] : [],
        ),
      ),
    );
    this.span = scores ? spanOf(given.flat()) : [0, 1];
    const [low, high] = this.span;
    const step = (high - low) / 100;
    Object.assign(range, { min: String(low + step), max: String(high - step), step: String(step) });
    range.value = String(scores ? between(given[0], given[1]) : 0.5);
  }

  /** @param {number} number */
  go(number) {
    const { stages, boxes } = this.head;
    this.number = Math.min(stages.length - 1, Math.max(0, number));
    const { stage } = this;
    this.find("#stage").dataset.network = stage.network;
    this.find("#figure").toggleAttribute("data-back", ["pull", "gradients"].includes(stage.name));
    this.root.dataset.stage = String(this.number + 1);
    const [one, all] = stage.update;
    const update = all > 1 ? `, update ${one} of ${all}` : "";
    write(this.find("#which"), `Stage ${this.number + 1} of ${stages.length}${update}`);
    write(this.find("#title"), stage.title);
    write(this.find("#caption"), stage.caption);
    this.find("button#previous").disabled = this.number === 0;
    this.find("button#next").disabled = this.number === stages.length - 1;
    const whole = stage.name === "unknown" ? "What was kept of the run ends here." : "This was the last stage.";
    write(this.find("#last"), this.number === stages.length - 1 ? whole : "");
    this.find("#path")
      .querySelectorAll("button")
      .forEach((button, at) => {
        if (at === this.number) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
      });
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(".box")))
      box.toggleAttribute("data-lit", stage.lit.includes(box.dataset.box ?? ""));
    const lit = stage.lit.map((box) => boxes[box]).join(", ");
    this.find("#figure").setAttribute("aria-label", `The networks. At work: ${lit || "nothing"}`);
    this.find("#algorithm")
      .querySelectorAll("span")
      .forEach((line, at) => {
        if (at === stage.line) line.setAttribute("aria-current", "true");
        else line.removeAttribute("aria-current");
      });
    this.drawNumbers();
    this.drawSheets();
    this.judge();
    this.showLayers();
    this.showChanges();
  }

  drawNumbers() {
    this.find("#numbers").replaceChildren(
      ...this.stage.numbers.map(({ title, columns, values }) => {
        const figure = made('<figure class="numbers"><canvas></canvas><figcaption></figcaption></figure>', {
          figcaption: `${title}; dark is below 0, light above`,
        });
        drawNumbers(part(figure, "canvas"), /** @type {Float32Array} */ (this.arrays[values]), columns);
        return figure;
      }),
    );
  }

  drawSheets() {
    const { stage } = this;
    this.find("#pulling").hidden = !stage.sheets.some(({ pull }) => pull);
    this.find("#sheets").replaceChildren(...stage.sheets.map((sheet) => this.sheet(sheet)));
    this.mark();
  }

  /** @param {SlowlySheet} sheet */
  sheet(sheet) {
    const { arrays } = this;
    const images = /** @type {Uint8Array} */ (arrays[sheet.images]);
    const shown = images.length / 784;
    const given = /** @type {Float32Array | undefined} */ (sheet.given && arrays[sheet.given]);
    const of = shown < sheet.count ? `the first ${shown} of ${count(sheet.count)}` : count(shown);
    const framed = given || sheet.wrong ? "; framed where it is wrong" : "";
    const order = given
      ? `, sorted by ${this.head.scores ? "score" : "P(real)"}, which stands below each${framed}`
      : framed;
    const section = made('<section class="sheet"><h4></h4><ul class="images"></ul></section>', {
      h4: `${sheet.title}: ${of}${order}`,
    });
    section.dataset.kind = sheet.kind;
    section.toggleAttribute("data-large", Boolean(sheet.pull));
    part(section, "ul").append(
      ...sorted(given, shown).map((number) => {
        const words = given ? given[number].toFixed(2) : (sheet.words?.[number] ?? "");
        const item = made("<li><canvas></canvas><span></span></li>", { span: words });
        if (given) item.dataset.given = String(given[number]);
        if (sheet.wrong?.[number]) item.dataset.taken = "wrong";
        drawImage(part(item, "canvas"), coloured(images, number, this.over(sheet, number)));
        return item;
      }),
    );
    return section;
  }

  /**
   * What is laid over an image: with a scale of its own, or with that of the image that is pulled most.
   * @param {SlowlySheet} sheet
   * @param {number} number
   */
  over({ pull, most }, number) {
    if (!pull || !most) return null;
    const strongest = /** @type {Float32Array} */ (this.arrays[most]);
    const share = this.find("input#scale").checked ? strongest[number] / Math.max(...strongest) : 1;
    const strength = (share * Number(this.find("input#strength").value)) / 70;
    return { pull: /** @type {Uint8Array} */ (this.arrays[pull]), strength };
  }

  /** What the discriminator says of each kind at this stage: both are then judged by the same weights. */
  get judged() {
    /** @type {Partial<Record<string, Float32Array>>} */
    const found = {};
    for (const { kind, given } of this.stage.sheets)
      if (given) found[kind] = /** @type {Float32Array} */ (this.arrays[given]);
    return found;
  }

  /** The confusion matrix at the threshold, and frames around those that are taken for what they are not. */
  judge() {
    const { judged } = this;
    const threshold = Number(this.find("input#threshold").value);
    write(this.find("#threshold-value"), threshold.toFixed(2));
    this.find("#judged").hidden = !this.stage.sheets.some(({ given }) => given);
    let [right, all] = [0, 0];
    for (const kind of JUDGED) {
      const given = judged[kind];
      this.find(`#row-${kind}`).hidden = !given;
      if (!given) continue;
      const counts = taken(given, threshold);
      this.find(`#row-${kind}`)
        .querySelectorAll("td")
        .forEach((cell, at) => {
          write(cell, count(counts[at]));
          cell.style.setProperty("--share", Math.sqrt(counts[at] / given.length).toFixed(3));
        });
      right += counts[kind === "reals" ? 0 : 1];
      all += given.length;
    }
    write(
      this.find("#accuracy"),
      all ? `${((100 * right) / all).toFixed(1)}% of them are taken for what they are.` : "",
    );
    this.mark();
  }

  mark() {
    const threshold = Number(this.find("input#threshold").value);
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(".images li[data-given]"))) {
      const real = /** @type {HTMLElement} */ (item.closest(".sheet")).dataset.kind === "reals";
      const asReal = Number(item.dataset.given) >= threshold;
      item.dataset.taken = asReal === real ? "right" : "wrong";
    }
  }

  showLayers() {
    const { name, norms, network } = this.stage;
    this.find("#layers").hidden = !norms.length;
    const what = name === "step" ? "How far the step moves each layer's weights" : "How long each layer's gradient is";
    write(this.find("#layers-title"), `${what} (and as a share of the weights' own length)`);
    this.find("#layers").dataset.network = network;
    showNorms(this.find("#norms"), norms);
  }

  /** P(real) and the like before and after a step. */
  showChanges() {
    const { figures } = this.stage;
    this.find("#changes").replaceChildren(
      ...Object.entries(CHANGES).flatMap(([name, title]) => {
        const [before, after] = [figures[`${name}_before`], figures[`${name}_after`]];
        if (before === undefined || after === undefined || before === null || after === null) return [];
        const row = made(
          '<div><dt></dt><dd class="meter"><i></i><i class="now"></i></dd><dd class="said"></dd></div>',
          {
            dt: title,
            ".said": `${few(before)} → ${few(after)}`,
          },
        );
        const marks = /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("i"));
        [before, after].forEach((value, at) => {
          marks[at].style.left = `calc(${(100 * share(value, this.span)).toFixed(2)}% - 2px)`;
        });
        return [row];
      }),
    );
  }
}

export default keeps("slowly", Slowly);
