// A batch of numbers that a real network feeds into its batch normalisation, before and after it.

import { isDark } from "../shared/dark.js";
import { fromHalves } from "../shared/decoder.js";
import { drags } from "../shared/drag.js";
import { soon } from "../shared/drawing.js";
import { finder, keeps, made, write } from "../shared/elements.js";
import { unpack } from "../shared/unpack.js";
import { aboutUnit, batchWords, formula, short } from "./batch_words.js";
import { batchOf, histogram, manyMoments, moments, nearest, nineOfTen, normalise, ticks } from "./batches.js";
import { numbersIn, Settings } from "./settings.js";

/** @import { Learnt, Moments, Unit } from "./batches.js" */

const [WIDTH, HEIGHT] = [1000, 170]; // of a chart, in units of the drawing
const PARTS = 60; // of a histogram
const MANY = 130; // numbers that are more than dots can show apart
const MOST = 800; // dots that are drawn
const REACH = 5; // of what comes out; and of what goes in, in deviations of the moving averages
const BATCHES = 200; // other batches, to see how far a number depends on its companions
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };

/** @typedef {{ unit: number, gamma: number, beta: number, moving_mean: number, moving_variance: number }} About */
/** @typedef {{ name: string, images: number, places: number, epsilon: number, of: number, units: About[] }} LayerAbout */

/** @type {Record<string, [choice: string, name: string]>} */
const NAMES = {
  "art-gan": ["dense, one number an image (art GAN)", "the generator of an art GAN that was trained for this piece"],
  dcgan: ["convolution, a map an image (DCGAN)", "the DCGAN's generator"],
};

class Batch {
  drawSoon = soon(() => this.draw());
  seed = 1;
  /** @type {LayerAbout[]} */
  layers = [];
  /** @type {Record<string, Float32Array>} */
  values = {};
  /** @type {{ key: string, found: Moments[] }} */
  others = { key: "", found: [] };

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    const recolour = () => root.toggleAttribute("data-dark", isDark(root));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(recolour, 500));
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    this.root.toggleAttribute("data-dark", isDark(this.root));
    if (this.layers.length) return;
    /** @type {[{ layers: LayerAbout[] }, Record<string, Uint16Array>]} */
    const [{ layers }, arrays] = unpack(bytes);
    this.layers = layers;
    for (const { name } of layers) this.values[name] = fromHalves(arrays[name]);
    this.find("select#layer").replaceChildren(...layers.map(({ name }, i) => new Option(NAMES[name][0], String(i))));
    this.listUnits();
    this.relearn();
    /** @type {number[]} */
    let asked = [];
    this.settings = new Settings(this.root, "batch", {
      batch: {
        read: () => String(this.seed),
        take: (text) => {
          this.seed = Math.min(1e6, Math.max(1, Math.round(Number(text)) || 1));
        },
      },
      learnt: {
        read: () => {
          const { learnt, about } = this;
          const [now, then] = [learnt, about].map(({ gamma, beta }) => `${gamma.toFixed(2)},${beta.toFixed(2)}`);
          return now === then ? "" : now;
        },
        take: (text) => {
          asked = numbersIn(text, 2) ?? [];
        },
      },
    });
    this.settings.take();
    this.listUnits(this.find("select#unit").value);
    this.relearn();
    for (const [i, name] of /** @type {const} */ (["input#gamma", "input#beta"]).entries())
      if (asked.length) this.find(name).value = String(asked[i]);
    this.wire();
    this.draw();
  }

  listUnits(chosen = "0") {
    const units = this.layer.units.map(({ unit }, i) => new Option(`${unit + 1} of ${this.layer.of}`, String(i)));
    this.find("select#unit").replaceChildren(...units);
    this.find("select#unit").value = chosen;
  }

  /** Puts gamma and beta back to what the network has learned. */
  relearn() {
    this.find("input#gamma").value = this.about.gamma.toFixed(2);
    this.find("input#beta").value = this.about.beta.toFixed(2);
  }

  get layer() {
    return this.layers[Number(this.find("select#layer").value)];
  }

  get about() {
    return this.layer.units[Number(this.find("select#unit").value)];
  }

  get size() {
    return Number(this.find("input#size").value);
  }

  /** @returns {Learnt} */
  get learnt() {
    return { gamma: Number(this.find("input#gamma").value), beta: Number(this.find("input#beta").value) };
  }

  /** @returns {Unit} */
  get unit() {
    const { name, images, places } = this.layer;
    const at = Number(this.find("select#unit").value) * images * places;
    return { values: this.values[name].subarray(at, at + images * places), places, images };
  }

  draw() {
    const { unit, size, learnt, about } = this;
    const { places, images, values } = unit;
    const { epsilon } = this.layer;
    const training = this.find("select#mode").value === "training";
    const kept = { mean: about.moving_mean, variance: about.moving_variance };
    const inner = Math.floor(places / 2 + Math.sqrt(places) / 2) % places; // in the middle of a map
    const image = nearest(unit, inner, kept.mean + Math.sqrt(kept.variance)); // what is followed is no usual number
    const batch = batchOf(images, size, image, this.seed);
    const own = moments(unit, batch);
    const used = training ? own : kept;
    const through = (/** @type {number} */ value, by = used) => normalise(value, by, learnt, epsilon);
    const numbers = batch.flatMap((image) => [...values.subarray(image * places, (image + 1) * places)]);
    const out = numbers.map((value) => through(value));
    const followed = values[image * places + inner];
    const comes = training
      ? nineOfTen(this.otherMoments(unit, size, image).map((by) => through(followed, by)))
      : /** @type {[number, number]} */ ([through(followed), through(followed)]);
    const spread = REACH * Math.sqrt(kept.variance);
    const ends = /** @type {const} */ ([kept.mean - spread, kept.mean + spread]);
    this.chart("before", values, numbers, followed, own.mean, ends);
    this.chart(
      "after",
      [...values].map((value) => through(value)),
      out,
      through(followed),
      learnt.beta,
      [-REACH, REACH],
    );
    const across = (/** @type {number} */ value) => ((value + REACH) / (2 * REACH)) * WIDTH;
    this.find(".range").setAttribute("d", `M${across(comes[0]).toFixed(1)} 24H${across(comes[1]).toFixed(1)}`);
    this.say(numbers, out, own, kept, used, followed, comes);
    this.settings?.note();
  }

  /**
   * @param {Unit} unit
   * @param {number} size
   * @param {number} image
   */
  otherMoments(unit, size, image) {
    const key = [this.find("select#layer").value, this.find("select#unit").value, size].join();
    if (key !== this.others.key) this.others = { key, found: manyMoments(unit, size, image, BATCHES) };
    return this.others.found;
  }

  /**
   * @param {"before" | "after"} name
   * @param {ArrayLike<number> & Iterable<number>} all
   * @param {number[]} numbers
   * @param {number} followed
   * @param {number} mean
   * @param {readonly [number, number]} ends
   */
  chart(name, all, numbers, followed, mean, [low, high]) {
    const drawing = this.find(`#${name}`);
    const across = (/** @type {number} */ value) => (((value - low) / (high - low)) * WIDTH).toFixed(1);
    const bars = (/** @type {Iterable<number>} */ values) => histogram(values, low, high, PARTS);
    const [every, now] = [bars(all), bars(numbers)];
    const most = Math.max(...every, ...(numbers.length > MANY ? now : []));
    const up = (/** @type {number} */ share) => (HEIGHT - (0.8 * HEIGHT * share) / most).toFixed(1);
    const steps = (/** @type {Float64Array} */ shares) =>
      [...shares]
        .map((share, i) => `${(i * WIDTH) / PARTS} ${up(share)}L${((i + 1) * WIDTH) / PARTS} ${up(share)}`)
        .join("L");
    const many = numbers.length > MANY;
    const apart = Math.ceil(numbers.length / MOST);
    const dots = numbers.filter((_, i) => i % apart === 0);
    const put = (/** @type {string} */ part, /** @type {string} */ path) =>
      drawing.querySelector(part)?.setAttribute("d", path);
    drawing.toggleAttribute("data-many", many);
    put(".all", `M0 ${HEIGHT}L${steps(every)}L${WIDTH} ${HEIGHT}Z`);
    put(".now", many ? `M${steps(now)}` : "");
    put(".dots", dots.map((value, i) => `M${across(value)} ${(60 + 95 * ((i * 0.618) % 1)).toFixed(0)}h0`).join(""));
    put(".mean", `M${across(mean)} 8V${HEIGHT}`);
    put(".followed", `M${across(followed)} 24h0`);
    this.find(`#${name}-ticks`).replaceChildren(
      ...ticks(low, high).map((value) => {
        const tick = made("<span></span>", { span: String(value).replace("-", "−") });
        tick.style.left = `${(100 * (value - low)) / (high - low)}%`;
        return tick;
      }),
    );
  }

  /**
   * @param {number[]} numbers
   * @param {number[]} out
   * @param {Moments} own
   * @param {Moments} kept
   * @param {Moments} used
   * @param {number} followed
   * @param {[number, number]} range
   */
  say(numbers, out, own, kept, used, followed, range) {
    const { learnt, size } = this;
    const { places, epsilon, name } = this.layer;
    const training = used === own;
    const result = normalise(followed, used, learnt, epsilon);
    const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
    const made = { mean, variance: out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / out.length };
    for (const [row, found] of /** @type {const} */ ([
      ["own", own],
      ["kept", kept],
      ["made", made],
    ])) {
      const cells = this.find(`#${row}`).querySelectorAll("td");
      write(cells[0], short(found.mean));
      write(cells[1], short(found.variance));
    }
    this.find("#own").classList.toggle("used", training);
    this.find("#kept").classList.toggle("used", !training);
    write(
      this.find("#in-words"),
      `${numbers.length} numbers: ${size} images${places > 1 ? ` × ${places} places` : ""}`,
    );
    write(this.find("#out-words"), "the same numbers, normalised");
    write(this.find("#formula"), formula(followed, used, learnt, epsilon, result));
    const pair = numbers.length === 2 ? out : [];
    write(this.find("#says"), batchWords({ training, size, places, pair, range, result }));
    write(this.find("#about"), aboutUnit(NAMES[name][1], places));
    write(this.find("#size-value"), String(size));
    write(this.find("#gamma-value"), short(learnt.gamma));
    write(this.find("#beta-value"), short(learnt.beta));
    Object.assign(this.root.dataset, {
      learnt: `${learnt.gamma.toFixed(2)},${learnt.beta.toFixed(2)}`,
      followed: result.toFixed(4),
      range: range.map((value) => value.toFixed(3)).join(","),
      out: numbers.length <= 4 ? out.map((value) => value.toFixed(4)).join(",") : "",
    });
  }

  /**
   * @param {number} beta by how much more
   * @param {number} gamma by how much more
   */
  move(beta, gamma) {
    const { learnt } = this;
    this.find("input#beta").value = String(learnt.beta + beta); // the fields keep them within their ends
    this.find("input#gamma").value = String(learnt.gamma + gamma);
    this.drawSoon();
  }

  wire() {
    const plot = this.find("#out");
    let last = [0, 0];
    drags(
      plot,
      (event) => {
        const box = plot.getBoundingClientRect();
        const [x, y] = [event.clientX - last[0], event.clientY - last[1]];
        const [beta, gamma] = [(2 * REACH * x) / box.width, (-3 * y) / box.height];
        if (Math.abs(beta) < 0.01 && Math.abs(gamma) < 0.01) return; // less than the fields can take
        last = [event.clientX, event.clientY];
        this.move(beta, gamma);
      },
      (event) => {
        last = [event.clientX, event.clientY];
      },
    );
    plot.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way) return;
      event.preventDefault();
      const times = event.shiftKey ? 5 : 1;
      this.move(times * way[0], times * way[1]);
    });
    this.find("select#layer").addEventListener("change", () => this.listUnits());
    for (const name of ["select#layer", "select#unit"])
      this.find(name).addEventListener("change", () => {
        this.relearn();
        this.draw();
      });
    for (const name of ["select#mode", "input#size", "input#gamma", "input#beta"])
      this.find(name).addEventListener("input", () => this.drawSoon());
    this.find("button#another").addEventListener("click", () => {
      this.seed++;
      this.draw();
    });
    this.find("button#learnt").addEventListener("click", () => {
      this.relearn();
      this.draw();
    });
  }
}

export default keeps("batch", Batch);
