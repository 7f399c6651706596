import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Pad, spread } from "../../ganlab/ui/latent/pad.js";
import { decimal, Slice } from "../../ganlab/ui/latent/slice.js";
import { Decoder, fromHalves, LAYERS } from "../../ganlab/ui/shared/decoder.js";
import { cumulative, erf, quantile } from "../../ganlab/ui/shared/normal.js";

/** @import { Weighted } from "../../ganlab/ui/shared/decoder.js" */

/**
 * @param {ArrayLike<number>} got
 * @param {number[]} wanted
 */
function near(got, wanted, within = 1e-6) {
  assert.equal(got.length, wanted.length);
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(got[i] - value) <= within, `${Array.from(got)} is not ${wanted}`);
  });
}

/**
 * A layer without weights, but for what is given.
 * @param {Partial<Weighted>} layer
 * @returns {Weighted}
 */
const layer = (layer) => ({
  kind: "dense",
  activation: "linear",
  k: 1,
  side: 1,
  stride: 1,
  kernel: new Float32Array(),
  bias: new Float32Array(),
  ...layer,
});

const floats = (/** @type {number[]} */ ...values) => Float32Array.from(values);

test("halves become floats: normal, subnormal, negative and zero", () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x0000);
  near(fromHalves(halves), [1, -2, 0.33325195, 65504, 2 ** -24, 0], 1e-8);
});

test("the error function and the normal distribution are those of the tables", () => {
  near([-1, 0, 0.5, 2].map(erf), [-0.8427008, 0, 0.5204999, 0.9953223], 2e-7);
  near([-1.96, 0, 1, 1.96].map(cumulative), [0.0249979, 0.5, 0.8413447, 0.9750021], 2e-7);
  near([0.001, 0.025, 0.5, 0.975, 0.999].map(quantile), [-3.0902323, -1.959964, 0, 1.959964, 3.0902323]);
  for (let p = 0.0005; p < 1; p += 0.0105) near([cumulative(quantile(p))], [p], 2e-7);
});

test("a dense layer multiplies, adds and activates, with a bias or without", () => {
  const kernel = floats(1, 2, 3, 4, 5, 6); // [2, 3]
  near(LAYERS.dense(layer({ kernel, bias: floats(10, 0, -100), activation: "relu" }), floats(1, 2)), [19, 12, 0]);
  near(LAYERS.dense(layer({ kernel }), floats(0, 1)), [4, 5, 6]);
});

test("activations are those of Keras", () => {
  const of = (/** @type {Activation} */ activation) => LAYERS.activation(layer({ activation }), floats(-1, 0, 2));
  near(of("linear"), [-1, 0, 2]);
  near(of("relu"), [0, 0, 2]);
  near(of("gelu"), [-0.1586553, 0, 1.9544997]);
  near(of("sigmoid"), [0.2689414, 0.5, 0.8807971]);
});

test("waves stand beside the numbers that they are made of", () => {
  const kernel = floats(Math.PI, 0, 0, Math.PI / 2); // [2, 2]
  near(LAYERS.waves(layer({ kernel }), floats(0.5, 1)), [0.5, 1, 1, 1, 0, 0], 1e-6);
});

/** What Keras makes of it: every output pixel gathers from all inputs, one multiplication at a time. */
function slowConvolution(/** @type {Weighted} */ { kernel, bias, k, side }, /** @type {Float32Array} */ inputs) {
  const [ins, outs] = [inputs.length / side ** 2, bias.length];
  const out = [];
  for (let at = 0; at < side ** 2 * outs; at++) {
    const [y, x, o] = [Math.floor(at / outs / side), Math.floor(at / outs) % side, at % outs];
    let sum = bias[o];
    for (let tap = 0; tap < k * k * ins; tap++) {
      const [row, column, i] = [Math.floor(tap / ins / k), Math.floor(tap / ins) % k, tap % ins];
      const [fromY, fromX] = [y + row - Math.floor((k - 1) / 2), x + column - Math.floor((k - 1) / 2)];
      const inside = fromY >= 0 && fromY < side && fromX >= 0 && fromX < side;
      if (inside) sum += inputs[(fromY * side + fromX) * ins + i] * kernel[tap * outs + o];
    }
    out.push(sum);
  }
  return out;
}

test("a convolution goes over every pixel and stops at the edges", () => {
  const waves = (/** @type {number} */ n) => Float32Array.from({ length: n }, (_, i) => Math.sin(i));
  const [ins, outs, side] = [2, 3, 4];
  for (const k of [1, 2, 3]) {
    const given = layer({ kernel: waves(k * k * ins * outs), bias: floats(1, 2, 3), k, side });
    const inputs = waves(side ** 2 * ins);
    near(LAYERS.convolution(given, inputs), slowConvolution(given, inputs), 1e-5);
  }
});

test("a transposed convolution spreads each pixel over its surroundings", () => {
  const kernel = floats(1, 2, 3, 4, 5, 6, 7, 8, 9); // 3 x 3, one channel each
  const given = layer({ kernel, bias: floats(0.5), k: 3, side: 2, stride: 2 });
  const wanted = [1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 0].map((value) => value + 0.5);
  near(LAYERS.transposed(given, floats(1, 0, 0, 0)), wanted);
  const corner = Array(16).fill(0.5);
  for (const [at, value] of /** @type {const} */ ([
    [10, 1],
    [11, 2],
    [14, 4],
    [15, 5],
  ]))
    corner[at] += value;
  near(LAYERS.transposed(given, floats(0, 0, 0, 1)), corner);
});

test("a decoder runs its layers from packed halves to grey levels", () => {
  const halves = { "kernel-0": Uint16Array.of(0x3c00, 0x3c00, 0xbc00), "bias-0": Uint16Array.of(0, 0xc000, 0) };
  const decoder = new Decoder(
    [
      { kind: "dense", kernel: "kernel-0", bias: "bias-0", activation: "relu" },
      { kind: "activation", activation: "linear" },
    ],
    halves,
  );
  assert.deepEqual(Array.from(decoder.decode([0.5])), [128, 0, 0]); // 127.5 is rounded to even
  assert.deepEqual(Array.from(decoder.decode([3])), [255, 255, 0]);
});

// Slices

const turned = floats(0.6, 0.8, 0, -0.8, 0.6, 0, 0, 0, 1);

test("numbers are written with two decimals and no minus before a zero", () => {
  assert.deepEqual([1, -1.236, -0.004, 0].map(decimal), ["1.00", "-1.24", "0.00", "0.00"]);
});

test("a place on the pad changes the two numbers of its axes alone", () => {
  const slice = new Slice(3, turned);
  slice.code = [1, 2, 3];
  slice.turn("numbers", [2, 0]);
  assert.deepEqual(slice.at, [3, 1]);
  assert.deepEqual(slice.codeAt([7, 8]), [8, 2, 7]);
  assert.deepEqual(slice.code, [1, 2, 3]); // it stays where it is
  assert.deepEqual(slice.others, [1]);
});

test("turning the axes leaves the marker where it is in the space", () => {
  const slice = new Slice(3, turned);
  slice.code = [1, 2, 3];
  slice.turn("directions", [1, 2]);
  near(slice.code, [1, 2, 3]);
  near(slice.at, [0.4, 3]);
  near(slice.codeAt([0, 0]), [1.32, 1.76, 0]);
  assert.equal(slice.name, "d2-d3");
});

test("codes are projected on the axes", () => {
  const slice = new Slice(3, turned);
  const codes = floats(1, 2, 3, 4, 5, 6);
  slice.turn("numbers", [1, 2]);
  near(slice.project(codes), [2, 3, 5, 6]);
  slice.turn("directions", [0, 2]);
  near(slice.project(codes), [2.2, 3, 6.4, 6]);
});

test("axes are taken from an address only if there are such", () => {
  const slice = new Slice(3, turned);
  for (const name of ["", "1-1", "0-1", "1-4", "1-d2", "d1-2", "1-2-3", "x"]) {
    slice.name = name;
    assert.equal(slice.name, "1-2", name);
  }
  slice.name = "d3-d1";
  assert.deepEqual([slice.basis, slice.axes], ["directions", [2, 0]]);
});

test("an address that names directions does nothing where there are none", () => {
  const slice = new Slice(2);
  slice.code = [1, 2];
  slice.name = "d1-d2";
  assert.deepEqual([slice.name, slice.code], ["1-2", [1, 2]]);
});

// The pad

/** @type {Record<string, any>} */
let fields;
/** @type {Pad} */
let pad;

beforeEach(() => {
  fields = { pad: { clientWidth: 280 }, picture: { value: "linear" }, points: { value: "dots" } };
  pad = new Pad(
    /** @type {any} */ ({ querySelector: (/** @type {string} */ selector) => fields[selector.split("#")[1]] }),
  );
  pad.reach = 4;
  pad.points = floats(0, 0, 2, 2, 2.1, 2, 9, 0); // the last one is not on the pad
  pad.arrays = { places: pad.points, labels: Uint8Array.of(5, 6, 7, 8) };
});

test("shares of the pad and places in the plane are each other's inverse, evenly spaced or stretched", () => {
  assert.deepEqual([pad.toShare(0), pad.toShare(2), pad.toValue(1)], [0.5, 0.75, 4]);
  assert.deepEqual([pad.toValue(2), pad.toValue(-1)], [4, -4]); // no farther than the pad
  for (const picture of ["linear", "quantiles"]) {
    fields.picture.value = picture;
    near(
      [-3, -0.5, 0, 1, 3].map((value) => pad.toValue(pad.toShare(value))),
      [-3, -0.5, 0, 1, 3],
      1e-3,
    );
  }
  assert.ok(pad.toShare(1) > 0.8); // most random points lie near the middle, which gets the room
  assert.ok(pad.edge < 4);
});

test("the test image under the pointer is the nearest one that is near", () => {
  assert.equal(pad.under(0.5, 0.5), 0);
  assert.equal(pad.under(0.75, 0.25), 1);
  assert.equal(pad.under(0.762, 0.25), 2);
  assert.equal(pad.under(0.6, 0.4), -1);
});

test("what is hidden, off the pad or not shown is not under the pointer", () => {
  pad.hidden.add(6);
  assert.equal(pad.under(0.75, 0.25), 2);
  assert.deepEqual(pad.seen, [0, 2]);
  fields.points.value = "none";
  assert.equal(pad.under(0.5, 0.5), -1);
});

test("where there is little room, every second or third test image is shown", () => {
  assert.deepEqual(spread(5, 10), [0, 1, 2, 3, 4]);
  assert.deepEqual(spread(10, 4), [0, 3, 6, 9]);
  assert.deepEqual(spread(0, 4), []);
});
