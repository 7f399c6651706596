// A piece that is drawn from the frames of a run, as the feed hands them on.

import { isDark } from "./dark.js";
import { finder } from "./elements.js";
import { unpack } from "./unpack.js";

/** @import { LineChart } from "./line_chart.js" */

/**
 * @template {{ run: string }} About
 * @template {{ run: string }} [Head=FrameHead]
 * @template [Arrays=FrameArrays]
 */
export class FrameView {
  /** @type {About} */
  about;
  /** @type {LineChart<any>[]} */
  plots = [];
  /**
   * The iteration looked at; null is the latest.
   * @type {number | null}
   */
  at = null;
  dark = false;
  /** @type {unknown} */
  taken;
  /**
   * Ends what the piece listens to, while it is on the page.
   * @type {AbortController | null}
   */
  listening = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.fit = new ResizeObserver(() => this.resize());
  }

  /**
   * Begins with a run, or goes on with it.
   * @param {About} about
   */
  show(about) {
    const another = !this.about || this.isAnother(about);
    this.about = about;
    if (!this.listening) {
      this.listening = new AbortController();
      this.listen(this.listening.signal);
    }
    if (another) this.begin(about);
    this.take();
  }

  /**
   * Whether all that is shown is to begin anew.
   * @param {About} about
   */
  isAnother(about) {
    return this.about.run !== about.run;
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const recolourSoon = () => setTimeout(() => this.recolour(), 500); // once the page has changed, too
    window.addEventListener("ganlab-frame", () => this.take(), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolourSoon, { signal });
    this.fit.observe(this.root);
  }

  end() {
    this.listening?.abort();
    this.listening = null;
    this.fit.disconnect();
  }

  /** Draws what the last frame brought. */
  take() {
    const bytes = window.ganlabLine?.frames[this.about.run];
    if (!(bytes instanceof Uint8Array) || bytes === this.taken) return;
    /** @type {[Head, Arrays]} */
    const [head, arrays] = unpack(bytes);
    this.taken = bytes;
    if (this.dark !== isDark(this.root)) this.recolour();
    this.draw(head, arrays);
  }

  /** Takes the colours of a theme that has changed. */
  recolour() {
    this.dark = isDark(this.root);
    this.root.toggleAttribute("data-dark", this.dark);
    for (const { chart } of this.plots) chart.redraw(false, true);
  }

  resize() {
    for (const plot of this.plots) plot.fit();
  }

  /** @param {About} _about of another run */
  begin(_about) {}

  /**
   * @param {Head} _head
   * @param {Arrays} _arrays
   */
  draw(_head, _arrays) {}
}
