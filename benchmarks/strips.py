"""How often a number whose digits are damaged is cut rightly: `python -m benchmarks.strips`.

Strips of ten test digits beside each other, damaged by each kind of damage, as it would be on a photograph: the cutting
is not told where. A strip is cut rightly where ten digits are found and each is mostly the one that was written there.
"""

import argparse
import json

import numpy as np

from ganlab import data
from ganlab.data import damages, strip
from ganlab.errors import GanlabError

DIGITS = 10
GAP = 0.45  # as in the numbers that the Repair page writes itself


def cut_rightly(digits: np.ndarray, lost: np.ndarray, seed: int) -> bool:
    """Whether a strip of digits, uint8 `[n, 28, 28]`, damaged where bool `[n, 28, 28]` says, is cut as it was
    composed."""
    numbered = np.where(digits > 0, np.arange(1, len(digits) + 1, dtype=np.uint8)[:, None, None], 0).astype(np.uint8)
    truth = strip.compose(numbered, seed, GAP)
    whole = strip.compose(digits, seed, GAP)
    kept = strip.compose(np.where(digits > 0, np.where(lost, 1, 255), 0).astype(np.uint8), seed, GAP) == 255
    try:
        found = strip.find_digits(np.where(kept, whole, 0).astype(np.uint8))
    except GanlabError:
        return False
    owners = []
    for one in found:
        box = np.where(kept, truth, 0)[one.top : one.bottom, one.left : one.right]
        counts = np.bincount(box[box > 0].ravel(), minlength=1)
        owners.append(int(counts.argmax()) if len(counts) > 1 else 0)
    return owners == list(range(1, len(digits) + 1))


def share(kind: str | None, used: data.Dataset, strips: int) -> float:
    """The share of so many strips that is cut rightly; None is no damage."""
    right = 0
    for seed in range(strips):
        chosen = np.random.default_rng([seed, DIGITS]).choice(len(used.x_test), DIGITS, replace=False)
        digits = used.x_test[chosen]
        lost = damages.draw_masks(kind, DIGITS, seed) if kind else np.zeros(digits.shape, bool)
        right += cut_rightly(digits, lost, seed)
    return right / strips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strips", type=int, default=200)
    chosen = parser.parse_args()
    used = data.load("mnist", download=False)
    found = {kind or "none": share(kind, used, chosen.strips) for kind in (None, *damages.DAMAGES)}
    print(json.dumps({"data": used.title, "strips": chosen.strips, "cut_rightly": found}))


if __name__ == "__main__":
    main()
