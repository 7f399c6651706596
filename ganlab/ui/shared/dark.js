/** Whether an element stands on a dark ground, by the colour of its text. */
function isDark(element) {
  const [r, g, b] = getComputedStyle(element).color.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0];
  return r + g + b > 384;
}
