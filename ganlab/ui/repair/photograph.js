// A photograph with a box on each digit, to choose one by the mouse, a finger or the keys.

import { focused, part } from "../shared/elements.js";
import { boxBeside, shownWidth } from "./photograph_boxes.js";

const PAUSE = 150; // milliseconds after an arrow key, so that only the digit is asked for on which the keys rest

/** @typedef {(asked: PhotographAsked) => void} Ask */

class Photograph {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.frame = part(root, ".frame");
    this.sheet = part(root, ".sheet");
    this.image = part(root, "img");
    this.boxes = part(root, ".boxes");
    this.button = part(root, "button.larger");
    this.large = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    this.chosen = -1;
    /** @type {PhotographAbout | undefined} */
    this.about = undefined;
    /** @type {Ask} */
    this.ask = () => {};
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.frame);
    this.boxes.addEventListener("keydown", (event) => this.press(event));
    this.button.onclick = () => {
      this.large = !this.large;
      this.button.textContent = this.large ? "Whole picture" : "Larger";
      this.resize();
    };
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
      this.place(this.boxAt(index), box, index);
    });
    const at = this.held(); // which the page may not have heard of yet
    this.choose(at < 0 ? about.chosen : at);
    this.resize();
  }

  /** Which box has the keys; -1 where none has. */
  held() {
    return [...this.boxes.children].indexOf(/** @type {HTMLElement} */ (focused(this.boxes)));
  }

  /** @param {number} index */
  boxAt(index) {
    const there = this.boxes.children[index];
    if (there) return /** @type {HTMLButtonElement} */ (there);
    const made = document.createElement("button");
    made.append(document.createElement("b"));
    made.onclick = () => {
      this.choose(index);
      this.tell({ digit: index });
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
    if (chosen !== this.chosen) this.reveal();
    this.chosen = chosen;
  }

  /** Moves a photograph that is larger than its frame, so that the chosen box is to be seen. */
  reveal() {
    const box = /** @type {HTMLElement | null} */ (this.boxes.querySelector('[aria-pressed="true"]'));
    if (box) this.frame.scrollLeft = box.offsetLeft + box.offsetWidth / 2 - this.frame.clientWidth / 2;
  }

  /**
   * @param {PhotographAsked} asked
   * @param {number} [pause] in milliseconds, within which something else may be asked for instead
   */
  tell(asked, pause = 0) {
    clearTimeout(this.later);
    if (pause) this.later = setTimeout(() => this.ask(asked), pause);
    else this.ask(asked);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const at = [...this.boxes.children].indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || !this.about || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) {
      this.choose(at);
      this.tell({ digit: at, write: event.key });
      return;
    }
    const next = boxBeside(this.about.boxes, at, event.key);
    if (next === at) return;
    event.preventDefault();
    this.choose(next);
    /** @type {HTMLElement} */ (this.boxes.children[next]).focus();
    this.tell({ digit: next }, PAUSE);
  }

  resize() {
    if (!this.about) return;
    const { boxes, width } = this.about;
    const room = this.frame.clientWidth;
    this.sheet.style.width = this.large ? `${shownWidth(boxes, width, room)}px` : "";
    this.reveal();
  }
}

/** @param {Piece<PhotographAbout>} piece */
export default function ({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement & { shown?: Photograph }} */ (part(parentElement, ".photograph"));
  root.shown ??= new Photograph(root);
  root.shown.show(data, (asked) => setTriggerValue("asked", asked));
}
