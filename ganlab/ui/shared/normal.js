// The normal distribution.

/**
 * The error function to 1.5e-7 (Abramowitz and Stegun 7.1.26).
 * @param {number} x
 */
export function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const value = 1 - tail * Math.exp(-x * x);
  return x < 0 ? -value : value;
}

/**
 * Its quantile function (Acklam's approximation, to 1.2e-9).
 * @param {number} p
 * @returns {number}
 */
export function quantile(p) {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const poly = (/** @type {number[]} */ factors, /** @type {number} */ x) =>
    factors.reduce((sum, factor) => sum * x + factor, 0);
  if (p > 0.5) return -quantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return poly(c, q) / (poly(d, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (poly(a, r) * q) / (poly(b, r) * r + 1);
}

/** @param {number} x */
export const cumulative = (x) => 0.5 * (1 + erf(x * Math.SQRT1_2));
