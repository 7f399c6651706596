// The tools beside a canvas of streamlit-drawable-canvas, and what that lacks. It draws; canvas.py keeps the strokes.
//
// When its data change twice in quick succession, Streamlit has the canvas clean up after the first change, and it
// takes itself away in the midst of the second. So it is told of one thing after the other.

import { focused, part } from "./elements.js";

/** @typedef {MouseEvent | TouchEvent} Pointed */

/** @param {Piece<DrawingAbout>} piece */
export default function ({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement & { tools?: Tools }} */ (part(parentElement, ".drawing"));
  root.tools ??= new Tools(root, data, part(parentElement, "template"));
  root.tools.show(data, (asked) => setStateValue("asked", asked)); // and no cleaning up, see above
}

/** @type {("mousedown" | "touchstart")[]} */
const BEGIN = ["mousedown", "touchstart"];
/** @type {("mousemove" | "touchmove")[]} */
const GO = ["mousemove", "touchmove"];
/** @type {("mouseup" | "touchend" | "touchcancel")[]} */
const END = ["mouseup", "touchend", "touchcancel"];
const SETTLED = 20; // milliseconds in which the canvas shows what it was given
const AGAIN = 1000; // milliseconds until what was sent is sent again

/** @param {string | undefined} pixels */
const count = (pixels) => Number.parseInt(pixels ?? "", 10);

class Tools {
  /** @type {DrawingAbout} */
  data;
  /** @type {(asked: DrawingAsked) => void} */
  send;
  /** @type {HTMLElement | null | undefined} */
  paper;
  /** @type {() => void} */
  hand;
  /** @type {DrawingAsked["steps"]} */
  steps = [];
  /** @type {[EventTarget, Event][]} */
  held = []; // strokes that wait
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  going;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  catching;
  number = 0; // of the last step that was asked for
  sent = 0; // of the last one that was sent
  erases = false;
  draws = false;
  waits = false;
  left = new AbortController();

  /**
   * @param {HTMLElement} root
   * @param {DrawingAbout} about
   * @param {HTMLTemplateElement} template
   */
  constructor(root, { tool }, template) {
    this.root = root;
    this.template = template;
    this.buttons = {
      undo: part(root, "button.undo"),
      redo: part(root, "button.redo"),
      clear: part(root, "button.clear"),
    };
    this.pen = part(root, "button.pen");
    this.rubber = part(root, "button.rubber");
    this.width = part(root, "input");
    this.width.value = String(tool.width);
    this.take(tool.erases);
    for (const [step, button] of Object.entries(this.buttons)) button.onclick = () => this.ask(step);
    for (const button of [this.pen, this.rubber]) button.onclick = () => this.take(button === this.rubber, true);
    this.width.onchange = () => this.ask("tool");
    root.addEventListener("keydown", (event) => this.press(event));
    const { signal } = this.left;
    for (const kind of [...BEGIN, ...GO, ...END]) {
      addEventListener(kind, (event) => this.gone() || this.hold(event), { signal, capture: true, passive: false });
    }
    for (const end of END) addEventListener(end, (event) => this.end(event), { signal });
  }

  /** Whether the page has taken the tools away. */
  gone() {
    if (!this.root.isConnected) this.left.abort();
    return this.left.signal.aborted;
  }

  /**
   * @param {DrawingAbout} data
   * @param {(asked: DrawingAsked) => void} send
   */
  show(data, send) {
    const first = data.token !== this.data?.token; // the page was just opened, or the server began anew
    this.data = data;
    this.send = send;
    if (first) {
      this.number = this.sent = data.answered;
      this.steps = [];
    }
    this.keep(data, first);
    this.meet();
  }

  /**
   * What is drawn outlives a reload of the page in the tab's own storage.
   * @param {DrawingAbout} about
   * @param {boolean} first
   */
  keep({ key, place, strokes }, first) {
    try {
      if (strokes) sessionStorage.setItem(place, JSON.stringify({ key, strokes }));
      else if (first) {
        const kept = JSON.parse(sessionStorage.getItem(place) ?? "null");
        if (kept?.key === key && kept.strokes?.length) this.ask("restore", kept.strokes);
        else sessionStorage.removeItem(place);
      }
    } catch {
      // a full or forbidden storage costs the drawing at the next reload, and nothing now
    }
  }

  /** Waits for the canvas, which comes by itself and may come anew, and gives it what it lacks. */
  meet() {
    if (this.gone()) return;
    if (!this.paper?.isConnected) {
      const within = document.querySelectorAll(`.st-key-${this.data.canvas} *`);
      const shadow = Array.from(within, (inside) => inside.shadowRoot).find(Boolean);
      this.paper = shadow?.querySelector(".canvas-container")?.parentElement;
      if (!shadow || !this.paper) return void requestAnimationFrame(() => this.meet());
      shadow.append(this.template.content.cloneNode(true));
      this.hand = () => part(shadow, ".dc-toolbar button").click(); // its first one sends at once
      for (const begin of BEGIN) this.paper.addEventListener(begin, (event) => this.begin(event));
      this.paper.addEventListener("contextmenu", (event) => event.preventDefault()); // which a long touch opens
      this.catchUp();
      if (this.data.strokes && this.data.strokes.length !== this.data.begun) this.ask("again");
    }
    this.refresh();
    this.go();
    if (this.data.unseen) this.asking ??= setTimeout(() => this.handUnseen(), SETTLED);
  }

  /** Has what was drawn before the tools were there be sent, before anything that is asked for. */
  catchUp() {
    const has = (/** @type {string} */ name) =>
      hasInk(part(/** @type {HTMLElement} */ (this.paper), `canvas.dc-canvas.${name}`));
    this.draws = has("upper-canvas"); // where fabric.js shows a stroke until it has ended
    clearTimeout(this.catching);
    this.catching = setTimeout(() => {
      this.catching = undefined;
      if (this.gone()) return;
      if (!this.paper?.isConnected) return this.meet();
      if (!this.draws && !this.data.strokes?.length && has("lower-canvas")) this.hand();
      this.go();
    }, SETTLED);
  }

  /** Sends the picture of strokes that Python has without one, until it is there. */
  handUnseen() {
    this.asking = this.data.unseen && !this.gone() ? setTimeout(() => this.handUnseen(), AGAIN) : undefined;
    if (this.asking) this.hand();
  }

  /**
   * Pen or rubber.
   * @param {boolean} erases
   */
  take(erases, asks = false) {
    this.erases = erases;
    this.pen.setAttribute("aria-pressed", String(!erases));
    this.rubber.setAttribute("aria-pressed", String(erases));
    if (asks) this.ask("tool");
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    const step = key === "y" || event.shiftKey ? "redo" : "undo";
    if (!this.buttons[step].disabled) this.ask(step);
  }

  /** @param {Pointed} event */
  begin(event) {
    if ("button" in event && event.button > 0) return;
    if (event.type === "mousedown") event.preventDefault(); // keeps the keys with the tools
    if (!this.root.contains(focused(this.root))) this.root.focus({ preventScroll: true });
    this.draws = true;
    delete this.paper?.dataset.hint;
  }

  /**
   * The canvas ends its stroke first, and would wait before it sends it.
   * @param {Pointed} event
   */
  end(event) {
    if (!this.draws || ("touches" in event && event.touches.length)) return;
    if ("touches" in event && event.type === "touchcancel") {
      document.dispatchEvent(new TouchEvent("touchend", { changedTouches: Array.from(event.changedTouches) }));
    }
    this.draws = false;
    this.hand();
    this.go();
  }

  /**
   * Has Python do a step, and know the tool. Strokes wait until it has.
   * @param {string} step
   * @param {unknown[]} about
   */
  ask(step, ...about) {
    if (this.draws && step !== "again") return;
    this.waits = true;
    this.steps.push([++this.number, step, ...about]);
    this.go();
  }

  /** Sends what was asked for once the canvas is there and has heard of what was sent before; in the end, strokes go on. */
  go() {
    if (this.gone() || !this.waits || this.draws || this.catching) return;
    if (!this.paper?.isConnected) return this.meet();
    if (count(this.paper.parentElement?.style.maxHeight) - this.data.far !== this.sent) {
      clearTimeout(this.going);
      this.going = setTimeout(() => this.go(), SETTLED);
    } else if (this.steps.length) {
      this.send({ token: this.data.token, steps: this.steps, erases: this.erases, width: Number(this.width.value) });
      this.sent = this.number;
      this.steps = [];
      this.go();
    } else {
      this.waits = false;
      for (const [target, event] of this.held.splice(0)) target.dispatchEvent(event);
    }
  }

  /**
   * Strokes that begin while the canvas does not yet know the last step.
   * @param {Pointed} event
   */
  hold(event) {
    const [target] = event.composedPath();
    const begins = BEGIN.some((kind) => kind === event.type) && this.paper?.contains(/** @type {Node} */ (target));
    const misses = begins && this.misses(event);
    if (!misses && (!event.isTrusted || !this.waits || this.draws || !(begins || this.held.length))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { type } = event;
    if (misses) return;
    this.held.push([target, "touches" in event ? new TouchEvent(type, again(event)) : new MouseEvent(type, event)]);
  }

  /**
   * A finger that touches something beside the paper can be taken for one on it.
   * @param {Pointed} event
   */
  misses(event) {
    const { left, right, top, bottom } = /** @type {HTMLElement} */ (this.paper).getBoundingClientRect();
    const { clientX, clientY } = "touches" in event ? event.touches[0] : event;
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }

  refresh() {
    const { label, light, marks, width, height, strokes } = this.data;
    const drawn = strokes?.length ?? 0;
    const pressed = focused(this.root); // to be asked first: what is disabled has lost the keys at once
    this.buttons.undo.disabled = !this.data.undo;
    this.buttons.redo.disabled = !this.data.redo;
    this.buttons.clear.disabled = !drawn;
    if (pressed?.matches(":disabled")) this.root.focus({ preventScroll: true }); // keeps the keys here
    this.root.dataset.strokes = String(drawn);
    part(this.root, ".tools").setAttribute("aria-label", `Tools: ${label}`);
    if (!this.paper) return;
    const { style, dataset, classList } = this.paper;
    style.setProperty("--width", `${width}px`);
    style.setProperty("--shape", `${width} / ${height}`);
    classList.toggle("light", light);
    classList.toggle("marks", marks);
    if (drawn || this.draws) delete dataset.hint;
    else dataset.hint = label;
    this.paper.setAttribute("role", "img");
    this.paper.setAttribute("aria-label", `${label} (${drawn} stroke${drawn === 1 ? "" : "s"} drawn)`);
  }
}

/**
 * Whether anything is drawn on it.
 * @param {HTMLCanvasElement} canvas
 */
const hasInk = (canvas) => {
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(
    0,
    0,
    canvas.width,
    canvas.height,
  );
  return data.some((value, place) => place % 4 === 3 && value > 0);
};

/**
 * What makes a touch anew.
 * @param {TouchEvent} event
 * @returns {TouchEventInit}
 */
const again = ({ touches, targetTouches, changedTouches, bubbles, cancelable, composed }) => ({
  touches: Array.from(touches),
  targetTouches: Array.from(targetTouches),
  changedTouches: Array.from(changedTouches),
  bubbles,
  cancelable,
  composed,
});
