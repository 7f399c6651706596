"""npy files without labels, as Quick, Draw! has them: each file is a class."""

import numpy as np

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _stored, register
from ganlab.data.layouts._found import Arrays, Part, settle
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError

PREFIXES = ("full_numpy_bitmap_", "full%2Fnumpy_bitmap%2F")  # of Quick, Draw!'s files, as browsers and gsutil name them
MOST_CLASSES = 256


def recognise(tree: Tree) -> bool:
    return bool(tree.ending(".npy"))


def read(tree: Tree, report: Progress) -> Found:
    files = tree.ending(".npy")
    if len(files) > MOST_CLASSES:
        raise GanlabError(
            f"{tree.shown} has {len(files)} classes, but at most {MOST_CLASSES} are possible. Remove some files."
        )
    stored = [_stored.npy(file) for file in files]
    _stored.check_total({one.shown: one for one in stored}, tree.shown)
    names = [_class_of(file) for file in files]
    if len(files) == 1:
        return settle(Arrays(tree.shown, Part(stored[0], None), kind=names[0]), report)
    odd = [one for one in stored if one.shape[1:] != stored[0].shape[1:] or not one.shape]
    if odd:
        raise GanlabError(
            f"{odd[0].shown} has the shape {odd[0].shape}, but {stored[0].shown} has {stored[0].shape}. The images of "
            "all classes must have one size."
        )
    images = np.concatenate([one.load() for one in stored])
    labels = np.repeat(np.array(names), [one.shape[0] for one in stored])
    part = Part(_stored.of_values(images, f"images in {tree.shown}"), _stored.of_values(labels, "names of files"))
    return settle(Arrays(tree.shown, part), report)


def _class_of(file: File) -> str:
    name = file.base.rpartition(".")[0]
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name.strip() or file.base


register(
    Layout(
        "npy files",
        "npy files, one for each class",
        40,
        recognise,
        read,
    )
)
