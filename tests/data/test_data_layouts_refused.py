"""What is refused of each layout, and with which sentence."""

import io
import os
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from ganlab.data import load
from ganlab.data.layouts import _stored, _tree, idx, layouts, mat
from ganlab.errors import GanlabError
from tests.data import layouts_written as written
from tests.data.layouts_written import FLAT, X_TEST, X, Y, csv, npy, npz, pictures, write_idx
from tests.data.steps import cut


def refusal(path: Path) -> str:
    with pytest.raises(GanlabError) as caught:
        load(str(path))
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


@pytest.mark.parametrize("gz", [False, True])
def test_idx_files_that_do_not_fit(place: Path, gz: bool) -> None:
    end = ".gz" if gz else ""
    folder = write_idx(place / "d", gz)
    cut(folder / f"t10k-images-idx3-ubyte{end}")
    assert "t10k-images-idx3-ubyte" in refusal(folder) and "cut short" in refusal(folder)
    (folder / f"t10k-images-idx3-ubyte{end}").unlink()
    assert "file of images for testing is missing" in refusal(folder)
    (folder / f"t10k-labels-idx1-ubyte{end}").unlink()
    assert len(load(str(folder)).x_train) == 36
    (folder / f"train-labels-idx1-ubyte{end}").write_bytes((folder / f"train-images-idx3-ubyte{end}").read_bytes())
    assert "labels must have the shape [n]" in refusal(folder)


def test_idx_labels_that_do_not_match(place: Path) -> None:
    folder = write_idx(place / "d")
    (folder / "train-labels-idx1-ubyte").write_bytes(written.idx(Y[:39]))
    assert "40 images in" in refusal(folder) and "39 labels" in refusal(folder)


def test_an_idx_file_that_says_it_is_huge_is_refused_before_it_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_idx(place / "d", True)
    monkeypatch.setattr(idx, "_values", lambda *given: pytest.fail("read"))
    huge = bytes([0, 0, 8, 3]) + b"\0\x7f\xff\xff" * 3
    (folder / "train-images-idx3-ubyte.gz").write_bytes(written.gzip.compress(huge + bytes(10**6)))
    assert "MB of memory, but at most" in refusal(folder)


def test_several_data_sets_in_a_folder_are_named(place: Path) -> None:
    write_idx(place / "a", prefix="emnist-letters-")
    write_idx(place / "b", prefix="emnist-digits-")
    assert "several data sets (emnist-digits, emnist-letters)" in refusal(place)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text[: len(text) // 2 - 40], "columns, but the first line has 785. It is damaged or cut short"),
        (
            lambda text: text.replace("\n1,0,0,0,0", "\n1,0,x,0,0"),
            "a.csv has 'x' where a pixel should be",
        ),
        (lambda text: "\n".join(line[: line.rindex(",")] for line in text.splitlines()[:5]), ""),
        (
            lambda text: "\n".join(line[: line.rindex(",")].rpartition(",")[0] for line in text.splitlines()),
            "783 columns",
        ),
        (lambda text: "", "0 columns"),
        (lambda text: "300" + text[1:], "labels must lie between 0 and 255"),
        (lambda text: text.replace(",0,0", ",-7,0", 1), "goes from -7 to"),
    ],
)
def test_tables_that_do_not_fit(place: Path, change, says: str) -> None:
    path = csv(place / "a.csv", Y, FLAT, header=written.kaggle_header() if says.startswith("labels") else "")
    text = path.read_text()
    if says.startswith("labels"):
        header, _, rows = text.partition("\n")
        path.write_text(f"{header}\n{change(rows)}")
    else:
        path.write_text(change(text))
    if says:
        assert says in refusal(path)
    else:
        assert load(str(path)).class_names == ("a",), "784 columns are pixels, and no label is left"


@pytest.mark.parametrize("cell", ["abc", "", "1_0", "0x1f", "\0", "1,5"])
def test_the_line_of_a_table_is_named_on_which_there_is_no_number(place: Path, cell: str) -> None:
    path = csv(place / "a.csv", Y, FLAT, header=written.kaggle_header().replace(",", ";"), separator=";")
    lines = path.read_text().splitlines()
    lines[31] = lines[31].rpartition(";")[0] + f";{cell}"
    path.write_text("\n\n".join(lines[:3]) + "\n" + "\n".join(lines[3:]))
    said = refusal(path)
    assert said.startswith("Line 34 of ") and "float" not in said and "where a pixel should be" in said


def test_a_table_of_a_gigabyte_is_refused_before_it_is_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv(place / "a.csv", Y, FLAT)
    with path.open("r+b") as file:
        file.truncate(2**30)
    monkeypatch.setattr(io, "TextIOWrapper", lambda *given, **more: pytest.fail("read"))
    assert "has 1,024 MB, but a table may have at most" in refusal(path)


NPZ_WRONG = {
    "object array": ({"X": np.array([{}] * 3), "y": np.arange(3)}, "holds Python objects"),
    "object labels": ({"X": X, "y": np.array(["a", 1] * 20, object)}, "y in .* holds Python objects"),
    "labels do not match": ({"X": X, "y": Y[:-1]}, "40 images in X, but 39 labels in y"),
    "no square": ({"X": FLAT[:, :-1], "y": Y}, r"shape \(40, 783\)"),
    "one image": ({"X": X[0], "y": Y}, r"shape \(28, 28\)"),
    "two channels": ({"X": X[..., None].repeat(2, -1), "y": Y}, r"shape \(40, 28, 28, 2\)"),
    "complex": ({"X": X.astype("c8"), "y": Y}, "type complex64"),
    "NaN": ({"X": X * np.nan, "y": Y}, "goes from nan"),
    "too bright": ({"X": X.astype("i4") + 256, "y": Y}, "goes from 256 to"),
    "half labels": ({"X": X, "y": Y / 2}, "whole numbers or words"),
    "two labels each": ({"X": X, "y": np.ones((40, 3))}, r"labels must have the shape \[n\]"),
    "negative": ({"X": X, "y": Y - 1}, "labels must lie between 0 and 255"),
    "empty": ({"X": X[:0], "y": Y[:0]}, "is empty"),
    "no images": ({"y": Y}, "The array X is missing"),
    "other names": ({"pictures": X}, "must hold the arrays x_train and y_train, or images and labels"),
    "a test part without labels": ({"x_train": X, "y_train": Y, "x_test": X_TEST}, "array y_test is missing"),
    "a training part without labels": (
        {"train_images": X, "test_images": X_TEST, "test_labels": Y[:8]},
        "array train_labels is missing",
    ),
    "too many words": ({"X": np.zeros((300, 28, 28), "u1"), "y": np.arange(300).astype("U4")}, "300 classes"),
}


@pytest.mark.parametrize("name", NPZ_WRONG)
def test_arrays_that_do_not_fit(place: Path, name: str) -> None:
    arrays, says = NPZ_WRONG[name]
    path = npz(place / "a.npz", **arrays)
    with pytest.raises(GanlabError, match=says):
        load(str(path))


def test_arrays_cut_short(place: Path) -> None:
    assert "damaged, cut short or not an npz file" in refusal(cut(npz(place / "a.npz", X=X, y=Y)))
    assert "damaged, cut short or not an npy file" in refusal(cut(npy(place / "a.npy", X)))
    assert "damaged, cut short or not an npz file" in refusal(cut(written.kmnist(place) / "kmnist-train-labels.npz"))
    assert "damaged, cut short or not a .mat file" in refusal(cut(written.emnist_mat(place / "a.mat")))
    (place / "b.npy").write_bytes(np.array([{}]).dumps())
    assert "damaged, cut short or not an npy file" in refusal(place / "b.npy")


def test_pickles_are_never_loaded(place: Path) -> None:
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(place / "trapped"),)

    trap = np.empty(1, object)
    trap[0] = Trap()
    for path in (
        npy(place / "a.npy", trap),
        npz(place / "a.npz", images=trap),
        npz(place / "b-train-imgs.npz", arr_0=trap),
    ):
        assert "Python objects" in refusal(path)
    assert not (place / "trapped").exists()


def test_arrays_that_would_fill_memory_are_refused_before_they_are_read(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_stored, "MOST_BYTES", 30_000)
    monkeypatch.setattr(np.lib.format, "read_array", lambda *given, **more: pytest.fail("read"))
    for path in (npz(place / "a.npz", X=X, y=Y), npy(place / "a.npy", X), written.medmnist(place / "b.npz")):
        assert "MB of memory, but at most" in refusal(path)


def test_kmnist_without_its_images_or_with_other_arrays(place: Path) -> None:
    folder = written.kmnist(place)
    npz(folder / "kmnist-train-labels.npz", arr_0=Y[:7])
    assert "7 labels" in refusal(folder)
    npz(folder / "kmnist-train-labels.npz", other=Y)
    assert "array arr_0 is missing" in refusal(folder)
    (folder / "kmnist-train-imgs.npz").unlink()
    assert "kmnist-train-imgs.npz is missing" in refusal(folder)


def test_classes_of_npy_files_must_have_one_size(place: Path) -> None:
    npy(place / "a.npy", X)
    npy(place / "b.npy", X[:, :20])
    assert "images of all classes must have one size" in refusal(place)


def test_mat_files_that_do_not_fit(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place / "a.mat"
    savemat(path, {"X": np.moveaxis(X, 0, -1), "y": Y[:, None]})
    assert len(load(str(path)).x_train) == 36, "the last axis counts the images where the labels say so"
    savemat(path, {"X": X, "y": Y[:9]})
    assert "9 labels" in refusal(path)
    savemat(path, {"X": np.array([{"a": 1}, "b"], object), "y": Y})
    assert "holds cells or objects" in refusal(path)
    part = {"images": FLAT, "labels": Y[:, None]}
    for dataset in ({"train": 3}, {"test": part}, {"mapping": 1}):
        savemat(path, {"dataset": dataset})
        assert "must have train and test" in refusal(path)
    path.write_bytes(b"MATLAB 7.3 MAT-file" + bytes(200))
    assert "version 7.3" in refusal(path)
    savemat(path, {"X": np.zeros((1000, 28, 28)), "y": np.zeros(1000)}, do_compression=True)
    monkeypatch.setattr(mat, "MOST_BYTES", 2**20)
    monkeypatch.setattr("scipy.io.loadmat", lambda *given: pytest.fail("unpacked"))
    assert "unpacked, which is not allowed" in refusal(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(5 * 2**20))
    monkeypatch.setattr(_tree, "MOST_BYTES", 2**20)
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *given: pytest.fail("unpacked"))
    assert "would take 5 MB unpacked, but at most 1 MB" in refusal(path)


def test_links_that_lead_out_are_refused(place: Path) -> None:
    secret = pictures(place.parent / "secret", X[:3], Y[:3])
    folder = pictures(place / "d", X, Y)
    (folder / "0" / "inside.png").symlink_to(folder / "1" / "001.png")
    assert len(load(str(folder)).x_train) == 37, "a link to a picture that is there is that picture once more"
    for link, target in ((folder / "0" / "out.png", secret / "0" / "000.png"), (folder / "out", secret)):
        link.symlink_to(target)
        assert f"{link} is a link that leads out of" in refusal(folder)
        link.unlink()
    with zipfile.ZipFile(place / "a.zip", "w") as archive:
        entry = zipfile.ZipInfo("0/1.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "is a link to another file" in refusal(place / "a.zip")


def test_a_zip_cut_short_or_locked(place: Path) -> None:
    folder = pictures(place / "d", X, Y)
    path = written.zipped(folder)
    assert len(load(str(path)).x_train) == 36
    assert "damaged, cut short" in refusal(cut(path))


def test_a_table_that_is_damaged_in_its_zip(place: Path) -> None:
    csv(place / "a.csv", Y, FLAT)
    path = place / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(place / "a.csv", "a.csv")
    content = path.read_bytes()
    path.write_bytes(content[:40_000] + b"7" + content[40_001:])
    assert "a.csv in" in refusal(path) and "cannot be unpacked: the zip file is damaged" in refusal(path)


def test_the_unknown_lists_what_would_be_taken(place: Path) -> None:
    (place / "notes.txt").write_text("nothing")
    for path in (place / "notes.txt", place):
        sentence = refusal(path)
        assert "found no images" in sentence and all(layout.takes in sentence for layout in layouts())
        assert ("It holds notes.txt." in sentence) == (path == place)
