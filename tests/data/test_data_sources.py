"""Proves the order in which sources are tried, and that each that fails leaves one sentence."""

import gzip
import hashlib
import http.server
import io
import re
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from ganlab.data import NAMES, describe, download, load, sources
from ganlab.data.download import PublishedFile
from ganlab.data.files import IDX_FILES
from ganlab.errors import GanlabError
from tests.conftest import REAL

Arrays = dict[str, np.ndarray]


def write_npz(path: Path, arrays: Arrays) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def idx(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(header + values.tobytes(), mtime=0)


def assert_same(dataset: object, arrays: Arrays) -> None:
    for key, values in arrays.items():
        np.testing.assert_array_equal(getattr(dataset, key), values)


def damage(path: Path) -> None:
    """Cuts the file to its first half, as a crash while copying would."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("GANLAB_DATA", str(folder))
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "keras" / "datasets"


def publish(files: dict[str, bytes], arrays: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts small editions of both sets into `files` and makes them the published ones."""
    npz = io.BytesIO()
    np.savez(npz, **arrays)  # type: ignore[arg-type]
    files["mnist.npz"] = npz.getvalue()
    files |= {name: idx(arrays[key]) for key, name in IDX_FILES.items()}
    for name, known in list(sources.KNOWN.items()):
        small = tuple(
            PublishedFile(
                name=file.name,
                size=len(files[file.name]),
                algorithm=file.algorithm,
                digest=hashlib.new(file.algorithm, files[file.name]).hexdigest(),
            )
            for file in known.files
        )
        monkeypatch.setitem(sources.KNOWN, name, replace(known, files=small))


@dataclass
class Server:
    """A server on this machine that gives `files`; it counts requests and may stall in the middle."""

    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    cut_short: bool = False
    silent: bool = False
    stalls: bool = False
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, arrays: Arrays) -> Iterator[Server]:
    """Serves both published sets, which here are small ones with their own checksums."""
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            state.requests.append(name)
            if state.silent:
                state.released.wait(10)
                return
            if name not in state.files:
                self.send_error(404)
                return
            content = state.files[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            self.wfile.write(content[:half])
            if state.stalls:
                self.wfile.flush()
                state.released.wait(10)
            if not (state.cut_short or state.stalls):
                self.wfile.write(content[half:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr(download, "BASE_URL", f"http://127.0.0.1:{running.server_port}/")
        publish(state.files, arrays, monkeypatch)
        yield state
        state.released.set()
        running.shutdown()


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


def test_without_any_source_the_offline_digits_stand_in_and_say_so(server: Server) -> None:
    dataset = load("mnist", download=False)
    assert (dataset.name, dataset.title) == ("offline", "Offline digits")
    assert dataset.source.endswith("instead of MNIST")
    (announcement,) = dataset.notices
    assert "downloads are turned off" in announcement and "offline digits are used instead" in announcement
    assert dataset.fingerprint == load("offline").fingerprint
    assert server.requests == []


def test_without_any_source_fashion_mnist_says_what_to_do(server: Server) -> None:
    with pytest.raises(GanlabError) as caught:
        load("fashion-mnist", download=False)
    assert "Put fashion_mnist.npz into a folder" in str(caught.value)
    assert "turn downloads on" in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("value", ["0", "false", "OFF", " no "])
def test_downloads_can_be_turned_off_for_good(
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    arrays: Arrays,
    value: str,
) -> None:
    assert "will be downloaded" in describe("mnist")
    monkeypatch.setenv("GANLAB_DOWNLOAD", value)
    assert load("mnist").name == "offline" and server.requests == []
    assert describe("mnist") == load("mnist").notices[0]
    assert "turn downloads on" in describe("fashion-mnist")
    assert_same(load("mnist", download=True), arrays)


def test_describe_tells_of_a_download_without_making_it(server: Server) -> None:
    assert describe("mnist").endswith("; without a network, the offline digits are used instead.")
    assert describe("fashion-mnist").startswith("Fashion-MNIST will be downloaded when it is first used")
    assert server.requests == []


def assert_download_failed(cache: Path, says: str) -> None:
    dataset = load("mnist")
    assert dataset.name == "offline"
    problem, announcement = dataset.notices
    assert says in problem and download.BASE_URL in problem
    assert "could not be downloaded. The offline digits are used instead" in announcement
    assert not list(cache.rglob("*"))


def test_no_network_is_told(cache: Path) -> None:
    assert_download_failed(cache, "refused")


def test_no_network_is_told_for_fashion_mnist_with_what_to_do() -> None:
    with pytest.raises(GanlabError, match=r"or connect to a network\. .*train-images.*refused"):
        load("fashion-mnist")


def test_a_wrong_checksum_is_told_and_nothing_kept(cache: Path, server: Server) -> None:
    server.files["mnist.npz"] = server.files["mnist.npz"][::-1]
    assert_download_failed(cache, "checksum differs")


def test_a_file_that_the_server_lacks_is_told(cache: Path, server: Server) -> None:
    del server.files["mnist.npz"]
    assert_download_failed(cache, "Not Found")


def test_an_answer_cut_short_is_told_and_nothing_kept(cache: Path, server: Server) -> None:
    server.cut_short = True
    assert_download_failed(cache, "broke off after")


def test_a_server_that_does_not_answer_is_given_up(
    cache: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.2)
    server.silent = True
    start = time.monotonic()
    assert_download_failed(cache, "no answer within 0.2 seconds")
    assert time.monotonic() - start < 5


def test_a_server_that_stalls_is_given_up_and_nothing_kept(
    cache: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(download, "READ_SECONDS", 0.2)
    server.stalls = True
    start = time.monotonic()
    assert_download_failed(cache, "timed out")
    assert time.monotonic() - start < 5


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, server: Server) -> None:
    (tmp_path / "keras").write_text("a file where Keras's folder should be")
    problem, _ = load("mnist").notices
    assert "could not be downloaded into" in problem


def test_an_interrupted_download_leaves_nothing(cache: Path, server: Server) -> None:
    def interrupt(doing: str, fraction: float | None) -> None:
        if fraction:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load("mnist", progress=interrupt)
    assert not list(cache.rglob("*"))


def test_two_downloads_at_once_do_not_disturb_each_other(cache: Path, arrays: Arrays, server: Server) -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(load("mnist"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [dataset.name for dataset in found] == ["mnist"] * 4
    assert [path.name for path in cache.iterdir()] == ["mnist.npz"]


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
