"""Runs beside each other, without TensorFlow: what differs, what they share, and where each ended."""

import numpy as np
import pytest

from ganlab.evaluation import comparison
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter, prune
from ganlab.runs.folders import PRETRAINED
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import being_trained, finish, in_race, make

MEASURED = {"quality": list(metric_catalog.COLUMNS)}

SEEN = {"title": "MNIST", "images": 9, "fingerprint": "a"}


def with_figures(folder, values: dict[int, float], **config) -> Run:
    writer = make(folder, **{**MEASURED, **config})
    for iteration, distance in values.items():
        writer.quality(iteration, {"frechet": distance, "frechet_floor": 0.5, "diversity": np.nan})
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def test_only_settings_that_differ_are_listed(tmp_path):
    one = finish(tmp_path, digits=[5])
    other = finish(tmp_path, digits=None, seed=3, values={**one.config.values, "batch_size": 7})
    assert comparison.differences([one, other]) == {
        "Classes": ["5", "all"],
        "Seed": [0, 3],
        "Batch size": [one.config.values["batch_size"], 7],
    }
    assert comparison.differences([one, one]) == {}
    gone = finish(tmp_path, model="old-gan", digits=[5], values={"width": 3})
    table = comparison.differences([one, gone])
    assert table["Model"] == ["Dense GAN", "old-gan"] and table["width"] == [None, 3]


def test_curves_that_two_runs_share_have_their_titles_those_of_all_first(tmp_path):
    gan, other, vae = finish(tmp_path), finish(tmp_path, model="dcgan"), finish(tmp_path, model="vae")
    assert comparison.curve_titles([gan, other])["generator_loss"] == "Generator's loss"
    assert set(comparison.curve_titles([gan, other, vae])) == set(comparison.curve_titles([gan, other]))
    assert comparison.curve_titles([gan, vae]) == {} == comparison.curve_titles([gan])
    repair = finish(tmp_path, model="repair-gan")
    shared = list(comparison.curve_titles([gan, other, repair]))
    assert set(shared[:2]) <= set(repair.curves) and not set(shared[-1:]) & set(repair.curves)


def test_ends_are_means_of_the_last_iterations_and_the_last_figures(tmp_path):
    run = with_figures(tmp_path, {10: 40.0, 20: 30.0}, done=250, iterations=300)
    found = comparison.ends(run)
    rows = run.metrics(150)
    assert found["iterations"] == 250 and found["seconds"] == 65.0 and found["averaged_over"] == comparison.LAST
    assert found["curves"]["generator_loss"] == pytest.approx(rows[:, run.curves.index("generator_loss")].mean())
    assert found["quality"] == {"frechet": 30.0, "frechet_floor": 0.5}


def test_a_pretrained_run_has_the_figures_of_its_record():
    found = comparison.ends(Run(PRETRAINED / "dcgan"))
    assert found["averaged_over"] == 1000 and found["iterations"] == 20_000 and found["seconds"] > 0
    assert found["curves"]["generator_loss"] > 0 and found["quality"] == {}


def test_curves_that_are_no_numbers_are_left_out_of_the_means(tmp_path):
    writer = make(tmp_path, done=0, iterations=4)
    rows = np.full([4, len(writer.run.curves)], 2.0, np.float32)
    rows[1, 1], rows[:, 2] = np.nan, np.inf
    writer.iterations(rows, np.zeros([4, 28, 28], np.uint8))
    writer.close()
    found = comparison.ends(Run(writer.path))["curves"]
    assert found[writer.run.curves[1]] == 2.0 and writer.run.curves[3] in found


def test_seconds_are_those_after_each_iteration(tmp_path):
    run = finish(tmp_path)
    seconds = run.metrics()[:, 0]
    at = comparison.seconds_at(run, np.array([0, 1, 30, 31]))
    np.testing.assert_allclose(at, [0.0, seconds[0], seconds[29], np.nan])


def test_figures_of_merit_are_those_that_a_run_has_and_floors_are_none(tmp_path):
    run, without = with_figures(tmp_path, {10: 40.0}), finish(tmp_path)
    assert [figure.name for figure in comparison.measured([without, run])] == ["frechet"]
    assert comparison.measured([without]) == []


def about(extractor: str | None = "classifier", samples: int = 1000) -> dict:
    return {"extractor": extractor, "samples": samples, "searched": 5000, "classes": None}


def test_figures_of_one_kind_say_which_classifier_read_how_many_samples(tmp_path):
    one, two = (with_figures(tmp_path, {10: 40.0}, measuring=about(), seed=seed) for seed in (0, 1))
    assert (
        comparison.of_what([one, two])
        == "Measured on 1,000 samples of each run, with the pretrained classifier “classifier”."
    )
    without = finish(tmp_path, digits=[8])
    assert comparison.of_what([one, without]) == comparison.of_what([one, two]) and not comparison.of_what([without])
    pixels = with_figures(tmp_path, {10: 40.0}, measuring=about(None, 50))
    assert "pixels of 50 samples" in comparison.of_what([pixels]) and "classifier knows" in comparison.of_what([pixels])


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"measuring": about("mine")}, "with different classifiers."),
        ({"measuring": about(samples=500)}, "from different numbers of samples."),
        ({"digits": [8]}, "beside different real images."),
        ({"dataset": "fashion-mnist", "measuring": about("fashion-classifier")}, "classifiers and beside different"),
        ({"data": {**SEEN, "fingerprint": "b"}}, "beside different real images."),
    ],
)
def test_figures_of_different_kinds_are_said_not_to_compare(tmp_path, other, said):
    kept = {"measuring": about(), **({"data": SEEN} if "data" in other else {})}
    one, two = with_figures(tmp_path, {10: 40.0}, **kept), with_figures(tmp_path, {10: 40.0}, **{**kept, **other})
    found = comparison.of_what([one, two])
    assert found.startswith("These numbers do not compare between the runs") and said in found


def test_everything_unexpected_is_a_sentence(tmp_path):
    pruned, fresh = finish(tmp_path, created="2026-01-01T00:00:00+00:00"), finish(tmp_path, "failed", done=0)
    prune(pruned)
    gone, vae = finish(tmp_path, model="old-gan"), finish(tmp_path, model="vae")
    shipped, busy = Run(PRETRAINED / "dcgan"), finish(tmp_path)
    runs = [Run(pruned.path), fresh, gone, vae, shipped, busy]
    writer = RunWriter(busy.path)
    writer.status("running")
    found = "\n".join(comparison.remarks(runs, {run.path: run.id for run in runs}))
    writer.close()
    assert f"{pruned.id} was pruned" in found and f"{fresh.id} has recorded no iteration" in found
    assert "old-gan, has been removed" in found and "dcgan came without its history" in found
    assert f"{busy.id} is still training" in found
    assert "share no curve" in "\n".join(comparison.remarks([vae, busy], {vae.path: "A", busy.path: "B"}))
    assert comparison.remarks([busy, busy], {busy.path: "A"}) == []


def test_runs_are_found_once_each_and_what_is_missing_is_said(tmp_path):
    run = finish(tmp_path)
    found, problems = comparison.find([run.path.name, str(run.path), "gone", "dcgan"], tmp_path)
    assert [one.path.name for one in found] == [run.path.name, "dcgan"]
    (problem,) = problems
    assert "There is no run 'gone'" in problem


def test_the_oldest_run_comes_first_in_whatever_order_runs_were_chosen(tmp_path):
    old = finish(tmp_path, created="2026-01-01T00:00:00+00:00")
    new = finish(tmp_path, created="2026-02-01T00:00:00+00:00")
    for chosen in ([new, old], [old, new]):
        assert [run.id for run in comparison.by_age(chosen)] == [old.id, new.id]


def test_of_a_race_the_left_side_comes_first_even_where_both_were_made_at_once(tmp_path):
    moment = "2026-01-01T00:00:00+00:00"
    right, left = (finish(tmp_path, created=moment) for _ in range(2))
    for run in (right, left):
        with being_trained(run.path) as writer:
            writer.configure(race=in_race(sides=[left.id, right.id]))
    left, right = Run(left.path), Run(right.path)
    for chosen in ([left, right], [right, left]):
        assert [run.id for run in comparison.by_age(chosen)] == [left.id, right.id]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("coverage", 0.001121, "0.11%"),
        ("class_5", 0.843, "84.3%"),
        ("class_5", 1.0, "100%"),
        ("discriminator_accuracy", 0.973, "97.3%"),
        ("frechet", 42.331, "42.3"),
        ("frechet", 0.153, "0.15"),
        ("kernel", 1011.2, "1,010"),
        ("kernel", 0.00001234, "about 0"),
        ("generator_loss", float("nan"), comparison.NONE),
        ("generator_loss", None, comparison.NONE),
    ],
)
def test_numbers_are_written_in_two_or_three_digits_and_shares_in_percent(name, value, text):
    assert comparison.written(name, value) == text


def test_the_share_that_is_read_is_that_of_all_classes_asked_for(tmp_path):
    writer = make(tmp_path, quality=list(metric_catalog.COLUMNS), digits=[3, 5])
    writer.quality(10, {"class_3": 0.25, "class_5": 0.5, "class_8": 0.25})
    writer.close()
    assert comparison.shares_read(Run(writer.path)) == (None, 0.75)
    for digits in ([5], None):
        assert comparison.shares_read(with_figures(tmp_path, {10: 4.0}, digits=digits)) == (None, None)


def test_what_was_read_after_a_race_comes_before_what_was_measured(tmp_path):
    read = {"iterations": [5, 30], "shares": [0.5, 0.98], "as_drawn": [0.1, 0.2], "samples": 1000}
    writer = make(tmp_path, quality=list(metric_catalog.COLUMNS), digits=[5], race=in_race(read=read))
    writer.quality(10, {"class_5": 0.25})
    writer.close()
    assert comparison.shares_read(Run(writer.path)) == (0.98, 0.2)


def test_nothing_of_it_needs_tensorflow():
    assert not HEAVY & imported_by("import ganlab.evaluation.comparison, ganlab.cli.terminal, ganlab.jobs.races")


def test_images_that_stood_in_for_others_are_compared_as_what_they_were(tmp_path):
    asked, stood_in = (
        finish(tmp_path, dataset=name, data={"title": "Offline digits", "images": 1500}, seed=seed)
        for seed, name in enumerate(("offline", "mnist"))
    )
    assert "Images" not in comparison.differences([asked, stood_in])
