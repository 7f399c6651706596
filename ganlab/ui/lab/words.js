// What the Lab says about what it shows.

import { count } from "../shared/count.js";

/** @import { Between } from "./timeline.js" */

/** @typedef {Record<LabLayer, { title: string, help: string }>} LayerWords in the order of the legend */

/** @type {LayerWords} */
const OF_GAN = {
  real: { title: "Real points", help: "Points of the data, which the generator should learn to make." },
  generated: { title: "Generated points", help: "What the generator makes of the same 256 noise points each time." },
  heat: {
    title: "Discriminator",
    help: "What the discriminator says of each place: blue-green is real, orange is generated. It is undecided on the dashed line.",
  },
  grid: {
    title: "Generator's grid",
    help: "A grid of noise, as the generator bends it. Where cells are small or lie on each other, it makes many points.",
  },
  arrows: {
    title: "Arrows",
    help: "Which way each generated point would have to move so that the generator's loss falls. Long ones are drawn shorter than they are.",
  },
  trails: { title: "Trails", help: "The ways that the generated points have come over the latest moments." },
};

/** What each layer of a model with these networks is called, and help for it. @type {Record<LabFigure, LayerWords>} */
export const LAYERS = {
  gan: OF_GAN,
  vae: {
    real: { title: "Real points", help: "Points of the data, which the decoder should learn to make." },
    generated: {
      title: "Generated points",
      help: "What the decoder makes of the same 256 latents each time; in slow motion, of those of the batch.",
    },
    heat: {
      title: "Likelihood",
      help: "How likely the two networks take a point at each place to be: blue-green is likely, orange is not. It is the middle one on the dashed line.",
    },
    grid: {
      title: "Decoder's grid",
      help: "A grid of latent numbers, as the decoder bends it. Where cells are small or lie on each other, it makes many points.",
    },
    arrows: {
      title: "Arrows",
      help: "Along which way each generated point would get likelier; in slow motion, which way the loss pulls it.",
    },
    trails: OF_GAN.trails,
  },
};

/** What is given at a place where that is no probability. @type {Record<LabFigure, string>} */
export const SCORES = { gan: "score", vae: "log-likelihood" };

/**
 * Which iterations are shown, in a sentence.
 * @param {number} at the iteration looked at
 * @param {Between} between the moments that are shown
 * @param {boolean} exact whether the points are those of that iteration itself
 */
export function shownWords(at, { before, after, share }, exact) {
  const one = share === 0 ? before : share === 1 ? after : null;
  if (!one) {
    return `Shown: between the recorded iterations ${count(before.iteration)} and ${count(after.iteration)}.`;
  }
  if (exact && one.iteration !== at) {
    return `Points: iteration ${count(at)}. Everything else: iteration ${count(one.iteration)}, the nearest one recorded.`;
  }
  if (one.iteration === at) return `Shown: iteration ${count(at)}.`;
  return `Shown: iteration ${count(one.iteration)}, the nearest one recorded.`;
}

/**
 * A number of a network in the diagram.
 * @param {number | null | undefined} value
 */
export const shortNumber = (value) => (value == null ? "–" : value.toFixed(2).replace("-", "−"));

/**
 * What the colours of the plane mean where the discriminator judges several points at once.
 * @param {number} packing
 */
export const packWords = (packing) =>
  packing > 1
    ? `This discriminator judges ${packing} points at once. The colours are for a point beside real ones; the numbers in the boxes are for points among their own kind.`
    : "";
