"""Which file of a run's folder holds what.

    config.json          what is trained: architecture, every setting, data, seed, device, precision, versions
    status.json          how far it is: state, iterations, seconds, a message where something went wrong
    title.json           the user's own title for it, where one was given; a file of its own, for config.json
                         belongs to the writer while it trains
    lock                 held by the writing process
    metrics.f32          a row of float32 for each iteration: seconds so far, then the curves named in config.json
    first_images.u8      the first generated image of each iteration, 28x28 bytes
    previews.bin         iteration (int64) and images from fixed inputs, now and then; for models with a latent plane
                         also where test images lie in it (float16)
    validation.f32       iteration and curves over the test images, a row of float32 after each epoch
    quality.f32          iteration and figures of merit of samples, as named in config.json, a row of float32 now and
                         then; NaN where one could not be computed
    quality.json         figures of merit that were measured on demand, of more samples, with pictures of the closest
                         ones; a file of its own, for anybody may measure a run at any time
    reals.npy            images to look at beside the generated ones: 64 of the training images, or for models that
                         reconstruct the test images that they reconstruct
    labels.npy           the classes of the test images that lie in the latent plane
    checkpoint-N.npz     everything needed to go on after N iterations; the last two
    weights-N.npz        what using the model needs, after N iterations; written whenever training holds
    snapshots/N.npz      the same in float16, about twenty times along the way
    log.json             the knobs that were turned while it trained, with their iterations
    chosen.json          the snapshot that the user went back to, where there is one: it is then what using the model
                         starts from; gone once the run is trained further

A run that learns points of the plane has points.f2 in place of first_images.u8, the points that are followed, float16,
after every iteration, and moments.f2 in place of previews.bin: iteration (int64) and what is kept of that moment
(`ganlab.registry.Moment`). Its reals.npy are points. A pretrained one has reals.npy, points (float16) as its
samples.npy, and history.npz: moments of its training, with `iterations` (int32), `points`, `moments` (float16), `rows`
and `quality` (float32), a row for each.

A pretrained run has config.json, status.json, weights-N.npz and samples.npy, some images that it drew; one that can
encode also map.npz: of each test image the `means` (float16) in latent space, the `labels` and the `scores` in nats,
and decoder.json: the `layers` of its decoder, and which arrays of the weights are theirs; one that repairs example.npz,
a worked example as `ganlab.evaluation.make_example` makes it. It may have a few snapshots, too, whose weights are
rounded (ganlab/sharing/snapshots.py).

A pruned run has lost the first images of its first N iterations, where config.json says `"pruned": N`: record 0 of
first_images.u8 then belongs to iteration N + 1. Of its previews about twenty are left, and no snapshot unless that is
all there is to use the model from. Curves, real images, weights and checkpoints stay, so it can go on. In the plane the
points of the moments that are left are in pruned_points.npz: `iterations` (int64) and `points` (float16).

What the JSON files say is in `ganlab.runs.records`.

Beside the runs their folder may have `uploads`, data of the user's own, and `sweeps`: see `ganlab.runs.sweeps`.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.registry import Moment
from ganlab.runs.files import Records
from ganlab.runs.records import RunConfig

SIDE = 28
CONFIG, STATUS, TITLE, CHOSEN, LOCK = "config.json", "status.json", "title.json", "chosen.json", "lock"
LOG = "log.json"
HISTORY, PRUNED_POINTS = "history.npz", "pruned_points.npz"
REALS, SAMPLES, LABELS, MAP = "reals.npy", "samples.npy", "labels.npy", "map.npz"
DECODER, EXAMPLE = "decoder.json", "example.npz"
MEASURED = "quality.json"
SNAPSHOTS = "snapshots"
SWEEPS, SWEEP, MEMBERS = "sweeps", "sweep.json", "members.json"  # in the runs folder, and in a sweep's
SNAPSHOT_COUNT = 20
PRUNED_PREVIEWS = 20
LONGEST_TITLE = 60  # characters


class RecordFiles:
    """The files of records in a run's folder, with the columns that its config.json names."""

    def __init__(self, path: Path, config: RunConfig) -> None:
        self.metrics = Records(path / "metrics.f32", np.float32, (len(config.curves),))
        preview: list[tuple[Any, ...]] = [("iteration", "<i8"), ("images", "u1", (config.preview_images, SIDE, SIDE))]
        if config.places:
            preview.append(("places", "<f2", (config.places, 2)))
        if config.points:
            preview[1] = ("images", "<f2", (Moment(config.points, config.heat, config.nodes).size,))
            self.first_images = Records(path / "points.f2", np.float16, (config.points, 2))
            self.previews = Records(path / "moments.f2", preview)
        else:
            self.first_images = Records(path / "first_images.u8", np.uint8, (SIDE, SIDE))
            self.previews = Records(path / "previews.bin", preview)
        self.validation = Records(path / "validation.f32", np.float32, (1 + len(config.validation),))
        self.quality = Records(path / "quality.f32", np.float32, (1 + len(config.quality),))

    def __iter__(self) -> Iterator[Records]:
        return iter((self.metrics, self.first_images, self.previews, self.validation, self.quality))


def free_paths(folder: Path, name: str) -> Iterator[Path]:
    """Where a new run may lie, the first choice first: `name`, then `name-2`, and so on."""
    yield folder / name
    yield from (folder / f"{name}-{number}" for number in count(2))


def checkpoint(path: Path, iteration: int) -> Path:
    return path / f"checkpoint-{iteration:08}.npz"


def checkpoints(path: Path) -> list[Path]:
    """The full checkpoints, newest first."""
    return sorted(path.glob("checkpoint-*.npz"), reverse=True)


def weights(path: Path, iteration: int) -> Path:
    return path / f"weights-{iteration:08}.npz"


def all_weights(path: Path) -> list[Path]:
    """The files of inference weights, newest first; more than one only while one takes the other's place."""
    return sorted(path.glob("weights-*.npz"), reverse=True)


def iteration_of(file: Path) -> int:
    """The iteration in the name of a checkpoint or snapshot."""
    return int(file.stem.rpartition("-")[2])


def snapshot(path: Path, iteration: int) -> Path:
    return path / SNAPSHOTS / f"{iteration:08}.npz"


def snapshots(path: Path) -> list[Path]:
    """The generator's snapshots, oldest first."""
    return sorted((path / SNAPSHOTS).glob("*.npz"))
