"""Folders of pictures for training and for testing: `train` and `test` above the folders of the classes."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _pictures, register
from ganlab.data.layouts._found import count
from ganlab.data.layouts._tree import File, Tree

PARTS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}


def part_of(file: File) -> str:
    """Which part a picture belongs to: the outermost folder that is named like one says it."""
    return next((PARTS[folder.lower()] for folder in file.folders if folder.lower() in PARTS), "")


def recognise(tree: Tree) -> bool:
    parts = {part_of(file) for file in tree.ending(*_pictures.SUFFIXES)}
    return "train" in parts and bool(parts & {"test", "val"})


def read(tree: Tree, report: Progress) -> Found:
    parts: dict[str, list[_pictures.Picture]] = {"train": [], "test": [], "val": [], "": []}
    for file in tree.ending(*_pictures.SUFFIXES):
        kind = file.folders[-1] if file.folders else ""
        parts[part_of(file)].append((file, "pictures" if kind.lower() in PARTS else kind))
    notices = []
    left = len(parts["val"]) if parts["test"] else 0
    if left:
        notices.append(f"{count(left, 'picture')} for validation {'was' if left == 1 else 'were'} left out.")
    if parts[""]:
        notices.append(
            f"{count(len(parts['']), 'picture')} outside of these parts, such as {parts[''][0][0].name}: left out."
        )
    return _pictures.read(tree, parts["train"], parts["test"] or parts["val"], report, *notices)


register(
    Layout(
        "folders of pictures, train and test",
        "folders train and test with one sub-folder of pictures for each class",
        60,
        recognise,
        read,
        of_pictures=True,
    )
)
