// The line on which a square grid of values has a given value, by marching squares.

/**
 * Segments of the line in steps of the grid, from the left and from the top: x, y, x, y of each.
 * @param {ArrayLike<number>} values row by row
 * @param {number} side of the grid
 * @param {number} level
 */
export function contour(values, side, level) {
  /** @type {number[]} */
  const segments = [];
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      // how far the corners are above the level, around the cell from its upper left one
      const a = values[at] - level;
      const b = values[at + 1] - level;
      const c = values[at + side + 1] - level;
      const d = values[at + side] - level;
      const kind = (a > 0 ? 8 : 0) + (b > 0 ? 4 : 0) + (c > 0 ? 2 : 0) + (d > 0 ? 1 : 0);
      if (kind === 0 || kind === 15) continue;
      const top = () => segments.push(column + a / (a - b), row);
      const right = () => segments.push(column + 1, row + b / (b - c));
      const bottom = () => segments.push(column + d / (d - c), row + 1);
      const left = () => segments.push(column, row + a / (a - d));
      /** @param {(() => number)[]} crossings */
      const join = (...crossings) => {
        for (const crossing of crossings) crossing();
      };
      const high = a + b + c + d > 0; // in the middle, where opposite corners are alike
      if (kind === 1 || kind === 14) join(left, bottom);
      else if (kind === 2 || kind === 13) join(bottom, right);
      else if (kind === 4 || kind === 11) join(top, right);
      else if (kind === 8 || kind === 7) join(left, top);
      else if (kind === 3 || kind === 12) join(left, right);
      else if (kind === 6 || kind === 9) join(top, bottom);
      else if ((kind === 5) === high) join(left, top, bottom, right);
      else join(left, bottom, top, right);
    }
  }
  return segments;
}

/**
 * The value that as many are below as above.
 * @param {Float32Array} values
 */
export function median(values) {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
