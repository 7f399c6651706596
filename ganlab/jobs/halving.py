"""Stopping early: successive halving (Li and others, 2018), as plain decisions about numbers.

All settings of a sweep are trained for a first length. The better half of them goes on to twice that, the better half
of these to twice that again, and so on, until those that are left come to the full length. Settings are compared by
the mean over their seeds, and all seeds of a setting go on or stop together: kept one by one, a setting's seeds would
be the lucky ones, and their mean would say nothing of the setting.
"""

import math
from collections.abc import Mapping, Sequence

from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_statistics
from ganlab.evaluation.sweep_statistics import Good

MOST_HALVINGS = 3  # where nobody says after which length the first one is


def first_length(full: int, settings: int) -> int:
    """After how many iterations the first half is stopped, where nobody says: such that a few settings come to the full
    length, and that no training is shorter than an eighth of that."""
    halvings = min(MOST_HALVINGS, max(1, math.floor(math.log2(settings))))
    return max(1, math.ceil(full / 2**halvings))


def lengths(first: int, full: int) -> tuple[int, ...]:
    """The lengths, in iterations, after which half is stopped, and the full one. Raises GanlabError."""
    if not 1 <= first < full:
        raise GanlabError(
            f"The first length must be at least 1 and less than the full {full:,} iterations, but it is {first:,}."
        )
    found = [first]
    while 2 * found[-1] < full:
        found.append(2 * found[-1])
    return (*found, full)


def kept(settings: int, stage: int) -> int:
    """How many of so many settings are trained in a stage; in stage 0 all of them."""
    return math.ceil(settings / 2**stage)


def survivors(figures: Mapping[int, Sequence[float]], good: Good, most: int) -> list[int]:
    """Which settings go on, `most` of them at most: those with the best mean over what was measured of their seeds. Of
    equal ones the first goes on, and those of which nothing was measured come last."""
    ranked = list(map(int, sweep_statistics.rank({str(name): values for name, values in figures.items()}, good)))
    return sorted([*ranked, *(name for name in figures if name not in ranked)][:most])
