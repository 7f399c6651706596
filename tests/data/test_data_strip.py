"""Digits found in the writing on a strip: cut from offline digits that are pasted beside each other."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganlab.data import damages, strip, strokes
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError

REAL = load_offline()
SEEDS = range(10)


def ten(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten digits with their labels."""
    chosen = np.random.default_rng(seed).choice(len(REAL.x_test), 10, replace=False)
    return REAL.x_test[chosen], REAL.y_test[chosen]


def whose(digits: np.ndarray, found: strip.Found, **how) -> int:
    """The place of the digit whose ink fills most of a box."""
    numbered = np.stack([np.where(digit > 0, place, 0) for place, digit in enumerate(digits, 1)]).astype(np.uint8)
    box = strip.compose(numbered, **how)[found.top : found.bottom, found.left : found.right]
    return int(np.bincount(box[box > 0]).argmax()) - 1


def share_cut_rightly(kind: str, gap: float, seeds: Sequence[int] = SEEDS) -> float:
    """Of strips whose digits were each damaged: all ten found, in order."""
    right = 0
    for seed in seeds:
        digits = damages.apply_damage(ten(seed)[0], damages.draw_masks(kind, 10, seed))
        found = strip.find_digits(strip.compose(digits, seed, gap))
        right += [whose(digits, one, seed=seed, gap=gap) for one in found] == list(range(10))
    return right / len(seeds)


@settings(max_examples=20)  # always the same ones: of all strips, one in a hundred is cut wrongly
@given(st.integers(0, 10_000), st.floats(0.15, 1.0), st.integers(1, 4))
def test_ten_undamaged_digits_are_found_in_order(seed: int, gap: float, scale: int) -> None:
    digits, _ = ten(seed)
    found = strip.find_digits(strip.compose(digits, seed, gap, scale))
    assert [whose(digits, one, seed=seed, gap=gap, scale=scale) for one in found] == list(range(10))
    for digit, one in zip(digits, found, strict=True):
        assert one.image.shape == (28, 28) and one.image.dtype == np.uint8
        assert np.corrcoef(one.image.ravel(), digit.ravel())[0, 1] > 0.6


@pytest.mark.parametrize("kind", damages.DAMAGES)
@pytest.mark.parametrize("gap", [0.35, 0.6])
def test_most_strips_of_damaged_digits_are_cut_rightly(kind: str, gap: float) -> None:
    assert share_cut_rightly(kind, gap) >= 0.9


@pytest.mark.parametrize("gap", [0.35, 0.45])
def test_dropped_columns_within_a_digit_are_told_from_gaps_between_digits(gap: float) -> None:
    assert share_cut_rightly("columns", gap, range(30)) == 1.0


@pytest.mark.parametrize("digit", range(10))
def test_a_digit_that_a_thin_gap_cuts_in_two_is_one(digit: int) -> None:
    image = REAL.x_test[REAL.y_test == digit][0].copy()
    across = np.flatnonzero(image.any(axis=0))
    middle = int(across.mean())
    image[:, middle : middle + 2] = 0
    line = strip.compose(np.stack([image, *REAL.x_test[:5]]), 1, 0.5)
    assert len(strip.find_digits(line)) == 6


@pytest.mark.parametrize("seed", range(12))
def test_two_wide_digits_that_touch_are_cut_apart(seed: int) -> None:
    wide = REAL.x_test[np.isin(REAL.y_test, (0, 2, 3, 8))]
    chosen = wide[np.random.default_rng(seed).choice(len(wide), 4, replace=False)]
    pieces = [digit[:, digit.any(axis=0)] for digit in chosen]
    gap = np.zeros([28, 8], np.uint8)
    touching = np.concatenate([pieces[0][:, :-1], np.maximum(pieces[0][:, -1:], pieces[1][:, :1]), pieces[1][:, 1:]], 1)
    middle = touching.shape[0] // 2
    joint = pieces[0].shape[1]
    touching[middle - 1 : middle + 1, joint - 3 : joint + 3] = 255
    line = np.concatenate([gap, pieces[2], gap, touching, gap, pieces[3], gap], axis=1)
    found = strip.find_digits(line)
    assert len(found) == 4
    assert abs(found[1].right - (found[1].left + joint)) <= 5


def test_a_five_with_a_hat_apart_is_one_digit() -> None:
    ink = np.zeros([100, 300], np.uint8)
    for left in (20, 160):
        ink[10:20, left : left + 50] = 255
        ink[28:90, left : left + 10] = 255
        ink[40:50, left : left + 50] = 255
        ink[40:90, left + 40 : left + 50] = 255
        ink[80:90, left : left + 50] = 255
    assert [(one.left, one.top, one.right, one.bottom) for one in strip.find_digits(ink)] == [
        (20, 10, 70, 90),
        (160, 10, 210, 90),
    ]


def test_specks_and_dashes_are_left_out() -> None:
    digits, _ = ten(3)
    clean = strip.compose(digits, 3, 0.6, 3)
    noisy = clean.copy()
    gaps = np.flatnonzero(~clean.any(axis=0))
    noisy[4:6, gaps[::7]] = 255
    assert len(strip.find_digits(noisy)) == 10
    dash = np.zeros([clean.shape[0], 60], np.uint8)
    dash[44:50, 15:45] = 255
    assert len(strip.find_digits(np.concatenate([clean, dash, clean[:, :200]], axis=1))) >= 12
    assert all(one.bottom - one.top > 20 for one in strip.find_digits(np.concatenate([clean, dash], axis=1)))


def test_soft_edges_and_grey_strokes_are_found_too() -> None:
    digits, _ = ten(4)
    faint = (strip.compose(digits, 4, 0.5, 2) * 0.3).astype(np.uint8)
    assert len(strip.find_digits(faint)) == 10


def test_a_single_digit_is_a_number_too() -> None:
    for digit in range(10):
        image = REAL.x_test[REAL.y_test == digit][0]
        assert len(strip.find_digits(image)) == 1


@pytest.mark.parametrize("ink", [np.zeros([50, 300], np.uint8), np.zeros([0, 0], np.uint8)])
def test_an_empty_strip_is_refused(ink: np.ndarray) -> None:
    with pytest.raises(GanlabError, match="No number was found"):
        strip.find_digits(ink)


def test_a_lonely_dot_is_no_number() -> None:
    ink = np.zeros([50, 300], np.uint8)
    ink[20:22, 20:22] = 255
    with pytest.raises(GanlabError, match="No number was found"):
        strip.find_digits(ink)


def test_more_than_twenty_digits_are_refused() -> None:
    assert len(strip.find_digits(strip.compose(REAL.x_test[:20], 0, 0.5))) == 20
    with pytest.raises(GanlabError, match="21 digits, but at most 20"):
        strip.find_digits(strip.compose(REAL.x_test[:21], 0, 0.5))


def test_two_lines_are_refused() -> None:
    lines = [strip.compose(REAL.x_test[at : at + 5], 0, 0.5) for at in (0, 5)]
    width = max(line.shape[1] for line in lines)
    page = np.concatenate([np.pad(line, ((0, 0), (0, width - line.shape[1]))) for line in lines])
    with pytest.raises(GanlabError, match="two lines of writing"):
        strip.find_digits(page)


def test_noise_is_no_number() -> None:
    noise = np.random.default_rng(0).integers(0, 256, [300, 2000]).astype(np.uint8)
    noise[::3] = noise[:, ::3] = 0
    with pytest.raises(GanlabError):
        strip.find_digits(noise)


def picture(ink: np.ndarray, **how) -> bytes:
    file = io.BytesIO()
    Image.fromarray(ink).save(file, "PNG", **how)
    return file.getvalue()


def test_a_dark_number_on_light_paper_is_read_from_a_file() -> None:
    ink = strip.compose(ten(5)[0], 5, 0.5, 12)
    found = strokes.read_strokes(picture(255 - ink))
    assert max(found.ink.shape) <= strokes.LONGEST and len(strip.find_digits(found.ink)) == 10
    assert not found.notices, "dark on light is how pages are"


@pytest.mark.parametrize("data", [b"", b"no picture", picture(np.full([40, 200], 90, np.uint8))])
def test_what_is_no_picture_of_strokes_is_refused(data: bytes) -> None:
    with pytest.raises(GanlabError):
        strokes.read_strokes(data)
