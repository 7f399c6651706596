"""Which run is meant, and the object for its family."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.inference.autoencoder import AutoencoderRun
from ganlab.inference.classifier import ClassifierRun
from ganlab.inference.gan import GANRun
from ganlab.inference.points import PlaneRun
from ganlab.inference.repair import RepairRun
from ganlab.inference.trained_models import TrainedModel
from ganlab.runs import Run, resolve, runs_folder
from ganlab.runs.folders import shipped

FAMILIES: Mapping[str, type[TrainedModel]] = {
    "gan": GANRun,
    "autoencoder": AutoencoderRun,
    "classifier": ClassifierRun,
    "plane": PlaneRun,
    "repair": RepairRun,
}
OTHER_FAMILY = {
    "gan": "is no GAN; choose one.",
    "autoencoder": "is no autoencoder, so there is nothing to encode with; choose a VAE or the like.",
    "classifier": "is no classifier, so it cannot read; choose one.",
    "plane": "is no model of points in the plane; choose one.",
    "repair": "does not repair images; choose a repair GAN or the like.",
}
JUDGES = {"mnist": "classifier", "offline": "classifier", "fashion-mnist": "fashion-classifier"}  # by data set


def load(run: str | Path | Run, runs: str | Path | None = None) -> Any:
    """The run of this path, id or pretrained name, ready to use, as its family's class in `FAMILIES`. Raises
    GanlabError."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    return FAMILIES[registry.get(found.model).family](found)


def load_weights(run: Run, weights: Path) -> Any:
    """As `load`, with one of the files of weights that the run has kept."""
    return FAMILIES[registry.get(run.model).family](run, weights)


def load_family(family: str, run: str | Path | Run, runs: str | Path | None = None) -> Any:
    """As `load`; raises GanlabError where the run is of another family."""
    found = run if isinstance(run, Run) else resolve(str(run), runs_folder(runs))
    if registry.get(found.model).family != family:
        raise GanlabError(f"{found.id} {OTHER_FAMILY[family]}")
    return FAMILIES[family](found)


def load_autoencoder(run: str | Path | Run, runs: str | Path | None = None) -> AutoencoderRun:
    """As `load`; raises GanlabError where the run is of another family."""
    return load_family("autoencoder", run, runs)


def judge_for(dataset: str) -> Run | None:
    """The classifier that ships with ganlab for a data set, never a run of its name; None where there is none for these
    images. Raises GanlabError where it is missing from this copy."""
    name = JUDGES.get(dataset)
    return shipped(name) if name else None


def judge_of(model: TrainedModel) -> Run:
    """The pretrained classifier for the images that a model was trained on. Raises GanlabError."""
    judge = judge_for(model.run.config.dataset)
    if judge is None:
        raise GanlabError(f"No pretrained classifier knows the images of {model.run.id}; choose a classifier.")
    return judge
