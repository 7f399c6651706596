"""What a user takes away from a run: files made when they are asked for."""

import streamlit as st

from ganlab.previews import gif, last_preview
from ganlab.runs import Run
from ganlab.runs.tables import curves_csv


def downloads(run: Run) -> None:
    """Buttons for the previews as a GIF, the last preview as PNG, and the curves as CSV, once there are any."""
    if not run.done:
        return
    with st.container(horizontal=True):
        if run.preview_count:
            st.download_button(
                "Previews as GIF",
                lambda: gif(run),
                f"{run.id}.gif",
                "image/gif",
                help="All kept previews, one after the other.",
                on_click="ignore",
            )
            st.download_button(
                "Last preview as PNG",
                lambda: last_preview(run),
                f"{run.id}-preview.png",
                "image/png",
                on_click="ignore",
            )
        st.download_button(
            "Curves as CSV",
            lambda: "".join(curves_csv(run)),
            f"{run.id}.csv",
            "text/csv",
            help="Every iteration's figures, for a spreadsheet.",
            on_click="ignore",
        )
