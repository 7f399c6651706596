import assert from "node:assert/strict";
import { test } from "node:test";
import { boxBeside, shownWidth } from "../../ganlab/ui/repair/photograph_boxes.js";

/** @type {(line: number, left: number, right: number) => PhotographBox} */
const digit = (line, left, right) => ({ box: [left, 0, right, 50], line, text: "1", label: "", look: "" });
// Three digits, then two further to the right, then one.
const PAGE = [
  digit(0, 0, 40),
  digit(0, 100, 140),
  digit(0, 200, 240),
  digit(1, 110, 150),
  digit(1, 300, 340),
  digit(2, 0, 40),
];

test("a large photograph is two to three times as wide as there is room, so that boxes can be touched", () => {
  assert.equal(shownWidth(PAGE, 400, 900), 1800);
  assert.equal(shownWidth(PAGE, 1000, 375), 800, "40 of 1000 pixels become 32 of 800");
  assert.equal(shownWidth(PAGE, 8000, 375), 1125, "at most three times the room");
  assert.equal(shownWidth([], 800, 375), 750);
});

test("very narrow boxes, as ones have, do not make the photograph larger", () => {
  const ones = [0, 10, 20, 30].map((left) => digit(0, left, left + 2));
  assert.equal(shownWidth(ones, 800, 600), 1200);
});

test("arrows to the sides go through the digits in reading order", () => {
  const right = PAGE.map((_, at) => boxBeside(PAGE, at, "ArrowRight"));
  assert.deepEqual(right, [1, 2, 3, 4, 5, 5]);
  const left = PAGE.map((_, at) => boxBeside(PAGE, at, "ArrowLeft"));
  assert.deepEqual(left, [0, 0, 1, 2, 3, 4]);
});

test("arrows up and down go to the nearest digit of the next line", () => {
  const down = PAGE.map((_, at) => boxBeside(PAGE, at, "ArrowDown"));
  assert.deepEqual(down, [3, 3, 3, 5, 5, 5]);
  const up = PAGE.map((_, at) => boxBeside(PAGE, at, "ArrowUp"));
  assert.deepEqual(up, [0, 1, 2, 1, 2, 3]);
});

test("Home and End lead to the ends, and other keys nowhere", () => {
  assert.deepEqual([boxBeside(PAGE, 3, "Home"), boxBeside(PAGE, 3, "End"), boxBeside(PAGE, 3, "Tab")], [0, 5, 3]);
});
