// Two players with a number each, and the rules by which they move: a game in which one wants V low and the other wants
// it high, and for comparison a bowl that both want to go down. All slopes are linear, so all steps are.
// Extragradient: Korpelevich (1976). Momentum below zero: Gidel and others (2019).

/** What each player goes down, at a place. @typedef {(a: number, b: number) => [number, number]} Slopes */
/** @typedef {{ value: (a: number, b: number) => number, slopes: Slopes }} Game */
/**
 * Where the players are, and how each moved last.
 * @typedef {[a: number, b: number, pushA: number, pushB: number]} State
 */
/** @typedef {"together" | "turns" | "momentum" | "extragradient" | "average"} Rule */

/**
 * V = ab + c/2 (a² − b²): the first player wants it low, the second high. Without c it is a pure tug of war.
 * @param {number} c how much each player is drawn back to the middle
 * @returns {Game}
 */
export const duel = (c) => ({
  value: (a, b) => a * b + (c / 2) * (a * a - b * b),
  slopes: (a, b) => [b + c * a, c * b - a],
});

/** Both want V = (a² + b²)/2 low. @type {Game} */
export const bowl = { value: (a, b) => (a * a + b * b) / 2, slopes: (a, b) => [a, b] };

/**
 * One step of both players.
 * @param {Game} game
 * @param {Rule} rule
 * @param {number} rate
 * @param {number} momentum the share of its last move that a player moves again, where the rule has it so
 * @param {State} state
 * @returns {State}
 */
export function step({ slopes }, rule, rate, momentum, [a, b, pushA, pushB]) {
  if (rule === "together" || rule === "extragradient") {
    let [downA, downB] = slopes(a, b);
    if (rule === "extragradient") [downA, downB] = slopes(a - rate * downA, b - rate * downB);
    return [a - rate * downA, b - rate * downB, -rate * downA, -rate * downB];
  }
  const kept = rule === "momentum" ? momentum : 0;
  const moveA = kept * pushA - rate * slopes(a, b)[0];
  const moveB = kept * pushB - rate * slopes(a + moveA, b)[1];
  return [a + moveA, b + moveB, moveA, moveB];
}

/**
 * The places of so many steps, the start first.
 * @param {Game} game
 * @param {Rule} rule
 * @param {number} rate
 * @param {number} momentum
 * @param {[number, number]} start
 * @param {number} steps
 */
export function walk(game, rule, rate, momentum, start, steps) {
  /** @type {State} */
  let state = [...start, 0, 0];
  const places = [start];
  for (let i = 0; i < steps; i++) {
    state = step(game, rule, rate, momentum, state);
    places.push([state[0], state[1]]);
  }
  return places;
}

/**
 * The mean of each place and all before it.
 * @param {[number, number][]} places
 */
export function means(places) {
  const sums = [0, 0];
  return places.map(([a, b], i) => {
    sums[0] += a;
    sums[1] += b;
    return /** @type {[number, number]} */ ([sums[0] / (i + 1), sums[1] / (i + 1)]);
  });
}

/**
 * How many times as far from the middle a step takes the players in the long run: the spectral radius of the step's
 * matrix, from a power of it that is reached by squaring.
 * @param {Game} game
 * @param {Rule} rule
 * @param {number} rate
 * @param {number} momentum
 */
export function growth(game, rule, rate, momentum) {
  const axes = [0, 1, 2, 3].map((axis) => /** @type {State} */ ([0, 1, 2, 3].map((i) => Number(i === axis))));
  let rows = axes.map((axis) => step(game, rule, rate, momentum, axis)); // of the matrix's transpose
  let log = 0;
  let power = 1;
  for (let doubling = 0; doubling < 34; doubling++) {
    const size = Math.max(...rows.flat().map(Math.abs));
    if (!size) return 0;
    log += Math.log(size) / power;
    const scaled = rows.map((row) => row.map((value) => value / size));
    rows = scaled.map(
      (row) => /** @type {State} */ (axes.map((_, j) => row.reduce((sum, x, k) => sum + x * scaled[k][j], 0))),
    );
    power *= 2;
  }
  return Math.exp(log);
}

/** @param {[number, number]} place */
export const distance = ([a, b]) => Math.hypot(a, b);

/**
 * What becomes of the players in the long run.
 * @param {number} factor as `growth` gives it
 */
export const fate = (factor) => (factor > 1 + 1e-6 ? "flies out" : factor < 1 - 1e-6 ? "arrives" : "circles");
