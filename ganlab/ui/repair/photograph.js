// A photograph with a box on each digit, to choose one by the mouse, a finger or the keys.

import { part } from "../shared/elements.js";
import { boxBeside, shownWidth } from "./photograph_boxes.js";

/** @typedef {(asked: PhotographAsked) => void} Ask */

class Photograph {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.frame = part(root, ".frame");
    this.sheet = part(root, ".sheet");
    this.image = part(root, "img");
    this.boxes = part(root, ".boxes");
    /** @type {PhotographAbout | undefined} */
    this.about = undefined;
    /** @type {Ask} */
    this.ask = () => {};
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.frame);
    this.boxes.addEventListener("keydown", (event) => this.press(event));
  }

  /**
   * @param {PhotographAbout} about
   * @param {Ask} ask
   */
  show(about, ask) {
    const picture = `data:image/jpeg;base64,${about.picture}`;
    if (this.image.src !== picture) this.image.src = picture;
    this.about = about;
    this.ask = ask;
    while (this.boxes.children.length > about.boxes.length) this.boxes.lastElementChild?.remove();
    about.boxes.forEach((box, index) => {
      this.place(this.button(index), box, index);
    });
    this.choose(about.chosen);
    this.resize();
  }

  /** @param {number} index */
  button(index) {
    const there = this.boxes.children[index];
    if (there) return /** @type {HTMLButtonElement} */ (there);
    const made = document.createElement("button");
    made.append(document.createElement("b"));
    made.onclick = () => {
      this.choose(index);
      this.ask({ digit: index });
    };
    this.boxes.append(made);
    return made;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {PhotographBox} about
   * @param {number} index
   */
  place(button, about, index) {
    const { width, height, boxes } = /** @type {PhotographAbout} */ (this.about);
    const [left, top, right, bottom] = about.box;
    const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
    button.style.left = share(left, width);
    button.style.top = share(top, height);
    button.style.width = share(right - left, width);
    button.style.height = share(bottom - top, height);
    button.className = about.look;
    button.title = about.label;
    button.setAttribute("aria-label", about.label);
    const isFirst = index === 0 || boxes[index - 1].line !== about.line;
    button.dataset.line = isFirst ? `${about.line + 1}` : "";
    part(button, "b").textContent = about.text;
  }

  /** @param {number} chosen */
  choose(chosen) {
    [...this.boxes.children].forEach((button, index) => {
      button.setAttribute("aria-pressed", `${index === chosen}`);
      /** @type {HTMLElement} */ (button).tabIndex = index === chosen ? 0 : -1; // the keys go on with the arrows
    });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const at = [...this.boxes.children].indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || !this.about || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) {
      this.choose(at);
      this.ask({ digit: at, write: event.key });
      return;
    }
    const next = boxBeside(this.about.boxes, at, event.key);
    if (next === at) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (this.boxes.children[next]).focus();
  }

  resize() {
    if (!this.about) return;
    this.sheet.style.width = `${shownWidth(this.about.boxes, this.about.width, this.frame.clientWidth)}px`;
  }
}

/** @param {Piece<PhotographAbout>} piece */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement & { shown?: Photograph }} */ (part(parentElement, ".photograph"));
  root.shown ??= new Photograph(root);
  root.shown.show(data, (asked) => setTriggerValue("asked", asked));
}
