// One Gaussian q fitted to a mixture p of two by three divergences, in nats (units of information), on a grid of places
// by the trapezoidal rule.

/** Two peaks around 0, the left one with this share of the data. @typedef {{ distance: number, left: number }} Peaks */
/** @typedef {{ mean: number, deviation: number }} Normal */
/** @typedef {{ p: Float64Array, logP: Float64Array }} Density on the grid */
/** @typedef {"forward" | "reverse" | "js"} Kind */

export const PEAK = 0.6; // the deviation of each peak
const END = 14; // of the grid: the widest fit has a deviation of 3.1
const POINTS = 401;
const SPACING = (2 * END) / (POINTS - 1);
const ROOT = Math.log(Math.sqrt(2 * Math.PI));
export const PLACES = Float64Array.from({ length: POINTS }, (_, i) => i * SPACING - END);

/**
 * @param {number} x
 * @param {Normal} normal
 */
export const logNormal = (x, { mean, deviation }) => -(((x - mean) / deviation) ** 2) / 2 - Math.log(deviation) - ROOT;

/**
 * The two peaks and their shares.
 * @param {Peaks} peaks
 */
export const parts = ({ distance, left }) => [
  { share: left, normal: { mean: -distance / 2, deviation: PEAK } },
  { share: 1 - left, normal: { mean: distance / 2, deviation: PEAK } },
];

/**
 * @param {number} x
 * @param {Peaks} peaks
 */
export function logMixture(x, peaks) {
  const [a, b] = parts(peaks).map(({ share, normal }) => Math.log(share) + logNormal(x, normal));
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/**
 * @param {Peaks} peaks
 * @returns {Density}
 */
export function density(peaks) {
  const logP = PLACES.map((x) => logMixture(x, peaks));
  return { p: logP.map(Math.exp), logP };
}

/**
 * How far q is from p: forward KL(p || q), reverse KL(q || p), or Jensen-Shannon, which measures both against their
 * mean and is ln 2 at most.
 * @param {Kind} kind
 * @param {Density} of
 * @param {Normal} q
 */
export function divergence(kind, { p, logP }, q) {
  let sum = 0;
  for (let i = 0; i < POINTS; i++) {
    const logQ = logNormal(PLACES[i], q);
    if (kind === "forward") sum += p[i] * (logP[i] - logQ);
    else if (kind === "reverse") sum += Math.exp(logQ) * (logQ - logP[i]);
    else {
      const both = p[i] + Math.exp(logQ);
      if (!both) continue;
      const logMean = Math.log(both / 2);
      sum += 0.5 * (p[i] * (logP[i] - logMean) + Math.exp(logQ) * (logQ - logMean));
    }
  }
  return sum * SPACING;
}

/**
 * The fit of maximum likelihood, which is that of the forward KL: q has the mean and the deviation of p.
 * @param {Peaks} peaks
 * @returns {Normal}
 */
export function moments({ distance, left }) {
  return {
    mean: (0.5 - left) * distance,
    deviation: Math.sqrt(PEAK ** 2 + left * (1 - left) * distance ** 2),
  };
}

/**
 * The fit of a kind: the best that is found downhill from each peak and from the moments.
 * @param {Kind} kind
 * @param {Peaks} peaks
 * @param {Density} of
 * @returns {Normal}
 */
export function fit(kind, peaks, of) {
  if (kind === "forward") return moments(peaks);
  const normal = (/** @type {number[]} */ at) => ({ mean: at[0], deviation: Math.exp(at[1]) });
  const starts = [...parts(peaks).map(({ normal }) => normal), moments(peaks)];
  let best = { at: [0, 0], value: Infinity };
  for (const { mean, deviation } of starts) {
    const found = minimise((at) => divergence(kind, of, normal(at)), [mean, Math.log(deviation)]);
    if (found.value < best.value - 1e-8) best = found; // of two that are as good, the left one
  }
  return normal(best.at);
}

/**
 * The method of Nelder and Mead (1965) for two numbers.
 * @param {(at: number[]) => number} cost
 * @param {number[]} start
 */
export function minimise(cost, start) {
  const corner = (/** @type {number[]} */ at) => ({ at, value: cost(at) });
  const corners = [start, [start[0] + 0.3, start[1]], [start[0], start[1] + 0.2]].map(corner);
  for (let turn = 0; turn < 200; turn++) {
    corners.sort((one, other) => one.value - other.value);
    const [best, good, worst] = corners;
    const size = Math.max(...worst.at.map((value, i) => Math.abs(value - best.at[i])));
    if (size < 1e-5 && worst.value - best.value < 1e-10) break;
    const away = (/** @type {number} */ share) =>
      corner(worst.at.map((value, i) => value + share * ((best.at[i] + good.at[i]) / 2 - value)));
    const mirrored = away(2);
    if (mirrored.value < best.value) {
      const further = away(3);
      corners[2] = further.value < mirrored.value ? further : mirrored;
    } else if (mirrored.value < good.value) corners[2] = mirrored;
    else {
      const nearer = mirrored.value < worst.value ? away(1.5) : away(0.5);
      if (nearer.value < Math.min(mirrored.value, worst.value)) corners[2] = nearer;
      else for (const i of [1, 2]) corners[i] = corner(corners[i].at.map((value, k) => (value + best.at[k]) / 2));
    }
  }
  return corners.sort((one, other) => one.value - other.value)[0];
}

/**
 * The share of q's samples that belong to the left peak rather than to the right one.
 * @param {Normal} q
 * @param {Peaks} peaks
 * @param {Density} of
 */
export function onTheLeft(q, peaks, { logP }) {
  const [{ share, normal }] = parts(peaks);
  let sum = 0;
  PLACES.forEach((x, i) => {
    sum += Math.exp(logNormal(x, q) + Math.log(share) + logNormal(x, normal) - logP[i]);
  });
  return sum * SPACING;
}
