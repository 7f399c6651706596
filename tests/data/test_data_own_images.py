"""Proves that the user's own files and folders of images become data sets, or one sentence."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganlab.data import Dataset, describe, load, pictures
from ganlab.data.layouts import _tree
from ganlab.errors import GanlabError

WHITE, BLACK, CLEAR = (255, 255, 255, 255), (0, 0, 0, 255), (0, 0, 0, 0)


def stroke(size: tuple[int, int] = (28, 28), ink: int = 255, paper: int = 0) -> Image.Image:
    """A vertical bar in the middle third of the picture, its ends away from the border."""
    width, height = size
    picture = Image.new("L", size, paper)
    picture.paste(ink, (width // 3, height // 4, width - width // 3, height - height // 4))
    return picture


def save(picture: Image.Image, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)
    return path


def only_image(folder: Path) -> np.ndarray:
    dataset = load(str(folder))
    assert len(dataset.x_train) == 1 and not any("could not be read" in notice for notice in dataset.notices)
    return dataset.x_train[0]


def write_npz(path: Path, **arrays: np.ndarray) -> str:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return str(path)


def numbered(labels: list[int]) -> dict[str, np.ndarray]:
    """Images that carry their place in the file as the value of their first pixel."""
    images = np.zeros((len(labels), 28, 28), np.uint8) + np.arange(len(labels), dtype=np.uint8)[:, None, None]
    images[:, 1, 1] = 255  # else the highest number would be white
    return {"images": images, "labels": np.array(labels)}


def places(images: np.ndarray) -> list[int]:
    return images[:, 0, 0].tolist()


def test_an_own_npz_is_named_by_its_path_and_titled_by_its_file(
    tmp_path: Path,
    arrays: dict[str, np.ndarray],
) -> None:
    name = write_npz(tmp_path / "mine.npz", **arrays)
    dataset = load(name)
    assert (dataset.name, dataset.title, dataset.notices) == (name, "mine.npz", ())
    assert dataset.source == f"own images from {name}"
    assert dataset.class_names == tuple("0123456789")
    for key in arrays:
        np.testing.assert_array_equal(getattr(dataset, key), arrays[key])
    assert describe(name) == f"Own images come from the file {name} (npz with x_train)."


def test_without_a_test_part_the_last_tenth_becomes_it(tmp_path: Path) -> None:
    dataset = load(write_npz(tmp_path / "a.npz", **numbered([5] * 37)))
    assert places(dataset.x_train) == list(range(34))
    assert places(dataset.x_test) == [34, 35, 36]
    assert set(dataset.y_train.tolist() + dataset.y_test.tolist()) == {5}


def test_the_tenth_is_taken_from_all_classes_of_a_sorted_file(tmp_path: Path) -> None:
    dataset = load(write_npz(tmp_path / "a.npz", **numbered([0] * 20 + [1] * 20 + [2] * 10)))
    assert places(dataset.x_test) == [18, 19, 38, 39, 49]
    assert places(dataset.x_train) == [place for place in range(50) if place not in (18, 19, 38, 39, 49)]
    assert dataset.y_test.tolist() == [0, 0, 1, 1, 2]


@pytest.mark.parametrize(("n", "tests"), [(1, 0), (2, 1), (9, 1), (19, 1), (20, 2)])
def test_of_few_images_one_is_for_testing_but_never_the_only_one(tmp_path: Path, n: int, tests: int) -> None:
    dataset = load(write_npz(tmp_path / "a.npz", **numbered([3] * n)))
    assert (len(dataset.x_train), len(dataset.x_test)) == (n - tests, tests)
    assert len(dataset.y_train) == n - tests and dataset.x_test.shape == (tests, 28, 28)


def test_a_class_does_not_lose_its_only_image_to_testing(tmp_path: Path) -> None:
    dataset = load(write_npz(tmp_path / "a.npz", **numbered([0, 1, 1, 2])))
    assert places(dataset.x_test) == [2]


def test_labels_beyond_nine_have_names_too(tmp_path: Path) -> None:
    dataset = load(write_npz(tmp_path / "a.npz", **numbered([0, 25, 25])))
    assert dataset.class_names == tuple(map(str, range(26)))


@pytest.mark.parametrize("name", ["", "nowhere", "~/nowhere/at/all.npz", "~nobody-here/a.npz", "MNIST"])
def test_a_name_that_leads_nowhere_lists_what_there_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GanlabError, match="no data set, file or folder") as caught:
        load(name)
    assert "fashion-mnist" in str(caught.value)
    assert describe(name) == str(caught.value)


def test_a_path_through_a_file_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GanlabError, match="no data set, file or folder"):
        load(str(tmp_path / "file" / "a.npz"))


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_npz(tmp_path / "a.npz", **numbered([1, 2]))
    dataset = load("~/a.npz")
    assert dataset.name == "~/a.npz" and str(tmp_path) in dataset.source


def test_an_own_file_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(b"no zip")
    with pytest.raises(GanlabError, match="damaged, cut short or not an npz"):
        load(str(path))
    assert "cannot be used" in describe(str(path))


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_name_that_no_file_can_have_is_one_sentence(name: str) -> None:
    with pytest.raises(GanlabError, match="could not be read"):
        load(name)
    assert "no data set, file or folder" in describe(name)


def test_sub_folders_sorted_by_name_are_the_classes(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    for kind, count in (("zed", 2), ("a", 3), ("M", 1)):
        for index in range(count):
            save(stroke(), folder / kind / f"{index}.png")
    seen: list[tuple[str, float | None]] = []
    dataset = load(str(folder), progress=lambda doing, fraction: seen.append((doing, fraction)))
    assert (dataset.name, dataset.title) == (str(folder), "letters")
    assert dataset.source == f"own images from {folder}"
    assert dataset.class_names == ("M", "a", "zed")
    assert sorted([*dataset.y_train, *dataset.y_test]) == [0, 1, 1, 1, 2, 2]
    assert dataset.y_train.dtype == np.uint8
    assert [fraction for _, fraction in seen] == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    assert all(doing == f"Reading images from {folder}" for doing, _ in seen)
    assert describe(str(folder)) == f"Own images come from the folder {folder} (6 images, 3 classes)."


def test_folders_named_by_digits_give_those_labels(tmp_path: Path) -> None:
    for kind in "83":
        for index in range(2):
            save(stroke(), tmp_path / kind / f"{index}.png")
    dataset = load(str(tmp_path))
    assert dataset.class_names == tuple("0123456789")
    assert sorted([*dataset.y_train, *dataset.y_test]) == [3, 3, 8, 8]


def test_numbers_beyond_digits_are_names(tmp_path: Path) -> None:
    for kind in ("2", "10"):
        save(stroke(), tmp_path / kind / "a.png")
    assert load(str(tmp_path)).class_names == ("10", "2")


def test_what_is_hidden_empty_or_no_image_is_left_out(tmp_path: Path) -> None:
    save(stroke(), tmp_path / "a" / "1.png")
    save(stroke(), tmp_path / "a" / ".hidden.png")
    save(stroke(), tmp_path / ".git" / "1.png")
    save(stroke(), tmp_path / "loose.png")
    (tmp_path / "a" / "notes.txt").write_text("no image")
    (tmp_path / "empty").mkdir()
    dataset = load(str(tmp_path))
    assert dataset.class_names == ("a",) and len(dataset.x_train) == 1 and dataset.notices == ()


@pytest.mark.parametrize("suffix", ["png", "PNG", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "TIFF"])
def test_every_kind_of_file_is_read(tmp_path: Path, suffix: str) -> None:
    save(stroke((56, 56)), tmp_path / "a" / f"1.{suffix}")
    difference = only_image(tmp_path).astype(int) - np.asarray(stroke((56, 56)).resize((28, 28)))
    assert np.abs(difference).mean() < 5


def test_an_image_of_28x28_stays_as_it_is(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
    pixels[[0, -1]] = 0
    pixels[:, [0, -1]] = 0
    save(Image.fromarray(pixels), tmp_path / "a" / "1.png")
    np.testing.assert_array_equal(only_image(tmp_path), pixels)


def test_dark_strokes_on_bright_paper_are_inverted(tmp_path: Path) -> None:
    save(stroke(ink=10, paper=240), tmp_path / "a" / "1.png")
    np.testing.assert_array_equal(only_image(tmp_path), np.asarray(stroke(ink=245, paper=15)))


@pytest.mark.parametrize("ink", [WHITE, BLACK])
@pytest.mark.parametrize("kind", ["RGBA", "LA", "P"])
def test_strokes_on_nothing_become_light_on_dark(tmp_path: Path, ink: tuple[int, ...], kind: str) -> None:
    picture = Image.new("RGBA", (28, 28), CLEAR)
    picture.paste(ink, (9, 7, 19, 21))
    save(picture.quantize() if kind == "P" else picture.convert(kind), tmp_path / "a" / "1.png")
    np.testing.assert_array_equal(only_image(tmp_path), np.asarray(stroke()))


def test_half_transparent_strokes_are_half_as_light(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (28, 28), CLEAR)
    picture.paste((255, 255, 255, 128), (9, 7, 19, 21))
    save(picture, tmp_path / "a" / "1.png")
    assert only_image(tmp_path)[14, 14] == 128


def test_a_picture_that_is_all_transparent_is_black(tmp_path: Path) -> None:
    save(Image.new("RGBA", (9, 9), (255, 255, 255, 0)), tmp_path / "a" / "1.png")
    assert only_image(tmp_path).max() == 0


def test_colours_become_grey(tmp_path: Path) -> None:
    picture = Image.new("RGB", (28, 28))
    picture.paste((255, 0, 0), (9, 7, 19, 21))
    save(picture, tmp_path / "a" / "1.png")
    assert only_image(tmp_path)[14, 14] == 76


def test_sixteen_bits_a_pixel_keep_their_shades(tmp_path: Path) -> None:
    pixels = np.asarray(stroke()).astype(np.uint16) * 128
    save(Image.fromarray(pixels), tmp_path / "a" / "1.png")
    np.testing.assert_array_equal(only_image(tmp_path), np.asarray(stroke(ink=127)))


@pytest.mark.parametrize("size", [(280, 140), (14, 7), (140, 280), (1000, 1), (1, 1000)])
def test_the_aspect_is_kept_and_the_picture_centred(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    picture = Image.new("L", size, 100)
    save(picture, tmp_path / "a" / "1.png")
    lit = only_image(tmp_path) == 100
    shape = (max(1, round(28 * height / max(size))), max(1, round(28 * width / max(size))))
    expected = np.zeros((28, 28), bool)
    top, left = ((28 - side) // 2 for side in shape)
    expected[top : top + shape[0], left : left + shape[1]] = True
    np.testing.assert_array_equal(lit, expected)


def test_of_an_animation_the_first_frame_counts(tmp_path: Path) -> None:
    rest = [Image.new("L", (28, 28))] * 2
    save(stroke(), tmp_path / "a" / "1.gif", save_all=True, append_images=rest)
    np.testing.assert_array_equal(only_image(tmp_path), np.asarray(stroke()))


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    picture = Image.new("L", (28, 28))
    picture.paste(255, (2, 12, 26, 16))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    save(picture, tmp_path / "a" / "1.png", exif=exif)
    np.testing.assert_array_equal(only_image(tmp_path), np.asarray(picture).T)


def test_images_that_cannot_be_read_are_counted_in_one_notice(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MAX_IMAGE_PIXELS", 100 * 100)
    whole = save(stroke((100, 100)), tmp_path / "a" / "whole.png").read_bytes()
    (tmp_path / "a" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "a" / "text.jpg").write_text("no image")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "empty.gif").touch()
    save(stroke((100, 101)), tmp_path / "b" / "huge.png")
    dataset = load(str(tmp_path))
    assert len(dataset.x_train) == 1
    notice, scaled = dataset.notices
    assert scaled == "1 picture of other sizes was scaled to 28x28."
    assert notice.startswith("4 of 5 images in ") and "skipped: a/cut.png, " in notice


def test_the_size_is_judged_before_a_picture_is_decoded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MAX_IMAGE_PIXELS", 100)
    monkeypatch.setattr(pictures, "grey_levels", lambda image: pytest.fail("decoded"))
    save(stroke(), tmp_path / "a" / "1.png")
    with pytest.raises(GanlabError, match=r"No image in .* could be read"):
        load(str(tmp_path))


def test_a_folder_without_classes_says_how_to_make_them(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(GanlabError, match="one sub-folder of pictures for each class") as caught:
        load(str(tmp_path))
    assert describe(str(tmp_path)) == str(caught.value)


def test_more_classes_than_labels_are_refused(tmp_path: Path) -> None:
    for index in range(257):
        (tmp_path / f"{index:03}").mkdir()
        (tmp_path / f"{index:03}" / "a.png").touch()
    with pytest.raises(GanlabError, match="257 classes, but at most 256"):
        load(str(tmp_path))


def test_a_folder_that_cannot_be_listed_is_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_tree.os, "scandir", refuse)
    with pytest.raises(GanlabError, match=r"could not be read \(Permission denied\)"):
        load(str(tmp_path))


def test_loading_twice_gives_the_same_data(tmp_path: Path) -> None:
    for index in range(30):
        save(stroke(ink=100 + index), tmp_path / "ab"[index % 2] / f"{index}.png")
    found: list[Dataset] = []
    threads = [threading.Thread(target=lambda: found.append(load(str(tmp_path)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = found
    assert first.fingerprint == second.fingerprint
    np.testing.assert_array_equal(first.x_test, second.x_test)
    assert sorted(first.y_test.tolist()) == [0, 1, 1] or sorted(first.y_test.tolist()) == [0, 0, 1]
