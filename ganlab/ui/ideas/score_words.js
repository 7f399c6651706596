// What metrics make of a change, in words.

/** @param {string[]} names */
const listed = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;

/** @param {string[]} names */
const named = (names) => listed(names.map((name, i) => (i ? name[0].toLowerCase() + name.slice(1) : name)));

/**
 * @param {{ title: string, looks: string }[]} rows
 */
export function summary(rows) {
  const of = (/** @type {string} */ kind) => rows.filter(({ looks }) => looks === kind).map(({ title }) => title);
  const parts = [
    [of("worse"), "get worse", "gets worse"],
    [of("better"), "call it better", "calls it better"],
    [of("other"), "tell that something is different", "tells that something is different"],
    [of("same"), "notice nothing", "notices nothing"],
  ];
  const said = parts.flatMap(([names, many, one]) => {
    const those = /** @type {string[]} */ (names);
    return those.length ? [`${named(those)} ${those.length > 1 ? many : one}.`] : [];
  });
  return rows.every(({ looks }) => looks === "same") ? "No metric notices anything." : said.join(" ");
}

/** @param {number} by in standard deviations */
export function timesChance(by) {
  const times = Math.abs(by);
  if (times < 0.05) return "unchanged";
  const number = times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString("en");
  return `${by > 0 ? "rises" : "falls"}, ${number} × chance`;
}
