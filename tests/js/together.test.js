import assert from "node:assert/strict";
import { test } from "node:test";
import { Together } from "../../ganlab/ui/lab/together.js";

/**
 * A view of a run of this length.
 * @param {EventTarget} line
 * @param {string} run
 * @param {number} done
 */
function view(line, run, done) {
  const seen = /** @type {LabLook} */ ({ run, at: null, layers: ["heat", "real"] });
  const sees = {
    told: 0,
    seen,
    look: () => (done ? { ...sees.seen } : null),
    follow: (/** @type {LabLook} */ { at, layers }) => {
      sees.told++;
      sees.seen = { run, at: at === null ? null : Math.min(at, done), layers };
    },
  };
  const together = new Together(sees, line);
  together.listen(new AbortController().signal);
  together.tell(); // what it begins with
  return { sees, together };
}

function two(shorter = 100) {
  const line = new EventTarget();
  return { line, left: view(line, "left", 100), right: view(line, "right", shorter) };
}

test("what is looked at in one view is looked at in the other, once", () => {
  const { left, right } = two();
  assert.deepEqual([left.sees.told, right.sees.told], [0, 0]);
  left.sees.seen.at = 50;
  left.together.tell();
  assert.equal(right.sees.seen.at, 50);
  right.together.tell(); // as the next frame is drawn
  left.together.tell();
  assert.deepEqual([left.sees.told, right.sees.told], [0, 1]);
  right.sees.seen = { ...right.sees.seen, layers: ["grid"] };
  right.together.tell();
  assert.deepEqual(left.sees.seen, { run: "left", at: 50, layers: ["grid"] });
});

test("a shorter run shows its last iteration, and the longer one stays where it is", () => {
  const { left, right } = two(30);
  left.sees.seen.at = 50;
  left.together.tell();
  right.together.tell();
  left.together.tell();
  assert.deepEqual([left.sees.seen.at, right.sees.seen.at], [50, 30]);
  left.sees.seen.at = null;
  left.together.tell();
  assert.equal(right.sees.seen.at, null);
});

test("a view without anything to see neither tells nor follows, nor does one that has ended", () => {
  const { line, left, right } = two(0);
  left.sees.seen.at = 50;
  left.together.tell();
  assert.equal(right.sees.told, 0);
  const ended = new AbortController();
  const third = new Together(right.sees, line);
  third.listen(ended.signal);
  ended.abort();
  left.together.begin();
  left.together.tell();
  assert.equal(right.sees.told, 0);
});
