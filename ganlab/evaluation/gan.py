"""How good a GAN's samples are beside real images of its data set."""

from typing import Any

import numpy as np

from ganlab import data
from ganlab.evaluation.sample_metrics import Merit, finish
from ganlab.inference import GANRun, judge_for, load_family
from ganlab.metrics.metric_catalog import CLASSES, FIGURES
from ganlab.permission import needs

SAMPLES = 10_000  # of a GAN
CLOSEST = 10  # samples most like a training image that are named
NEARER_THAN = 0.01  # the share of real test images that lie nearer to a training image than what is called near
DO_NOT_COMPARE = (
    "Compare these values only with values from the same classifier, the same number of samples and the same real "
    "images."
)


@needs("measure how good a model is")
def evaluate_gan(
    model: GANRun, n: int = SAMPLES, seed: int = 0, report: data.Progress = lambda what, share: None
) -> dict[str, Any]:
    """Every metric of `n` samples (`metric_catalog.FIGURES`, by name but for what follows), beside as many real
    images of the classes that the run is trained on; NaN where one cannot be computed.

    `samples` is how many were measured: fewer than `n` where there are fewer test images, as `notes` then says.
    `extractor` is the classifier that reads, its `name` and its `run`, and the `size` of its features, or None where
    none knows such images. `classes` and `classes_real` hold the share of each class among samples and training images.
    `nearest` tells of the training images most like samples: the `mean` distance, on pixels from 0 to 1, that of test
    images, `mean_of_test`, which share of samples is `copied`, namely nearer than `near`, than which only a hundredth
    of test images is, how many training images there are, and the `closest` samples, with `sample`, its place among
    them, `training`, the place among the training images of these classes, and `distance`. `discriminator` counts
    `reals` and `fakes` that are taken for real and for generated; None where the run has not kept it. Raises
    GanlabError.
    """
    return measure_gan(model, n, seed, report)[0]


@needs("measure how good a model is")
def measure_gan(
    model: GANRun, n: int = SAMPLES, seed: int = 0, report: data.Progress = lambda what, share: None
) -> tuple[dict[str, Any], np.ndarray]:
    """As `evaluate_gan`, and pictures, uint8 `[2, k, 28, 28]`: the `closest` samples, and below each the training image
    that it is most like."""
    config = model.run.config
    report("Reading the images", None)
    used = data.load(config.dataset).select(config.digits)
    known = judge_for(config.dataset)
    judge = load_family("classifier", known) if known else None
    merit = Merit(used, judge, n)
    report(f"Drawing {merit.count:,} samples", None)
    samples = model.sample(merit.count, seed)
    p_real = [model.p_real(merit.tests), model.p_real(samples)]
    measured = finish(merit.measure(samples, *p_real), report)
    figures, notes = measured.figures, [DO_NOT_COMPARE]
    if merit.count < n:
        notes.append(
            f"{used.title} has {len(used.x_train):,} training images and {len(used.x_test):,} test images of these "
            f"classes, so {merit.count:,} samples were measured in place of {n:,}."
        )
    if judge is None:
        notes.append("No classifier knows these images, so samples are compared pixel by pixel only.")
    copies = _copies(merit, measured.nearest, measured.distances)
    places = [[one[kind] for one in copies["closest"]] for kind in ("sample", "training")]
    found = {
        "model": model.run.model,
        "iteration": model.iteration,
        "data": used.title,
        "samples": merit.count,
        "seed": seed,
        "extractor": judge and {"name": judge.run.id, "run": str(judge.run.path), "size": judge.features_size},
        **{figure.name: figures[figure.name] for figure in FIGURES if not figure.name.startswith("nearest")},
        "classes": [figures[name] for name in CLASSES],
        "classes_real": merit.shares.tolist(),
        "class_names": list(used.class_names),
        "nearest": copies,
        "discriminator": None
        if measured.confusion is None
        else dict(zip(("reals", "fakes"), measured.confusion.tolist(), strict=True)),
        "notes": notes,
    }
    return found, np.stack([samples[places[0]], used.x_train[places[1]]])


def _copies(merit: Merit, places: np.ndarray, distances: np.ndarray) -> dict[str, Any]:
    real = merit.nearest_real
    near = float(np.quantile(real, NEARER_THAN)) if len(real) else float("nan")
    closest = np.argsort(distances, kind="stable")[:CLOSEST]
    return {
        "mean": float(distances.mean()),
        "mean_of_test": float(real.mean()) if len(real) else float("nan"),
        "near": near,
        "copied": float((distances < near).mean()) if len(real) else float("nan"),
        "training_images": len(merit.searched),
        "closest": [
            {"sample": int(at), "training": int(places[at]), "distance": float(distances[at])} for at in closest
        ],
    }
