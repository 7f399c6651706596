"""Sweeps whose trainings were never trained: runs of made-up numbers, in the list of a sweep."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.jobs import Request
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.runs import SweepFolder
from ganlab.runs.records import SweepPart
from ganlab.runs.sweep_records import SweepMember
from tests.evaluation.test_comparison import MEASURED
from tests.pages.steps import make

RATE = "learning_rate"
RATES = [0.001, 0.01, 0.1]


def recorded_sweep(
    folder: Path,
    vary: Mapping[str, Sequence[Any]] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    figure: Callable[[SweepMember], float] = lambda member: 10.0 * (1 + member.seed),
    became: Callable[[SweepMember], Mapping[str, Any]] = lambda member: {},
    early: bool = False,
) -> SweepFolder:
    """A sweep of a small GAN over learning rates, or what varies, that is over: each run has 30 iterations, and a
    Fréchet distance after the tenth and, given by `figure`, after the last. `became` are fields of a member that differ
    from those of a finished one; one that was skipped has no run."""
    request = SweepRequest(
        Request("digit-gan", dataset="offline", digits=(5,)),
        {RATE: RATES} if vary is None else vary,
        seeds,
        early=early,
    )
    described, members = checked_sweep(request)
    sweep = SweepFolder.create(folder, members, **described)
    done = []
    for place, member in enumerate(members):
        after = member.changed(**{"state": "finished", "iterations": 30, **became(member)})
        if after.state == "skipped":
            after = after.changed(iterations=0)
        else:
            after = after.changed(stages=1) if after.state == "finished" else after
            part = SweepPart(id=sweep.id, place=place)
            given = {**MEASURED, "model": "digit-gan", "seed": member.seed, "sweep": part, "preview_images": 16}
            writer = make(folder, after.iterations, **given)
            for iteration, value in {10: 50.0, after.iterations: figure(member)}.items():
                writer.quality(iteration, {"frechet": value, "frechet_floor": 0.5, "diversity": np.nan})
            writer.progress(after.iterations, 60.0)
            writer.status("failed" if after.state == "failed" else "finished", after.why)
            writer.close()
            after = after.changed(run=writer.path.name)
        done.append(after)
    sweep.note(tuple(done))
    sweep.close()
    return sweep
