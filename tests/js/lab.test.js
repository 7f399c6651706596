import assert from "node:assert/strict";
import { test } from "node:test";
import { blended, cellOpacities, sceneOf, valueAt } from "../../ganlab/ui/lab/blend.js";
import { Filling } from "../../ganlab/ui/lab/filling.js";
import * as plane from "../../ganlab/ui/lab/plane_scale.js";
import { Playback } from "../../ganlab/ui/lab/playback.js";
import { outputText, readingAt, spoken, spotText } from "../../ganlab/ui/lab/readout.js";
import { momentsOf, Timeline } from "../../ganlab/ui/lab/timeline.js";
import { shownWords } from "../../ganlab/ui/lab/words.js";
import { contour, median } from "../../ganlab/ui/shared/contour.js";
import { heatColour, heatTable, shareOf, sigmoid } from "../../ganlab/ui/shared/heat_colours.js";

/**
 * @param {ArrayLike<number> | null} got
 * @param {number[]} wanted
 */
function near(got, wanted, within = 1e-6) {
  assert.equal(got?.length, wanted.length);
  for (const [i, value] of wanted.entries()) {
    assert.ok(Math.abs((got?.[i] ?? NaN) - value) <= within, `${Array.from(got ?? [])} is not ${wanted}`);
  }
}

const at = (/** @type {number[]} */ ...iterations) => iterations.map((iteration) => ({ iteration }));
const all = (/** @type {Timeline} */ timeline) => timeline.moments.map(({ iteration }) => iteration);

test("places of 16 bits reach twice as far as the square, and come back", () => {
  near(
    [0, 65535, 32767.5].map((value) => plane.coordinate(value, 3)),
    [-6, 6, 0],
  );
  assert.deepEqual(
    [-99, 99].map((place) => plane.sixteenBits(place, 3)),
    [0, 65535],
  );
  for (const place of [-5.9, -1, 0, 0.3, 2.7]) {
    near([plane.coordinate(plane.sixteenBits(place, 3), 3)], [place], 1e-4);
  }
});

test("pixels and places agree, however closely the plane is seen", () => {
  const scale = new plane.PlaneScale(3);
  scale.size = 600;
  assert.deepEqual([scale.left(-3), scale.top(3), scale.left(0)], [0, 0, 300]);
  scale.zoomBy(2, 450, 150);
  near(scale.placeAt(450, 150), [1.5, 1.5]);
  near([scale.left(1.5), scale.top(1.5)], [450, 150]);
  scale.pan(10000, 0);
  near(scale.placeAt(0, 300), [-3, scale.y]); // nothing outside the square
  scale.include(2.9, -2.9);
  near([scale.x, scale.y], [1.4, -1.4]);
  scale.zoomBy(0.01);
  near([scale.zoom, scale.x, scale.y], [1, 0, 0]);
});

test("points near a place are found and counted", () => {
  const points = [0, 0, 1, 1, 1.1, 1];
  near(plane.nearestPoint(points, 1.2, 1), [2, 0.1]);
  assert.deepEqual(plane.nearestPoint([], 0, 0), [-1, Infinity]);
  near([plane.shareNear(points, 1, 1, 0.2), plane.shareNear([], 0, 0, 1)], [2 / 3, 0]);
  assert.deepEqual(plane.roundValues(-3, 3), [-2, 0, 2]);
  assert.deepEqual(plane.roundValues(-0.1, 0.25), [-0.1, 0, 0.1, 0.2]);
});

test("the line lies where values cross the level", () => {
  assert.deepEqual(contour([0, 0, 1, 1], 2, 2), []);
  near(contour([0, 0, 1, 1], 2, 0.25), [0, 0.25, 1, 0.25]);
  near(contour([0, 4, 0, 4], 2, 1), [0.25, 0, 0.25, 1]);
  near(contour([1, 0, 0, 0], 2, 0.5), [0, 0.5, 0.5, 0]);
  assert.equal(contour([1, 0, 0, 1], 2, 0.5).length, 8); // a saddle has two parts
  // a circle: all of the line has its radius
  const side = 41;
  const values = Array.from({ length: side ** 2 }, (_, i) => Math.hypot((i % side) - 20, Math.floor(i / side) - 20));
  const line = contour(values, side, 10);
  assert.ok(line.length > 200);
  for (let i = 0; i < line.length; i += 2) near([Math.hypot(line[i] - 20, line[i + 1] - 20)], [10], 0.05);
});

test("the two ends of a saddle are joined on the side that the middle says", () => {
  const high = contour([1, 0.4, 0.4, 1], 2, 0.5); // above in the middle: the low corners are cut off
  const low = contour([0.6, 0, 0, 0.6], 2, 0.5); // below in the middle: the high corners are
  const cuts = (/** @type {number[]} */ line, /** @type {number} */ x, /** @type {number} */ y) => {
    const middles = [0, 4].map((i) => [(line[i] + line[i + 2]) / 2, (line[i + 1] + line[i + 3]) / 2]);
    return middles.some(([a, b]) => Math.hypot(a - x, b - y) < 0.5);
  };
  assert.ok(cuts(high, 1, 0) && cuts(high, 0, 1) && !cuts(high, 0, 0));
  assert.ok(cuts(low, 0, 0) && cuts(low, 1, 1) && !cuts(low, 1, 0));
  near([median(Float32Array.of(5, 1, 3)), median(Float32Array.of(4, 1, 3, 2))], [3, 2.5]);
});

test("both sides of the heat map are equally light, and steadily lighter or darker towards the middle", () => {
  const linear = (/** @type {number} */ value) =>
    value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  /** Lightness of Oklab. @param {number} share @param {boolean} dark */
  const lightness = (share, dark) => {
    const [r, g, b] = heatColour(share, dark).map(linear);
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  };
  for (const dark of [false, true]) {
    for (let away = 0; away <= 0.5; away += 0.05) {
      near([lightness(0.5 - away, dark)], [lightness(0.5 + away, dark)], 0.012);
    }
    const steps = [0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => lightness(share, dark));
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => (dark ? a - b : b - a)),
    );
    assert.equal(heatTable(dark).length, 256);
  }
  const [red, green, blue] = heatColour(0, false);
  assert.ok(red > green && green > blue); // orange
  assert.ok(heatColour(1, false)[0] < heatColour(1, false)[2]); // blue-green
});

test("a score without a scale is shown by how far it is from the middle one", () => {
  near([sigmoid(0), sigmoid(50), sigmoid(-50)], [0.5, 1, 0]);
  const share = shareOf(Float32Array.of(-2, 1, 2), false, 1);
  near([-2, 1, 4].map(share), [0, 0.5, 1]);
  near([shareOf(Float32Array.of(9), true, 0)(0)], [0.5]);
});

test("moments stay in order, each once", () => {
  const timeline = new Timeline();
  assert.equal(timeline.around(3), null);
  assert.equal(timeline.add(at(10, 20)), 2);
  assert.equal(timeline.add(at(15, 20, 1)), 2);
  assert.deepEqual(all(timeline), [1, 10, 15, 20]);
  assert.deepEqual([timeline.first, timeline.newest], [1, 20]);
  assert.deepEqual(
    [0, 12, 13, 99].map((iteration) => timeline.nearest(iteration)?.iteration),
    [1, 10, 15, 20],
  );
  assert.deepEqual(
    timeline.before(15, 2).map(({ iteration }) => iteration),
    [1, 10],
  );
  const { before, after, share } = timeline.around(12.5) ?? assert.fail();
  assert.deepEqual([before.iteration, after.iteration, share], [10, 15, 0.5]);
  assert.equal(timeline.around(15)?.before.iteration, 15);
});

test("where moments are missing is known", () => {
  const timeline = new Timeline();
  assert.deepEqual(timeline.gap(5, 100, 8), [1, 100]);
  assert.equal(timeline.gap(5, 0, 8), null);
  timeline.add(at(20, 24, 60));
  assert.deepEqual(timeline.gap(5, 100, 8), [1, 20]);
  assert.equal(timeline.gap(22, 100, 8), null);
  assert.deepEqual(timeline.gap(30, 100, 8), [24, 60]);
  assert.deepEqual(timeline.gap(80, 100, 8), [60, 100]);
});

test("a long run is thinned, but its beginning and its latest moments stay", () => {
  const timeline = new Timeline();
  timeline.add(at(...Array.from({ length: 1600 }, (_, i) => i + 1)));
  assert.equal(timeline.first, 1);
  assert.equal(timeline.newest, 1600);
  assert.ok(timeline.moments.length < 1000);
  assert.deepEqual(
    all(timeline).slice(-300),
    Array.from({ length: 300 }, (_, i) => 1301 + i),
  );
  timeline.addExact([1, 2], Uint16Array.of(1, 2, 3, 4));
  assert.deepEqual(Array.from(timeline.exact.get(2) ?? []), [3, 4]);
  timeline.addExact(
    Array.from({ length: 600 }, (_, i) => i + 10),
    new Uint16Array(1200),
  );
  assert.equal(timeline.exact.size, 600);
  assert.equal(timeline.exact.has(1), false);
});

test("a frame's arrays are cut into moments, which may lack a part", () => {
  const [one, other] = momentsOf({
    moments: Int32Array.of(3, 9),
    points: Uint16Array.of(1, 2, 3, 4),
    heat: Uint8Array.of(7, 8),
    heat_range: Float32Array.of(-1, 1, 0, 4),
  });
  assert.deepEqual([one.iteration, other.iteration], [3, 9]);
  assert.deepEqual(Array.from(other.points ?? []), [3, 4]);
  assert.deepEqual([other.heat?.[0], other.ends, other.arrows, other.nodes], [8, [0, 4], undefined, undefined]);
  assert.deepEqual(momentsOf({}), []);
});

test("between two moments points go straight, and outputs keep their own scales", () => {
  const before = {
    iteration: 0,
    points: Uint16Array.of(32768, 0),
    heat: Uint8Array.of(255),
    ends: /** @type {Ends} */ ([0, 1]),
  };
  const after = {
    iteration: 10,
    points: Uint16Array.of(65535, 0),
    heat: Uint8Array.of(0),
    ends: /** @type {Ends} */ ([5, 9]),
  };
  const scene = sceneOf({ before, after, share: 0.5 }, 1);
  near(scene.points, [1, -2], 1e-4);
  near(scene.heat, [3]);
  assert.deepEqual([scene.nodes, scene.arrows], [null, null]);
  const again = sceneOf({ before, after, share: 1 }, 1, scene);
  assert.equal(again.points, scene.points); // in the same place
  near(again.points, [2, -2], 1e-4);
  const lone = blended({ before: { iteration: 0 }, after, share: 0.5 }, ({ points }) => points, Number);
  near(lone, [65535, 0]);
  const arrows = { iteration: 0, arrows: Uint8Array.of(128, 255, 1), farthest: 2 };
  near(sceneOf({ before: arrows, after: arrows, share: 0 }, 1).arrows, [0, 2, -2]);
});

test("an output is read between the places where it was computed", () => {
  const values = [0, 1, 2, 3]; // the upper row first
  near([valueAt(values, 2, -2, 2), valueAt(values, 2, 2, -2), valueAt(values, 2, 0, 0)], [0, 3, 1.5]);
  near([valueAt(values, 2, 99, 99)], [1]);
});

test("small cells of the grid are darker than large ones", () => {
  const flat = [-1, 1, 0, 1, 1, 1, -1, 0, 0, 0, 1, 0, -1, -1, 0, -1, 1, -1];
  near(cellOpacities(flat, 1), Array(4).fill(0.07));
  const bent = flat.slice();
  bent[8] = -0.9; // the middle node moves to the left
  const [left, right] = cellOpacities(bent, 1);
  assert.ok(left > right);
});

test("a growing run is followed smoothly, and reached when it ends", () => {
  const playback = new Playback();
  playback.grow(10, 0);
  assert.equal(playback.at, 10);
  let [was, largest] = [playback.at, 0];
  for (let now = 0; now < 10; now += 0.02) {
    if (Math.round(now * 100) % 40 === 0) playback.grow(10 + Math.round(now * 100), now);
    playback.step(0.02);
    if (now > 3) largest = Math.max(largest, playback.at - was);
    assert.ok(playback.at >= was && playback.at <= playback.newest);
    was = playback.at;
  }
  assert.ok(largest > 1 && largest < 4, `${largest}`); // 2 a step, evenly
  for (let i = 0; i < 100; i++) playback.step(0.02);
  assert.equal(playback.at, playback.newest);
  assert.equal(playback.step(0.02), false);
  playback.grow(playback.newest + 50, 20);
  playback.step(0.02, true);
  assert.equal(playback.at, playback.newest); // where nothing may glide
});

test("a replay goes on at its speed and stops at the end, and what rests stays", () => {
  const playback = new Playback();
  playback.grow(100, 0);
  Object.assign(playback, { mode: "replay", at: 1, speed: 50 });
  assert.equal(playback.step(1), true);
  assert.equal(playback.at, 51);
  assert.equal(playback.step(1), false);
  assert.equal(playback.at, 100);
  Object.assign(playback, { mode: "rest", at: 7 });
  playback.grow(200, 1);
  assert.equal(playback.step(1), false);
  assert.equal(playback.at, 7);
});

test("the past is asked for as a whole, then by halves, until there is enough", () => {
  const filling = new Filling(400);
  filling.want(1, 1000);
  assert.deepEqual(filling.next(0), [1, 1000]);
  filling.answered(64);
  assert.deepEqual(filling.next(64), [1, 500]);
  filling.answered(0); // all of this half was here
  assert.deepEqual(filling.next(64), [501, 1000]);
  filling.answered(30);
  assert.deepEqual(filling.next(94), [501, 750]);
  assert.equal(filling.next(400), null);
  filling.want(2000, 2010); // what was missed is wanted all the same
  assert.deepEqual(filling.next(400), [2000, 2010]);
});

test("a place is read: in numbers, and aloud", () => {
  const scene = { points: Float32Array.of(0.1, 0, 2, 2), heat: new Float32Array(4) };
  const reading = readingAt([0, 0], scene, Float32Array.of(0, 0, 0, 0.1), 3, true);
  assert.deepEqual([reading.output, reading.real, reading.generated, reading.nearest], [0.5, 1, 0.5, 0]);
  assert.equal(spotText([-0.001, -1.5]), "(0.00, −1.50)");
  assert.equal(
    spoken(reading, true),
    "At (0.00, 0.00), P(real) 0.500. Near here: 100.0% of the real points and 50.0% of the generated points. " +
      "The nearest generated point is at (0.10, 0.00).",
  );
  const bare = readingAt([0, 0], { points: null, heat: null }, null, 3, false);
  assert.deepEqual([bare.output, bare.generated, bare.sample], [null, null, null]);
  assert.deepEqual([outputText(-1.5, false), outputText(0.9999, true)], ["−1.500", ">0.999"]);
});

test("it is said which iteration's points and whose heat map are shown", () => {
  const [before, after] = at(1200, 1210);
  assert.equal(
    shownWords(1203, { before, after, share: 0.3 }, false),
    "Shown: between the recorded iterations 1,200 and 1,210.",
  );
  assert.equal(
    shownWords(1203, { before, after: before, share: 0 }, true),
    "Points: iteration 1,203. Everything else: iteration 1,200, the nearest one recorded.",
  );
  assert.equal(shownWords(1200, { before, after: before, share: 0 }, true), "Shown: iteration 1,200.");
  assert.equal(
    shownWords(1300, { before: after, after, share: 0 }, false),
    "Shown: iteration 1,210, the nearest one recorded.",
  );
});
