"""What a user takes away from a run: files made when they are asked for."""

from collections.abc import Callable

import streamlit as st

from ganlab.runs import Run
from ganlab.runs.previews import gif, last_preview
from ganlab.runs.tables import curves_csv, quality_csv, validation_csv
from ganlab.ui.shared.fields import download


def downloads(run: Run) -> None:
    """Buttons for the previews as a GIF, the last preview as PNG, and the curves, validation and metrics as CSV, once
    there are any."""
    if not run.done:
        return
    with st.container(horizontal=True):
        if run.preview_count:
            help = "An animation of all the previews that were kept."
            download("Previews as GIF", lambda: gif(run), f"{run.id}.gif", help=help)
            download("Last preview as PNG", lambda: last_preview(run), f"{run.id}-preview.png")
        words = "The losses and other curves at every iteration"
        _csv("Curves", lambda: "".join(curves_csv(run)), f"{run.id}.csv", words)
        if len(run.validation()[0]):
            words = "The curves on test images, which the model does not learn from"
            _csv("Validation", lambda: validation_csv(run), f"{run.id}-validation.csv", words)
        if len(run.quality()[0]):
            words = "How good the samples were, each time that they were measured"
            _csv("Metrics", lambda: quality_csv(run), f"{run.id}-quality.csv", words)


def _csv(what: str, make: Callable[[], str], name: str, words: str) -> None:
    download(f"{what} as CSV", make, name, help=f"{words}, for a spreadsheet.")
