// What is seen at a stage of slow motion: images in the order of what the discriminator says, and random numbers.

import { pen } from "../shared/drawing.js";
import { SIDE } from "../shared/paint.js";

const PIXELS = SIDE ** 2;
const LIGHTER = [255, 140, 40];
const DARKER = [70, 130, 255];

/**
 * The places of values from the largest to the smallest; without values, as they come.
 * @param {Float32Array | undefined} values
 * @param {number} count how many of them there are at most
 */
export function sorted(values, count) {
  const places = Array.from({ length: count }, (_, place) => place);
  return values ? places.sort((one, other) => values[other] - values[one] || one - other) : places;
}

/**
 * A grey image, red, green, blue and opacity for each pixel, with what its pixels are pulled to over it.
 * @param {Uint8Array} images
 * @param {number} number which of them
 * @param {{ pull: Uint8Array, strength: number } | null} over `pull` is 128 where a pixel may stay, and more where it
 *   has to be lighter; at `strength` 1 the strongest pull covers its pixel
 */
export function coloured(images, number, over) {
  const found = new Uint8ClampedArray(4 * PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    const grey = images[number * PIXELS + i];
    const pull = over ? (over.pull[number * PIXELS + i] - 128) / 127 : 0;
    const share = Math.min(1, Math.abs(pull) * (over?.strength ?? 0));
    const colour = pull > 0 ? LIGHTER : DARKER;
    for (let channel = 0; channel < 3; channel++) {
      found[4 * i + channel] = grey * (1 - share) + colour[channel] * share;
    }
    found[4 * i + 3] = 255;
  }
  return found;
}

/**
 * How many are taken for real from a threshold on, and for fake below it.
 * @param {Float32Array} given what the discriminator says of each
 * @param {number} threshold
 * @returns {[real: number, fake: number]}
 */
export function taken(given, threshold) {
  const real = given.reduce((count, value) => count + Number(value >= threshold), 0);
  return [real, given.length - real];
}

/**
 * The least and the most of values, which differ.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function spanOf(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (values.length && low < high) return [low, high];
  const middle = values.length ? low : 0;
  return [middle - 0.5, middle + 0.5];
}

/**
 * Where a value lies from the least (0) to the most (1); what is beyond is at the end.
 * @param {number} value
 * @param {[number, number]} span
 */
export const share = (value, [low, high]) => Math.min(1, Math.max(0, (value - low) / (high - low)));

/**
 * The middle between what two kinds of images are given on average.
 * @param {number[]} reals
 * @param {number[]} fakes
 */
export function between(reals, fakes) {
  const means = [reals, fakes]
    .filter((values) => values.length)
    .map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  return means.reduce((sum, mean) => sum + mean, 0) / Math.max(1, means.length);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8ClampedArray} pixels
 */
export function drawImage(canvas, pixels) {
  Object.assign(canvas, { width: SIDE, height: SIDE });
  pen(canvas).putImageData(new ImageData(/** @type {any} */ (pixels), SIDE, SIDE), 0, 0);
}

/**
 * Random numbers as rows of squares: 0 is in the middle between dark and light.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values
 * @param {number} columns
 */
export function drawNumbers(canvas, values, columns) {
  const rows = values.length / columns;
  Object.assign(canvas, { width: columns, height: rows });
  canvas.style.aspectRatio = `${columns} / ${rows}`;
  canvas.style.maxWidth = `${columns}rem`;
  const image = new ImageData(columns, rows);
  values.forEach((value, place) => {
    const grey = Math.round(255 / (1 + Math.exp(-1.5 * value)));
    image.data.set([grey, grey, grey, 255], 4 * place);
  });
  pen(canvas).putImageData(image, 0, 0);
}
