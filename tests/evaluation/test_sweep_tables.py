"""The curves and the numbers of a sweep's trainings, laid beside each other."""

import csv
import io

import numpy as np
import pytest

from ganlab import registry
from ganlab.evaluation import sweep_curves, sweep_results, sweep_tables
from ganlab.evaluation.sweep_curves import LOSSES, MEASURED, Curve
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, delete
from ganlab.runs.records import SweepPart
from tests.evaluation.test_comparison import with_figures
from tests.pages.steps import finish
from tests.sweeping import RATE, recorded_sweep

LOSS = Curve(LOSSES, "generator_loss", "Generator's loss")
FRECHET = metric_catalog.BY_NAME["frechet"]
SPEC = registry.get("digit-gan")


def all_of(sweep):
    found = sweep_results.results(sweep)
    return found, sweep_tables.trainings(sweep.members, found.settings)


def test_losses_of_different_lengths_are_averaged_over_the_same_iterations(tmp_path):
    short, long = finish(tmp_path, done=7), finish(tmp_path, done=10)
    at, values = sweep_curves.laid_over(LOSS, [short, long], most=4)
    assert at.tolist() == [3, 6, 9, 10]
    for run, row in zip((short, long), values, strict=True):
        losses = run.metrics()[:, run.curves.index("generator_loss")]
        parts = [losses[start : start + 3] for start in range(0, 12, 3)]
        np.testing.assert_allclose(row, [part.mean() if len(part) else np.nan for part in parts], rtol=1e-6)
    found = sweep_curves.band(values)
    assert found.n.tolist() == [2, 2, 2, 1]
    np.testing.assert_allclose(found.mean[:3], values[:, :3].mean(axis=0))
    np.testing.assert_allclose(found.spread, [*values[:, :3].std(axis=0, ddof=1), 0])
    assert (found.low[3], found.high[3]) == (values[1, 3], values[1, 3])
    at, values = sweep_curves.laid_over(LOSS, [], most=4)
    assert not len(at) and not len(sweep_curves.band(values).n)


def test_a_band_leaves_out_what_is_no_number_and_begins_where_all_have_begun():
    nan = np.nan
    found = sweep_curves.band(np.array([[1.0, 2.0, nan, 4.0], [nan, 4.0, nan, nan], [nan] * 4]))
    assert found.n.tolist() == [0, 2, 0, 1]
    np.testing.assert_array_equal(found.mean, [nan, 3.0, nan, 4.0])
    np.testing.assert_array_equal(found.low, [nan, 2.0, nan, 4.0])
    np.testing.assert_array_equal(found.high, [nan, 4.0, nan, 4.0])


def test_what_is_measured_now_and_then_is_read_between_measurements_and_never_beyond(tmp_path):
    one = with_figures(tmp_path, {10: 40.0, 20: 20.0, 25: np.nan})
    other = with_figures(tmp_path, {15: 8.0, 30: 2.0})
    at, values = sweep_curves.laid_over(Curve(MEASURED, "frechet", ""), [one, other])
    assert at.tolist() == [10, 15, 20, 30]
    np.testing.assert_array_equal(values, [[40, 30, 20, np.nan], [np.nan, 8, 6, 2]])
    assert len(sweep_curves.laid_over(Curve(MEASURED, "frechet", ""), [one, other], most=2)[0]) == 2


def test_curves_that_were_measured_once_come_last(tmp_path):
    twice, once = with_figures(tmp_path, {10: 40.0, 20: 20.0}), with_figures(tmp_path, {30: 2.0})
    spec = registry.get("dense-gan")
    assert [curve.key for curve in sweep_curves.curves_of(spec, [twice], "diversity")][:2] == [
        "measured.diversity",
        "measured.frechet",
    ]
    assert sweep_curves.curves_of(spec, [once])[0].source == LOSSES and not sweep_curves.curves_of(spec, [])


def test_a_row_for_each_setting_says_how_it_compares_with_the_best(tmp_path):
    values = {0.001: [1, 2, 3], 0.01: [1, 2, 4], 0.1: [50, 51, 52]}
    found, trained = all_of(recorded_sweep(tmp_path, figure=lambda one: values[one.values[RATE]][one.seed]))
    rows = sweep_tables.table({RATE: "Learning rate"}, found, trained, [FRECHET])
    assert [row["Learning rate"] for row in rows] == [0.001, 0.01, 0.1]
    assert [row[sweep_tables.COMPARED] for row in rows] == ["best mean", "may be chance", "worse"]
    assert [row[sweep_tables.SEEDS] for row in rows] == [3, 3, 3]
    assert [row["Fréchet distance, mean"] for row in rows] == pytest.approx([2, 7 / 3, 51])
    assert rows[2]["Fréchet distance, standard deviation"] == pytest.approx(1)
    shown = sweep_tables.examples(trained, FRECHET)
    assert list(shown) == ["Best", "Middle", "Worst"]
    assert [(one.member.values[RATE], one.member.seed) for one in shown.values()] == [(0.001, 0), (0.001, 2), (0.1, 2)]


def test_trainings_without_an_end_are_told_with_their_reasons_and_take_no_part(tmp_path):
    def became(one):
        if one.values[RATE] == 0.1:
            return {"state": "stopped early", "iterations": 12, "why": "Stopped after 12 iterations."}
        if one.values[RATE] == 0.001 and one.seed == 1:
            return {"state": "failed", "iterations": 3, "why": 'The disk is full, says "it".'}
        return {"state": "skipped", "iterations": 0} if one.seed == 2 else {}

    sweep = recorded_sweep(tmp_path, became=became)
    delete(Run(tmp_path / sweep.members[1].run))
    found, trained = all_of(sweep)
    assert sweep_tables.not_ended(trained, found.settings) == [
        'Learning rate 0.001, seed 1: failed. The disk is full, says "it".',
        "Learning rate 0.001, seed 2: skipped.",
        "Learning rate 0.01, seed 2: skipped.",
        "Learning rate 0.1, seeds 0, 1 and 2: stopped early. Stopped after 12 iterations.",
    ]
    assert [setting.summary.n for setting in found.settings] == [1, 1, 0]
    assert [one.state for one in trained[:3]] == ["finished", "deleted", "stopped early"]
    lines = list(csv.DictReader(io.StringIO(sweep_tables.members_csv([RATE], trained))))
    assert len(lines) == 9 and [line["seed"] for line in lines] == [str(one.member.seed) for one in trained]
    assert (lines[0][RATE], lines[0]["state"], float(lines[0]["frechet"])) == ("0.001", "finished", 10.0)
    assert (lines[1]["state"], lines[1]["frechet"]) == ("deleted", "")
    assert lines[3]["reason"] == 'The disk is full, says "it".' and lines[6]["run"] == ""
    worst = sweep_tables.ranked(trained, FRECHET)
    assert worst[0].member.state == "finished" and worst[-1].member.iterations == 3


def test_a_run_that_was_trained_further_counts_as_it_was_in_the_sweep(tmp_path):
    sweep = recorded_sweep(tmp_path, {}, (0, 1), figure=lambda one: 7.0)
    part = SweepPart(id=sweep.id, place=0)
    longer = with_figures(tmp_path, {10: 50.0, 30: 7.0, 40: 1.0}, done=40, iterations=40, sweep=part)
    first, second = sweep.members
    sweep.note((first.changed(run=longer.path.name), second))
    found, trained = all_of(sweep)
    assert trained[0].value(FRECHET) == 7.0 and found.settings[0].figures == (7.0, 7.0)
