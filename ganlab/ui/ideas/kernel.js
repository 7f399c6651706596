// A kernel that slides over a painted picture: what comes out, and what each cell of it is the sum of.

import { count } from "../shared/count.js";
import { isDark } from "../shared/dark.js";
import { soon } from "../shared/drawing.js";
import { finder, keeps, made, write } from "../shared/elements.js";
import { heatColour, inkOn } from "../shared/heat_colours.js";
import { DIGIT, KERNELS, parameters, shape, slide, taps } from "./convolutions.js";
import { aboutLayer, cellWords, shortNumber, termOf } from "./kernel_words.js";
import { numbersIn, Settings } from "./settings.js";

/** @import { Slide, Tap } from "./convolutions.js" */

const SIDE = 8; // cells of the picture, across and up
const INK = 16; // of a painted cell
const UNIT = 40; // of a cell in the drawings
const NUMBERED = 8; // cells across that have room for their numbers
/** @type {Record<string, [down: number, across: number]>} */
const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** @param {number[]} colour */
const dye = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;

/**
 * A cell of a drawing, by its row and column.
 * @param {number} row
 * @param {number} column
 * @param {string} more
 */
const cellAt = (row, column, more) =>
  `<rect x="${column * UNIT + 1}" y="${row * UNIT + 1}" width="${UNIT - 2}" height="${UNIT - 2}" rx="3" ${more}/>`;

/**
 * A cell with its colour, and its number where there is room.
 * @param {number} row
 * @param {number} column
 * @param {number[]} colour
 * @param {string} text
 */
const filled = (row, column, colour, text) =>
  cellAt(row, column, `fill="${dye(colour)}"`) +
  (text &&
    `<text x="${(column + 0.5) * UNIT}" y="${(row + 0.5) * UNIT}" style="fill: ${inkOn(colour)}">${text}</text>`);

class Kernel {
  picture = [...DIGIT];
  kernel = [...KERNELS.upright];
  cursor = 0;
  chosen = 14;
  drawSoon = soon(() => this.draw());
  /** @type {Tap[][]} */
  taps = [];

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.weights = this.kernel.map((_, i) => {
      const field = /** @type {HTMLInputElement} */ (made('<input type="number" step="any">'));
      field.ariaLabel = `Row ${Math.floor(i / 3) + 1}, column ${(i % 3) + 1}`;
      this.find(".weights").append(field);
      return field;
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
    this.fill();
    this.settings = new Settings(root, "kernel", this.kept);
    this.settings.take();
    if (this.find("select#kind").value !== "own") this.kernel = [...KERNELS[this.find("select#kind").value]];
    this.fill();
    this.wire();
  }

  show() {
    this.draw();
  }

  /** What the address has beside the fields. */
  get kept() {
    return {
      weights: {
        read: () => (this.find("select#kind").value === "own" ? this.kernel.join(",") : ""),
        take: (/** @type {string} */ text) => {
          this.kernel = numbersIn(text, this.kernel.length) ?? this.kernel;
        },
      },
      ink: {
        read: () => this.picture.map((value) => value.toString(INK + 1)).join(""), // a figure or letter a cell
        take: (/** @type {string} */ text) => {
          if (text.length === SIDE ** 2 && /^[0-9a-g]*$/.test(text))
            this.picture = [...text].map((cell) => Number.parseInt(cell, INK + 1));
        },
      },
      cell: {
        read: () => String(this.chosen),
        take: (/** @type {string} */ text) => {
          this.chosen = Math.max(0, Math.round(Number(text)) || 0); // drawing keeps it within the picture
        },
      },
    };
  }

  /** @returns {Slide} */
  get slide() {
    return {
      transposed: this.find("select#layer").value === "transposed",
      stride: Number(this.find("select#stride").value),
      same: this.find("select#padding").value === "same",
      dilation: Number(this.find("select#dilation").value),
    };
  }

  /** Writes the kernel into its fields. */
  fill() {
    for (const [i, field] of this.weights.entries()) field.value = String(this.kernel[i]);
  }

  draw() {
    const { kernel, picture } = this;
    const how = this.slide;
    const { out, before, after } = shape(SIDE, how);
    this.taps = taps(SIDE, how);
    const values = slide(picture, kernel, this.taps);
    this.chosen = Math.min(this.chosen, out * out - 1);
    this.drawIn(how.transposed ? 0 : before, how.transposed ? 0 : after);
    this.drawOut(values, out);
    const sum = values[this.chosen];
    write(this.find("#cell"), cellWords(Math.floor(this.chosen / out), this.chosen % out, sum));
    this.find("#terms").replaceChildren(
      ...this.taps[this.chosen].map(({ from, weight }) => {
        const term = made("<li></li>", { li: termOf(from < 0 ? null : picture[from], kernel[weight]) });
        term.classList.toggle("none", from < 0);
        return term;
      }),
    );
    this.find("#terms").classList.toggle("stamps", how.transposed && this.taps[this.chosen].length <= 4);
    write(this.find("#in-size"), `${SIDE} × ${SIDE}`);
    write(this.find("#out-size"), `${out} × ${out}`);
    write(this.find("#about"), aboutLayer(how));
    const { convolution, dense } = parameters(SIDE, out);
    write(
      this.find("#count"),
      `This layer has ${convolution} parameters (numbers that it learns): nine in the kernel, and a bias, 0 here. ` +
        `A dense layer from ${count(SIDE ** 2)} to ${count(out ** 2)} numbers has ${count(dense)}.`,
    );
    this.settings.note();
    Object.assign(this.root.dataset, { chosen: this.chosen, sum: sum.toFixed(4), out, ink: picture.join(",") });
  }

  /**
   * The picture, with its padding.
   * @param {number} before
   * @param {number} after
   */
  drawIn(before, after) {
    const whole = (SIDE + before + after) * UNIT;
    const used = this.taps[this.chosen];
    let cells = "";
    for (let row = -before; row < SIDE + after; row++) {
      for (let column = -before; column < SIDE + after; column++) {
        if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) {
          cells += cellAt(row, column, 'class="padding"');
          continue;
        }
        const value = this.picture[row * SIDE + column];
        const grey = 24 + (231 * value) / INK;
        cells += filled(row, column, [grey, grey, grey], shortNumber(value));
      }
    }
    for (const { row, column } of used) cells += cellAt(row, column, 'class="mark"');
    cells += cellAt(Math.floor(this.cursor / SIDE), this.cursor % SIDE, 'class="cursor"');
    const drawing = this.find("#in");
    drawing.setAttribute("viewBox", `${-before * UNIT} ${-before * UNIT} ${whole} ${whole}`);
    drawing.dataset.before = String(before);
    drawing.dataset.cells = String(SIDE + before + after);
    drawing.style.fontSize = "14px";
    drawing.innerHTML = cells;
  }

  /**
   * @param {number[]} values
   * @param {number} out
   */
  drawOut(values, out) {
    const most = Math.max(1e-9, ...values.map(Math.abs));
    const dark = isDark(this.root);
    const cells = values.map((value, i) => {
      const text = out <= NUMBERED ? shortNumber(value) : "";
      return filled(Math.floor(i / out), i % out, heatColour(0.5 + value / most / 2, dark), text);
    });
    const drawing = this.find("#out");
    drawing.setAttribute("viewBox", `0 0 ${out * UNIT} ${out * UNIT}`);
    drawing.dataset.before = "0";
    drawing.dataset.cells = String(out);
    drawing.style.fontSize = `${(14 * out) / NUMBERED}px`; // as large as those of the picture
    drawing.innerHTML = cells.join("") + cellAt(Math.floor(this.chosen / out), this.chosen % out, 'class="mark"');
  }

  /**
   * The cell under the pointer, row by row of `side`; -1 where there is none.
   * @param {PointerEvent} event
   * @param {HTMLElement} drawing
   * @param {number} side
   */
  cellUnder(event, drawing, side) {
    const box = drawing.getBoundingClientRect();
    const [cells, before] = [Number(drawing.dataset.cells), Number(drawing.dataset.before)];
    const row = Math.floor(((event.clientY - box.top) / box.height) * cells) - before;
    const column = Math.floor(((event.clientX - box.left) / box.width) * cells) - before;
    return Math.min(row, column) < 0 || Math.max(row, column) >= side ? -1 : row * side + column;
  }

  /** @param {number[]} picture */
  paint(picture) {
    this.picture = picture;
    this.drawSoon();
  }

  /**
   * Where an arrow key leads on a grid.
   * @param {KeyboardEvent} event
   * @param {number} from
   * @param {number} side
   */
  next(event, from, side) {
    const [down, across] = WAYS[event.key];
    const within = (/** @type {number} */ value) => Math.min(side - 1, Math.max(0, value));
    event.preventDefault();
    this.drawSoon();
    return within(Math.floor(from / side) + down) * side + within((from % side) + across);
  }

  wire() {
    const [into, out] = [this.find("#in"), this.find("#out")];
    let brush = -1; // the ink that is painted with
    const stroke = (/** @type {PointerEvent} */ event) => {
      const cell = this.cellUnder(event, into, SIDE);
      if (cell < 0) return;
      if (brush < 0) brush = this.picture[cell] ? 0 : INK;
      this.cursor = cell;
      this.paint(this.picture.with(cell, brush));
    };
    into.addEventListener("pointerdown", (event) => {
      brush = -1;
      into.setPointerCapture(event.pointerId);
      stroke(event);
    });
    into.addEventListener("pointermove", (event) => {
      if (event.buttons) stroke(event);
    });
    into.addEventListener("keydown", (event) => {
      if (WAYS[event.key]) this.cursor = this.next(event, this.cursor, SIDE);
      if (event.key !== " ") return;
      event.preventDefault();
      this.paint(this.picture.with(this.cursor, this.picture[this.cursor] ? 0 : INK));
    });
    const choose = (/** @type {PointerEvent} */ event) => {
      const cell = this.cellUnder(event, out, Number(this.root.dataset.out));
      if (cell < 0 || cell === this.chosen) return;
      this.chosen = cell;
      this.drawSoon();
    };
    out.addEventListener("pointerdown", choose);
    out.addEventListener("pointermove", choose);
    out.addEventListener("keydown", (event) => {
      if (WAYS[event.key]) this.chosen = this.next(event, this.chosen, Number(this.root.dataset.out));
    });
    this.find("select#kind").addEventListener("change", () => {
      this.kernel = [...(KERNELS[this.find("select#kind").value] ?? this.kernel)];
      this.fill();
      this.draw();
    });
    for (const [i, field] of this.weights.entries())
      field.addEventListener("input", () => {
        this.kernel[i] = Number(field.value) || 0;
        this.find("select#kind").value = "own";
        this.drawSoon();
      });
    for (const name of ["select#layer", "select#stride", "select#padding", "select#dilation"])
      this.find(name).addEventListener("change", () => {
        const { out } = shape(SIDE, this.slide);
        this.chosen = Math.floor(out / 2) * (out + 1); // in the middle
        this.draw();
      });
    this.find("button#again").addEventListener("click", () => this.paint([...DIGIT]));
    this.find("button#clear").addEventListener("click", () => this.paint(this.picture.map(() => 0)));
  }
}

export default keeps("kernel", Kernel);
