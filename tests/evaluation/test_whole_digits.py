"""Whether a model leaves whole digits as they are: what is counted, and how the digits are written."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import ganlab
from ganlab.cli import cli
from ganlab.data import load as load_data
from ganlab.evaluation import evaluate_whole_digits
from ganlab.evaluation.whole_digits import WRITTEN, LeftAlone, grey_share, resized, shifted, thickened, thinned
from ganlab.inference import RepairRun
from tests.conftest import REAL, ROOT, trained_run


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return load_data("offline").x_test[:40]


@pytest.fixture(scope="module")
def shipped():
    return ganlab.load(ROOT / "pretrained" / "repair-gan")


def test_an_image_is_changed_where_more_than_five_pixels_change_clearly():
    before = np.full([4, 28, 28], 100, np.uint8)
    after = before.copy()
    after[0, 0, :6] = 141
    after[1, 0, :5] = 255
    after[2, 0] = 140
    after[3, 0, :6] = 59
    found = LeftAlone(before, after)
    assert found.clearly.sum(axis=(1, 2)).tolist() == [6, 5, 0, 6] and found.changed == 0.5


def test_grey_is_from_64_to_192():
    assert grey_share(np.array([0, 63, 64, 192, 193], np.uint8)) == 0.4
    assert np.isnan(grey_share(np.empty(0, np.uint8)))


def test_the_same_digits_in_other_hands(images):
    ink = images.astype(int).sum()
    assert (thickened(images) >= images).all() and thickened(images).astype(int).sum() > 1.2 * ink
    assert (thinned(images) <= images).all() and 0.2 * ink < thinned(images).astype(int).sum() < 0.8 * ink
    away = shifted(images)
    for corner, (down, right) in enumerate(((3, 3), (3, -3), (-3, 3), (-3, -3))):
        np.testing.assert_array_equal(away[corner], np.roll(images[corner], (down, right), axis=(0, 1)))
    for size in (0.75, 1.2):
        sides = [
            np.ptp(np.flatnonzero((shown > 100).any(axis=0))) + 1 for shown in (images[0], resized(images, size)[0])
        ]
        assert sides[1] == pytest.approx(size * sides[0], abs=1.5)
    assert all(write(images).shape == images.shape and write(images).dtype == np.uint8 for write in WRITTEN.values())


class Adds(RepairRun):
    """A model that adds a bar of six pixels to the images whose corner is black."""

    def __init__(self, grey: int) -> None:
        self.grey = grey

    def repair(self, images: np.ndarray, mask: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        assert mask is None, "it is not told"
        made = images.copy()
        made[images[:, 0, 0] == 0, 0, 1:7] = self.grey
        return made


def test_what_a_model_does_to_whole_digits_is_counted(images):
    used = load_data("offline")
    marked = used.x_test[:40].copy()
    marked[::4, 0, 0] = 255
    told = []
    found = evaluate_whole_digits(
        Adds(200), 40, replace(used, x_test=marked), lambda what, share: told.append((what, share))
    )
    assert found.title == used.title and set(found.written) == set(WRITTEN)
    assert found.written["as they are"].changed == 0.75 and found.written["smaller"].changed == 1.0
    assert found.grey == 0.0
    assert evaluate_whole_digits(Adds(100), 40, used).grey == 1.0
    assert found.grey_of_strokes == grey_share(marked[marked > 40])
    shares = [share for _, share in told if share is not None]
    assert shares == sorted(shares) and shares[-1] < 1.0
    nothing = evaluate_whole_digits(Adds(0), 40, used)
    assert np.isnan(nothing.grey) and not any(one.changed for one in nothing.written.values())
    with pytest.raises(ganlab.GanlabError, match="no test images"):
        evaluate_whole_digits(Adds(0), dataset=replace(used, x_test=used.x_test[:0]))


def test_whole_digits_are_measured_from_the_shell(tmp_path, monkeypatch):
    run = trained_run(tmp_path, "inpaint-gan", 2)
    words = ["evaluate", "whole-digits", str(run), "-n", "20"]
    found = json.loads(CliRunner().invoke(cli, [*words, "--json"]).output)
    assert found["images"] == 20 and set(found["changed"]) == set(WRITTEN)
    assert found["changed"]["as they are"] > 0.9, "it draws the whole image anew, and has hardly learned yet"
    said = CliRunner().invoke(cli, words).output
    assert f"as they are {found['changed']['as they are']:.2%}" in said
    assert f"are {found['grey']:.1%} of those pixels, and {found['grey_of_strokes']:.1%} of the pixels" in said
    monkeypatch.setattr("ganlab.inference.RepairRun.repair", lambda model, images: images)
    said = CliRunner().invoke(cli, words).output
    assert "as they are 0.00%" in said and "Grey" not in said


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data sets do not lie beside the checkout")
def test_the_shipped_model_leaves_whole_test_digits_alone(shipped, monkeypatch):
    monkeypatch.setenv("GANLAB_DATA", str(REAL))
    found = evaluate_whole_digits(shipped, 3000, load_data("mnist", download=False))
    assert found.written["as they are"].changed <= 0.02 and found.written["thickened"].changed <= 0.03
    assert found.grey <= found.grey_of_strokes
