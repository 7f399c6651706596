"""A trained model of points, used and measured."""

import numpy as np
import pytest

from ganlab import data, inference
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.evaluation.points import PlaneMeasuring, evaluate_plane, measure_points
from ganlab.runs import Run
from tests.conftest import trained_run


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> inference.PlaneRun:
    return inference.load(Run(trained_run(tmp_path_factory.mktemp("plane"), "plane-gan", 60)))


def test_samples_follow_from_the_seed_however_many_there_are(model):
    drawn = model.sample(300, 4)
    assert drawn.shape == (300, 2) and drawn.dtype == np.float32
    np.testing.assert_array_equal(model.sample(300, 4), drawn)
    np.testing.assert_array_equal(model.sample(10, 4), drawn[:10])
    assert not np.array_equal(model.sample(300, 5), drawn)
    np.testing.assert_array_equal(model.decode(model.latents(10, 4)), drawn[:10])


def test_places_are_judged_by_the_probability_of_being_real(model):
    places = np.random.default_rng(0).uniform(-5, 5, [500, 2])
    judged = model.discriminate(places)
    assert judged.shape == (500,) and judged.dtype == np.float32 and model.probability
    assert (judged > 0).all() and (judged < 1).all() and judged.std() > 0
    np.testing.assert_allclose(model.discriminate(places[:7]), judged[:7], atol=1e-6)


@pytest.mark.parametrize("wrong", [np.zeros([3]), np.zeros([3, 3]), np.array([[0.0, np.nan]]), np.array([[np.inf, 0]])])
def test_what_is_no_place_is_refused(model, wrong):
    with pytest.raises(GanlabError, match="two for each"):
        model.discriminate(wrong)


def test_other_latents_seeds_and_numbers_are_refused(model):
    for wrong in (np.zeros([3, 5]), np.zeros([2]), np.full([1, 2], np.nan)):
        with pytest.raises(GanlabError, match="Latents are finite numbers, 2 for each"):
            model.decode(wrong)
    for n, seed in ((0, 0), (10**9, 0), (1, -1)):
        with pytest.raises(GanlabError):
            model.sample(n, seed)


def test_a_moment_of_the_weights_in_use_is_that_of_the_training(model):
    kept = model.run.preview()
    assert kept is not None and kept[0] == model.iteration == 60
    np.testing.assert_allclose(model.moment()[1600:1938], kept[1][1600:1938], atol=1e-2)


def test_several_points_judged_at_once_are_judged_among_real_ones(tmp_path):
    path = trained_run(
        tmp_path, "plane-gan", 20, values={"packing": 4, "loss": "wasserstein-penalty", "averaging": 0.9}
    )
    model = inference.load(Run(path))
    assert not model.probability and model.discriminate(np.zeros([3, 2])).shape == (3,)
    assert set(model.networks()) == {"averaged", "discriminator"} and model.about()["packing"] == 4


def test_samples_of_the_data_itself_have_found_everything():
    ring = data.load("ring")
    found = measure_points(ring.x_train[:2500], ring)
    assert found["modes"] == 8 and found["high_quality"] > 0.98
    assert found["jensen_shannon"] < 0.05 and found["sliced_wasserstein"] < 0.1
    one = measure_points(np.repeat(PLANE["ring"].modes[:1], 2500, axis=0), ring)
    assert one["modes"] == 1 and one["high_quality"] == 1.0
    assert one["jensen_shannon"] > 0.4 and one["kullback_leibler"] > found["kullback_leibler"]
    line = data.load("line")
    assert np.isnan(measure_points(line.x_test, line)["modes"])


def test_a_run_is_measured_with_what_is_known_of_its_data(model):
    found = evaluate_plane(model, 400, 1)
    assert found["modes_of"] == 8 and 0 <= found["modes"] <= 8 and found["samples"] == 400
    assert 0 <= found["jensen_shannon"] <= np.log(2) and found["iteration"] == 60
    assert 0 <= found["from_optimum"] <= 1
    assert found == evaluate_plane(model, 400, 1)


def test_metrics_take_no_more_than_their_share_of_the_time():
    ring = data.load("ring")
    measuring = PlaneMeasuring(lambda n: ring.x_train[:n], ring)
    first = measuring.go_on(3, 1.0)
    assert first is not None and first[0] == 3 and "kullback_leibler" not in first[1]
    assert measuring.go_on(4, 1.01) is None and measuring.go_on(5, 1e6) is not None
    assert list(measuring.finish(5, 1e6)) == [], "that was measured already"
    assert [iteration for iteration, _ in measuring.finish(6, 1e6)] == [6]
