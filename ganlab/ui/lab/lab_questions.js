// What the Lab asks the server for: moments that are missing, one question at a time, and whatever else is wanted.

import { Filling } from "./filling.js";

/** @import { Timeline } from "./timeline.js" */

const PATIENCE = 8000; // milliseconds after which a question counts as answered
const REST = 150; // milliseconds that a hand rests before the server is asked
const NEIGHBOURS = 10; // iterations on either side of the one looked at whose points are wanted, too
const CLOSE = 8; // iterations that moments may be apart where somebody looks
const WIDE = 20; // times a gap, how much around it is asked for

export class LabQuestions {
  filling = new Filling();
  reals = false;
  /** Moments and points that are wanted where somebody looks. */
  look = /** @type {Pick<LabQuestion, "range" | "exact">} */ ({});
  /** @type {Ends | undefined} */
  gif;
  /**
   * The last question.
   * @type {LabQuestion | null}
   */
  asked = null;
  /** The gaps that were asked for. @type {Set<string>} */
  tried = new Set();
  /** Whether the run's newest moments come first. */
  pausing = false;
  run = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  soon;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  waiting;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  telling;

  /**
   * @param {Timeline} timeline
   * @param {() => Ends | null} window of the curves
   * @param {() => Pick<LabQuestion, "layers" | "at" | "slow">} shown what the address is to name, and slow motion
   */
  constructor(timeline, window, shown) {
    this.timeline = timeline;
    this.window = window;
    this.shown = shown;
  }

  /**
   * @param {string} run
   * @param {Timeline} timeline
   */
  begin(run, timeline) {
    this.end();
    Object.assign(this, { run, timeline, filling: new Filling(), look: {}, tried: new Set(), asked: null });
    this.reals = this.pausing = false;
    this.gif = undefined;
  }

  end() {
    clearTimeout(this.soon);
    clearTimeout(this.waiting);
    clearTimeout(this.telling);
  }

  /** @returns {LabQuestion} */
  question() {
    const { run, reals, look, gif } = this;
    const filled = this.pausing ? null : this.filling.next(this.timeline.moments.length);
    return {
      run,
      reals,
      range: look.range ?? filled ?? undefined,
      exact: look.exact,
      window: this.window() ?? undefined,
      gif,
      ...this.shown(),
    };
  }

  /** Asks soon, once nothing has changed for a while. */
  askSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.ask(), 2 * REST);
  }

  /** Asks, unless what is wanted now has been asked for last. */
  ask() {
    const question = this.question();
    if (JSON.stringify(question) === JSON.stringify(this.asked)) return;
    this.asked = question;
    clearTimeout(this.waiting);
    if (question.range || question.exact) this.waiting = setTimeout(() => this.giveUp(), PATIENCE);
    window.ganlabLine?.asks[question.run]?.(question);
  }

  giveUp() {
    if (this.look.range || this.look.exact) this.look = {};
    else this.filling.answered(0);
    this.ask();
  }

  /**
   * Has what is missing around an iteration sent, once the hand rests.
   * @param {number} at
   * @param {number} done
   */
  lookAt(at, done) {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      const gap = this.timeline.gap(at, done, CLOSE);
      const wanted = /** @type {typeof this.look} */ ({});
      if (gap && !this.tried.has(gap.join())) {
        this.tried.add(gap.join());
        const far = Math.round((WIDE / 2) * (gap[1] - gap[0]));
        wanted.range = [Math.max(1, gap[0] - far), Math.min(done, gap[1] + far)];
      }
      if (!this.timeline.exact.has(at)) {
        wanted.exact = [Math.max(1, at - NEIGHBOURS), Math.min(done, at + NEIGHBOURS)];
      }
      this.look = wanted;
      this.ask();
    }, REST);
  }

  /** Nobody looks back any more. */
  forget() {
    clearTimeout(this.soon);
    this.look = {};
    this.ask();
  }

  /**
   * A frame has come, with so many new moments; what it answers is not asked for again.
   * @param {LabHead} head
   * @param {LabArrays} arrays
   * @param {number} fresh
   */
  answered({ range, live, done }, { exact }, fresh) {
    const { look, asked } = this;
    this.pausing = Boolean(range && live); // a frame of news between two answers
    if (exact && asked?.exact) look.exact = undefined;
    const clip = (/** @type {Ends} */ ends) => ends.map((end) => Math.min(done, Math.max(1, end))).join();
    if (range && asked?.range && clip(range) === clip(asked.range)) {
      if (look.range && clip(look.range) === clip(range)) look.range = undefined;
      else if (clip(this.filling.next(0) ?? [0, 0]) === clip(range)) this.filling.answered(fresh);
    }
    this.ask();
  }
}
