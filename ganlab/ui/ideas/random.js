// Random numbers that are the same for the same seed.

/**
 * Numbers from 0 to 1, evenly spread (Mulberry32).
 * @param {number} seed
 */
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Numbers from N(0, 1) (Box and Muller).
 * @param {() => number} next evenly spread from 0 to 1
 */
export const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/**
 * `count` different numbers from 0 up to `n`, in any order.
 * @param {number} n
 * @param {number} count
 * @param {() => number} next
 */
export function choose(n, count, next) {
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(next() * (n - i));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, count);
}
