"""Downloads of published data: bounded in time, checked, and put in place whole or not at all."""

import hashlib
import threading
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from ganlab.data.files import reason
from ganlab.errors import GanlabError

BASE_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
CONNECT_SECONDS = 5.0  # until the first byte of an answer: long enough for a slow line, short for none
READ_SECONDS = 20.0  # between two pieces of an answer that has begun
PIECE_BYTES = 1 << 16


@dataclass(frozen=True)
class PublishedFile:
    """A file below BASE_URL: its size in bytes, and its digest by an algorithm of hashlib."""

    name: str
    size: int
    algorithm: str
    digest: str


def fetch(files: Sequence[PublishedFile], folder: Path, report: Callable[[float], None]) -> None:
    """Downloads those of the files that `folder` does not hold intact; tells `report` the fraction 0..1.

    Raises GanlabError where the network, the checksum or the disk does not allow it.
    """
    wanted = [file for file in files if not _is_intact(folder / file.name, file)]
    total = sum(file.size for file in wanted)
    received = 0

    def count(size: int) -> None:
        nonlocal received
        received += size
        report(min(1.0, received / total))

    for file in wanted:
        _fetch_one(file, folder, count)


def _is_intact(path: Path, file: PublishedFile) -> bool:
    try:
        with path.open("rb") as stored:
            return hashlib.file_digest(stored, lambda: _hash(file)).hexdigest() == file.digest
    except OSError:
        return False


def _hash(file: PublishedFile) -> Any:
    return hashlib.new(file.algorithm, usedforsecurity=False)  # md5 is all that Fashion-MNIST publishes


def _fetch_one(file: PublishedFile, folder: Path, count: Callable[[int], None]) -> None:
    url = BASE_URL + file.name
    temporary = folder / f"{file.name}.{uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as out:
            digest = _receive(url, file, out, count)
        if digest != file.digest:
            raise GanlabError(
                f"{url} did not give the published file (the checksum differs), so it was not kept. "
                "Perhaps a proxy or a sign-in page answered instead: check the network, and try again."
            )
        temporary.replace(folder / file.name)
    except (OSError, HTTPException) as problem:
        raise GanlabError(f"{url} could not be downloaded into {folder} ({reason(problem)}).") from problem
    finally:
        with suppress(OSError):  # after success there is nothing left to remove
            temporary.unlink()


def _receive(url: str, file: PublishedFile, out: BinaryIO, count: Callable[[int], None]) -> str:
    digest = _hash(file)
    received = 0
    with _answer(url) as answer:
        while piece := answer.read(PIECE_BYTES):
            out.write(piece)
            digest.update(piece)
            received += len(piece)
            count(len(piece))
        announced = answer.headers.get("Content-Length")
    if announced is not None and received < int(announced):
        raise OSError(f"the connection broke off after {received:,} of {int(announced):,} bytes")
    return digest.hexdigest()


def _answer(url: str) -> Any:
    """The opened answer of a server; OSError where there is none within CONNECT_SECONDS.

    A thread waits for it because urllib's time-out starts anew for each of a host's many addresses and
    does not bound the look-up of the name: without a network that would add up to minutes.
    """
    opened: Future[Any] = Future()

    def ask() -> None:
        try:
            opened.set_result(urllib.request.urlopen(url, timeout=READ_SECONDS))
        except Exception as problem:
            opened.set_exception(problem)

    threading.Thread(target=ask, name="ganlab-download", daemon=True).start()
    try:
        return opened.result(CONNECT_SECONDS)
    except TimeoutError as problem:
        raise OSError(str(problem) or f"no answer within {CONNECT_SECONDS:g} seconds") from problem
