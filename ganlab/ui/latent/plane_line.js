// Tells the server which test image was clicked on the plane; apart from the plane, so that answers do not redraw it.
export default function ({ setStateValue }) {
  (window.ganlabPlane ??= {}).pick = (number) => setStateValue("pick", number);
}
