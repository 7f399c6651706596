"""Pictures in one folder, without sub-folders: they are one class."""

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _pictures, register
from ganlab.data.layouts._tree import Tree


def recognise(tree: Tree) -> bool:
    return not tree.alone and bool(tree.ending(*_pictures.SUFFIXES))


def read(tree: Tree, report: Progress) -> Found:
    return _pictures.read(tree, [(file, tree.stem) for file in tree.ending(*_pictures.SUFFIXES)], [], report)


register(Layout("folder of pictures", "a folder of pictures", 80, recognise, read, of_pictures=True))
