import assert from "node:assert/strict";
import { test } from "node:test";
import { bowl, distance, duel, fate, growth, means, walk } from "../../ganlab/ui/ideas/games.js";

/** @import { Rule } from "../../ganlab/ui/ideas/games.js" */

const near = (/** @type {number} */ got, /** @type {number} */ wanted, within = 1e-9) =>
  assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted}`);

test("slopes are those of the value: down for the first player, up for the second", () => {
  const h = 1e-5;
  for (const c of [0, 0.3, 1]) {
    const { value, slopes } = duel(c);
    const [a, b] = [0.7, -1.2];
    near(slopes(a, b)[0], (value(a + h, b) - value(a - h, b)) / (2 * h), 1e-6);
    near(slopes(a, b)[1], -(value(a, b + h) - value(a, b - h)) / (2 * h), 1e-6);
  }
  near(bowl.slopes(0.7, -1.2)[1], (bowl.value(0.7, -1.2 + h) - bowl.value(0.7, -1.2 - h)) / (2 * h), 1e-6);
});

test("steps at the same time on ab take the players sqrt(1 + rate^2) times as far", () => {
  for (const rate of [0.01, 0.2, 1]) {
    const places = walk(duel(0), "together", rate, 0, [0.6, -0.8], 50);
    const factor = Math.sqrt(1 + rate ** 2);
    places.forEach((place, i) => {
      near(distance(place) / factor ** i, 1);
    });
    near(growth(duel(0), "together", rate, 0), factor, 1e-8);
  }
});

test("with a pull to the middle they are taken sqrt((1 - rate c)^2 + rate^2) times as far", () => {
  for (const [rate, c] of [
    [0.1, 0.3],
    [0.5, 0.3],
    [0.9, 1],
  ])
    near(growth(duel(c), "together", rate, 0), Math.hypot(1 - rate * c, rate), 1e-8);
});

test("looking ahead on ab arrives by sqrt((1 - rate^2)^2 + rate^2) a step", () => {
  for (const rate of [0.05, 0.4, 0.9])
    near(growth(duel(0), "extragradient", rate, 0), Math.hypot(1 - rate ** 2, rate), 1e-8);
});

test("in turns the players circle on an ellipse that closes: a^2 + b^2 - rate ab stays as it is", () => {
  const rate = 0.3;
  const kept = ([a, b] = [0, 0]) => a * a + b * b - rate * a * b;
  for (const place of walk(duel(0), "turns", rate, 0, [1, 0.5], 400)) near(kept(place), kept([1, 0.5]), 1e-9);
  assert.equal(fate(growth(duel(0), "turns", rate, 0)), "circles");
});

test("the mean of the places of a circle arrives as one over the number of steps", () => {
  const places = walk(duel(0), "turns", 0.3, 0, [1, 0], 2000);
  const mean = means(places);
  assert.deepEqual(mean[0], [1, 0]);
  const half = places.slice(0, 1001);
  near(mean[1000][0], half.reduce((sum, [a]) => sum + a, 0) / 1001);
  assert.ok(distance(mean[2000]) < 5 / 2000 && distance(places[2000]) > 0.8);
});

test("momentum below zero arrives, above zero flies out", () => {
  assert.equal(fate(growth(duel(0), "momentum", 0.2, -0.3)), "arrives");
  assert.equal(fate(growth(duel(0), "momentum", 0.2, 0.3)), "flies out");
  near(growth(duel(0), "momentum", 0.2, 0), growth(duel(0), "turns", 0.2, 0), 1e-7);
});

test("every rule rolls down the bowl, by 1 - rate a step without momentum", () => {
  for (const rule of /** @type {Rule[]} */ (["together", "turns", "average"])) {
    near(growth(bowl, rule, 0.2, 0), 0.8, 1e-8);
    near(distance(walk(bowl, rule, 0.2, 0, [3, 4], 10)[10]), 5 * 0.8 ** 10);
  }
  near(growth(bowl, "extragradient", 0.2, 0), 1 - 0.2 + 0.04, 1e-8);
  for (const momentum of [-0.5, 0.5, 0.9]) assert.equal(fate(growth(bowl, "momentum", 0.5, momentum)), "arrives");
});

test("in the long run the distance grows as is said", () => {
  for (const [rule, rate, momentum] of /** @type {[Rule, number, number][]} */ ([
    ["together", 0.1, 0],
    ["extragradient", 0.3, 0],
    ["momentum", 0.15, -0.5],
    ["momentum", 0.15, 0.5],
  ])) {
    for (const c of [0, 0.4]) {
      const places = walk(duel(c), rule, rate, momentum, [1, 1], 400);
      const measured = (Math.log(distance(places[400])) - Math.log(distance(places[200]))) / 200;
      near(measured, Math.log(growth(duel(c), rule, rate, momentum)), 0.01);
    }
  }
});
