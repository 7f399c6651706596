"""A bar that tells how far some work has come, and goes away when that is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.delta_generator import DeltaGenerator

from ganlab.data import Progress
from ganlab.ui.shared.formatting import plain


@contextmanager
def progress_bar(place: DeltaGenerator, first: str) -> Iterator[Progress]:
    """Shows in `place`, a `st.empty()`, what is being done (`first`, to begin with) and what the function that it gives
    is told: what is done, and the fraction 0..1 of it that is over, or None. Emptied in the end."""
    place.progress(0.0, plain(first))
    shown = (first, 0)

    def report(doing: str, fraction: float | None) -> None:
        nonlocal shown
        now = (doing, int(100 * (fraction or 0.0)))
        if now != shown:  # a picture is read in less time than it takes to send this
            shown = now
            place.progress(now[1] / 100, plain(doing))

    try:
        yield report
    finally:
        place.empty()
