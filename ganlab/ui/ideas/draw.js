// An image as two numbers: the plane of VAEs that differ in the weight of their KL, and what their decoders draw.

import { Decoder, fromHalves } from "../shared/decoder.js";
import { drags } from "../shared/drag.js";
import { circle, pen, sharpen, soon } from "../shared/drawing.js";
import { finder, keeps, made, write } from "../shared/elements.js";
import { asImage, paint } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { at, drawWords, signed, spreadText, weightWords } from "./draw_words.js";
import { drawn, klOf, shareWithin, wayBetween } from "./posteriors.js";
import { normal, uniform } from "./random.js";
import { numbersIn, Settings } from "./settings.js";

/** @import { Figures } from "./draw_words.js" */
/** @import { Posterior } from "./posteriors.js" */

const REACH = 4; // of the square that is the same for all weights, from its middle to each side
const PICTURES = 9; // in a row
const STEP = 0.01; // of the reach, by which a key moves the point
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * `choices` are the images that can be chosen: their class, and their number among the test images.
 * @typedef {{ weights: number[], figures: Figures[], layers: Layer[], choices: [number, number][], palette: Palette }} Head
 */
/** @typedef {{ decoder: Decoder, means: Float32Array, spreads: Float32Array, reach: number, usual: number }} Model */

class Draw {
  drawSoon = soon(() => this.draw());
  /** @type {Model[]} */
  models = [];
  chosen = 0;
  before = 0;
  draws = 1;
  /** @type {number[]} */
  noise = [0, 0];
  /** Where the point is that somebody dragged; null where it is a draw. @type {number[] | null} */
  dragged = null;
  rows = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.fit = new ResizeObserver(() => this.models.length && this.drawMap());
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    this.fit.observe(this.root);
    if (this.models.length) return;
    /** @type {[Head, Record<string, any>]} */
    const [head, arrays] = unpack(bytes);
    this.head = head;
    this.labels = /** @type {Uint8Array} */ (arrays.labels);
    this.images = /** @type {Uint8Array | undefined} */ (arrays.images);
    const [means, spreads] = [fromHalves(arrays.means), fromHalves(arrays.spreads)];
    const n = 2 * this.labels.length;
    this.models = head.weights.map((_, i) => {
      const own = { means: means.subarray(i * n, (i + 1) * n), spreads: spreads.subarray(i * n, (i + 1) * n) };
      const far = [...own.means].map(Math.abs).sort((a, b) => a - b);
      return {
        ...own,
        decoder: new Decoder(head.layers, arrays, `${i}/`),
        reach: far[far.length - 1] * 1.05,
        usual: [...own.spreads].sort((a, b) => a - b)[n / 2],
      };
    });
    this.root.style.setProperty("--ground", head.palette.ground);
    this.find(".original").hidden = !this.images;
    this.begin();
    this.wire();
    this.settings = new Settings(this.root, "draw", this.kept);
    this.settings.take();
    this.draw();
  }

  end() {
    this.fit.disconnect();
  }

  /** What the address has beside the fields. */
  get kept() {
    const choice = (/** @type {string} */ text) =>
      Math.min(
        this.head?.choices.length ? this.head.choices.length - 1 : 0,
        Math.max(0, Math.round(Number(text)) || 0),
      );
    return {
      image: {
        read: () => String(this.chosen),
        take: (/** @type {string} */ text) => {
          this.chosen = choice(text);
        },
      },
      before: {
        read: () => String(this.before),
        take: (/** @type {string} */ text) => {
          this.before = choice(text);
        },
      },
      draw: {
        read: () => (this.dragged ? "" : String(this.draws)),
        take: (/** @type {string} */ text) => {
          this.draws = Math.min(1e6, Math.max(0, Math.round(Number(text)) || 0));
          this.again();
        },
      },
      point: {
        read: () => this.dragged?.map((value) => value.toFixed(2)).join(",") ?? "",
        take: (/** @type {string} */ text) => {
          this.dragged = numbersIn(text, 2)?.map((value) => Math.min(999, Math.max(-999, value))) ?? null;
        },
      },
    };
  }

  begin() {
    const { choices, figures, palette, weights } = /** @type {Head} */ (this.head);
    const first = (/** @type {number} */ label) => choices.findIndex(([of]) => of === label);
    [this.before, this.chosen] = [first(0), first(7)];
    this.again();
    const labels = [...new Set(choices.map(([label]) => label))];
    this.find(".choose").replaceChildren(
      ...labels.map((label) => {
        const button = made('<button type="button"></button>', { button: String(label) });
        button.addEventListener("click", () => this.choose(label));
        return button;
      }),
    );
    this.find("#legend").replaceChildren(
      ...labels.map((label) => {
        const key = made("<span><i></i><b></b></span>", { b: String(label) });
        key.style.setProperty("--class", palette.classes[label % palette.classes.length]);
        return key;
      }),
    );
    this.find("tbody").replaceChildren(
      ...weights.map((weight, i) => {
        const { reconstruction, kl } = figures[i];
        const row = made('<tr><th scope="row"></th><td></td><td></td><td></td></tr>', { th: String(weight) });
        [reconstruction, kl, reconstruction + kl].forEach((value, cell) => {
          write(row.querySelectorAll("td")[cell], value.toFixed(1));
        });
        return row;
      }),
    );
  }

  get number() {
    return Number(this.find("input#weight").value);
  }

  get model() {
    return this.models[this.number];
  }

  get reach() {
    return this.find("select#scale").value === "same" ? REACH : Math.max(REACH, this.model.reach);
  }

  /**
   * What the encoder makes of one of the images that can be chosen.
   * @param {number} choice
   * @returns {Posterior}
   */
  posterior(choice) {
    const place = 2 * (this.head?.choices[choice][1] ?? 0);
    const { means, spreads } = this.model;
    return { mean: [means[place], means[place + 1]], spread: [spreads[place], spreads[place + 1]] };
  }

  /** The point. */
  get z() {
    return this.dragged ?? drawn(this.posterior(this.chosen), this.noise);
  }

  /** The noise of the draw; of none so far, 0. */
  again() {
    const next = normal.bind(null, uniform(this.draws));
    this.noise = this.draws ? [next(), next()] : [0, 0];
    this.dragged = null;
  }

  /**
   * An image of this class: the next one, if it is one of them already.
   * @param {number} label
   */
  choose(label) {
    const { choices } = /** @type {Head} */ (this.head);
    const of = choices.flatMap(([each], i) => (each === label ? [i] : []));
    this.before = this.chosen;
    this.chosen = of[(of.indexOf(this.chosen) + 1) % of.length];
    this.dragged = null;
    this.draw();
  }

  draw() {
    const { head, model, z, number } = this;
    if (!head) return;
    const posterior = this.posterior(this.chosen);
    const [label, image] = head.choices[this.chosen];
    this.drawMap();
    const put = (/** @type {"canvas#copy" | "canvas#picture"} */ name, /** @type {number[]} */ place) =>
      pen(this.find(name)).putImageData(asImage(model.decoder.decode(place)), 0, 0);
    put("canvas#copy", posterior.mean);
    put("canvas#picture", z);
    if (this.images)
      pen(this.find("canvas#original")).putImageData(
        asImage(this.images.subarray(this.chosen * 784, (this.chosen + 1) * 784)),
        0,
        0,
      );
    this.drawRows();
    write(this.find("#weight-value"), String(head.weights[number]));
    const point = `The point is at ${at(z)}.`;
    write(this.find("#sum"), this.dragged ? point : drawWords(posterior, this.noise, z));
    const beyond = Math.max(...posterior.mean.map(Math.abs)) > this.reach ? " It lies outside the square." : "";
    const wide = posterior.spread.map(spreadText).join(", ");
    write(
      this.find("#chosen"),
      `Test image ${image + 1}, a ${label}: mean ${at(posterior.mean)}, spread (${wide}), KL ` +
        `${klOf(posterior).toFixed(1)} nats.${beyond}`,
    );
    write(this.find("#says"), weightWords(head.weights[number], model.usual));
    const within = Math.round(100 * shareWithin(model.means, this.reach));
    write(
      this.find("#axes-words"),
      `from ${signed(-this.reach, 1)} to ${this.reach.toFixed(1)}; ${within}% of the dots are in it`,
    );
    for (const [i, row] of [...this.find("tbody").children].entries()) row.classList.toggle("used", i === number);
    for (const button of this.find(".choose").children)
      button.setAttribute("aria-pressed", String(button.textContent === String(label)));
    Object.assign(this.root.dataset, {
      weight: head.weights[number],
      point: z.map((value) => value.toFixed(3)).join(","),
      mean: posterior.mean.map((value) => value.toFixed(3)).join(","),
      within,
    });
    this.settings?.note();
  }

  /** The rows of pictures, where they are others than before. */
  drawRows() {
    const { decoder } = this.model;
    const rows = [this.number, this.before, this.chosen].join();
    if (rows === this.rows) return;
    this.rows = rows;
    const sheet = (/** @type {"canvas#way" | "canvas#random"} */ name, /** @type {number[][]} */ places) => {
      const images = new Uint8Array(places.length * 784);
      for (const [i, place] of places.entries()) images.set(decoder.decode(place), i * 784);
      paint(this.find(name), images, places.length);
    };
    sheet("canvas#way", wayBetween(this.posterior(this.before).mean, this.posterior(this.chosen).mean, PICTURES));
    const next = normal.bind(null, uniform(1));
    sheet(
      "canvas#random",
      Array.from({ length: PICTURES }, () => [next(), next()]),
    );
  }

  drawMap() {
    const pad = this.find("canvas#pad");
    const { head, model, reach, labels } = this;
    if (!head || !labels || !pad.clientWidth) return;
    sharpen(pad);
    const context = pen(pad);
    const { ground, lines, classes, mark } = head.palette;
    const scale = pad.width / (2 * reach);
    const spot = (/** @type {ArrayLike<number>} */ place, at = 0) =>
      /** @type {const} */ ([(place[at] + reach) * scale, (reach - place[at + 1]) * scale]);
    context.fillStyle = ground;
    context.fillRect(0, 0, pad.width, pad.height);
    context.strokeStyle = lines;
    context.lineWidth = devicePixelRatio;
    context.beginPath();
    context.moveTo(pad.width / 2, 0);
    context.lineTo(pad.width / 2, pad.height);
    context.moveTo(0, pad.height / 2);
    context.lineTo(pad.width, pad.height / 2);
    context.stroke();
    for (const [i, label] of labels.entries()) {
      context.fillStyle = classes[label % classes.length];
      circle(context, ...spot(model.means, 2 * i), 2.2);
      context.fill();
    }
    const outline = (width = 2) => {
      for (const [colour, times] of /** @type {const} */ ([
        ["#000", 2],
        [mark, 1],
      ])) {
        context.strokeStyle = colour;
        context.lineWidth = width * times * devicePixelRatio;
        context.stroke();
      }
    };
    context.setLineDash([6 * devicePixelRatio, 5 * devicePixelRatio]);
    for (const sigma of [1, 2]) {
      circle(context, ...spot([0, 0]), (sigma * scale) / devicePixelRatio);
      outline(1.2);
    }
    context.setLineDash([]);
    const { mean, spread } = this.posterior(this.chosen);
    const [x, y] = spot(mean);
    const arm = 6 * devicePixelRatio;
    for (const times of [1, 2]) {
      context.beginPath();
      context.ellipse(x, y, times * spread[0] * scale, times * spread[1] * scale, 0, 0, 7);
      outline(1.6);
    }
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(x - arm, y - way * arm);
      context.lineTo(x + arm, y + way * arm);
    }
    outline();
    circle(context, ...spot(this.z), 8);
    outline(2.5);
  }

  /** @param {number[]} place */
  move(place) {
    const { reach } = this;
    this.dragged = place.map((value) => Math.min(reach, Math.max(-reach, value)));
    this.drawSoon();
  }

  wire() {
    const pad = this.find("canvas#pad");
    drags(pad, (event) => {
      const box = pad.getBoundingClientRect();
      const share = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
      this.move(share.map((value) => (2 * value - 1) * this.reach));
    });
    pad.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const step = STEP * this.reach * (event.shiftKey ? 10 : 1);
      this.move(this.z.map((value, axis) => value + step * way[axis]));
    });
    for (const name of ["input#weight", "select#scale"])
      this.find(name).addEventListener("input", () => this.drawSoon());
    this.find("button#once").addEventListener("click", () => {
      this.draws++;
      this.again();
      this.draw();
    });
    this.find("button#mean").addEventListener("click", () => {
      this.draws = 0;
      this.again();
      this.draw();
    });
  }
}

export default keeps("draw", Draw);
