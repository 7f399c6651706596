// Buttons that copy texts.

import { made, part } from "../shared/elements.js";

/**
 * Copies a text, also where the page came over a network without encryption, on which browsers have no clipboard.
 * @param {string} text
 */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = /** @type {HTMLTextAreaElement} */ (made("<textarea></textarea>"));
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("This browser does not let pages copy.");
}

/** @param {Piece<Record<string, string>>} piece */
export default function ({ data, parentElement }) {
  const said = made('<span role="status"></span>');
  const buttons = Object.entries(data).map(([label, text]) => {
    const button = made('<button type="button"></button>', { button: label });
    button.onclick = () => {
      copy(text).then(
        () => (said.textContent = "Copied."),
        () => (said.textContent = "This browser does not let pages copy. Select the text above instead."),
      );
    };
    return button;
  });
  part(parentElement, ".copies").replaceChildren(...buttons, said);
}
