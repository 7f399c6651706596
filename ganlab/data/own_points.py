"""The user's own points in the plane: a table of two columns, or a drawing with more points where there is more ink."""

import base64
import hashlib
import io
import math
import shutil
import zlib
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from ganlab.data.dataset import Dataset
from ganlab.data.layouts._tree import on_disk
from ganlab.data.pictures import MAX_IMAGE_PIXELS, grey_levels
from ganlab.data.points import TEST, TRAIN, UNNAMED
from ganlab.errors import GanlabError
from ganlab.permission import needs

TABLES, PICTURES = (".csv", ".tsv", ".txt"), (".png",)
REACH = 4.0  # the largest coordinate of a user's points
MOST_ROWS = 1_000_000
LARGEST_PICTURE = 50 * 2**20  # bytes
LARGEST_TABLE = 500 * 2**20  # bytes; a million points have some 40 MB
LONGEST_LINE = 1000  # characters
FIRST_LINES = 5  # that tell whether a table has two columns
SIDE = 40  # pixels of a drawing
LONGEST_TEXT = 400  # characters; the text of the most crowded drawing has 290
TEST_SHARE = 5  # one point in so many is for testing
NOTHING_DRAWN = "Draw something first; an empty drawing has no points."


def load_own_points(path: Path) -> Dataset:
    """The points of a table (`read_points_csv`), or 25,000 drawn from a picture of ink; a fifth is for testing.

    In a picture whose border is mostly light the ink is what is darker than the border, else what is lighter.
    The same file gives the same points each time. Raises GanlabError with what is wrong with the file.
    """
    rng = np.random.default_rng(0)
    suffix = path.suffix.lower()
    if suffix in TABLES:
        points, notices = read_points_csv(path)
        layout = "table of points"
    elif suffix in PICTURES:
        points = points_of_picture(_ink(path), TRAIN + TEST, rng)
        notices = (f"{len(points):,} points were drawn from the picture, more where it has more ink.",)
        layout = "picture of points"
    else:
        raise GanlabError(
            f"{path} is no file of points. Choose a table with two columns ({', '.join(TABLES)}) or a picture "
            f"({', '.join(PICTURES)})."
        )
    points = points[rng.permutation(len(points))]
    tests = max(1, len(points) // TEST_SHARE)
    train, test = points[tests:], points[:tests]
    return Dataset(
        name=str(path),
        title=path.resolve().name or str(path),
        source=f"own points from {path}",
        x_train=train,
        y_train=np.zeros(len(train), np.uint8),
        x_test=test,
        y_test=np.zeros(len(test), np.uint8),
        class_names=UNNAMED,
        notices=notices,
        layout=layout,
        shape=(2,),
    )


@needs("keep points of their own here")
def keep_points(content: bytes, name: str, folder: Path) -> Path:
    """Stores an uploaded table, or a drawing as a picture, in `folder`, and returns its path: the same for the same
    content and name. Raises GanlabError where it holds no points, or the disk refuses."""
    key = hashlib.sha256(content + name.encode()).hexdigest()[:16]
    path = folder / key / Path(name).name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(content)
    except OSError as error:
        raise GanlabError(f"{name} could not be stored: {error.strerror or error}.") from error
    try:
        load_own_points(path)
    except GanlabError as problem:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise GanlabError(str(problem).replace(str(path), name)) from problem
    return path


def is_points(path: Path) -> bool:
    """Whether the first lines of a file are those of a table with two columns of numbers, or it is a single picture,
    which is taken for a drawing of points; False where it cannot be read."""
    if path.suffix.lower() in PICTURES:
        return path.is_file()
    if path.suffix.lower() not in TABLES:
        return False
    try:
        if path.stat().st_size > LARGEST_TABLE:  # of which nothing is read
            return False
    except (OSError, ValueError):
        return False
    try:
        rows = [_cells(line) for _, line in islice(_lines(path), FIRST_LINES)]
    except GanlabError:
        return False
    below = rows[1:] if rows and _is_header(rows[0]) else rows
    return all(len(row) == 2 for row in below) and any(not _is_header(row) for row in below)


def read_points_csv(path: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """The points in a table of two columns of numbers, float32 `[n, 2]` in their order, and sentences on any change.

    Commas, semicolons, tabs or spaces part the columns; beside a semicolon, a comma in a number is a decimal one. A
    first line without numbers is a header. Points that do not all lie within -4..4 are moved and scaled, both axes by
    the same factor, so that the longer side of what they cover goes from -4 to 4. Raises GanlabError where there are
    fewer than 2 points, more than 1,000,000 (before they are read), only one place, or a row that is no point.
    """
    header = _has_header(path)
    if sum(1 for _ in islice(_lines(path), MOST_ROWS + header + 1)) > MOST_ROWS + header:
        raise GanlabError(f"{path} has more than {MOST_ROWS:,} rows, which is the most. Use a part of it.")
    rows = islice(_lines(path), int(header), None)
    pairs = (_point(_cells(line), number, path) for number, line in rows)
    values = np.fromiter(pairs, np.dtype((np.float64, 2)))
    if len(values) < 2:
        raise GanlabError(f"{path} has fewer than 2 points. Give it one point in each line, as 1.5,-2.")
    points, notices = _within_reach(values)
    if (points == points[0]).all():
        raise GanlabError(f"All points in {path} are the same. Give it points at different places.")
    return points, notices


def points_of_picture(picture: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` points, float32 `[n, 2]`, from ink `[h, w]` (numbers of 0 or more): a pixel with twice the ink gets twice
    as many points on average, anywhere within it.

    The longer side of the picture goes from -4 to 4, the shorter one is centred; its top is at large y. Raises
    GanlabError where there is no ink, ValueError where the array is no picture of ink.
    """
    ink = np.asarray(picture, np.float64)
    if ink.ndim != 2 or not (np.isfinite(ink) & (ink >= 0)).all():
        raise ValueError("ink is an array [h, w] of numbers of 0 or more")
    if not ink.any():
        raise GanlabError(NOTHING_DRAWN)
    shares = ink.ravel() / ink.max()
    row, column = np.divmod(rng.choice(ink.size, n, p=shares / shares.sum()), ink.shape[1])
    height, width = ink.shape
    places = np.stack([column - width / 2, height / 2 - 1 - row], axis=1) + rng.random([n, 2])
    return (places * (2 * REACH / max(height, width))).astype(np.float32)


def pack_drawing(drawing: np.ndarray) -> str:
    """A drawing `[40, 40]`, of which every pixel that is not 0 is drawn, as text for an address: at most 290 letters,
    digits, `-` and `_`."""
    if drawing.shape != (SIDE, SIDE):
        raise ValueError(f"a drawing has {SIDE}x{SIDE} pixels")
    packed = zlib.compress(np.packbits(drawing != 0).tobytes(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def packed_picture(path: Path) -> str:
    """A drawing that was stored as a picture of 40 by 40 pixels, packed. Raises GanlabError where it is none."""
    ink = _ink(path)
    if ink.shape != (SIDE, SIDE):
        raise GanlabError(f"{path} is no drawing of {SIDE}x{SIDE} pixels.")
    return pack_drawing(ink > 0)


def unpack_drawing(text: str) -> np.ndarray:
    """The drawing, bool `[40, 40]`, that `pack_drawing` made this text of; raises GanlabError where it is
    damaged."""
    size = SIDE * SIDE // 8
    content = b""
    if len(text) <= LONGEST_TEXT:
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(packed, size + 1)
            if not unpacking.eof or unpacking.unused_data:
                content = b""
        except (ValueError, zlib.error):
            content = b""
    if len(content) != size:
        raise GanlabError("The drawing in this address is damaged or cut short. Copy the whole address, or draw again.")
    return np.unpackbits(np.frombuffer(content, np.uint8)).astype(bool).reshape(SIDE, SIDE)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers from 1; raises GanlabError where the file cannot be read."""
    with on_disk(path, path.name).stream() as content:
        text = io.TextIOWrapper(content, "utf-8-sig", "replace")
        for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE + 1), ""), 1):
            if len(line) > LONGEST_LINE:
                raise GanlabError(f"Line {number:,} of {path} is too long for a point. Use a table with two columns.")
            if line.strip():
                yield number, line


def _cells(line: str) -> list[str]:
    """The columns of a line, with a point in place of a decimal comma."""
    line = line.strip(" \r\n")
    if ";" in line:
        cells = line.replace(",", ".").split(";")
    else:
        separator = next((one for one in ("\t", ",") if one in line), None)
        cells = line.split(separator)
    return [cell.strip().strip('"') for cell in cells]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _has_header(path: Path) -> bool:
    """Whether there is a first line, and it has no number."""
    return any(_is_header(_cells(line)) for _, line in islice(_lines(path), 1))


def _is_header(cells: list[str]) -> bool:
    return all(_number(cell) is None for cell in cells)


def _point(cells: list[str], number: int, path: Path) -> tuple[float, ...]:
    """The two finite numbers of a line, which is counted from 1; raises GanlabError where they are not that."""
    if len(cells) != 2:
        columns = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise GanlabError(
            f"Line {number:,} of {path} has {columns}, but a point has 2. Use a table with two columns of numbers."
        )
    values = []
    for cell in cells:
        value = _number(cell)
        if value is None or not math.isfinite(value):
            wrong = " in place of a number" if value is None else ", which is no finite number"
            raise GanlabError(f"Line {number:,} of {path} has {cell[:20]!r}{wrong}. Correct or remove the line.")
        values.append(value)
    return tuple(values)


def _within_reach(values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Points, float64 `[n, 2]`, as float32 within -4..4, and a notice where they had to be moved for that."""
    if np.abs(values).max() <= REACH:
        return values.astype(np.float32), ()
    lowest, highest = values.min(axis=0) / 2, values.max(axis=0) / 2  # halves, so that no difference is beyond a float
    spans, centre = highest - lowest, lowest + highest
    half = float(spans.max())
    moved = (values / 2 - lowest - spans / 2) / half * 2 if half else np.zeros_like(values)
    return (moved * REACH).astype(np.float32), (
        f"The points were moved by ({0 - centre[0]:.4g}, {0 - centre[1]:.4g}) and then scaled by "
        f"{REACH / (half or 1):.4g} along both axes, so that they lie between {-REACH:.0f} and {REACH:.0f}.",
    )


def _ink(path: Path) -> np.ndarray:
    """The ink in a picture, float32 `[h, w]` in 0..255, its longer side 40 pixels long."""
    from PIL import Image, ImageOps

    file = on_disk(path, path.name)
    file.check_size(LARGEST_PICTURE, "a picture")
    with file.open() as content:
        try:
            with Image.open(content) as image:
                fits = image.width * image.height <= MAX_IMAGE_PIXELS
                grey = grey_levels(ImageOps.exif_transpose(image)) if fits else None
        except Image.DecompressionBombError:
            grey = None
        except Exception as problem:  # Pillow raises almost anything on a damaged picture
            raise GanlabError(f"{path} is damaged or no picture. Choose another file.") from problem
    if grey is None:
        raise GanlabError(f"{path} has more than {MAX_IMAGE_PIXELS:,} pixels, which is the most. Make it smaller.")
    height, width = (max(1, round(SIDE * side / max(grey.shape))) for side in grey.shape)
    border = float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    levels = grey.astype(np.float32)
    ink = np.maximum(border - levels if border > 127 else levels - border, 0)
    return np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BOX))
