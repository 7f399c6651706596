"""What a published model is shown with."""

import numpy as np
import pytest

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.runs import layout
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing.publishing import DRAWN_BY, images_to_try

HOLE = (slice(None), slice(10, 18), slice(10, 18))


@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist"])
def test_what_ships_is_shown_with_images_of_its_own_kind(dataset):
    name = {"mnist": "repair-gan", "fashion-mnist": "fashion-repair-gan"}[dataset]
    samples, tried = np.load(PRETRAINED / name / layout.SAMPLES), images_to_try(dataset)[: inference.EXAMPLES]
    outside = np.ones(samples.shape, bool)
    outside[HOLE] = False
    rounding = 2 if dataset in DRAWN_BY else 0  # another processor draws a little differently
    assert np.abs(samples[outside].astype(int) - tried[outside]).max() <= rounding
    assert np.abs(samples[HOLE].astype(int) - tried[HOLE]).mean() < 0.6 * tried[HOLE].mean(), "the holes are filled"


def test_without_the_gan_that_draws_garments_digits_stand_in(monkeypatch):
    def gone(run):
        raise GanlabError(f"There is no {run}.")

    garments = images_to_try("fashion-mnist")
    assert garments.shape == (inference.EXAMPLES, 28, 28) and set(DRAWN_BY) <= set(data.NAMES)
    monkeypatch.setattr(inference, "load", gone)
    assert (images_to_try("fashion-mnist") == images_to_try("mnist")).all()
