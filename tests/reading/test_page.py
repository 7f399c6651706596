"""Pages of several lines: what is found, left out and corrected, without a network."""

import time

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ganlab.data import damages, drawing, lines, strip, symbols
from ganlab.data.offline import load_offline
from ganlab.data.strip import Part
from ganlab.errors import GanlabError
from ganlab.reading import drop, join, read_page, split
from tests.conftest import file_of

REAL = load_offline()


def line_of(seed: int, count: int = 6) -> np.ndarray:
    chosen = np.random.default_rng(seed).choice(len(REAL.x_test), count, replace=False)
    return strip.compose(REAL.x_test[chosen], seed, 0.45, 2)


def page_of(lines: list[np.ndarray], between: int = 30) -> np.ndarray:
    """Lines below each other, dark on light, uint8 `[h, w]`."""
    width = max(line.shape[1] for line in lines) + 40
    rows = [np.pad(line, ((between, between), (20, width - line.shape[1] - 20))) for line in lines]
    return 235 - (np.concatenate(rows) * 0.8).astype(np.uint8)


@pytest.mark.parametrize("degrees", [0, 4, -10])
def test_three_lines_are_read_top_to_bottom_also_on_a_page_that_is_turned(degrees: int) -> None:
    page = page_of([line_of(seed, 4 + seed) for seed in range(3)], 40)
    turned = Image.fromarray(page).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=235)
    found = read_page(turned)
    assert [len(line) for line in found.lines] == [4, 5, 6]
    tops = [np.mean([cut.box[1] for cut in line]) for line in found.lines]
    assert tops == sorted(tops)
    for line in found.lines:
        lefts = [cut.box[0] for cut in line]
        assert lefts == sorted(lefts)
    for cut in (cut for line in found.lines for cut in line):
        left, top, right, bottom = cut.box
        inside = np.asarray(turned)[top:bottom, left:right]
        assert inside.min() < 120 and 0 <= left < right <= found.width and 0 <= top < bottom <= found.height


def test_boxes_are_in_the_pixels_of_the_upright_picture() -> None:
    page = Image.fromarray(page_of([line_of(1)]))
    exif = Image.Exif()
    exif[drawing.ORIENTATION] = 6
    lying = page.transpose(Image.Transpose.ROTATE_90)
    found, plain = read_page(file_of(lying, exif=exif)), read_page(page)
    assert (found.width, found.height) == page.size
    assert [cut.box for cut in found.lines[0]] == [cut.box for cut in plain.lines[0]]
    large = page.resize((6 * page.width, 6 * page.height), Image.Resampling.BICUBIC)
    for cut, small in zip(read_page(large).lines[0], plain.lines[0], strict=True):
        np.testing.assert_allclose(cut.box, 6 * np.array(small.box), atol=14)


def with_symbols(left: str, right: str) -> np.ndarray:
    """A line of six digits between two symbols: `(`, `)`, `+`, `-` or `.`."""
    digits = line_of(2)
    room = 70
    image = Image.fromarray(np.pad(digits, ((12, 12), (room, room))))
    draw, middle = ImageDraw.Draw(image), image.height // 2
    for x, mark in ((room // 2 + 4, left), (image.width - room // 2 - 4, right)):
        if mark in "()":
            down = np.linspace(-1, 1, 30)
            bow = 9 * down**2 * (1 if mark == "(" else -1)
            draw.line(list(zip((x + bow).tolist(), (middle + 28 * down).tolist(), strict=True)), 255, 5)
        if mark in "+-":
            draw.line([(x - 12, middle), (x + 12, middle)], 255, 5)
        if mark == "+":
            draw.line([(x, middle - 12), (x, middle + 12)], 255, 5)
        if mark == ".":
            draw.rectangle([x - 2, middle + 16, x + 2, middle + 20], 255)
    return np.asarray(image)


@pytest.mark.parametrize(
    "left, right, said",
    [
        ("(", " ", "1 bracket"),
        (" ", ")", "1 bracket"),
        ("(", ")", "2 brackets"),
        ("+", " ", "1 plus sign"),
        (" ", "-", "1 dash"),
        (" ", ".", "1 speck"),
    ],
)
def test_symbols_are_left_out_and_it_says_which(left: str, right: str, said: str) -> None:
    found = read_page(page_of([with_symbols(left, right)]))
    assert [len(line) for line in found.lines] == [6]
    assert any(notice.startswith("Left out") and said in notice for notice in found.notices)


def test_digits_are_hardly_taken_for_symbols() -> None:
    names = []
    for digit in REAL.x_test[:300]:
        large = np.asarray(Image.fromarray(digit).resize((84, 84))) > 80
        rows, columns = (np.flatnonzero(large.any(axis)) for axis in (1, 0))
        cut = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        names.append(symbols.name_of(cut, cut.shape[0], 0.5))
    assert sum(name is not None for name in names) <= 3


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("height", [1, 2, 3])
def test_a_stroke_of_a_few_pixels_is_no_bracket_and_nothing_is_printed(height: int) -> None:
    assert not symbols._is_bracket(np.ones([height, 9], bool))


def test_a_digit_that_is_cut_and_joined_again_is_the_same() -> None:
    page = read_page(page_of([line_of(3), line_of(4)]))
    cut = split(page, 1, 2)
    assert [len(line) for line in cut.lines] == [6, 7]
    assert cut.lines[1][2].box[2] <= cut.lines[1][3].box[2]
    joined = join(cut, 1, 2)
    assert joined.lines[1][2].box == page.lines[1][2].box
    np.testing.assert_array_equal(joined.images, page.images)


def test_a_line_without_digits_is_gone() -> None:
    page = read_page(page_of([line_of(3, 1), line_of(4, 2)]))
    assert [len(line) for line in drop(page, 0, 0).lines] == [2]
    assert drop(drop(drop(page, 0, 0), 0, 0), 0, 0).images.shape == (0, 28, 28)


def test_what_cannot_be_joined_or_cut_is_one_sentence() -> None:
    page = read_page(page_of([line_of(3, 2)]))
    with pytest.raises(GanlabError, match="last digit"):
        join(page, 0, 1)


def test_twenty_lines_are_read_and_more_are_refused() -> None:
    lines = [line_of(seed, 3) for seed in range(21)]
    assert len(read_page(page_of(lines[:20], 15)).lines) == 20
    with pytest.raises(GanlabError, match="21 lines of writing, but at most 20"):
        read_page(page_of(lines, 15))


@pytest.mark.parametrize(
    "picture", [b"", b"no picture", Image.new("L", (400, 300), 230), Image.new("RGB", (50, 2000), (9, 9, 9))]
)
def test_a_picture_without_a_number_is_one_sentence(picture) -> None:
    with pytest.raises(GanlabError):
        read_page(picture)


def test_noise_is_no_number() -> None:
    noise = np.random.default_rng(0).integers(0, 256, [600, 900]).astype(np.uint8)
    with pytest.raises(GanlabError):
        read_page(noise)


@pytest.mark.parametrize(("share", "said"), [(0.01, "No number stands out"), (0.004, "lines of writing, but at most")])
def test_scattered_dots_are_refused_within_seconds(share: float, said: str) -> None:
    dots = np.where(np.random.default_rng(0).random([600, 600]) < share, 0, 255).astype(np.uint8)
    begun = time.process_time()
    with pytest.raises(GanlabError, match=said):
        read_page(dots)
    assert time.process_time() - begun < 20


def test_a_thousand_lines_on_one_level_are_one() -> None:
    parts = [Part((n,), 3 * n, 3 * n + 2, 0, 40) for n in range(1200)]
    assert lines._merge([[part] for part in reversed(parts)], 40.0) == [parts]


@pytest.mark.parametrize("kind", ["strokes", "columns", "pen"])
def test_a_line_of_damaged_digits_in_even_light_is_cut_as_a_drawn_one_is(kind: str) -> None:
    digits = REAL.x_test[:10]
    ink = strip.compose(np.where(damages.draw_masks(kind, 10, 2), 0, digits).astype(np.uint8), 2, 0.45, 4)
    page = read_page(ink)
    (line,) = page.lines
    np.testing.assert_array_equal([cut.image for cut in line], [one.image for one in strip.find_digits(ink)])
