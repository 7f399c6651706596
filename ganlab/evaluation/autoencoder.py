"""How good an autoencoder is on the test images of its data set."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ganlab import data
from ganlab.errors import GanlabError
from ganlab.inference import AutoencoderRun
from ganlab.metrics.latent import neighbour_accuracy
from ganlab.permission import needs

IMPORTANCE_SAMPLES = 500
NEIGHBOURS = 15
BOUND_SAMPLES = 5  # draws from each posterior for the bound


@needs("measure how good a model is")
def evaluate_autoencoder(
    model: AutoencoderRun, importance_images: int = 1000, report: Callable[[str], None] = lambda what: None
) -> dict[str, Any]:
    """The bound in nats, its parts, the importance-weighted bound, and the accuracy of neighbours in latent space.

    On all test images, as grey as they are; the importance-weighted bound, which takes its time, on the first
    `importance_images`. `binarized` is the bound on pixels that are 1 where the grey ones are over 127. A plain
    autoencoder has no bound: there it is minus the reconstruction. Raises GanlabError.
    """
    config = model.run.config
    report("Reading the images")
    used = data.load(config.dataset).select(config.digits)
    report("Computing the bound on the test images")
    found: dict[str, Any] = {"images": len(used.x_test), "data": used.title, **_bound(model, used.x_test)}
    if model.variational:
        images = used.x_test[:importance_images]
        report(f"Computing the importance-weighted bound on {len(images):,} images")
        found["importance_weighted"] = {
            "bound": float(model.importance_bound(images, IMPORTANCE_SAMPLES).mean()),
            "samples": IMPORTANCE_SAMPLES,
            "images": len(images),
        }
    found["binarized"] = _bound(model, np.where(used.x_test > 127, 255, 0).astype(np.uint8))
    report("Finding neighbours in latent space")
    means = [model.encode(images)[0] for images in (used.x_train, used.x_test)]
    found["neighbour_accuracy"] = neighbour_accuracy(means[0], used.y_train, means[1], used.y_test, NEIGHBOURS)
    return found


def _bound(model: AutoencoderRun, images: np.ndarray) -> dict[str, float]:
    nats, kl = model.nats(images, BOUND_SAMPLES).astype(np.float64).mean(axis=0)
    if not model.variational:
        return {"bound": -nats, "reconstruction": nats}
    return {"bound": -(nats + kl), "reconstruction": nats, "kl": kl}


def typical(model: AutoencoderRun, label: int) -> np.ndarray:
    """The code, float32 `[latent_size]`, of the test image of a class that lies nearest to the class's mean.

    From the map that a pretrained model ships with, else from the images of its data set. Raises GanlabError.
    """
    kept = model.run.map()
    if kept is None:
        used = data.load(model.run.config.dataset).select([label])
        images = used.x_test if len(used.x_test) else used.x_train
        means = model.encode(images)[0]
    else:
        means = kept["means"][kept["labels"] == label]
        if not len(means):
            raise GanlabError(f"{model.run.id} was not trained on class {label}; choose another.")
    return means[np.linalg.norm(means - means.mean(axis=0), axis=1).argmin()]
