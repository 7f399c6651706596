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

/**
 * What has the keys, within the shadow root that an element is in.
 * @param {HTMLElement} element
 */
export const focused = (element) => /** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement;

/**
 * Writes a text where it is not there yet.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The script of a piece that keeps an object at its outermost element, which has the object's name as its class.
 * @template Data
 * @param {string} name
 * @param {new (root: HTMLElement) => { show(data: Data): void, end?(): void }} Kind
 */
export const keeps =
  (name, Kind) =>
  (/** @type {Piece<Data>} */ { data, parentElement }) => {
    const root = /** @type {any} */ (part(parentElement, `.${name}`));
    root[name] ??= new Kind(root);
    root[name].show(data);
    return () => root[name].end?.();
  };
