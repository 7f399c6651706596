// The latent plane: its decoder runs here, so that a digit follows the marker without asking the server. Where there
// are more than two numbers, the plane is a slice through their space (slice.js).

const SIDE = 28;
const GRIDS = { quantiles: 21, linear: 21 };
const BETWEEN = 100; // milliseconds from one look at a picture that is being decoded to the next
const ROOM = 14; // of a point, across and up, in pixels: on a small pad there are fewer
const NEAR = 9; // pixels within which a point is meant
const EDGE = 3.719; // of the pad as N(0, I) spreads: but for 1 of 10,000, numbers are less
const WIDE = 2 * EDGE; // a plane that goes farther is evenly spaced at first, as its test digits are mostly beyond that edge
const LINKED = "ganlab-plane-moved"; // said to all pads of a group when the marker of one of them moves
const LEFT = ((window.ganlabPlane ??= {}).left ??= new Map()); // by model, where its marker was when another section came

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".plane");
  root.plane ??= new Plane(root);
  root.plane.show(data);
  return () => root.plane.end();
}

/** The normal distribution's quantile function (Acklam's approximation, to 1.2e-9). */
function quantile(p) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const poly = (factors, x) => factors.reduce((sum, factor) => sum * x + factor, 0);
  if (p > 0.5) return -quantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return poly(c, q) / (poly(d, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (poly(a, r) * q) / (poly(b, r) * r + 1);
}

const cumulative = (x) => 0.5 * (1 + erf(x * Math.SQRT1_2));

class Plane {
  constructor(root) {
    this.root = root;
    this.find = (id) => root.querySelector(`#${id}`);
    this.fit = new ResizeObserver(() => this.resize());
    this.hidden = new Set();
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
      this.warn(beyond && "The address names a place beyond the map: the marker stands at its edge.");
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

  /** How far to either side points are shown. */
  get edge() {
    return this.picture === "quantiles" ? Math.min(EDGE, this.reach) : this.reach;
  }

  /** Which test digits lie on the pad. */
  get within() {
    const { edge, points } = this;
    return (i) => Math.abs(points[2 * i]) <= edge && Math.abs(points[2 * i + 1]) <= edge;
  }

  /** All numbers of the place where the marker is. */
  get code() {
    return this.slice.code;
  }

  /** Which of the test digits there is room for. */
  get seen() {
    const { length } = this.arrays.labels;
    const step = Math.max(1, Math.ceil(length / Math.round(this.find("pad").clientWidth / ROOM) ** 2));
    const all = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
    const { within } = this;
    return all.filter((i) => within(i) && !this.hidden.has(this.arrays.labels[i]));
  }

  colour(label) {
    const { classes } = this.head.palette;
    return classes[label % classes.length];
  }

  get picture() {
    return this.find("picture").value;
  }

  clip(value) {
    return Math.min(this.reach, Math.max(-this.reach, value));
  }

  /** Between the plane and the pad, 0 to 1 along an axis; as N(0, I) spreads, equal shares are equally long. */
  toShare(value) {
    return this.picture === "quantiles" ? cumulative(value) : (value + this.reach) / (2 * this.reach);
  }

  toValue(share) {
    if (this.picture !== "quantiles") return this.clip(share * 2 * this.reach - this.reach);
    return this.clip(quantile(Math.min(0.9999, Math.max(0.0001, share))));
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

  resize() {
    const pad = this.find("pad");
    const size = Math.round(pad.clientWidth * devicePixelRatio);
    if (!size || !this.decoder) return;
    if (pad.width !== size) Object.assign(pad, { width: size, height: size });
    this.draw();
  }

  /** The decoder over the plane: decoded a few rows at a time, and kept. */
  tile() {
    const kind = this.picture;
    if (kind === "none") return null;
    const size = GRIDS[kind] * SIDE;
    this.tiles[kind] ??= { canvas: Object.assign(document.createElement("canvas"), { width: size, height: size }), done: 0 };
    const tile = this.tiles[kind];
    const over = tile.done === GRIDS[kind] ** 2;
    this.root.dataset.painted = over ? kind : "";
    if (!over) this.paintSoon();
    return tile.canvas;
  }

  paintSoon() {
    this.painting ??= setTimeout(() => this.paint(), 4);
  }

  paint() {
    this.painting = null;
    const kind = this.picture;
    const tile = this.tiles[kind];
    if (!tile) return;
    const n = GRIDS[kind];
    const until = performance.now() + 12; // leaves the rest of each frame to the hand that drags
    const context = tile.canvas.getContext("2d");
    while (tile.done < n * n && performance.now() < until) {
      const [row, column] = [Math.floor(tile.done / n), tile.done % n];
      const place = [(column + 0.5) / n, 1 - (row + 0.5) / n].map((share) =>
        kind === "quantiles" ? quantile(share) : share * 2 * this.reach - this.reach,
      );
      context.putImageData(asImage(this.decoder.decode(this.slice.codeAt(place))), column * SIDE, row * SIDE);
      tile.done++;
    }
    const over = tile.done === n * n;
    if (over || performance.now() > this.drawn + BETWEEN) this.draw();
    else this.paintSoon();
  }

  draw() {
    this.drawn = performance.now();
    const pad = this.find("pad");
    const context = pad.getContext("2d");
    const size = pad.width;
    const tiles = this.tile();
    context.globalAlpha = 1;
    context.fillStyle = this.head.palette.ground;
    context.fillRect(0, 0, size, size);
    this.say();
    const points = this.find("points").checked;
    if (tiles) {
      context.globalAlpha = points ? 0.45 : 1;
      context.imageSmoothingEnabled = true;
      context.drawImage(tiles, 0, 0, size, size);
      context.globalAlpha = 1;
    }
    if (this.find("density").checked) this.drawDensity(context, size);
    if (points) this.drawPoints(context, size);
    if (this.marked) this.drawMark(context, size);
    const [x, y] = [this.toShare(this.at[0]) * size, (1 - this.toShare(this.at[1])) * size];
    for (const [colour, width] of [["#000", 5], ["#fff", 2.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * devicePixelRatio;
      context.beginPath();
      context.arc(x, y, 9 * devicePixelRatio, 0, 7);
      context.stroke();
    }
  }

  /** Below the pad: how far the picture is, or how much of the map is not on it. */
  say() {
    const tile = this.tiles[this.picture];
    const done = tile ? tile.done / GRIDS[this.picture] ** 2 : 1;
    const all = this.arrays.labels.length;
    const { within } = this;
    let beyond = 0;
    for (let i = 0; i < all; i++) beyond += !within(i);
    const share = Math.round((100 * beyond) / all);
    const words = share && this.find("points").checked ? `${share}% of the test digits lie beyond the pad.` : "";
    this.find("progress").textContent = done < 1 ? `Decoding the plane: ${Math.round(100 * done)}%` : words;
  }

  /** Rings at 1, 2 and 3 standard deviations, filled: the denser, the lighter. */
  drawDensity(context, size) {
    context.fillStyle = context.strokeStyle = "#ffffff";
    for (const sigma of [3, 2, 1]) {
      context.beginPath();
      for (let step = 0; step <= 96; step++) {
        const angle = (step / 96) * 2 * Math.PI;
        const x = this.toShare(sigma * Math.cos(angle)) * size;
        const y = (1 - this.toShare(sigma * Math.sin(angle))) * size;
        context[step ? "lineTo" : "moveTo"](x, y);
      }
      context.globalAlpha = 0.16;
      context.fill();
      context.globalAlpha = 0.7;
      context.lineWidth = devicePixelRatio;
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** A cross at the image that was marked, and its ellipses at one and two standard deviations. */
  drawMark(context, size) {
    const { mean, spread } = this.marked;
    const { axes, basis } = this.slice;
    const [x, y] = axes.map((axis) => this.slice.along(mean)[axis]);
    const put = (x, y) => [this.toShare(x) * size, (1 - this.toShare(y)) * size];
    const [left, top] = put(x, y);
    const arm = 8 * devicePixelRatio;
    context.beginPath();
    for (const way of [-1, 1]) {
      context.moveTo(left - arm, top - way * arm);
      context.lineTo(left + arm, top + way * arm);
    }
    for (const times of basis === "numbers" ? [1, 2] : []) {
      const [wide, high] = axes.map((axis) => times * spread[axis]);
      for (let step = 0; step <= 72; step++) {
        const angle = (step / 72) * 2 * Math.PI;
        context[step ? "lineTo" : "moveTo"](...put(x + wide * Math.cos(angle), y + high * Math.sin(angle)));
      }
    }
    for (const [colour, width] of [["#000", 4], [this.head.palette.mark, 2]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * devicePixelRatio;
      context.stroke();
    }
  }

  drawPoints(context, size) {
    const { points } = this;
    const { labels } = this.arrays;
    context.font = `600 ${Math.round(9.5 * devicePixelRatio)}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const i of this.seen) {
      context.fillStyle = this.colour(labels[i]);
      context.fillText(labels[i], this.toShare(points[2 * i]) * size, (1 - this.toShare(points[2 * i + 1])) * size);
    }
  }

  /** The test digit nearest to a place on the pad (shares), or -1. */
  under(x, y) {
    if (!this.find("points").checked) return -1;
    const { points } = this;
    const { labels } = this.arrays;
    let [best, least] = [-1, (NEAR / this.find("pad").clientWidth) ** 2];
    for (const i of this.seen) {
      const away = (this.toShare(points[2 * i]) - x) ** 2 + (this.toShare(points[2 * i + 1]) - (1 - y)) ** 2;
      if (away < least) [best, least] = [i, away];
    }
    return best;
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
    this.warn(beyond && `The pad goes as far as ${this.reach.toFixed(2)} to either side: the marker stands at its edge.`);
    this.mark(first);
    if (!this.waiting) {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.draw();
      });
    }
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
      `A test image of class ${name}${images ? "" : ", as reconstructed (its data set is not here)"}.${this.away(index)}`;
  }

  /** All numbers of a test digit on the map. */
  codeOf(index) {
    return this.arrays.places.subarray(index * this.head.size, (index + 1) * this.head.size);
  }

  /** How far the marker is from a test digit: more than the pad shows, if the pad is a slice. */
  away(index) {
    if (!this.head.slice) return "";
    const { at, code } = this;
    const shown = Math.hypot(...at.map((value, i) => value - this.points[2 * index + i]));
    const whole = Math.hypot(...this.codeOf(index).map((value, i) => value - code[i]));
    return ` From the marker: ${shown.toFixed(1)} on the pad, ${whole.toFixed(1)} in the space.`;
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
      if (this.down) drag(event);
      else this.hover(this.under(...shares(event)));
    });
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

function asImage(pixels) {
  const image = new ImageData(SIDE, SIDE);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (pixels[i] * 0x010101);
  return image;
}
