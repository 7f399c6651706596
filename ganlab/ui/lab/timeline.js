// The moments of a run that are here, in order, and what lies between two of them.

/**
 * What the networks did after an iteration; places are 16 bits each, as `coordinate` reads them.
 * @typedef {object} Moment
 * @property {number} iteration
 * @property {Uint16Array} [points] generated ones, always of the same noise
 * @property {Uint8Array} [heat] the discriminator's output, from the upper left of the plane
 * @property {[low: number, high: number]} [ends] what 0 and 255 of the heat stand for
 * @property {Uint16Array} [nodes] the generator's images of a grid
 * @property {Uint8Array} [arrows] how the points would have to move
 * @property {number} [farthest] what 127 of an arrow stands for
 */
/** @typedef {{ before: Moment, after: Moment, share: number }} Between share is 0 at `before` and 1 at `after` */

const MOST_KEPT = 1500; // moments
const NEWEST_KEPT = 300; // of them as they are, when the older ones are thinned
const MOST_EXACT = 600; // iterations whose own points are kept

export class Timeline {
  /**
   * By iteration, each once.
   * @type {Moment[]}
   */
  moments = [];
  /**
   * The points of single iterations.
   * @type {Map<number, Uint16Array>}
   */
  exact = new Map();

  get first() {
    return this.moments[0]?.iteration ?? null;
  }

  get newest() {
    return this.moments.at(-1)?.iteration ?? null;
  }

  /**
   * Takes moments in any order; one that is here is replaced. Says how many are new.
   * @param {Moment[]} moments
   */
  add(moments) {
    let fresh = 0;
    for (const moment of moments) {
      const place = this.place(moment.iteration);
      const known = this.moments[place]?.iteration === moment.iteration;
      this.moments.splice(place, known ? 1 : 0, moment);
      if (!known) fresh++;
    }
    if (this.moments.length > MOST_KEPT) this.thin();
    return fresh;
  }

  /** Drops every second of the older moments, but for the first. */
  thin() {
    const old = this.moments.length - NEWEST_KEPT;
    this.moments = this.moments.filter((_, i) => i >= old || i % 2 === 0);
  }

  /**
   * @param {ArrayLike<number>} iterations
   * @param {Uint16Array} points of all of them
   */
  addExact(iterations, points) {
    const size = iterations.length ? points.length / iterations.length : 0;
    for (let i = 0; i < iterations.length; i++) {
      this.exact.delete(iterations[i]);
      this.exact.set(iterations[i], points.slice(i * size, (i + 1) * size));
    }
    for (const iteration of this.exact.keys()) {
      if (this.exact.size <= MOST_EXACT) break;
      this.exact.delete(iteration);
    }
  }

  /**
   * The place of the first moment that is not before an iteration.
   * @param {number} iteration
   */
  place(iteration) {
    let [low, high] = [0, this.moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moments[middle].iteration < iteration) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * The moments on either side of an iteration, which may be a fraction; null where nothing is here.
   * @param {number} iteration
   * @returns {Between | null}
   */
  around(iteration) {
    const { moments } = this;
    if (!moments.length) return null;
    const place = this.place(iteration);
    const after = moments[Math.min(place, moments.length - 1)];
    const before = place === 0 || after.iteration <= iteration ? after : moments[place - 1];
    const apart = after.iteration - before.iteration;
    return { before, after, share: apart ? (iteration - before.iteration) / apart : 0 };
  }

  /**
   * @param {number} iteration
   * @returns {Moment | null}
   */
  nearest(iteration) {
    const between = this.around(iteration);
    return between && (between.share < 0.5 ? between.before : between.after);
  }

  /**
   * The latest moments before an iteration, oldest first.
   * @param {number} iteration
   * @param {number} count
   */
  before(iteration, count) {
    const place = this.place(iteration);
    return this.moments.slice(Math.max(0, place - count), place);
  }

  /**
   * The iterations between which no moment is here, where somebody looks; null where they are close enough.
   * @param {number} iteration
   * @param {number} done
   * @param {number} close how far apart moments may be
   * @returns {Ends | null}
   */
  gap(iteration, done, close) {
    const between = this.around(iteration);
    if (!between) return done ? [1, done] : null;
    const { before, after } = between;
    const ends = /** @type {Ends} */ ([before.iteration, after.iteration]);
    if (iteration < before.iteration) ends[0] = 1;
    if (iteration > after.iteration) ends[1] = done;
    return ends[1] - ends[0] > close ? ends : null;
  }
}

/**
 * The moments that a frame holds.
 * @param {LabArrays} arrays
 * @returns {Moment[]}
 */
export function momentsOf({ moments, points, heat, heat_range, nodes, arrows, arrow_range }) {
  const count = moments?.length ?? 0;
  /**
   * One moment's own part of an array.
   * @template {Uint8Array | Uint16Array} T
   * @param {T | undefined} whole
   * @param {number} i
   */
  const part = (whole, i) => {
    const size = (whole?.length ?? 0) / count;
    return size ? /** @type {T} */ (whole?.slice(i * size, (i + 1) * size)) : undefined;
  };
  return Array.from(moments ?? [], (iteration, i) => ({
    iteration,
    points: part(points, i),
    heat: heat_range?.length ? part(heat, i) : undefined,
    ends: heat_range?.length ? [heat_range[2 * i], heat_range[2 * i + 1]] : undefined,
    nodes: part(nodes, i),
    arrows: arrow_range?.length ? part(arrows, i) : undefined,
    farthest: arrow_range?.[i],
  }));
}
