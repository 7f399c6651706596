// The fields for which way the axes of a slice go, and for the numbers that the pad leaves out.

import { made, part } from "../shared/elements.js";
import { decimal } from "./slice.js";

/** @import { Slice } from "./slice.js" */

/**
 * What the fields use of the plane that they are for.
 * @typedef {object} SlicedPlane
 * @property {HTMLElement} root
 * @property {Find} find
 * @property {Slice} slice
 * @property {PlaneHead} head
 * @property {() => void} turned called when the axes go another way
 * @property {(far: boolean) => void} shifted called when the numbers off the pad, or if `far` on it too, are others
 */

/**
 * Whose numbers can be taken.
 * @typedef {{ value: string, words: string, code: Float32Array }} Digit
 */

const AXES = /** @type {const} */ (["select#across", "select#up"]);
const ALIKE = 0.03; // of two coordinates: an address keeps two decimals of each number

export class SliceFields {
  /** @type {Digit[]} */
  typical = [];
  /** @type {Digit | null} */
  picked = null;

  /** @param {SlicedPlane} plane */
  constructor(plane) {
    this.plane = plane;
    this.find = plane.find;
    this.find("select#basis").addEventListener("change", () => this.turn(this.basis, this.first()));
    for (const [i, name] of AXES.entries()) {
      this.find(name).addEventListener("change", () => {
        const axes = this.slice.axes.slice();
        const chosen = Number(this.find(name).value);
        if (axes[1 - i] === chosen) axes[1 - i] = axes[i];
        axes[i] = chosen;
        this.turn(this.slice.basis, axes);
      });
    }
    this.find("select#rest").addEventListener("change", () => this.take(this.find("select#rest").value));
    this.find("button#take").addEventListener("click", () => this.take("picked"));
  }

  get slice() {
    return this.plane.slice;
  }

  get about() {
    return this.plane.head.slice;
  }

  /** What one coordinate is called. */
  get noun() {
    return this.slice.basis === "numbers" ? "number" : "direction";
  }

  first() {
    return this.about && this.basis === "numbers" ? this.about.first : [0, 1];
  }

  /** The basis that was chosen. */
  get basis() {
    return /** @type {Basis} */ (this.find("select#basis").value);
  }

  /**
   * @param {Basis} basis
   * @param {number[]} axes
   */
  turn(basis, axes) {
    this.slice.turn(basis, axes);
    this.plane.turned();
    this.show();
  }

  /**
   * For another model.
   * @param {PlaneHead} head
   * @param {PlaneArrays} arrays
   */
  begin(head, arrays) {
    this.picked = null;
    for (const row of this.plane.root.querySelectorAll(".of-slices")) row.toggleAttribute("hidden", !head.slice);
    const { typical: codes } = arrays;
    if (!head.slice || !codes) return;
    const { size } = this.slice;
    this.typical = head.slice.typical.map((label, i) => ({
      value: `typical-${label}`,
      words: `as in a typical ${head.classes[label] ?? label}`,
      code: codes.subarray(i * size, (i + 1) * size),
    }));
    this.show();
  }

  /** The digits whose numbers can be taken. */
  get digits() {
    return this.picked ? [...this.typical, this.picked] : this.typical;
  }

  /**
   * A test image was clicked: its numbers are on offer.
   * @param {number} number
   * @param {Float32Array} code
   */
  pick(number, code) {
    this.picked = { value: "picked", words: `as in test image ${(number + 1).toLocaleString("en")}`, code };
    this.show();
  }

  /**
   * Sets the coordinates off the pad; with those of a digit the marker goes to where it is, too.
   * @param {string} value
   */
  take(value) {
    const digit = this.digits.find((one) => one.value === value);
    if (digit) this.slice.code = digit.code;
    else for (const other of this.slice.others) this.slice.coordinates[other] = 0;
    this.plane.shifted(true);
    this.show();
  }

  /** Puts all fields in step with the slice. */
  show() {
    const { about } = this;
    if (!about) return;
    const { basis, axes, others } = this.slice;
    const plural = `${others.length} ${this.noun}${others.length > 1 ? "s" : ""}`;
    this.find("select#basis").value = basis;
    for (const [i, name] of AXES.entries()) {
      const shares = about.shares[basis];
      const options = shares.map(
        (share, axis) => new Option(`${axis + 1} (${Math.round(100 * share)}%)`, String(axis)),
      );
      this.find(name).replaceChildren(...options);
      this.find(name).value = String(axes[i]);
    }
    this.find("#others").textContent = `The other ${plural}`;
    this.find("#summary").textContent = others.length > 1 ? "One by one" : "As a slider";
    this.showRest();
    this.sliders(others, about.reaches[basis]);
  }

  showRest() {
    const { others, coordinates } = this.slice;
    const like = (/** @type {Float32Array | undefined} */ code) => {
      const wanted = code ? this.slice.along(code) : coordinates.map(() => 0);
      return others.every((other) => Math.abs(wanted[other] - coordinates[other]) < ALIKE);
    };
    /** @type {(Omit<Digit, "code"> & { code?: Float32Array })[]} */
    const offered = [{ value: "zero", words: "all 0, the middle" }, ...this.digits];
    const now = offered.find(({ code }) => like(code));
    if (!now) offered.push({ value: "own", words: "as you set them" });
    this.find("select#rest").replaceChildren(...offered.map(({ words, value }) => new Option(words, value)));
    this.find("select#rest").value = now?.value ?? "own";
    this.find("button#take").hidden = !this.picked || now === this.picked;
    this.find("button#take").textContent = this.picked ? `Set them ${this.picked.words}` : "";
  }

  /**
   * @param {number[]} others
   * @param {number[]} reaches of all axes
   */
  sliders(others, reaches) {
    const { coordinates } = this.slice;
    this.find("#sliders").replaceChildren(
      ...others.map((other) => {
        const reach = Math.max(reaches[other], Math.abs(coordinates[other]));
        const line = made('<label><span></span><input type="range" step="0.01"><output></output></label>');
        const [name, slide, value] = [part(line, "span"), part(line, "input"), part(line, "output")];
        name.textContent = String(other + 1);
        Object.assign(slide, { min: String(-reach), max: String(reach), value: String(coordinates[other]) });
        slide.setAttribute("aria-label", `${this.noun[0].toUpperCase()}${this.noun.slice(1)} ${other + 1}`);
        value.textContent = decimal(coordinates[other]);
        slide.addEventListener("input", () => {
          this.slice.coordinates[other] = Number(slide.value);
          value.textContent = decimal(Number(slide.value));
          this.plane.shifted(false);
          this.showRest();
        });
        return line;
      }),
    );
  }
}
