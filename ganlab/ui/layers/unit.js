// One unit closely: its map, its kernel, how each of its numbers comes about, and the inputs that move it most.

import { made, part, write } from "../shared/elements.js";
import { heatColour, inkOn } from "../shared/heat_colours.js";
import { SIDE } from "../shared/paint.js";
import { kernelWords, pixelWords, rangeOf, spreadWords, sumWords, told } from "./layers_words.js";
import { drawSpread, pictureOf, show } from "./maps.js";
import { nextCell, sumAt } from "./sliding.js";

/** @import { LayersView } from "./layers_view.js" */

export class Unit {
  /** Which place of the map is looked at, row by row; -1 is the one with its largest number. */
  pixel = -1;
  /**
   * What the kernel lies on, in pixels of the image.
   * @type {{ top: number, left: number, wide: number, high: number } | null}
   */
  under = null;

  /** @param {LayersView} view */
  constructor(view) {
    this.view = view;
    this.find = view.find;
    this.wire();
  }

  /** Whether what the server sent is about the unit that is chosen. */
  get fresh() {
    return this.view.unit === this.view.head.unit;
  }

  draw() {
    const { view } = this;
    const { head, maps, unit, dark } = view;
    const values = view.valuesOf(unit);
    const range = rangeOf(values);
    const { name } = head.layers[head.layer];
    const of = name === "output" && head.answer && !maps ? `, for ${head.answer.names[unit]}` : "";
    write(this.find("#unit-title"), `Unit ${unit + 1}${of}`);
    write(this.find("#unit-words"), view.wordsOf(range));
    this.find("#map-board").hidden = this.find("#pixel-words").hidden = !maps;
    if (maps) {
      const most = Math.max(...range.map(Math.abs), 1e-9);
      const [rows, columns] = head.shape;
      show(
        this.find("canvas#map"),
        pictureOf(rows, columns, (i) => 0.5 + values[i] / most / 2, dark),
      );
      if (this.pixel >= values.length) this.pixel = -1;
    }
    for (const name of ["#kernel", "#spread", "#top"]) this.find(name).style.opacity = this.fresh ? "" : "0.4";
    if (this.fresh) {
      this.drawKernel();
      this.drawSpreads();
      this.drawTop();
    }
    this.point();
  }

  /** The place of the map that is looked at, with its number and how that comes about. */
  point() {
    const { view } = this;
    const { head, arrays, maps, unit } = view;
    this.under = null;
    const sum = this.find("#sum");
    sum.hidden = true;
    if (maps) {
      const [, columns] = head.shape;
      const values = view.valuesOf(unit);
      const at = this.pixel < 0 ? values.indexOf(rangeOf(values)[1]) : this.pixel;
      const [row, column] = [Math.floor(at / columns), at % columns];
      const over = this.find("#pixel");
      over.setAttribute("viewBox", `0 0 ${columns} ${head.shape[0]}`);
      over.innerHTML = `<rect x="${column}" y="${row}" width="1" height="1"/>`;
      write(this.find("#pixel-words"), pixelWords(row, column, values[at]));
      Object.assign(view.root.dataset, { pixel: at, value: values[at].toFixed(4) });
      const { kernel } = head;
      if (kernel?.sliding && arrays.kernel && this.fresh) {
        const sliding = /** @type {Kernel & { sliding: Sliding }} */ (kernel);
        const found = sumAt(arrays.taken, head.taken, arrays.kernel, sliding, row, column);
        const [high, wide] = kernel.shape;
        sum.hidden = false;
        this.numbers("#patch", found.patch, wide, Math.max(...head.range.map(Math.abs)));
        this.numbers("#weights", found.weights, wide, Math.max(...arrays.kernel.map(Math.abs)));
        const others = head.taken[2] > 1 ? " What else comes in beside the image is 0." : "";
        write(this.find("#sum-words"), sumWords(high * wide, kernel, found.total, values[at]) + others);
        this.under = { top: found.top, left: found.left, wide, high };
        view.root.dataset.sum = found.total.toFixed(4);
      }
    }
    view.input.drawOver();
  }

  /**
   * A small grid of numbers on their colours.
   * @param {string} place
   * @param {number[]} values
   * @param {number} columns
   * @param {number} most
   */
  numbers(place, values, columns, most) {
    const { dark } = this.view;
    const grid = this.find(place);
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    grid.replaceChildren(
      ...values.map((value) => {
        const colour = heatColour(0.5 + value / (most || 1) / 2, dark);
        const cell = made("<span></span>");
        cell.textContent = value.toFixed(columns > 4 ? 1 : 2).replace("-", "−");
        Object.assign(cell.style, { background: `rgb(${colour})`, color: inkOn(colour) });
        return cell;
      }),
    );
  }

  drawKernel() {
    const { head, arrays, dark } = this.view;
    const { kernel } = head;
    const box = this.find("#kernel");
    box.hidden = !kernel || !arrays.kernel || (kernel.sliding && kernel.shape[2] === 1) || false; // seen above
    if (!kernel || !arrays.kernel) return;
    const [rows, columns, slices] = kernel.shape;
    write(part(box, "h3"), rows === 1 && columns > 1 ? "Its weights" : "Its kernel");
    const most = Math.max(
      rangeOf(arrays.kernel).reduce((a, b) => Math.max(Math.abs(a), Math.abs(b))),
      1e-9,
    );
    const numbers = arrays.kernel;
    part(box, ".slices").replaceChildren(
      ...Array.from({ length: slices }, (_, slice) => {
        const at = slice * rows * columns;
        const canvas = pictureOf(rows, columns, (i) => 0.5 + numbers[at + i] / most / 2, dark);
        canvas.className = rows === 1 ? "row" : slices === 1 ? "large" : "";
        canvas.role = "img";
        canvas.ariaLabel = slices > 1 ? `For map ${kernel.slices[slice] + 1} of what comes in` : "Its numbers";
        return canvas;
      }),
    );
    const [low, high] = rangeOf(numbers);
    write(this.find("#kernel-words"), `${kernelWords(kernel)} Its numbers go from ${told(low)} to ${told(high)}.`);
  }

  drawSpreads() {
    const { spread } = this.view.head;
    const { before, after } = this.view.arrays;
    this.find("#spread").hidden = !spread;
    if (!spread || !before || !after) return;
    for (const [name, counts, of, words] of /** @type {const} */ ([
      ["canvas#before", before, spread.before, "Before"],
      ["canvas#after", after, spread.after, "After"],
    ])) {
      const canvas = this.find(name);
      const axis = /** @type {[number, number]} */ ([Math.min(of.low, 0), Math.max(of.high, 0)]);
      drawSpread(canvas, counts, of, axis, this.view.look);
      canvas.ariaLabel = `${words}: ${spreadWords(of)}`;
      const about = `${words}: from ${told(of.low)} to ${told(of.high)}, ${spreadWords(of)}. The dashes are at 0.`;
      write(/** @type {HTMLElement} */ (canvas.nextElementSibling), about);
    }
    const words = `How many of this unit's numbers lie where, for ${spread.inputs} inputs; heights are square roots.`;
    write(this.find("#spread-words"), words);
  }

  drawTop() {
    const { head, arrays } = this.view;
    const { top } = head;
    const box = this.find("#top");
    box.hidden = !top.length || !arrays.top;
    const images = arrays.top;
    if (!images) return;
    const what = head.takes === "image" ? "Test image" : "Seed";
    part(box, "ol").replaceChildren(
      ...top.map(({ number, value }, i) => {
        const item = made(
          '<li><button type="button"><canvas width="28" height="28"></canvas><span></span></button></li>',
          {
            span: told(value),
          },
        );
        const button = part(item, "button");
        button.ariaLabel = `${what} ${number}: ${told(value)}`;
        button.title = `${button.ariaLabel}. Click to look at it.`;
        button.addEventListener("click", () => this.view.askSoon({ number }));
        this.view.grey(part(item, "canvas"), images.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2));
        return item;
      }),
    );
    const words = `Of ${head.inputs}, those for which its largest number is highest, with that number.`;
    write(this.find("#top-words"), words);
  }

  wire() {
    const over = this.find("#pixel");
    const choose = (/** @type {PointerEvent} */ event) => {
      const [rows, columns] = this.view.head.shape;
      const box = over.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
      const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
      if (Math.min(row, column) < 0 || row >= rows || column >= columns) return;
      this.pixel = row * columns + column;
      this.point();
    };
    over.addEventListener("pointerdown", choose);
    over.addEventListener("pointermove", choose);
    over.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      const [rows, columns] = this.view.head.shape;
      const at = Number(this.view.root.dataset.pixel ?? 0);
      this.pixel = nextCell(at, columns, rows * columns, event.key);
      this.point();
    });
  }
}
