// The latent plane: its decoder runs here, so that a digit follows the marker without asking the server. Where there
// are more than two numbers, the plane is a slice through their space (slice.js).

const WIDE = 2 * EDGE; // a plane that goes farther is evenly spaced at first, as its test images are mostly beyond that edge
const LINKED = "ganlab-plane-moved"; // said to all pads of a group when the marker of one of them moves
const LEFT = ((window.ganlabPlane ??= {}).left ??= new Map()); // by model, where its marker was when another section came

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".plane");
  root.plane ??= new Plane(root);
  root.plane.show(data);
  return () => root.plane.end();
}

class Plane extends Pad {
  constructor(root) {
    super(root);
    this.fit = new ResizeObserver(() => this.resize());
    this.redraws = 0;
    this.follow = (event) => this.followed(event.detail);
    this.fields = new SliceFields(this);
    this.wire();
  }

  show(bytes) {
    this.fit.observe(this.root);
    window.addEventListener(LINKED, this.follow);
    const text = `${bytes.length}/${String(bytes.slice(0, 4000))}`;
    if (text === this.given) return this.resize(); // and goes on painting
    this.given = text;
    const [head, arrays] = unpack(bytes);
    Object.assign(this, { head, arrays, decoder: new Decoder(head.layers, arrays) });
    this.slice = new Slice(head.size, arrays.directions);
    this.begin();
    if (!head.slice && head.reach > WIDE) this.find("picture").value = "linear";
    this.root.style.setProperty("--ground", head.palette.ground);
    this.root.classList.toggle("linked", Boolean(head.group));
    this.legend();
    this.fields.begin(head, arrays);
    this.look();
    this.mark();
    this.root.dataset.ready = "1";
  }

  /** Takes up the place and the axes where they were left, or from the address, which the server may have put back. */
  begin() {
    this.warn("");
    const { slice } = this.head;
    const asked = Object.fromEntries(new URLSearchParams(location.search));
    this.takeMark(asked.mark ?? "");
    const left = LEFT.get(this.name);
    const { [this.query]: at = "", axes = "" } = left ?? asked;
    const code = at.split(",").map(Number);
    if (code.length === this.head.size && code.every(Number.isFinite)) {
      const most = (i) => (slice ? 2 * slice.reaches.numbers[i] : this.head.reach);
      this.slice.code = code.map((value, i) => Math.min(most(i), Math.max(-most(i), value)));
      const beyond = code.some((value, i) => Math.abs(value) > most(i) + 0.01); // the address is rounded
      this.warn(beyond && "The address names a place outside the map, so the marker stands at its edge.");
    }
    if (slice) Object.assign(this.slice, { axes: slice.first, name: axes });
    if (left) this.note();
  }

  /** An image's place and its spread, which another section put into the address; the marker begins there. */
  takeMark(text) {
    const [id, list = ""] = text.split(":");
    const numbers = list ? list.split(",").map(Number) : [];
    const { group, run, size } = this.head;
    const whole = !group && id === run && numbers.length === 2 * size && numbers.every(Number.isFinite);
    this.marked = whole ? { mean: numbers.slice(0, size), spread: numbers.slice(size) } : null;
    const marks = (window.ganlabPlane.marks ??= new Map());
    if (marks.get(this.name) !== text && whole) LEFT.delete(this.name);
    marks.set(this.name, text);
  }

  /** Puts the pad in step with the axes. */
  look() {
    const { slice } = this.head;
    const reaches = slice ? this.slice.axes.map((axis) => slice.reaches[this.slice.basis][axis]) : [this.head.reach];
    this.reach = Math.max(...reaches, ...this.at.map(Math.abs));
    for (const id of ["slide-x", "slide-y", "x", "y"]) Object.assign(this.find(id), { min: -this.reach, max: this.reach });
    this.points = this.slice.project(this.arrays.places);
    this.tiles = {};
    this.resize();
  }

  /** The axes go another way. */
  turned() {
    this.look();
    this.mark(true);
  }

  /** The numbers off the pad are others; `far` if those on it may be, too. */
  shifted(far) {
    if (far && this.at.some((value) => Math.abs(value) > this.reach)) this.look();
    for (const tile of Object.values(this.tiles)) tile.done = 0;
    this.move(...this.at);
  }

  end() {
    this.fit.disconnect();
    window.removeEventListener(LINKED, this.follow);
    clearTimeout(this.painting);
    this.painting = null;
  }

  get at() {
    return this.slice.at;
  }

  /** Under which its place is kept: pads of a group share one. */
  get name() {
    return this.head.group || this.head.model;
  }

  /** Its place's name in the address. */
  get query() {
    return this.head.group ? `${this.head.group}-at` : "at";
  }

  /** All numbers of the place where the marker is. */
  get code() {
    return this.slice.code;
  }

  legend() {
    const present = [...new Set(this.arrays.labels)].sort((a, b) => a - b);
    this.find("legend").replaceChildren(
      ...present.map((label) => {
        const button = document.createElement("button");
        button.type = "button";
        button.innerHTML = "<i></i><span></span>";
        button.lastElementChild.textContent = this.head.classes[label] ?? label;
        button.style.setProperty("--class", this.colour(label));
        button.setAttribute("aria-pressed", String(!this.hidden.has(label)));
        button.addEventListener("click", () => {
          if (!this.hidden.delete(label)) this.hidden.add(label);
          button.setAttribute("aria-pressed", String(!this.hidden.has(label)));
          this.draw();
        });
        return button;
      }),
    );
  }

  /** Draws the digit at the marker, and puts all fields in step. */
  mark(moved = false) {
    const [x, y] = this.at;
    this.find("digit").getContext("2d").putImageData(asImage(this.decoder.decode(this.code)), 0, 0);
    this.find("where").textContent = `(${decimal(x)}, ${decimal(y)})`;
    for (const [id, value] of [["x", x], ["y", y], ["slide-x", x], ["slide-y", y]]) {
      const field = this.find(id);
      if (this.root.getRootNode().activeElement !== field || field.type === "range") field.value = decimal(value);
    }
    this.root.dataset.redraws = String(++this.redraws);
    if (moved) this.note();
  }

  /** Keeps the place, in the address too, without troubling the server. */
  note() {
    const place = { [this.query]: this.code.map(decimal).join(",") };
    if (this.head.slice) place.axes = this.slice.name;
    LEFT.set(this.name, place);
    clearTimeout(this.noting);
    this.noting = setTimeout(() => {
      const address = new URL(location.href);
      for (const [name, value] of Object.entries(place)) address.searchParams.set(name, value);
      history.replaceState(history.state, "", address);
    }, 300);
  }

  /** Has the other pads of the group do the same. */
  tell(what) {
    const { group } = this.head;
    if (group) window.dispatchEvent(new CustomEvent(LINKED, { detail: { from: this, group, ...what } }));
  }

  /** The marker of another pad went somewhere, or its picture is another one. */
  followed({ from, group, at, picture }) {
    if (from === this || group !== this.head?.group) return;
    if (at) return this.move(...at, false);
    this.find("picture").value = picture;
    this.draw();
  }

  move(x, y, first = true) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    this.slice.at = [this.clip(x), this.clip(y)];
    if (first) this.tell({ at: this.at });
    const beyond = [x, y].some((value) => Math.abs(value) > this.reach);
    this.warn(beyond && `The map ends at ${this.reach.toFixed(2)} on each side, so the marker stands at its edge.`);
    this.mark(first);
    this.drawSoon();
  }

  drawSoon() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  /** Where the pointer is on the pad, in shares; null where it is not on it. */
  point(share) {
    this.pointer = share;
    this.drawSoon();
  }

  warn(words) {
    this.find("edge").textContent = words || "";
  }

  hover(index) {
    if (index === this.hovered) return;
    this.hovered = index;
    if (index < 0) return;
    const { labels, images } = this.arrays;
    const pixels = images
      ? images.subarray(index * SIDE ** 2, (index + 1) * SIDE ** 2)
      : this.decoder.decode(this.codeOf(index));
    this.find("near").getContext("2d").putImageData(asImage(pixels), 0, 0);
    const name = this.head.classes[labels[index]] ?? labels[index];
    this.find("near-words").textContent =
      `A test image of class ${name}${images ? "" : " (the model's copy, as its data set is not on this computer)"}.${this.away(index)}`;
  }

  /** All numbers of a test image on the map. */
  codeOf(index) {
    return this.arrays.places.subarray(index * this.head.size, (index + 1) * this.head.size);
  }

  /** How far the marker is from a test image: more than the pad shows, if the pad is a slice. */
  away(index) {
    if (!this.head.slice) return "";
    const { at, code } = this;
    const shown = Math.hypot(...at.map((value, i) => value - this.points[2 * index + i]));
    const whole = Math.hypot(...this.codeOf(index).map((value, i) => value - code[i]));
    return ` Distance from the marker: ${shown.toFixed(1)} on this slice, ${whole.toFixed(1)} in the whole space.`;
  }

  wire() {
    const pad = this.find("pad");
    const shares = (event) => {
      const box = pad.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    const drag = (event) => {
      const [x, y] = shares(event);
      this.move(this.toValue(x), this.toValue(1 - y));
    };
    pad.addEventListener("pointerdown", (event) => {
      this.down = [event.clientX, event.clientY];
      pad.setPointerCapture(event.pointerId);
      drag(event);
    });
    pad.addEventListener("pointermove", (event) => {
      const [x, y] = shares(event);
      this.point([x, 1 - y]);
      if (this.down) drag(event);
      else this.hover(this.under(x, y));
    });
    pad.addEventListener("pointerleave", () => this.point(null));
    pad.addEventListener("pointerup", (event) => {
      const still = this.down && Math.hypot(event.clientX - this.down[0], event.clientY - this.down[1]) < 4;
      this.down = null;
      const index = still ? this.under(...shares(event)) : -1;
      if (index < 0) return;
      this.hover(index);
      if (this.head.slice) this.fields.pick(this.head.numbers[index], this.codeOf(index));
      if (!this.head.group) window.ganlabPlane.pick?.(this.head.numbers[index]);
    });
    pad.addEventListener("pointercancel", () => (this.down = null));
    pad.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const step = (this.reach / 100) * (event.shiftKey ? 10 : 1);
      this.move(this.at[0] + step * way[0], this.at[1] + step * way[1]);
    });
    const typed = (id) => (this.find(id).value.trim() === "" ? NaN : Number(this.find(id).value));
    for (const [xs, ys] of [["slide-x", "slide-y"], ["x", "y"]]) {
      this.find(xs).addEventListener("input", () => this.move(typed(xs), this.at[1]));
      this.find(ys).addEventListener("input", () => this.move(this.at[0], typed(ys)));
    }
    for (const id of ["x", "y"]) this.find(id).addEventListener("blur", () => this.mark());
    this.find("picture").addEventListener("change", () => this.tell({ picture: this.picture }));
    for (const id of ["picture", "points", "density"]) this.find(id).addEventListener("change", () => this.draw());
  }
}
