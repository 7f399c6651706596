"""The Ideas page without a browser."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.sharing import idea_assets
from ganlab.ui.ideas import shipped
from ganlab.ui.ideas.pieces import IDEAS
from ganlab.ui.shared.model_picker import Digits
from tests.conftest import HEAVY, imported_by, unpack
from tests.pages.steps import asked, open_page, words

PAGES = {"train", "lab", "latent", "repair"}


def mounted(test) -> list[str]:
    return [one.proto.component_name for one in test.get("bidi_component")]


def test_the_first_idea_is_shown_at_first_and_all_can_be_chosen():
    test = open_page("ideas")
    assert test.title[0].value == "Ideas" and test.header[0].value == IDEAS["game"].title
    (choice,) = test.get("button_group")
    assert [option.content for option in choice.proto.options] == [idea.title for idea in IDEAS.values()]
    assert mounted(test) == ["ganlab_idea_game"]


@pytest.mark.parametrize("name", IDEAS)
def test_each_idea_has_an_address_and_says_what_to_try_what_it_means_and_its_source(name):
    test = open_page("ideas", idea=name)
    idea = IDEAS[name]
    assert test.header[0].value == idea.title and asked(test, "idea") == name
    assert mounted(test)[0] == f"ganlab_idea_{name}"
    for said in (idea.to_try, idea.meaning, idea.source):
        assert said in words(test)
    assert re.search("GANs in Action, chapter [1-5]", idea.source)
    links = re.findall(r"\]\((\w+)\?([^)]*)\)", idea.meaning)
    assert links and {page for page, _ in links} <= PAGES
    for preset in re.findall(r"plane-gan\.preset=([\w-]+)", idea.meaning):
        assert preset in registry.get("plane-gan").presets


@pytest.mark.parametrize("name", IDEAS)
def test_an_idea_alone_is_without_the_rest_of_the_page(name):
    test = open_page("ideas", only=name)
    assert [title.value for title in test.title] == [IDEAS[name].title] and not test.header
    assert mounted(test)[0] == f"ganlab_idea_{name}" and not test.get("button_group")
    assert any("stAppHeader" in html.proto.body for html in test.get("html"))


def test_an_unknown_idea_does_no_harm():
    for query in ({"idea": "no-such"}, {"only": "no-such"}):
        test = open_page("ideas", **query)
        assert test.title[0].value == "Ideas" and mounted(test) == ["ganlab_idea_game"]


def test_the_page_is_drawn_without_tensorflow(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path))
    code = "from streamlit.testing.v1 import AppTest\n"
    code += "".join(
        f"test = AppTest.from_file('pages/ideas.py', default_timeout=60)\ntest.query_params['idea'] = {name!r}\n"
        "test.run()\nassert not test.exception, test.exception\n"
        for name in IDEAS
    )
    assert not HEAVY & imported_by(code)


def test_images_are_shown_where_their_data_set_is_here_and_is_the_same(monkeypatch):
    labels = idea_assets.load("draw")[1]["labels"]
    images = np.random.default_rng(0).integers(0, 256, [len(labels), 28, 28], np.uint8)
    here = Digits(images, labels, "MNIST")
    kept: Any = shipped._drawn
    make = kept.__wrapped__  # as it is, without what Streamlit remembers
    monkeypatch.setattr(shipped, "digits", lambda name: here)
    head, arrays = unpack(make(True))
    assert arrays["images"].tobytes() == images[[image for _, image in head["choices"]]].tobytes()
    assert "images" not in unpack(make(False))[1]
    monkeypatch.setattr(shipped, "digits", lambda name: replace(here, labels=np.roll(labels, 1)))
    assert "images" not in unpack(make(True))[1], "they are others"


@pytest.mark.parametrize("name", ["batch", "draw"])
def test_a_copy_without_what_ships_says_so(name, monkeypatch):
    def gone(name):
        raise GanlabError(f"{name}.npz cannot be read; the file is missing or damaged.")

    for kept in (shipped.normalised, shipped._drawn):
        kept.clear()
    monkeypatch.setattr(idea_assets, "load", gone)
    test = open_page("ideas", idea=name)
    assert [error.value for error in test.error] == [f"{name}.npz cannot be read; the file is missing or damaged."]
    assert IDEAS[name].to_try in words(test) and not mounted(test)
