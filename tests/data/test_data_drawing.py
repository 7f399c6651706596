"""Proves that drawings and pictures of digits become images like MNIST's, or one sentence."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw

from ganlab.data import damages, drawing, load
from ganlab.data.drawing import center, read_upload
from ganlab.errors import GanlabError
from tests.conftest import file_of


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Offline digits in a box of 20 pixels, as MNIST's are."""
    return np.stack([center(image) for image in load("offline").x_test[:100]])


def seven(size: int = 280, width: int = 20, ink: Any = 255, paper: Any = 0, mode: str = "L") -> Image.Image:
    picture = Image.new(mode, (size, size), paper)
    corners = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)]
    ImageDraw.Draw(picture).line([(x * size, y * size) for x, y in corners], ink, width, "curve")
    return picture


def difference(image: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(image.astype(int) - other).mean())


def centre_of_mass(image: np.ndarray) -> list[float]:
    return [float(np.average(np.arange(28), weights=image.sum(axis))) for axis in (1, 0)]


def extent(image: np.ndarray) -> list[int]:
    return [int(np.ptp(np.flatnonzero(image.any(axis)))) + 1 for axis in (1, 0)]


def test_a_digit_comes_back_from_any_place_and_size(digits: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    differences = []
    for digit in digits:
        side = int(rng.integers(90, 220))
        top, left = rng.integers(0, 280 - side, 2)
        canvas = np.zeros((280, 280), np.uint8)
        canvas[top : top + side, left : left + side] = np.asarray(Image.fromarray(digit).resize((side, side)))
        differences.append(difference(center(canvas), digit))
    assert np.mean(differences) < 6 and np.max(differences) < 25  # MNIST's: 6.8, and 20.6 for the worst hundredth


def test_a_digit_that_is_like_mnists_stays_as_it_is(digits: np.ndarray) -> None:
    assert np.mean([difference(center(digit), digit) for digit in digits]) < 1


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=60)))
@settings(max_examples=150, deadline=None)
def test_any_ink_becomes_an_image_of_full_brightness_within_the_frame(ink: np.ndarray) -> None:
    if not ink.any():
        with pytest.raises(GanlabError, match="no strokes"):
            center(ink)
        return
    image = center(ink)
    assert image.shape == (28, 28) and image.dtype == np.uint8 and image.max() == 255
    assert max(extent(image)) <= 20


@given(st.integers(0, 180), st.integers(0, 180), st.integers(40, 100), st.integers(40, 100))
@settings(max_examples=50, deadline=None)
def test_the_longer_side_is_20_pixels_and_the_centre_of_mass_in_the_middle(top: int, left: int, h: int, w: int) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[top : top + h, left : left + w] = 255
    image = center(ink)
    assert max(extent(image)) == 20
    assert extent(image) == pytest.approx([20 * side / max(h, w) for side in (h, w)], abs=0.6)
    assert np.abs(np.array(centre_of_mass(image)) - 14).max() <= 0.5


@pytest.mark.parametrize("shape", [(1, 1), (1, 280), (280, 1), (3, 2000)])
def test_dots_and_lines_are_ink_too(shape: tuple[int, int]) -> None:
    assert center(np.full(shape, 255, np.uint8)).max() == 255


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_thin_strokes_do_not_vanish(width: int) -> None:
    thin, usual = (center(np.asarray(seven(280, pixels))) for pixels in (width, 20))
    assert thin.max() == 255 and thin.sum() > 0.6 * usual.sum()


def test_faint_ink_is_brightened_and_its_fringe_does_not_count() -> None:
    ink = np.asarray(seven(ink=100)).copy()
    clean = center(ink)
    ink[0, 0] = 10
    np.testing.assert_array_equal(center(ink), clean)
    assert clean.max() == 255


def test_light_strokes_on_dark_need_no_inverting() -> None:
    image, notices = read_upload(file_of(seven()))
    np.testing.assert_array_equal(image, center(np.asarray(seven())))
    assert notices == ("The digit was scaled and centred, as the digits of MNIST are.",)


@pytest.mark.parametrize("kind", drawing.FORMATS)
def test_every_kind_of_file_is_read(kind: str) -> None:
    image, _ = read_upload(file_of(seven(), kind))
    assert difference(image, center(np.asarray(seven()))) < 3


def test_an_image_of_28x28_stays_as_it_is(digits: np.ndarray) -> None:
    pixels = np.roll(digits[0] // 2, (1, -1), (0, 1))
    image, notices = read_upload(file_of(Image.fromarray(pixels)))
    np.testing.assert_array_equal(image, pixels)
    assert notices == ()


@pytest.mark.parametrize("name", ["offline", "mnist"])  # MNIST where this computer has it
def test_finished_digits_are_known_as_such(name: str) -> None:
    data = load(name, download=False)
    real = np.concatenate([data.x_test[:2000], data.x_train[:2000]])
    assert np.mean([drawing.is_finished(image) for image in real]) >= 0.99


@pytest.mark.parametrize("kind, share", [("hole", 0.98), ("cuts", 0.98), ("strokes", 0.8), ("columns", 0.8)])
def test_a_finished_digit_with_gaps_mostly_stays_where_it_is(digits: np.ndarray, kind: str, share: float) -> None:
    damaged = damages.apply_damage(digits, damages.draw_masks(kind, len(digits)))
    assert np.mean([drawing.is_finished(image) for image in damaged]) >= share


def moved(digit: np.ndarray) -> np.ndarray:
    return np.roll(digit, (-4, -4), (0, 1))


def small(digit: np.ndarray) -> np.ndarray:
    return np.pad(np.asarray(Image.fromarray(digit).resize((14, 14), Image.Resampling.BOX)), 7)


def to_the_edges(digit: np.ndarray) -> np.ndarray:
    rows, columns = (np.flatnonzero(digit.any(axis)) for axis in (1, 0))
    large = drawing.shrink(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 28)
    top, left = ((28 - side) // 2 for side in large.shape)
    picture = np.zeros((28, 28), np.uint8)
    picture[top : top + large.shape[0], left : left + large.shape[1]] = large
    return picture


@pytest.mark.parametrize("change", [moved, small, to_the_edges])
def test_an_image_of_28x28_that_is_not_as_mnists_are_is_scaled_and_centred(
    digits: np.ndarray, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    for digit in digits:
        pixels = change(digit)
        image, notices = read_upload(file_of(Image.fromarray(pixels)))
        assert len(notices) == 1 and "too large, too small or off the centre" in notices[0]
        assert max(extent(image)) == 20 and np.abs(np.array(centre_of_mass(image)) - 14).max() <= 0.5


def test_a_garment_of_28x28_is_not_moved(digits: np.ndarray) -> None:
    pixels = small(digits[0])
    image, notices = read_upload(file_of(Image.fromarray(pixels)), digit=False)
    np.testing.assert_array_equal(image, pixels)
    assert not notices


def test_a_mask_is_moved_with_a_digit_that_is_off_the_centre(digits: np.ndarray) -> None:
    hole = np.zeros((28, 28), np.uint8)
    hole[10:18, 10:18] = 255
    image, lost = drawing.prepare_with_mask(digits[0], hole)
    np.testing.assert_array_equal(lost, hole > 0)
    np.testing.assert_array_equal(image, np.where(lost, 0, digits[0]))
    _, shifted = drawing.prepare_with_mask(moved(digits[0]), moved(hole))
    assert shifted.sum() > 30 and not np.array_equal(shifted, moved(hole) > 0)
    assert np.abs(np.array(centre_of_mass(shifted.astype(np.uint8))) - 13.5).max() < 2


def test_a_digit_whose_top_is_known_to_be_lost_stays_where_it_is(digits: np.ndarray) -> None:
    hole = np.zeros((28, 28), np.uint8)
    hole[4:10, 4:24] = 255
    stays = [np.array_equal(drawing.prepare_with_mask(digit, hole)[1], hole > 0) for digit in digits]
    assert np.mean(stays) > 0.9


def test_an_inverted_image_of_28x28_is_not_moved(digits: np.ndarray) -> None:
    image, notices = read_upload(file_of(Image.fromarray(255 - digits[0])))
    np.testing.assert_array_equal(image, digits[0])
    assert len(notices) == 1 and "inverted" in notices[0]


@pytest.mark.parametrize("paper", [255, 200, 120])
def test_dark_strokes_on_paper_are_inverted_and_the_paper_is_taken_away(paper: int) -> None:
    image, notices = read_upload(file_of(seven(ink=20, paper=paper)))
    np.testing.assert_array_equal(image, center(np.asarray(seven())))
    assert "inverted" in notices[0]


def test_a_photograph_with_noise_and_uneven_light_shows_only_its_strokes() -> None:
    paper = 150 + np.arange(800)[:, None] / 40 + np.random.default_rng(1).normal(0, 8, (800, 800))
    photo = np.where(np.asarray(seven(800, 30)) > 0, 40, paper).clip(0, 255).astype(np.uint8)
    image, _ = read_upload(file_of(Image.fromarray(photo), "JPEG"))
    assert difference(image, center(np.asarray(seven(800, 30)))) < 6
    assert np.median(image) == 0


def test_strokes_may_touch_the_border() -> None:
    picture = seven(paper=230, ink=30)
    ImageDraw.Draw(picture).line([(0, 140), (140, 140)], 30, 20)
    assert read_upload(file_of(picture))[0].max() == 255


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("mode", ["LA", "RGBA", "P"])
def test_what_is_transparent_contrasts_with_the_strokes(ink: int, mode: str) -> None:
    picture = seven(mode="RGBA", ink=(ink, ink, ink, 255), paper=(0, 0, 0, 0))
    picture = picture.quantize() if mode == "P" else picture.convert(mode)
    image, notices = read_upload(file_of(picture))
    np.testing.assert_array_equal(image, read_upload(file_of(seven()))[0])
    assert "Transparent" in notices[0] and len(notices) == (2 if ink else 3)


def test_colours_become_grey() -> None:
    image, notices = read_upload(file_of(seven(mode="RGB", ink=(0, 0, 200), paper=(250, 250, 250))))
    np.testing.assert_array_equal(image, read_upload(file_of(seven()))[0])
    assert "turned into grey" in notices[0] and "inverted" in notices[1]
    assert len(read_upload(file_of(seven().convert("RGB")))[1]) == 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_used(kind: str) -> None:
    data = file_of(seven(), kind, save_all=True, append_images=[seven(ink=80), seven(ink=120)])
    image, notices = read_upload(data)
    assert difference(image, center(np.asarray(seven()))) < 3
    assert notices[0] == "The file holds several pictures, of which the first one is used."


def test_the_first_of_a_telephones_two_pictures_in_one_file_is_used() -> None:
    data = file_of(
        seven(mode="RGB", ink=(255,) * 3, paper=(0,) * 3), "MPO", save_all=True, append_images=[seven(ink=80)]
    )
    image, notices = read_upload(data)
    assert difference(image, center(np.asarray(seven()))) < 3 and "several" in notices[0]


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[drawing.ORIENTATION] = 6
    turned = seven().transpose(Image.Transpose.ROTATE_90)
    image, notices = read_upload(file_of(turned, exif=exif))
    np.testing.assert_array_equal(image, read_upload(file_of(seven()))[0])
    assert "turned" in notices[0]


def test_sixteen_bits_a_pixel_keep_their_shades() -> None:
    deep = Image.fromarray(np.asarray(seven()).astype(np.uint16) * 128)
    np.testing.assert_array_equal(read_upload(file_of(deep))[0], read_upload(file_of(seven()))[0])


@pytest.mark.parametrize("data", [b"", b"no picture", b"%!PS-Adobe-3.0 EPSF-3.0", b"<svg/>", bytes(1000)])
def test_what_is_no_picture_is_one_sentence(data: bytes) -> None:
    with pytest.raises(GanlabError, match="not a picture that can be read"):
        read_upload(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF"])
def test_a_picture_that_is_cut_short_is_one_sentence(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (100, 100), np.uint8))
    data = file_of(noise, kind)
    with pytest.raises(GanlabError, match="damaged or cut short"):
        read_upload(data[: len(data) // 2])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_gives_an_image_or_a_sentence(data: st.DataObject) -> None:
    bytes_ = bytearray(file_of(seven(40, 5), data.draw(st.sampled_from(drawing.FORMATS))))
    for _ in range(data.draw(st.integers(1, 8))):
        bytes_[data.draw(st.integers(0, len(bytes_) - 1))] = data.draw(st.integers(0, 255))
    try:
        image, _ = read_upload(bytes(bytes_))
    except GanlabError:
        return
    assert image.shape == (28, 28) and image.dtype == np.uint8


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and holds nothing."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b""))]
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("side", [4_100, 10_000, 20_000, 60_000])
def test_a_huge_picture_is_refused_before_it_is_decoded(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "grey_levels", lambda image: pytest.fail("decoded"))
    with pytest.raises(GanlabError, match="too many pixels"):
        read_upload(bomb(side, side))


def test_a_large_photograph_of_a_telephone_is_read() -> None:
    image, _ = read_upload(file_of(seven(5_000, 350, ink=30, paper=220), "JPEG"))
    assert difference(image, center(np.asarray(seven()))) < 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: Image.new("L", (100, 100)),
        lambda: Image.new("L", (100, 100), 255),
        lambda: Image.new("L", (28, 28)),
        lambda: Image.new("RGBA", (50, 50), (255, 255, 255, 0)),
        lambda: seven(ink=205, paper=200),
        lambda: Image.fromarray(np.random.default_rng(1).integers(100, 140, (300, 300), np.uint8)),
    ],
)
def test_a_picture_without_strokes_is_one_sentence(make: Callable[[], Image.Image]) -> None:
    with pytest.raises(GanlabError, match="No strokes stand out"):
        read_upload(file_of(make()))
