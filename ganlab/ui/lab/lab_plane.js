// The square with the plane on it: what is drawn there, and the hand and the keys that move over it.

import { circle, colourOf, pen, sharpen } from "../shared/drawing.js";
import { finder, write } from "../shared/elements.js";
import { drawArrows, drawAxes, drawCross, drawGrid, drawJudged, drawPoints, drawTrails, HeatMap } from "./layers.js";
import { PlaneScale } from "./plane_scale.js";
import { AROUND, outputText, percent, readingAt, spoken, spotText } from "./readout.js";
import { SCORES } from "./words.js";

/** @import { Scene } from "./blend.js" */
/** @import { Spot } from "./readout.js" */
/** @import { Moment } from "./timeline.js" */

const STEP = 0.05; // of what is shown, that an arrow key moves the cross-hair by
const CLOSER = 1.5; // how much a press of "Zoom in" enlarges
const SAID_AFTER = 300; // milliseconds after the last key
const COLOURS = ["--ink", "--real", "--generator", "--grid", "--st-background-color"];
const KEYS = /** @type {Record<string, Spot>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});

export class LabPlane {
  scale = new PlaneScale(1);
  probability = true;
  score = "";
  /** @type {Set<LabLayer>} */
  layers = new Set();
  /** @type {Float32Array | null} */
  reals = null;
  /** @type {Scene | null} */
  scene = null;
  /**
   * The moments before what is shown, for the trails.
   * @type {Moment[]}
   */
  past = [];
  /**
   * What the discriminator says of each point, where they are coloured by it: 0 is generated, 255 real.
   * @type {Record<"reals" | "fakes", Uint8Array | null> | null}
   */
  judged = null;
  heat = new HeatMap();
  dark = false;
  /** @type {Record<string, string>} */
  colours = {};
  /**
   * The place that is read, by the pointer or by keys.
   * @type {Spot | null}
   */
  spot = null;
  /** Whether keys have put it there. */
  byKeys = false;
  /**
   * Fingers and the mouse on the canvas, by number.
   * @type {Map<number, Spot>}
   */
  down = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  saying;

  /**
   * @param {HTMLElement} root
   * @param {() => void} redraw has it drawn soon
   */
  constructor(root, redraw) {
    this.root = root;
    this.redraw = redraw;
    this.find = finder(root);
    this.canvas = this.find("canvas#plane");
    this.wire();
  }

  /** @param {LabAbout} about */
  begin({ extent, probability, figure }) {
    this.scale = new PlaneScale(extent);
    this.probability = probability;
    this.reals = this.scene = this.spot = this.judged = null;
    this.past = [];
    const fine = matchMedia("(pointer: fine)").matches;
    this.score = SCORES[figure];
    const likely = figure === "vae";
    write(this.find("#output-name"), probability ? "P(real) here" : likely ? "Log-likelihood" : "Score here");
    write(this.find("#heat-low"), probability ? "generated" : likely ? "unlikely" : "low score");
    write(this.find("#heat-high"), probability ? "real" : likely ? "likely" : "high score");
    write(this.find("#heat-middle"), probability ? "Dashed: P(real) is 0.5" : `Dashed: the middle ${this.score}`);
    write(
      this.find("#hint"),
      fine
        ? "Point at a place to read what is there. Click the plane to use the wheel (zoom) or keys: arrows move, + and − zoom, 0 shows the whole plane."
        : "Touch a place to read what is there. Two fingers zoom.",
    );
    this.zoomed();
  }

  /**
   * Takes what is to be drawn.
   * @param {Scene} scene
   * @param {Moment[]} past
   */
  take(scene, past) {
    this.scene = scene;
    this.past = past;
    if (scene.heat) this.heat.take(scene.heat, this.probability, this.dark);
  }

  /** @param {boolean} dark */
  recolour(dark) {
    this.dark = dark;
    this.colours = Object.fromEntries(COLOURS.map((name) => [name, colourOf(this.root, name)]));
    if (this.scene?.heat) this.heat.take(this.scene.heat, this.probability, dark);
  }

  draw() {
    const { canvas, scale, scene, colours, layers } = this;
    if (!canvas.clientWidth) return;
    sharpen(canvas);
    scale.size = canvas.width;
    const context = pen(canvas);
    const ground = colours["--st-background-color"];
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.width);
    if (scene?.heat && layers.has("heat")) this.heat.draw(context, scale, colours["--ink"]);
    if (scene || this.reals) drawAxes(context, scale, (name) => colours[name]);
    if (scene?.nodes && layers.has("grid")) drawGrid(context, scale, scene.nodes, colours["--grid"]);
    if (this.reals && layers.has("real")) {
      this.drawDots(context, this.reals, "reals");
    }
    if (scene?.points) {
      const { points, arrows } = scene;
      if (layers.has("trails")) drawTrails(context, scale, this.past, points, colours["--generator"]);
      if (arrows && layers.has("arrows")) drawArrows(context, scale, points, arrows, colours["--ink"]);
      if (layers.has("generated")) this.drawDots(context, points, "fakes");
    }
    this.find("#heat-scale").hidden = !layers.has("heat");
    this.read(context);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Float32Array} points
   * @param {"reals" | "fakes"} kind
   */
  drawDots(context, points, kind) {
    const { scale, colours, dark } = this;
    const levels = this.judged?.[kind];
    const hollow = kind === "reals";
    const colour = colours[hollow ? "--real" : "--generator"];
    if (levels) drawJudged(context, scale, points, levels, colour, hollow, dark);
    else drawPoints(context, scale, points, colour, colours["--st-background-color"], hollow);
  }

  /**
   * Says what is at the cross-hair, and draws it.
   * @param {CanvasRenderingContext2D} context
   */
  read(context) {
    const { spot, scene, scale, probability } = this;
    this.find("#readout").classList.toggle("empty", !spot || !scene);
    if (!spot || !scene) return;
    const reading = readingAt(spot, scene, this.reals, scale.extent, probability);
    write(this.find("#spot"), spotText(spot));
    write(this.find("#output"), outputText(reading.output, probability));
    write(this.find("#near-real"), percent(reading.real));
    write(this.find("#near-generated"), percent(reading.generated));
    write(this.find("#sample"), spotText(reading.sample));
    drawCross(context, scale, spot, AROUND * scale.extent, this.colours["--ink"]);
    if (reading.sample) {
      circle(context, scale.left(reading.sample[0]), scale.top(reading.sample[1]), 6);
      context.lineWidth = 2 * devicePixelRatio;
      context.stroke();
    }
  }

  /** Reads it aloud, once the keys rest. */
  say() {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      if (!this.spot || !this.scene) return;
      const { spot, scene, reals, scale, probability, score } = this;
      const reading = readingAt(spot, scene, reals, scale.extent, probability);
      write(this.find("#spoken"), spoken(reading, probability, score));
    }, SAID_AFTER);
  }

  /** Puts buttons in step with how closely the plane is seen. */
  zoomed() {
    const { zoom } = this.scale;
    this.find("button#farther").disabled = this.find("button#whole").disabled = zoom === 1;
    this.canvas.classList.toggle("closely", zoom > 1);
    this.redraw();
  }

  /**
   * @param {number} factor
   * @param {Spot} [about] a pixel of the canvas
   */
  zoomBy(factor, about) {
    const { spot, scale } = this;
    this.scale.zoomBy(factor, ...(about ?? (spot ? [scale.left(spot[0]), scale.top(spot[1])] : [])));
    this.zoomed();
  }

  whole() {
    this.scale.reset();
    this.zoomed();
  }

  /**
   * The pixel of the canvas at which something happened.
   * @param {{ offsetX: number, offsetY: number }} event
   * @returns {Spot}
   */
  pixel({ offsetX, offsetY }) {
    const times = this.canvas.width / this.canvas.clientWidth;
    return [offsetX * times, offsetY * times];
  }

  wire() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.down.set(event.pointerId, this.pixel(event));
      this.hover(event);
    });
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) {
      canvas.addEventListener(kind, (event) => this.down.delete(event.pointerId));
    }
    canvas.addEventListener("pointerleave", (event) => {
      if (this.byKeys || event.pointerType !== "mouse") return; // what a finger has shown stays
      this.spot = null;
      this.redraw();
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        // a wheel that only passes over goes on moving the page
        if (!event.ctrlKey && !canvas.matches(":focus")) return;
        event.preventDefault();
        this.zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.pixel(event));
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => {
      if (!this.byKeys) return;
      this.byKeys = false;
      this.spot = null;
      this.redraw();
    });
    this.find("button#closer").addEventListener("click", () => this.zoomBy(CLOSER));
    this.find("button#farther").addEventListener("click", () => this.zoomBy(1 / CLOSER));
    this.find("button#whole").addEventListener("click", () => this.whole());
  }

  /** @param {PointerEvent} event */
  hover(event) {
    this.byKeys = false;
    this.spot = this.scale.placeAt(...this.pixel(event));
    this.redraw();
  }

  /**
   * One finger or the mouse moves what is shown, two enlarge it.
   * @param {PointerEvent} event
   */
  drag(event) {
    const { down, scale } = this;
    const was = down.get(event.pointerId);
    if (was) {
      const now = this.pixel(event);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const apart = (/** @type {Spot} */ [x, y]) => Math.max(1, Math.hypot(x - other[0], y - other[1]));
        scale.zoomBy(apart(now) / apart(was), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
        scale.pan((now[0] - was[0]) / 2, (now[1] - was[1]) / 2);
        this.zoomed();
      } else {
        scale.pan(now[0] - was[0], now[1] - was[1]);
      }
      down.set(event.pointerId, now);
    }
    this.hover(event);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { scale } = this;
    const way = KEYS[event.key];
    if (way) {
      const step = STEP * scale.reach * (event.shiftKey ? 4 : 1);
      const [x, y] = this.spot ?? [scale.x, scale.y];
      const clip = (/** @type {number} */ value) => Math.min(scale.extent, Math.max(-scale.extent, value));
      const [toX, toY] = this.spot ? [clip(x + step * way[0]), clip(y + step * way[1])] : [x, y];
      this.spot = [toX, toY];
      this.byKeys = true;
      scale.include(toX, toY);
      this.redraw();
      this.say();
    } else if (event.key === "+" || event.key === "=") this.zoomBy(CLOSER);
    else if (event.key === "-") this.zoomBy(1 / CLOSER);
    else if (event.key === "0") this.whole();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
