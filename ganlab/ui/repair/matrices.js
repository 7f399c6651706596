// Tables of how often which class is taken for which, side by side.

export default function ({ data, parentElement }) {
  const tables = data.tables.map(({ title, counts }) => {
    const table = new Confusion(title, data.classes);
    table.show(counts);
    return table.table;
  });
  parentElement.querySelector(".matrices").replaceChildren(...tables);
}
