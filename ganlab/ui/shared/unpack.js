// What packing.py packs, unpacked: a JSON head, and the arrays that it names.

const KINDS = { f4: Float32Array, i4: Int32Array, u1: Uint8Array, u2: Uint16Array };

/**
 * @template Head, Arrays
 * @param {Uint8Array} bytes
 * @returns {[Head, Arrays]}
 */
export function unpack(bytes) {
  const whole = bytes.slice(); // at an aligned address
  const length = new DataView(whole.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
  const arrays = /** @type {Record<string, Numbers>} */ ({});
  const places = /** @type {Record<string, [keyof typeof KINDS, number, number]>} */ (head.arrays);
  for (const [name, [kind, at, size]] of Object.entries(places)) {
    arrays[name] = new KINDS[kind](whole.buffer, 4 + length + at, size);
  }
  return [head, /** @type {Arrays} */ (arrays)];
}
