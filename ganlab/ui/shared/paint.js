// Grey images of 28 x 28 pixels on a canvas.

import { pen } from "./drawing.js";

export const SIDE = 28;
export const GAP = 2;

/**
 * Draws grey images in rows on a canvas, one pixel a pixel; the browser enlarges them.
 * @param {HTMLCanvasElement & { page?: ImageData }} canvas
 * @param {Uint8Array} images
 * @param {number} columns
 * @param {number} [marked] which of them gets a frame
 */
export function paint(canvas, images, columns, marked = -1) {
  const n = images.length / SIDE ** 2;
  const cell = SIDE + GAP;
  const rows = Math.max(1, Math.ceil(n / columns));
  const width = columns * cell + GAP;
  const height = rows * cell + GAP;
  const context = pen(canvas);
  if (canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height, page: undefined });
  }
  canvas.page ??= context.createImageData(width, height); // kept, as a new one for each frame would pile up
  const { page } = canvas;
  const pixels = new Uint32Array(page.data.buffer).fill(0xff181818);
  for (let i = 0; i < n; i++) {
    const left = GAP + (i % columns) * cell;
    const top = GAP + Math.floor(i / columns) * cell;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        pixels[(top + y) * width + left + x] = 0xff000000 | (images[i * SIDE ** 2 + y * SIDE + x] * 0x010101);
      }
    }
  }
  context.putImageData(page, 0, 0);
  if (marked >= 0 && marked < n) {
    context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--c0");
    context.lineWidth = GAP;
    context.strokeRect(GAP / 2 + (marked % columns) * cell, GAP / 2 + Math.floor(marked / columns) * cell, cell, cell);
  }
}

/**
 * One image's grey levels as what a canvas takes.
 * @param {Uint8Array | Uint8ClampedArray} pixels
 */
export function asImage(pixels) {
  const image = new ImageData(SIDE, SIDE);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (pixels[i] * 0x010101);
  return image;
}

/**
 * Which image of a painted canvas is under a place on it, or -1.
 * @param {{ offsetX: number, offsetY: number }} place in pixels of the screen
 * @param {{ clientWidth: number, width: number }} canvas
 */
export function imageAt({ offsetX, offsetY }, { clientWidth, width }) {
  const cell = ((SIDE + GAP) * clientWidth) / width;
  const columns = Math.floor(width / (SIDE + GAP));
  const [column, row] = [Math.floor(offsetX / cell), Math.floor(offsetY / cell)];
  return column >= 0 && column < columns && row >= 0 ? row * columns + column : -1;
}
