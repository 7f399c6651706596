/**
 * Whether an element stands on a dark ground, by the colour of its text.
 * @param {Element} element
 */
export function isDark(element) {
  const { color } = getComputedStyle(element);
  const [r = 0, g = 0, b = 0] = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return (r + g + b) * (color.startsWith("color(") ? 255 : 1) > 384; // a mixed colour is given in shares
}
