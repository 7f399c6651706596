// The game of two players, to be played from any start by several rules, beside one that minimises alone.

import { count } from "../shared/count.js";
import { drags } from "../shared/drag.js";
import { soon } from "../shared/drawing.js";
import { finder, keeps, write } from "../shared/elements.js";
import { Board, REACH } from "./board.js";
import { gameWords, RULE_WORDS } from "./game_words.js";
import { bowl, distance, duel, growth, means, walk } from "./games.js";
import { numbersIn, Settings } from "./settings.js";

/** @import { Rule } from "./games.js" */

const MOST = 600; // steps
const A_SECOND = 24; // steps, while it plays
const FAR = 100; // where the players are out of sight, and playing ends
/** @type {[number, number]} */
const START = [1.2, 0.6];
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const within = (/** @type {number} */ value) => Math.min(REACH, Math.max(-REACH, value));

class GameView {
  /** @type {[number, number]} */
  start = START;
  steps = 60;
  playing = 0;
  drawSoon = soon(() => this.draw());

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = finder(root);
    this.boards = [new Board(this.find(".both")), new Board(this.find(".alone"))];
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      setTimeout(() => {
        for (const board of this.boards) board.shade();
      }, 500),
    );
    this.settings = new Settings(root, "game", {
      start: {
        read: () => this.start.map((value) => value.toFixed(2)).join(","),
        take: (text) => {
          const [a, b] = numbersIn(text, 2) ?? START;
          this.start = [within(a), within(b)];
        },
      },
      steps: {
        read: () => String(this.steps),
        take: (text) => {
          this.steps = Math.min(MOST, Math.max(0, Math.round(Number(text)) || 0));
        },
      },
    });
    this.settings.take();
    this.wire();
  }

  show() {
    this.begin();
  }

  end() {
    this.pause();
  }

  get rule() {
    return /** @type {Rule} */ (this.find("select#rule").value);
  }

  get rate() {
    return Number(this.find("input#rate").value);
  }

  get momentum() {
    return Number(this.find("input#momentum").value);
  }

  get game() {
    return duel(this.find("select#kind").value === "pulled" ? Number(this.find("input#pull").value) : 0);
  }

  /** Another game: its shading, too. */
  begin() {
    const pulled = this.find("select#kind").value === "pulled";
    this.find(".pull").hidden = !pulled;
    write(this.find("#formula"), pulled ? "V = ab + c/2 (a² − b²)" : "V = ab");
    this.boards[0].show(this.game);
    this.boards[1].show(bowl);
    this.draw();
  }

  draw() {
    const { rule, rate, momentum, start, steps } = this;
    this.find(".momentum").hidden = rule !== "momentum";
    for (const name of ["rate", "momentum", "pull"])
      write(
        this.find(`#${name}-value`),
        Number(this.find(`input#${name}`).value)
          .toFixed(2)
          .replace("-", "−"),
      );
    const averaged = rule === "average";
    const far = [this.game, bowl].map((game, i) => {
      const places = walk(game, rule, rate, momentum, start, steps);
      const mean = averaged ? means(places) : undefined;
      this.boards[i].trace(places, mean);
      const counted = mean ?? places;
      return {
        factor: growth(game, rule, rate, momentum),
        now: distance(counted[steps]),
        players: distance(places[steps]),
      };
    });
    const from = distance(start);
    write(this.find("#happens"), gameWords(far[0], from, steps, averaged));
    write(this.find("#happens-alone"), gameWords(far[1], from, steps, averaged));
    write(this.find("#about"), RULE_WORDS[rule]);
    write(this.find("#steps"), `${count(steps)} ${steps === 1 ? "step" : "steps"}`);
    this.find("button#reset").disabled = !steps;
    this.find("button#step").disabled = steps >= MOST;
    this.settings.note();
    this.root.dataset.steps = String(steps);
    this.root.dataset.start = start.map((value) => value.toFixed(2)).join(",");
    this.root.dataset.now = far[0].now.toFixed(3);
  }

  play() {
    if (this.steps >= MOST || Number(this.root.dataset.now) > FAR) this.steps = 0;
    const [began, before] = [performance.now(), this.steps];
    write(this.find("button#play"), "Pause");
    const go = (/** @type {number} */ now) => {
      const steps = Math.min(MOST, before + Math.floor(((now - began) / 1000) * A_SECOND));
      if (steps > this.steps) {
        this.steps = steps;
        this.draw();
      }
      if (this.steps >= MOST || Number(this.root.dataset.now) > FAR) this.pause();
      else this.playing = requestAnimationFrame(go);
    };
    this.playing = requestAnimationFrame(go);
  }

  pause() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    write(this.find("button#play"), "Play");
  }

  /**
   * Another start; the players go as many steps from there.
   * @param {[number, number]} place
   */
  move([a, b]) {
    this.start = [within(a), within(b)];
    this.drawSoon();
  }

  wire() {
    for (const board of this.boards) {
      const { canvas } = board;
      drags(canvas, (event) => this.move(board.at(event)));
      canvas.addEventListener("keydown", (event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        const step = event.shiftKey ? 0.25 : 0.05;
        this.move([this.start[0] + step * way[0], this.start[1] + step * way[1]]);
      });
    }
    for (const name of ["select#kind", "input#pull"]) this.find(name).addEventListener("input", () => this.begin());
    for (const name of ["select#rule", "input#rate", "input#momentum"])
      this.find(name).addEventListener("input", () => this.drawSoon());
    this.find("button#play").addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.find("button#step").addEventListener("click", () => {
      this.pause();
      this.steps = Math.min(MOST, this.steps + 1);
      this.draw();
    });
    this.find("button#reset").addEventListener("click", () => {
      this.pause();
      this.steps = 0;
      this.draw();
    });
  }
}

export default keeps("game", GameView);
