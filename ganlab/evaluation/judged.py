"""What a discriminator says of real and of generated images over a run's snapshots, and sixteen of them to tell
apart."""

from dataclasses import dataclass

import numpy as np

from ganlab import data
from ganlab.errors import GanlabError
from ganlab.inference import GANRun, load_weights
from ganlab.metrics.discriminating import confusion
from ganlab.runs import Run, layout

IMAGES = 64  # that each snapshot draws
REALS = 300  # real images at most
SHOWN = 16


@dataclass(frozen=True)
class Judged:
    """Of each snapshot, the `iterations` after which it was taken, int32 `[k]`, `images` that it drew, uint8
    `[k, n, 28, 28]`, and how likely the discriminator holds these to be real, `p_images` float32 `[k, n]`, and `reals`,
    uint8 `[m, 28, 28]`: `p_reals` float32 `[k, m]`. `judge` is the iteration of the discriminator where one judges all
    snapshots, None where each is judged by the discriminator of its own time."""

    iterations: np.ndarray
    images: np.ndarray
    p_images: np.ndarray
    reals: np.ndarray
    p_reals: np.ndarray
    judge: int | None = None

    def shares_right(self) -> np.ndarray:
        """The discriminator's share right over all images of each snapshot, float64 `[k]`: the mean of those on real
        and on generated ones, so that there may be more of one kind."""
        tables = [confusion(*pair) for pair in zip(self.p_reals, self.p_images, strict=True)]
        return np.array([float((np.diag(table) / table.sum(axis=1)).mean()) for table in tables])


@dataclass(frozen=True)
class Sixteen:
    """Images, uint8 `[16, 28, 28]`, which of them are generated, bool `[16]`, and the discriminator's P(real), float32
    `[16]`."""

    images: np.ndarray
    fake: np.ndarray
    p_real: np.ndarray


def sixteen(judged: Judged, snapshot: int, seed: int) -> Sixteen:
    """Sixteen of the images of the snapshot number `snapshot`; a coin that `seed` tosses decides for each whether it is
    a real or a generated one. None is shown twice where there are enough."""
    random = np.random.default_rng([seed, int(judged.iterations[snapshot])])
    fake = random.random(SHOWN) < 0.5
    drawn, real = (np.resize(random.permutation(n), SHOWN) for n in (len(judged.images[snapshot]), len(judged.reals)))
    return Sixteen(
        np.where(fake[:, None, None], judged.images[snapshot, drawn], judged.reals[real]),
        fake,
        np.where(fake, judged.p_images[snapshot, drawn], judged.p_reals[snapshot, real]),
    )


def open_judge(run: Run) -> GANRun:
    """A GAN with the weights of its newest checkpoint, which its discriminator is in. Raises GanlabError where it has
    kept none that can be read."""
    files = {layout.iteration_of(file): file for file in layout.checkpoints(run.path)}
    if not files:
        raise GanlabError(
            f"{run.id} has not kept its discriminator. Train a GAN here, or choose the one that comes with ganlab."
        )
    model = load_weights(run, files[max(files)])
    if not isinstance(model, GANRun) or model.discriminator is None:
        raise GanlabError(f"{run.id} has no discriminator that says of a whole image how real it looks.")
    if not model.discriminator.probability:
        raise GanlabError(
            f"The discriminator of {run.id} gives scores without a scale, so it cannot say how likely an image is "
            "to be real. Choose another run."
        )
    if model.classes:
        raise GanlabError(
            f"The discriminator of {run.id} judges an image together with the class that was asked for, so it cannot "
            "say of an image alone how real it looks. Choose another run."
        )
    return model


def judged_run(judge: GANRun, used: data.Dataset, seed: int = 0) -> Judged:
    """What the discriminator that `open_judge` has loaded says of images by all snapshots of its run and of real ones
    out of `used`: of the test images, where there are any. Raises GanlabError."""
    assert judge.discriminator
    of, run = judge.discriminator.p_real, judge.run
    drawn = {judge.iteration: judge.sample(IMAGES, seed)}
    files = [file for file in layout.snapshots(run.path) if layout.iteration_of(file) not in drawn]
    if files:
        drawer = load_weights(run, files[0])
        for file in files:
            drawer.take_weights(file)
            drawn[layout.iteration_of(file)] = drawer.sample(IMAGES, seed)
    iterations = sorted(drawn)
    images = np.stack([drawn[iteration] for iteration in iterations])
    pool = used.x_test if len(used.x_test) else used.x_train
    reals = pool[np.random.default_rng(seed).permutation(len(pool))[:REALS]]
    return Judged(
        np.array(iterations, np.int32),
        images,
        of(images.reshape(-1, 28, 28)).reshape(len(images), -1),
        reals,
        np.tile(of(reals), (len(images), 1)),
        judge.iteration,
    )
