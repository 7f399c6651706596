// Two peaks of data, and the one Gaussian that each of three divergences makes of them.

import { isDark } from "../shared/dark.js";
import { drags } from "../shared/drag.js";
import { soon } from "../shared/drawing.js";
import { finder, keeps, made, part, write } from "../shared/elements.js";
import { density, divergence, fit, logMixture, logNormal, onTheLeft, PEAK, parts } from "./divergences.js";
import { dropped, peakWords, TITLES } from "./peaks_words.js";
import { Settings } from "./settings.js";

/** @import { Kind, Normal } from "./divergences.js" */

const KINDS = /** @type {Kind[]} */ (["forward", "reverse", "js"]);
const REACH = 6; // of the chart, from its middle to each side
const TOP = 0.75; // the density at its top
const [WIDTH, HEIGHT] = [1000, 300]; // in units of the drawing
const STEPS = 240;
const TALLEST = 1 / (PEAK * Math.sqrt(2 * Math.PI)); // a peak with all of the data
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.02], ArrowDown: [0, -0.02] };

/** @param {(x: number) => number} f */
function curve(f) {
  const points = Array.from({ length: STEPS + 1 }, (_, i) => {
    const x = (2 * i * REACH) / STEPS - REACH;
    return `${((i * WIDTH) / STEPS).toFixed(1)} ${(HEIGHT * (1 - f(x) / TOP)).toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}

const signed = (/** @type {number} */ value) => value.toFixed(2).replace("-", "−").replace("−0.00", "0.00");

class Peaks {
  drawSoon = soon(() => this.draw());
  /** Which peak is held: -1 the left one, 1 the right one. */
  held = 0;
  /** @type {Partial<Record<Kind, Normal>>} */
  fits = {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.rows = Object.fromEntries(KINDS.map((kind) => [kind, this.row(kind)]));
    this.find(".ticks").append(
      ...[-6, -4, -2, 0, 2, 4, 6].map((x) => made("<span></span>", { span: String(x).replace("-", "−") })),
    );
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
    this.settings = new Settings(root, "peaks");
    this.settings.take();
    this.wire();
  }

  show() {
    this.draw();
  }

  get peaks() {
    return { distance: Number(this.find("input#distance").value), left: Number(this.find("input#share").value) };
  }

  /** @param {Kind} kind */
  row(kind) {
    const row = made(
      `<tr><th scope="row"><label><input type="checkbox" checked>
        <svg class="key" viewBox="0 0 36 8" aria-hidden="true"><path class="${kind} fit" d="M2 4H34"/></svg>
        <span></span></label></th><td></td><td></td><td></td><td></td><td></td></tr>`,
      { span: TITLES[kind] },
    );
    this.find("tbody").append(row);
    const words = made("<div><dt></dt><dd></dd></div>", {
      dt: `Fitted by ${TITLES[kind]}${kind === "forward" ? " (maximum likelihood)" : ""}`,
    });
    this.find("dl").append(words);
    const box = part(row, "input");
    box.addEventListener("change", () => {
      this.find(`.plot .${kind}`).toggleAttribute("hidden", !box.checked);
    });
    return { cells: [...row.querySelectorAll("td")], words: part(words, "dd") };
  }

  draw() {
    const { peaks } = this;
    this.root.toggleAttribute("data-dark", isDark(this.root));
    const of = density(peaks);
    const data = curve((x) => Math.exp(logMixture(x, peaks)));
    this.find(".data").setAttribute("d", `${data}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`);
    for (const kind of KINDS) {
      const q = fit(kind, peaks, of);
      this.fits[kind] = q;
      this.find(`.plot .${kind}`).setAttribute(
        "d",
        curve((x) => Math.exp(logNormal(x, q))),
      );
      const { cells, words } = this.rows[kind];
      const numbers = [signed(q.mean), q.deviation.toFixed(2)];
      for (const other of KINDS) numbers.push(Math.max(0, divergence(other, of, q)).toFixed(3));
      cells.forEach((cell, i) => {
        write(cell, numbers[i]);
        cell.classList.toggle("least", KINDS[i - 2] === kind);
      });
      const found = {
        left: peaks.left,
        onTheLeft: onTheLeft(q, peaks, of),
        halfway: Math.exp(logNormal(0, q) - logMixture(0, peaks)),
      };
      write(words, peakWords(kind, found));
      words.dataset.dropped = String(dropped(found));
    }
    write(this.find("#distance-value"), peaks.distance.toFixed(2));
    write(this.find("#share-value"), `${(100 * peaks.left).toFixed(0)}%`);
    parts(peaks).forEach(({ share, normal }, i) => {
      const handle = this.find(i ? "#right" : "#left");
      handle.style.left = `${50 * (1 + normal.mean / REACH)}%`;
      handle.style.top = `${100 * (1 - (share * TALLEST) / TOP)}%`;
    });
    this.settings.note();
    this.root.dataset.peaks = `${peaks.distance.toFixed(2)},${peaks.left.toFixed(2)}`;
  }

  /**
   * @param {number} distance
   * @param {number} left
   */
  move(distance, left) {
    this.find("input#distance").value = String(distance); // the fields keep them within their ends
    this.find("input#share").value = String(left);
    this.drawSoon();
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const box = this.find("#plot").getBoundingClientRect();
    const x = ((2 * (event.clientX - box.left)) / box.width - 1) * REACH;
    const share = ((1 - (event.clientY - box.top) / box.height) * TOP) / TALLEST;
    this.held ||= x < 0 ? -1 : 1;
    this.move(Math.max(0, 2 * x * this.held), this.held < 0 ? share : 1 - share);
  }

  wire() {
    const plot = this.find("#plot");
    const drag = (/** @type {PointerEvent} */ event) => this.drag(event);
    drags(plot, drag, (event) => {
      this.held = 0;
      drag(event);
    });
    plot.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way) return;
      event.preventDefault();
      const { distance, left } = this.peaks;
      const times = event.shiftKey ? 5 : 1;
      this.move(distance + times * way[0], left + times * way[1]);
    });
    for (const name of ["input#distance", "input#share"])
      this.find(name).addEventListener("input", () => this.drawSoon());
  }
}

export default keeps("peaks", Peaks);
