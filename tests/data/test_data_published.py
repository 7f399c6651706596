"""Proves that every file of arrays is read as promised or refused in one sentence."""

import gzip
import os
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from ganlab.data.files import IDX_FILES, looks_whole
from ganlab.data.published import read_idx, read_npz
from ganlab.errors import GanlabError

Arrays = dict[str, np.ndarray]


def write_idx(folder: Path, arrays: Arrays) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for key, values in arrays.items():
        header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
        (folder / IDX_FILES[key]).write_bytes(gzip.compress(header + values.tobytes()))


def write_npz(path: Path, **arrays: np.ndarray) -> Path:
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    return path


def refusal(path: Path) -> str:
    with pytest.raises(GanlabError) as caught:
        read_npz(path)
    sentence = str(caught.value)
    assert str(path) in sentence and sentence.endswith(".") and "\n" not in sentence
    return sentence


def test_an_npz_in_keras_layout_comes_back_as_it_was_written(tmp_path: Path, arrays: Arrays) -> None:
    read = read_npz(write_npz(tmp_path / "a.npz", **arrays))
    assert read.keys() == arrays.keys()
    for key in arrays:
        np.testing.assert_array_equal(read[key], arrays[key])


def test_a_last_axis_of_one_is_dropped(tmp_path: Path, arrays: Arrays) -> None:
    images, labels = arrays["x_train"][..., None], arrays["y_train"][:, None]
    read = read_npz(write_npz(tmp_path / "a.npz", x_train=images, y_train=labels))
    np.testing.assert_array_equal(read["x_train"], arrays["x_train"])
    np.testing.assert_array_equal(read["y_train"], arrays["y_train"])


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("top", [1, 255])
def test_float_pixels_are_scaled_and_rounded(tmp_path: Path, arrays: Arrays, dtype: str, top: int) -> None:
    images = (arrays["x_train"] / 255 * top).astype(dtype)
    path = write_npz(tmp_path / "a.npz", x_train=images, y_train=arrays["y_train"])
    np.testing.assert_array_equal(read_npz(path)["x_train"], arrays["x_train"])


def test_floats_round_to_the_nearest_value(tmp_path: Path) -> None:
    images = np.full((1, 28, 28), 254.6, np.float32)
    read = read_npz(write_npz(tmp_path / "a.npz", x_train=images, y_train=np.zeros(1, int)))
    assert (read["x_train"] == 255).all() and read["x_train"].dtype == np.uint8


def test_whole_numbers_of_other_widths_are_taken_as_they_are(tmp_path: Path, arrays: Arrays) -> None:
    images, labels = arrays["x_train"].astype("i8"), arrays["y_train"].astype(">i4")
    read = read_npz(write_npz(tmp_path / "a.npz", x_train=images, y_train=labels))
    assert read["x_train"].dtype == read["y_train"].dtype == np.uint8
    np.testing.assert_array_equal(read["x_train"], arrays["x_train"])


ONE_IMAGE = np.zeros((1, 28, 28), np.uint8)
ONE_LABEL = np.zeros(1, np.uint8)
ONE = {"x_train": ONE_IMAGE, "y_train": ONE_LABEL}
NAN = np.full((1, 28, 28), np.nan)


@pytest.mark.parametrize(
    ("stored", "says"),
    [
        ({"images": ONE_IMAGE, "labels": ONE_LABEL}, "array x_train is missing"),
        ({"x_train": ONE_IMAGE}, "array y_train is missing"),
        ({"y_train": ONE_LABEL}, "array x_train is missing"),
        ({**ONE, "x_test": ONE_IMAGE}, "array y_test is missing"),
        ({"x_train": np.zeros((1, 32, 32), "u1"), "y_train": ONE_LABEL}, r"shape \(1, 32, 32\)"),
        ({"x_train": np.zeros((1, 28, 28, 3), "u1"), "y_train": ONE_LABEL}, r"shape \(1, 28, 28, 3\)"),
        ({"x_train": np.zeros((28, 28), "u1"), "y_train": ONE_LABEL}, r"shape \(28, 28\)"),
        ({"x_train": np.uint8(3), "y_train": ONE_LABEL}, r"shape \(\)"),
        ({"x_train": np.zeros((1, 28, 28), "S1"), "y_train": ONE_LABEL}, r"type \|S1"),
        ({"x_train": np.zeros((1, 28, 28), "c8"), "y_train": ONE_LABEL}, "type complex64"),
        ({"x_train": np.zeros((1, 28, 28), bool), "y_train": ONE_LABEL}, "type bool"),
        ({"x_train": ONE_IMAGE.astype("f4") - 1, "y_train": ONE_LABEL}, "goes from -1"),
        ({"x_train": ONE_IMAGE.astype("i4") + 256, "y_train": ONE_LABEL}, "goes from 256"),
        ({"x_train": NAN, "y_train": ONE_LABEL}, "goes from nan"),
        ({"x_train": NAN + np.inf, "y_train": ONE_LABEL}, "goes from"),
        ({"x_train": ONE_IMAGE, "y_train": np.zeros(2, "u1")}, "1 images in x_train, but 2 labels"),
        ({"x_train": ONE_IMAGE, "y_train": np.zeros((1, 10), "u1")}, r"y_train .* shape \(1, 10\)"),
        ({"x_train": ONE_IMAGE, "y_train": np.uint8(1)}, r"y_train .* shape \(\)"),
        ({"x_train": ONE_IMAGE, "y_train": np.zeros(1)}, "type float64"),
        ({"x_train": ONE_IMAGE, "y_train": np.array(["5"])}, "labels must be whole numbers"),
        ({"x_train": ONE_IMAGE, "y_train": np.array([256])}, "labels must lie between 0 and 255"),
        ({"x_train": ONE_IMAGE, "y_train": np.array([-1])}, "labels must lie between 0 and 255"),
        ({"x_train": ONE_IMAGE[:0], "y_train": ONE_LABEL[:0]}, "is empty"),
        ({**ONE, "x_test": ONE_IMAGE[:0], "y_test": ONE_LABEL[:0]}, "x_test in .* is empty"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_in_a_sentence(tmp_path: Path, stored: Arrays, says: str) -> None:
    assert re.search(says, refusal(write_npz(tmp_path / "a.npz", **stored)))


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    trap = np.empty(1, object)
    trap[0] = Trap()
    assert "plain arrays" in refusal(write_npz(tmp_path / "a.npz", x_train=trap, y_train=ONE_LABEL))
    (tmp_path / "b.npz").write_bytes(trap.dumps())
    assert "plain arrays" in refusal(tmp_path / "b.npz")
    assert not (tmp_path / "trapped").exists()


def test_files_that_are_no_npz_are_refused(tmp_path: Path, arrays: Arrays) -> None:
    path = tmp_path / "a.npz"
    np.save(tmp_path / "a.npy", arrays["x_train"])
    for content in (b"", b"hello", (tmp_path / "a.npy").read_bytes(), b"PK\x03\x04" + bytes(99)):
        path.write_bytes(content)
        assert "damaged" in refusal(path)


def test_an_npz_cut_short_anywhere_is_refused(tmp_path: Path, arrays: Arrays) -> None:
    whole = write_npz(tmp_path / "whole.npz", **arrays).read_bytes()
    path = tmp_path / "a.npz"
    for length in np.linspace(0, len(whole) - 1, 60).astype(int):
        path.write_bytes(whole[:length])
        assert "damaged" in refusal(path)
        assert not looks_whole(path)


def test_a_changed_byte_is_noticed_or_harmless(tmp_path: Path, arrays: Arrays) -> None:
    whole = write_npz(tmp_path / "whole.npz", **arrays).read_bytes()
    path = tmp_path / "a.npz"
    for place in np.random.default_rng(2).integers(0, len(whole), 200):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            read = read_npz(path)
        except GanlabError:
            continue
        for key in read:
            np.testing.assert_array_equal(read[key], arrays[key])


def test_a_file_that_is_not_there_is_told_from_one_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_npz(tmp_path / "a.npz")
    (tmp_path / "a.npz").mkdir()
    assert "could not be read (" in refusal(tmp_path / "a.npz")


def test_idx_files_come_back_as_they_were_written(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path, arrays)
    read = read_idx(tmp_path)
    for key in arrays:
        np.testing.assert_array_equal(read[key], arrays[key])
        assert read[key].dtype == np.uint8
    assert looks_whole(tmp_path)


def test_idx_files_that_are_missing_are_named(tmp_path: Path, arrays: Arrays) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path)
    write_idx(tmp_path, arrays)
    (tmp_path / IDX_FILES["y_test"]).unlink()
    with pytest.raises(GanlabError, match=r"t10k-labels-idx1-ubyte\.gz is missing in"):
        read_idx(tmp_path)
    assert not looks_whole(tmp_path)
    (tmp_path / IDX_FILES["y_test"]).write_bytes(b"not gzip")
    assert not looks_whole(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not gzip", id="not gzip"),
        pytest.param(gzip.compress(b""), id="nothing packed"),
        pytest.param(gzip.compress(bytes([0, 0, 8, 3, 0, 0])), id="half a header"),
        pytest.param(gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 7) + bytes(6)), id="a value too few"),
        pytest.param(gzip.compress(bytes([0, 0, 8, 1]) + struct.pack(">I", 7) + bytes(8)), id="a value too many"),
        pytest.param(gzip.compress(bytes([0, 0, 8, 0])), id="no dimensions"),
        pytest.param(gzip.compress(bytes(1000))[:-9], id="cut off"),
    ],
)
def test_a_damaged_idx_file_is_refused_by_name(tmp_path: Path, arrays: Arrays, content: bytes) -> None:
    write_idx(tmp_path, arrays)
    path = tmp_path / IDX_FILES["y_train"]
    path.write_bytes(content)
    with pytest.raises(GanlabError, match="damaged") as caught:
        read_idx(tmp_path)
    assert str(path) in str(caught.value)


def test_idx_values_that_are_not_bytes_are_refused(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path, arrays)
    content = bytes([0, 0, 9, 1]) + struct.pack(">I", 20) + bytes(20)
    (tmp_path / IDX_FILES["y_train"]).write_bytes(gzip.compress(content))
    with pytest.raises(GanlabError, match="another kind"):
        read_idx(tmp_path)


def test_idx_arrays_are_checked_like_all_others(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path, {**arrays, "y_train": arrays["y_train"][:-1]})
    with pytest.raises(GanlabError, match="20 images in x_train, but 19 labels"):
        read_idx(tmp_path)
    write_idx(tmp_path, {**arrays, "x_test": arrays["x_test"][:, :20]})
    with pytest.raises(GanlabError, match="images must have the shape"):
        read_idx(tmp_path)


def test_an_unreadable_idx_file_is_refused(tmp_path: Path, arrays: Arrays) -> None:
    write_idx(tmp_path, arrays)
    path = tmp_path / IDX_FILES["x_test"]
    path.unlink()
    path.mkdir()
    with pytest.raises(GanlabError, match="could not be read"):
        read_idx(tmp_path)
    assert not looks_whole(tmp_path)
