"""The HTML, CSS and JavaScript that lie beside the Python that sends them."""

from functools import cache
from pathlib import Path

ROOMS = Path(__file__).parents[1]


@cache
def text(*names: str) -> str:
    """Files of `ganlab/ui`, named from there as in "shared/unpack.js", one after the other."""
    return "\n".join((ROOMS / name).read_text(encoding="utf-8") for name in names)
