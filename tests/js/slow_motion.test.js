import assert from "node:assert/strict";
import { test } from "node:test";
import { curvesAt, enlarged, newest, slowSceneOf, whichStage } from "../../ganlab/ui/lab/slow_scene.js";
import { neighbour, unitsOf, unitTitle, unitWords } from "../../ganlab/ui/lab/units.js";

/**
 * @param {Partial<LabStage>} about
 * @returns {LabStage}
 */
const stage = (about) => ({
  name: "step",
  network: "generator",
  title: "",
  words: "",
  update: [1, 1],
  layers: [],
  lit: [],
  curves: {},
  norms: [],
  ...about,
});

/** @type {Record<number, Record<string, number[]>>} */
const ARRAYS = {
  0: { heat: [0, 0, 0, 0], followed: [0, 0, 1, 1], nodes: [0, 0] },
  1: { fakes: [0.5, 0.5], reals: [2, 2], of_fakes: [-4], of_reals: [4] },
  2: { heat: [1, 2, 3, 4] },
  3: { fakes: [0.25, 0.25], arrows: [0, 20] },
  4: { followed: [0, 0.001, 1, 1.001], nodes: [1, 1] },
};
const of = (/** @type {number} */ at, /** @type {string} */ name) => {
  const found = ARRAYS[at]?.[name];
  return found && Float32Array.from(found);
};

test("a stage shows the newest of what the stages before it found", () => {
  assert.deepEqual(newest(of, 3, "heat"), Float32Array.of(1, 2, 3, 4));
  assert.equal(newest(of, 0, "fakes"), null);
  const noise = slowSceneOf(stage({ name: "noise", network: "" }), 0, of, false, 2, true);
  assert.deepEqual(noise.scene.points, Float32Array.of(0, 0, 1, 1));
  assert.equal(noise.reals, null);
  const answers = slowSceneOf(stage({ name: "answers", network: "discriminator" }), 1, of, false, 2, true);
  assert.deepEqual(answers.scene.points, Float32Array.of(0.5, 0.5));
  const { fakes, reals } = answers.judged;
  assert.ok(fakes && reals && fakes[0] < 10 && reals[0] > 245);
});

test("before a step, the plane is as the stage before left it", () => {
  const step = stage({ network: "discriminator" });
  assert.deepEqual(slowSceneOf(step, 2, of, true, 2, true).scene.heat, Float32Array.of(0, 0, 0, 0));
  assert.deepEqual(slowSceneOf(step, 2, of, false, 2, true).scene.heat, Float32Array.of(1, 2, 3, 4));
  const before = slowSceneOf(stage({}), 4, of, true, 2, true);
  assert.deepEqual([before.scene.points, before.from], [Float32Array.of(0, 0, 1, 1), null]);
});

test("a step of an encoder and a decoder moves the points, as one of a generator does", () => {
  const both = slowSceneOf(stage({ network: "" }), 4, of, false, 2, false);
  assert.deepEqual(both.scene.points, Float32Array.of(0, 0.001, 1, 1.001).map(Math.fround));
  assert.ok(both.from);
});

test("small moves are drawn longer, large arrows shorter, by round numbers", () => {
  const after = slowSceneOf(stage({}), 4, of, false, 2, true);
  assert.equal(after.times, 200);
  assert.ok(after.from && Math.abs(after.from[1] - (0.001 - 0.2)) < 1e-4 && after.from[0] === 0);
  const arrows = slowSceneOf(stage({ name: "arrows" }), 3, of, false, 2, true);
  assert.equal(arrows.times, 0.01);
  assert.ok(Math.abs((arrows.scene.arrows?.[1] ?? 0) - 0.2) < 1e-6);
  assert.equal(enlarged([0, 0], 2), 1);
  assert.equal(enlarged([0.25, 0], 2), 1);
  assert.equal(enlarged([NaN, 0], 2), 1);
});

test("a stage knows the curves so far, and says which it is", () => {
  const stages = [stage({ curves: { a: 1 } }), stage({ curves: { b: null } }), stage({ curves: { a: 3 } })];
  assert.deepEqual(curvesAt(stages, 1), { a: [1], b: [null] });
  assert.deepEqual(curvesAt(stages, 2), { a: [3], b: [null] });
  assert.equal(whichStage(stages[0], 2, 12), "Stage 3 of 12");
  assert.equal(whichStage(stage({ update: [2, 5] }), 2, 12), "Stage 3 of 12, update 2 of 5 of the generator");
});

test("units are counted through, named, and described", () => {
  const network = (/** @type {string} */ name, /** @type {string} */ over, /** @type {number} */ outputs) => ({
    name,
    title: name[0].toUpperCase() + name.slice(1),
    over,
    reach: 2.0041,
    layers: [
      { name: "layer 1", shown: 2, count: 9 },
      { name: "output", shown: outputs, count: outputs },
    ],
  });
  const units = unitsOf([network("generator", "noise", 2), network("discriminator", "plane", 1)]);
  assert.deepEqual(
    units.map(({ index }) => index),
    [0, 1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual(units.map(unitTitle), [
    "Generator, layer 1, unit 1",
    "Generator, layer 1, unit 2",
    "Generator, the point's x",
    "Generator, the point's y",
    "Discriminator, layer 1, unit 1",
    "Discriminator, layer 1, unit 2",
    "Discriminator, output",
  ]);
  assert.match(unitWords(units[6], -1, 2), /each place of the plane, from −2 to 2: between −1.000 .* and 2.000/);
  assert.match(unitWords(units[0], 0, 0), /gives 0 .* noise.*: it does nothing there/);
});

test("arrow keys go from unit to unit in rows of four", () => {
  assert.deepEqual(
    ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "a"].map((key) => neighbour(5, 16, key)),
    [6, 4, 9, 1, 5],
  );
  assert.equal(neighbour(0, 16, "ArrowLeft"), 0);
  assert.equal(neighbour(15, 16, "ArrowDown"), 15);
});
