"""The section "Side by side" of the Latent page in each of its states, without a browser."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab.ui.latent import two_models
from tests.pages.steps import again, being_trained, labels, open_latent, pictures, press_key, spoil_weights, words

page = partial(open_latent, "side")


@pytest.fixture
def both(runs, add) -> Path:
    """The runs folder with a run "autoencoder" and a run "vae"."""
    add("autoencoder")
    add("vae")
    return runs


def maps(test: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def test_without_any_autoencoder_the_page_says_how_to_get_one(runs):
    test = page()
    assert "no autoencoder to look into yet" in words(test)
    assert labels(test) == ["Train an autoencoder"]


def test_the_plain_one_stands_left_and_the_vae_right(both):
    test = page()
    assert [test.selectbox(key=f"{name}-choice").value for name in ("left", "right")] == ["autoencoder", "vae"]
    assert len(maps(test)) == 2 and len(pictures(test)) == 6
    assert [metric.label.split(", ")[-1] for metric in test.metric] == ["left", "right"] * 4
    assert test.metric[0].value.endswith(" nats") and all(metric.value.endswith("%") for metric in test.metric[2:])
    assert "What to see" in words(test)


def test_other_samples_and_nothing_else_are_drawn_anew(both):
    test = page()
    before = pictures(test)
    after = pictures(press_key(test, "side-others"))
    assert {alt for alt in before if alt not in after} == {
        f"36 samples of the model on the {name}, seed 0" for name in ("left", "right")
    }
    assert test.number_input(key="side-seed").value == 1
    assert pictures(page(side_seed="1")).keys() == after.keys()


def test_the_address_names_both_models(both):
    test = page(left="vae", right="autoencoder")
    assert [test.selectbox(key=f"{name}-choice").value for name in ("left", "right")] == ["vae", "autoencoder"]
    test.selectbox(key="right-choice").set_value("vae")
    test = again(test)
    assert "Both sides show the same model" in words(test) and len(pictures(test)) == 6


def test_a_model_without_a_plane_has_one_sentence_for_its_map(both, add):
    add("six")
    test = page(right="six")
    assert "by 6 numbers, so it has no flat map" in words(test) and len(maps(test)) == 1
    assert len(pictures(test)) == 5 and len(test.metric) == 8


def test_damaged_weights_spoil_only_their_side(both):
    spoil_weights(both / "vae")
    test = page()
    assert "missing or damaged" in test.error[0].value and len(test.error) == 1
    assert len(maps(test)) == 1 and all("left" in alt for alt in pictures(test))


def test_a_model_that_still_trains(both):
    with being_trained(both / "vae"):
        assert "still training" in words(page())


# The figures


def cloud(*centres: tuple[float, float], n: int = 200, spread: float = 1.0) -> np.ndarray:
    """`n` points around each centre, float64 `[n * centres, 2]`."""
    random = np.random.default_rng(3)
    return np.concatenate([centre + spread * random.standard_normal([n, 2]) for centre in np.array(centres)])


def test_reached_is_what_lies_where_samples_fall():
    assert two_models.reached(cloud((0, 0), n=2000)) == pytest.approx(0.99, abs=0.01)
    assert two_models.reached(cloud((0, 0), (20, 0))) == pytest.approx(0.5, abs=0.02)
    assert two_models.reached(np.random.default_rng(0).standard_normal([2000, 16])) == pytest.approx(0.99, abs=0.01)


def test_holes_are_between_islands_however_wide_the_map_is():
    whole, islands = cloud((0, 0), n=1000), cloud((-20, 0), (20, 0), (0, 20), n=250)
    assert two_models.holes(whole) < 0.05 < 0.5 < two_models.holes(islands)
    assert two_models.holes(100 * islands) == pytest.approx(two_models.holes(islands), abs=0.02)
    assert two_models.holes(np.zeros([5, 2])) == 0  # all at one place


def test_overlap_counts_what_lies_among_others():
    labels = np.repeat(np.array([1, 7], np.uint8), 200)
    assert two_models.overlap(cloud((0, 0), (20, 0)), labels) == 0
    assert 0.3 < two_models.overlap(cloud((0, 0), (0, 0)), labels) < 0.7
    stray = np.concatenate([labels[:-1], [1]]).astype(np.uint8)
    assert two_models.overlap(cloud((0, 0), (20, 0)), stray) == pytest.approx(1 / 400)


def test_a_map_has_a_trace_for_each_class_and_the_same_scale_both_ways():
    labels = (np.arange(4000) % 3).astype(np.uint8)
    figure = two_models.draw_map(cloud((0, 0), n=4000), labels, ("zero", "one"))
    assert [trace["name"] for trace in figure["data"]] == ["zero", "one", "2"]
    assert {trace["type"] for trace in figure["data"]} == {"scattergl"}
    assert sum(len(trace["x"]) for trace in figure["data"]) == two_models.MOST_POINTS
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert len({symbol for _, symbol in two_models.LOOKS}) == len({colour for colour, _ in two_models.LOOKS}) == 10


def test_one_image_of_each_class():
    np.testing.assert_array_equal(two_models.one_of_each(np.array([4, 2, 4, 0, 2])), [3, 1, 0])
