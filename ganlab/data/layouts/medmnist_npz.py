"""MedMNIST's npz: `train_images` and `train_labels`, `val_` and `test_`, grey or in colour."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _keyed, register
from ganlab.data.layouts._found import settle
from ganlab.data.layouts._tree import Tree

TRAIN, VAL, TEST = (tuple(f"{part}_{kind}" for kind in ("images", "labels")) for part in ("train", "val", "test"))


def recognise(tree: Tree) -> bool:
    return bool({*TRAIN} & {*_keyed.keys(tree)})


def read(tree: Tree, report: Progress) -> Found:
    keys = _keyed.keys(tree)
    has_test, has_val = TEST[0] in keys, VAL[0] in keys
    test = VAL if has_val and not has_test else TEST
    left = (f"The images of {VAL[0]} were left out, as {TEST[0]} is for testing.",) if has_val and has_test else ()
    return settle(_keyed.two_parts(tree, (TRAIN[0], TRAIN[1]), (test[0], test[1]), left), report)


register(
    Layout(
        "npz with train_images",
        "an npz file with train_images and train_labels",
        31,
        recognise,
        read,
    )
)
