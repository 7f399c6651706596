"""What is shown, and can be used, before TensorFlow is there; and that all else comes with it."""

import subprocess
import sys

import numpy as np
import pytest

from ganlab import inference
from ganlab.data.drawing import center
from ganlab.evaluation import repair_and_read
from ganlab.runs import Run
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.repair import digit_source, repair_result
from ganlab.ui.repair.model_choice import Models
from ganlab.ui.shared import model_picker
from ganlab.ui.shared.model_picker import newest
from tests.conftest import ROOT
from tests.pages.steps import open_latent, open_page, sent, words

WITHOUT = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None  # to import it is an error
from tests.pages.steps import open_latent, open_page, press_key, sent, words
test = open_page("repair")
assert "here is an example" in words(test) and "Before: read as" in words(test), words(test)
alts = [image.proto.imgs[0].alt for image in test.get("image")]
assert {"Repaired", "Original"} < set(alts) and sum(alt.startswith("Repair ") for alt in alts) == 4, alts
repaired = lambda test: next(i.proto.imgs[0].url for i in test.get("image") if i.proto.imgs[0].alt == "Repaired")
first = repaired(test)
assert repaired(press_key(test, "repair-choose-2")) != first and "here is an example" in words(test)
test = open_page("repair", model="fashion-repair-gan", mode="damage", by="paint", **{"from": "drawn"})
assert "here is an example" in words(test) and "Before: read as" in words(test), words(test)
for model in ("vae-conv", "vae-16"):
    test = open_latent(model=model)
    head, arrays = sent(test, "ganlab_plane")
    assert head["layers"] and len(arrays["places"]), model
    assert {"vae-conv": "14,000", "vae-16": "20,000"}[model] + " iterations" in words(test), words(test)
"""


def test_the_example_and_the_plane_are_there_without_tensorflow(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def test_a_stroke_is_answered_by_the_models_that_the_example_is_of(beside_shipped, monkeypatch):
    ink = np.zeros((280, 280), np.uint8)
    monkeypatch.setattr(digit_source, "draw", lambda *_, **__: ink if ink.any() else None)
    asked = []
    real = repair_result.repair
    monkeypatch.setattr(repair_result, "repair", lambda *given: asked.append(real(*given)) or asked[-1])
    assert "here is an example" in words(open_page("repair")) and not asked
    ink[40:240, 130:150] = 255
    said = words(open_page("repair"))
    assert "here is an example" not in said and "Before: read as" in said
    model, reader = inference.load("repair-gan"), inference.load("classifier")
    np.testing.assert_array_equal(asked[0].repaired, repair_and_read(model, reader, center(ink), None).repaired)


@pytest.mark.parametrize(
    ("model", "reader", "kept"),
    [
        ("repair-gan", "classifier", True),
        ("fashion-repair-gan", "fashion-classifier", True),
        ("repair-gan", "fashion-classifier", False),
        ("repair-gan", None, False),
    ],
)
def test_the_example_that_ships_is_of_the_classifier_for_these_images_alone(model, reader, kept):
    repairing, reading = Run(PRETRAINED / model), Run(PRETRAINED / reader) if reader else None
    key = (newest(repairing), newest(reading) if reading else None)
    assert (Models(repairing, reading, key).kept_example is not None) == kept


def test_the_plane_is_the_same_with_and_without_the_model(beside_shipped, monkeypatch):
    kept = sent(open_latent(model="vae"), "ganlab_plane")
    monkeypatch.setattr(model_picker, "kept_decoder", lambda run: None)
    model_picker.st.cache_data.clear()
    loaded = sent(open_latent(model="vae"), "ganlab_plane")
    assert kept[0] == loaded[0] and kept[1].keys() == loaded[1].keys()
    for name, array in kept[1].items():
        np.testing.assert_array_equal(array, loaded[1][name])
