"""The layouts in which data sets come: one file each; `_*.py` is what they have in common.

A module registers a `Layout`. All of them are tried in their order, here and nowhere else.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ganlab.data.dataset import Progress
from ganlab.data.layouts._found import Found, count
from ganlab.data.layouts._tree import Tree, opened
from ganlab.errors import GanlabError

__all__ = ["Found", "Layout", "count", "find", "layouts", "opened", "read", "readable", "register", "unknown"]


@dataclass(frozen=True)
class Layout:
    """A way in which images are handed around.

    `takes` says in words what it is, to go on after "ganlab can read". `recognise` looks at names (and what an npz file
    or the first line of a table says of itself), not at images; `read` raises GanlabError where something does not fit.
    Layouts are tried by `order`, the smallest first.
    """

    name: str
    takes: str
    order: int
    recognise: Callable[[Tree], bool]
    read: Callable[[Tree, Progress], Found]
    of_pictures: bool = False


_layouts: dict[str, Layout] = {}


def register(layout: Layout) -> Layout:
    """Adds a layout; raises ValueError where one of its name or order is there."""
    if layout.name in _layouts or layout.order in {other.order for other in _layouts.values()}:
        raise ValueError(f"{layout.name}: a layout of this name or order is registered already")
    _layouts[layout.name] = layout
    return layout


@cache
def _discover() -> None:
    for module in sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if not module.startswith("_"):
            importlib.import_module(f"ganlab.data.layouts.{module}")


def layouts() -> tuple[Layout, ...]:
    """All layouts, in the order in which they are tried."""
    _discover()
    return tuple(sorted(_layouts.values(), key=lambda layout: layout.order))


def find(tree: Tree) -> Layout:
    """The layout of these files; raises GanlabError with the list of what would be taken."""
    for layout in layouts():
        if layout.recognise(tree):
            return layout
    raise GanlabError(unknown(tree))


def unknown(tree: Tree) -> str:
    """What to say of files in no known layout: what was seen, and what could be read."""
    names = [file.name for file in tree.files[:3]]
    held = f" It holds {', '.join(names)}{' and more' if len(tree.files) > 3 else ''}." if names else " It is empty."
    if [file.shown for file in tree.files] == [tree.shown]:  # a single file, which is named already
        held = ""
    return f"ganlab found no images that it can read in {tree.shown}.{held} {readable()}"


def readable() -> str:
    """A sentence that lists all layouts."""
    return f"ganlab can read: {'; '.join(layout.takes for layout in layouts())}; or a zip of any of these."


def read(path: Path, report: Progress) -> tuple[Layout, Found]:
    """The data set at a path, and its layout.

    Raises FileNotFoundError where there is nothing, GanlabError where it cannot be used.
    """
    with opened(path) as tree:
        layout = find(tree)
        if not layout.of_pictures:  # which tell of each one
            report(f"Reading images from {path}", None)
        return layout, layout.read(tree, report)
