// How long a gradient or a step is, layer by layer, as bars.

import { made } from "./elements.js";

/**
 * @param {HTMLElement} list
 * @param {[layer: string, length: number | null, size?: number | null][]} norms the layers' names, how long what is
 *   shown of them is, and, where that is to be said, how long their weights are
 */
export function showNorms(list, norms) {
  const most = Math.max(1e-12, ...norms.map(([, length]) => length ?? 0));
  list.hidden = !norms.length;
  list.replaceChildren(
    ...norms.map(([layer, length, size]) => {
      const item = made("<li><span></span><i></i><b></b></li>", { span: layer, b: said(length, size) });
      const bar = /** @type {HTMLElement} */ (item.querySelector("i"));
      bar.style.width = `${(100 * (length ?? 0)) / most}%`;
      return item;
    }),
  );
}

/**
 * A length, and its share of the weights'.
 * @param {number | null} length
 * @param {number | null | undefined} size
 */
export function said(length, size) {
  if (length === null) return "–";
  const number = length.toPrecision(2);
  return size ? `${number} (${Number(((100 * length) / size).toPrecision(2))}%)` : number;
}
