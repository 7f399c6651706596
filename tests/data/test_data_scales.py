"""Proves that pixels are scaled by what is there, whatever they are counted in, and that it says so."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.data import load
from ganlab.data.drawing import prepare
from tests.data.layouts_written import FLAT, X_TEST, Y_TEST, X, Y, csv, npy, npz, pictures

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
        (lambda bars: bars // 16, np.rint(BARS // 16 * (255 / 16)), ("Pixels from 0 to 16 were scaled to 0 to 255.",)),
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


ONES = (X > 127).astype(np.uint8)
SIXTEENTHS = X // 16
TO_ONE, TO_SIXTEEN = "Pixels from 0 to 1 were", "Pixels from 0 to 16 were"


@pytest.mark.parametrize(
    ("given", "expected", "said"),
    [
        (X, X, ""),
        (X.astype(np.int64), X, ""),
        (np.minimum(X, 90), np.minimum(X, 90), ""),
        (ONES, 255 * ONES, TO_ONE),
        (ONES.astype(np.int64), 255 * ONES, TO_ONE),
        (SIXTEENTHS, np.rint(SIXTEENTHS * (255 / 16)), TO_SIXTEEN),
        (SIXTEENTHS.astype(float), np.rint(SIXTEENTHS * (255 / 16)), TO_SIXTEEN),
        (7 * ONES, 7 * ONES, ""),
        (7 + 0 * X, 7 + 0 * X, ""),
        (0 * X, 0 * X, ""),
        (X.astype("u2") * 16, np.rint(X * (16 * 255 / 4095)), "Pixels from 0 to 4095 were"),
        (X.astype("u2") * 257, X, "Pixels from 0 to 65535 were"),
    ],
)
def test_arrays_and_tables_are_scaled_by_their_range(place: Path, given, expected, said: str) -> None:
    paths = [npz(place / "a.npz", X=given, y=Y)]
    if given.max() < 256:
        paths += [csv(place / "a.csv", Y, given.astype(int).reshape(40, 784))]
    for path in paths:
        found = load(str(path))
        images = np.concatenate([found.x_train, found.x_test])
        np.testing.assert_array_equal(np.sort(images, axis=None), np.sort(expected, axis=None))
        assert [notice.startswith(said) for notice in found.notices] == ([True] if said else [])


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        (X / 255, X_TEST, "x_train"),
        (X, X_TEST / 255, "x_test"),
        (X / 255, X_TEST.astype(float), "x_train"),
        (X.astype("u2") * 257, X_TEST, "x_train"),
        (X, X_TEST > 127, "x_test"),
    ],
)
def test_parts_of_other_types_are_scaled_by_their_own_ranges(place: Path, train, test, said: str) -> None:
    found = load(str(npz(place / "a.npz", x_train=train, y_train=Y, x_test=test, y_test=Y_TEST)))
    np.testing.assert_array_equal(found.x_train, X)
    np.testing.assert_array_equal(found.x_test, (test * 255) if test.dtype == bool else X_TEST)
    (notice,) = found.notices
    assert notice.startswith(f"Pixels of {said} in ")


def test_parts_of_one_type_are_scaled_alike(place: Path) -> None:
    dark = X_TEST // 100  # as a part for testing of few images may be
    arrays = {"x_train": X.astype("u2") * 257, "y_train": Y, "x_test": dark.astype("u2") * 257, "y_test": Y_TEST}
    found = load(str(npz(place / "a.npz", **arrays)))
    np.testing.assert_array_equal(found.x_test, dark)
    found = load(str(npz(place / "a.npz", x_train=X, y_train=Y, x_test=dark, y_test=Y_TEST)))
    np.testing.assert_array_equal(found.x_test, dark)


def test_classes_in_npy_files_of_other_types_are_scaled_by_their_own_ranges(place: Path) -> None:
    npy(place / "cat.npy", FLAT[:20])
    npy(place / "dog.npy", FLAT[20:] / 255)
    found = load(str(place))
    for label, part in enumerate((X[:20], X[20:])):
        images = [of[labels == label] for of, labels in ((found.x_train, found.y_train), (found.x_test, found.y_test))]
        np.testing.assert_array_equal(np.sort(np.concatenate(images), axis=None), np.sort(part, axis=None))
    assert f"Pixels of {place / 'dog.npy'} from 0 to 1" in found.notices[0]
