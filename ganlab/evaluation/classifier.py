"""How good a classifier is on the test images of its data set."""

from collections.abc import Callable
from typing import Any

from ganlab import data
from ganlab.inference import ClassifierRun
from ganlab.metrics.calibration import calibration_error
from ganlab.permission import needs


@needs("measure how good a model is")
def evaluate_classifier(model: ClassifierRun, report: Callable[[str], None] = lambda what: None) -> dict[str, Any]:
    """Accuracy, mean certainty and expected calibration error on the test images of its data set, and on the training
    images that were held out, if there were any. Raises GanlabError."""
    config = model.run.config
    report("Reading the images")
    used = data.load(config.dataset).select(config.digits)
    used.check_readable()
    _, held_out = used.hold_out(config.values["held_out"])
    parts = {"test": (used.x_test, used.y_test)}
    if len(held_out[0]):
        parts["held_out"] = held_out
    found: dict[str, Any] = {"data": used.title, "temperature": model.temperature}
    for name, (images, labels) in parts.items():
        report(f"Reading {len(images):,} images")
        read = model.classify(images)
        found[name] = {
            "images": len(images),
            "accuracy": float((read.argmax(axis=1) == labels).mean()),
            "certainty": float(read.max(axis=1).mean()),
            "calibration_error": calibration_error(read, labels),
        }
    return found
