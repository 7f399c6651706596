"""Data sets that are fetched from the network, and what can go wrong with that."""

import threading
import time
from pathlib import Path

import pytest

from ganlab.data import describe, download, load
from ganlab.errors import GanlabError
from tests.data.conftest import Arrays, Server
from tests.data.steps import assert_same


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
