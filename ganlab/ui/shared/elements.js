// The elements of a piece: those that its own HTML holds, and new ones.

/**
 * The first element that a selector names. It has to be there.
 * @template {string} S
 * @param {ParentNode} root
 * @param {S} selector
 * @returns {Found<S>}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return /** @type {any} */ (found); // of the tag that the selector begins with
}

/**
 * Finds parts of a piece.
 * @param {ParentNode} root
 * @returns {Find}
 */
export const finder = (root) => (selector) => part(root, selector);

/**
 * A new element from HTML, with texts in the parts that selectors name.
 * @param {string} html
 * @param {Record<string, string>} [texts]
 */
export function made(html, texts = {}) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const [selector, text] of Object.entries(texts)) part(template.content, selector).textContent = text;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}
