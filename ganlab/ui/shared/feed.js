// Hands the frames of a run to what shows it, and its questions to the server; polls redraw this piece alone. A page may
// have several feeds, each for a run of its own.

import { unpack } from "./unpack.js";

/** @type {WeakMap<ParentNode, string>} */
const runs = new WeakMap();

/** @param {Piece<Uint8Array>} piece */
export default function ({ data, setStateValue, parentElement }) {
  window.ganlabLine ??= { asks: {}, frames: {} };
  const { asks, frames } = window.ganlabLine;
  /** @type {[{ run: string }, unknown]} */
  const [{ run }] = unpack(data);
  const before = runs.get(parentElement);
  if (before !== undefined && before !== run) {
    delete asks[before];
    delete frames[before];
  }
  runs.set(parentElement, run);
  asks[run] = (question) => setStateValue("ask", question);
  frames[run] = data;
  window.dispatchEvent(new Event("ganlab-frame"));
}
