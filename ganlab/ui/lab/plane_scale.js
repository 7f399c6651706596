// Between the plane of the points, numbers that were sent as 16 bits, and the pixels of a canvas.

const MOST = 40; // times that the plane can be enlarged

/**
 * The coordinate that a number of 16 bits stands for; they go twice as far as the square that is shown.
 * @param {number} value
 * @param {number} extent half the side of that square
 */
export const coordinate = (value, extent) => ((value / 65535) * 4 - 2) * extent;

/**
 * The other way round.
 * @param {number} place
 * @param {number} extent
 */
export const sixteenBits = (place, extent) =>
  Math.min(65535, Math.max(0, Math.round(((place / extent + 2) / 4) * 65535)));

/**
 * @param {ArrayLike<number>} values
 * @param {number} extent
 */
export const coordinates = (values, extent) => Float32Array.from(values, (value) => coordinate(value, extent));

/** Which part of the plane is on the canvas. */
export class PlaneScale {
  /** Pixels along a side of the canvas. */
  size = 1;
  zoom = 1;
  /** What is in the middle of the canvas. */
  x = 0;
  y = 0;

  /** @param {number} extent half the side of the whole square */
  constructor(extent) {
    this.extent = extent;
  }

  /** Half the side of what is shown. */
  get reach() {
    return this.extent / this.zoom;
  }

  /** Pixels for each unit of the plane. */
  get perUnit() {
    return this.size / (2 * this.reach);
  }

  /** @param {number} x */
  left(x) {
    return (x - this.x) * this.perUnit + this.size / 2;
  }

  /** @param {number} y */
  top(y) {
    return (this.y - y) * this.perUnit + this.size / 2;
  }

  /**
   * The place of the plane that is at a pixel.
   * @param {number} left
   * @param {number} top
   * @returns {[x: number, y: number]}
   */
  placeAt(left, top) {
    return [this.x + (left - this.size / 2) / this.perUnit, this.y - (top - this.size / 2) / this.perUnit];
  }

  /**
   * Enlarges about a pixel, which goes on showing the same place where that is possible.
   * @param {number} factor
   * @param {number} [left]
   * @param {number} [top]
   */
  zoomBy(factor, left = this.size / 2, top = this.size / 2) {
    const [x, y] = this.placeAt(left, top);
    this.zoom = Math.min(MOST, Math.max(1, this.zoom * factor));
    const [nowX, nowY] = this.placeAt(left, top);
    this.moveTo(this.x + x - nowX, this.y + y - nowY);
  }

  /**
   * Moves what is shown by pixels, as a hand that drags it.
   * @param {number} right
   * @param {number} down
   */
  pan(right, down) {
    this.moveTo(this.x - right / this.perUnit, this.y + down / this.perUnit);
  }

  /**
   * Puts a place in the middle, but shows nothing outside the whole square.
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) {
    const far = this.extent - this.reach;
    this.x = Math.min(far, Math.max(-far, x));
    this.y = Math.min(far, Math.max(-far, y));
  }

  /** Shows so much that a place is on the canvas. @param {number} x @param {number} y */
  include(x, y) {
    const { reach } = this;
    this.moveTo(Math.min(x + reach, Math.max(x - reach, this.x)), Math.min(y + reach, Math.max(y - reach, this.y)));
  }

  reset() {
    this.zoom = 1;
    this.moveTo(0, 0);
  }
}

/**
 * The nearest of some points and how far it is away; -1 and Infinity where there are none.
 * @param {ArrayLike<number>} points x and y of each
 * @param {number} x
 * @param {number} y
 * @returns {[index: number, away: number]}
 */
export function nearestPoint(points, x, y) {
  let [best, least] = [-1, Infinity];
  for (let i = 0; i < points.length / 2; i++) {
    const away = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
    if (away < least) [best, least] = [i, away];
  }
  return [best, Math.sqrt(least)];
}

/**
 * Which share of some points is at most so far from a place.
 * @param {ArrayLike<number>} points
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function shareNear(points, x, y, radius) {
  let near = 0;
  for (let i = 0; i < points.length; i += 2) {
    if ((points[i] - x) ** 2 + (points[i + 1] - y) ** 2 <= radius ** 2) near++;
  }
  return points.length ? (2 * near) / points.length : 0;
}

/**
 * Round values of an axis, a few of them.
 * @param {number} low
 * @param {number} high
 */
export function roundValues(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * /** @type {number} */ ([1, 2, 5, 10].find((times) => times * power >= rough));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}
