// Which classes are taken for which: a table of counts, shaded by their share of a row.

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
    this.table = document.createElement("table");
    const classes = Array.from({ length: READ_CLASSES }, (_, index) => index);
    const named = (/** @type {number} */ index) => names[index] && names[index] !== String(index);
    const name = (/** @type {number} */ index) => (named(index) ? `${index} ${names[index]}` : `${index}`);
    this.table.className = classes.some(named) ? "confusion named" : "confusion";
    /** @param {HTMLTableRowElement} row */
    const cell = (row, kind = "td", text = "", scope = "") => {
      const made = /** @type {HTMLTableCellElement} */ (row.appendChild(document.createElement(kind)));
      made.textContent = text;
      if (scope) made.scope = scope;
      return made;
    };
    if (title) this.table.createCaption().textContent = title;
    const head = this.table.createTHead().insertRow();
    cell(head, "td", "shows");
    classes.forEach((index) => {
      cell(head, "th", String(index), "col").title = `read as ${name(index)}`;
    });
    const body = this.table.createTBody();
    this.rows = classes.map(() => body.insertRow());
    this.cells = this.rows.map((row, index) => {
      cell(row, "th", name(index), "row");
      return classes.map((_, read) => {
        const made = cell(row, "td");
        made.className = read === index ? "right" : "wrong";
        return made;
      });
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
        const made = this.cells[label][as];
        const [text, share] = n ? [String(n), Math.sqrt(n / total).toFixed(3)] : ["", "0"];
        if (made.textContent !== text) made.textContent = text;
        if (made.style.getPropertyValue("--share") !== share) made.style.setProperty("--share", share);
      });
    });
  }
}
