"""Proves that files which nobody would write on purpose are read, or refused with one sentence and at once."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat
from scipy.sparse import csc_matrix

from ganlab.data import load, uploaded_images
from ganlab.data.layouts import _stored
from ganlab.errors import GanlabError
from ganlab.jobs import uploads
from ganlab.jobs.training import KEPT_OF_DATA
from ganlab.runs.files import record_bytes
from ganlab.runs.records import TrainingImages
from tests.data.layouts_written import FLAT, X, Y, csv, npy, npz, pictures
from tests.data.test_data_layouts_refused import refusal
from tests.data.test_data_uploaded_images import TWO_CLASSES, packed, shade, shades

BYTES = os.fsdecode(b"caf\xe9")


def header(text: str, length: int | None = None) -> bytes:
    """The beginning of an npy file with this header, which may say that it is longer."""
    return b"\x93NUMPY\x02\x00" + (length or len(text)).to_bytes(4, "little") + text.encode()


def shaped(shape: str, kind: str = "|u1") -> bytes:
    return header(f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n") + bytes(784)


@pytest.mark.parametrize("shape", ["(-1, 28, 28)", "(1000000000000, 28, 28)", "(-1,)", "(10**9,)"])
@pytest.mark.parametrize("kind", ["|u1", "|S0", "<f8"])
def test_shapes_that_no_array_has_are_one_sentence(place: Path, shape: str, kind: str) -> None:
    (place / "a.npy").write_bytes(shaped(shape, kind))
    assert "a.npy" in refusal(place / "a.npy")
    npy(place / "b.npy", X)
    assert load(str(place)).class_names == ("b",), "and the other files are used"


def test_a_header_that_says_it_is_huge_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (place / "a.npy").open("wb") as file:
        file.write(header("{", 2**32 - 1))
        file.truncate(2**32)
    monkeypatch.setattr(_stored, "HEADERS", dict.fromkeys(_stored.HEADERS, lambda stream: pytest.fail("read")))
    assert "damaged, cut short or not an npy file" in refusal(place / "a.npy")


def written_bytes(place: Path) -> list[Path]:
    """Two classes each, of which one has a name that is not UTF-8."""
    folders = pictures(place / "folders", X[:10], np.array([BYTES, "dog"] * 5))
    names = np.array([BYTES, "dog"] * 5)
    for number, name in enumerate(names[:2]):
        (place / "npy").mkdir(exist_ok=True)
        npy(place / "npy" / f"{name}.npy", X[number : number + 5])
    return [folders, place / "npy", npz(place / "a.npz", X=X[:10], y=names)]


def test_names_that_are_not_utf_8_are_written_out_and_can_be_kept_with_a_run(place: Path) -> None:
    for path in written_bytes(place):
        found = load(str(path))
        assert found.class_names == ("caf\\udce9", "dog")
        told = {"images": 9, **{name: getattr(found, name) for name in KEPT_OF_DATA}}
        assert TrainingImages.parse(record_bytes(TrainingImages(**told))).class_names == found.class_names


def test_two_names_that_are_not_utf_8_stay_two(place: Path) -> None:
    pictures(place / "d", X[:4], np.array([os.fsdecode(b"\xe9"), os.fsdecode(b"\xe8")] * 2))
    assert load(str(place / "d")).class_names == ("\\udce8", "\\udce9")
    assert load(str(npz(place / "a.npz", X=X[:4], y=np.array(["\ud800", "\ud801"] * 2)))).class_names == (
        "\\ud800",
        "\\ud801",
    )


def test_a_path_that_is_not_utf_8_is_refused_as_no_run_could_keep_it(place: Path) -> None:
    pictures(place / BYTES, X[:4], Y[:4])
    assert "caf\\udce9 is not written in UTF-8" in refusal(place / BYTES)


def test_the_command_line_prints_names_that_are_not_utf_8(place: Path) -> None:
    folder = pictures(place / "d", X[:4], np.array([BYTES, "dog"] * 2))
    (folder / "dog" / f"{BYTES}.png").write_bytes(b"broken")
    command = [sys.executable, "-m", "ganlab", "data"]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "caf\\udce9, dog" in done.stdout and "caf\\udce9.png" in done.stdout
    done = subprocess.run([*command, str(place / BYTES)], capture_output=True, text=True, env=environment)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_an_upload_with_names_that_are_not_utf_8(tmp_path: Path) -> None:
    path = uploaded_images.store([(f"{BYTES}.png", shade(9)), ("a.png", shade(20))], tmp_path)
    assert shades(path) == {"pictures": [9, 20]}


def test_a_table_or_words_in_latin_1_keep_their_classes_apart(place: Path) -> None:
    names = np.array(["é", "ü"] * 20)
    path = csv(place / "a.csv", names, FLAT)
    path.write_bytes(path.read_text().encode("latin-1"))
    assert load(str(path)).class_names == ("é", "ü")
    path.write_bytes(path.read_text("latin-1").encode())
    assert load(str(path)).class_names == ("é", "ü")
    words = np.char.encode(names, "latin-1")
    assert load(str(npz(place / "a.npz", X=X, y=words))).class_names == ("é", "ü")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_and_devices_are_not_waited_for(place: Path) -> None:
    folder = pictures(place / "d", X[:4], Y[:4])
    os.mkfifo(folder / "0" / "pipe.png")
    assert "0/pipe.png" in load(str(folder)).notices[0]
    os.mkfifo(place / "a.npz")
    for path in (place / "a.npz", Path("/dev/null"), Path("/dev/zero")):
        assert "it is no file but a pipe or a device" in refusal(path)


def test_links_that_lead_to_themselves_are_one_sentence(place: Path) -> None:
    folder = pictures(place / "d", X[:4], Y[:4])
    (folder / "0" / "self").symlink_to("self")
    assert "is a link that leads to itself" in refusal(folder)


def test_a_zip_is_as_deep_from_a_path_as_uploaded(place: Path, tmp_path: Path) -> None:
    deep = packed({"d/" * 20 + f"{kind}/1.png": shade(50) for kind in "ab"})
    (place / "a.zip").write_bytes(deep)
    assert shades(place / "a.zip") == shades(uploaded_images.store([("a.zip", deep)], tmp_path / "kept"))
    deeper = packed({"d/" * 1500 + "1.png": shade(50)})
    (place / "a.zip").write_bytes(deeper)
    assert "more than 40 folders deep" in refusal(place / "a.zip")
    with pytest.raises(GanlabError, match="more than 40 folders deep"):
        uploaded_images.store([("a.zip", deeper)], tmp_path / "kept")


def test_a_broken_picture_of_an_upload_is_named_as_its_user_knows_it(tmp_path: Path) -> None:
    path = uploaded_images.store([("a.zip", packed({**TWO_CLASSES, "dogs/Rex & co.png": b"none"}))], tmp_path)
    (notice,) = load(str(path)).notices
    assert notice.startswith("1 of 4 images in ") and notice.endswith("and was skipped: dogs/000003-Rex & co.png.")


def test_an_upload_that_is_deleted_while_it_is_stored_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replaced_and_deleted(source: Path, target: Path) -> None:
        real(source, target)
        uploads.delete(target.name, tmp_path)

    monkeypatch.setattr(os, "replace", replaced_and_deleted)
    with pytest.raises(GanlabError, match="deleted while it was stored"):
        uploaded_images.store([("a.zip", packed(TWO_CLASSES))], tmp_path / "uploads")


def test_links_among_the_uploads_are_not_listed_and_not_touched(tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "kept").mkdir(parents=True)
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "link").symlink_to(other)
    before = os.utime(other, (1, 1)) or other.stat().st_mtime
    assert not uploads.unused(tmp_path)
    with pytest.raises(GanlabError, match="This upload is gone"):
        uploads.delete("link", tmp_path)
    assert other.stat().st_mtime == before and (tmp_path / "uploads" / "link").is_symlink()


def test_mat_files_with_one_hot_labels_and_sparse_matrices(place: Path) -> None:
    path = place / "a.mat"
    plain = load(str(npz(place / "a.npz", X=FLAT, y=Y)))
    hot = np.eye(4)[Y]
    for images, labels in ((FLAT, hot), (csc_matrix(FLAT), csc_matrix(hot)), (FLAT, csc_matrix(Y[None].astype(float)))):
        savemat(path, {"X": images, "y": labels})
        found = load(str(path))
        assert (found.fingerprint, found.class_names) == (plain.fingerprint, plain.class_names)
        savemat(path, {"dataset": {"train": {"images": images, "labels": labels}}})
        np.testing.assert_array_equal(load(str(path)).y_train, plain.y_train)
    savemat(path, {"X": csc_matrix((10**6, 10**6), dtype=float), "y": Y})
    assert "MB of memory, but at most" in refusal(path)


def test_a_mapping_to_a_huge_label_takes_no_memory(place: Path) -> None:
    part = {"images": FLAT, "labels": Y[:, None]}
    mapping = np.array([[0, 65], [1, 66], [2, 67], [3, 68], [2**31 - 1, 69]])
    savemat(place / "a.mat", {"dataset": {"train": part, "mapping": mapping}})
    assert load(str(place / "a.mat")).class_names == ("A", "B", "C", "D")


@pytest.mark.parametrize("name", ["digit-labels", "labels", "y", "y_digits"])
def test_two_npy_files_of_images_and_labels(place: Path, name: str) -> None:
    npy(npy(place / "digits.npy", X).with_name(f"{name}.npy"), Y)
    plain = load(str(npz(place.parent / "a.npz", X=X, y=Y)))
    np.testing.assert_array_equal(load(str(place)).y_train, plain.y_train)
    npy(place / f"{name}.npy", X)
    assert load(str(place)).class_names == tuple(sorted(("digits", name))), "two classes, where both are images"
