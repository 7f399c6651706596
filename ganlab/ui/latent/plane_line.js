// Tells the server which test image was clicked on the plane; apart from the plane, so that answers do not redraw it.

/** @param {Piece} piece */
export default function ({ setStateValue }) {
  window.ganlabPick = (number) => setStateValue("pick", number);
}
