// What a convolution adds up at one place, from what the server has sent.

/**
 * Numbers under the kernel and those of the kernel, of the first channel; `total` is of all channels, with the bias.
 * @typedef {{ patch: number[], weights: number[], top: number, left: number, total: number }} Sum
 */

/**
 * @param {Float32Array} taken what goes in, [rows, columns, channels]
 * @param {number[]} shape of it
 * @param {Float32Array} numbers of the kernel, [channels, rows, columns]
 * @param {Kernel & { sliding: Sliding }} kernel
 * @param {number} row of the map
 * @param {number} column
 * @returns {Sum}
 */
export function sumAt(taken, [rows, columns, channels], numbers, kernel, row, column) {
  const [high, wide] = kernel.shape;
  const { stride, before } = kernel.sliding;
  const [top, left] = [row * stride - before[0], column * stride - before[1]];
  const [patch, weights] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let total = kernel.bias;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        const [down, across] = [top + y, left + x];
        const inside = down >= 0 && across >= 0 && down < rows && across < columns;
        const value = inside ? taken[(down * columns + across) * channels + channel] : 0;
        const weight = numbers[(channel * high + y) * wide + x];
        total += value * weight;
        if (channel) continue;
        patch.push(value);
        weights.push(weight);
      }
    }
  }
  return { patch, weights, top, left, total };
}

/**
 * Where an arrow key leads from a cell of a grid, row by row; the same cell where it leads nowhere.
 * @param {number} cell
 * @param {number} columns
 * @param {number} count of cells
 * @param {string} key
 */
export function nextCell(cell, columns, count, key) {
  if ((key === "ArrowLeft" && cell % columns === 0) || (key === "ArrowRight" && (cell + 1) % columns === 0))
    return cell;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  const wanted = step === undefined ? -1 : cell + step;
  return wanted >= 0 && wanted < count ? wanted : cell;
}

/**
 * Which of the covered answers belongs to a patch, whose places are row after row.
 * @param {number} row
 * @param {number} column
 * @param {number} size of the patch
 * @param {number} side of the image
 */
export const placeOf = (row, column, size, side) => row * (side - size + 1) + column;
