"""A run's curves and previews as TensorBoard's own event files, for those who are used to it.

They are TFRecords of `Event` messages (tensorflow/core/util/event.proto): first the format's version, and after a
resume a note from which step on older events no longer hold. No session or graph of TensorFlow's is involved.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import images

FOLDER = "tensorboard"
VERSION = "brain.Event:2"
POINTS = 5_000  # of a curve; TensorBoard draws at most 1,000
FLUSH_SECONDS = 2.0


class EventFile:
    """Appends to a file of events of its own in the folder `tensorboard` of a run.

    `iteration` is what has been done before, `total` the length that decides how many iterations are left out.
    """

    def __init__(self, run: Path, iteration: int, total: int) -> None:
        import tensorflow as tf

        self._event: Any = tf.compat.v1.Event
        self._summary: Any = tf.compat.v1.Summary
        folder = run / FOLDER
        folder.mkdir(exist_ok=True)
        there = [int(file.name.split(".")[3]) for file in folder.glob("events.out.tfevents.*.ganlab")]
        number = max([int(time.time()), *(before + 1 for before in there)])  # TensorBoard reads them in this order
        self._writer: Any = tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{number:010}.ganlab"))
        self._every = max(1, total // POINTS)
        self._flushed = time.monotonic()
        self._add(file_version=VERSION)
        if iteration:
            session: Any = tf.compat.v1.SessionLog
            self._add(iteration + 1, session_log=session(status=session.START))

    def curves(self, last: int, names: Sequence[str], rows: np.ndarray) -> None:
        """Values float32 `[n, names]` of the iterations up to `last`; of a long run every so many."""
        for iteration, row in enumerate(rows.tolist(), last - len(rows) + 1):
            if iteration % self._every == 0 or iteration == 1:
                self.scalars(iteration, dict(zip(names, row, strict=True)))
        self._flush()

    def scalars(self, iteration: int, values: Mapping[str, float], group: str = "") -> None:
        """Single values by name, those that are numbers."""
        value = self._summary.Value
        kept = [value(tag=group + name, simple_value=number) for name, number in values.items() if np.isfinite(number)]
        self._add(iteration, summary=self._summary(value=kept))

    def preview(self, iteration: int, name: str, page: np.ndarray) -> None:
        """An image, uint8 `[h, w]`."""
        height, width = page.shape
        image = self._summary.Image(height=height, width=width, colorspace=1, encoded_image_string=images.png(page))
        self._add(iteration, summary=self._summary(value=[self._summary.Value(tag=name, image=image)]))
        self._flush()

    def _add(self, step: int = 0, **content: Any) -> None:
        self._writer.write(self._event(wall_time=time.time(), step=step, **content).SerializeToString())

    def _flush(self) -> None:
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self._writer.flush()
            self._flushed = time.monotonic()

    def close(self) -> None:
        self._writer.close()
