"""The section "Side by side" of the Latent page in each of its states, without a browser."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ganlab.runs import RunWriter, layout
from ganlab.ui.latent import chosen, side
from tests.conftest import train_run
from tests.pages.test_runs_page import words

PAGE = Path(__file__).parents[2] / "pages" / "latent.py"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> dict[str, Path]:
    """Finished runs that tests copy, by the name of their model; "wide" has six latent dimensions."""
    folder = tmp_path_factory.mktemp("trained")
    flat = {name: train_run(folder, name, values={"latent_size": 2}) for name in ("vae", "autoencoder")}
    return {**flat, "wide": train_run(folder, "vae")}


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Path:
    """An empty runs folder, and nothing pretrained."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("GANLAB_RUNS", str(folder))
    monkeypatch.setattr(chosen, "PRETRAINED", tmp_path / "pretrained")
    st.cache_data.clear()
    st.cache_resource.clear()
    return folder


@pytest.fixture
def both(runs, trained) -> Path:
    """The runs folder with a run "autoencoder" and a run "vae"."""
    for name in ("autoencoder", "vae"):
        shutil.copytree(trained[name], runs / name)
    return runs


def page(**query: str) -> AppTest:
    test = AppTest.from_file(str(PAGE), default_timeout=120)
    test.query_params["section"] = "side"
    for key, value in query.items():
        test.query_params[key.replace("_", "-")] = value
    return again(test)


def again(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def pictures(test: AppTest) -> dict[str, str]:
    """The address of each image by its alternative text."""
    return {image.proto.imgs[0].alt: image.proto.imgs[0].url for image in test.get("image")}


def maps(test: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def test_without_any_autoencoder_the_page_says_how_to_get_one(runs):
    test = page()
    assert "no autoencoder to look into yet" in words(test)
    assert [button.label for button in test.button] == ["Train an autoencoder"]


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
    test.button(key="side-others").click()
    after = pictures(again(test))
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


def test_a_model_without_a_plane_has_one_sentence_for_its_map(both, trained):
    shutil.copytree(trained["wide"], both / "wide")
    test = page(right="wide")
    assert "by 6 numbers, so it has no flat map" in words(test) and len(maps(test)) == 1
    assert len(pictures(test)) == 5 and len(test.metric) == 8


def test_damaged_weights_spoil_only_their_side(both):
    for file in (*layout.all_weights(both / "vae"), *layout.checkpoints(both / "vae")):
        file.write_bytes(b"nothing of use")
    test = page()
    assert "missing or damaged" in test.error[0].value and len(test.error) == 1
    assert len(maps(test)) == 1 and all("left" in alt for alt in pictures(test))


def test_a_model_that_still_trains(both):
    writer = RunWriter(both / "vae")
    writer.status("running")
    try:
        assert "still training" in words(page())
    finally:
        writer.close()


# The figures


def cloud(*centres: tuple[float, float], n: int = 200, spread: float = 1.0) -> np.ndarray:
    """`n` points around each centre, float64 `[n * centres, 2]`."""
    random = np.random.default_rng(3)
    return np.concatenate([centre + spread * random.standard_normal([n, 2]) for centre in np.array(centres)])


def test_reached_is_what_lies_where_samples_fall():
    assert side.reached(cloud((0, 0), n=2000)) == pytest.approx(0.99, abs=0.01)
    assert side.reached(cloud((0, 0), (20, 0))) == pytest.approx(0.5, abs=0.02)
    assert side.reached(np.random.default_rng(0).standard_normal([2000, 16])) == pytest.approx(0.99, abs=0.01)


def test_holes_are_between_islands_however_wide_the_map_is():
    whole, islands = cloud((0, 0), n=1000), cloud((-20, 0), (20, 0), (0, 20), n=250)
    assert side.holes(whole) < 0.05 < 0.5 < side.holes(islands)
    assert side.holes(100 * islands) == pytest.approx(side.holes(islands), abs=0.02)
    assert side.holes(np.zeros([5, 2])) == 0  # all at one place


def test_overlap_counts_what_lies_among_others():
    labels = np.repeat(np.array([1, 7], np.uint8), 200)
    assert side.overlap(cloud((0, 0), (20, 0)), labels) == 0
    assert 0.3 < side.overlap(cloud((0, 0), (0, 0)), labels) < 0.7
    stray = np.concatenate([labels[:-1], [1]]).astype(np.uint8)
    assert side.overlap(cloud((0, 0), (20, 0)), stray) == pytest.approx(1 / 400)


def test_a_map_has_a_trace_for_each_class_and_the_same_scale_both_ways():
    labels = (np.arange(4000) % 3).astype(np.uint8)
    figure = side.draw_map(cloud((0, 0), n=4000), labels, ("zero", "one"))
    assert [trace["name"] for trace in figure["data"]] == ["zero", "one", "2"]
    assert {trace["type"] for trace in figure["data"]} == {"scattergl"}
    assert sum(len(trace["x"]) for trace in figure["data"]) == side.MOST_POINTS
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert len({symbol for _, symbol in side.LOOKS}) == len({colour for colour, _ in side.LOOKS}) == 10


def test_one_image_of_each_class():
    np.testing.assert_array_equal(side.one_of_each(np.array([4, 2, 4, 0, 2])), [3, 1, 0])
