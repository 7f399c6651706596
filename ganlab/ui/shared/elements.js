// The elements that a piece's own HTML holds.

/**
 * The first element that a selector names. It has to be there.
 * @template {string} S
 * @param {ParentNode} root
 * @param {S} selector
 * @returns {S extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[S] : HTMLElement}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return /** @type {any} */ (found); // a selector says no more of its type than its tag
}

/**
 * Finds the elements of a piece by their ids, of which `Elements` knows the types. Tests hold those against the HTML.
 * @param {ParentNode} root
 * @returns {Find}
 */
export const finder = (root) => (id) => /** @type {any} */ (part(root, `#${id}`));

/** @param {HTMLCanvasElement} canvas */
export const pen = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
