// What the live view computes: numbers in words, smoothing, and the ticks and ranges of axes.

const after = (number) => `after ${count(number)} iteration${number === 1 ? "" : "s"}`;

const count = (number) => Math.round(number).toLocaleString("en");

/** A speed with as many decimals as its size deserves, so that it does not jump about. */
const rate = (speed) => (speed < 10 ? speed.toFixed(2) : speed < 100 ? speed.toFixed(1) : count(speed));

function span(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return whole || !seconds ? `${whole} s` : "under 1 s";
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Exponential average over the finite values, without the bias of its beginning. */
function smoothed(values, strength) {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = strength * sum + (1 - strength) * value;
    weight = strength * weight + (1 - strength);
    return sum / weight;
  });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function ends(values) {
  const finite = values.filter((value) => value !== null);
  if (!finite.length) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = (high - low) * 0.04 || 0.01;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** 1, 2 or 5 times a power of ten, so that about five fit. */
function tickStep(length) {
  const power = 10 ** Math.floor(Math.log10(length / 4));
  return power * [1, 2, 5, 10].find((factor) => power * factor >= length / 5);
}

const tickText = (value, step) => value.toFixed(Math.max(0, Math.ceil(-Math.log10(step))));

function yRange(low, high) {
  if (low == null) return [0, 1];
  const room = (high - low) * 0.06 || 0.1;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function nearest(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
