"""Proves that data sets in every layout are read as they were written, or refused with a sentence of their own."""

import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.data import Dataset, load, own_images, uploaded_images
from ganlab.data.description import describe_data
from ganlab.data.layouts import csv_table, layouts
from tests.data import layouts_written as written
from tests.data.layouts_written import CASES, FLAT, X_TEST, Case, X, Y, csv, npz, pictures, write_idx
from tests.data.steps import cut

ROOT = Path(__file__).parents[2]


def by_sum(images: np.ndarray) -> np.ndarray:
    """The images in an order that follows from their pixels."""
    return images[np.argsort(images.astype(np.int64).sum((1, 2)), kind="stable")]


def assert_read(found: Dataset, case: Case) -> None:
    assert found.layout == case.layout
    assert (len(found.x_train), len(found.x_test)) == (36 if case.tests == 4 else 40, case.tests)
    together = np.concatenate([found.x_train, found.x_test])
    original = np.concatenate([X, X_TEST]) if case.tests == 8 else X
    np.testing.assert_array_equal(by_sum(together), by_sum(original))
    if case.in_order and case.tests == 8:
        np.testing.assert_array_equal(found.x_train, X)
    labels = np.concatenate([found.y_train, found.y_test])
    kept = {image.tobytes(): label for image, label in zip(together, labels, strict=True)}
    if len(case.names) > 1:
        assert all(
            found.class_names[kept[image.tobytes()]] == case.names[label] for image, label in zip(X, Y, strict=True)
        )
    else:
        assert found.class_names == case.names and not labels.any()
    assert len(found.notices) == len(case.notices)
    assert all(word in notice for word, notice in zip(case.notices, found.notices, strict=True))


def count_unpacked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many bytes of each file are unpacked from now on, by its name in its zip."""
    counted: Counter[str] = Counter()
    real = zipfile.ZipFile.open

    def opened(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, *args, **others):
        stream = real(archive, name, *args, **others)
        for way in ("read", "read1"):
            read = getattr(stream, way)

            def counting(*size: int, read=read) -> bytes:
                content = read(*size)
                counted[stream.name] += len(content)
                return content

            setattr(stream, way, counting)
        return stream

    monkeypatch.setattr(zipfile.ZipFile, "open", opened)
    return counted


def test_what_is_in_a_zip_is_unpacked_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = place / "tables"
    folder.mkdir()
    many = np.repeat(np.arange(4), 300)
    for part, labels in (("train", many), ("test", many[:600])):
        csv(folder / f"digits_{part}.csv", labels, np.repeat(FLAT[:1], len(labels), 0))
    sizes = {f"tables/{file.name}": file.stat().st_size for file in folder.iterdir()}
    path = written.zipped(folder)
    counted = count_unpacked(monkeypatch)
    assert (len(load(str(path)).x_train), len(load(str(path)).x_test)) == (1200, 600)
    assert all(size <= counted[name] < 1.1 * size for name, size in sizes.items()), "only first lines are read again"
    arrays = npz(place / "keras" / "a.npz", x_train=X, y_train=Y)
    path = written.zipped(arrays.parent)
    counted.clear()
    load(str(path))
    assert counted["keras/a.npz"] == arrays.stat().st_size


ZIPPED = ("idx gzipped", "csv, a folder of both", "keras", "kmnist", "train and test", "flat", "npy")


@pytest.mark.parametrize("name", CASES)
def test_every_layout_is_read_as_it_was_written(place: Path, name: str) -> None:
    case = CASES[name]
    assert_read(load(str(case.write(place))), case)


@pytest.mark.parametrize("name", ZIPPED)
def test_a_zip_of_it_is_read_too_from_a_path_and_uploaded(place: Path, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    path = place.parent / "cats.zip"
    path.write_bytes(written.bytes_of(case.write(place)))
    from_path = load(str(path))
    if name != "flat":  # which in a zip lies in a folder, that of its class
        assert_read(from_path, case)
    kept = uploaded_images.store([("cats.zip", path.read_bytes())], tmp_path / "uploads")
    assert load(str(kept)).fingerprint == from_path.fingerprint
    assert load(str(kept)).class_names == from_path.class_names


def test_files_that_belong_together_are_uploaded_together(place: Path, tmp_path: Path) -> None:
    write_idx(place / "d", True)
    files = [(file.name, file.read_bytes()) for file in sorted((place / "d").iterdir())]
    assert_read(load(str(uploaded_images.store(files, tmp_path / "uploads"))), CASES["idx"])


def test_every_layout_has_a_case_and_a_row_in_the_table() -> None:
    names = {layout.name for layout in layouts()}
    assert {case.layout for case in CASES.values()} == names
    table = (ROOT / "docs" / "data.md").read_text().split("<!-- layouts -->")[1].split("<!-- /layouts -->")[0]
    assert [row.split("|")[1].strip() for row in table.strip().splitlines()[2:]] == [one.name for one in layouts()]


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_is_described(place: Path, name: str) -> None:
    case = CASES[name]
    path = case.write(place)
    found, told = load(str(path)), describe_data(path)
    assert (told.layout, told.images, told.test_images) == (case.layout, len(found.x_train), case.tests)
    assert told.class_names == (case.names if case.names[0] != "-" else ("-", "A", "B", "C"))
    assert told.classes == len(told.class_names)
    assert told.shape == ((28, 28, 3) if "colour" in name else (28, 28))
    assert (told.fingerprint, told.notices) == (found.fingerprint, found.notices)


def test_other_sizes_are_scaled_as_pictures_are_and_it_says_so(place: Path) -> None:
    big = X.repeat(2, 1).repeat(2, 2)
    found = load(str(npz(place / "a.npz", X=big, y=Y)))
    assert found.shape == (56, 56) and found.notices == ("Images of 56x56 pixels were scaled to 28x28.",)
    pictured = load(str(pictures(place / "d", big, Y)))
    np.testing.assert_array_equal(by_sum(found.x_train), by_sum(pictured.x_train))
    assert pictured.shape == (56, 56) and "40 pictures of other sizes" in pictured.notices[0]


def test_digits_of_scikit_learn_are_as_bright_as_others(place: Path) -> None:
    sixteenths = np.arange(17.0).repeat(64).reshape(17, 64)[::-1]
    assert load(str(npz(place / "a.npz", data=sixteenths))).x_train.max() == 255


@pytest.mark.parametrize("kind", ["I;16", "P", "1", "RGB"])
def test_pictures_of_every_depth_are_read(place: Path, kind: str) -> None:
    grey = Image.fromarray(X[0])
    if kind == "I;16":
        Image.fromarray(X[0].astype(np.uint16) * 256).save(place / "a.tiff")
    elif kind == "P":
        grey.quantize(256).save(place / "a.tiff")
    else:
        grey.convert(kind).save(place / "a.tiff")
    image = load(str(place)).x_train[0]
    expected = X[0] if kind != "1" else np.asarray(grey.convert("1")) * 255
    assert np.abs(image.astype(int) - expected).mean() < 3


def test_broken_pictures_are_named_counted_and_passed_over(place: Path) -> None:
    folder = pictures(place / "d", X, Y)
    (folder / "0" / "broken.png").write_bytes(b"\x89PNG no")
    (folder / "2" / "also.tif").write_bytes(b"")
    found = load(str(folder))
    assert len(found.x_train) + len(found.x_test) == 40
    (notice,) = found.notices
    assert notice.startswith("2 of 42 images") and "0/broken.png" in notice and "2/also.tif" in notice


def test_a_broken_npy_file_among_good_ones_is_named_and_passed_over(place: Path) -> None:
    cut(written.quick_draw(place) / "full_numpy_bitmap_dog.npy")
    found = load(str(place))
    assert found.class_names == ("cat", "emu", "fox") and len(found.x_train) == 27
    assert "1 of 4 files was left out" in found.notices[0] and "bitmap_dog.npy" in found.notices[0]


def test_pictures_of_no_part_or_class_are_left_out_and_it_says_so(place: Path) -> None:
    folder = written.train_test(place / "d")
    pictures(folder / "val", X[:2], Y[:2])
    pictures(folder, X[:3], np.repeat("test", 3))
    found = load(str(folder))
    assert (len(found.x_train), len(found.x_test)) == (40, 8)
    assert [notice.partition(" left out")[0] for notice in found.notices] == [
        "2 pictures for validation were",
        "3 pictures without a class were",
    ]


def test_a_table_for_testing_without_labels_is_left_out(place: Path) -> None:
    csv(place / "test.csv", FLAT[:9], header=written.kaggle_header()[6:])
    found = load(str(csv(place / "train.csv", Y, FLAT, header=written.kaggle_header())))
    assert len(found.x_test) == 4 and "test.csv was left out" in found.notices[0]


@pytest.mark.parametrize("last", [False, True])
def test_the_label_of_the_only_class_is_told_from_an_edge_that_is_black(place: Path, last: bool) -> None:
    columns = [np.full(40, 5), FLAT]
    found = load(str(csv(place / "a.csv", *columns[:: -1 if last else 1])))
    assert set(found.y_train) == {5}
    np.testing.assert_array_equal(by_sum(np.concatenate([found.x_train, found.x_test])), by_sum(X))
    assert f"The {'last' if last else 'first'} column of " in found.notices[0]


def test_progress_is_told_while_a_table_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "AT_ONCE", 10)
    told: list[float] = []
    path = csv(place / "a.csv", Y, FLAT)
    load(str(path), progress=lambda doing, share: told.append(share or 0.0) if "table" in doing else None)
    assert len(told) == 4 and told == sorted(told) and told[-1] > 0.5


def test_what_was_read_last_is_read_again_when_it_has_changed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = npz(place / "a.npz", X=X, y=Y)
    first = load(str(path))
    read = []
    real = own_images._read
    monkeypatch.setattr(own_images, "_read", lambda *given: read.append(given) or real(*given))
    assert load(str(path)) is first and not read
    npz(path, X=X[::-1], y=Y)
    os.utime(path, ns=(1, 1))
    assert load(str(path)).fingerprint != first.fingerprint and len(read) == 1


def test_reading_imports_no_tensorflow(place: Path) -> None:
    path = npz(place / "a.npz", X=X)
    code = (
        "import sys, ganlab.data; ganlab.data.load(sys.argv[1]);"
        "print(sorted({'tensorflow', 'keras', 'scipy', 'streamlit'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
