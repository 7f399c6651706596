// The latent plane: its decoder runs here, so that a digit follows the marker without asking the server. Where there
// are more than two numbers, the plane is a slice through their space (slice.js).

import { Decoder } from "../shared/decoder.js";
import { pen, soon } from "../shared/drawing.js";
import { focused, keeps, made } from "../shared/elements.js";
import { asImage, SIDE } from "../shared/paint.js";
import { unpack } from "../shared/unpack.js";
import { EDGE, Pad } from "./pad.js";
import { decimal, Slice } from "./slice.js";
import { SliceFields } from "./slice_fields.js";

const WIDE = 2 * EDGE; // a plane that goes farther is evenly spaced at first, as most test images are beyond that edge
const LINKED = "ganlab-plane-moved"; // said to all pads of a group when the marker of one of them moves
window.ganlabPlane ??= { left: new Map(), marks: new Map() };
const { left: LEFT, marks: MARKS } = window.ganlabPlane;
const FIELDS = /** @type {const} */ (["input#x", "input#y", "input#slide-x", "input#slide-y"]);
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});

/**
 * What one pad of a group tells the others.
 * @typedef {{ from: object, group: string, at?: number[], picture?: string }} Moved
 */

export class Plane extends Pad {
  /** @type {string | undefined} */
  given;
  hovered = -1;
  drawSoon = soon(() => this.draw());
  redraws = 0;
  /** @type {[number, number] | null} */
  down = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  noting;

  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.fit = new ResizeObserver(() => this.resize());
    this.follow = (/** @type {Event} */ event) => this.followed(/** @type {CustomEvent<Moved>} */ (event).detail);
    this.fields = new SliceFields(this);
    this.wire();
  }

  /** @param {Uint8Array} bytes */
  show(bytes) {
    this.fit.observe(this.root);
    window.addEventListener(LINKED, this.follow);
    const text = `${bytes.length}/${String(bytes.slice(0, 4000))}`;
    if (text === this.given) return this.resize(); // and goes on painting
    this.given = text;
    /** @type {[PlaneHead, PlaneArrays]} */
    const [head, arrays] = unpack(bytes);
    this.head = head;
    this.arrays = arrays;
    this.decoder = new Decoder(head.layers, arrays);
    this.slice = new Slice(head.size, arrays.directions);
    this.begin();
    if (!head.slice && head.reach > WIDE) this.find("select#picture").value = "linear";
    this.root.style.setProperty("--ground", head.palette.ground);
    this.root.classList.toggle("linked", Boolean(head.group));
    this.legend();
    this.fields.begin(head, arrays);
    this.look();
    this.mark();
    this.root.dataset.ready = "1";
  }

  /** Takes up the place and the axes where they were left, or from the address, which the server may have put back. */
  begin() {
    this.warn("");
    const { slice } = this.head;
    const asked = Object.fromEntries(new URLSearchParams(location.search));
    this.takeMark(asked.mark ?? "");
    const left = LEFT.get(this.name);
    const place = left ?? asked;
    const code = (place[this.query] ?? "").split(",").map(Number);
    if (code.length === this.head.size && code.every(Number.isFinite)) {
      const most = (/** @type {number} */ i) => (slice ? 2 * slice.reaches.numbers[i] : this.head.reach);
      this.slice.code = code.map((value, i) => Math.min(most(i), Math.max(-most(i), value)));
      const beyond = code.some((value, i) => Math.abs(value) > most(i) + 0.01); // the address is rounded
      this.warn(beyond ? "The address names a place outside the map, so the marker stands at its edge." : "");
    }
    if (slice) Object.assign(this.slice, { axes: slice.first, name: place.axes ?? "" });
    if (left) this.note();
  }

  /**
   * An image's place and its spread, which another section put into the address; the marker begins there.
   * @param {string} text
   */
  takeMark(text) {
    const [id, list = ""] = text.split(":");
    const numbers = list ? list.split(",").map(Number) : [];
    const { group, run, size } = this.head;
    const whole = !group && id === run && numbers.length === 2 * size && numbers.every(Number.isFinite);
    this.marked = whole ? { mean: numbers.slice(0, size), spread: numbers.slice(size) } : null;
    if (MARKS.get(this.name) !== text && whole) LEFT.delete(this.name);
    MARKS.set(this.name, text);
  }

  /** Puts the pad in step with the axes. */
  look() {
    const { slice } = this.head;
    const reaches = slice ? this.slice.axes.map((axis) => slice.reaches[this.slice.basis][axis]) : [this.head.reach];
    this.reach = Math.max(...reaches, ...this.at.map(Math.abs));
    for (const name of FIELDS) Object.assign(this.find(name), { min: String(-this.reach), max: String(this.reach) });
    this.points = this.slice.project(this.arrays.places);
    this.tiles = {};
    this.resize();
  }

  /** The axes go another way. */
  turned() {
    this.look();
    this.mark(true);
  }

  /**
   * The numbers off the pad are others; `far` if those on it may be, too.
   * @param {boolean} far
   */
  shifted(far) {
    if (far && this.at.some((value) => Math.abs(value) > this.reach)) this.look();
    for (const tile of Object.values(this.tiles)) tile.done = 0;
    this.move(this.at[0], this.at[1]);
  }

  end() {
    this.fit.disconnect();
    window.removeEventListener(LINKED, this.follow);
    this.stopPainting();
  }

  /** Under which its place is kept: pads of a group share one. */
  get name() {
    return this.head.group || this.head.model;
  }

  /** Its place's name in the address. */
  get query() {
    return this.head.group ? `${this.head.group}-at` : "at";
  }

  /** All numbers of the place where the marker is. */
  get code() {
    return this.slice.code;
  }

  legend() {
    const present = [...new Set(this.arrays.labels)].sort((a, b) => a - b);
    this.find("#legend").replaceChildren(
      ...present.map((label) => {
        const name = this.head.classes[label] ?? String(label);
        const button = made('<button type="button"><i></i><span></span></button>', { span: name });
        button.style.setProperty("--class", this.colour(label));
        button.setAttribute("aria-pressed", String(!this.hidden.has(label)));
        button.addEventListener("click", () => {
          if (!this.hidden.delete(label)) this.hidden.add(label);
          button.setAttribute("aria-pressed", String(!this.hidden.has(label)));
          this.draw();
        });
        return button;
      }),
    );
  }

  /** Draws the digit at the marker, and puts all fields in step. */
  mark(moved = false) {
    const [x, y] = this.at;
    pen(this.find("canvas#digit")).putImageData(asImage(this.decoder.decode(this.code)), 0, 0);
    this.find("#where").textContent = `(${decimal(x)}, ${decimal(y)})`;
    for (const [i, name] of FIELDS.entries()) {
      const field = this.find(name);
      if (focused(this.root) !== field || field.type === "range") field.value = decimal(this.at[i % 2]);
    }
    this.root.dataset.redraws = String(++this.redraws);
    if (moved) this.note();
  }

  /** Keeps the place, in the address too, without troubling the server. */
  note() {
    const place = /** @type {Record<string, string>} */ ({ [this.query]: this.code.map(decimal).join(",") });
    if (this.head.slice) place.axes = this.slice.name;
    LEFT.set(this.name, place);
    clearTimeout(this.noting);
    this.noting = setTimeout(() => {
      const address = new URL(location.href);
      for (const [name, value] of Object.entries(place)) address.searchParams.set(name, value);
      history.replaceState(history.state, "", address);
    }, 300);
  }

  /**
   * Has the other pads of the group do the same.
   * @param {Pick<Moved, "at" | "picture">} what
   */
  tell(what) {
    const { group } = this.head;
    if (group) window.dispatchEvent(new CustomEvent(LINKED, { detail: { from: this, group, ...what } }));
  }

  /**
   * The marker of another pad went somewhere, or its picture is another one.
   * @param {Moved} moved
   */
  followed({ from, group, at, picture }) {
    if (from === this || group !== this.head?.group) return;
    if (at) this.move(at[0], at[1], false);
    if (!picture) return;
    this.find("select#picture").value = picture;
    this.draw();
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean} first of the pads of its group
   */
  move(x, y, first = true) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.slice.at = [this.clip(x), this.clip(y)];
    if (first) this.tell({ at: this.at });
    const beyond = [x, y].some((value) => Math.abs(value) > this.reach);
    const end = this.reach.toFixed(2);
    this.warn(beyond ? `The map ends at ${end} on each side, so the marker stands at its edge.` : "");
    this.mark(first);
    this.drawSoon();
  }

  /**
   * Where the pointer is on the pad, in shares; null where it is not on it.
   * @param {[number, number] | null} share
   */
  point(share) {
    this.pointer = share;
    this.drawSoon();
  }

  /** @param {string} words */
  warn(words) {
    this.find("#edge").textContent = words;
  }

  /** @param {number} index */
  hover(index) {
    if (index === this.hovered) return;
    this.hovered = index;
    if (index < 0) return;
    const { labels, images } = this.arrays;
    const pixels = images
      ? images.subarray(index * SIDE ** 2, (index + 1) * SIDE ** 2)
      : this.decoder.decode(this.codeOf(index));
    pen(this.find("canvas#near")).putImageData(asImage(pixels), 0, 0);
    const name = this.head.classes[labels[index]] ?? labels[index];
    this.find("#near-words").textContent =
      `A test image of class ${name}${images ? "" : " (the model's copy, as its data set is not on this computer)"}.${this.away(index)}`;
  }

  /**
   * All numbers of a test image on the map.
   * @param {number} index
   */
  codeOf(index) {
    return this.arrays.places.subarray(index * this.head.size, (index + 1) * this.head.size);
  }

  /**
   * How far the marker is from a test image: more than the pad shows, if the pad is a slice.
   * @param {number} index
   */
  away(index) {
    if (!this.head.slice) return "";
    const { at, code } = this;
    const shown = Math.hypot(...at.map((value, i) => value - this.points[2 * index + i]));
    const whole = Math.hypot(...this.codeOf(index).map((value, i) => value - code[i]));
    return ` Distance from the marker: ${shown.toFixed(1)} on this slice, ${whole.toFixed(1)} in the whole space.`;
  }

  wire() {
    const pad = this.find("canvas#pad");
    /**
     * @param {MouseEvent} event
     * @returns {[number, number]}
     */
    const shares = (event) => {
      const box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    const drag = (/** @type {MouseEvent} */ event) => {
      const [x, y] = shares(event);
      this.move(this.toValue(x), this.toValue(1 - y));
    };
    pad.addEventListener("pointerdown", (event) => {
      this.down = [event.clientX, event.clientY];
      pad.setPointerCapture(event.pointerId);
      drag(event);
    });
    pad.addEventListener("pointermove", (event) => {
      const [x, y] = shares(event);
      this.point([x, 1 - y]);
      if (this.down) drag(event);
      else this.hover(this.under(x, y));
    });
    pad.addEventListener("pointerleave", () => this.point(null));
    pad.addEventListener("pointerup", (event) => {
      const still = this.down && Math.hypot(event.clientX - this.down[0], event.clientY - this.down[1]) < 4;
      this.down = null;
      const index = still ? this.under(...shares(event)) : -1;
      if (index < 0) return;
      this.hover(index);
      if (this.head.slice) this.fields.pick(this.head.numbers[index], this.codeOf(index));
      if (!this.head.group) window.ganlabPick?.(this.head.numbers[index]);
    });
    pad.addEventListener("pointercancel", () => {
      this.down = null;
    });
    pad.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      if (!way) return;
      event.preventDefault();
      const step = (this.reach / 100) * (event.shiftKey ? 10 : 1);
      this.move(this.at[0] + step * way[0], this.at[1] + step * way[1]);
    });
    for (const [i, name] of FIELDS.entries()) {
      const field = this.find(name);
      field.addEventListener("input", () => {
        const typed = field.value.trim() === "" ? NaN : Number(field.value);
        this.move(i % 2 ? this.at[0] : typed, i % 2 ? typed : this.at[1]);
      });
      if (field.type === "number") field.addEventListener("blur", () => this.mark());
    }
    this.find("select#picture").addEventListener("change", () => this.tell({ picture: this.picture }));
    for (const field of ["select#picture", "select#points", "input#density"])
      this.find(field).addEventListener("change", () => this.draw());
  }
}

export default keeps("plane", Plane);
