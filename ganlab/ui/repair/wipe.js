// Two images on top of each other, with a border between them that is dragged, or moved by the arrow keys.

import { part } from "../shared/elements.js";

/** @param {Piece<{ before: string, after: string }>} piece */
export default function ({ data, parentElement }) {
  const root = part(parentElement, ".wipe");
  const range = part(root, "input");
  for (const [name, image] of Object.entries(data))
    part(root, `.${name}`).setAttribute("src", `data:image/png;base64,${image}`);
  const show = () => {
    root.style.setProperty("--at", `${range.value}%`);
    range.setAttribute(
      "aria-valuetext",
      `the left ${range.value}% show the damaged digit, the rest shows the repaired one`,
    );
  };
  range.oninput = show;
  show();
}
