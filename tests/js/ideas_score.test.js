import assert from "node:assert/strict";
import { test } from "node:test";
import { summary, timesChance } from "../../ganlab/ui/ideas/score_words.js";
import { looks, moved, notices, reach, threshold } from "../../ganlab/ui/ideas/scoring.js";

test("a metric has moved by so many times what chance does", () => {
  assert.equal(moved(5, 2, 0.5), 6);
  assert.equal(moved(1, 2, 0.5), -2);
  assert.equal(moved(2, 2, 0), 0);
  assert.ok(moved(2.1, 2, 0) > 1e6);
  assert.ok(notices(-3.1) && !notices(3));
});

test("which way is better depends on the metric", () => {
  assert.equal(looks(10, "low"), "worse");
  assert.equal(looks(10, "high"), "better");
  assert.equal(looks(-10, "low"), "better");
  assert.equal(looks(-10, "high"), "worse");
  assert.equal(looks(-10, null), "other");
  for (const good of /** @type {const} */ (["low", "high", null])) assert.equal(looks(2, good), "same");
});

test("a bar grows with the change, by even steps for equal factors, and the furthest fills its half", () => {
  assert.equal(reach(0, 100), 0);
  assert.equal(reach(-100, 100), 1);
  assert.ok(Math.abs(reach(9, 99) - 0.5) < 1e-12);
  assert.equal(threshold(100), reach(3, 100));
});

test("the metrics are named by what they make of the change", () => {
  const rows = [
    { title: "Fréchet distance", looks: "better" },
    { title: "Coverage", looks: "same" },
    { title: "Copies", looks: "worse" },
    { title: "Density", looks: "worse" },
  ];
  assert.equal(
    summary(rows),
    "Copies and density get worse. Fréchet distance calls it better. Coverage notices nothing.",
  );
  assert.match(summary([{ title: "Coverage", looks: "same" }]), /^No metric notices/);
  assert.equal(timesChance(0), "unchanged");
  assert.equal(timesChance(-4.26), "falls, 4.3 × chance");
  assert.equal(timesChance(1234), "rises, 1,234 × chance");
});
