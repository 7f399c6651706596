"""A CSV with an image in each row: a label in the first or last column, or none; with or without a header."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from math import isqrt, log
from typing import IO

import numpy as np

from ganlab.data.dataset import Progress
from ganlab.data.files import LATIN_1
from ganlab.data.layouts import Found, Layout, _emnist, register
from ganlab.data.layouts._found import Arrays, Part, settle
from ganlab.data.layouts._pictures import SUFFIXES as PICTURES
from ganlab.data.layouts._stored import of_values
from ganlab.data.layouts._tree import File, Tree
from ganlab.errors import GanlabError

SUFFIXES = (".csv", ".tsv")
SEPARATORS = (",", ";", "\t")
LARGEST = 800 * 2**20  # bytes; EMNIST's largest balanced table has 230 MB
LONGEST_LINE = 2**20  # characters
FEWEST_PIXELS = 16
AT_ONCE = 2000  # rows
LABELS = {"label", "labels", "class", "target", "y", "digit", "character", "species", "category"}
NUMBERS = {"", "id", "index", "unnamed: 0"}  # of the column that counts rows


@dataclass(frozen=True)
class Form:
    """How a table is written; `label` is the column of the labels, None where there is none, -2 where it is not known
    yet whether it is the first or the last one. `first` is the first column that counts."""

    separator: str
    columns: int
    header: bool
    first: int
    label: int | None

    @property
    def pixels(self) -> int:
        return self.columns - self.first - (self.label is not None)


UNSURE = -2
ONE_CLASS = 0.05  # how much a column looks like labels that has one number, neither black nor white


def recognise(tree: Tree) -> bool:
    """Tables of square images; without pictures, any table, so that it is said what it would have to hold."""
    tables = tree.ending(*SUFFIXES)
    return bool(tables) and (not tree.ending(*PICTURES) or any(_form(file) for file in tables))


def read(tree: Tree, report: Progress) -> Found:
    train = _train(tree)
    form = _form(train)
    assert form is not None  # _train chose it for that
    notices: list[str] = []
    images, labels, form = _table(train, form, report, notices)
    test = _test(tree, train)
    parts = [_as_part(images, labels, train)]
    if test is not None:
        other = _form(test)
        if other is None or (other.label is None) != (form.label is None) or other.pixels != form.pixels:
            notices.append(f"{test.shown} was left out, as it has no labels or other columns.")
        else:
            settled = replace(other, label=form.label)
            parts.append(_as_part(*_table(test, settled, report, notices)[:2], test))
    return settle(
        Arrays(
            train.shown,
            *parts,
            kind=train.base.rpartition(".")[0],
            transposed=_emnist.is_emnist(train),
            names=_emnist.names(train),
            notices=tuple(notices),
        ),
        report,
    )


def _as_part(images: np.ndarray, labels: np.ndarray | None, file: File) -> Part:
    return Part(
        of_values(images, f"images in {file.shown}"),
        None if labels is None else of_values(labels, f"labels in {file.shown}"),
    )


def _train(tree: Tree) -> File:
    tables = [file for file in tree.ending(*SUFFIXES) if _form(file) is not None]
    if not tables:
        raise GanlabError(_no_table(tree.ending(*SUFFIXES)[0]))
    training = [file for file in tables if "train" in file.base.lower()] if len(tables) > 1 else tables
    if len(training) != 1:
        raise GanlabError(
            f"{tree.shown} holds several tables of images ({', '.join(file.base for file in tables[:3])}). Name one of "
            "them; a table called train may have one called test beside it."
        )
    return training[0]


def _no_table(file: File) -> str:
    with _text(file) as stream:
        line = stream.readline(LONGEST_LINE)
    columns = 1 + max(map(line.count, SEPARATORS)) if line.strip() else 0
    return (
        f"{file.shown} has {columns:,} {'column' if columns == 1 else 'columns'} in its first line, but it needs 784 "
        "with the pixels of an image (or another square number), and one with the label before or after them, or none."
    )


def _test(tree: Tree, train: File) -> File | None:
    """The table beside it whose name has `test`, or `val`, in place of `train`."""
    base = train.base.lower()
    wanted = [base.replace("train", part) for part in ("test", "val")] if "train" in base else []
    found = {file.base.lower(): file for file in tree.around() if file.folders == train.folders}
    return next((found[name] for name in wanted if name in found), None)


def _form(file: File) -> Form | None:
    """How a table is written, by its first two lines; None where it is no table of square images."""
    with _text(file) as stream:
        lines = [stream.readline(LONGEST_LINE).rstrip("\r\n") for _ in range(2)]
    separator = max(SEPARATORS, key=lines[0].count)
    cells, below = ([cell.strip().strip('"') for cell in line.split(separator)] for line in lines)
    words = [place for place, cell in enumerate(cells) if not _is_number(cell)]
    inner = any(0 < place < len(cells) - 1 for place in words)
    named = any(cell.lower() in LABELS for cell in (cells[0], cells[-1]))
    same = len(below) == len(cells) and any(_is_number(below[place]) for place in words)
    header = bool(words) and (inner or named or same)
    first = int(header and cells[0].lower() in NUMBERS and isqrt(len(cells)) ** 2 != len(cells) - 1)
    rest = cells[first:]
    side = isqrt(len(rest))
    if side * side < FEWEST_PIXELS or len(rest) - side * side not in (0, 1):
        return None
    label: int | None = None
    if len(rest) > side * side:
        ends = below[first:] if header else rest
        worded = [place for place in (0, -1) if ends and not _is_number(ends[place])]
        told = [place for place in (0, -1) if header and rest[place].lower() in LABELS]
        label = (told or worded or [UNSURE])[0]
    return Form(separator, len(cells), header, first, label)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@contextmanager
def _text(file: File) -> Iterator[IO[str]]:
    file.check_size(LARGEST, "a table")
    with file.stream() as content:
        yield io.TextIOWrapper(content, "utf-8-sig", LATIN_1, newline="\n")


def _table(file: File, form: Form, report: Progress, notices: list[str]) -> tuple[np.ndarray, np.ndarray | None, Form]:
    """Images `[n, pixels]`, and labels `[n]`, numbers or words."""
    pieces: list[np.ndarray] = []
    words: list[str] = []
    size = max(1, file.size())
    with _text(file) as stream:
        before = int(form.header)
        done = len(stream.readline()) if form.header else 0
        while lines := list(islice(stream, AT_ONCE)):
            report(f"Reading the table {file.shown}", min(1.0, done / size))
            done += sum(map(len, lines))
            kept = [text.rstrip("\r\n") for text in lines]
            _check_columns(kept, before, form, file)
            rows = _without_labels([text for text in kept if text], form, words)
            if rows:
                places = [number for number, text in enumerate(kept, before + 1) if text]
                pieces.append(_numbers(rows, places, form, file))
            before += len(lines)
    if not pieces:
        raise GanlabError(f"{file.shown} has no row with an image. It needs at least one.")
    values = np.concatenate(pieces)
    if form.label is None:
        return values, None, form
    if form.label != UNSURE:
        return values, _plain(words), form
    place, is_clear = _guess(values)
    form = replace(form, label=place)
    if place == -1 or not is_clear:
        which = "first" if place == 0 else "last"
        notices.append(f"The {which} column of {file.shown} was taken for the labels.")
    return *_cut(values, form), form


def _cut(values: np.ndarray, form: Form) -> tuple[np.ndarray, np.ndarray]:
    return (values[:, 1:], values[:, 0]) if form.label == 0 else (values[:, :-1], values[:, -1])


def _plain(words: list[str]) -> np.ndarray:
    """Labels as numbers, if all of them are."""
    labels = np.array(words)
    try:
        return labels.astype(float)
    except ValueError:
        return labels


def _check_columns(lines: list[str], before: int, form: Form, file: File) -> None:
    for number, text in enumerate(lines, before + 1):
        columns = text.count(form.separator) + 1
        if columns != form.columns and text:
            raise GanlabError(
                f"Line {number:,} of {file.shown} has {columns} columns, but the first line has {form.columns}. It is "
                "damaged or cut short."
            )


def _numbers(rows: list[str], places: list[int], form: Form, file: File) -> np.ndarray:
    """`[rows, columns]`, uint8 where all of them are; `places` are the lines on which the rows are."""
    for kind in (np.int16, np.float32):
        with suppress(ValueError):
            values = _parsed(rows, kind, form)
            whole = kind is np.int16 and values.min() >= 0 and values.max() <= 255
            return values.astype(np.uint8) if whole else values
    for text, place in zip(rows, places, strict=True):
        for cell in text.split(form.separator):
            try:
                _parsed([cell or "-"], np.float32, form)
            except ValueError as problem:
                shown = f"{cell[:20].strip()!r}" if cell.strip() else "nothing"
                raise GanlabError(
                    f"Line {place:,} of {file.shown} has {shown} where a pixel should be, but pixels must be numbers."
                ) from problem
    raise GanlabError(f"{file.shown} has something that is no number where a pixel should be.")


def _parsed(rows: list[str], kind: type[np.generic], form: Form) -> np.ndarray:
    return np.loadtxt(rows, kind, comments=None, delimiter=form.separator, quotechar='"', ndmin=2)


def _without_labels(rows: list[str], form: Form, words: list[str]) -> list[str]:
    """The rows without the column that counts them, and without labels whose place is known, which go to `words`."""
    if form.first:
        rows = [text.split(form.separator, 1)[1] for text in rows]
    if form.label not in (0, -1):
        return rows
    ends = [text.partition(form.separator) if form.label == 0 else text.rpartition(form.separator) for text in rows]
    words += [end[form.label].strip().strip('"') for end in ends]
    return [end[-1 if form.label == 0 else 0] for end in ends]


def _guess(values: np.ndarray) -> tuple[int, bool]:
    """Which end the labels are at, and whether that is clear: classes are few and about as frequent, pixels at an edge
    hardly ever change."""
    first, last = _like_labels(values[:, 0]), _like_labels(values[:, -1])
    return 0 if first >= last else -1, max(first, last) > ONE_CLASS


def _like_labels(column: np.ndarray) -> float:
    found, counts = np.unique(column, return_counts=True)
    if (column != np.rint(column)).any() or found[0] < 0 or found[-1] > 255:
        return 0.0
    if len(found) == 1:  # black or white, as an edge is, or the label of the only class
        return ONE_CLASS if 0 < found[0] < 255 else 0.0
    shares = counts / len(column)
    return float(-(shares * np.log(shares)).sum() / log(len(found)) - len(found) / len(column))


register(
    Layout(
        "CSV table",
        "a CSV with 784 columns of pixels, and a label in the first or last one",
        45,
        recognise,
        read,
    )
)
