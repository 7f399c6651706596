// Grey images of 28 x 28 pixels on a canvas.

const SIDE = 28;
const GAP = 2;

/** Draws grey images in rows on a canvas, one pixel a pixel; the browser enlarges them. */
function paint(canvas, images, columns, marked = -1) {
  const n = images.length / SIDE ** 2;
  const cell = SIDE + GAP;
  const rows = Math.max(1, Math.ceil(n / columns));
  const width = columns * cell + GAP;
  const height = rows * cell + GAP;
  const context = canvas.getContext("2d");
  if (!canvas.page || canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, { width, height });
    canvas.page = context.createImageData(width, height); // kept, as a new one for each frame would pile up
  }
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
