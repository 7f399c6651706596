"""Proves that a picture handed over in Python, of whatever kind, is read as its file is, or one sentence."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.data import drawing
from ganlab.data.drawing import prepare
from ganlab.errors import GanlabError
from ganlab.reading import read_numbers, read_page
from tests.conftest import file_of, page_of_numbers
from tests.data.test_data_drawing import bomb, seven

MODES = ("1", "L", "P", "LA", "PA", "La", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB", "I", "F")


def of_mode(mode: str, grey: Image.Image) -> Image.Image:
    """A grey picture in another mode."""
    if mode == "F":
        return grey.convert("F")
    if mode == "I":
        return Image.fromarray(np.asarray(grey).astype(np.int32))
    if mode.startswith("I;16"):
        return Image.fromarray(np.asarray(grey).astype("u2") * 257)
    between = {"LAB": "RGB", "HSV": "RGB", "PA": "P", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}.get(mode)
    if mode == "LAB":
        return Image.merge("LAB", [grey, *[Image.new("L", grey.size, 128)] * 2])
    return (grey.convert(between) if between else grey).convert(mode)


@pytest.mark.parametrize("mode", [*MODES, "I;16"])
def test_a_picture_of_every_mode_is_read(mode: str) -> None:
    given = of_mode(mode, seven())
    assert np.abs(prepare(given).astype(int) - prepare(seven())).mean() < 3
    assert read_page(given).lines


def test_a_picture_that_a_camera_held_on_its_side_is_turned_as_its_file_is(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[drawing.ORIENTATION] = 6
    path = tmp_path / "a.png"
    path.write_bytes(file_of(seven().transpose(Image.Transpose.ROTATE_90), exif=exif))
    with Image.open(path) as given:
        np.testing.assert_array_equal(prepare(given), prepare(path))
        assert read_page(given).notices == read_page(path.read_bytes()).notices
        np.testing.assert_array_equal(prepare(given.convert("CMYK")), prepare(path))
    np.testing.assert_array_equal(prepare(path), prepare(seven()))


def closed() -> Image.Image:
    image = Image.open(io.BytesIO(file_of(seven())))
    image.close()
    return image


def cut_short() -> Image.Image:
    data = file_of(Image.fromarray(np.random.default_rng(1).integers(0, 256, (100, 100), np.uint8)))
    return Image.open(io.BytesIO(data[: len(data) // 2]))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (closed, "was closed. Open it again"),
        (cut_short, "damaged, cut short"),
        (lambda: Image.new("L", (0, 5)), "no pixels"),
        (lambda: Image.open(io.BytesIO(bomb(5000, 5000))), "too many pixels"),
        (lambda: [[1, 2], [3]], "must be an array"),
        (lambda: None, "must be an array"),
        (lambda: "a\0b", "cannot be read"),
        (lambda: Path("/nowhere/a.png"), "Check its path"),
        (lambda: Path("/"), "it is a folder"),
        (lambda: Path("/dev/zero"), "no file but a pipe or a device"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(given, said: str) -> None:
    for read in (prepare, read_page):
        with pytest.raises(GanlabError, match=said):
            read(given())


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(2**31)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("read"))
    with pytest.raises(GanlabError, match="has 2,048 MB, but a picture may have at most 200 MB"):
        prepare(tmp_path / "a.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(GanlabError, match="no file but a pipe"):
        prepare(tmp_path / "a.png")


@pytest.mark.parametrize(
    "given", [{"seed": -1}, {"seed": 1.5}, {"seed": None}, {"classifier": None}, {"repairer": 3}, {"classifier": b"x"}]
)
def test_other_things_than_models_and_seeds_are_one_sentence(given: dict) -> None:
    with pytest.raises(GanlabError, match=r"seed must be a whole number|or the name or the folder of one"):
        read_numbers(page_of_numbers(2), damage="pen", **given)


def test_nothing_is_printed_of_a_picture_of_many_pixels(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "large.png").write_bytes(bomb(12_000, 9_000))
    (tmp_path / "a" / "1.png").write_bytes(file_of(seven()))
    code = (
        "import sys; from ganlab.data import load; from ganlab.data.drawing import read_upload\n"
        "load(sys.argv[1])\n"
        "try: read_upload(open(sys.argv[1] + '/a/large.png', 'rb').read())\n"
        "except Exception as problem: print(problem)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert "too many pixels" in done.stdout and not done.stderr
