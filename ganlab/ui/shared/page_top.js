// Shows a page from its top when it is changed to, or turns to something else: where what was there before was scrolled
// down, the browser may stay there. `page` names what is shown.

/** @param {Piece<{ page: string }>} piece */
export default function ({ data }) {
  const before = window.ganlabPage;
  window.ganlabPage = data.page;
  if (before !== undefined && before !== data.page) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
}
