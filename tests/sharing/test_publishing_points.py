"""A model of points as it is published: small, with its history, and read by the pages without its records."""

import numpy as np
import pytest

from ganlab import diagnosis, inference
from ganlab.errors import GanlabError
from ganlab.registry import Moment
from ganlab.runs import Run, RunWriter, Turn, layout, plane_pictures, thumbnails
from ganlab.runs.plane_history import PlaneHistory
from ganlab.sharing import publishing, publishing_points
from ganlab.ui.lab import frames, lab_view
from tests.conftest import train_run, unpack

ITERATIONS = 120


@pytest.fixture(scope="module", params=["plane-gan", "plane-vae"])
def published(request, tmp_path_factory) -> tuple[Run, Run, dict]:
    """A small run, and what is published of it."""
    folder = tmp_path_factory.mktemp("published")
    units = ("generator", "discriminator") if request.param == "plane-gan" else ("encoder", "decoder")
    values = {f"{network}_units": 16 for network in units}
    turns = (Turn(iteration=50, name="r1" if request.param == "plane-gan" else "kl_weight", value=2.0),)
    run = Run(train_run(folder / "runs", request.param, ITERATIONS, values=values, dataset="ring", turns=turns))
    record = publishing.publish(run, folder / "plane-small")
    return run, Run(folder / "plane-small"), record


def test_it_holds_weights_points_history_and_the_record_and_is_small(published):
    run, shipped, record = published
    names = {file.name for file in shipped.path.iterdir()}
    assert names == {
        *(layout.CONFIG, layout.STATUS, layout.LOG, layout.REALS, layout.SAMPLES, layout.HISTORY),
        layout.weights(shipped.path, ITERATIONS).name,
    }
    assert record["size"] < 600_000 and record["weights"] == "float16"
    assert record["float16_difference"] <= publishing_points.FAINT
    assert record["commands"][0].startswith(f"python -m ganlab train {run.model} --preset tuned --dataset ring")
    assert f"--turn 50:{run.turns[0].name}=2" in record["commands"][0]
    pretrained = shipped.config.pretrained
    assert pretrained and set(pretrained.quality) == set(run.config.quality) and pretrained.quality["modes"] >= 0
    assert not shipped.config.machine and shipped.turns == run.turns


def test_it_is_used_as_the_run_itself_is(published):
    run, shipped, _ = published
    ours, theirs = inference.load(run), inference.load(shipped)
    assert np.abs(ours.sample(500) - theirs.sample(500)).mean() <= publishing_points.FAINT
    assert shipped.samples().shape == (publishing_points.SAMPLES, 2) and shipped.reals().shape == (1000, 2)
    assert shipped.samples() == pytest.approx(theirs.sample(publishing_points.SAMPLES), abs=0.01)


def test_its_history_is_that_of_the_run_but_for_what_nobody_sees(published):
    run, shipped, _ = published
    whole, kept = PlaneHistory(run), PlaneHistory(shipped)
    assert kept.shipped and kept.done == ITERATIONS and 1 < len(kept.made) <= publishing_points.MOMENTS
    iterations, points, numbers = kept.between(1, ITERATIONS, 1000)
    theirs = {int(at): (p, n) for at, p, n in zip(*whole.between(1, ITERATIONS, 10_000), strict=True)}
    for at, where, moment in zip(iterations.tolist(), points, numbers, strict=True):
        assert (where == theirs[at][0]).all()
        assert moment == pytest.approx(theirs[at][1], rel=0.011, abs=1e-5)
    lattice = slice(run.config.heat**2, run.config.heat**2 + 2 * run.config.nodes**2)
    assert (numbers[-1, lattice] == theirs[ITERATIONS][1][lattice]).all(), "where latents lie is exact"


def test_the_pages_read_it(published):
    _, shipped, _ = published
    answer, sent = frames.frame(shipped, {"iteration": 0}, None, 0, {})
    head, arrays = unpack(answer)
    assert sent == ITERATIONS and head["done"] == ITERATIONS and len(arrays["reals"])
    gif, _ = frames.frame(shipped, {"iteration": 0}, {"run": shipped.id, "gif": [1, ITERATIONS]}, 0, {})
    assert unpack(gif)[0]["gif"] == [1, ITERATIONS] and plane_pictures.gif(shipped)[:3] == b"GIF"
    assert lab_view.about(shipped, "A model", lab_view.FIRST, None, [])["probability"] is (shipped.model == "plane-gan")
    at, pictures = thumbnails(shipped, 3)
    assert at[-1] == ITERATIONS and pictures.shape[0] == 3
    assert diagnosis.diagnose(shipped)


def test_a_run_without_moments_is_refused_in_a_sentence(published, tmp_path):
    run, _, _ = published
    model = inference.load(run)
    about = {name: value for name, value in run.config.to_json().items() if name not in ("id", "created", "format")}
    writer = RunWriter.create(tmp_path, **about)
    writer.close()
    with pytest.raises(GanlabError, match="no moments"):
        publishing_points.add_history(writer.run, model, tmp_path)


def test_rounding_leaves_few_bits_and_no_more_than_a_hundredth_off(published):
    run, _, _ = published
    size = Moment(run.config.points, run.config.heat, run.config.nodes).size
    numbers = np.random.default_rng(0).normal(0, 3, [2, size]).astype(np.float16)
    numbers[0, 0], numbers[0, 1] = 60_000, -60_000
    found = publishing_points.rounded(run, numbers)
    assert np.isfinite(found).all() and found == pytest.approx(numbers, rel=0.011, abs=1e-5)
    assert len(np.unique(found[:, : run.config.heat**2])) < 0.3 * len(np.unique(numbers[:, : run.config.heat**2]))
