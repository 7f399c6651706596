"""npy files, as Quick, Draw! has them: each file is a class; or one file of images and one of their labels."""

import re

import numpy as np

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _stored, register
from ganlab.data.layouts._found import Arrays, Part, even, settle, were
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError

PREFIXES = ("full_numpy_bitmap_", "full%2Fnumpy_bitmap%2F")  # of Quick, Draw!'s files, as browsers and gsutil name them
MOST_CLASSES = 256
LABELS = re.compile(r"(?<![a-z])labels?(?![a-z])|^y([-_]|$)")  # names a file of the labels of another


def recognise(tree: Tree) -> bool:
    return bool(tree.ending(".npy"))


def read(tree: Tree, report: Progress) -> Found:
    files = tree.ending(".npy")
    if len(files) > MOST_CLASSES:
        raise GanlabError(
            f"{tree.shown} has {len(files)} classes, but at most {MOST_CLASSES} are possible. Remove some files."
        )
    if len(files) == 1:
        return settle(Arrays(tree.shown, Part(_stored.npy(files[0]), None), kind=_class_of(files[0])), report)
    labels = [file for file in files if LABELS.search(_class_of(file).lower())]
    if len(files) == 2 and len(labels) == 1 and _stored.npy(labels[0]).shape[1:] in ((), (1,)):
        (images,) = (file for file in files if file is not labels[0])
        return settle(Arrays(tree.shown, Part(_stored.npy(images), _stored.npy(labels[0]))), report)
    stored, notices = _whole(files, tree, report)
    said: list[str] = []
    first = next(iter(stored.values()))
    odd = [one for one in stored.values() if one.shape[1:] != first.shape[1:] or not one.shape]
    if odd:
        raise GanlabError(
            f"{odd[0].shown} has the shape {odd[0].shape}, but {first.shown} has {first.shape}. The images of all "
            "classes must have one size."
        )
    images = np.concatenate(even([one.load() for one in stored.values()], [one.shown for one in stored.values()], said))
    labels = np.repeat(np.array(list(stored)), [one.shape[0] for one in stored.values()])
    part = Part(_stored.of_values(images, f"images in {tree.shown}"), _stored.of_values(labels, "names of files"))
    return settle(Arrays(tree.shown, part, notices=(*said, *notices)), report)


def _whole(files: list[File], tree: Tree, report: Progress) -> tuple[dict[str, _stored.Stored], tuple[str, ...]]:
    """The arrays of the files that can be read, by class, and a notice on the others."""
    headers: list[tuple[File, _stored.Stored]] = []
    broken: list[GanlabError] = []
    for file in files:
        try:
            headers.append((file, _stored.npy(file)))
        except GanlabError as problem:
            broken.append(problem)
    _stored.check_total({one.shown: one for _, one in headers}, tree.shown)
    stored: dict[str, _stored.Stored] = {}
    for number, (file, header) in enumerate(headers):
        report(f"Reading images from {tree.shown}", number / len(headers))
        try:
            stored[_class_of(file)] = _stored.of_values(header.load(), header.shown)
        except GanlabError as problem:
            broken.append(problem)
    if not stored:
        raise broken[0]
    left = f"{len(broken)} of {len(files)} files {were(len(broken))} left out: {' '.join(map(str, broken))}"
    return stored, (left,) if broken else ()


def _class_of(file: File) -> str:
    name = file.base.rpartition(".")[0]
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return name.strip() or file.base


register(
    Layout(
        "npy files",
        "npy files, one for each class, or one of images and one of labels",
        40,
        recognise,
        read,
    )
)
