// Which moments of its past a run is asked for, so that looking back becomes smooth: first a few of the whole run, then
// of its halves, and so on.

const ENOUGH = 400; // moments
const SHORTEST = 4; // iterations that are worth a question

export class Filling {
  /**
   * What is to be asked for, in this order, and how often it was halved.
   * @type {{ range: Ends, depth: number }[]}
   */
  queue = [];

  /** @param {number} [enough] moments */
  constructor(enough = ENOUGH) {
    this.enough = enough;
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  want(first, last) {
    if (last > first) this.queue.push({ range: [first, last], depth: 0 });
  }

  /**
   * What to ask for next; null where nothing is missing any more.
   * @param {number} have moments that are here
   */
  next(have) {
    const next = this.queue[0];
    if (next?.depth && have >= this.enough) this.queue = this.queue.filter(({ depth }) => !depth);
    return this.queue[0]?.range ?? null;
  }

  /**
   * What was asked for is here; its halves may have more.
   * @param {number} fresh moments that were not here before
   */
  answered(fresh) {
    const answer = this.queue.shift();
    if (!answer) return;
    const [first, last] = answer.range;
    if (last - first < SHORTEST || (answer.depth && !fresh)) return;
    const middle = Math.floor((first + last) / 2);
    const depth = answer.depth + 1;
    this.queue.push({ range: [first, middle], depth }, { range: [middle + 1, last], depth });
  }
}
