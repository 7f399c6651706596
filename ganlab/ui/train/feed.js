// Hands each frame to the stage, and the stage's questions to the server; polls redraw this piece alone.
export default function ({ data, setStateValue }) {
  const line = (window.ganlabLine ??= {});
  line.ask = (question) => setStateValue("ask", question);
  line.frame = data;
  window.dispatchEvent(new Event("ganlab-frame"));
}
