// Which iteration is shown: it rests, follows a run that grows, or replays what was recorded.

const DELAY = 0.6; // seconds that it is behind a run that grows, so that it need not stop between two polls

/** @typedef {"follow" | "replay" | "rest"} Mode */

export class Playback {
  /** The iteration, which may be a fraction. */
  at = 0;
  /** @type {Mode} */
  mode = "follow";
  /** The newest iteration of which there is a moment. */
  newest = 0;
  /** Iterations a second by which a run grows. */
  rate = 0;
  /** Iterations a second of a replay. */
  speed = 0;
  /**
   * When the run last grew.
   * @type {number | null}
   */
  grew = null;

  /**
   * The run has grown.
   * @param {number} newest
   * @param {number} now seconds
   */
  grow(newest, now) {
    if (newest <= this.newest) return;
    if (this.grew !== null && now > this.grew) {
      const rate = (newest - this.newest) / Math.max(0.1, now - this.grew);
      this.rate = this.rate ? 0.6 * this.rate + 0.4 * rate : rate;
    }
    this.grew = now;
    this.newest = newest;
    if (!this.rate && this.mode === "follow") this.at = newest;
  }

  /**
   * Goes on for some seconds. Says whether anything moves.
   * @param {number} seconds
   * @param {boolean} [still] whether it jumps to where it would go
   */
  step(seconds, still) {
    if (this.mode === "follow") return this.follow(seconds, still);
    if (this.mode === "replay") {
      this.at = Math.min(this.newest, this.at + this.speed * seconds);
      return this.at < this.newest;
    }
    return false;
  }

  /**
   * @param {number} seconds
   * @param {boolean} [still]
   */
  follow(seconds, still) {
    const lag = this.newest - this.at;
    const usual = this.rate * DELAY;
    if (still || lag <= 0 || !usual) {
      this.at = this.newest;
      return false;
    }
    if (lag > 4 * usual)
      this.at = this.newest - usual; // it was left behind
    else this.at = Math.min(this.newest, this.at + this.rate * (0.4 + (0.6 * lag) / usual) * seconds);
    return this.at < this.newest;
  }
}
