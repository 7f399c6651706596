// Scores of real and of generated images, the threshold between them, and what its errors cost.

import { count } from "../shared/count.js";
import { isDark } from "../shared/dark.js";
import { drags } from "../shared/drag.js";
import { soon } from "../shared/drawing.js";
import { finder, keeps, write } from "../shared/elements.js";
import { Settings } from "./settings.js";
import { accuracy, bestPReal, cheapest, IMAGES, outcomes, precision, recall, totalCost } from "./thresholds.js";

const REACH = 5; // of the chart, from its middle to each side
const FURTHEST = 4; // of the threshold
const TOP = 0.52; // the density at its top; names stand above the curves
const [WIDTH, HEIGHT, COST_HEIGHT] = [1000, 300, 100]; // in units of the drawings
const STEPS = 200;
const STEP = 0.02; // of the threshold's field
const NEAR = 40; // pixels, from a name
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
const KINDS = /** @type {const} */ ([
  ["generated", -1],
  ["real", 1],
]);

const across = (/** @type {number} */ x) => (WIDTH * (x + REACH)) / (2 * REACH);
const percent = (/** @type {number} */ share) => (Number.isNaN(share) ? "–" : `${(100 * share).toFixed(1)}%`);

/**
 * A curve between two places.
 * @param {(x: number) => number} y in units of the drawing
 * @param {number} from
 * @param {number} to
 */
function curve(y, from = -REACH, to = REACH) {
  const points = Array.from({ length: STEPS + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / STEPS;
    return `${across(x).toFixed(1)} ${y(x).toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}

class Fooled {
  drawSoon = soon(() => this.draw());
  /** What is dragged: the threshold (0), or the generated (-1) or real images (1). */
  held = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
    this.settings = new Settings(root, "fooled");
    this.settings.take();
    this.wire();
  }

  show() {
    this.draw();
  }

  /** @param {"threshold" | "distance" | "fooled-cost" | "missed-cost"} name */
  value(name) {
    return Number(this.find(`input#${name}`).value);
  }

  get costs() {
    return { fooled: this.value("fooled-cost"), missed: this.value("missed-cost") };
  }

  /** The cheapest threshold that the field can take. */
  get cheapest() {
    const best = cheapest(this.value("distance"), this.costs);
    return Math.min(FURTHEST, Math.max(-FURTHEST, Math.round(best / STEP) * STEP));
  }

  draw() {
    const [threshold, distance] = [this.value("threshold"), this.value("distance")];
    this.root.toggleAttribute("data-dark", isDark(this.root));
    for (const name of /** @type {const} */ (["threshold", "distance"]))
      write(this.find(`#${name}-value`), this.value(name).toFixed(2).replace("-", "−"));
    for (const name of /** @type {const} */ (["fooled-cost", "missed-cost"]))
      write(this.find(`#${name}-value`), String(this.value(name)));
    this.drawScores(threshold, distance);
    this.drawCost(threshold, distance);
    this.say(threshold, distance);
    this.settings.note();
    Object.assign(this.root.dataset, { threshold: threshold.toFixed(2), distance: distance.toFixed(2) });
  }

  /**
   * @param {number} threshold
   * @param {number} distance
   */
  drawScores(threshold, distance) {
    for (const [name, side] of KINDS) {
      const mean = (side * distance) / 2;
      const y = (/** @type {number} */ x) =>
        HEIGHT * (1 - Math.exp(-((x - mean) ** 2) / 2) / Math.sqrt(2 * Math.PI) / TOP);
      const whole = curve(y);
      this.find(`path.${name}.edge`).setAttribute("d", whole);
      this.find(`path.${name}.area`).setAttribute("d", `${whole}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`);
      const [from, to] = side < 0 ? [threshold, REACH] : [-REACH, threshold];
      const ends = `L${across(to)} ${HEIGHT}L${across(from)} ${HEIGHT}Z`;
      this.find(`path.${name}.wrong`).setAttribute("d", curve(y, from, to) + ends);
      // names that would lie on each other make way
      this.find(`#${name}`).style.left = `${across(side * Math.max(0.95, distance / 2)) / 10}%`;
    }
    this.find(".threshold").style.left = `${across(threshold) / 10}%`;
  }

  /**
   * @param {number} threshold
   * @param {number} distance
   */
  drawCost(threshold, distance) {
    const { costs } = this;
    const most = 1.1 * IMAGES * Math.max(costs.fooled, costs.missed);
    const y = (/** @type {number} */ x) => COST_HEIGHT * (1 - totalCost(outcomes(distance, x), costs) / most);
    this.find(".curve").setAttribute("d", curve(y));
    for (const [name, x] of /** @type {const} */ ([
      [".at", threshold],
      [".best", this.cheapest],
    ])) {
      const mark = this.find(name);
      mark.style.left = `${across(x) / 10}%`;
      mark.style.top = `${y(x)}%`;
    }
  }

  /**
   * @param {number} threshold
   * @param {number} distance
   */
  say(threshold, distance) {
    const found = outcomes(distance, threshold);
    const { costs, cheapest: best } = this;
    const counts = {
      "#real-kept": found.realKept,
      "#missed": found.missed,
      "#taken-in": found.fooled,
      "#caught": found.caught,
    };
    for (const [cell, n] of Object.entries(counts)) {
      write(this.find(cell), count(n));
      this.find(cell).style.setProperty("--share", Math.sqrt(n / IMAGES).toFixed(3));
    }
    write(this.find("#accuracy"), percent(accuracy(found)));
    write(this.find("#precision"), percent(precision(found)));
    write(this.find("#recall"), percent(recall(found)));
    write(this.find("#cost"), count(totalCost(found, costs)));
    const least = totalCost(outcomes(distance, best), costs);
    const where = distance ? `, at ${best.toFixed(2).replace("-", "−")}` : "";
    write(this.find("#least"), `at least ${count(least)}${where}`);
    const share = costs.fooled / (costs.fooled + costs.missed);
    write(
      this.find("#says"),
      distance
        ? `The best discriminator says P(real) is ${percent(bestPReal(distance, threshold))} at this threshold. ` +
            `Errors cost least where it says ${percent(share)}, the share of the two costs that being fooled has.`
        : "The scores tell nothing apart: half of all images are right whatever the threshold, and the best " +
            "discriminator says P(real) is 50% of every image. That is the equilibrium of the game.",
    );
  }

  /**
   * @param {number} threshold
   * @param {number} distance
   */
  move(threshold, distance) {
    this.find("input#threshold").value = String(threshold); // the fields keep them within their ends
    this.find("input#distance").value = String(distance);
    this.drawSoon();
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const box = this.find("#plot").getBoundingClientRect();
    const x = ((2 * (event.clientX - box.left)) / box.width - 1) * REACH;
    if (this.held) this.move(this.value("threshold"), Math.max(0, 2 * x * this.held));
    else this.move(x, this.value("distance"));
  }

  /** @param {PointerEvent} event */
  underName(event) {
    for (const [name, side] of KINDS) {
      const { left, width, top, height } = this.find(`#${name}`).getBoundingClientRect();
      const away = [event.clientX - left - width / 2, event.clientY - top - height / 2].map(Math.abs);
      if (away[0] < NEAR && away[1] < NEAR / 2) return side;
    }
    return 0;
  }

  wire() {
    const plot = this.find("#plot");
    const drag = (/** @type {PointerEvent} */ event) => this.drag(event);
    drags(plot, drag, (event) => {
      this.held = this.underName(event);
      if (!this.held) drag(event);
    });
    plot.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way) return;
      event.preventDefault();
      this.move(this.value("threshold") + way[0], this.value("distance") + way[1]);
    });
    for (const name of ["threshold", "distance", "fooled-cost", "missed-cost"])
      this.find(`input#${name}`).addEventListener("input", () => this.drawSoon());
    this.find("button#cheapest").addEventListener("click", () => this.move(this.cheapest, this.value("distance")));
  }
}

export default keeps("fooled", Fooled);
