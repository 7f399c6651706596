"""Strokes on paper under uneven light; and clean pictures, which nothing is done to."""

import numpy as np
import pytest
from PIL import Image

from ganlab.data import drawing, lines, paper, strip
from ganlab.data.offline import load_offline
from tests.conftest import file_of

REAL = load_offline()
HEIGHT, WIDTH = 420, 640


def number(seed: int = 0, count: int = 5) -> np.ndarray:
    """Strokes in the middle of a page, float `[h, w]` from 0 to 1."""
    chosen = np.random.default_rng(seed).choice(len(REAL.x_test), count, replace=False)
    ink = strip.compose(REAL.x_test[chosen], seed, 0.4, 4)
    cover = np.zeros([HEIGHT, WIDTH])
    ink = ink[:HEIGHT, : WIDTH - 60]
    top = (HEIGHT - ink.shape[0]) // 2
    cover[top : top + ink.shape[0], 30 : 30 + ink.shape[1]] = ink / 255
    return cover


def photograph(cover: np.ndarray, page=(240.0, 240.0, 240.0), ink=(30.0, 30.0, 40.0), shade: float = 0.5) -> np.ndarray:
    """Strokes of an ink on a page whose right half lies in a soft shadow, uint8 `[h, w, 3]`, with grain."""
    sheet = np.array(page) * (1 - cover[..., None]) + np.array(ink) * cover[..., None]
    light = 1 - shade / (1 + np.exp(-(np.arange(WIDTH) - WIDTH / 2) / 30))
    grain = np.random.default_rng(1).normal(0, 2, [HEIGHT, WIDTH, 1])
    return (sheet * light[None, :, None] + grain).clip(0, 255).astype(np.uint8)


def alike(ink: np.ndarray, cover: np.ndarray) -> float:
    """Intersection over union of strokes found and written."""
    found, written = ink > 100, cover > 0.4
    return float((found & written).sum() / (found | written).sum())


@pytest.mark.parametrize("seed", range(4))
def test_strokes_in_a_shadow_are_found_as_well_as_those_in_light(seed: int) -> None:
    cover = number(seed)
    found = paper.clear(photograph(cover))
    assert found is not None and found.ruled == 0
    assert alike(found.ink, cover) > 0.8
    assert not found.ink[: HEIGHT // 6].any()


def test_coloured_ink_on_coloured_paper_of_the_same_grey_is_found() -> None:
    cover = number(1)
    picture = photograph(cover, page=(110, 170, 225), ink=(225, 118, 118))
    grey = np.asarray(Image.fromarray(photograph(cover, (110, 170, 225), (225, 118, 118), 0)).convert("L"), int)
    assert abs(grey[cover > 0.9].mean() - grey[cover == 0].mean()) < 12  # grey alone would hardly tell
    found = paper.clear(picture)
    assert found is not None and alike(found.ink, cover) > 0.8


@pytest.mark.parametrize("squared", [False, True])
def test_lines_of_ruled_paper_are_no_strokes(squared: bool) -> None:
    cover = number(2)
    lined = np.zeros_like(cover)
    lined[20::42] = lined[21::42] = 0.35
    if squared:
        lined[:, 15::42] = lined[:, 16::42] = 0.35
    found = paper.clear(photograph(np.maximum(cover, lined)))
    assert found is not None and found.ruled >= (20 if squared else 9)
    assert alike(found.ink, cover) > 0.75
    assert (found.ink[: HEIGHT // 6] > 100).mean() < 0.001


def test_the_table_around_a_page_is_no_stroke() -> None:
    cover = number(3)
    picture = photograph(cover)
    picture[:25] = picture[:, -14:] = (50, 45, 40)
    found = paper.clear(picture)
    assert found is not None and alike(found.ink, cover) > 0.8
    assert not found.ink[:30].any() and not found.ink[:, -20:].any()


def test_light_strokes_on_a_dark_board_are_told_from_dark_ones() -> None:
    picture = np.asarray(Image.fromarray(photograph(number(1))).convert("L"))
    assert not paper.is_light_on_dark(picture)
    assert paper.is_light_on_dark(255 - picture)


def test_a_page_without_strokes_has_none() -> None:
    assert paper.clear(photograph(np.zeros([HEIGHT, WIDTH]))) is None


def clean_pictures() -> list[np.ndarray]:
    """Digits and strips, enlarged in four ways, both polarities."""
    ways = (Image.Resampling.NEAREST, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)
    rng = np.random.default_rng(0)
    pictures = []
    for index, digit in enumerate(REAL.x_test[:60]):
        side = int(rng.integers(60, 700))
        large = np.pad(
            np.asarray(Image.fromarray(digit).resize((side, side), ways[index % 4])), int(rng.integers(0, 60))
        )
        pictures += [large, 255 - large, (large * 0.6).astype(np.uint8)]
    for seed in range(6):
        line = strip.compose(REAL.x_test[10 * seed : 10 * seed + 10], seed, 0.4, seed + 3)
        pictures += [line, 255 - line]
    return pictures


def test_nothing_is_done_to_clean_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "clear", lambda *_: pytest.fail("it was taken for a photograph"))
    for grey in clean_pictures():
        ink, notices = drawing.find_ink(grey)
        light = grey if grey[0, 0] < 128 else 255 - grey
        expected = np.rint(light * (255 / int(light.max()))).astype(np.uint8)
        assert np.abs(ink.astype(int) - expected).max() <= 1
        assert not any("ruled" in notice for notice in notices)


def test_one_digit_in_a_shadow_is_read_from_a_file_and_that_is_said() -> None:
    digit = np.asarray(Image.fromarray(REAL.x_test[3]).resize((300, 300), Image.Resampling.BICUBIC)) / 255
    cover = np.zeros([HEIGHT, WIDTH])
    cover[60:360, 170:470] = digit
    image, notices = drawing.read_upload(file_of(Image.fromarray(photograph(cover, shade=0.6)), "JPEG"))
    wanted = drawing.center((cover * 255).astype(np.uint8))
    assert np.corrcoef(image.ravel(), wanted.ravel())[0, 1] > 0.9
    assert drawing.UNEVEN in notices


def test_a_mask_stays_with_a_digit_in_a_shadow() -> None:
    digit = np.asarray(Image.fromarray(REAL.x_test[3]).resize((300, 300), Image.Resampling.BICUBIC)) / 255
    cover = np.zeros([HEIGHT, WIDTH])
    cover[60:360, 170:470] = digit
    mask = np.zeros([HEIGHT, WIDTH], np.uint8)
    mask[180:240, 280:350] = 255
    image, lost = drawing.prepare_with_mask(photograph(cover, shade=0.6), mask)
    kept, expected = drawing.center_with((np.where(mask > 0, 0, cover) * 255).astype(np.uint8), mask > 0)
    assert (lost == expected).mean() > 0.97 and lost.any()
    assert np.corrcoef(image.ravel(), kept.ravel())[0, 1] > 0.9


def page_with_pieces(thick: int, grey: int) -> np.ndarray:
    """Two numbers, and to their right pieces of an upright line, uint8 `[h, w]` and light on black."""
    ink = np.concatenate([np.rint(255 * number(seed)).astype(np.uint8) for seed in (1, 2)])
    ink = np.pad(ink, ((0, 0), (0, 60)))
    for top in range(0, len(ink) - 38, 46):
        ink[top : top + 38, WIDTH + 20 : WIDTH + 20 + thick] = grey
    return ink


def test_pieces_of_a_ruled_line_at_the_edge_of_the_page_are_no_lines_of_ones() -> None:
    found = lines.find_lines(page_with_pieces(3, 120))
    assert [len(line.parts) for line in found.lines] == [5, 5]
    assert found.left_out["ruled line"] == 1


def test_a_column_of_ones_that_the_pen_of_the_other_numbers_wrote_stays() -> None:
    found = lines.find_lines(page_with_pieces(12, 255))
    assert sum(len(line.parts) for line in found.lines) > 20 and not found.left_out["ruled line"]
