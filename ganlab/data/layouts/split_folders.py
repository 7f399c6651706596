"""Folders of pictures for training and for testing: `train` and `test` above the folders of the classes."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _pictures, register
from ganlab.data.layouts._found import count, were
from ganlab.data.layouts._tree import File, Tree

LOOSE = "pictures"  # the class of pictures that lie in no folder but that of their part
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
        parts[part_of(file)].append((file, LOOSE if kind.lower() in PARTS else kind))
    if any(kind != LOOSE for _, kind in parts["train"]):  # then pictures without a class cannot be used
        loose = [file for name in parts for file, kind in parts[name] if kind == LOOSE]
        parts = {name: [one for one in part if one[1] != LOOSE] for name, part in parts.items()}
    else:
        loose = []
    left = {
        "for validation": [file for file, _ in parts["val"]] if parts["test"] else [],
        "outside of these parts": [file for file, _ in parts[""]],
        "without a class": loose,
    }
    notices = [
        f"{count(len(files), 'picture')} {what} {were(len(files))} left out, such as {files[0].name}."
        for what, files in left.items()
        if files
    ]
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
