// Which classes are taken for which: a table of counts, shaded by their share of a row.

const READ_CLASSES = 10;

/** A table with a title, or none, and a row and a column for each class, called as in `names`; `fill` counts anew. */
class Confusion {
  constructor(title, names) {
    this.table = document.createElement("table");
    const classes = Array.from({ length: READ_CLASSES }, (_, index) => index);
    const named = (index) => names[index] && names[index] !== String(index);
    const name = (index) => (named(index) ? `${index} ${names[index]}` : `${index}`);
    this.table.className = classes.some(named) ? "confusion named" : "confusion";
    const cell = (row, kind, text = "", scope = "") => {
      const made = row.appendChild(document.createElement(kind));
      made.textContent = text;
      if (scope) made.scope = scope;
      return made;
    };
    if (title) cell(this.table, "caption", title);
    const head = this.table.createTHead().insertRow();
    cell(head, "td", "shows");
    classes.forEach((index) => {
      cell(head, "th", index, "col").title = `read as ${name(index)}`;
    });
    const body = this.table.createTBody();
    this.cells = classes.map((index) => {
      const row = body.insertRow();
      cell(row, "th", name(index), "row");
      return classes.map((_, read) => {
        const made = cell(row, "td");
        made.className = read === index ? "right" : "wrong";
        return made;
      });
    });
  }

  /** Counts images of these classes by what they were read as; returns the share read correctly. */
  fill(labels, read) {
    const counts = this.cells.map((row) => row.map(() => 0));
    labels.forEach((label, i) => {
      if (counts[label]?.[read[i]] !== undefined) counts[label][read[i]]++;
    });
    return this.show(counts);
  }

  /** Shows counts, a row for each class; returns the share read correctly. */
  show(counts) {
    let right = 0;
    let all = 0;
    counts.forEach((row, label) => {
      const total = row.reduce((sum, n) => sum + n, 0);
      right += row[label];
      all += total;
      this.cells[label][0].parentElement.hidden = !total;
      row.forEach((n, as) => {
        const made = this.cells[label][as];
        const text = n ? String(n) : "";
        if (made.textContent === text && made.total === total) return;
        made.textContent = text;
        made.total = total;
        made.style.setProperty("--share", n ? Math.sqrt(n / total).toFixed(3) : 0);
      });
    });
    return all ? right / all : NaN;
  }
}
