import assert from "node:assert/strict";
import { test } from "node:test";
import {
  density,
  divergence,
  fit,
  logMixture,
  minimise,
  moments,
  onTheLeft,
  PEAK,
} from "../../ganlab/ui/ideas/divergences.js";

const near = (/** @type {number} */ got, /** @type {number} */ wanted, within = 1e-6) =>
  assert.ok(Math.abs(got - wanted) <= within, `${got} is not ${wanted}`);

test("the density of two peaks has the area 1 and their height", () => {
  const peaks = { distance: 4, left: 0.6 };
  const { p } = density(peaks);
  near(p.reduce((sum, value) => sum + value, 0) * 0.07, 1, 1e-9);
  near(Math.exp(logMixture(-2, peaks)), 0.6 / (PEAK * Math.sqrt(2 * Math.PI)), 1e-6);
});

test("the divergences of one peak from a Gaussian are those of the closed form", () => {
  const one = density({ distance: 0, left: 0.5 });
  const [mean, deviation] = [1.5, 1.2];
  const kl = (/** @type {number} */ s, /** @type {number} */ t) =>
    Math.log(t / s) + (s * s + mean * mean) / (2 * t * t) - 0.5;
  near(divergence("forward", one, { mean, deviation }), kl(PEAK, deviation));
  near(divergence("reverse", one, { mean, deviation }), kl(deviation, PEAK));
  near(divergence("js", one, { mean: 0, deviation: PEAK }), 0);
  near(divergence("js", one, { mean: 9, deviation: PEAK }), Math.LN2, 1e-6);
});

test("the moments are the least forward KL: no Gaussian near them is closer", () => {
  const peaks = { distance: 3, left: 0.3 };
  const of = density(peaks);
  const { mean, deviation } = moments(peaks);
  const least = divergence("forward", of, { mean, deviation });
  for (const [by, times] of [
    [0.05, 1],
    [-0.05, 1],
    [0, 1.03],
    [0, 0.97],
  ])
    assert.ok(divergence("forward", of, { mean: mean + by, deviation: deviation * times }) > least);
});

test("far peaks: one is kept by the reverse KL, the heavier; near ones are both covered", () => {
  for (const [left, at] of [
    [0.7, -2.5],
    [0.3, 2.5],
  ]) {
    const peaks = { distance: 5, left };
    const of = density(peaks);
    const q = fit("reverse", peaks, of);
    near(q.mean, at, 0.02);
    near(q.deviation, PEAK, 0.01);
    near(onTheLeft(q, peaks, of), left > 0.5 ? 1 : 0, 1e-3);
  }
  const close = { distance: 0.6, left: 0.5 };
  const of = density(close);
  near(fit("reverse", close, of).mean, 0, 1e-3);
  near(onTheLeft(fit("js", close, of), close, of), 0.5, 1e-3);
});

test("Nelder and Mead find the bottom of a bent valley", () => {
  const { at } = minimise(([x, y] = []) => (1 - x) ** 2 + 20 * (y - x * x) ** 2, [-0.5, 1]);
  near(at[0], 1, 1e-3);
  near(at[1], 1, 2e-3);
});
