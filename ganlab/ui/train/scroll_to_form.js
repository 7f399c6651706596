// Leads to the form, each time that somebody has asked for it.

import { part } from "../shared/elements.js";

/** @param {Piece<{ model: string, unfolded: boolean, asked: number }>} piece */
export default function ({ data, parentElement }) {
  const mark = part(parentElement, ".lead");
  const before = mark.dataset.shown;
  const shown = `${data.model} ${data.unfolded}`;
  const asked = data.asked > (window.ganlabAsked ?? 0);
  mark.dataset.shown = shown;
  window.ganlabAsked = data.asked;
  requestAnimationFrame(() => {
    if (before !== shown) showCard();
    if (asked) showForm(before !== undefined);
  });
}

/** Where cards stand in one row, brings the chosen one into it. */
function showCard() {
  const card = document.querySelector('[class*="st-key-chosen-card-"]');
  const row = card?.closest('[class*="st-key-cards-"]');
  if (!card || !row) return;
  const [there, here] = [card.getBoundingClientRect(), row.getBoundingClientRect()];
  if (there.left < here.left || there.right > here.right) row.scrollLeft += there.left - here.left;
}

/**
 * Where it was asked for on this page, by picking a card, the form also takes the keyboard along. The section of
 * sweeps begins with its form, and stays at its top when it has just been opened.
 * @param {boolean} picked
 */
function showForm(picked) {
  const form = document.querySelector(".st-key-train-form");
  if (!form) return;
  if (!picked && new URLSearchParams(location.search).get("section") === "sweep") return;
  const smooth = picked && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  form.scrollIntoView({ behavior: smooth ? "smooth" : "instant", block: "start" });
  const heading = picked && form.querySelector("h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
