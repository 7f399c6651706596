// Lines, discs and colours on a canvas that has as many pixels as the screen has there.

/** @param {HTMLCanvasElement} canvas */
export const pen = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * A canvas that is not on the page.
 * @param {number} width
 * @param {number} height
 */
export const newCanvas = (width, height) => Object.assign(document.createElement("canvas"), { width, height });

/**
 * Has something drawn with the next frame, once however often that is asked for.
 * @param {() => void} draw
 */
export function soon(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/**
 * Gives a canvas as many pixels as the screen has there. It loses what was on it if they are not as many as before.
 * @param {HTMLCanvasElement} canvas
 */
export function sharpen(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

/**
 * Strokes a line from point to point.
 * @param {CanvasRenderingContext2D} context
 * @param {number[][]} points [x, y] each
 */
export function line(context, ...points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/**
 * Traces a circle, to be filled or stroked.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius in pixels of the page
 */
export function circle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius * devicePixelRatio, 0, 7);
}

/**
 * A colour that is given as itself, or as the name of a CSS variable of an element.
 * @param {Element} element
 * @param {string} colour
 */
export const colourOf = (element, colour) =>
  colour.startsWith("--") ? getComputedStyle(element).getPropertyValue(colour) : colour;
