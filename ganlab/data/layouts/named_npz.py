"""An npz with images and labels under names that many use, and no test part: `X` and `y`, `data` and `target`."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _keyed, register
from ganlab.data.layouts._found import Arrays, settle
from ganlab.data.layouts._tree import Tree
from ganlab.errors import GanlabError

NAMES = (
    ("images", "labels"),
    ("X", "y"),
    ("x", "y"),
    ("data", "target"),
    ("data", "labels"),
    ("data", "label"),
    ("arr_0", "arr_1"),
)


def recognise(tree: Tree) -> bool:
    """Any single npz, so that it is said which arrays it would have to hold; npy files only with these names."""
    keys = set(_keyed.keys(tree))
    return len(tree.ending(".npz")) == 1 or any(images in keys for images, _ in NAMES)


def read(tree: Tree, report: Progress) -> Found:
    keys, where = _keyed.keys(tree), _keyed.place(tree)
    images, labels = choose(keys, where)
    stored = _keyed.get(tree, images, labels)
    return settle(Arrays(where, _keyed.part(stored, images, labels, where), kind=_keyed.kind_of(tree)), report)


def choose(keys: tuple[str, ...], where: str) -> tuple[str, str]:
    """The names of the images and of their labels; raises GanlabError where none of the names is known."""
    known = [pair for pair in NAMES if pair[0] in keys] or [pair for pair in NAMES if pair[1] in keys]
    if not known:
        held = ", ".join(keys[:5]) or "nothing"
        others = ", ".join(f"{images} and {labels}" for images, labels in NAMES[1:4])
        raise GanlabError(
            f"{where} must hold the arrays x_train and y_train, or images and labels, or {others}. It holds {held}."
        )
    return max(known, key=lambda pair: pair[1] in keys)


register(
    Layout(
        "npz with images and labels",
        "an npz file with images and labels, X and y, or data and target",
        33,
        recognise,
        read,
    )
)
