"""Sweeps on the Runs page, their rows and what came out of them, without a browser and without TensorFlow."""

import json
from functools import partial

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ganlab.jobs import worker
from ganlab.runs import Run, SweepFolder, delete, layout, list_runs, list_sweeps, rename
from ganlab.runs.files import write_json
from ganlab.runs.records import SweepPart
from ganlab.runs.sweep_records import seeds_of
from ganlab.ui.runs import sweep_list
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import again, asked, finish, labels, make, open_page, press, sent, titles, words
from tests.sweeping import RATE, recorded_sweep

page = partial(open_page, "runs")
TWO = {RATE: [0.001, 0.01], "dropout": [0.1, 0.4]}


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(sweep_list, "_best", {})


def charts(test: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def results(sweep: SweepFolder, **query: str) -> AppTest:
    return page(sweep=sweep.id, **query)


def test_a_sweep_is_one_row_and_its_runs_are_listed_where_somebody_asks_for_them(runs):
    sweep, alone = recorded_sweep(runs), finish(runs)
    first, second, *_ = (member.run for member in sweep.members)
    rename(Run(runs / second), "A favourite")
    test = page()
    assert sorted(titles(test)) == ["Dense GAN, class 5", "Digit GAN, class 5, by learning rate"]
    said = words(test)
    assert "9 of 9 trainings done · Learning rate 0.001, 0.01, 0.1 · 3 seeds" in said
    assert "Best: Learning rate 0.001 (Fréchet distance 20.0 on average over 3 seeds)" in said
    assert f"1 run of your own, and 1 sweep of 9 runs, in {runs}" in said
    for search, count in (("learning", 1), (first, 1), ("favourite", 1), (sweep.id, 10), ("zebra", 0)):
        assert len(titles(page(search=search))) == count, search
    assert len(titles(page(state="Finished"))) == 2 and len(titles(page(state="Failed"))) == 0
    assert len(titles(page(members="true"))) == 11 and f"open-{alone.path.name}" in [one.key for one in page().button]
    for order in ("Longest", "Size"):
        assert titles(page(sort=order))[0].startswith("Digit GAN, class 5, by")


def test_the_results_have_an_address_and_a_way_back(runs):
    sweep = recorded_sweep(runs)
    test = press(page(), "Results")
    assert asked(test, "sweep") == sweep.id and test.title[0].value == "Digit GAN, class 5, by learning rate"
    test = press(test, "Back to all runs")
    assert test.title[0].value == "Runs" and "sweep" not in test.query_params


def test_one_setting_is_drawn_over_its_values_beside_curves_a_table_and_samples(runs):
    test = results(recorded_sweep(runs))
    over, curves = charts(test)
    assert over["layout"]["xaxis"]["type"] == "log" and over["data"][1]["y"] == [20, 20, 20]
    means = [line for line in curves["data"] if line.get("showlegend") is not False]
    assert [line["name"] for line in means] == [f"Learning rate {rate}" for rate in (0.001, 0.01, 0.1)]
    assert means[0]["y"] == [50, 20] and means[0]["x"] == [10, 30] and len(curves["data"]) == 9
    assert (
        "With learning rate 0.001 the mean is lower than with learning rate 0.01 and learning rate 0.1 (20.0 against"
        in words(test)
    )
    table, members = (one.value for one in test.dataframe)
    assert list(table["Learning rate"]) == [0.001, 0.01, 0.1] and list(table["Seeds"]) == [3, 3, 3]
    assert list(members["State"].unique()) == ["finished"]
    assert all(str(link).startswith("/train?run=digit-gan") for link in members["Run"])
    head, _ = sent(test, "ganlab_grids")
    assert [grid["title"] for grid in head["grids"]] == [
        "Best: Learning rate 0.001, seed 0",
        "Middle: Learning rate 0.01, seed 1",
        "Worst: Learning rate 0.1, seed 2",
    ]
    assert [grid["colour"] for grid in head["grids"]] == [line["line"]["color"] for line in means]
    assert len(test.get("download_button")) == 1
    test.button_group(key="sweep-around").set_value("each").run()
    assert len(charts(test)[1]["data"]) == 12
    test.selectbox(key="sweep-curve").set_value("curve.generator_loss").run()
    assert charts(test)[1]["data"][0]["x"] == list(range(1, 31))


def test_two_settings_are_a_map_and_three_are_parallel_axes(runs):
    test = results(recorded_sweep(runs, TWO, (0,)))
    (trace,) = charts(test)[0]["data"]
    assert trace["type"] == "heatmap" and trace["x"] == ["0.001", "0.01"] and trace["z"] == [[10, 10], [10, 10]]
    test = results(recorded_sweep(runs, {**TWO, "label_noise": [0.0, 0.1]}, (0,)))
    (trace,) = charts(test)[0]["data"]
    assert trace["type"] == "parcoords" and len(trace["dimensions"]) == 4
    (field,) = test.multiselect
    assert len(field.options) == 8 and len(field.value) == 3, "the best, the middle and the worst are in colour"
    test = field.set_value([field.options[7]]).run()
    colours = [line["line"]["color"] for line in charts(test)[1]["data"] if line.get("showlegend") is not False]
    assert len(colours) == 1 and len(charts(test)[1]["data"]) == 8


def test_seeds_alone_are_compared_by_their_spread(runs):
    test = results(recorded_sweep(runs, {}))
    assert "Fréchet distance is 20.0 on average over 3 seeds, with a standard deviation of 10.0" in words(test)
    assert len(charts(test)) == 1 and test.title[0].value == "Digit GAN, class 5, by seed"


def test_what_failed_is_told_and_a_run_that_is_gone_or_damaged_is_missed(runs):
    def became(one):
        failed = one.values[RATE] == 0.1
        return {"state": "failed", "iterations": 5, "why": "The loss is no number."} if failed else {}

    sweep = recorded_sweep(runs, became=became)
    delete(Run(runs / sweep.members[0].run))
    (runs / sweep.members[1].run / layout.CONFIG).write_text("{")
    test = results(sweep)
    assert "Learning rate 0.1, seeds 0, 1 and 2: failed. The loss is no number." in words(test)
    members = test.dataframe[1].value
    assert (
        list(members["State"][:3]) == ["run deleted", "run deleted", "failed"]
        and sum(map(bool, members["Run"].notna())) == 7
    )
    assert list(test.dataframe[0].value["Seeds"]) == [2, 2, 0]


def test_a_damaged_sweep_is_named_and_its_runs_are_runs_of_their_own(runs):
    sweep, torn = recorded_sweep(runs, {}, (0,)), recorded_sweep(runs, {}, (1,))
    (torn.path / layout.MEMBERS).write_text("{")
    write_json(sweep.path / layout.SWEEP, {"format": 1, "id": sweep.id})
    test = page()
    assert titles(test) == ["Digit GAN, class 5"] * 2 and len(test.warning) == 2
    for one, said in ((sweep, "'base' is missing"), (torn, layout.MEMBERS)):
        test = results(one)
        assert said in test.error[0].value.replace("\\", "") and labels(test) == ["Back to all runs"]
    assert "There is no sweep 'gone'" in page(sweep="gone").error[0].value.replace("\\", "")


def test_a_sweep_at_work_shows_how_far_it_is(runs):
    sweep = recorded_sweep(runs, {RATE: [0.01]}, (0, 1))
    first, second = sweep.members
    writer = make(runs, 12, model="digit-gan", sweep=SweepPart(id=sweep.id, place=1))
    writer.status("running")
    sweep.hold()
    sweep.note((first, second.changed(run=writer.path.name, state="begun", iterations=12)))
    test = page()
    assert "1 of 2 trainings done" in words(test) and "Training" in words(test)
    test = results(sweep)
    assert "Show the latest" in labels(test) and list(test.dataframe[1].value["State"]) == ["finished", "begun"]
    test.session_state[f"more-{sweep.id}"] = True
    assert "cannot be deleted" in words(again(test))
    sweep.close()
    writer.close()


@pytest.mark.parametrize(("button", "left"), [("Delete, keep its runs", 2), ("Delete with its runs", 0)])
def test_a_sweep_is_deleted_with_its_runs_or_without_them(runs, button, left):
    sweep = recorded_sweep(runs, {}, (0, 1))
    test = page() if left else results(sweep)
    test.session_state[f"more-{sweep.id}"] = True
    test = again(test)
    assert button not in labels(test), "only after it was confirmed"
    test.checkbox(key=f"delete-sure-{sweep.id}").check()
    test = press(again(test), button)
    assert test.title[0].value == "Runs" and f"({sweep.id}) was deleted" in words(test)
    assert not list_sweeps(runs)[0] and len(list_runs(runs)[0]) == len(titles(test)) == left


def test_more_seeds_and_what_was_skipped_are_asked_for_where_results_are_read(runs, monkeypatch):
    handed, led = [], []
    monkeypatch.setattr(worker, "add", handed.append)
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    vary = {RATE: [0.001, 0.01]}
    sweep = recorded_sweep(runs, vary, (0, 4), became=lambda one: {"state": "skipped"} if one.seed else {})
    test = results(sweep)
    test.session_state["add-seeds"] = True
    assert "**4 more trainings**, with the seeds 5 and 6. What is finished stays as it is." in words(again(test))
    test.number_input(key="more-seeds").set_value(1)
    test = press(again(test), "Train 2 more")
    assert [member.state for member in sweep.members[2:]] == ["skipped", "skipped", "begun", "planned"]
    assert handed[0].folder.id == sweep.id and led == [("pages/train.py", {"sweep": sweep.id})]
    test = again(test)
    assert "Train the skipped" not in labels(test), "it is at work"
    handed[0]._cancel()
    test = press(again(test), "Train the skipped")
    assert seeds_of(sweep.members) == (0, 4, 5) and not [one for one in sweep.members if one.state == "skipped"]
    handed[1]._cancel()


def test_a_sweep_that_stops_early_says_why_no_seeds_can_be_added(runs):
    sweep = recorded_sweep(runs, {RATE: [0.001, 0.01]}, (0,), early=True)
    test = results(sweep)
    test.session_state["add-seeds"] = True
    assert "Nothing can be added to the sweep" in words(again(test)) and "Train 2 more" not in labels(test)


def test_it_is_all_drawn_without_tensorflow(runs):
    sweep = recorded_sweep(runs)
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('pages/runs.py', default_timeout=120)\ntest.run()\n"
        f"test.query_params['sweep'] = '{sweep.id}'\ntest.run()\n"
        "assert not test.exception and len(test.get('plotly_chart')) == 2, test.exception"
    )
    assert not HEAVY & imported_by(code)
