// Numbers of layers and units, in words.

/**
 * A number with as many decimals as say something.
 * @param {number} value
 */
export function told(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  return value
    .toFixed(digits)
    .replace(/^-(0\.?0*)$/, "$1")
    .replace("-", "−");
}

/**
 * @param {Float32Array} values
 * @returns {[lowest: number, highest: number]}
 */
export function rangeOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** @param {LayersHead} head @param {[number, number]} range */
export function rangeWords({ overall, inputs }, [low, high]) {
  const here = `For this input its numbers go from ${told(low)} to ${told(high)}`;
  return overall ? `${here}; for ${inputs}, from ${told(overall[0])} to ${told(overall[1])}.` : `${here}.`;
}

/**
 * @param {boolean} map
 * @param {[number, number]} range
 */
export function unitWords(map, [low, high]) {
  if (low === 0 && high === 0) return "It gives 0 for this input.";
  return map ? `Its map goes from ${told(low)} to ${told(high)}.` : `It gives ${told(high)}.`;
}

/**
 * How a sum comes about.
 * @param {number} products how many
 * @param {{ bias: number, activation: string }} kernel
 * @param {number} total
 * @param {number} value on the map
 */
export function sumWords(products, { bias, activation }, total, value) {
  const sum = bias
    ? `The ${products} products add up to ${told(total - bias)}; with the bias ${told(bias)} that is ${told(total)}`
    : `The ${products} products add up to ${told(total)}`;
  return activation ? `${sum}. ${activation} makes ${told(value)} of it.` : `${sum}, the number on the map.`;
}

/**
 * Where a pixel of a map is, and what it holds.
 * @param {number} row
 * @param {number} column
 * @param {number} value
 */
export const pixelWords = (row, column, value) => `Row ${row + 1}, column ${column + 1}: ${told(value)}`;

/** @param {Kernel} kernel */
export function kernelWords({ shape: [rows, columns, slices], of, bias, activation }) {
  const some = of > slices ? `, the ${slices} of ${of} that weigh most` : "";
  const size =
    rows > 1 && slices > 1 ? `${slices} slices of ${rows} × ${columns}${some}, one for each map that comes in` : "";
  const numbers = size || (rows === 1 ? `${columns} weights` : `${rows} × ${columns} numbers`);
  return `${numbers}; bias ${told(bias)}${activation ? `; then ${activation}` : ""}.`;
}

/** @param {Spread} spread */
export const spreadWords = ({ mean, deviation }) => `mean ${told(mean)}, spread ${told(deviation)}`;
