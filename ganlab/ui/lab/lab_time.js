// The controls of time: a slider over all iterations, steps, and a replay of what was recorded.

import { count } from "../shared/count.js";
import { finder, made, write } from "../shared/elements.js";
import { Playback } from "./playback.js";

/** @import { LabView } from "./lab_view.js" */

const WHOLE = 20; // seconds of a replay of the whole run
const MOST_TURNS = 8; // of knobs that are listed

export class LabTime {
  playback = new Playback();
  /** Whether a hand is dragging the slider. */
  dragging = false;
  turns = "";
  note = "";

  /** @param {LabView} view */
  constructor(view) {
    this.view = view;
    this.find = finder(view.root);
    this.wire();
  }

  begin() {
    this.playback = new Playback();
    this.turns = "";
    this.note = "";
    this.find("#turned").hidden = true;
    write(this.find("#when"), "Iteration –");
    write(this.find("#note"), "");
    Object.assign(this.find("input#at"), { min: "0", max: "1", value: "1", disabled: true });
    this.find("input#gif-last").value = "1";
    this.offer();
  }

  get done() {
    return this.view.head?.done ?? 0;
  }

  /** @param {LabHead} head */
  take({ done, turns = [], live }) {
    const { playback, view } = this;
    const range = this.find("input#at");
    const last = this.find("input#gif-last");
    if (done && (last.value === range.max || last.value === "1")) last.value = String(done); // nobody has typed
    Object.assign(range, { min: done ? "1" : "0", max: String(Math.max(1, done)), disabled: !done });
    playback.grow(view.timeline.newest ?? 0, performance.now() / 1000);
    if (!live && playback.mode === "follow") playback.rate = playback.rate && Math.max(playback.rate, 1);
    this.listTurns(turns);
    this.offer();
  }

  /** @param {LabTurn[]} turns */
  listTurns(turns) {
    const text = JSON.stringify(turns);
    if (text === this.turns || this.view.about.hide.includes("turns")) return;
    this.turns = text;
    this.find("#turned").hidden = !turns.length;
    this.find("#turns").replaceChildren(
      ...turns.slice(-MOST_TURNS).map(({ iteration, words, name, value }) => {
        const button = made('<button type="button"></button>');
        button.textContent = `${count(iteration)}: ${words || `${name} ${value}`}`;
        button.title = "Look at this iteration.";
        button.addEventListener("click", () => this.lookAt(iteration));
        return button;
      }),
    );
  }

  /**
   * Goes on by some seconds. Says whether anything moves.
   * @param {number} seconds
   * @param {boolean} still whether nothing may glide
   */
  step(seconds, still) {
    const { playback } = this;
    const { mode } = playback;
    const moves = playback.step(seconds, still);
    if (mode === "replay" && !moves) this.backToLatest();
    this.show();
    return moves;
  }

  /** Puts the slider and the words in step with what is shown. */
  show() {
    const { at, mode } = this.playback;
    const iteration = Math.round(at);
    if (!this.done) return;
    const range = this.find("input#at");
    if (!this.dragging) range.value = String(mode === "follow" ? Math.max(iteration, 1) : iteration);
    const latest = mode === "follow" ? " (latest)" : "";
    write(this.find("#when"), `Iteration ${count(iteration)}${latest}`);
    range.setAttribute("aria-valuetext", `iteration ${count(iteration)}${latest}`);
  }

  /**
   * What exactly is shown; nothing where the latest moments go by.
   * @param {string} words
   */
  say(words) {
    const { mode, newest } = this.playback;
    const following = this.view.head?.live
      ? "The view follows the training."
      : `The last recorded iteration is ${count(newest)}.`;
    write(this.find("#note"), mode === "follow" ? following : words);
  }

  /** The iteration that somebody looks at; null is the latest. */
  get lookedAt() {
    return this.playback.mode === "rest" ? Math.round(this.playback.at) : null;
  }

  /** @param {number} iteration */
  lookAt(iteration) {
    if (!this.done) return;
    const { playback } = this;
    playback.mode = "rest";
    playback.at = Math.min(this.done, Math.max(1, Math.round(iteration)));
    this.view.questions.lookAt(playback.at, this.done);
    this.offer();
    this.view.drawSoon();
  }

  backToLatest() {
    const { playback } = this;
    playback.mode = "follow";
    playback.at = playback.newest;
    this.view.questions.forget();
    this.offer();
    this.view.drawSoon();
  }

  /** @param {number} way */
  move(way) {
    const { slow } = this.view;
    if (slow.on) return slow.move(way);
    this.lookAt(Math.round(this.playback.at) + way);
  }

  play() {
    const { playback } = this;
    if (playback.mode === "replay") return this.lookAt(playback.at);
    if (playback.mode === "follow" || playback.at >= playback.newest) playback.at = this.view.timeline.first ?? 1;
    playback.mode = "replay";
    this.view.questions.forget();
    this.setSpeed();
    this.offer();
    this.view.drawnAt = performance.now();
    this.view.drawSoon();
  }

  setSpeed() {
    const { value } = this.find("select#speed");
    const { speed = 0 } = this.view.head ?? {};
    const whole = this.done / WHOLE;
    this.playback.speed = value === "whole" ? whole : Number(value) * (speed || whole);
  }

  offer() {
    const { mode } = this.playback;
    const none = !this.done;
    this.find("button#now").hidden = mode === "follow";
    for (const id of /** @type {const} */ (["button#previous", "button#next", "button#play"]))
      this.find(id).disabled = none;
    this.find("button#gif").disabled = none || Boolean(this.view.questions?.gif);
    const play = this.find("button#play");
    play.setAttribute("aria-pressed", String(mode === "replay"));
    write(play, mode === "replay" ? "Pause the replay" : "Replay");
  }

  wire() {
    const range = this.find("input#at");
    range.addEventListener("input", () => {
      this.dragging = true;
      this.lookAt(Number(range.value));
    });
    range.addEventListener("change", () => {
      this.dragging = false;
      this.view.drawSoon();
    });
    this.find("button#now").addEventListener("click", () => {
      this.backToLatest();
      range.focus();
    });
    this.find("button#previous").addEventListener("click", () => this.move(-1));
    this.find("button#next").addEventListener("click", () => this.move(1));
    this.find("button#play").addEventListener("click", () => this.play());
    this.find("select#speed").addEventListener("change", () => this.setSpeed());
    this.view.root.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "number";
      if (typing || event.ctrlKey || event.metaKey || event.altKey || (event.key !== "," && event.key !== ".")) return;
      event.preventDefault();
      this.move(event.key === "," ? -1 : 1);
    });
  }
}
