// A plane through a space of k numbers: the marker's place in the space, and which two ways the pad's axes go.

const ALIKE = 0.03; // of two coordinates: an address keeps two decimals of each number

/** With two decimals, and no minus before a zero. */
const decimal = (value) => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);

const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);

class Slice {
  /** `directions`: unit vectors at right angles to each other, in one row of k * k numbers; none where k is 2. */
  constructor(size, directions) {
    this.size = size;
    this.directions = Array.from({ length: directions ? size : 0 }, (_, i) => directions.slice(i * size, (i + 1) * size));
    this.basis = "numbers";
    this.axes = [0, 1];
    this.coordinates = new Array(size).fill(0);
  }

  /** Coordinates of a code, which are its numbers themselves or those along the directions. */
  along(code) {
    return this.basis === "numbers" ? Array.from(code) : this.directions.map((direction) => dot(direction, code));
  }

  /** The k numbers at the marker. */
  get code() {
    if (this.basis === "numbers") return this.coordinates.slice();
    return this.coordinates.map((_, i) => this.directions.reduce((sum, way, j) => sum + way[i] * this.coordinates[j], 0));
  }

  set code(code) {
    this.coordinates = this.along(code);
  }

  /** Where the marker is on the pad. */
  get at() {
    return this.axes.map((axis) => this.coordinates[axis]);
  }

  set at(place) {
    this.axes.forEach((axis, i) => (this.coordinates[axis] = place[i]));
  }

  /** The numbers at a place on the pad, all others as they are at the marker. */
  codeAt(place) {
    const kept = this.at;
    this.at = place;
    const { code } = this;
    this.at = kept;
    return code;
  }

  /** Which coordinates are not on the pad. */
  get others() {
    return this.coordinates.map((_, i) => i).filter((i) => !this.axes.includes(i));
  }

  /** Turns the pad around the marker, which stays where it is in the space. */
  turn(basis, axes) {
    const { code } = this;
    Object.assign(this, { basis, axes });
    this.code = code;
  }

  /** Codes [n, k] on the pad, [n, 2]. */
  project(codes) {
    const n = codes.length / this.size;
    const places = new Float32Array(2 * n);
    for (let i = 0; i < n; i++) {
      const code = codes.subarray(i * this.size, (i + 1) * this.size);
      this.axes.forEach((axis, j) => {
        places[2 * i + j] = this.basis === "numbers" ? code[axis] : dot(this.directions[axis], code);
      });
    }
    return places;
  }

  /** The axes as the address has them: "3-7", or "d1-d2" of directions. */
  get name() {
    return this.axes.map((axis) => `${this.basis === "numbers" ? "" : "d"}${axis + 1}`).join("-");
  }

  /** Takes the axes that an address names, if there are such. */
  set name(name) {
    const found = /^(d?)(\d+)-\1(\d+)$/.exec(name);
    if (!found) return;
    const axes = [found[2] - 1, found[3] - 1];
    if (axes[0] === axes[1] || axes.some((axis) => axis < 0 || axis >= this.size)) return;
    this.turn(found[1] ? "directions" : "numbers", axes);
  }
}

/** The fields for which way the axes go and for the numbers that the pad leaves out. Of `plane` they use its slice, and what it
 * does after a change: `turned` for other axes, `shifted` for other numbers off the pad. */
class SliceFields {
  constructor(plane) {
    this.plane = plane;
    this.find = plane.find;
    this.find("basis").addEventListener("change", () => this.turn(this.find("basis").value, this.first()));
    for (const [i, id] of ["across", "up"].entries()) {
      this.find(id).addEventListener("change", () => {
        const axes = this.slice.axes.slice();
        const chosen = Number(this.find(id).value);
        if (axes[1 - i] === chosen) axes[1 - i] = axes[i];
        axes[i] = chosen;
        this.turn(this.slice.basis, axes);
      });
    }
    this.find("rest").addEventListener("change", () => this.take(this.find("rest").value));
    this.find("take").addEventListener("click", () => this.take("picked"));
  }

  get slice() {
    return this.plane.slice;
  }

  get about() {
    return this.plane.head.slice;
  }

  /** What one coordinate is called. */
  get noun() {
    return this.slice.basis === "numbers" ? "number" : "direction";
  }

  first() {
    return this.find("basis").value === "numbers" ? this.about.first : [0, 1];
  }

  turn(basis, axes) {
    this.slice.turn(basis, axes);
    this.plane.turned();
    this.show();
  }

  /** For another model. */
  begin(head, arrays) {
    this.picked = null;
    for (const part of this.plane.root.querySelectorAll(".of-slices")) part.hidden = !head.slice;
    if (!head.slice) return;
    const { size } = this.slice;
    this.typical = head.slice.typical.map((label, i) => ({
      value: `typical-${label}`,
      words: `as in a typical ${head.classes[label] ?? label}`,
      code: arrays.typical.subarray(i * size, (i + 1) * size),
    }));
    this.show();
  }

  /** The digits whose numbers can be taken. */
  get digits() {
    return this.picked ? [...this.typical, this.picked] : this.typical;
  }

  /** A test image was clicked: its numbers are on offer. */
  pick(number, code) {
    this.picked = { value: "picked", words: `as in test image ${(number + 1).toLocaleString("en")}`, code };
    this.show();
  }

  /** Sets the coordinates off the pad; with those of a digit the marker goes to where it is, too. */
  take(value) {
    const digit = this.digits.find((one) => one.value === value);
    if (digit) this.slice.code = digit.code;
    else for (const other of this.slice.others) this.slice.coordinates[other] = 0;
    this.plane.shifted(true);
    this.show();
  }

  /** Puts all fields in step with the slice. */
  show() {
    if (!this.about) return;
    const { basis, axes, others } = this.slice;
    const plural = `${others.length} ${this.noun}${others.length > 1 ? "s" : ""}`;
    this.find("basis").value = basis;
    for (const [i, id] of ["across", "up"].entries()) {
      const shares = this.about.shares[basis];
      const options = shares.map((share, axis) => new Option(`${axis + 1} (${Math.round(100 * share)}%)`, axis));
      this.find(id).replaceChildren(...options);
      this.find(id).value = axes[i];
    }
    this.find("others").textContent = `The other ${plural}`;
    this.find("summary").textContent = others.length > 1 ? "One by one" : "As a slider";
    this.showRest();
    this.sliders(others);
  }

  showRest() {
    const { others, coordinates } = this.slice;
    const like = (code) => {
      const wanted = code ? this.slice.along(code) : coordinates.map(() => 0);
      return others.every((other) => Math.abs(wanted[other] - coordinates[other]) < ALIKE);
    };
    const offered = [{ value: "zero", words: "all 0, the middle" }, ...this.digits];
    const now = offered.find(({ code }) => like(code));
    if (!now) offered.push({ value: "own", words: "as you set them" });
    this.find("rest").replaceChildren(...offered.map(({ words, value }) => new Option(words, value)));
    this.find("rest").value = (now ?? offered.at(-1)).value;
    this.find("take").hidden = !this.picked || now === this.picked;
    this.find("take").textContent = this.picked ? `Set them ${this.picked.words}` : "";
  }

  sliders(others) {
    const { coordinates, basis } = this.slice;
    this.find("sliders").replaceChildren(
      ...others.map((other) => {
        const reach = Math.max(this.about.reaches[basis][other], Math.abs(coordinates[other]));
        const line = document.createElement("label");
        line.innerHTML = '<span></span><input type="range" step="0.01"><output></output>';
        const [name, slide, value] = line.children;
        name.textContent = String(other + 1);
        Object.assign(slide, { min: -reach, max: reach, value: coordinates[other] });
        slide.setAttribute("aria-label", `${this.noun[0].toUpperCase()}${this.noun.slice(1)} ${other + 1}`);
        value.textContent = decimal(coordinates[other]);
        slide.addEventListener("input", () => {
          this.slice.coordinates[other] = Number(slide.value);
          value.textContent = decimal(Number(slide.value));
          this.plane.shifted(false);
          this.showRest();
        });
        return line;
      }),
    );
  }
}
