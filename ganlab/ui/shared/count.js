/**
 * A number of things, such as "1,234".
 * @param {number} number
 */
export const count = (number) => Math.round(number).toLocaleString("en");
