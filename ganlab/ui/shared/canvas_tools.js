// The tools beside a canvas of streamlit-drawable-canvas, and what that lacks. It draws; canvas.py keeps the strokes.
//
// When its data change twice in quick succession, Streamlit has the canvas clean up after the first change, and it
// takes itself away in the midst of the second. So it is told of one thing after the other.

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".drawing");
  root.tools ??= new Tools(root, data, parentElement.querySelector("template"));
  root.tools.show(data, (asked) => setStateValue("asked", asked)); // and no cleaning up, see above
}

const BEGIN = ["mousedown", "touchstart"];
const GO = ["mousemove", "touchmove"];
const END = ["mouseup", "touchend", "touchcancel"];
const SETTLED = 20; // milliseconds in which the canvas shows what it was given
const AGAIN = 1000; // milliseconds until what was sent is sent again

class Tools {
  constructor(root, { tool }, template) {
    const find = (name) => root.querySelector(name);
    Object.assign(this, { root, template, left: new AbortController(), held: [] });
    this.buttons = Object.fromEntries(["undo", "redo", "clear"].map((step) => [step, find(`.${step}`)]));
    Object.assign(this, { pen: find(".pen"), rubber: find(".rubber"), width: find("input") });
    this.width.value = tool.width;
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

  show(data, send) {
    const first = data.token !== this.data?.token; // the page was just opened, or the server began anew
    Object.assign(this, { data, send });
    if (first) Object.assign(this, { number: data.answered, sent: data.answered, steps: [] });
    this.keep(data, first);
    this.meet();
  }

  /** What is drawn outlives a reload of the page in the tab's own storage. */
  keep({ key, place, strokes }, first) {
    try {
      if (strokes) sessionStorage.setItem(place, JSON.stringify({ key, strokes }));
      else if (first) {
        const kept = JSON.parse(sessionStorage.getItem(place));
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
      const shadow = Array.from(within, (part) => part.shadowRoot).find(Boolean);
      this.paper = shadow?.querySelector(".canvas-container")?.parentElement;
      if (!this.paper) return requestAnimationFrame(() => this.meet());
      shadow.append(this.template.content.cloneNode(true));
      this.hand = () => shadow.querySelector(".dc-toolbar button").click(); // its first one sends at once
      for (const begin of BEGIN) this.paper.addEventListener(begin, (event) => this.begin(event));
      this.paper.addEventListener("contextmenu", (event) => event.preventDefault()); // which a long touch opens
      if (this.data.strokes && this.data.strokes.length !== this.data.begun) this.ask("again");
    }
    this.refresh();
    this.go();
    if (this.data.unseen) this.asking ??= setTimeout(() => this.handUnseen(), SETTLED);
  }

  /** Sends the picture of strokes that Python has without one, until it is there. */
  handUnseen() {
    this.asking = this.data.unseen && !this.gone() ? setTimeout(() => this.handUnseen(), AGAIN) : undefined;
    if (this.asking) this.hand();
  }

  take(erases, asks = false) {
    this.erases = erases;
    this.pen.setAttribute("aria-pressed", !erases);
    this.rubber.setAttribute("aria-pressed", erases);
    if (asks) this.ask("tool");
  }

  press(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    const step = key === "y" || event.shiftKey ? "redo" : "undo";
    if (!this.buttons[step].disabled) this.ask(step);
  }

  begin(event) {
    if (event.button > 0) return;
    if (event.type === "mousedown") event.preventDefault(); // keeps the keys with the tools
    if (!this.root.contains(this.root.getRootNode().activeElement)) this.root.focus({ preventScroll: true });
    this.draws = true;
    delete this.paper.dataset.hint;
  }

  /** The canvas ends its stroke first, and would wait before it sends it. */
  end(event) {
    if (!this.draws || event.touches?.length) return;
    if (event.type === "touchcancel") {
      document.dispatchEvent(new TouchEvent("touchend", { changedTouches: Array.from(event.changedTouches) }));
    }
    this.draws = false;
    this.hand();
  }

  /** Has Python do a step, and know the tool. Strokes wait until it has. */
  ask(step, ...about) {
    if (this.draws) return;
    this.waits = true;
    this.steps.push([++this.number, step, ...about]);
    this.go();
  }

  /** Sends what was asked for once the canvas is there and has heard of what was sent before; in the end, strokes go on. */
  go() {
    if (this.gone() || !this.waits) return;
    if (!this.paper?.isConnected) return this.meet();
    if (parseInt(this.paper.parentElement.style.maxHeight) - this.data.far !== this.sent) {
      clearTimeout(this.going);
      this.going = setTimeout(() => this.go(), SETTLED);
    } else if (this.steps.length) {
      this.send({ steps: this.steps, erases: this.erases, width: Number(this.width.value) });
      Object.assign(this, { sent: this.number, steps: [] });
      this.go();
    } else {
      this.waits = false;
      for (const [part, event] of this.held.splice(0)) part.dispatchEvent(event);
    }
  }

  /** Strokes that begin while the canvas does not yet know the last step. */
  hold(event) {
    const [part] = event.composedPath();
    const begins = BEGIN.includes(event.type) && this.paper?.contains(part);
    const misses = begins && this.misses(event);
    if (!misses && (!event.isTrusted || !this.waits || !(begins || this.held.length))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!misses) this.held.push([part, new event.constructor(event.type, event)]);
  }

  /** A finger that touches something beside the paper can be taken for one on it. */
  misses(event) {
    const { left, right, top, bottom } = this.paper.getBoundingClientRect();
    const { clientX, clientY } = event.touches?.[0] ?? event;
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }

  refresh() {
    const { label, light, marks, width, height, strokes } = this.data;
    const count = strokes?.length ?? 0;
    for (const step of ["undo", "redo"]) this.buttons[step].disabled = !this.data[step];
    this.buttons.clear.disabled = !count;
    if (this.root.getRootNode().activeElement?.disabled) this.root.focus({ preventScroll: true }); // keeps the keys here
    this.root.dataset.strokes = count;
    this.root.querySelector(".tools").setAttribute("aria-label", `Tools: ${label}`);
    if (!this.paper) return;
    const { style, dataset, classList } = this.paper;
    style.setProperty("--width", `${width}px`);
    style.setProperty("--shape", `${width} / ${height}`);
    classList.toggle("light", light);
    classList.toggle("marks", marks);
    if (count || this.draws) delete dataset.hint;
    else dataset.hint = label;
    this.paper.setAttribute("role", "img");
    this.paper.setAttribute("aria-label", `${label} (${count} stroke${count === 1 ? "" : "s"} drawn)`);
  }
}
