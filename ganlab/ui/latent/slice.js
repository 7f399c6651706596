// A plane through a space of k numbers: the marker's place in the space, and which two ways the pad's axes go.
// slice_fields.js has the fields for it.

/**
 * With two decimals, and no minus before a zero.
 * @param {number} value
 */
export const decimal = (value) => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);

/**
 * @param {Float32Array} one
 * @param {ArrayLike<number>} other
 */
const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);

export class Slice {
  /**
   * @param {number} size
   * @param {Float32Array} [directions] unit vectors at right angles to each other, in one row of k * k numbers;
   * none where k is 2
   */
  constructor(size, directions) {
    this.size = size;
    this.directions = directions
      ? Array.from({ length: size }, (_, i) => directions.slice(i * size, (i + 1) * size))
      : [];
    this.basis = /** @type {Basis} */ ("numbers");
    this.axes = [0, 1];
    this.coordinates = /** @type {number[]} */ (new Array(size).fill(0));
  }

  /**
   * Coordinates of a code, which are its numbers themselves or those along the directions.
   * @param {ArrayLike<number>} code
   */
  along(code) {
    return this.basis === "numbers" ? Array.from(code) : this.directions.map((direction) => dot(direction, code));
  }

  /**
   * The k numbers at the marker.
   * @returns {number[]}
   */
  get code() {
    if (this.basis === "numbers") return this.coordinates.slice();
    return this.coordinates.map((_, i) =>
      this.directions.reduce((sum, way, j) => sum + way[i] * this.coordinates[j], 0),
    );
  }

  set code(/** @type {ArrayLike<number>} */ code) {
    this.coordinates = this.along(code);
  }

  /** Where the marker is on the pad. */
  get at() {
    return this.axes.map((axis) => this.coordinates[axis]);
  }

  set at(place) {
    for (const [i, axis] of this.axes.entries()) this.coordinates[axis] = place[i];
  }

  /**
   * The numbers at a place on the pad, all others as they are at the marker.
   * @param {number[]} place
   */
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

  /**
   * Turns the pad around the marker, which stays where it is in the space.
   * @param {Basis} basis
   * @param {number[]} axes
   */
  turn(basis, axes) {
    const { code } = this;
    Object.assign(this, { basis, axes });
    this.code = code;
  }

  /**
   * Codes [n, k] on the pad, [n, 2].
   * @param {Float32Array} codes
   */
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
    const axes = [Number(found[2]) - 1, Number(found[3]) - 1];
    if (axes[0] === axes[1] || axes.some((axis) => axis < 0 || axis >= this.size)) return;
    if (!found[1]) this.turn("numbers", axes);
    else if (this.directions.length) this.turn("directions", axes);
  }
}
