"""Figures on paper: what is handed to Plotly, and that Plotly takes it."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ganlab.ui.runs import print_charts
from ganlab.ui.shared import theme


def test_curves_keep_their_values_and_leave_gaps_where_there_is_none():
    values = np.array([0.5, np.nan, np.inf, 0.25], np.float32)
    figure = print_charts.curves(np.arange(1, 5), [("a", "loss", values), ("b", "other", values[::-1])], "loss")
    first, second = figure["data"]
    assert first["x"] == [1, 2, 3, 4] and first["y"] == [0.5, None, None, 0.25]
    assert (first["name"], second["name"]) == ("loss", "other") and first["line"] != second["line"]
    assert figure["layout"]["yaxis"]["title"]["text"] == "loss" and "shapes" not in figure["layout"]
    go.Figure(figure)  # raises ValueError for what Plotly does not know


def test_a_curve_has_the_colour_of_what_it_is_about():
    values = np.array([0.5, 0.25], np.float32)
    names = ("discriminator_loss", "generator_loss", "p_real_of_reals", "accuracy_damaged", "accuracy_repaired")
    colours = []
    for name in names:
        (line,) = print_charts.curves(np.arange(2), [(name, name, values)], "")["data"]
        colours.append(line["line"]["color"])
    generator, discriminator, real = (theme.ROLES[role][0] for role in ("generator", "discriminator", "real"))
    assert colours == [discriminator, generator, real, theme.DAMAGED, theme.REPAIRED]


def test_probabilities_run_from_0_to_1_with_a_line_at_a_half():
    figure = print_charts.curves(np.arange(3), [("p", "p", np.array([0.0, 0.5, 1.0]))], "probability", probability=True)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= 0 and high >= 1 and figure["layout"]["shapes"][0]["y0"] == 0.5
    go.Figure(figure)


@pytest.mark.parametrize("n", [1, 999, 1000, 20_000])
def test_a_scatter_has_a_dot_for_each_iteration_or_about_1000(n):
    x, y = np.arange(n, dtype=np.float32), -np.arange(n, dtype=np.float32)
    (dots,) = print_charts.against(x, y, np.arange(1, n + 1), "D", "G")["data"]
    assert len(dots["x"]) == min(n, 1000) and dots["x"][0] == 0 and dots["x"][-1] == n - 1
    assert dots["y"] == [-value for value in dots["x"]]
    assert dots["marker"]["color"] == [value + 1 for value in dots["x"]]
    go.Figure(print_charts.against(x, y, np.arange(1, n + 1), "D", "G"))


def test_a_chart_of_a_sweep_is_on_white_and_keeps_what_its_axes_say():
    chart = {"data": [], "layout": {"height": 340, "xaxis": {"type": "log"}, "yaxis": {}}}
    layout = print_charts.on_paper(chart)["layout"]
    assert layout["plot_bgcolor"] == "white" and layout["height"] == 340
    assert layout["xaxis"] == {**print_charts.AXIS, "type": "log"} and chart["layout"]["xaxis"] == {"type": "log"}
    go.Figure(print_charts.on_paper(chart))


@pytest.mark.parametrize("higher_is_better", [False, True])
def test_parallel_axes_are_lines_the_best_of_which_is_black_and_on_top(higher_is_better):
    dimensions = [
        {"label": "a", "values": [0, 1, 1], "tickvals": [0, 1], "ticktext": ["off", "on"]},
        {"label": "b", "values": [5.0, 5.0, 5.0]},
        {"label": "the metric", "values": [30.0, 10.0, 20.0]},
    ]
    line = {"color": [30.0, 10.0, 20.0], "reversescale": higher_is_better}
    drawn = print_charts.parallel({"dimensions": dimensions, "line": line})
    go.Figure(drawn)
    assert len(drawn["data"]) == 3
    top = drawn["data"][-1]
    assert top["line"]["color"] == "#000000"
    assert top["y"] == ([0.0, 0.0, 1.0, None] if higher_is_better else [1.0, 0.0, 0.0, None])
    said = [one["text"] for one in drawn["layout"]["annotations"] if one["x"] == 2]
    assert said == ["10", "15", "20", "25", "30", "the metric"]
    assert [one["y"] for one in drawn["layout"]["annotations"] if one["text"] == "on"] == [1.0]


def test_the_correlation_is_pearsons_over_the_finite_pairs():
    x = np.array([1, 2, 3, np.nan, 5], np.float32)
    assert print_charts.correlation(x, 7 - 2 * x) == pytest.approx(-1)
    assert print_charts.correlation(x, np.array([2, 1, 4, 9, np.inf], np.float32)) == pytest.approx(0.6546537)
    for flat in (np.ones(5, np.float32), np.full(5, np.nan, np.float32)):
        assert print_charts.correlation(x, flat) is None
