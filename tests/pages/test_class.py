"""What guests of a class see on each page, and what its host does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.ui.shared import class_state, fields, hosts
from ganlab.ui.shared.class_state import ClassState, Place
from tests.conftest import trained_run, until
from tests.pages.steps import again, labels, open_page, press, press_key, words
from tests.pages.train_steps import train
from tests.ui.test_hosts import TOKEN, caller

HOSTS_ONLY = {
    "Start",
    "Pause",
    "Stop",
    "Resume",
    "Step",
    "Extend",
    "Export",
    "Change something",
    "Set up another",
    "More",
}
HOSTS_ONLY |= {"Delete", "Prune", "Rename", "Slow motion", "Start over", "Go on", "Gather everybody"}


@pytest.fixture
def in_class(monkeypatch) -> Iterator[dict[str, Any]]:
    """A class, whose pages are opened by `who["caller"]`: at first by its host."""
    who = {"caller": caller()}
    hosts.begin(hosts.Keys(TOKEN))
    monkeypatch.setattr(hosts, "caller_now", lambda: who["caller"])
    monkeypatch.setattr(class_state.state, "__dict__", ClassState().__dict__)
    yield who
    hosts.end()


@pytest.fixture
def guest(in_class) -> None:
    in_class["caller"] = caller("192.168.1.20")


@pytest.fixture
def runs(beside_shipped: Path) -> Path:
    return beside_shipped


def offered(name: str, /, **query: str) -> set[str]:
    test = open_page(name, **query)
    return set(labels(test))


def test_guests_watch_a_training_and_cannot_touch_it(runs, in_class):
    job = train(runs)
    until(lambda: job.view().iteration > 0)
    assert {"Pause", "Stop", "Change something", "Export"} <= offered("train", run=job.run.name)
    in_class["caller"] = caller("192.168.1.20")
    assert not offered("train", run=job.run.name) & HOSTS_ONLY
    assert "The host is setting up a training" in words(open_page("train", new="1"))
    assert not offered("train", new="1") & HOSTS_ONLY
    for act in (job.pause, job.stop, lambda: worker.stop(job)):
        act_as_guest(act)
    assert job.asked == ""


def act_as_guest(act) -> None:
    """Does something in the thread of a guest's page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hosts, "get_script_run_ctx", lambda suppress_warning=False: object())
        with pytest.raises(GanlabError, match="Only the host of this class can"):
            act()


def test_guests_look_back_at_runs_and_change_none(runs, guest):
    run = trained_run(runs, "digit-gan", 20)
    points = trained_run(runs, "plane-gan", 20)
    for page, query in (("train", {"run": run.name}), ("runs", {}), ("lab", {"run": points.name}), ("lab", {})):
        test = open_page(page, **query)
        assert not set(labels(test)) & HOSTS_ONLY, page
        assert str(runs) not in words(test)
    assert "2 runs of the host's" in words(open_page("runs"))


def test_home_offers_guests_what_they_can_do(runs, guest):
    test = open_page("home")
    assert "Watch what the host trains" in labels(test) and "Choose your own training" not in labels(test)
    assert "On this machine" not in words(test)


def test_guests_are_told_that_they_cannot_upload(runs, guest):
    test = open_page("layers", **{"layers-input": "Upload"})
    assert fields.NO_UPLOADS in words(test)
    assert not test.get("file_uploader")


def test_the_class_page_of_a_guest_says_where_the_host_is(runs, guest):
    class_state.state.show(Place("latent"))
    text = words(open_page("class", link="wrong"))
    assert "You are a **guest**" in text and "Latent" in text and "This host link is not right" in text
    assert "Gather everybody" not in labels(open_page("class"))


def test_the_host_leads_the_class(runs, in_class):
    image = np.full((28, 28), 9, np.uint8)
    class_state.state.send("somebody", image, image)
    test = press_key(open_page("class"), "class-gather")
    assert class_state.state.gathered == 1 and "0 guests here" in words(test)
    test = press(test, "Show")
    assert class_state.state.shown and "Take it down" in labels(test)
    test = press(test, "Forget all drawings")
    assert class_state.state.shown is None and not class_state.state.drawings()
    test.toggle(key="class-train").set_value(True)
    again(test)
    assert class_state.state.guests_train
    test = press(test, "Show it large")
    assert labels(test) == ["Make it small again"]


def test_the_lab_trains_for_guests_only_if_the_host_lets_them(runs, guest):
    assert "The host can let guests train, too." in words(open_page("lab"))
    class_state.state.guests_train = True
    assert "Train it" in labels(open_page("lab"))
