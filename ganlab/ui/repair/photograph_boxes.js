// Where the boxes on a photograph are: how large it has to be for a finger, and which box is beside which.

const FINGER = 32; // screen pixels: as wide as most boxes should be
const LEAST = 2; // times as wide as there is room for: what is larger has to look it
const MOST = 3; // the photograph is then moved under a finger

/** @param {PhotographBox} box */
const middle = ({ box: [left, , right] }) => (left + right) / 2;

/**
 * How wide a large photograph is shown where there is `room` for it, both in screen pixels: so that most boxes can be
 * touched. A box is taken as at least half as wide as high, as a thin one of a one or of a line says nothing.
 * @param {PhotographBox[]} boxes in pixels of the photograph
 * @param {number} width of the photograph
 * @param {number} room
 */
export function shownWidth(boxes, width, room) {
  const sizes = boxes.map(({ box: [left, top, right, bottom] }) => Math.max(right - left, (bottom - top) / 2));
  const typical = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] || width;
  return Math.round(Math.min(MOST * room, Math.max(LEAST * room, (FINGER * width) / typical)));
}

/**
 * The box that an arrow key leads to from the box `at`: the one before or after it, the nearest one in the line above
 * or below, or with Home and End the first and the last one. It stays where there is none, or for another key.
 * @param {PhotographBox[]} boxes in reading order
 * @param {number} at
 * @param {string} key
 */
export function boxBeside(boxes, at, key) {
  const last = boxes.length - 1;
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key === "ArrowRight") return Math.min(last, at + 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  const line = boxes[at].line + (key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0);
  const away = (/** @type {number} */ index) => Math.abs(middle(boxes[index]) - middle(boxes[at]));
  const there = [...boxes.keys()].filter((index) => boxes[index].line === line && index !== at);
  if (line === boxes[at].line || !there.length) return at;
  return there.reduce((best, index) => (away(index) < away(best) ? index : best));
}
