// Leads to a part of the page that the address asks for, takes that out of the address, and keeps the part in view while
// what is above it is still being drawn, until somebody scrolls, presses or types.

const TAKEN_OVER = ["wheel", "touchstart", "pointerdown", "keydown"];

/** @param {Piece<{ part: string, query: string }>} piece */
export default function ({ data }) {
  const part = document.querySelector(data.part);
  if (!part) return;
  const heading = part.querySelector("h3");
  const go = () => part.scrollIntoView({ behavior: "instant", block: "start" });
  const drawn = new ResizeObserver(go);
  const end = () => {
    drawn.disconnect();
    for (const kind of TAKEN_OVER) window.removeEventListener(kind, end, true);
  };
  for (const kind of TAKEN_OVER) window.addEventListener(kind, end, true);
  drawn.observe(document.querySelector('[data-testid="stMainBlockContainer"]') ?? part);
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  go();
  forget(data.query);
  return end;
}

/**
 * From now on the page may be drawn anew without anybody being led away from where they are.
 * @param {string} query
 */
function forget(query) {
  const address = new URL(location.href);
  address.searchParams.delete(query);
  history.replaceState(history.state, "", address);
}
