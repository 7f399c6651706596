"""Proves the order in which sources are tried, and that each that fails leaves one sentence."""

import re
from pathlib import Path

import numpy as np
import pytest

from ganlab.data import NAMES, describe, load, sources
from ganlab.data.files import IDX_FILES
from tests.conftest import REAL
from tests.data.conftest import Arrays, Server
from tests.data.steps import assert_same, damage, write_npz


def test_ganlab_data_comes_first(data: Path, cache: Path, arrays: Arrays, server: Server) -> None:
    write_npz(cache / "mnist.npz", {**arrays, "x_train": arrays["x_train"][::-1]})
    path = write_npz(data / "mnist.npz", arrays)
    dataset = load("mnist")
    assert_same(dataset, arrays)
    assert (dataset.name, dataset.title, dataset.notices) == ("mnist", "MNIST", ())
    assert dataset.source == f"MNIST from {path} (GANLAB_DATA)"
    assert dataset.class_names == tuple("0123456789")
    assert describe("mnist") == f"MNIST comes from {path} (GANLAB_DATA)."
    assert server.requests == []


def test_fashion_mnist_from_ganlab_data_names_its_garments(data: Path, arrays: Arrays) -> None:
    path = write_npz(data / "fashion_mnist.npz", arrays)
    dataset = load("fashion-mnist")
    assert_same(dataset, arrays)
    assert (dataset.name, dataset.title) == ("fashion-mnist", "Fashion-MNIST")
    assert len(dataset.class_names) == 10 and dataset.class_names[::9] == ("T-shirt/top", "Ankle boot")
    assert describe("fashion-mnist") == f"Fashion-MNIST comes from {path} (GANLAB_DATA)."


def test_the_cache_of_keras_comes_second_without_a_notice(
    data: Path,
    cache: Path,
    arrays: Arrays,
    server: Server,
) -> None:
    path = write_npz(cache / "mnist.npz", arrays)
    dataset = load("mnist")
    assert_same(dataset, arrays)
    assert dataset.source == f"MNIST from {path} (Keras's cache)" and dataset.notices == ()
    assert describe("mnist") == f"MNIST comes from {path} (Keras's cache)."
    assert server.requests == []


def test_the_cache_of_keras_lies_in_the_home_folder_by_default(
    tmp_path: Path,
    arrays: Arrays,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for unset in ("", None):
        monkeypatch.delenv("KERAS_HOME") if unset is None else monkeypatch.setenv("KERAS_HOME", unset)
        path = write_npz(tmp_path / ".keras" / "datasets" / "mnist.npz", arrays)
        assert str(path) in load("mnist", download=False).source


def test_fashion_mnist_is_read_from_the_four_files_of_keras(
    cache: Path,
    arrays: Arrays,
    server: Server,
) -> None:
    folder = cache / "fashion-mnist"
    folder.mkdir(parents=True)
    for name in IDX_FILES.values():
        (folder / name).write_bytes(server.files[name])
    dataset = load("fashion-mnist")
    assert_same(dataset, arrays)
    assert dataset.source == f"Fashion-MNIST from {folder} (Keras's cache)" and dataset.notices == ()
    assert describe("fashion-mnist") == f"Fashion-MNIST comes from {folder} (Keras's cache)."
    assert server.requests == []


def test_the_same_data_has_one_fingerprint_from_every_source(
    data: Path,
    cache: Path,
    arrays: Arrays,
    server: Server,
) -> None:
    downloaded = load("fashion-mnist")
    write_npz(data / "fashion_mnist.npz", arrays)
    assert load("fashion-mnist").fingerprint == downloaded.fingerprint


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_download_is_kept_where_keras_looks(cache: Path, arrays: Arrays, server: Server, name: str) -> None:
    seen: list[tuple[str, float | None]] = []
    dataset = load(name, progress=lambda doing, fraction: seen.append((doing, fraction)))
    assert_same(dataset, arrays)
    assert "just downloaded to" in dataset.source and dataset.notices == ()
    published = {file.name for file in sources.KNOWN[name].files}
    assert set(server.requests) == published
    kept = cache if name == "mnist" else cache / "fashion-mnist"
    assert {path.name for path in kept.iterdir()} == published
    fractions = [fraction for doing, fraction in seen if doing.startswith("Downloading")]
    assert fractions == sorted(fractions, key=lambda fraction: fraction or 0)
    assert fractions[0] == 0 and fractions[-1] == 1
    again = load(name)
    assert "Keras's cache" in again.source and len(server.requests) == len(published)


def test_what_is_intact_in_the_cache_is_not_downloaded_again(
    cache: Path,
    arrays: Arrays,
    server: Server,
) -> None:
    load("fashion-mnist")
    damage(cache / "fashion-mnist" / IDX_FILES["x_test"])
    (cache / "fashion-mnist" / IDX_FILES["y_test"]).unlink()
    server.requests.clear()
    dataset = load("fashion-mnist")
    assert_same(dataset, arrays)
    assert sorted(server.requests) == sorted([IDX_FILES["x_test"], IDX_FILES["y_test"]])
    assert len(dataset.notices) == 1


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_damaged_file_is_told_and_the_next_source_used(
    data: Path,
    cache: Path,
    arrays: Arrays,
    server: Server,
    name: str,
) -> None:
    ours = write_npz(data / sources.KNOWN[name].npz, arrays)
    damage(ours)
    load(name)
    theirs = cache / "mnist.npz" if name == "mnist" else cache / "fashion-mnist" / IDX_FILES["x_train"]
    damage(theirs)
    dataset = load(name)
    assert_same(dataset, arrays)
    assert "just downloaded" in dataset.source
    assert [str(ours) in dataset.notices[0], str(theirs) in dataset.notices[1]] == [True, True]
    assert all("damaged" in notice for notice in dataset.notices) and len(dataset.notices) == 2


def test_describe_does_not_promise_a_file_cut_short(data: Path, cache: Path, arrays: Arrays) -> None:
    damage(write_npz(data / "mnist.npz", arrays))
    path = write_npz(cache / "mnist.npz", arrays)
    assert describe("mnist") == f"MNIST comes from {path} (Keras's cache)."


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"x_train": np.zeros((20, 32, 32), np.uint8)}, "x_train in .* has the shape"),
        ({"x_train": np.zeros((20, 28, 28), bool)}, "is of type bool"),
        ({"y_train": np.zeros(19, np.uint8)}, "20 images in x_train, but 19 labels"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, np.uint8)}, "is empty"),
        ({"y_test": np.full(10, 10)}, "has the label 10, but labels go from 0 to 9"),
        ({"x_test": None, "y_test": None}, "x_test and y_test are missing"),
        ({"y_train": np.array([None] * 20)}, "plain arrays"),
    ],
)
def test_a_file_of_the_wrong_arrays_is_told_and_the_next_source_used(
    data: Path, arrays: Arrays, change: dict[str, np.ndarray | None], says: str
) -> None:
    changed = {key: values for key, values in {**arrays, **change}.items() if values is not None}
    path = write_npz(data / "mnist.npz", changed)
    dataset = load("mnist", download=False)
    assert dataset.name == "offline"
    notice, _ = dataset.notices
    assert str(path) in notice
    assert re.search(says, notice)


def test_a_folder_in_place_of_the_file_is_told(data: Path, cache: Path) -> None:
    (data / "mnist.npz").mkdir()
    (cache / "mnist.npz").mkdir(parents=True)
    notices = load("mnist", download=False).notices
    assert len(notices) == 3
    assert str(data) in notices[0] and str(cache) in notices[1]
    assert all("could not be read (" in notice for notice in notices[:2])
    assert "offline digits are used instead" in describe("mnist")


@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_a_data_folder_that_is_none_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    folder = tmp_path / "wrong"
    if kind == "a file":
        folder.touch()
    monkeypatch.setenv("GANLAB_DATA", str(folder))
    notices = load("mnist", download=False).notices
    assert len(notices) == 2
    assert notices[0] == f"GANLAB_DATA names {folder}, which is not a folder. Correct GANLAB_DATA, or unset it."


def test_a_file_that_the_data_folder_lacks_is_no_news(data: Path, cache: Path, arrays: Arrays) -> None:
    write_npz(cache / "mnist.npz", arrays)
    assert load("mnist").notices == ()


def test_every_name_can_be_described() -> None:
    for name in NAMES:
        assert describe(name).endswith(".")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data sets do not lie beside the checkout")
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_the_real_data_sets_are_read_whole(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("GANLAB_DATA", str(REAL))
    dataset = load(name, download=False)
    assert dataset.name == name and dataset.notices == ()
    assert dataset.x_train.shape == (60_000, 28, 28) and dataset.x_test.shape == (10_000, 28, 28)
    assert np.bincount(dataset.y_test).tolist()[:2] == ([980, 1135] if name == "mnist" else [1000, 1000])
    fives = dataset.select([5])
    assert set(fives.y_train.tolist()) == {5} and fives.fingerprint != dataset.fingerprint


def test_a_file_is_read_again_only_when_it_has_changed(data: Path, arrays: Arrays) -> None:
    write_npz(data / "mnist.npz", arrays)
    first = load("mnist", download=False)
    assert load("mnist", download=False).x_train is first.x_train
    assert not first.x_train.flags.writeable  # as others may hold it, too
    write_npz(data / "mnist.npz", {**arrays, "x_train": 255 - arrays["x_train"]})
    assert load("mnist", download=False).x_train[0, 0, 0] == 255 - first.x_train[0, 0, 0]
