"""Flat slices through a space of more than two dimensions: what the browser needs to choose and draw them."""

from typing import Any

import numpy as np

from ganlab.models import _planes
from ganlab.ui.latent.walks import typical
from ganlab.ui.shared.model_picker import Places

LEAST_REACH = 3.0  # of the pad to either side: N(0, I) hardly goes farther


def reach(values: np.ndarray) -> float:
    """How far to either side an axis goes on which nearly all of `values` can be seen."""
    return round(max(LEAST_REACH, float(np.quantile(np.abs(values), 0.998)) * 1.03), 3)


def most_varied(means: np.ndarray) -> list[int]:
    """Which two of the k numbers of means `[n, k]` vary most, in order; the one there is where k is 1."""
    return np.sort(np.argsort(-means.var(axis=0), kind="stable")[:2]).tolist()


def pack_slices(where: Places) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What latent/slice_fields.js is told of a space of k numbers, and arrays for it.

    `reaches` and `shares` (of the variance of the map's points, 0 to 1) are for each of the "numbers" and for each of
    the principal "directions", which are float32 `[k, k]`, a row each; `first` are the two numbers that vary most;
    `typical` names the classes whose most typical test images have these codes, float32 `[classes, k]`.
    """
    means = where.means
    directions, variances = _planes.principal(means)
    spreads = {"numbers": means.var(axis=0), "directions": variances}
    along = {"numbers": means, "directions": means @ directions.T}
    classes = np.unique(where.labels).tolist()
    head = {
        "reaches": {name: [reach(column) for column in values.T] for name, values in along.items()},
        "shares": {name: (spread / (spread.sum() or 1.0)).round(4).tolist() for name, spread in spreads.items()},
        "first": most_varied(means),
        "typical": classes,
    }
    codes = np.stack([means[typical(where, label)[0]] for label in classes])
    return head, {"directions": directions, "typical": codes.astype(np.float32)}
