import assert from "node:assert/strict";
import { test } from "node:test";
import { drawWords, spreadText, weightWords } from "../../ganlab/ui/ideas/draw_words.js";
import { drawn, klOf, shareWithin, wayBetween } from "../../ganlab/ui/ideas/posteriors.js";
import { choose, normal, uniform } from "../../ganlab/ui/ideas/random.js";
import { numbersIn, settingsIn, written } from "../../ganlab/ui/ideas/settings.js";
import { Decoder, fromBytes } from "../../ganlab/ui/shared/decoder.js";

const near = (/** @type {number} */ got, /** @type {number} */ wanted, within = 1e-6) =>
  assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted}`);

test("a draw is mean + spread x noise, and the KL is 0 for N(0, I) alone", () => {
  assert.deepEqual(drawn({ mean: [1, -2], spread: [0.5, 2] }, [2, -1]), [2, -4]);
  near(klOf({ mean: [0, 0], spread: [1, 1] }), 0);
  near(klOf({ mean: [3, 0], spread: [1, 1] }), 4.5);
  assert.ok(klOf({ mean: [0, 0], spread: [1, 0.5] }) > 0);
});

test("random numbers are the same for a seed, and spread as they should", () => {
  const next = uniform(5);
  const values = Array.from({ length: 4000 }, normal.bind(null, next));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  near(mean, 0, 0.05);
  near(values.reduce((sum, value) => sum + value * value, 0) / values.length, 1, 0.07);
  near(uniform(9)(), uniform(9)(), 0);
  assert.deepEqual(
    choose(5, 5, uniform(1)).sort((a, b) => a - b),
    [0, 1, 2, 3, 4],
  );
});

test("places within a square are counted, and a way has both ends", () => {
  near(shareWithin([0, 0, 3, 0, 0, -5, 1, 1], 2), 0.5);
  assert.deepEqual(wayBetween([0, 2], [4, 0], 3), [
    [0, 2],
    [2, 1],
    [4, 0],
  ]);
});

test("a kernel of 8 bits becomes what it stands for, and a decoder takes its own of several", () => {
  assert.deepEqual([...fromBytes(Uint8Array.of(128, 255, 1, 129), Float32Array.of(1, 0.5))], [0, 63.5, -127, 0.5]);
  const one = 0x3c00; // in half precision
  const layers = /** @type {Layer[]} */ ([
    { kind: "dense", activation: "linear", kernel: "k", scales: "s", bias: "b" },
  ]);
  const arrays = { "1/k": Uint8Array.of(129, 127), "1/s": Uint16Array.of(one), "1/b": Uint16Array.of(0) };
  assert.deepEqual([...new Decoder(layers, arrays, "1/").decode([0.8, 0.4])], [102]);
});

test("what is said has the numbers in it", () => {
  const words = drawWords({ mean: [1, -0.5], spread: [0.2, 0.002] }, [-1, 0.5], [0.8, -0.499]);
  assert.equal(words, "z = mean + spread × noise = (1.00, −0.50) + (0.20, 0.002) × (−1.00, 0.50) = (0.80, −0.50)");
  assert.equal(spreadText(0.0023), "0.002");
  assert.equal(new Set([0, 0.1, 1, 4, 16].map((weight) => weightWords(weight, 0.1))).size, 5);
});

test("an address has what differs from the first settings, and gives it back", () => {
  const first = { rate: "0.1", rule: "turns" };
  assert.equal(written("game", first, first), null);
  const text = written("game", { rate: "0.25", rule: "turns", start: "1,2" }, { ...first, start: "0,0" });
  assert.equal(text, "game;rate:0.25;start:1,2");
  assert.deepEqual(settingsIn(`?idea=game&set=${encodeURIComponent(text ?? "")}`, "game"), {
    rate: "0.25",
    start: "1,2",
  });
  assert.deepEqual(settingsIn("?set=game;rate:0.25", "peaks"), {});
  assert.deepEqual(settingsIn("?set=;;x;:", "game"), {});
  assert.deepEqual(numbersIn("1,-2.5", 2), [1, -2.5]);
  for (const wrong of ["1", "1,x", "1,", "1,2,3", "1,Infinity"]) assert.equal(numbersIn(wrong, 2), null);
});
