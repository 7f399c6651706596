"""What a model of points in the plane is published with: the history of its training, made small."""

from pathlib import Path

import numpy as np

from ganlab.inference import PlaneRun
from ganlab.registry import Moment
from ganlab.runs import Run, layout
from ganlab.runs.files import write_record
from ganlab.runs.plane_history import condensed
from ganlab.runs.records import RunLog

FAINT = 0.005  # units of the plane: float16 may move samples by less than this on average, a sixth of a pixel
MOMENTS = 100
SAMPLES, REALS = 1000, 1000
LARGEST = 500_000  # bytes of the history, for which moments are left out
BITS = 4  # of the ten of a float16 after its point, that are dropped where they are not seen


def add_history(run: Run, model: PlaneRun, target: Path) -> None:
    """Writes history.npz, samples.npy, reals.npy and, where knobs were turned, log.json to the folder `target`. Raises
    GanlabError where the run has kept no moments."""
    np.save(target / layout.SAMPLES, model.sample(SAMPLES).astype(np.float16), allow_pickle=False)
    np.save(target / layout.REALS, run.reals()[:REALS], allow_pickle=False)
    if run.turns:
        write_record(target / layout.LOG, RunLog(turns=run.turns))
    moments = MOMENTS
    while True:
        arrays = condensed(run, moments)
        arrays["moments"] = rounded(run, arrays["moments"])
        np.savez_compressed(target / layout.HISTORY, allow_pickle=False, **arrays)
        size = (target / layout.HISTORY).stat().st_size
        if size <= LARGEST or moments <= 2:
            return
        moments = max(2, int(0.95 * moments * LARGEST / size))


def rounded(run: Run, moments: np.ndarray) -> np.ndarray:
    """Moments, float16 `[k, size]`, in which the last bits of what the plane is coloured by and of the arrows are zero,
    so that they pack well: a change of 1% at most. Where the lattice of latents lies stays as it is."""
    config = run.config
    kind = Moment(config.points, config.heat, config.nodes)
    first, last = kind.heat**2, kind.heat**2 + 2 * kind.nodes**2
    found = moments.copy()
    for part in (found[:, :first], found[:, last:]):
        bits = np.ascontiguousarray(part).view(np.uint16) + np.uint16(1 << (BITS - 1))
        part[:] = (bits & np.uint16(0xFFFF << BITS & 0xFFFF)).view(np.float16)
    return found
