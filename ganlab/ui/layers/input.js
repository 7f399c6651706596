// What goes into the network, and its answer, which changes as a patch is dragged over the input.

import { drags } from "../shared/drag.js";
import { made, part, write } from "../shared/elements.js";
import { SIDE } from "../shared/paint.js";
import { told } from "./layers_words.js";
import { drawUnits, gridOf, pictureOf, show } from "./maps.js";
import { placeOf } from "./sliding.js";

/** @import { LayersView } from "./layers_view.js" */

/** @type {Record<string, [down: number, across: number]>} */
const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}%`;

export class Input {
  /** Row and column of the patch. */
  patch = [9, 9];

  /** @param {LayersView} view */
  constructor(view) {
    this.view = view;
    this.find = view.find;
    this.wire();
  }

  draw() {
    const { head, arrays, look } = this.view;
    write(this.find("#given"), head.given);
    const canvas = this.find("canvas#taken");
    canvas.role = "img";
    canvas.ariaLabel = head.given;
    canvas.classList.toggle("bars", head.takes === "latents");
    canvas.closest("figure")?.classList.toggle("wide", head.takes === "latents");
    this.find("#drawn-figure").hidden = !arrays.drawn;
    if (arrays.drawn) this.view.grey(this.find("canvas#drawn"), arrays.drawn);
    if (arrays.image) {
      Object.assign(canvas, { width: SIDE, height: SIDE });
      canvas.style.width = canvas.style.height = "";
      this.view.grey(canvas, arrays.image);
    } else {
      const most = Math.max(...arrays.taken.map(Math.abs), 1e-9);
      const width = this.find("#taken-board").clientWidth;
      const grid = gridOf(arrays.taken.length, false, width);
      drawUnits(
        canvas,
        grid,
        arrays.taken.map((value) => value / most),
        -1,
        look,
      );
      write(this.find("#given"), `${head.given}: from ${told(head.range[0])} to ${told(head.range[1])}`);
    }
    this.drawAnswer();
  }

  drawAnswer() {
    const { answer } = this.view.head;
    this.find(".answer").hidden = !answer;
    this.find(".cost").hidden = !answer?.cover;
    const over = this.find("#over");
    over.toggleAttribute("tabindex", false);
    over.classList.toggle("drags", Boolean(answer?.cover));
    if (answer?.cover) {
      over.setAttribute("tabindex", "0");
      over.setAttribute("role", "application");
      over.ariaLabel = "The patch that covers a part of the image. The arrow keys move it.";
    } else {
      over.removeAttribute("role");
      over.ariaLabel = null;
    }
    if (!answer) return;
    const field = this.find("select#cover");
    if (field.options.length !== answer.covers.length) {
      field.replaceChildren(
        ...answer.covers.map((size) => new Option(size ? `${size} × ${size} pixels` : "nothing", String(size))),
      );
    }
    field.value = String(answer.cover);
    const words = answer.cover
      ? "Drag the black patch over the image. The bars follow; the lines mark the answer with nothing covered."
      : "A black patch shows which part of the image the answer hangs on. The maps below stay those of the whole image.";
    write(this.find("#cover-words"), words);
    this.find("#answer").replaceChildren(
      ...answer.names.map((name) => made("<li><span></span><i><b></b><u></u></i><span></span></li>", { span: name })),
    );
    this.move(this.patch[0], this.patch[1]);
    if (answer.cover) this.drawCost(answer);
  }

  /** @param {LayersAnswer} answer */
  drawCost({ first, names, cover }) {
    const best = first.indexOf(Math.max(...first));
    const side = SIDE - cover + 1;
    const { covered } = this.view.arrays;
    if (!covered) return;
    show(
      this.find("canvas#cost"),
      pictureOf(side, side, (i) => covered[i * names.length + best], this.view.dark),
    );
    const what = names.length > 1 ? `How likely ${names[best]} stays` : "P(real)";
    write(this.find("#cost-words"), `${what} with the patch at each place: orange is near 0%, blue-green near 100%.`);
  }

  /**
   * Puts the patch somewhere, and shows the answer there.
   * @param {number} row
   * @param {number} column
   */
  move(row, column) {
    const { answer } = this.view.head;
    if (!answer) return;
    const { cover, names, first } = answer;
    const within = (/** @type {number} */ at) => Math.min(SIDE - cover, Math.max(0, Math.round(at)));
    this.patch = [within(row), within(column)];
    const { covered } = this.view.arrays;
    const at = names.length * placeOf(this.patch[0], this.patch[1], cover, SIDE);
    const now = cover && covered ? [...covered.subarray(at, at + names.length)] : first;
    const best = now.indexOf(Math.max(...now));
    for (const [i, item] of [...this.find("#answer").children].entries()) {
      item.classList.toggle("best", names.length > 1 && i === best);
      part(item, "b").style.width = `${100 * now[i]}%`;
      part(item, "u").style.left = `calc(${100 * first[i]}% - 1px)`;
      write(/** @type {HTMLElement} */ (item.lastElementChild), percent(now[i]));
    }
    this.view.root.dataset.answer = now.map((share) => share.toFixed(4)).join();
    this.drawOver();
  }

  /** What lies over the image: the patch, and where the kernel is. */
  drawOver() {
    const { cover } = this.view;
    const boxes = [];
    const { under } = this.view.closer;
    if (cover && this.view.head.answer)
      boxes.push(`<rect class="patch" x="${this.patch[1]}" y="${this.patch[0]}" width="${cover}" height="${cover}"/>`);
    if (under) boxes.push(`<rect x="${under.left}" y="${under.top}" width="${under.wide}" height="${under.high}"/>`);
    this.find("#over").innerHTML = boxes.join("");
    this.view.root.dataset.patch = this.patch.join();
  }

  wire() {
    const over = this.find("#over");
    drags(over, (event) => {
      const { cover } = this.view;
      if (!cover) return;
      const box = over.getBoundingClientRect();
      const [down, across] = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
      this.move(down * SIDE - cover / 2, across * SIDE - cover / 2);
    });
    over.addEventListener("keydown", (event) => {
      const way = WAYS[event.key];
      if (!way || !this.view.cover) return;
      event.preventDefault();
      this.move(this.patch[0] + way[0], this.patch[1] + way[1]);
    });
    this.find("select#cover").addEventListener("change", () => {
      this.view.cover = Number(this.find("select#cover").value);
      this.view.askSoon();
    });
  }
}
