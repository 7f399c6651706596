// One iteration in slow motion: its stages, one after the other, in the plane, in the diagram and in words.

import { count } from "../shared/count.js";
import { finder, write } from "../shared/elements.js";
import { showNorms } from "../shared/norms.js";
import { sixteenBits } from "./plane_scale.js";
import { curvesAt, slowSceneOf, whichStage } from "./slow_scene.js";

/** @import { LabView } from "./lab_view.js" */

export class SlowMotion {
  /** @type {LabStage[]} */
  stages = [];
  arrays = /** @type {LabArrays} */ ({});
  token = "";
  number = 0;
  before = false;
  iteration = 0;
  /** Layers and real points of the view as they were. @type {{ layers: Set<LabLayer>, reals: Float32Array | null } | null} */
  kept = null;

  /** @type {AbortController | null} */
  listening = null;

  /** @param {LabView} view */
  constructor(view) {
    this.view = view;
    this.find = finder(view.root);
    this.find("button#slow-previous").addEventListener("click", () => this.move(-1));
    this.find("button#slow-next").addEventListener("click", () => this.move(1));
    this.find("button#slow-before").addEventListener("click", () => this.turn(true));
    this.find("button#slow-after").addEventListener("click", () => this.turn(false));
  }

  /** Whether it is shown. */
  get on() {
    return this.kept !== null;
  }

  /** The layers that people chose. */
  get layers() {
    return this.kept?.layers ?? this.view.flow.layers;
  }

  /**
   * Takes what a frame says; a frame that says nothing of it ends it.
   * @param {LabSlow | undefined} slow
   * @param {LabArrays} arrays
   */
  take(slow, arrays) {
    if (!slow) return this.leave();
    this.enter();
    if (slow.stages && slow.token !== this.token) {
      Object.assign(this, {
        stages: slow.stages,
        token: slow.token,
        arrays,
        number: 0,
        iteration: slow.iteration ?? 0,
      });
      write(this.find("#slow-note"), slow.note ?? "");
      this.show();
    } else if (!slow.token) {
      Object.assign(this, { stages: [], token: "" });
      write(this.find("#slow-note"), "");
      write(this.find("#slow-words"), slow.words ?? "");
      this.show();
    }
  }

  enter() {
    this.listen();
    if (this.on) return;
    const { flow, canvas, root } = this.view;
    this.kept = { layers: new Set(flow.layers), reals: canvas.reals };
    root.toggleAttribute("data-slow", true);
    this.find("#slow").hidden = false;
    const next = this.find("button#slow-next");
    next.disabled = false;
    if (!document.activeElement || document.activeElement === document.body) next.focus({ preventScroll: true });
    this.find("#slow").scrollIntoView({ block: "nearest" });
  }

  /**
   * Keys for the stages, wherever the hand is; but not while somebody types.
   * @param {KeyboardEvent} event
   */
  press(event) {
    const typing = event.composedPath()[0];
    if (typing instanceof HTMLInputElement || typing instanceof HTMLTextAreaElement) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "," || event.key === ".") this.move(event.key === "," ? -1 : 1);
  }

  listen() {
    if (this.listening) return;
    this.listening = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.listening.signal });
  }

  end() {
    this.listening?.abort();
    this.listening = null;
  }

  leave() {
    if (!this.kept) return;
    this.end();
    const { view, kept } = this;
    view.flow.layers = kept.layers;
    view.canvas.reals = kept.reals;
    view.canvas.judged = null;
    view.flow.press();
    view.flow.light([]);
    Object.assign(this, { kept: null, stages: [], token: "" });
    view.root.toggleAttribute("data-slow", false);
    this.find("#slow").hidden = true;
    view.shown = "";
    view.scene = undefined; // its arrays are those of stages
    view.drawSoon();
  }

  /** @param {number} way */
  move(way) {
    const number = Math.min(this.stages.length - 1, Math.max(0, this.number + way));
    if (number === this.number) return;
    this.number = number;
    this.show();
  }

  /** @param {boolean} before */
  turn(before) {
    this.before = before;
    this.offer();
    this.redraw();
  }

  get stage() {
    return /** @type {LabStage | undefined} */ (this.stages[this.number]);
  }

  /** Puts words, layers and boxes in step with the stage. */
  show() {
    const { stage, view, stages, number } = this;
    this.before = false;
    this.find("#slow").dataset.network = stage?.network ?? "";
    const slowly = stage ? `Slow motion: iteration ${count(this.iteration)}` : "Slow motion";
    write(this.find("#slow-when"), slowly);
    write(this.find("#slow-count"), stage ? whichStage(stage, number, stages.length) : "");
    write(this.find("#slow-title"), stage?.title ?? "");
    if (stage) {
      const hidden = new Set(view.about.hide);
      view.flow.layers = new Set(stage.layers.filter((layer) => !hidden.has(layer)));
      view.flow.press();
      view.flow.tell(curvesAt(stages, number), 0);
    }
    view.flow.light(stage?.lit ?? []);
    showNorms(this.find("#slow-norms"), stage?.norms ?? []);
    this.offer();
    this.redraw();
  }

  offer() {
    const { stages, number, stage, before } = this;
    this.find("button#slow-previous").disabled = number <= 0 || !stages.length;
    const last = number >= stages.length - 1;
    this.find("button#slow-next").disabled = last;
    write(this.find("#slow-last"), last && stages.length ? "This was the last stage of the iteration." : "");
    this.find("#slow-sides").hidden = stage?.name !== "step";
    this.find("button#slow-before").setAttribute("aria-pressed", String(before));
    this.find("button#slow-after").setAttribute("aria-pressed", String(!before));
  }

  redraw() {
    this.view.shown = "";
    this.view.drawSoon();
  }

  /** Hands what is seen at this stage to the plane. */
  compose() {
    const { stage, view, number, before, arrays } = this;
    if (!stage || view.shown === "slow") return;
    view.shown = "slow";
    const { about, canvas } = view;
    const of = (/** @type {number} */ at, /** @type {string} */ name) => arrays[`slow/${at}/${name}`];
    const { scene, reals, judged, from, times } = slowSceneOf(
      stage,
      number,
      of,
      before,
      about.extent,
      about.probability,
    );
    canvas.reals = reals ?? this.kept?.reals ?? null;
    canvas.judged = judged;
    const past = from && Uint16Array.from(from, (place) => sixteenBits(place, about.extent));
    canvas.take(scene, past ? [{ iteration: 0, points: past }] : []);
    const long = `${times < 1 ? times : count(times)} times as long as they are.`;
    const drawn = times === 1 ? "" : from ? ` The trails are drawn ${long}` : ` The arrows are drawn ${long}`;
    write(this.find("#slow-words"), stage.words + drawn);
  }

  /** What is shown, for the name of a picture. */
  get title() {
    return `iteration ${count(this.iteration)}, stage ${this.number + 1}`;
  }
}
