"""Arrays with names: those of one npz file, or npy files in a folder, each named like its array."""

from ganlab.data.layouts import _stored
from ganlab.data.layouts._found import Arrays, Part
from ganlab.data.layouts._stored import Stored
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError


def keys(tree: Tree) -> tuple[str, ...]:
    """The names of the arrays; none where files are neither one npz nor npy files."""
    npz = tree.ending(".npz")
    if npz:
        return _stored.npz_keys(npz[0]) if len(npz) == 1 else ()
    return tuple(_key(file) for file in tree.ending(".npy")) if not tree.alone else ()


def place(tree: Tree) -> str:
    """The npz file, or the folder, in sentences."""
    npz = tree.ending(".npz")
    return npz[0].shown if npz else tree.shown


def get(tree: Tree, *wanted: str) -> dict[str, Stored]:
    """Those of the wanted arrays that are there."""
    npz = tree.ending(".npz")
    if npz:
        return _stored.npz(npz[0], *wanted)
    return {_key(file): _stored.npy(file) for file in tree.ending(".npy") if _key(file) in wanted}


def part(stored: dict[str, Stored], images: str, labels: str, where: str) -> Part:
    """Images and their labels, which may be missing; raises GanlabError where the images are."""
    if images not in stored:
        raise GanlabError(f"The array {images} is missing in {where}. Images and their labels must come together.")
    return Part(stored[images], stored.get(labels))


def two_parts(tree: Tree, train: tuple[str, str], test: tuple[str, str], notices: tuple[str, ...] = ()) -> Arrays:
    """The arrays of a layout with these names for images and labels, for training and, where they are, for testing."""
    where = place(tree)
    stored = get(tree, *train, *test)
    has_test = test[0] in stored or test[1] in stored
    for images, labels in (train, test) if has_test else (train,):
        if images in stored and labels not in stored and {train[1], test[1]} & stored.keys():
            raise GanlabError(f"The array {labels} is missing in {where}. Images and their labels must come together.")
    return Arrays(
        where,
        part(stored, *train, where),
        part(stored, *test, where) if has_test else None,
        kind=kind_of(tree),
        notices=notices,
    )


def kind_of(tree: Tree) -> str:
    """What the only class is called, where there are no labels."""
    npz = tree.ending(".npz")
    return npz[0].base.rpartition(".")[0] if npz else tree.stem


def _key(file: File) -> str:
    return file.base.rpartition(".")[0]
