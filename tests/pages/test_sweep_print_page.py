"""The printable page of a sweep, without a browser."""

from functools import partial

import numpy as np

from ganlab.ui.runs import sweep_print_page
from tests.pages.steps import asked, images, labels, open_page, press, words
from tests.pages.test_sweep_results import TWO, charts
from tests.sweeping import RATE, recorded_sweep

page = partial(open_page, "runs")


def test_what_came_out_of_a_sweep_on_one_page(runs):
    sweep = recorded_sweep(runs, figure=lambda member: 100 * member.values[RATE] + member.seed)
    test = press(page(sweep=sweep.id), "Printable page")
    assert asked(test, "figures") == sweep.id and "sweep" not in test.query_params
    said = words(test)
    assert test.title[0].value == "Digit GAN, class 5, by learning rate"
    assert f"Sweep {sweep.id} · Finished, 9 of 9 trainings done" in said
    assert "**What varies.** Learning rate 0.001, 0.01, 0.1; 3 seeds (0, 1, 2)." in said
    assert "**What is the same.** Offline digits; preset published; 30 iterations; computed in float32." in said
    assert "Fréchet distance is lower with learning rate 0.001 than with learning rate 0.1" in said
    over, *curves = charts(test)
    assert over["layout"]["plot_bgcolor"] == "white" and over["data"][1]["y"] == [1.1, 2, 11]
    assert len(curves) == 3 and curves[0]["layout"]["yaxis"]["title"]["text"] == "Fréchet distance"
    (table,) = test.table
    assert list(table.value["Learning rate"]) == ["0.001", "0.01", "0.1"]
    assert list(table.value["Mean"]) == ["1.10", "2.00", "11.0"]
    assert [image.caption.replace("\\", "") for image in images(test)] == [
        f"{place}: Learning rate {rate}, seed {seed}, after 30 iterations. Fréchet distance at its end: {value}."
        for place, rate, seed, value in (
            ("Best", 0.001, 0, "0.10"),
            ("Middle", 0.001, 2, "2.10"),
            ("Worst", 0.1, 2, "12.0"),
        )
    ]
    test = press(test, "Back to the results")
    assert asked(test, "sweep") == sweep.id and "figures" not in test.query_params and "Open the sweep" in labels(test)


def test_two_settings_are_a_map_and_three_are_lines_with_the_best_in_black(runs, monkeypatch):
    monkeypatch.setattr(sweep_print_page, "MOST_ROWS", 3)
    test = page(figures=recorded_sweep(runs, TWO, (0,)).id)
    assert charts(test)[0]["data"][0]["type"] == "heatmap"
    three = {**TWO, "label_noise": [0.0, 0.1]}
    test = page(figures=recorded_sweep(runs, three, (0,), lambda member: 1000 * member.values[RATE]).id)
    lines = charts(test)[0]["data"]
    assert {line["type"] for line in lines} == {"scatter"} and lines[-1]["line"]["color"] == "#000000"
    assert len(test.table[0].value) == 3 and "Of 5 more, each training is in the CSV file" in words(test)
    assert "The other combinations are grey." in words(test), "four at most have a colour"


def test_what_did_not_come_to_its_end_is_told_and_nothing_is_made_up(runs):
    def became(one):
        return (
            {"state": "failed", "iterations": 5, "why": "The loss is no number."} if one.seed else {"state": "skipped"}
        )

    sweep = recorded_sweep(runs, {RATE: [0.01]}, (0, 1), lambda member: np.nan, became)
    test = page(figures=sweep.id)
    said = words(test)
    assert "Learning rate 0.01, seed 1: failed. The loss is no number." in said and "seed 0: skipped" in said
    assert "was not measured for two seeds" in said and list(test.table[0].value["Mean"]) == ["–"]


def test_a_sweep_that_varies_nothing_but_the_seed_and_one_that_is_gone(runs):
    test = page(figures=recorded_sweep(runs, {}).id)
    assert "**What varies.** 3 seeds (0, 1, 2)." in words(test) and len(test.table[0].value) == 1
    assert "There is no run" in words(page(figures="sweep-gone"))
