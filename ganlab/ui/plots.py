"""Plotly figures of a run's curves; small enough to be sent several times a second."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

MOST_POINTS = 400  # in a trace; more cannot be told apart on a screen and would only be sent
PALETTE = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a")  # ColorBrewer's Dark2, told apart by the colour-blind


def thin(iterations: np.ndarray, values: np.ndarray, most: int = MOST_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most `most` points of a curve, each the mean of its neighbours' finite values.

    `iterations` and `values` are `[n]`; what comes back is `[min(n, most)]` each.
    """
    if len(values) <= most:
        return iterations, values
    edges = np.linspace(0, len(values), most + 1).astype(int)[:-1]
    finite = np.isfinite(values)
    sums = np.add.reduceat(np.where(finite, values, 0.0), edges)
    counts = np.add.reduceat(finite.astype(int), edges)
    means = np.divide(sums, counts, out=np.full(most, np.nan), where=counts > 0)
    return iterations[np.append(edges[1:], len(values)) - 1], means


def curves(
    iterations: np.ndarray,
    named: Sequence[tuple[str, np.ndarray]],
    y_title: str,
    half_line: bool = False,
    unit_range: bool = False,
) -> go.Figure:
    """Curves over iterations; `half_line` draws the 1/2 at which the discriminator only guesses."""
    figure = go.Figure()
    for (name, values), colour in zip(named, PALETTE, strict=False):
        x, y = thin(iterations, values)
        figure.add_scatter(x=x, y=np.round(y, 4), name=name, mode="lines", line={"color": colour, "width": 1.6})
    if half_line:
        figure.add_hline(y=0.5, line={"color": "grey", "width": 1, "dash": "dot"})
    figure.update_layout(
        height=230,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"title": "iteration"},
        yaxis={"title": y_title, "range": [-0.02, 1.02] if unit_range else None},
        hovermode="x unified",
        uirevision="keep",  # a zoom survives the next update
    )
    return figure
