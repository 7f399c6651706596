"""IDX files, gzipped or not, under MNIST's or EMNIST's names: the files in which MNIST was first published."""

import gzip
import re
import struct
from functools import partial
from typing import IO

import numpy as np

from ganlab.data.dataset import Progress
from ganlab.data.layouts import Found, Layout, _emnist, register
from ganlab.data.layouts._found import Arrays, Part, settle
from ganlab.data.layouts._stored import Stored, check_total
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError

NAME = re.compile(
    r"(?P<set>.*?)[-_]?(?P<part>train|t10k|test)-(?P<kind>images|labels)[-.]idx\d-ubyte(\.gz)?", re.IGNORECASE
)
UINT8 = 8  # the third byte of an IDX file names the kind of its values
MOST_AXES = 4
Names = dict[tuple[str, str], File]


def recognise(tree: Tree) -> bool:
    return any(NAME.fullmatch(file.base) for file in tree.files)


def read(tree: Tree, report: Progress) -> Found:
    sets = sorted({match["set"] for file in tree.files if (match := NAME.fullmatch(file.base))})
    if len(sets) > 1:
        raise GanlabError(f"{tree.shown} holds several data sets ({', '.join(sets)}). Name a file of one of them.")
    named: Names = {}
    for file in tree.around():
        match = NAME.fullmatch(file.base)
        if match and match["set"] == sets[0]:
            part = "train" if match["part"].lower() == "train" else "test"
            named.setdefault((part, match["kind"].lower()), file)
    if ("train", "images") not in named:
        raise GanlabError(f"The file of training images (train-images-idx3-ubyte) is missing in {tree.shown}.")
    for one in ("train", "test"):
        images, labels = ((one, kind) in named for kind in ("images", "labels"))
        if images != labels and any(kind == "labels" for _, kind in named):
            raise GanlabError(
                f"The file of {'labels' if images else 'images'} for {one}ing is missing in {tree.shown}, beside "
                f"{named[one, 'images' if images else 'labels'].base}."
            )
    return settle(
        Arrays(
            tree.shown,
            _part(named, "train"),
            _part(named, "test") if ("test", "images") in named else None,
            kind=tree.stem,
            transposed=_emnist.is_emnist(named["train", "images"]),
            names=_emnist.names(named["train", "images"]),
        ),
        report,
    )


def _part(named: Names, part: str) -> Part:
    labels = named.get((part, "labels"))
    return Part(stored(named[part, "images"]), stored(labels) if labels else None)


def stored(file: File) -> Stored:
    """What the header of a file says, which is read before any value; raises GanlabError."""
    with file.open() as raw, _unzipped(raw, file) as content:
        try:
            start = content.read(4)
            kind, axes = start[2], start[3]
            if start[:2] != b"\0\0" or not 1 <= axes <= MOST_AXES:
                raise ValueError
            shape = struct.unpack(f">{axes}I", content.read(4 * axes))
        except Exception as problem:  # as many kinds as there are ways to damage bytes
            raise GanlabError(f"{file.shown} is damaged, cut short or not an IDX file.") from problem
    if kind != UINT8:
        raise GanlabError(f"{file.shown} must hold bytes from 0 to 255, but it holds values of another kind.")
    found = Stored(file.shown, shape, np.dtype(np.uint8), partial(_values, file, shape))
    check_total({file.shown: found}, file.shown)
    return found


def _values(file: File, shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape))
    with file.open() as raw, _unzipped(raw, file) as content:
        try:
            content.read(4 + 4 * len(shape))
            values = content.read(count + 1)  # one more, to see whether there is more
        except Exception as problem:
            raise GanlabError(f"{file.shown} is damaged or cut short. Copy it again.") from problem
    if len(values) != count:
        fewer = "fewer" if len(values) < count else "more"
        raise GanlabError(f"{file.shown} is damaged or cut short: it says {count:,} bytes, but holds {fewer}.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _unzipped(raw: IO[bytes], file: File) -> IO[bytes]:
    return gzip.GzipFile(fileobj=raw) if file.base.lower().endswith(".gz") else raw  # type: ignore[return-value]


register(
    Layout(
        "IDX files",
        "IDX files under MNIST's or EMNIST's names",
        10,
        recognise,
        read,
    )
)
