// The legend and the diagram of the networks, whose buttons show and hide the layers of the plane.

import { count } from "../shared/count.js";
import { finder, made, write } from "../shared/elements.js";
import { outputText } from "./readout.js";
import { LAYERS, shortNumber } from "./words.js";

/** What a layer looks like, in a square of 16 pixels. @type {Record<LabLayer, string>} */
const SIGNS = {
  real: '<circle cx="8" cy="8" r="4.5" fill="none" stroke="var(--real)" stroke-width="2.2"/>',
  generated: '<circle cx="8" cy="8" r="5" fill="var(--generator)"/>',
  heat:
    '<rect x="1" y="2" width="7" height="12" fill="var(--heat-generated)"/><rect x="8" y="2" width="7" height="12" fill="var(--heat-real)"/>' +
    '<path d="M8 1v14" stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="3 2"/>',
  grid: '<path d="M2 3q6 3 12 0M2 8q6 3 12 0M2 13q6 3 12 0M3 2v12M8 3v12M13 2v12" fill="none" stroke="var(--grid)" stroke-width="1.3"/>',
  arrows: '<path d="M2 14 13 3M7 3h6v6" fill="none" stroke="var(--ink)" stroke-width="1.6"/>',
  trails: '<path d="M1 13C5 13 5 5 9 5s3 4 6-1" fill="none" stroke="var(--generator)" stroke-width="1.6"/>',
};

/** Which columns hold the numbers of a box, the first of them that a run has. */
const NUMBERS = {
  real: ["p_real_of_reals", "score_of_reals"],
  generated: ["p_real_of_fakes", "score_of_fakes"],
  "generator-loss": ["generator_loss"],
  "discriminator-loss": ["discriminator_loss"],
  reconstruction: ["reconstruction"],
  kl: ["kl"],
};

export class LabFlow {
  /** @type {Set<LabLayer>} */
  layers = new Set();
  /** @type {LabAbout} */
  about;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed
   */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.find = finder(root);
    root.addEventListener("click", (event) => {
      const box = event.target instanceof Element ? event.target.closest("[data-layer]") : null;
      if (box instanceof HTMLElement) this.toggle(/** @type {LabLayer} */ (box.dataset.layer));
    });
  }

  /** @param {LabAbout} about */
  begin(about) {
    this.about = about;
    const { words, reals, figure } = about;
    const layers = LAYERS[figure];
    this.layers = new Set(about.layers);
    const hidden = new Set(about.hide);
    if (!reals) hidden.add("real");
    for (const layer of hidden) this.layers.delete(/** @type {LabLayer} */ (layer));
    const kinds = /** @type {LabLayer[]} */ (Object.keys(layers)).filter((layer) => !hidden.has(layer));
    this.find(".layers").replaceChildren(
      ...kinds.map((layer) => {
        const button = made(
          `<button type="button"><svg width="16" height="16" aria-hidden="true">${SIGNS[layer]}</svg><span></span></button>`,
          { span: layers[layer].title },
        );
        button.dataset.layer = layer;
        button.title = words[layer] ?? layers[layer].help;
        return button;
      }),
    );
    for (const box of this.boxes) {
      const { layer = "", part = "" } = box.dataset;
      if (box.classList.contains("box")) {
        box.title = words[part] ?? words[layer] ?? layers[/** @type {LabLayer} */ (layer)].help;
        /** @type {HTMLButtonElement} */ (box).disabled = hidden.has(layer);
      }
    }
    this.tell({}, 0);
    this.press();
  }

  get boxes() {
    return /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-layer]"));
  }

  /** @param {LabLayer} layer */
  toggle(layer) {
    if (!this.layers.delete(layer)) this.layers.add(layer);
    this.press();
    this.changed();
  }

  press() {
    for (const box of this.boxes) {
      box.setAttribute("aria-pressed", String(this.layers.has(/** @type {LabLayer} */ (box.dataset.layer))));
    }
  }

  /**
   * Marks the boxes that are at work.
   * @param {string[]} parts
   */
  light(parts) {
    for (const box of this.boxes) box.toggleAttribute("data-lit", parts.includes(box.dataset.part ?? ""));
  }

  /**
   * The numbers in the boxes, those of one point of the curves.
   * @param {Record<string, Values>} named
   * @param {number} place
   */
  tell(named, place) {
    const { about } = this;
    for (const [part, names] of Object.entries(NUMBERS)) {
      const name = names.find((name) => named[name]);
      const value = name ? named[name][place] : undefined;
      const judged = part === "real" || part === "generated";
      const text = !judged
        ? shortNumber(value)
        : value == null
          ? part === "generated"
            ? count(about.n)
            : ""
          : `${about.probability ? "P(real)" : "score"} ${outputText(value, about.probability)}`;
      write(this.find(`#flow-${part}`), text);
    }
  }
}
