// The Lab: a GAN whose data are points in the plane, all of it at once. Frames come by way of shared/feed.js.

import { count } from "../shared/count.js";
import { keeps, write } from "../shared/elements.js";
import { FrameView } from "../shared/frame_view.js";
import { heatColour } from "../shared/heat_colours.js";
import { download, downloadFile, fileName, picture } from "../shared/saving.js";
import { sceneOf } from "./blend.js";
import { LabCharts } from "./lab_charts.js";
import { LabFlow } from "./lab_flow.js";
import { LabPlane } from "./lab_plane.js";
import { LabQuestions } from "./lab_questions.js";
import { LabTime } from "./lab_time.js";
import { coordinates } from "./plane_scale.js";
import { SlowMotion } from "./slow_motion.js";
import { momentsOf, Timeline } from "./timeline.js";
import { Together } from "./together.js";
import { packWords, shownWords } from "./words.js";

/** @import { Scene } from "./blend.js" */
/** @import { Between } from "./timeline.js" */

const TRAIL = 9; // moments that trails go back

/** @extends {FrameView<LabAbout, LabHead, LabArrays>} */
export class LabView extends FrameView {
  timeline = new Timeline();
  /**
   * The last frame's.
   * @type {LabHead | null}
   */
  head = null;
  /** @type {number | null} */
  frame = null;
  /** When the last one was drawn, in milliseconds. */
  drawnAt = 0;
  /** Up to which iteration moments have come one after the other. */
  heard = 0;
  /** What the scene was made of. */
  shown = "";
  /** @type {Scene | undefined} */
  scene;
  /** What was told last of what is looked at. */
  said = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
    this.charts = new LabCharts(this);
    this.questions = new LabQuestions(
      this.timeline,
      () => this.charts.window,
      () => ({ layers: [...this.slow.layers], at: this.time.lookedAt, slow: this.slow.token || undefined }),
    );
    this.canvas = new LabPlane(root, () => this.drawSoon());
    this.flow = new LabFlow(root, () => {
      this.drawSoon();
      this.questions.askSoon();
    });
    this.time = new LabTime(this);
    this.slow = new SlowMotion(this);
    this.together = new Together(this, window);
    this.find("button#png").addEventListener("click", () => this.save());
    this.find("#gif-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.askForGif();
    });
  }

  /**
   * @override
   * @param {AbortSignal} signal
   */
  listen(signal) {
    super.listen(signal);
    this.together.listen(signal);
    window.addEventListener("ganlab-follow", () => this.followHost(), { signal });
  }

  /**
   * @override
   * @param {LabAbout} about
   */
  show(about) {
    super.show(about);
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-control]"))) {
      const { control = "", figure = about.figure } = part.dataset;
      part.hidden = about.hide.includes(control) || figure !== about.figure;
    }
  }

  /**
   * The square that is shown is not known until the training has begun.
   * @override
   * @param {LabAbout} about
   */
  isAnother(about) {
    return super.isAnother(about) || about.extent !== this.about.extent;
  }

  /** @override */
  end() {
    super.end();
    this.questions.end();
    this.slow.end();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  /**
   * @override
   * @param {LabAbout} about
   */
  begin(about) {
    const { run } = this.root.dataset;
    if (run && run !== about.run && about.place !== "right") this.root.scrollIntoView({ block: "start" });
    this.slow.leave();
    this.together.begin();
    this.root.dataset.place = about.place;
    for (const part of about.place ? this.root.querySelectorAll("section[aria-label]") : []) {
      const label = part.getAttribute("aria-label")?.split(", ")[0];
      part.setAttribute("aria-label", `${label}, ${about.place}`); // no two of a page are called the same
    }
    this.root.dataset.run = about.run;
    write(this.find("#packs"), packWords(about.packing));
    this.root.dataset.moments = "0";
    this.root.dataset.state = "";
    this.head = null;
    this.heard = 0;
    this.timeline = new Timeline();
    this.shown = "";
    this.scene = undefined;
    this.questions.begin(about.run, this.timeline);
    this.charts.begin(about);
    this.plots = this.charts.plots;
    this.flow.begin(about);
    this.canvas.begin(about);
    this.time.begin();
    write(this.find("#waiting"), "Waiting for the first iteration.");
    this.find("#waiting").hidden = false;
    write(this.find("#gif-words"), "");
    this.recolour();
    this.resize();
  }

  /**
   * @override
   * @param {LabHead} head
   * @param {LabArrays} arrays
   */
  draw(head, arrays) {
    const first = !this.head?.done && head.done > 0;
    const heard = this.head ? this.heard : null;
    if (head.from !== undefined) this.heard = arrays.moments?.at(-1) ?? head.from;
    this.head = head;
    if (arrays.reals?.length) {
      const reals = coordinates(arrays.reals, this.about.extent);
      if (this.slow.kept) this.slow.kept.reals = reals;
      else this.canvas.reals = reals;
      this.questions.reals = true;
    }
    const fresh = this.timeline.add(momentsOf(arrays));
    if (arrays.exact && arrays.exact_points) this.timeline.addExact(arrays.exact, arrays.exact_points);
    this.fill(head, first, heard);
    const { at, replay } = this.about;
    const replays = first && replay && !at && !this.motion.matches;
    if (first && at) this.lookAt(Math.min(at, head.done));
    this.charts.take(head, arrays);
    this.time.take(head);
    if (replays) this.time.play();
    this.slow.take(head.slow, arrays);
    if (head.gif && arrays.gif) this.takeGif(head.gif, arrays.gif);
    this.questions.answered(head, arrays, fresh);
    const none = !this.timeline.moments.length;
    this.find("#waiting").hidden = !none;
    const asking = head.range ? "This run has kept no moments of its training." : "Asking for the moments of this run.";
    if (none && !head.live && head.done) write(this.find("#waiting"), asking);
    this.root.dataset.state = head.state;
    this.root.dataset.moments = String(this.timeline.moments.length);
    if (!this.slow.on) this.shown = "";
    this.drawSoon();
  }

  /**
   * Has moments sent that are not here: the past of a run that is opened late, and what was missed while something
   * else was answered.
   * @param {LabHead} head
   * @param {boolean} first whether this frame is the first one of a run that has begun
   * @param {number | null} heard up to which iteration moments had come
   */
  fill({ live, done, from }, first, heard) {
    const { filling } = this.questions;
    if (first && (!live || (from ?? 1) > 0)) filling.want(1, done);
    else if (!first && from !== undefined && heard !== null && from > heard) filling.want(heard, from);
  }

  /** @override */
  recolour() {
    super.recolour();
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => `rgb(${heatColour(share, this.dark)})`);
    this.root.style.setProperty("--heat-generated", stops[0]);
    this.root.style.setProperty("--heat-real", stops[4]);
    this.root.style.setProperty("--heat-scale", `linear-gradient(to right, ${stops.join(", ")})`);
    this.canvas.recolour(this.dark);
    this.drawSoon();
  }

  /** @override */
  resize() {
    super.resize();
    this.drawSoon();
  }

  drawSoon() {
    this.frame ??= requestAnimationFrame((now) => this.drawNow(now));
  }

  /** @param {number} now milliseconds */
  drawNow(now) {
    this.frame = null;
    const moves = this.time.step(Math.min(0.25, (now - this.drawnAt) / 1000), this.motion.matches);
    this.drawnAt = now;
    this.compose();
    this.canvas.layers = this.flow.layers;
    this.canvas.draw();
    this.together.tell();
    this.sayWhere();
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
    if (moves) this.drawSoon();
  }

  /** Makes what is seen at the iteration that is shown, unless it is there. */
  compose() {
    const { timeline, time, about, slow } = this;
    if (slow.on) return slow.compose();
    const { at, mode } = time.playback;
    const between = timeline.around(at);
    if (!between) return;
    const resting = mode === "rest" && !time.dragging;
    const exact = mode === "rest" ? timeline.exact.get(Math.round(at)) : undefined;
    const shown = [at, resting, Boolean(exact)].join();
    if (shown === this.shown) return;
    this.shown = shown;
    const seen = this.motion.matches || (resting && exact) ? settle(between) : between;
    this.scene = sceneOf(seen, about.extent, this.scene);
    if (exact) this.scene.points = coordinates(exact, about.extent);
    const past = this.flow.layers.has("trails") ? timeline.before(seen.share ? at : seen.before.iteration, TRAIL) : [];
    this.canvas.take(this.scene, past);
    time.say(shownWords(Math.round(at), seen, Boolean(exact)));
    this.charts.lookAt(mode === "follow" ? null : Math.round(at));
    this.flow.tell(this.charts.data.named, this.charts.place);
  }

  /** @param {number} iteration */
  lookAt(iteration) {
    this.time.lookAt(iteration);
  }

  /** @returns {LabLook | null} */
  look() {
    const { about, head, time, slow } = this;
    if (!about?.place || !head?.done) return null;
    const { at, mode } = time.playback;
    return { run: about.run, at: mode === "follow" ? null : Math.round(at), layers: [...slow.layers] };
  }

  /** @param {LabLook} look */
  follow({ at, layers }) {
    const { flow, time, slow } = this;
    if (slow.kept) slow.kept.layers = new Set(layers);
    else flow.layers = new Set(layers);
    flow.press();
    this.questions.askSoon();
    if (at !== null) time.lookAt(at);
    else if (time.playback.mode !== "follow") time.backToLatest();
    this.shown = "";
    this.drawSoon();
  }

  /** Tells the page what is looked at here; of two beside each other, the left one does. */
  sayWhere() {
    const { about, head, time, slow } = this;
    if (!head?.done || about.place === "right") return;
    const look = { run: about.run, at: time.lookedAt, layers: [...slow.layers] };
    const text = JSON.stringify(look);
    if (text === this.said) return;
    this.said = text;
    window.ganlabLine ??= { asks: {}, frames: {} };
    window.ganlabLine.look = look;
    window.dispatchEvent(new Event("ganlab-look"));
  }

  /** Looks at what the host of a class looks at, where this guest follows. */
  followHost() {
    const { run, at, layers } = window.ganlabFollowed ?? {};
    if (run !== this.about.run || at === undefined || !layers || !this.head?.done) return;
    const same = at === this.time.lookedAt && String(layers) === String([...this.slow.layers]);
    if (!same) this.follow({ run, at, layers });
  }

  save() {
    const { root, about, time } = this;
    const shown = this.slow.on ? this.slow.title : `iteration ${count(Math.round(time.playback.at))}`;
    const title = `${about.title}, ${shown}`;
    const keys = [
      { title: "real points", colour: "--real", dash: [] },
      { title: "generated points", colour: "--generator", dash: [] },
    ].filter((_, i) => this.flow.layers.has(i ? "generated" : "real"));
    download(picture(root, this.find("canvas#plane"), title, keys), fileName(about.run, shown.replaceAll(",", "")));
  }

  askForGif() {
    const [one, other] = [this.find("input#gif-first"), this.find("input#gif-last")].map((input) =>
      Math.round(Number(input.value)),
    );
    if (!(one >= 1 && other >= 1)) return;
    this.questions.gif = [Math.min(one, other), Math.max(one, other)];
    this.find("button#gif").disabled = true;
    write(this.find("#gif-words"), "The server draws it.");
    this.questions.ask();
  }

  /**
   * @param {Ends} range
   * @param {Uint8Array} bytes
   */
  takeGif([first, last], bytes) {
    if (!this.questions.gif) return;
    this.questions.gif = undefined;
    this.find("button#gif").disabled = false;
    write(this.find("#gif-words"), bytes.length ? "Saved." : "There is nothing to draw of these iterations.");
    const name = fileName(this.about.run, `iterations ${first} to ${last}`).replace(/png$/, "gif");
    if (bytes.length) downloadFile(new Blob([bytes.slice()], { type: "image/gif" }), name);
  }
}

/**
 * The nearer of two moments alone.
 * @param {Between} between
 * @returns {Between}
 */
function settle({ before, after, share }) {
  const nearer = share < 0.5 ? before : after;
  return { before: nearer, after: nearer, share: 0 };
}

export default keeps("lab", LabView);
