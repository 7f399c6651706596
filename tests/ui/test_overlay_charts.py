"""Charts and grids of several runs: what is handed to Plotly and to the browser."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.shared import overlay_charts, sample_grids
from ganlab.ui.shared.theme import RUNS
from tests.evaluation.test_comparison import with_figures
from tests.pages.steps import being_trained, finish, in_race

FRECHET = metric_catalog.FIGURES[0]


def test_each_run_has_a_colour_and_dashes_of_its_own(tmp_path):
    runs = [finish(tmp_path) for _ in range(4)]
    drawn = overlay_charts.curve(runs, list("ABCD"), "generator_loss", "iterations", "loss")
    assert [line["name"] for line in drawn["data"]] == list("ABCD")
    looks = [(line["line"]["color"], line["line"]["dash"]) for line in drawn["data"]]
    assert looks == list(RUNS) and len({dash for _, dash in looks}) == 4
    assert drawn["data"][0]["x"] == list(range(1, 31))
    np.testing.assert_allclose(drawn["data"][0]["y"], runs[0].metrics()[:, 1], atol=1e-4)
    go.Figure(drawn)  # raises ValueError for what Plotly does not know


def test_a_run_keeps_its_colour_where_another_lacks_the_curve(tmp_path):
    runs = [finish(tmp_path, model="vae"), finish(tmp_path)]
    (line,) = overlay_charts.curve(runs, ["A", "B"], "generator_loss", "seconds", "loss")["data"]
    assert line["name"] == "B" and line["line"]["color"] == RUNS[1][0]
    np.testing.assert_allclose(line["x"], runs[1].metrics()[:, 0], rtol=1e-5)


def test_long_runs_are_drawn_in_at_most_2000_points(tmp_path):
    run = finish(tmp_path, done=5000, iterations=5000)
    (line,) = overlay_charts.curve([run], ["A"], "generator_loss", "iterations", "loss")["data"]
    assert 200 < len(line["x"]) <= 2000 and line["x"][-1] == 5000
    many = with_figures(tmp_path, dict.fromkeys(range(1, 3001), 4.0), done=3000, iterations=3000)
    (line,) = overlay_charts.figure([many], ["A"], FRECHET, "iterations")["data"]
    assert 400 < len(line["x"]) <= 2000 and line["x"][-1] == 3000


def test_zooming_outlives_new_data_and_not_another_axis(tmp_path):
    run = finish(tmp_path)

    def revision(name: str, by: str) -> str:
        return overlay_charts.curve([run], ["A"], name, by, name)["layout"]["uirevision"]

    assert revision("generator_loss", "iterations") == revision("generator_loss", "iterations")
    assert len({revision("generator_loss", "iterations"), revision("generator_loss", "seconds")}) == 2


def test_a_figure_of_merit_has_the_floor_as_a_line(tmp_path):
    run, without = with_figures(tmp_path, {10: 40.0, 20: 30.0}), finish(tmp_path)
    drawn = overlay_charts.figure([without, run], ["A", "B"], FRECHET, "seconds")
    (line,) = drawn["data"]
    assert (line["name"], line["y"]) == ("B", [40.0, 30.0])
    np.testing.assert_allclose(line["x"], run.metrics()[[9, 19], 0], rtol=1e-5)
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [0.5]
    go.Figure(drawn)


def test_shares_that_were_read_are_drawn_in_percent_and_of_other_runs_nothing(tmp_path):
    run, without = finish(tmp_path), finish(tmp_path)
    with being_trained(run.path) as writer:
        writer.configure(
            race=in_race(read={"iterations": [10, 30], "shares": [0.25, 1.0], "as_drawn": [0.0, 0.5], "samples": 9})
        )
    run = Run(run.path)
    drawn = overlay_charts.shares([without, run], ["A", "B"], "iterations", "share")
    (line,) = drawn["data"]
    assert (line["name"], line["x"], line["y"], line["line"]["color"]) == ("B", [10, 30], [25, 100], RUNS[1][0])
    (line,) = overlay_charts.shares([without, run], ["A", "B"], "seconds", "share")["data"]
    np.testing.assert_allclose(line["x"], run.metrics()[[9, 29], 0], rtol=1e-5)
    go.Figure(drawn)


def test_titles_cannot_bring_markup_into_a_chart(tmp_path):
    (line,) = overlay_charts.curve([finish(tmp_path)], ["<b>A</b>"], "generator_loss", "iterations", "loss")["data"]
    assert line["name"] == "&lt;b&gt;A&lt;/b&gt;"


def test_samples_are_previews_spread_over_the_run_and_bounded(tmp_path):
    run = finish(tmp_path, done=30, preview_images=16)
    found = sample_grids.samples(run)
    assert found.iterations.tolist() == [0, 10, 20, 30] and found.images.shape == (4, 16, 28, 28)
    assert found.seconds[0] == 0 and found.seconds[-1] == pytest.approx(run.metrics()[29, 0])
    np.testing.assert_array_equal(found.images[-1], run.preview()[1])  # type: ignore[index]
    long = finish(tmp_path, done=3000, iterations=3000, preview_images=16)
    found = sample_grids.samples(long)
    assert len(found.iterations) <= sample_grids.MOST_MOMENTS and found.images.nbytes <= sample_grids.MOST_IMAGES * 784
    assert (found.iterations[0], found.iterations[-1]) == (0, 3000)


def test_of_several_panels_the_one_that_says_most_is_shown(tmp_path):
    run = finish(tmp_path, model="repair-gan", preview_images=32)
    assert sample_grids.samples(run).images.shape[1:] == (16, 28, 28)
    np.testing.assert_array_equal(sample_grids.samples(run).images[-1], run.preview()[1][-16:])  # type: ignore[index]


def test_without_a_history_it_is_the_samples_that_the_run_came_with(tmp_path):
    run = Run(PRETRAINED / "dcgan")
    found = sample_grids.samples(run)
    assert found.iterations.tolist() == [20_000] and found.words == "At the end,"
    np.testing.assert_array_equal(found.images[0], run.samples()[:16])
    empty = finish(tmp_path, "failed", done=0)
    (empty.path / "previews.bin").unlink()
    assert not len(sample_grids.samples(empty).images) and sample_grids.samples(empty).words == "No samples yet."
