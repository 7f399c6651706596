"""The only training loop: a generator of events that owns no disk, no screen and no clock but its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from ganlab.models import _weights
from ganlab.models._base import LiveModel, fold, iteration_key
from ganlab.models._draws import compiled
from ganlab.registry import Order
from ganlab.training import slow_motion, stepping
from ganlab.training.devices import OUT_OF_MEMORY, is_out_of_memory, uses_xla
from ganlab.training.events import DIVERGED, Event, Failed, Finished, Iterations, SlowMotion, Started
from ganlab.training.turning import Turns

CHUNK_SECONDS = 0.2  # short enough for pause and stop to feel immediate
LARGEST_CHUNK = 1000
PREVIEW_SECONDS = 0.2  # at most five times a second ...
PREVIEW_SHARE = 0.02  # ... and at most this share of the time
MOMENT_SECONDS, MOMENT_SHARE = 0.035, 0.1  # the same where points are learnt, which are watched closely
MOMENT_CHUNK_SECONDS = 0.04
BACKUP_SECONDS = 2.0
TURNS, TURN_SECONDS = 4, 0.15  # in which precisions are compared
Chunk = Callable[[int, int], tuple[tf.Tensor, tf.Tensor, tf.Tensor]]


@dataclass(frozen=True)
class TrainingConfig:
    """How one run is trained: `curves` names the step's results in the order of the rows.

    What is held out is gone through every `validate_every` iterations, and at the end; 0 is never. `closely` says that
    there is something to see at least twenty times a second.
    """

    iterations: int
    batch_size: int
    draws: tuple[Order, ...]
    curves: tuple[str, ...]
    seed: int = 0
    device: str = "cpu"
    preview_images: int = 16
    validate_every: int = 0
    closely: bool = False


def train(
    model: LiveModel,
    images: np.ndarray,
    config: TrainingConfig,
    resume_from: Path | None = None,
    chunk_limit: Callable[[], int | None] = lambda: None,
    test: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    held_out: tuple[np.ndarray, np.ndarray] | None = None,
    turns: Turns | None = None,
) -> Iterator[Event]:
    """Trains `model` on `images` (uint8 `[n, 28, 28]`, or points, float32 `[n, 2]`) and yields what happens.

    `labels`, uint8 `[n]`, are their classes, for the models that use them. `test` (uint8 `[m, 28, 28]`, without it
    `images`) is what the model is watched on, `held_out`, images and classes, what it is validated on, if it is.

    Not asking for the next event pauses; closing the generator stops. `chunk_limit()` is asked before each chunk
    for the most iterations that it may hold; where that is one, what the iteration did is measured, too, outside of the
    time that counts as training. `turns` says which knobs are turned on the way. `resume_from` is a checkpoint that an
    event's `save` wrote.
    """
    iteration, seconds, turns = 0, 0.0, turns or Turns()
    if resume_from is not None:
        numbers = _weights.load(resume_from, model.state(), _weights.ITERATION, "seconds")
        iteration, seconds = int(numbers[_weights.ITERATION]), numbers["seconds"]
    test = images if test is None else test
    for turn in turns.due(iteration):  # those of before, too: a checkpoint does not hold them all
        model.turn(turn.name, turn.value)
    look, backup = _Previews(model, config, test), _Backup(model, iteration, seconds)
    yield Started(iteration, *look())
    run_chunk = compile_chunk(model, images, config, labels)
    run_chunk(iteration, 0)

    def slowly() -> SlowMotion:
        for turn in turns.due(iteration):
            model.turn(turn.name, turn.value)
        batches = batches_of(model, images, labels, config, iteration)
        with tf.device(config.device):
            stages = slow_motion.stages(model, batches, iteration)
        return SlowMotion(iteration, tuple(stages), signed=model.pixels == "signed")

    size = most = 1  # and once more, so that there are two images to see as soon as can be
    while iteration < config.iterations:
        limit = chunk_limit()
        for turn in turns.due(iteration):
            model.turn(turn.name, turn.value)
        count = turns.room(iteration, min(size, config.iterations - iteration, limit or LARGEST_CHUNK))
        if config.validate_every:
            count = min(count, config.validate_every - iteration % config.validate_every)
        before = stepping.weights(model) if limit == 1 else None
        start = time.perf_counter()
        try:
            done, rows, firsts = run_chunk(iteration, count)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            kept = np.empty([0, *model.kept_shape], model.kept_type.as_numpy_dtype)
            yield backup.fail(OUT_OF_MEMORY, np.empty([0, 1 + len(config.curves)], np.float32), kept)
            return
        done = int(done)
        elapsed = time.perf_counter() - start
        finite = bool(np.isfinite(rows[done - 1]).all())
        good = done if finite else done - 1
        times = seconds + elapsed * np.arange(1, good + 1, dtype=np.float32)[:, None] / done
        rows, firsts = np.hstack([times, rows[:good]]).astype(np.float32), firsts.numpy()[:good]
        iteration, seconds = iteration + good, seconds + elapsed * good / done
        last = iteration == config.iterations
        if not finite or not backup.refresh(iteration, seconds, force=last):
            yield backup.fail(DIVERGED.format(iteration), rows, firsts)
            return
        preview, places = look() if limit is not None or last or look.is_due() else (None, None)
        due = config.validate_every and (last or iteration % config.validate_every == 0)
        validation = model.validate(*held_out) if due and held_out else None
        stepped = None
        if before is not None:
            batches = batches_of(model, images, labels, config, iteration - 1)
            with tf.device(config.device):
                stepped = stepping.measure(model, before, batches, iteration - 1)
        saves = _saves(model, iteration, seconds)
        yield Iterations(iteration, rows, firsts, preview, *saves, places, validation, stepped, slowly)
        seconds_each = MOMENT_CHUNK_SECONDS if config.closely else CHUNK_SECONDS
        size = int(np.clip(seconds_each * done / max(elapsed, 1e-6), 1, min(most, LARGEST_CHUNK)))
        most = 2 * size
    yield Finished(iteration, seconds, *_saves(model, iteration, seconds))


def compile_chunk(
    model: LiveModel, images: np.ndarray, config: TrainingConfig, labels: np.ndarray | None = None
) -> Chunk:
    """The function that does many iterations in one call, with a single trace.

    `chunk(start, count)` does iterations `start` to `start + count - 1`, fewer if a curve stops being finite:
    it returns how many it did, their curves (float32 `[count, curves]`) and what is kept of each (`LiveModel.kept`).
    """
    with tf.device(config.device):
        model.prepare_training()
        data = [tf.constant(images)]
        if model.uses_labels:
            data.append(tf.constant(np.zeros(len(images), np.uint8) if labels is None else labels))
    width = len(config.curves)

    def iterate(batches: tuple[tf.Tensor, ...], iteration: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        curves, generated = model.iterate(batches, iteration)
        row = tf.stack([tf.cast(curves[name], tf.float32) for name in config.curves])
        return row, model.kept(generated)

    step = compiled(iterate, with_xla=uses_xla(config.device))

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)] * 2, autograph=False)
    def chunk(start: tf.Tensor, count: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        def body(done, finite, rows, firsts):
            chosen = [  # outside the step: XLA knows no shuffling
                batch_indices(order, config, len(images), start + done, draw) for draw, order in enumerate(config.draws)
            ]
            batches = tuple(tf.gather(kind, indices) for indices in chosen for kind in data)
            row, first = step(batches, start + done)
            finite = tf.reduce_all(tf.math.is_finite(row))
            return done + 1, finite, rows.write(done, row), firsts.write(done, first)

        with tf.device(config.device):
            rows = tf.TensorArray(tf.float32, count, element_shape=[width])
            firsts = tf.TensorArray(model.kept_type, count, element_shape=model.kept_shape)
            done, _, rows, firsts = tf.while_loop(
                lambda done, finite, *_: finite & (done < count),
                body,
                (tf.constant(0), tf.constant(True), rows, firsts),
                parallel_iterations=1,
            )
            return done, rows.stack(), firsts.stack()

    # TensorFlow remembers every Python number that it has made a tensor of for as long as the process lives, which adds
    # up over hours; NumPy's numbers it does not.
    return lambda start, count: chunk(np.int32(start), np.int32(count))


def batches_of(
    model: LiveModel, images: np.ndarray, labels: np.ndarray | None, config: TrainingConfig, iteration: int
) -> list[np.ndarray]:
    """What `compile_chunk` gives the step in an iteration (the first is 0)."""
    kinds = [images]
    if model.uses_labels:
        kinds.append(np.zeros(len(images), np.uint8) if labels is None else labels)
    number = tf.constant(iteration)
    chosen = [
        batch_indices(order, config, len(images), number, draw).numpy() for draw, order in enumerate(config.draws)
    ]
    return [kind[indices] for indices in chosen for kind in kinds]


def batch_indices(order: Order, config: TrainingConfig, n: int, iteration: tf.Tensor, draw: int) -> tf.Tensor:
    """Which of `n` images the `draw`-th batch of an iteration holds, int32; a function of seed and iteration."""
    key = fold(iteration_key(config.seed, iteration), 100 + draw)
    size = config.batch_size
    if order == "replacement":
        return tf.random.stateless_uniform([size], key, 0, n, tf.int32)
    if order == "file":
        start = tf.cast(iteration, tf.int64) * size
        return tf.cast((start + tf.range(size, dtype=tf.int64)) % n, tf.int32)
    batches = -(-n // size)
    epoch, position = iteration // batches, iteration % batches
    places = tf.range(position * size, tf.minimum((position + 1) * size, n))
    epoch_key = fold(iteration_key(config.seed, epoch), 200 + draw)
    return tf.random.experimental.index_shuffle(places, epoch_key, n - 1)


def _saves(model: LiveModel, iteration: int, seconds: float) -> tuple[Callable[[Path], None], Callable[[Path], None]]:
    return (
        lambda path: _weights.save(path, model.state(), iteration=iteration, seconds=seconds),
        lambda path: _weights.save(path, model.inference_state(), iteration=iteration),
    )


class _Previews:
    """Images from the same inputs every time, seldom enough to cost little."""

    def __init__(self, model: LiveModel, config: TrainingConfig, test: np.ndarray) -> None:
        self.inputs = tf.constant(model.watch_inputs(config.preview_images, config.seed, test))
        self.device = config.device
        self.make = tf.function(model.watch, autograph=False)
        self.pause, self.share = (MOMENT_SECONDS, MOMENT_SHARE) if config.closely else (PREVIEW_SECONDS, PREVIEW_SHARE)
        self.next = 0.0
        self._images()  # the first call traces, which is no measure of what the others take

    def _images(self) -> tuple[np.ndarray, np.ndarray | None]:
        with tf.device(self.device):
            images, places = self.make(self.inputs)
        return images.numpy(), None if places is None else places.numpy()

    def is_due(self) -> bool:
        return time.perf_counter() >= self.next

    def __call__(self) -> tuple[np.ndarray, np.ndarray | None]:
        start = time.perf_counter()
        made = self._images()
        end = time.perf_counter()
        self.next = end + max(self.pause, (end - start) / self.share)
        return made


class _Backup:
    """The last good weights, kept in memory and copied every other second."""

    def __init__(self, model: LiveModel, iteration: int, seconds: float) -> None:
        self.model = model
        self.variables = [variable.value for variable in model.state().values()]
        self.next = 0.0
        self.values, self.iteration, self.seconds = self.copy(), iteration, seconds

    def copy(self) -> list[tf.Tensor]:
        """Not a tf.function: making one takes longer than the copies of a short training."""
        return [tf.identity(variable) for variable in self.variables]

    def refresh(self, iteration: int, seconds: float, force: bool = False) -> bool:
        """Takes a copy if one is due; False when the weights are no longer finite."""
        if not force and time.perf_counter() < self.next:
            return True
        values = self.copy()
        finite = all(bool(tf.reduce_all(tf.math.is_finite(v))) for v in values if v.dtype.is_floating)
        if finite:
            self.values, self.iteration, self.seconds = values, iteration, seconds
            self.next = time.perf_counter() + BACKUP_SECONDS
        return finite

    def fail(self, message: str, rows: np.ndarray, images: np.ndarray) -> Failed:
        for variable, value in zip(self.variables, self.values, strict=True):
            variable.assign(value)
        return Failed(self.iteration, message, rows, images, *_saves(self.model, self.iteration, self.seconds))


def time_iterations(
    make_model: Callable[[str], LiveModel], images: np.ndarray, config: TrainingConfig, precisions: Sequence[str]
) -> dict[str, float]:
    """Seconds that one iteration takes in each precision, on models that are thrown away afterwards.

    They take turns and the quickest turn counts, so that other work on the machine does not decide.
    """
    chunks, counts = {}, {}
    for precision in precisions:
        chunks[precision] = compile_chunk(make_model(precision), images, config)
        _time(chunks[precision], 2)  # the first iterations set things up
        counts[precision] = int(np.clip(TURN_SECONDS / _time(chunks[precision], 1), 1, 100))
    turns = [{key: _time(chunk, counts[key]) for key, chunk in chunks.items()} for _ in range(TURNS)]
    return {precision: min(turn[precision] for turn in turns) for precision in precisions}


def _time(chunk: Chunk, count: int) -> float:
    start = time.perf_counter()
    chunk(0, count)
    return (time.perf_counter() - start) / count
