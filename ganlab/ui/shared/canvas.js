// A paper to draw on with mouse, pen or finger; canvas.py gets it as a picture after every stroke.

const SHARPNESS = 2; // pixels of the screen's canvas a pixel of the picture, for screens with fine pixels
const MARK = "#e66101"; // of strokes over a picture: an orange that differs from every grey, for the colour-blind too

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".drawing");
  root.drawing ??= new Drawing(root, data);
  root.drawing.show(data, (picture) => setStateValue("picture", picture));
}

/** Strokes are lists of points in pixels of the picture: {width, erases, points: [x, y, x, y, ...]}. */
function paint(canvas, strokes, width, colour) {
  const context = canvas.getContext("2d");
  const scale = canvas.width / width;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const stroke of strokes) line(context, stroke, 0, colour);
}

/** Draws a stroke from a place in its points on. */
function line(context, { width, erases, points }, from, colour) {
  Object.assign(context, { lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: colour });
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  context.beginPath();
  context.moveTo(points[from], points[from + 1]);
  context.lineTo(points[from] + 0.01, points[from + 1]); // a line without length would not be drawn: a tap is a dot
  for (let i = from + 2; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
  context.stroke();
  context.globalCompositeOperation = "source-over";
}

class Drawing {
  constructor(root, { key, place, width, height, pen }) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, key, place: `ganlab-drawing-${place}`, size: { width, height } });
    Object.assign(this, { paper: find("paper"), canvas: root.querySelector("canvas"), hint: find("hint") });
    Object.assign(this, { undoButton: find("undo"), redoButton: find("redo"), clearButton: find("clear") });
    Object.assign(this, { penButton: find("pen"), rubberButton: find("rubber"), width: root.querySelector("input") });
    this.width.value = pen;
    this.canvas.width = width * SHARPNESS;
    this.canvas.height = height * SHARPNESS;
    root.style.setProperty("--width", `${width}px`);
    this.paper.style.aspectRatio = `${width} / ${height}`;
    this.past = []; // every state of the paper up to now: lists of strokes, of which states share the most
    this.future = [];
    this.strokes = this.remembered();
    this.listen();
  }

  show({ label, light, background }, send) {
    const ground = this.paper.querySelector("img");
    this.label = label;
    this.paper.classList.toggle("light", light);
    this.paper.classList.toggle("marks", Boolean(background));
    ground.hidden = !background;
    if (background) ground.src = `data:image/png;base64,${background}`;
    this.colour = background ? MARK : light ? "#000" : "#fff";
    const first = !this.send;
    this.send = send;
    if (!this.stroke) this.refresh();
    if (first && this.strokes.length) this.hand(); // what was drawn before the page was loaded again
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.end(event));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault()); // which a long touch opens
    this.penButton.onclick = () => this.take(false);
    this.rubberButton.onclick = () => this.take(true);
    this.undoButton.onclick = () => this.step(this.past, this.future);
    this.redoButton.onclick = () => this.step(this.future, this.past);
    this.clearButton.onclick = () => this.change([]);
    this.root.addEventListener("keydown", (event) => this.press(event));
  }

  take(erases) {
    this.erases = erases;
    this.penButton.setAttribute("aria-pressed", !erases);
    this.rubberButton.setAttribute("aria-pressed", erases);
  }

  press(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.step(this.future, this.past);
    else this.step(this.past, this.future);
  }

  begin(event) {
    if (this.stroke || !event.isPrimary || event.button > 0) return; // one finger draws
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const erases = Boolean(this.erases || event.buttons & 32); // 32 is the rubber at a pen's other end
    this.stroke = { width: Number(this.width.value), erases, points: [] };
    this.pointer = event.pointerId;
    this.hint.hidden = true;
    this.extend([event]);
  }

  go(event) {
    if (this.stroke && event.pointerId === this.pointer) this.extend(event.getCoalescedEvents?.() ?? [event]);
  }

  extend(events) {
    const box = this.canvas.getBoundingClientRect();
    const { points } = this.stroke;
    const from = Math.max(0, points.length - 2);
    for (const { clientX, clientY } of events) {
      for (const [at, start, length, whole] of [
        [clientX, box.left, box.width, this.size.width],
        [clientY, box.top, box.height, this.size.height],
      ]) {
        points.push(Math.round(((at - start) / length) * whole * 10) / 10);
      }
    }
    line(this.canvas.getContext("2d"), this.stroke, from, this.colour);
  }

  end(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const { stroke } = this;
    this.stroke = null;
    this.change([...this.strokes, stroke]);
  }

  change(strokes) {
    this.past.push(this.strokes);
    this.future = [];
    this.strokes = strokes;
    this.done();
  }

  step(from, to) {
    if (!from.length || this.stroke) return;
    to.push(this.strokes);
    this.strokes = from.pop();
    this.done();
  }

  done() {
    this.refresh();
    this.hand();
    try {
      sessionStorage.setItem(this.place, JSON.stringify({ key: this.key, strokes: this.strokes }));
    } catch {
      // a full or forbidden storage costs the drawing at the next reload, and nothing now
    }
  }

  remembered() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.place));
      if (kept?.key === this.key) return kept.strokes;
      sessionStorage.removeItem(this.place);
    } catch {
      // a forbidden storage keeps nothing
    }
    return [];
  }

  refresh() {
    paint(this.canvas, this.strokes, this.size.width, this.colour);
    this.hint.hidden = this.strokes.length > 0;
    this.undoButton.disabled = !this.past.length;
    this.redoButton.disabled = !this.future.length;
    this.clearButton.disabled = !this.strokes.length;
    this.root.dataset.strokes = this.strokes.length;
    this.name();
  }

  name() {
    const count = this.strokes.length;
    this.hint.firstElementChild.textContent = this.label;
    this.root.querySelector(".tools").setAttribute("aria-label", `Tools: ${this.label}`);
    this.canvas.setAttribute("aria-label", `${this.label} (${count} stroke${count === 1 ? "" : "s"} drawn)`);
  }

  /** Hands the picture to Python, drawn anew at its own size, so that every screen gives the same. */
  hand() {
    if (!this.strokes.length) return this.send(null);
    this.picture ??= Object.assign(document.createElement("canvas"), this.size);
    paint(this.picture, this.strokes, this.size.width, "#fff");
    const context = this.picture.getContext("2d");
    context.globalCompositeOperation = "destination-over";
    context.fillRect(0, 0, this.size.width, this.size.height);
    context.globalCompositeOperation = "source-over";
    this.send(this.picture.toDataURL("image/png").split(",")[1]);
  }
}
