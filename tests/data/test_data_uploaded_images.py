"""Proves that uploaded files become a data set that is found again by its content, or one sentence."""

import io
import os
import shutil
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ganlab import cache
from ganlab.data import load, uploaded_images
from ganlab.errors import GanlabError
from tests.conftest import file_of


def shade(value: int) -> bytes:
    """A picture with a bright square of this shade on black."""
    image = np.zeros((28, 28), np.uint8)
    image[8:20, 8:20] = value
    return file_of(image)


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def arrays(**kept: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **kept)  # type: ignore[arg-type]
    return file.getvalue()


TWO_CLASSES = {"cats/1.png": shade(90), "cats/2.jpg": shade(120), "dogs/1.png": shade(200)}


def shades(path: Path) -> dict[str, list[int]]:
    """The brightest pixel of every image, by class."""
    found = load(str(path))
    images, labels = np.concatenate([found.x_train, found.x_test]), np.concatenate([found.y_train, found.y_test])
    names = [found.class_names[label] for label in labels]
    return {
        name: sorted(int(image.max()) for image, n in zip(images, names, strict=True) if n == name) for name in names
    }


def test_a_zip_with_a_folder_for_each_class(tmp_path: Path) -> None:
    path = uploaded_images.store([("my pets.zip", packed(TWO_CLASSES))], tmp_path)
    assert shades(path) == {"cats": [90, 120], "dogs": [200]}
    assert path.is_relative_to(tmp_path) and load(str(path)).title == "my pets"


def test_the_same_upload_is_the_same_data_set(tmp_path: Path) -> None:
    path = uploaded_images.store([("a.zip", packed(TWO_CLASSES))], tmp_path)
    again = packed(dict(reversed(TWO_CLASSES.items())))
    assert uploaded_images.store([("b.zip", again)], tmp_path) == path, (
        "whatever it is called, and in whatever order it was packed"
    )
    other = uploaded_images.store([("a.zip", packed({**TWO_CLASSES, "dogs/1.png": shade(201)}))], tmp_path)
    assert other != path and len(list(tmp_path.iterdir())) == 2
    shutil.rmtree(path)  # as a crash between two steps leaves it
    assert shades(uploaded_images.store([("a.zip", again)], tmp_path)) == {"cats": [90, 120], "dogs": [200]}


def test_the_folder_that_a_picture_lies_in_is_its_class_however_deep(tmp_path: Path) -> None:
    entries = {
        f"data/{part}/{kind}/1.png": shade(value) for part, kind, value in (("a", 3, 50), ("b", 3, 60), ("b", 8, 70))
    }
    entries |= {
        "__MACOSX/3/1.png": b"x",
        "data/.hidden/1.png": b"x",
        "data/readme.txt": b"x",
        "win\\8\\2.png": shade(80),
    }
    path = uploaded_images.store([("data.zip", packed(entries))], tmp_path)
    assert shades(path) == {"3": [50, 60], "8": [70, 80]}
    assert load(str(path)).y_train.max() == 8, "folders named like digits are digits"


def test_loose_pictures_are_one_class_and_may_come_with_a_zip(tmp_path: Path) -> None:
    files = [("1.png", shade(40)), ("1.png", shade(50)), ("2.PNG", shade(60))]
    assert shades(uploaded_images.store(files, tmp_path)) == {"pictures": [40, 50, 60]}
    assert shades(uploaded_images.store([*files, ("pets.zip", packed(TWO_CLASSES))], tmp_path)) == {
        "pictures": [40, 50, 60],
        "cats": [90, 120],
        "dogs": [200],
    }


def test_an_npz_is_stored_as_it_is(tmp_path: Path) -> None:
    content = arrays(images=np.full((12, 28, 28), 7, np.uint8), labels=np.arange(12) % 3)
    path = uploaded_images.store([("mine.npz", content)], tmp_path)
    assert path.name == "mine.npz" and path.read_bytes() == content and len(load(str(path)).x_train) == 11
    assert uploaded_images.store([("other.npz", content)], tmp_path) == path


def test_pictures_that_cannot_be_read_are_skipped_and_told_of(tmp_path: Path) -> None:
    path = uploaded_images.store([("a.zip", packed({**TWO_CLASSES, "dogs/2.png": b"no picture"}))], tmp_path)
    assert "1 of 4 images" in load(str(path)).notices[0]


def test_names_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    entries = {
        "../../up/x.png": shade(50),
        "/etc/y.png": shade(60),
        "a:b?/z.png": shade(70),
        "c/d/../../../w.png": shade(80),
    }
    shown = shades(uploaded_images.store([("../../x/a|b.zip", packed(entries))], folder))
    assert {*shown} <= {"up", "etc", "a_b_", "pictures"} and {"etc", "a_b_"} <= {*shown}
    assert [place.name for place in tmp_path.iterdir()] == ["uploads"]


def lying(content: bytes, size: int) -> bytes:
    """The zip with another unpacked size in its directory."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + size.to_bytes(4, "little") + content[at + 28 :]


BOMB = packed({"a/1.png": bytes(9 * 2**20)})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "at least one file"),
        ([("a.txt", b"x")], "ganlab found no images that it can read in a.txt. ganlab can read: IDX"),
        ([("a.zip", b"no zip at all")], "a.zip is damaged, cut short"),
        ([("a.zip", packed(TWO_CLASSES)[:-30])], "a.zip is damaged, cut short"),
        ([("a.zip", packed({}))], "read in a.zip. It is empty. ganlab can read: IDX"),
        (
            [("a.zip", packed({"a/readme.txt": b"x"}))],
            "read in a.zip. It holds a/readme.txt. ganlab can read: IDX",
        ),
        ([("a.zip", packed({"a/1.png": b"x"}))], "No image in a.zip could be read"),
        ([("a.png", b"x")], "No image in a.png could be read"),
        ([("a.zip", packed({f"{n}/1.png": shade(9) for n in range(257)}))], "a.zip has 257 classes"),
        ([("a.zip", packed({"x?/1.png": shade(9), "x*/1.png": shade(9)}))], "are too similar"),
        ([("a.zip", BOMB)], "a.zip would take 9 MB unpacked, but at most 8 MB"),
        ([("a.zip", packed({"a/1.png": bytes(3 * 2**20)}))], "1.png in a.zip has 3 MB"),
        ([("a.zip", lying(BOMB, 100))], "cannot be unpacked"),
        ([("a.npz", arrays(images=np.zeros((9 * 2**20 // 784 + 1, 28, 28), np.uint8)))], "a.npz would take 9 MB"),
        ([("a.npz", b"no npz")], "a.npz is damaged, cut short"),
        ([("a.npz", arrays(pixels=np.zeros(3)))], "a.npz must hold the arrays x_train and y_train"),
        ([("a.npz", arrays(images=np.zeros((3, 8)), labels=np.zeros(3, int)))], "images in a.npz has the shape"),
        (
            [("a.npz", arrays(images=np.array([{}], object), labels=np.zeros(1, int)))],
            "images in a.npz holds Python objects",
        ),
        ([("a.npz", b""), ("b.png", shade(9))], "a.npz is a data set by itself"),
    ],
)
def test_a_bad_upload_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[uploaded_images.Upload], said: str
) -> None:
    monkeypatch.setattr(uploaded_images, "MOST_UNPACKED", 8 * 2**20)
    monkeypatch.setattr(uploaded_images, "LARGEST_PICTURE", 2 * 2**20)
    with pytest.raises(GanlabError, match=said.replace("(", r"\(")):
        uploaded_images.store(files, tmp_path)
    assert not list(tmp_path.iterdir())


def test_too_many_files_and_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded_images, "MOST_FILES", 2)
    with pytest.raises(GanlabError, match="holds 3 files, but at most 2"):
        uploaded_images.store([("a.zip", packed(TWO_CLASSES))], tmp_path)
    monkeypatch.setattr(uploaded_images, "MOST_BYTES", 2**20)
    with pytest.raises(GanlabError, match="larger than 1 MB"):
        uploaded_images.store([("a.png", bytes(2**20)), ("b.png", b"x")], tmp_path)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GanlabError, match="could not be stored"):
        uploaded_images.store([("a.zip", packed(TWO_CLASSES))], tmp_path / "file" / "uploads")


def test_what_an_upload_left_that_was_killed_goes_with_a_later_one(tmp_path: Path) -> None:
    for name, age in ((".upload-old", 2 * cache.STALE), (".upload-new", 0.0)):
        (tmp_path / name).mkdir()
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    uploaded_images.store([("a.zip", packed(TWO_CLASSES))], tmp_path)
    assert sorted(path.name for path in tmp_path.glob(".*")) == [".upload-new"]


def test_progress_is_reported(tmp_path: Path) -> None:
    told = []
    uploaded_images.store(
        [("a.zip", packed(TWO_CLASSES))], tmp_path, lambda doing, fraction: told.append((doing, fraction))
    )
    assert {"Unpacking the files", "Storing the files"} <= {doing for doing, _ in told}
