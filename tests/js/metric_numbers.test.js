import assert from "node:assert/strict";
import { test } from "node:test";
import { closest, figure, howMeasured, range, tick } from "../../ganlab/ui/train/metric_numbers.js";

// That Python writes the same numbers in the same way is tested in test_javascript.py.
test("a metric has two or three digits, a share is in percent", () => {
  const numbers = [0, 1e-5, 0.0074, 0.15, 1.31, 13.7, 1010].map((value) => figure(value, false));
  assert.deepEqual(numbers, ["0", "about 0", "0.0074", "0.15", "1.31", "13.7", "1,010"]);
  const shares = [0, 0.00001, 0.0011, 0.031, 0.758, 0.9999, 1].map((value) => figure(value, true));
  assert.deepEqual(shares, ["0%", "0%", "0.11%", "3.1%", "75.8%", "100%", "100%"]);
  assert.deepEqual([figure(null, true), figure(undefined, false), figure(NaN, false)], ["–", "–", "–"]);
});

test("numbers at an axis are short", () => {
  assert.deepEqual([0, 0.12345, 950, 9999, 12_345].map(tick), ["0", "0.1235", "950", "9999", "12.3k"]);
});

test("an axis begins at zero where nothing is below it", () => {
  assert.deepEqual(range(10, 100), [0, 108]);
  assert.deepEqual(range(-10, 90), [-18, 98]);
  assert.deepEqual(range(0, 0), [0, 0.1]);
  assert.deepEqual(range(null, null), [0, 1]);
});

test("the measurement nearest to an iteration is shown", () => {
  const places = [0, 14, 15, 16, 99].map((at) => closest([10, 20, 30], at));
  assert.deepEqual(places, [0, 0, 0, 1, 2]);
});

test("how samples were measured is said where it is known", () => {
  const words = howMeasured({ extractor: "classifier", samples: 1000, searched: 6000 });
  assert.match(words, /compares 1,000 samples.*as the classifier “classifier” sees them\. .*nearest of 6,000\./);
  assert.match(howMeasured({ extractor: null, samples: 300, searched: 500 }), /pixel by pixel/);
  assert.doesNotMatch(howMeasured({ samples: 300 }), /nearest|undefined/);
  assert.equal(howMeasured({}), "");
});
