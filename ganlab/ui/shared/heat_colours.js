// Colours of the discriminator's heat map: orange is the generated side, blue-green the real one, as in ColorBrewer's
// scheme BrBG, which colour-blind readers can tell apart. Here both sides are equally light at equal distance from the
// middle, evenly so in Oklab (Björn Ottosson, 2020), on a light page and on a dark one.

const HUES = { generated: 62, real: 192 }; // degrees
const STRONGEST = 0.105; // chroma
const LIGHTNESS = { light: [0.965, 0.68], dark: [0.25, 0.62] }; // in the middle, at the ends

/**
 * A colour of Oklab as red, green and blue from 0 to 255.
 * @param {number} lightness
 * @param {number} a
 * @param {number} b
 */
export function fromOklab(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((value) => {
    const sure = Math.min(1, Math.max(0, value));
    return Math.round(255 * (sure <= 0.0031308 ? 12.92 * sure : 1.055 * sure ** (1 / 2.4) - 0.055));
  });
}

/**
 * The colour of a share, from 0 (generated) to 1 (real).
 * @param {number} share
 * @param {boolean} dark whether the page is
 */
export function heatColour(share, dark) {
  const away = Math.abs(2 * share - 1);
  const [middle, end] = LIGHTNESS[dark ? "dark" : "light"];
  const hue = (HUES[share < 0.5 ? "generated" : "real"] * Math.PI) / 180;
  const chroma = STRONGEST * away;
  return fromOklab(middle + (end - middle) * away, chroma * Math.cos(hue), chroma * Math.sin(hue));
}

/**
 * Black or white, whichever can be read on a colour.
 * @param {number[]} colour
 */
export function inkOn(colour) {
  const [r, g, b] = colour.map((value) => (value / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "black" : "white";
}

/**
 * The colours of 256 shares as pixels of a canvas.
 * @param {boolean} dark
 */
export function heatTable(dark) {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const [red, green, blue] = heatColour(i / 255, dark);
    return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** @param {number} value */
export const sigmoid = (value) => 1 / (1 + Math.exp(-value));

/**
 * How a raw output becomes a share from 0 to 1: P(real), or of a score without a scale, how far it is to either side
 * of the middle one.
 * @param {Float32Array} values
 * @param {boolean} probability
 * @param {number} middle
 * @returns {(value: number) => number}
 */
export function shareOf(values, probability, middle) {
  if (probability) return sigmoid;
  let most = 1e-9;
  for (const value of values) most = Math.max(most, Math.abs(value - middle));
  return (value) => 0.5 + (0.5 * (value - middle)) / most;
}
