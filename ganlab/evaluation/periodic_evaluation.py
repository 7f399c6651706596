"""Metrics of the samples while a GAN trains, in 5% of its time at most.

Between two chunks of iterations a little is done, and only when the seconds trained allow for it: so pausing and
stopping are as quick as ever.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganlab import inference
from ganlab.data import Dataset
from ganlab.errors import GanlabError
from ganlab.evaluation.sample_metrics import PIECE, Merit, Step
from ganlab.evaluation.sample_readings import judge_if_here
from ganlab.runs.records import MeasuredOn

SHARE = 0.05  # of the seconds trained
SAMPLES = 1000  # always as many, so that a curve compares with itself
SEARCHED = 10_000  # training images among which the nearest is searched for; all would take too long
RESERVE = 0.2  # of that share, which is left for steps that take longer than expected
LOADING, DRAWING = "Loading the classifier", "Drawing samples"
FIRST = "Reading for the first time"
GUESSES = {
    LOADING: 2.0,
    FIRST: 1.0,
    DRAWING: 1.0,
}  # seconds that a step may take which this process has not done yet ...
GUESS = 0.5  # ... and that any other may take
MARGIN = 1.5  # what a step may take in place of the longest that it took lately
FADING = 0.8  # of what is remembered as the longest, from each time to the next

Drawn = tuple[np.ndarray, np.ndarray | None, np.ndarray | None]
_longest: dict[str, float] = {}  # seconds, of each step
_prepared: dict[tuple[str, int, str | None], Merit] = {}  # the last one: often the next training is on the same images


@dataclass(eq=False)
class Measuring:
    """Measures samples of a model that is being trained, whenever there is time.

    `model` is a `models._gan.GAN`, trained on `device()`; `used` are the images of the classes that it is trained on.
    The latents are those of `seed` each time. `hurried()` is true once somebody waits for the training to hold.
    `share` of the seconds trained is what it may take; with `last`, the last samples are measured whatever it takes.
    """

    model: Any
    used: Dataset
    seed: int = 0
    device: Callable[[], AbstractContextManager[Any]] = nullcontext
    hurried: Callable[[], bool] = lambda: False
    clock: Callable[[], float] = time.perf_counter
    share: float = SHARE
    last: bool = False

    def __post_init__(self) -> None:
        self.spent = 0.0  # seconds
        self.merit: Merit | None = None
        self._trained: float | None = None  # seconds when this began
        self._iteration = 0
        self._ending = False
        self._steps = self._measure()
        self._next: Step | None = next(self._steps, None)
        self._found: tuple[int, dict[str, float]] | None = None
        self._begun = self._cost = 0.0  # what was spent when the last measurement began, and what it took

    def about(self) -> MeasuredOn:
        """What all metrics are of."""
        assert self.merit
        known = self.merit.judge
        return MeasuredOn(
            extractor=known and known.run.id,
            samples=self.merit.count,
            searched=len(self.merit.searched),
            classes=tuple(self.merit.shares.tolist()) if known else None,
        )

    def go_on(self, iteration: int, seconds: float) -> tuple[int, dict[str, float]] | None:
        """Does one step if there is time, after so many iterations and seconds of training. Once a measurement is
        whole, returns the iteration whose samples it is of, and its metrics by their names in the catalog."""
        if self._trained is None:
            self._trained = seconds
        if self._next is None or self.hurried():
            return None
        what = self._next[0]
        most = (1.0 - RESERVE) * self.share * (seconds - self._trained)
        if not self._ending and self.spent + self._expected(what) > most:
            return None
        self._iteration = iteration
        if what == DRAWING:
            self._begun = self.spent
        start = self.clock()
        self._next = next(self._steps, None)
        took = self.clock() - start
        self.spent += took
        _longest[what] = max(took, FADING * _longest.get(what, 0.0))
        found, self._found = self._found, None
        if found:
            self._cost = self.spent - self._begun
        return found

    def finish(self, iteration: int, seconds: float) -> Iterator[tuple[int, dict[str, float]]]:
        """As `go_on` at the end of the training: what there is time for, up to the metrics of the last iteration."""
        self._ending = self.last
        while True:
            spent = self.spent
            found = self.go_on(iteration, seconds)
            if found:
                yield found
            if self.spent == spent or (found and found[0] == iteration):
                return

    def _expected(self, what: str) -> float:
        step = MARGIN * _longest[what] if what in _longest else GUESSES.get(what, GUESS)
        return max(step, MARGIN * self._cost) if what == DRAWING else step  # begun when there is time for all of it

    def _measure(self) -> Iterator[Step]:
        """The work in steps, each named before it is done, without an end."""
        name = inference.JUDGES.get(self.used.name)
        key = self.used.fingerprint, len(self.used.x_test), name
        merit = _prepared.get(key)
        if merit is None:
            yield LOADING, 0.0
            judge = judge_if_here(self.used.name)
            if judge:
                yield FIRST, 0.0  # which takes longer
                judge.features(self.used.x_train[:PIECE])
            try:
                merit = Merit(self.used, judge, SAMPLES, SEARCHED)
            except GanlabError:  # too few images to say anything
                return
            yield from merit.prepare()
            _prepared.clear()
            _prepared[key] = merit
        self.merit = merit
        draw = self._drawer(merit)
        while True:
            yield DRAWING, 0.0
            drawn, iteration = draw(), self._iteration
            if drawn:
                measured = yield from merit.measure(*drawn)
                self._found = iteration, measured.figures

    def _drawer(self, merit: Merit) -> Callable[[], Drawn | None]:
        """What draws samples, and asks the discriminator for P(real) of test images and of them; None if hurried."""
        import tensorflow as tf

        preview = tf.function(self.model.preview, reduce_retracing=True, autograph=False)
        judge = getattr(self.model, "p_real_of", None) if getattr(self.model, "probability", True) else None
        p_real_of = judge and tf.function(judge, reduce_retracing=True, autograph=False)

        def in_pieces(function: Callable[[np.ndarray], Any], inputs: np.ndarray) -> np.ndarray | None:
            found = []
            for at in range(0, len(inputs), PIECE):
                if self.hurried():
                    return None
                with self.device():
                    found.append(function(inputs[at : at + PIECE]).numpy())
            return np.concatenate(found)

        def draw() -> Drawn | None:
            samples = in_pieces(preview, self.model.preview_inputs(merit.count, self.seed))
            if samples is None or not p_real_of or not len(merit.tests):
                return None if samples is None else (samples, None, None)
            of_reals, of_fakes = in_pieces(p_real_of, merit.tests), in_pieces(p_real_of, samples)
            return None if of_reals is None or of_fakes is None else (samples, of_reals, of_fakes)

        return draw
