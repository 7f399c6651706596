"""A finished run as a pretrained model: what using it needs, and the record of how it came about."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import registry
from ganlab.data import format_digits
from ganlab.errors import GanlabError
from ganlab.inference import GANRun
from ganlab.runs import Run, layout
from ganlab.runs.files import plain_errors, write_json
from ganlab.runs.writer import halve

SAMPLES = 100
FAINT = 0.5  # grey levels: float16 may change samples by less than this on average, which nobody sees
RECENT = 1000  # iterations over which the curves are averaged for the record


def publish(run: Run, target: Path) -> dict[str, Any]:
    """Writes `run` to the folder `target` and returns the record. Raises GanlabError.

    The weights are float16 where the samples stay the same to the eye, else float32.
    """
    if run.state != "finished":
        raise GanlabError(f"Only a finished run can be published; {run.id} is {run.state}.")
    if target.exists() and any(target.iterdir()):
        raise GanlabError(f"{target} exists already; delete it first.")
    full = GANRun(run).sample(SAMPLES)
    with plain_errors(str(target)):
        target.mkdir(parents=True, exist_ok=True)
        whole = layout.weights(run.path, run.done)
        weights = target / whole.name
        weights.write_bytes(whole.read_bytes())
        halve(weights)
        difference = float(np.abs(GANRun(run, weights).sample(SAMPLES).astype(float) - full).mean())
        if difference > FAINT:
            weights.write_bytes(whole.read_bytes())
        np.save(target / layout.SAMPLES, GANRun(run, weights).sample(SAMPLES), allow_pickle=False)
        recent = run.metrics(max(0, run.done - RECENT))
        record = {
            "commands": [recipe(run), f"python -m ganlab runs publish {run.id} {target}"],
            "seconds": round(run.status["seconds"], 1),
            "weights": "float32" if difference > FAINT else "float16",
            "float16_difference": round(difference, 4),
            "averaged_over": len(recent),
            "figures": {
                name: round(float(value), 4)
                for name, value in zip(run.curves[1:], recent[:, 1:].mean(axis=0), strict=True)
            },
        }
        config = {key: value for key, value in run.config.items() if key not in ("machine", "pruned")}
        images = {**config["data"], "source": config["data"]["title"], "notices": []}  # not where they lay
        write_json(target / layout.CONFIG, {**config, "id": target.name, "data": images, "pretrained": record})
        write_json(target / layout.STATUS, {**run.status, "state": "finished", "message": ""})
    return {"run": str(target.resolve()), "size": Run(target).size(), **record}


def recipe(run: Run) -> str:
    """The command that trains this run again."""
    config, spec = run.config, registry.get(run.model)
    words = ["python", "-m", "ganlab", "train", run.model, "--preset", config["preset"], "--dataset", config["dataset"]]
    digits = tuple(config["digits"]) if config["digits"] else None
    words += ["--digits", format_digits(digits), "--seed", str(config["seed"])]
    words += ["--device", config["device"], "--precision", config["precision"]]
    preset = spec.values(config["preset"])
    by_epochs = spec.iterations(config["values"], config["data"]["images"])
    if run.total != by_epochs:
        words += ["--iterations", str(run.total)]
    for knob in spec.knobs:
        if knob.name == "iterations":
            continue
        if config["values"][knob.name] != preset[knob.name]:
            words += [knob.flag, str(config["values"][knob.name]).lower()]
    return shlex.join(words)
