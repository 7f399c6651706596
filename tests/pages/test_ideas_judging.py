"""The idea "You are the discriminator" without a browser."""

from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from ganlab import data
from ganlab.runs import Run, layout
from ganlab.sharing import idea_assets
from ganlab.ui.ideas import judge_view
from ganlab.ui.shared import canvas
from tests.pages.steps import images, open_page, sent, spoil_weights, stroke, words

JUDGE = "ganlab_idea_judge"


@pytest.fixture(autouse=True)
def _nothing(nothing):
    """Each test begins with no runs and nothing kept."""


def test_the_shipped_gan_is_judged_without_a_run():
    head, arrays = sent(open_page("ideas", idea="judge"), JUDGE)
    assert (head["source"], head["seed"], head["snapshot"], head["judge"]) == ("shipped", 0, 3000, None)
    assert arrays["images"].size == 16 * 784 and arrays["fake"].size == arrays["pReal"].size == 16
    real = {image.tobytes() for image in data.load("offline").x_test}
    for image, fake in zip(arrays["images"].reshape(16, -1), arrays["fake"], strict=True):
        assert (image.tobytes() in real) == (not fake)


def test_the_address_says_which_sixteen():
    page = open_page("ideas", idea="judge", snapshot="600", sixteen="4")
    head, arrays = sent(page, JUDGE)
    assert (head["snapshot"], head["seed"]) == (600, 4)
    _, others = sent(open_page("ideas", idea="judge", snapshot="600", sixteen="5"), JUDGE)
    assert (arrays["images"] != others["images"]).any()
    head, _ = sent(open_page("ideas", only="judge", snapshot="601", sixteen="-3"), JUDGE)
    assert (head["snapshot"], head["seed"]) == (3000, 0)


def test_a_run_is_chosen_by_the_address(add):
    folder = add("gan")
    page = open_page("ideas", **{"idea": "judge", "judge-run": folder.name})
    (choice,) = [one for one in page.selectbox if one.label == "Whose images"]
    assert choice.value == folder.name
    head, _ = sent(page, JUDGE)
    run = Run(folder)
    newest = max(map(layout.iteration_of, layout.checkpoints(folder)))
    assert (head["source"], head["judge"], head["snapshot"]) == (str(run.path), newest, newest)
    assert f"drawn by Dense GAN, class 5 ({run.id})" in head["about"]
    choice.select("").run()
    assert sent(page, JUDGE)[0]["source"] == "shipped" and "judge-run" not in page.query_params


def test_images_that_are_not_those_learned_from_are_called_so(add):
    folder = add("gan")
    text = (folder / layout.CONFIG).read_text()
    (folder / layout.CONFIG).write_text(text.replace('"Offline digits"', '"MNIST"'))
    head, _ = sent(open_page("ideas", **{"idea": "judge", "judge-run": folder.name}), JUDGE)
    assert "It learned from MNIST, which is not on this computer" in head["about"]


def test_runs_that_cannot_judge_say_why(add):
    damaged = add("gan")
    spoil_weights(damaged)
    page = open_page("ideas", **{"idea": "judge", "judge-run": damaged.name})
    assert "cannot be read; the file is missing or damaged" in words(page)
    page = open_page("ideas", **{"idea": "judge", "judge-run": "nobody"})
    assert "There is no run 'nobody'" in words(page)
    page = open_page("ideas", **{"idea": "judge", "judge-run": add("vae").name})
    assert "no discriminator" in words(page)
    imported = add("dense-gan")
    for file in layout.checkpoints(imported):
        file.unlink()
    page = open_page("ideas", **{"idea": "judge", "judge-run": imported.name})
    assert "has not kept its discriminator" in words(page)


def test_a_drawing_is_judged_and_shown_where_it_was_looked_at(monkeypatch):
    monkeypatch.setattr(canvas, "draw", lambda *args, **more: stroke())
    page = open_page("ideas", idea="judge", snapshot="150")
    assert "After 150 iterations the discriminator takes your drawing for" in words(page)
    assert [image.caption for image in images(page)] == ["What it sees", "Where it looked"]


def test_verdicts_on_other_pixels_are_computed_anew(monkeypatch):
    used = data.load("offline")
    other = replace(used, x_train=255 - used.x_train, x_test=255 - used.x_test)
    monkeypatch.setattr(data, "load", lambda *args, **more: other)
    judged, _ = judge_view._read_shipped()
    st.cache_resource.clear()
    _, arrays = idea_assets.load("judge")
    assert np.abs(judged.p_reals - arrays["p_reals"]).max() > 0.01


@pytest.mark.parametrize("name", ["judge", "score"])
def test_a_copy_without_what_ships_says_so(name, monkeypatch, tmp_path):
    monkeypatch.setattr(idea_assets.load, "__defaults__", (tmp_path,))
    page = open_page("ideas", idea=name)
    assert len(page.error) == 1 and not page.get("bidi_component")
    assert f"{name}.json" in words(page)
