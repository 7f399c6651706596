"""Measurements that go on in the background whatever becomes of the page that asked for them."""

import base64
import contextlib
import threading
import time
import traceback
from pathlib import Path

from ganlab import evaluation, images, inference
from ganlab.cache import cache_folder
from ganlab.errors import GanlabError
from ganlab.permission import check, needs
from ganlab.runs import Run
from ganlab.runs.files import read_json, write_json


class Task(threading.Thread):
    """A measurement of one run's samples."""

    def __init__(self, run: Run, count: int) -> None:
        super().__init__(name=f"measure-{run.id}", daemon=True)
        self.measured_run, self.count = run, count
        self.words: tuple[str, float | None] = ("Starting", None)
        self.problem = ""
        self.over = self.cancelled = False

    def run(self) -> None:
        try:
            begun = time.perf_counter()
            model = inference.load_family("gan", self.measured_run)
            found, pictures = evaluation.measure_gan(model, self.count, report=self._report)
            pairs, count = pictures.reshape(-1, *pictures.shape[2:]), pictures.shape[1]
            sheet = images.png(images.sheet(pairs, count, 3))
            self.measured_run.keep_measured({**found, "pictures": base64.b64encode(sheet).decode()})
            _remember(found["samples"], time.perf_counter() - begun)
        except _Cancelled:
            pass
        except GanlabError as error:
            self.problem = str(error)
        except Exception as error:  # the page must show what happened
            traceback.print_exc()
            self.problem = (
                f"An unexpected error ended the measurement ({type(error).__name__}: {error}). Try again; if it fails "
                "again, the terminal shows the details."
            )
        finally:
            self.over = True

    def _report(self, what: str, share: float | None) -> None:
        if self.cancelled:
            raise _Cancelled
        self.words = what, share


class _Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    pass


_tasks: dict[Path, Task] = {}


def task_of(path: Path) -> Task | None:
    """The last measurement of a run in this process."""
    return _tasks.get(path)


def busy(path: Path) -> bool:
    task = _tasks.get(path)
    return task is not None and not task.over


def start(path: Path, count: int) -> None:
    """Begins to measure so many samples of a run, unless that is under way. Raises GanlabError where that is not
    allowed."""
    check("measure how good samples are")
    if busy(path):
        return
    with contextlib.suppress(GanlabError):  # deleted meanwhile, which the page tells
        _tasks[path] = Task(Run(path), count)
        _tasks[path].start()


@needs("stop a measurement")
def cancel(path: Path) -> None:
    if path in _tasks:
        _tasks[path].cancelled = True


# How long it took


def last() -> tuple[int, float] | None:
    """How many samples the last measurement on this machine was of, and how many seconds it took; None before it."""
    try:
        found = read_json(_file())
        return int(found["samples"]), float(found["seconds"])
    except (GanlabError, KeyError, TypeError, ValueError):
        return None


def _remember(samples: int, seconds: float) -> None:
    with contextlib.suppress(OSError):  # it is only an estimate for the next time
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_json(_file(), {"samples": samples, "seconds": round(seconds, 1)})


def _file() -> Path:
    return cache_folder() / "measuring.json"
