import assert from "node:assert/strict";
import { test } from "node:test";
import { chanceWords, judgeWords, sentence, truthOf } from "../../ganlab/ui/ideas/judge_words.js";
import { chanceOf, right, takenForFake, total } from "../../ganlab/ui/ideas/judging.js";

test("an answer is right where a generated image is marked and a real one is not", () => {
  assert.equal(right([true, false, true, false], [1, 0, 0, 1]), 2);
  assert.equal(right([], []), 0);
  const said = Array.from(Float32Array.of(0.2, 0.5, 0.51), takenForFake);
  assert.deepEqual(said, [true, true, false]);
  assert.equal(right(said, Uint8Array.of(1, 0, 0)), 2);
});

test("a coin is right as often as Pascal's triangle says", () => {
  assert.equal(chanceOf(0, 16), 1);
  assert.equal(chanceOf(16, 16), 1 / 65_536);
  assert.equal(chanceOf(15, 16), 17 / 65_536);
  assert.equal(chanceOf(3, 4), 5 / 16);
  assert.equal(chanceOf(5, 4), 0);
});

test("rounds add up", () => {
  const rounds = [
    { right: 9, judge: 12, shown: 16 },
    { right: 16, judge: 8, shown: 16 },
  ];
  assert.deepEqual(total(rounds), { right: 25, judge: 20, shown: 32 });
  assert.deepEqual(total([]), { right: 0, judge: 0, shown: 0 });
});

test("who was better is said, and whether it may be luck", () => {
  const score = { right: 12, judge: 10, shown: 16 };
  assert.match(sentence(score), /^You beat the discriminator: you have 12 of 16 right, the discriminator has 10\.$/);
  assert.match(sentence({ ...score, judge: 14 }), /^The discriminator beats you/);
  assert.match(sentence({ ...score, judge: 12 }), /^You are level/);
  assert.match(chanceWords(score), /12 or more in 3\.8% of tries\. This is hardly luck/);
  assert.match(chanceWords({ ...score, right: 9 }), /in 40\.2% of tries\. This may be luck/);
  assert.match(chanceWords({ ...score, right: 6 }), /in 89\.5% of tries\. A coin does as well/);
  assert.match(chanceWords({ ...score, right: 16 }), /less than 0\.1%/);
  assert.deepEqual(truthOf(true, 0.123), ["generated", "P(real) 0.123"]);
  assert.match(judgeWords(null), /same iteration/);
  assert.match(judgeWords(1500), /of iteration 1,500/);
});
