// Presses a download button as soon as it is there, once for each file.

const PATIENCE = 100; // looks, one with each picture of the screen, for a button that has not been drawn yet
const pressed = new Set();

/** @param {Piece<{ button: string, file: string }>} piece */
export default function ({ data }) {
  if (pressed.has(data.file)) return;
  pressed.add(data.file);
  const place = `.st-key-${data.button.replace(/[^a-zA-Z0-9_-]/g, "-")} button`;
  const look = (/** @type {number} */ left) => {
    const button = document.querySelector(place);
    if (button instanceof HTMLElement) button.click();
    else if (left) requestAnimationFrame(() => look(left - 1));
  };
  look(PATIENCE);
}
