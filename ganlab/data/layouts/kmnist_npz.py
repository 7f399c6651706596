"""KMNIST's npz files, each with one array: `kmnist-train-imgs.npz` and `-labels`, and the same for `test`."""

import re

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _stored, register
from ganlab.data.layouts._found import Arrays, Part, settle
from ganlab.data.layouts._stored import Stored
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError

NAME = re.compile(r"(?P<set>.*?)-?(?P<part>train|test)-(?P<kind>imgs|labels)\.npz", re.IGNORECASE)
KEY = "arr_0"


def recognise(tree: Tree) -> bool:
    return any(NAME.fullmatch(file.base) for file in tree.files)


def read(tree: Tree, report: Progress) -> Found:
    named = {(match["set"], match["part"].lower(), match["kind"].lower()): file for file, match in _matches(tree)}
    sets = sorted({match["set"] for file in tree.files if (match := NAME.fullmatch(file.base))})
    if len(sets) > 1:
        raise GanlabError(f"{tree.shown} holds several data sets ({', '.join(sets)}). Name a file of one of them.")

    def part(name: str) -> Part | None:
        images, labels = (named.get((sets[0], name, kind)) for kind in ("imgs", "labels"))
        if images is None:
            return None
        return Part(_array(images), _array(labels) if labels else None)

    train = part("train")
    if train is None:
        raise GanlabError(f"{sets[0]}-train-imgs.npz is missing in {tree.shown}. Put it beside the others.")
    return settle(Arrays(tree.shown, train, part("test"), kind=sets[0] or tree.stem), report)


def _matches(tree: Tree) -> list[tuple[File, re.Match[str]]]:
    return [(file, match) for file in tree.around() if (match := NAME.fullmatch(file.base))]


def _array(file: File) -> Stored:
    found = _stored.npz(file, KEY)
    if KEY not in found:
        raise GanlabError(f"The array {KEY} is missing in {file.shown}. Save its only array without a name.")
    return found[KEY]


register(
    Layout(
        "pairs of npz files",
        "pairs of npz files under KMNIST's names",
        20,
        recognise,
        read,
    )
)
