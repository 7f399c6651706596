"""A finished run as a pretrained model: what using it needs, and the record of how it came about."""

import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.evaluation import make_example
from ganlab.inference import AutoencoderRun, ClassifierRun, PlaneRun, RepairRun
from ganlab.metrics.calibration import calibration_error, fit_temperature
from ganlab.permission import needs
from ganlab.runs import Run, layout
from ganlab.runs.files import plain_errors, write_json, write_record
from ganlab.runs.folders import PRETRAINED, shipped
from ganlab.runs.writer import halve
from ganlab.sharing import publishing_points
from ganlab.sharing.reproduce import command
from ganlab.sharing.snapshots import keep_snapshots

FAINT = 0.5  # grey levels: float16 may change samples by less than this on average, which nobody sees
DRAWN_BY = {"fashion-mnist": "fashion-conditional-gan"}  # images that stand in for a data set's
RECENT = 1000  # iterations over which the curves are averaged for the record


@needs("publish runs")
def publish(run: Run, target: Path, snapshots: int = 0) -> dict[str, Any]:
    """Writes `run` to the folder `target` and returns the record. Raises GanlabError.

    The weights are float16 where the samples stay the same to the eye, else float32. At most so many `snapshots` are
    kept, so that one can see how the model learned; of a model of points its history is kept anyway, made small.
    """
    if run.state != "finished":
        raise GanlabError(f"Only a finished run can be published; {run.id} is {run.state}.")
    if target.exists() and any(target.iterdir()):
        raise GanlabError(f"{target} exists already; delete it first.")
    kept = f" --snapshots {snapshots}" if snapshots else ""
    points, faint = bool(run.config.points), FAINT
    tried = np.empty(0) if points else images_to_try(run.config.dataset)
    if points:
        faint = publishing_points.FAINT
    whole = layout.weights(run.path, run.done)  # not a snapshot that the user went back to
    full = inference.load_weights(run, whole).examples(tried).astype(float)
    with plain_errors(str(target)):
        target.mkdir(parents=True, exist_ok=True)
        weights = target / whole.name
        weights.write_bytes(whole.read_bytes())
        halve(weights)
        difference = float(np.abs(inference.load_weights(run, weights).examples(tried) - full).mean())
        if difference > faint:
            weights.write_bytes(whole.read_bytes())
        model = inference.load_weights(run, weights)
        more: dict[str, Any] = {}
        if isinstance(model, ClassifierRun):
            more = calibrate(model)
        elif isinstance(model, PlaneRun):
            publishing_points.add_history(run, model, target)
            more = {"quality": _measured_last(run)}
        else:
            np.save(target / layout.SAMPLES, model.examples(tried), allow_pickle=False)
        if isinstance(model, AutoencoderRun):
            _save_map(model, target / layout.MAP)
        save_first_look(model, target)
        if snapshots:
            more["snapshots"] = keep_snapshots(run, target, snapshots, tried, faint)
        recent = run.metrics(max(0, run.done - RECENT))
        record = {
            "commands": [command(run), f"python -m ganlab runs publish {run.id} {target}{kept}"],
            "seconds": round(run.status.seconds, 1),
            "weights": "float32" if difference > faint else "float16",
            "float16_difference": round(difference, 4),
            **more,
            "averaged_over": len(recent),
            "figures": {
                name: round(float(value), 4)
                for name, value in zip(run.curves[1:], recent[:, 1:].mean(axis=0), strict=True)
            },
        }
        ends, values = run.validation()
        if len(ends):
            last = zip(run.config.validation, map(float, values[-1].round(4)), strict=True)
            record["validation"] = {name: value for name, value in last if math.isfinite(value)}
        config = run.config.public().without("pruned", "sweep").changed(id=target.name, pretrained=record)
        write_record(target / layout.CONFIG, config)
        write_record(target / layout.STATUS, run.status.changed(state="finished", message=""))
    return {"run": str(target.resolve()), "size": Run(target).size(), **record}


@needs("change runs")
def add_first_look(run: Run) -> dict[str, Any]:
    """Makes anew what pages show of a pretrained model before TensorFlow is there, and notes the command in its record,
    which is returned. Raises GanlabError where it is none, or has nothing of the kind."""
    record = run.config.pretrained
    if record is None:
        raise GanlabError(f"{run.id} is not a pretrained model; publish it first.")
    with plain_errors(str(run.path)):
        if not save_first_look(inference.load(run), run.path):
            raise GanlabError(f"There is nothing to show of {run.id} before it is loaded.")
        line = f"python -m ganlab runs first-look {PRETRAINED.name}/{run.path.name}"
        kept = record.changed(commands=tuple(dict.fromkeys([*record.commands, line])))
        write_record(run.path / layout.CONFIG, run.config.changed(pretrained=kept))
    return {"run": str(run.path), "size": run.size(), **kept.to_json()}


def save_first_look(model: Any, target: Path) -> bool:
    """What the Repair page and the Latent page show before TensorFlow is there: a worked example, with what the
    classifier for these images reads, and how the decoder is built. Whether the model has any of it."""
    if isinstance(model, RepairRun):
        dataset, reader = model.run.config.dataset, None
        with suppress(GanlabError):
            judge = inference.judge_for(dataset)
            reader = inference.load(judge) if judge else None
        labels = None if dataset in DRAWN_BY else data.load("offline", download=False).y_test
        example = make_example(model, reader, images_to_try(dataset), labels)
        np.savez_compressed(target / layout.EXAMPLE, allow_pickle=False, **example)
    elif isinstance(model, AutoencoderRun):
        layers, arrays = model.decoder_plan()
        write_json(target / layout.DECODER, {"layers": layers, "arrays": arrays})
    else:
        return False
    return True


def _measured_last(run: Run) -> dict[str, float]:
    """The metrics of samples in the end, where they could be computed."""
    _, values = run.quality()
    last = zip(run.config.quality, map(float, values[-1].round(4)), strict=True) if len(values) else ()
    return {name: round(value, 4) for name, value in last if math.isfinite(value)}


def images_to_try(dataset: str) -> np.ndarray:
    """What a model of this data set is shown, uint8 `[n, 28, 28]`: images that may be given away. Garments are drawn by
    the GAN of garments that ships; where that is missing, and for all other data, they are the offline digits."""
    if dataset in DRAWN_BY:
        with suppress(GanlabError):
            return inference.load(shipped(DRAWN_BY[dataset])).sample(inference.EXAMPLES)
    return data.load("offline", download=False).x_test


def calibrate(model: ClassifierRun) -> dict[str, Any]:
    """The temperature that fits the images held out of training best, and the error of its probabilities on them, with
    it and without. Raises GanlabError where no images were held out."""
    from scipy.special import softmax

    config = model.run.config
    used = data.load(config.dataset).select(config.digits)
    _, (images, labels) = used.hold_out(config.values["held_out"])
    if not len(images):
        raise GanlabError("A classifier is calibrated on images that it did not learn from; hold some out.")
    raw = np.log(np.maximum(model.classify(images), 1e-12)) * model.temperature
    temperature = fit_temperature(raw, labels)
    found = {"temperature": round(temperature, 4), "calibrated_on": len(images)}
    for name, divisor in (("calibration_error_before", 1.0), ("calibration_error", temperature)):
        found[name] = round(calibration_error(softmax(raw / divisor, axis=1), labels), 5)
    return found


def _save_map(model: AutoencoderRun, target: Path) -> None:
    """Where the test images lie and what they score; not the images, which are others' to give."""
    used = data.load(model.run.config.dataset).select(model.run.config.digits)
    means, _ = model.encode(used.x_test)
    scores = model.score(used.x_test)
    np.savez_compressed(
        target, means=means.astype(np.float16), labels=used.y_test.astype(np.uint8), scores=scores.astype(np.float32)
    )
