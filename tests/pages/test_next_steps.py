"""A pretrained model on the Train page: what it makes, and the ways on."""

import re

import pytest

from ganlab import registry
from ganlab.runs import list_runs
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.train import next_steps
from tests.conftest import trained_run
from tests.pages.steps import finish, images, labels, open_latent, open_page, press_key, words

SHIPPED = list_runs(PRETRAINED)[0]


@pytest.mark.parametrize("name", sorted(run.path.name for run in SHIPPED))
def test_it_is_no_dead_end(runs, monkeypatch, name):
    led = []
    monkeypatch.setattr(next_steps.st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    test = open_page("train", run=name)
    run = next(run for run in SHIPPED if run.path.name == name)
    if run.config.points:
        assert "shown in the Lab" in words(test) and "Open in the Lab" in labels(test)
        return
    assert "comes with ganlab" in words(test)
    assert bool(images(test)) == bool(len(run.samples()))
    press_key(test, "shipped-use")
    press_key(test, "shipped-layers")
    press_key(test, "shipped-figures")
    used = "pages/latent.py" if registry.get(run.model).family in ("gan", "autoencoder") else "pages/repair.py"
    assert [page for page, _ in led] == [used, "pages/layers.py", "pages/runs.py"]
    assert name in led[0][1].values() and led[1][1] == {"model": name} and led[2][1] == {"figures": name}


def test_a_model_that_comes_with_snapshots_leads_to_how_it_learned(runs, monkeypatch):
    led = []
    monkeypatch.setattr(next_steps.st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    press_key(open_page("train", run="swift-gan"), "shipped-history")
    assert led == [("pages/latent.py", {"section": "gan", "gan": "swift-gan", "gan-part": "How it learned"})]
    assert "See how it learned" not in labels(open_page("train", run="dcgan")), "it has no snapshots"
    test = open_latent("gan", gan="swift-gan", gan_part="How it learned")
    assert "drawn by 7 copies of the generator" in words(test)


def test_a_finished_run_of_ones_own_leads_to_where_it_is_used(runs, monkeypatch):
    led = []
    monkeypatch.setattr(next_steps.st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    run = trained_run(runs)
    press_key(open_page("train", run=run.name), "shipped-use")
    assert led == [("pages/latent.py", {"section": "gan", "gan": run.name})]
    begun = finish(runs, "failed", "There are no images there.", done=0)
    assert "Walk through its latent space" not in labels(open_page("train", run=begun.path.name))


def test_a_published_model_that_was_imported_does_not_say_that_it_ships(runs):
    record = {"commands": [], "figures": {}, "averaged_over": 5}
    origin = {"id": "theirs", "created": "", "file": "theirs.zip", "on": ""}
    run = finish(runs, done=0, pretrained=record, imported=origin)
    for page, query in (("train", "run"), ("runs", "figures")):
        said = words(open_page(page, **{query: run.path.name}))
        assert re.search("was published,? without", said) and not re.search("(comes|ships) with ganlab", said)
        assert "These commands" not in said


def test_a_run_of_ones_own_that_has_not_begun_is_none(runs):
    run = finish(runs, "failed", "There are no images there.", done=0)
    assert "comes with ganlab" not in words(open_page("train", run=run.path.name))
