"""A page that prints well: as wide as a sheet of paper, with charts in light colours, and printed black on white."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab.ui.shared import charts

WIDTH = 700  # pixels of the page: what a sheet of A4 paper takes
STYLE = """
<style>
:has(> .st-key-paper) { margin-inline: auto; }
.st-key-paper [data-testid="stPlotlyChart"] { background: white; }
.st-key-paper [data-testid="stPlotlyChart"] :is(.xtick text, .ytick text, .xtitle, .ytitle, .legendtext) {
  fill: #22262b !important;
}
@media print {
  @page { margin: 10mm; }
  html, body, .stApp { background: white !important; color: black !important; color-scheme: light; }
  .stApp, .stApp > div, .stMain, .stAppViewContainer {
    position: static !important; overflow: visible !important; height: auto !important;
  }
  .stAppHeader, .stToolbar, .stStatusWidget, .stButton, .modebar-container, .st-key-screen { display: none !important; }
  .stMainBlockContainer { padding: 0 !important; max-width: none !important; }
  .st-key-paper * { color: black !important; }
  .st-key-paper .js-plotly-plot * { color: initial; }
  [class*="st-key-figure-"], .stImage { break-inside: avoid; }
  .st-key-sheet { break-before: page; }
}
</style>
"""


def paper() -> DeltaGenerator:
    """What is to be on the page is drawn in this; a container with the key `screen` beside it is not printed."""
    st.html(STYLE)
    return st.container(key="paper", width=WIDTH)


def figure(key: str, title: str, chart: dict[str, Any], words: str) -> None:
    """A chart under its title, with words below it, which paper keeps on one page."""
    with st.container(key=f"figure-{key}"):
        st.header(title, anchor=False)
        charts.show(chart, f"paper-{key}", theme=None)
        if words:
            st.caption(words)
