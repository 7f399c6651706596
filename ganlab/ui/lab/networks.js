// The units of both networks, each with a small map of what it gives; the chosen one is seen large.

import { count } from "../shared/count.js";
import { isDark } from "../shared/dark.js";
import { newCanvas, pen } from "../shared/drawing.js";
import { finder, keeps, made, write } from "../shared/elements.js";
import { heatTable } from "../shared/heat_colours.js";
import { unpack } from "../shared/unpack.js";
import { neighbour, unitsOf, unitTitle, unitWords } from "./units.js";

/** @import { Unit } from "./units.js" */

class Networks {
  /** @type {NetworksHead} */
  head;
  /** @type {NetworksArrays} */
  arrays;
  /** @type {Unit[]} */
  units = [];
  /** The title of the chosen unit, which other weights have, too. */
  chosen = "";
  dark = false;
  table = heatTable(false);

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => this.draw(), 500));
    root.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-unit]") : null;
      if (button instanceof HTMLElement) this.choose(Number(button.dataset.unit));
    });
    root.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {Uint8Array} data */
  show(data) {
    const [head, arrays] = /** @type {[NetworksHead, NetworksArrays]} */ (unpack(data));
    const same = JSON.stringify(head) === JSON.stringify(this.head);
    Object.assign(this, { head, arrays, units: unitsOf(head.networks) });
    if (!same) this.build();
    this.draw();
  }

  build() {
    const { head, units } = this;
    this.find(".both").replaceChildren(
      ...head.networks.map((network) => {
        const section = made(
          '<section class="network"><h3></h3><p class="hint"></p><div class="layers"></div></section>',
          {
            h3: network.title,
            p:
              network.over === "plane"
                ? "From a place in the plane to what it says of it."
                : "From noise to a point. Each map is over the first two numbers of noise.",
          },
        );
        section.classList.add(network.name);
        section.querySelector(".layers")?.replaceChildren(
          ...network.layers.map((layer) =>
            this.layer(
              units.filter((unit) => unit.layer === layer),
              layer,
            ),
          ),
        );
        return section;
      }),
    );
  }

  /**
   * @param {Unit[]} units
   * @param {LayerUnits} layer
   */
  layer(units, layer) {
    const box = made('<div class="layer" role="group"><span class="hint"></span><div class="units"></div></div>', {
      span: layer.name === "output" ? "Output" : `${layer.name.replace("l", "L")}: ${count(layer.count)} units`,
    });
    box.ariaLabel = layer.name;
    const buttons = units.map((unit, number) => {
      const button = made('<button type="button"></button>');
      button.dataset.unit = String(unit.index);
      button.title = button.ariaLabel = unitTitle(unit);
      button.tabIndex = number ? -1 : 0; // arrow keys go on from the first
      button.append(newCanvas(this.head.side, this.head.side));
      return button;
    });
    const rest = layer.count - layer.shown;
    const more = rest > 0 ? [made('<span class="hint more"></span>')] : [];
    if (more.length) more[0].textContent = `and ${count(rest)} more`;
    box.querySelector(".units")?.replaceChildren(...buttons, ...more);
    return box;
  }

  /** @param {number} index */
  button(index) {
    return this.find(`button[data-unit="${index}"]`);
  }

  draw() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    this.table = heatTable(this.dark);
    for (const { index } of this.units) {
      const canvas = this.button(index).querySelector("canvas");
      if (canvas) this.paint(canvas, index);
    }
    const output = this.units.find((unit) => unit.network.over === "plane" && unit.layer.name === "output");
    const unit = this.units.find((unit) => unitTitle(unit) === this.chosen) ?? output ?? this.units[0];
    if (unit) this.choose(unit.index);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} index
   */
  paint(canvas, index) {
    const size = this.head.side ** 2;
    const image = pen(canvas).createImageData(this.head.side, this.head.side);
    const pixels = new Uint32Array(image.data.buffer);
    const values = this.arrays.values.subarray(index * size, (index + 1) * size);
    for (let i = 0; i < size; i++) pixels[i] = this.table[values[i]];
    pen(canvas).putImageData(image, 0, 0);
  }

  /** @param {number} index */
  choose(index) {
    const unit = this.units[index];
    const { lowest, highest } = this.arrays;
    this.chosen = unitTitle(unit);
    for (const { index: other } of this.units) {
      this.button(other).setAttribute("aria-pressed", String(other === index));
    }
    write(this.find("#unit-title"), this.chosen);
    write(this.find("#unit-words"), unitWords(unit, lowest[index], highest[index]));
    this.paint(this.find("canvas#unit"), index);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-unit]") : null;
    if (!(button instanceof HTMLElement) || !event.key.startsWith("Arrow")) return;
    const unit = this.units[Number(button.dataset.unit)];
    const next = this.button(unit.index + neighbour(unit.number - 1, unit.layer.shown, event.key) - unit.number + 1);
    event.preventDefault();
    button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

export default keeps("networks", Networks);
