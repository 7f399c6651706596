"""Keras's npz: `x_train` and `y_train`, and `x_test` and `y_test` where there is a test part."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _keyed, register
from ganlab.data.layouts._found import settle
from ganlab.data.layouts._tree import Tree

NAMES = (
    (("x_train", "y_train"), ("x_test", "y_test")),
    (("X_train", "y_train"), ("X_test", "y_test")),
    (("train_x", "train_y"), ("test_x", "test_y")),
)


def recognise(tree: Tree) -> bool:
    keys = set(_keyed.keys(tree))
    return any(keys & {*train, *test} for train, test in NAMES)


def read(tree: Tree, report: Progress) -> Found:
    keys = set(_keyed.keys(tree))
    train, test = max(NAMES, key=lambda names: len(keys & {*names[0], *names[1]}))
    return settle(_keyed.two_parts(tree, train, test), report)


register(
    Layout(
        "npz with x_train",
        "an npz file with x_train and y_train",
        30,
        recognise,
        read,
    )
)
