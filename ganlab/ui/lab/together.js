// Two views beside each other: what is looked at in one, and which layers it shows, is taken over by the other.

const EVENT = "ganlab-lab-look";

/**
 * @typedef {object} Sees what a view can say of itself, and take over from another one
 * @property {() => LabLook | null} look null where there is nothing to see yet
 * @property {(look: LabLook) => void} follow
 */

/** @param {LabLook} look */
const textOf = ({ at, layers }) => JSON.stringify([at, [...layers].sort()]);

export class Together {
  /** What was told or taken over last; "" before there was anything to see. */
  last = "";

  /**
   * @param {Sees} view
   * @param {EventTarget} line
   */
  constructor(view, line) {
    this.view = view;
    this.line = line;
  }

  /** Nothing has been told of the run that is now shown. */
  begin() {
    this.last = "";
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const hear = (/** @type {Event} */ event) => this.hear(/** @type {CustomEvent<LabLook>} */ (event).detail);
    this.line.addEventListener(EVENT, hear, { signal });
  }

  /** Tells the other view what has changed. What a view begins with is not told: the other one begins with it, too. */
  tell() {
    const look = this.view.look();
    if (!look) return;
    const text = textOf(look);
    const first = !this.last;
    if (text === this.last) return;
    this.last = text;
    if (!first) this.line.dispatchEvent(new CustomEvent(EVENT, { detail: look }));
  }

  /**
   * Takes over what the other view tells. One whose run is shorter looks at its last iteration, and does not tell that.
   * @param {LabLook} look
   */
  hear(look) {
    const own = this.view.look();
    if (!own || own.run === look.run || textOf(own) === textOf(look)) return;
    this.view.follow(look);
    this.last = textOf(this.view.look() ?? look);
  }
}
