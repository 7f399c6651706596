"""Slow motion of a run that is looked at: where it is possible, and its stages."""

import zlib
from concurrent.futures import Future

from ganlab.jobs.slow_motion import slow_motion_of
from ganlab.runs.writer import note_act
from ganlab.training.events import SlowMotion
from ganlab.ui.shared.run_look import Look

PATIENCE = 2.0  # seconds that a poll waits for the worker
WORKING = "The networks go through the next iteration."
PAUSE_FIRST = "Pause the training first. Slow motion then shows its next iteration, stage by stage."
SHOWS = "Shows the next iteration stage by stage, and changes nothing."
KEPT_NO_OPTIMISER = (
    "This run has kept its networks, but not its optimisers. So the stages end before a network makes its step."
)


def possible(now: Look) -> bool:
    """Whether a run can be shown in slow motion now: a training has to be paused."""
    return now.state == "paused" and now.job is not None if now.active else now.run.done > 0 or bool(now.run.weights)


def found(now: Look, iteration: int | None = None, patience: float | None = None) -> SlowMotion | None:
    """The stages of the next iteration, or of another one that a run has kept; None while the worker of a paused
    training is at it for longer than `patience` seconds (as long as a poll may wait). Raises GanlabError."""
    if now.job is None:
        shown = slow_motion_of(now.run, iteration)
        note_act(now.run, "slow motion", shown.iteration + 1)
        return shown
    asked: Future[SlowMotion] = now.job.slow_motion()
    try:
        return asked.result(PATIENCE if patience is None else patience)
    except TimeoutError:
        return None


def token(motion: SlowMotion) -> str:
    """Says which stages these are: the same iteration has others once a knob has been turned."""
    words = "".join(stage.caption for stage in motion.stages)
    return f"{motion.iteration}-{zlib.crc32(words.encode()):08x}"
