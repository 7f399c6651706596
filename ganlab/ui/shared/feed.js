// Hands each frame to the stage, and the stage's questions to the server; polls redraw this piece alone.

/** @param {Piece} piece */
export default function ({ data, setStateValue }) {
  window.ganlabLine ??= {};
  const line = window.ganlabLine;
  line.ask = (question) => setStateValue("ask", question);
  line.frame = data;
  window.dispatchEvent(new Event("ganlab-frame"));
}
