"""Proves that pixels are scaled by what is there, whatever they are counted in, and that it says so."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.data import load
from ganlab.data.drawing import prepare
from tests.data.layouts_written import Y, pictures

BARS = np.zeros((4, 28, 28), np.uint8)
BARS[:, 6:22, 12:16] = np.array([60, 120, 200, 255])[:, None, None]


def drawn(path: Path) -> np.ndarray:
    """The images at a path, the brightest last."""
    found = load(str(path))
    images = np.concatenate([found.x_train, found.x_test])
    return images[np.argsort(images.astype(int).sum((1, 2)))]


@pytest.mark.parametrize(
    ("change", "expected", "said"),
    [
        (lambda bars: bars, BARS, ()),
        (lambda bars: bars.astype("u2"), BARS, ()),
        (lambda bars: bars.astype("i4"), BARS, ()),
        (lambda bars: bars.astype("u2") * 16, BARS, ("Pixels from 0 to 4095 were scaled to 0 to 255.",)),
        (lambda bars: bars.astype("u2") * 257, BARS, ()),
        (lambda bars: bars.astype("i4") * 257, BARS, ()),
        (lambda bars: bars // 255, BARS // 255 * 255, ("Pixels from 0 to 1 were scaled to 0 to 255.",)),
        (lambda bars: (bars // 255).astype("u2"), BARS // 255 * 255, ("Pixels from 0 to 1 were scaled to 0 to 255.",)),
        (lambda bars: bars // 16, np.rint(BARS // 16 * 255 / 16), ("Pixels from 0 to 16 were scaled to 0 to 255.",)),
        (lambda bars: bars // 12, BARS // 12, ()),
        (lambda bars: 0 * bars, 0 * BARS, ()),
    ],
)
def test_pictures_are_scaled_by_the_brightest_pixel_of_all(place: Path, change, expected, said) -> None:
    folder = pictures(place / "d", change(BARS), Y[:4], "tif")
    np.testing.assert_array_equal(drawn(folder), expected)
    assert load(str(folder)).notices == said


def test_a_dark_picture_among_others_of_16_bits_stays_dark(place: Path) -> None:
    deep = BARS.astype("u2") * 257
    deep[0] //= 250
    np.testing.assert_array_equal(drawn(pictures(place / "d", deep, Y[:4])), [BARS[0] // 250, *BARS[1:]])


def test_a_picture_of_16_bits_alone_is_scaled_by_its_own_range() -> None:
    grey = BARS[3].repeat(5, 0).repeat(5, 1)
    expected = prepare(grey)
    for deep in (grey.astype("u2"), grey.astype("u2") * 257, grey.astype("u2") * 16):
        assert np.abs(prepare(Image.fromarray(deep)).astype(int) - expected).max() <= 8


def test_pictures_that_were_inverted_are_counted(place: Path) -> None:
    folder = pictures(place / "d", np.concatenate([255 - BARS[:3], BARS[3:]]), Y[:4])
    np.testing.assert_array_equal(drawn(folder), BARS)
    (notice,) = load(str(folder)).notices
    assert notice == "3 pictures with a bright border were inverted, so that strokes are light on dark."
