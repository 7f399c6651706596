// A decoder that runs in the browser, layer by layer, from the weights that AutoencoderRun
// (ganlab/inference/autoencoder.py) packs. Images are 28 x 28.

import { erf } from "./normal.js";

/**
 * A layer with all that it needs.
 * @typedef {Required<Omit<Layer, "kernel" | "scales" | "bias">> & { kernel: Float32Array, bias: Float32Array }} Weighted
 */

/**
 * Numbers of half precision, given as their 16 bits, as floats.
 * @param {Uint16Array} halves
 */
export function fromHalves(halves) {
  return Float32Array.from(halves, (bits) => {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  });
}

/** @type {Record<Activation, (x: number) => number>} */
const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/**
 * @param {Float32Array} values
 * @param {Activation} name
 */
function activate(values, name) {
  if (name === "linear") return values;
  const f = ACTIVATIONS[name];
  for (let i = 0; i < values.length; i++) values[i] = f(values[i]);
  return values;
}

/**
 * Room for the values of so many pixels in so many channels, which begin with the bias, if there is one.
 * @param {number} pixels
 * @param {number} channels
 * @param {Float32Array} bias
 */
function begin(pixels, channels, bias) {
  const out = new Float32Array(pixels * channels);
  if (bias.length) for (let at = 0; at < out.length; at++) out[at] = bias[at % channels];
  return out;
}

/**
 * Goes over all pixels of a square, and from each over those that a kernel covers in a square `stride` times as large.
 * @param {Weighted} layer
 * @param {(pixel: number, covered: number, tap: number) => void} visit with places in the squares and in the kernel
 */
function eachTap({ k, side, stride }, visit) {
  const [wide, before] = [side * stride, (k - stride) >> 1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let row = 0; row < k; row++) {
        const coveredY = y * stride + row - before;
        if (coveredY < 0 || coveredY >= wide) continue;
        for (let column = 0; column < k; column++) {
          const coveredX = x * stride + column - before;
          if (coveredX < 0 || coveredX >= wide) continue;
          visit(y * side + x, coveredY * wide + coveredX, row * k + column);
        }
      }
    }
  }
}

/**
 * What each kind of layer makes of numbers.
 * @type {Record<Layer["kind"], (layer: Weighted, inputs: Float32Array) => Float32Array>}
 */
export const LAYERS = {
  dense({ kernel, bias, activation }, inputs) {
    const out = begin(1, kernel.length / inputs.length, bias);
    for (let i = 0; i < inputs.length; i++) {
      const value = inputs[i];
      if (value === 0) continue;
      const row = i * out.length;
      for (let o = 0; o < out.length; o++) out[o] += value * kernel[row + o];
    }
    return activate(out, activation);
  },

  waves({ kernel }, inputs) {
    const n = kernel.length / inputs.length;
    const out = new Float32Array(inputs.length + 2 * n);
    out.set(inputs);
    for (let o = 0; o < n; o++) {
      let sum = 0;
      for (let i = 0; i < inputs.length; i++) sum += inputs[i] * kernel[i * n + o];
      out[inputs.length + o] = Math.sin(sum);
      out[inputs.length + n + o] = Math.cos(sum);
    }
    return out;
  },

  activation({ activation }, inputs) {
    return activate(inputs, activation);
  },

  /** "same", kernel [k, k, in, out]: each pixel gathers from those around it. */
  convolution(layer, inputs) {
    const { kernel, bias, activation, k, side } = layer;
    const ins = inputs.length / side ** 2;
    const outs = kernel.length / (k ** 2 * ins);
    const out = begin(side ** 2, outs, bias);
    eachTap(layer, (to, from, tap) => {
      for (let i = 0; i < ins; i++) {
        const value = inputs[from * ins + i];
        for (let o = 0; o < outs; o++) out[to * outs + o] += value * kernel[(tap * ins + i) * outs + o];
      }
    });
    return activate(out, activation);
  },

  /** "same", to `stride` times the size; kernel [k, k, out, in]: each pixel gives to those around it. */
  transposed(layer, inputs) {
    const { kernel, bias, activation, k, side, stride } = layer;
    const ins = inputs.length / side ** 2;
    const outs = kernel.length / (k ** 2 * ins);
    const out = begin((side * stride) ** 2, outs, bias);
    eachTap(layer, (from, to, tap) => {
      for (let o = 0; o < outs; o++) {
        let sum = 0;
        for (let i = 0; i < ins; i++) sum += inputs[from * ins + i] * kernel[(tap * outs + o) * ins + i];
        out[to * outs + o] += sum;
      }
    });
    return activate(out, activation);
  },
};

/** What a layer is where nothing is said of it. */
const WEIGHTLESS = { activation: /** @type {Activation} */ ("linear"), k: 1, side: 1, stride: 1 };

/**
 * A kernel of 8 bits, from 1 to 255 with 0 at 128, as floats: each output's numbers are as large as its scale says.
 * @param {Uint8Array} kernel [in, out]
 * @param {Float32Array} scales [out]
 */
export const fromBytes = (kernel, scales) =>
  Float32Array.from(kernel, (step, i) => (step - 128) * scales[i % scales.length]);

export class Decoder {
  /**
   * @param {Layer[]} layers
   * @param {Record<string, Numbers | undefined>} arrays
   * @param {string} [before] what the names of its arrays begin with, where there are other decoders'
   */
  constructor(layers, arrays, before = "") {
    const weights = (/** @type {string | undefined} */ name, scales = new Float32Array()) => {
      const found = name === undefined ? new Uint16Array() : arrays[before + name];
      return found instanceof Uint8Array ? fromBytes(found, scales) : fromHalves(/** @type {Uint16Array} */ (found));
    };
    this.layers = layers.map((layer) => ({
      ...WEIGHTLESS,
      ...layer,
      kernel: weights(layer.kernel, weights(layer.scales)),
      bias: weights(layer.bias),
    }));
  }

  /**
   * 784 grey levels, 0 to 255, of a place in latent space.
   * @param {ArrayLike<number>} latents
   */
  decode(latents) {
    let values = /** @type {Float32Array} */ (Float32Array.from(latents));
    for (const layer of this.layers) values = LAYERS[layer.kind](layer, values);
    return Uint8ClampedArray.from(values, (value) => 255 * value);
  }
}
