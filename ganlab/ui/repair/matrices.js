// Tables of how often which class is taken for which, side by side.

import { Confusion } from "../shared/confusion.js";
import { part } from "../shared/elements.js";

/** @param {Piece<{ classes: string[], tables: { title: string, counts: number[][] }[] }>} piece */
export default function ({ data, parentElement }) {
  const tables = data.tables.map(({ title, counts }) => {
    const table = new Confusion(title, data.classes);
    table.show(counts);
    return table.table;
  });
  part(parentElement, ".matrices").replaceChildren(...tables);
}
