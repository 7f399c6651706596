// Which classes are taken for which: a table of counts, shaded by their share of a row.

import { made, part, write } from "./elements.js";

const READ_CLASSES = 10;

/**
 * How many images of each class (a row) were read as which (a column). Those of other classes do not count.
 * @param {ArrayLike<number>} labels
 * @param {ArrayLike<number>} read
 */
export function countReadings(labels, read) {
  const counts = Array.from({ length: READ_CLASSES }, () => /** @type {number[]} */ (Array(READ_CLASSES).fill(0)));
  for (let i = 0; i < labels.length; i++) if (counts[labels[i]]?.[read[i]] !== undefined) counts[labels[i]][read[i]]++;
  return counts;
}

/**
 * The share of all images that counts say were read correctly; NaN of none.
 * @param {number[][]} counts
 */
export function shareRead(counts) {
  const right = counts.reduce((sum, row, label) => sum + row[label], 0);
  const all = counts.flat().reduce((sum, n) => sum + n, 0);
  return all ? right / all : NaN;
}

/** A table with a title, or none, and a row and a column for each class, called as in `names`. */
export class Confusion {
  /**
   * @param {string} title
   * @param {string[]} names
   */
  constructor(title, names) {
    const classes = Array.from({ length: READ_CLASSES }, (_, index) => index);
    const named = (/** @type {number} */ index) => names[index] && names[index] !== String(index);
    const name = (/** @type {number} */ index) => (named(index) ? `${index} ${names[index]}` : `${index}`);
    this.table = made("<table><thead><tr><td>shows</td></tr></thead><tbody></tbody></table>");
    this.table.className = classes.some(named) ? "confusion named" : "confusion";
    if (title) this.table.prepend(made("<caption></caption>", { caption: title }));
    for (const index of classes) {
      const column = made('<th scope="col"></th>', { th: String(index) });
      column.title = `read as ${name(index)}`;
      part(this.table, "tr").append(column);
    }
    this.rows = classes.map((index) => made('<tr><th scope="row"></th></tr>', { th: name(index) }));
    part(this.table, "tbody").append(...this.rows);
    this.cells = this.rows.map((row, index) => {
      const cells = classes.map((read) => made(`<td class="${read === index ? "right" : "wrong"}"></td>`));
      row.append(...cells);
      return cells;
    });
  }

  /**
   * Shows counts, a row for each class.
   * @param {number[][]} counts
   */
  show(counts) {
    counts.forEach((row, label) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      this.rows[label].hidden = !total;
      row.forEach((n, as) => {
        const cell = this.cells[label][as];
        const [text, share] = n ? [String(n), Math.sqrt(n / total).toFixed(3)] : ["", "0"];
        write(cell, text);
        if (cell.style.getPropertyValue("--share") !== share) cell.style.setProperty("--share", share);
      });
    });
  }
}
