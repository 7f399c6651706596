// Saving what is drawn here as PNG images.

import { colourOf, line, newCanvas, pen } from "./drawing.js";

/**
 * A line in the key of a chart; its colour is one, or the name of a CSS variable.
 * @typedef {{ title: string, help?: string, colour: string, dash: number[] }} Key
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 */
export function download(canvas, name) {
  canvas.toBlob((blob) => {
    if (blob) downloadFile(blob, name); // else there is nothing on the canvas
  });
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function downloadFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * What a plot of a run is called as a file.
 * @param {string} run
 * @param {string} title
 */
export const fileName = (run, title) => `${run}-${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;

/**
 * A chart as it is shown, below its title and its keys, on the page's ground.
 * @param {Element} root
 * @param {HTMLCanvasElement} chart
 * @param {string} title
 * @param {Key[]} keys
 */
export function picture(root, chart, title, keys) {
  const scale = devicePixelRatio;
  const [pad, row] = [12 * scale, 20 * scale];
  const style = getComputedStyle(root);
  const head = pad + row * (1.2 + keys.length);
  const canvas = newCanvas(chart.width + 2 * pad, chart.height + head + pad);
  const context = pen(canvas);
  context.fillStyle = style.getPropertyValue("--st-background-color");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.getPropertyValue("--ink");
  context.textBaseline = "middle";
  context.font = `600 ${14 * scale}px sans-serif`;
  context.fillText(title, pad, pad + row / 2);
  context.font = `${12 * scale}px sans-serif`;
  context.lineWidth = 2.5 * scale;
  keys.forEach((key, index) => {
    const y = pad + row * (1.5 + index);
    context.strokeStyle = colourOf(root, key.colour);
    context.setLineDash(key.dash.map((length) => length * scale));
    line(context, [pad, y], [pad + 22 * scale, y]);
    context.fillText(key.title, pad + 30 * scale, y);
  });
  context.drawImage(chart, pad, head);
  return canvas;
}
