"""Setting up several trainings at once on the Train page, without a browser."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from ganlab import jobs, registry
from ganlab.jobs import ray_cluster, worker
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep, parse_vary
from ganlab.runs import Run, list_sweeps
from ganlab.training import devices
from ganlab.training.waiting import about, known_pace
from ganlab.ui.train import machines_field
from ganlab.ui.train.sweep_rows import example
from tests.conftest import until
from tests.pages.steps import again, asked, labels, open_page, press_key, words

WHERE = {"new": "1", "section": "sweep", "model": "dense-gan", "images": "Offline digits"}
RATES = {"vary-1.dense-gan": "Learning rate", "vary-1.dense-gan.values": "0.001, 0.01"}
UNITS = {"vary-2.dense-gan": "Hidden units", "vary-2.dense-gan.values": "8..32:3"}
SHORT = {"dense-gan.published.iterations": "400"}


@pytest.fixture
def added(monkeypatch):
    """The sweeps that were handed to the worker, which runs none of them."""
    handed = []

    def add(sweep):
        handed.append(sweep)
        sweep._cancel()

    monkeypatch.setattr(worker, "add", add)
    return handed


def form(**query: str) -> AppTest:
    return open_page("train", **WHERE | query)


def start(test: AppTest) -> AppTest:
    return press_key(test, "sweep-start")


def may_start(test: AppTest) -> bool:
    return not test.button(key="sweep-start").disabled


def test_what_the_address_says_is_what_is_started(runs, added):
    others = {"dense-gan.classes": "3", "dense-gan.published.batch_size": "16"}
    test = form(**RATES, **UNITS, **SHORT, **others, seeds="2", seed="7")
    assert "12 trainings (2 x 3 settings, 2 seeds each)" in words(test)
    assert "Changed from the preset: Iterations, Batch size" in words(test)
    start(test)
    ((sweep,), _) = list_sweeps(runs)
    config = sweep.config
    assert added[0].folder.id == sweep.id == asked(test, "sweep") and not asked(test, "section")
    assert config.vary == {"learning_rate": (0.001, 0.01), "units": (8, 20, 32)} and config.seeds == (7, 8)
    assert config.base.values == {"iterations": 400, "batch_size": 16}, "no more than was changed"
    assert (config.base.dataset, config.base.digits, config.sample, config.lengths) == ("offline", (3,), None, ())
    (first,) = [run for _, run in sweep.runs()]
    assert (first.total, first.config.values["batch_size"]) == (400, 16)


def test_a_form_is_filled_in_row_by_row(runs, added):
    test = form(**SHORT)
    assert "3 trainings (3 seeds)" in words(test) and may_start(test), "the seed alone may vary"
    test.number_input(key="seeds").set_value(1)
    assert "So far, this is one training." in words(again(test)) and not may_start(test)
    test.selectbox(key="vary-1.dense-gan").set_value("learning_rate")
    again(test)
    assert not may_start(test) and "From 0.000001 to 1." in words(test)
    assert test.text_input(key="vary-1.dense-gan.values").placeholder == "0.0001, 0.01"
    assert not [field for field in test.number_input if field.label == "Learning rate"], "it is not fixed as well"
    test.text_input(key="vary-1.dense-gan.values").set_value("0.001..0.1:3:log")
    test.selectbox(key="vary-2.dense-gan").set_value("latent_size")
    again(test)
    test.text_input(key="vary-2.dense-gan.values").set_value("4, 8, 16, 32")
    test.number_input(key="sample").set_value(5)
    test.toggle(key="early").set_value(True)
    again(test)
    assert "5 trainings (5 of the 3 x 4 settings, 1 seed each)" in words(test)
    assert "stopped after 100 and 200 iterations" in words(test)
    start(test)
    config = added[0].folder.config
    assert config.vary == {"learning_rate": (0.001, 0.01, 0.1), "latent_size": (4, 8, 16, 32)}
    assert (config.sample, config.lengths) == (5, (100, 200, 400))


def test_presets_may_vary_each_with_its_own_length(runs, added):
    varied = {"vary-1.digit-gan": "Preset", "vary-1.digit-gan.values": "published, tuned"}
    test = form(**{"model": "digit-gan", **varied})
    assert "Each training is as long as its own settings say." in words(test)
    assert not [field for field in test.selectbox if field.key == "digit-gan.preset"]
    start(test)
    sweep = added[0].folder
    assert (sweep.config.base.preset, sweep.config.base.values, sweep.config.base.iterations) == (None, {}, None)
    assert sweep.config.base.digits == (5,), "what the architecture is for"
    assert Run(added[0].run).config.preset == "published"


def test_where_ray_is_installed_it_may_train(runs, added, monkeypatch):
    monkeypatch.setattr(machines_field, "is_installed", lambda: False)
    assert not [field for field in form(**SHORT).selectbox if field.label == "Where"]
    for module in (machines_field, ray_cluster):
        monkeypatch.setattr(module, "is_installed", lambda: True)
    test = form(**SHORT, on="A Ray cluster")
    assert "3 trainings (3 seeds), as many at once as there is room for." in words(test).replace("*", "")
    assert "Give the address of the cluster." in words(test) and not may_start(test)
    test.text_input(key="cluster").set_value("nowhere")
    start(again(test))
    assert "but not on 'nowhere'" in words(test) and not added
    test.text_input(key="cluster").set_value(" ray://192.168.0.1:10001")
    start(again(test))
    assert added[0].on == added[0].folder.config.on == "ray://192.168.0.1:10001"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"vary-1.dense-gan.values": "0.001, x"}, "Learning rate must be a number, not 'x'."),
        ({"vary-1.dense-gan.values": "0.001, 7"}, "Learning rate must be from 0.000001 to 1, but it is 7."),
        ({"vary-1.dense-gan.values": "0.1..0.01:3"}, "The range '0.1..0.01:3' of Learning rate cannot be"),
        ({"vary-1.dense-gan.values": "0.1, 0.1"}, "Learning rate has the value 0.1 twice"),
        ({"vary-2.dense-gan": "Learning rate", "vary-2.dense-gan.values": "0.1"}, "Learning rate varies twice"),
        ({"seeds": "600"}, "A sweep has from 1 to 1,000 trainings, but these are 1,200."),
        ({"sample": "3"}, "From 1 to 2 of the 2 combinations can be drawn, but not 3."),
        ({"early": "true", "vary-1.dense-gan.values": "0.1"}, "Stopping early needs at least two settings"),
    ],
)
def test_what_cannot_be_is_said_once_in_place_and_nothing_is_lost(runs, query, sentence):
    query = RATES | SHORT | query
    test = form(**query)
    assert sentence in words(test) and len(test.error) == 1
    assert not may_start(test) and "trainings (" not in words(test)
    for key in ("vary-1.dense-gan.values", "vary-2.dense-gan.values"):
        if key in query:
            assert test.text_input(key=key).value == query[key]


def test_what_was_mended_can_be_started(runs):
    test = form(**RATES | SHORT | {"vary-1.dense-gan.values": "0.001, x"})
    assert not may_start(test)
    test.text_input(key="vary-1.dense-gan.values").set_value("0.001, 0.002")
    assert may_start(again(test)) and not test.error and "6 trainings" in words(test)


def test_own_images_have_to_be_named_first(runs):
    test = form(images="My own images", **RATES)
    assert not may_start(test) and "Start 6 trainings" in labels(test)


def test_how_long_all_of_them_take(runs):
    query = RATES | UNITS | SHORT
    assert "How long will it take here?" in labels(form(**query)), "nothing like it was timed yet"
    test = form(**query)
    vary = {"learning_rate": [0.001, 0.01], "units": [8, 20, 32]}
    described, members = checked_sweep(SweepRequest(jobs.Request("dense-gan", dataset="offline"), vary, (0, 1, 2)))
    base = jobs.Request(**dict(described["base"]))
    for units, pace in ((8, 0.5), (20, 1.0)):  # of the third it is not known, so it counts as their mean
        devices.remember_wait(jobs.pace(replace(base, values={"units": units})), pace, 10.0)
    seconds = 6 * (10 + 400 * 0.5) + 6 * (10 + 400 * 1.0) + 6 * (10 + 400 * 0.75)
    assert len(members) == 18
    assert f"18 trainings (2 x 3 settings, 3 seeds each), about {about(seconds)} here" in words(again(test))
    test.toggle(key="early").set_value(True)  # after 100 iterations 3 of 6 settings go on, after 200 2 of them
    again(test)
    seconds = sum(
        6 * sum(share * (10 + pace * length) for share, length in ((1, 100), (1 / 2, 100), (1 / 3, 200)))
        for pace in (0.5, 1.0, 0.75)
    )
    assert f"about {about(seconds)} here" in words(test)


def test_the_smallest_and_the_largest_setting_are_timed_where_none_is_known(runs, tmp_path, monkeypatch):
    timed = []

    def time_here(request: jobs.Request) -> float:
        timed.append(request.values.get("units"))
        devices.remember_speed(jobs.pace(request), 0.001 * request.values["units"])
        return 0.0

    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(jobs, "time_here", time_here)
    test = form(**RATES, **UNITS | {"vary-2.dense-gan.values": "20, 8, 32, 16"}, **SHORT, seeds="1")
    assert "8 trainings (2 x 4 settings, 1 seed each).**" in words(test)
    press_key(test, "time-it")
    until(lambda: len(timed) == 2)
    sizes = [jobs.Request("dense-gan", values={"units": units}, precision="float32") for units in (8, 32)]
    paces = [known_pace(jobs.pace(request)) for request in sizes]
    seconds = 2 * sum(pace.seconds(400) for pace in paces) + 4 * sum(pace.seconds(400) for pace in paces) / 2
    assert f"8 trainings (2 x 4 settings, 1 seed each), about {about(seconds)} here" in words(again(test))
    assert timed == [8, 32]


def test_the_examples_can_be_written_as_they_are():
    for spec in registry.specs():
        for knob in spec.knobs:
            listed, help = example(knob)
            assert len(set(parse_vary(spec.name, [f"{knob.name}={listed}"])[knob.name])) >= 2, (spec.name, knob.name)
            for text in help.split("`")[1::2]:
                if text != ":log":
                    values = parse_vary(spec.name, [f"{knob.name}={text}"])[knob.name]
                    assert len(set(values)) == len(values), (spec.name, knob.name, text)
            if ":log" in help:
                (text,) = (text for text in help.split("`")[1::2] if ".." in text)
                parse_vary(spec.name, [f"{knob.name}={text}:log"])


def test_going_over_from_one_training_keeps_what_was_set(runs):
    test = open_page("train", new="1", model="dense-gan", images="Offline digits", **SHORT)
    test.button_group(key="train-section").set_value("sweep")
    test.query_params["section"] = "sweep"
    again(test)
    assert "Dense GAN" in words(test) and "3 trainings (3 seeds)" in words(test)
    assert "Changed from the preset: Iterations." in words(test)
