"""One digit, damaged, repaired and read: what the Repair page shows, and its worked example."""

from dataclasses import dataclass

import numpy as np

from ganlab.data import damages
from ganlab.evaluation.repair import ALTERNATIVES
from ganlab.inference import CANDIDATES, ClassifierRun, RepairRun

EXAMPLES = 50  # images that the example is chosen from


@dataclass(frozen=True)
class Outcome:
    """`k` repairs of an image, uint8 `[k, 28, 28]`, the critic's favourite first, and how the classifier reads the
    damaged image, float32 `[10]`, and each repair, `[k, 10]`; None where there is no classifier. Each was chosen from
    `candidates` repairs."""

    repaired: np.ndarray
    before: np.ndarray | None
    after: np.ndarray | None
    candidates: int = CANDIDATES


def repair_and_read(
    model: RepairRun,
    reader: ClassifierRun | None,
    damaged: np.ndarray,
    mask: np.ndarray | None,
    candidates: int = CANDIDATES,
) -> Outcome:
    """What becomes of an image, uint8 `[28, 28]`, by a model that is told its mask, bool `[28, 28]`, or nothing.

    One that makes several repairs makes `candidates` for each that is kept.
    """
    images, masks = damaged[None], None if mask is None else mask[None]
    if model.has_noise:
        repaired = model.alternatives(images, masks, ALTERNATIVES, candidates=candidates)[0]
    else:
        repaired = model.repair(images, masks)
    if reader is None:
        return Outcome(repaired, None, None, candidates)
    read = reader.classify(np.concatenate([images, repaired]))
    return Outcome(repaired, read[0], read[1:], candidates)


def telling(
    model: RepairRun, reader: ClassifierRun | None, images: np.ndarray, labels: np.ndarray | None
) -> tuple[int, np.ndarray]:
    """Which of the first images, uint8 `[n, 28, 28]`, is the best example of a repair, and which part of it is lost,
    bool `[28, 28]`: the hole of the book.

    Of those that the classifier reads wrongly while damaged and correctly once repaired, it is the one that it is then
    surest of; else the first. Images without labels, uint8 `[n]`, are what it reads while they are whole.
    """
    images = images[:EXAMPLES]
    lost = damages.draw_masks("hole", len(images))
    if reader is None:
        return 0, lost[0]
    truth = reader.classify(images).argmax(axis=1) if labels is None else labels[:EXAMPLES]
    damaged = damages.apply_damage(images, lost)
    before, after = (reader.classify(shown) for shown in (damaged, model.repair(damaged, lost)))
    tells = (before.argmax(axis=1) != truth) & (after.argmax(axis=1) == truth)
    place = int((tells * after.max(axis=1)).argmax()) if tells.any() else 0
    return place, lost[place]


def make_example(
    model: RepairRun, reader: ClassifierRun | None, images: np.ndarray, labels: np.ndarray | None
) -> dict[str, np.ndarray]:
    """The worked example of a model, from images and labels as for `telling`: the `original`, its `mask` and
    `repaired`, `before` and `after` of its `Outcome`, as far as it has them."""
    place, mask = telling(model, reader, images, labels)
    outcome = repair_and_read(model, reader, damages.apply_damage(images[place][None], mask[None])[0], mask)
    found = {"original": images[place], "mask": mask, "repaired": outcome.repaired}
    if outcome.before is not None and outcome.after is not None:
        found |= {"before": outcome.before, "after": outcome.after}
    return found
