"""A folder with one sub-folder of pictures for each class, however deep it lies."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _pictures, register
from ganlab.data.layouts._tree import Tree


def recognise(tree: Tree) -> bool:
    return any(file.folders for file in tree.ending(*_pictures.SUFFIXES))


def read(tree: Tree, report: Progress) -> Found:
    pictures = [(file, file.folders[-1]) for file in tree.ending(*_pictures.SUFFIXES) if file.folders]
    return _pictures.read(tree, pictures, [], report)


register(
    Layout(
        "folders of pictures",
        f"one sub-folder of pictures for each class ({', '.join(suffix[1:] for suffix in _pictures.SUFFIXES)})",
        70,
        recognise,
        read,
        of_pictures=True,
    )
)
