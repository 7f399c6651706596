"""Charts of a sweep: what is handed to Plotly."""

import numpy as np
import plotly.graph_objects as go
import pytest

from ganlab.evaluation import sweep_curves
from ganlab.evaluation.sweep_results import Setting
from ganlab.metrics import metric_catalog
from ganlab.ui.runs import sweep_charts
from ganlab.ui.runs.sweep_charts import DEVIATION, EACH, RANGE
from ganlab.ui.shared.theme import RUNS

FRECHET = metric_catalog.BY_NAME["frechet"]
AT = np.array([10, 20, 30])
ONE = np.array([[1.0, 2.0, 3.0], [3.0, 4.0, np.nan]])


def setting(values, figures, words="") -> Setting:
    words = words or str(values)
    return Setting(
        values, words, tuple(range(len(figures))), ("finished",) * len(figures), (None,) * len(figures), figures
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.001, 0.01, 0.1], True),
        ([32, 64, 128], True),
        ([1, 2, 3, 4], False),
        ([0.1, 0.01], True),
        ([0.1, 0.2], False),
        ([0, 1, 10], False),
        ([5], False),
    ],
)
def test_numbers_that_are_multiples_of_each_other_are_told_from_others(values, expected):
    assert sweep_charts.geometric(values) == expected


def test_curves_have_a_band_or_their_members_and_others_are_grey():
    bands = [(words, sweep_curves.band(values), values) for words, values in (("<A>", ONE), ("B", ONE + 1))]

    def drawn(around):
        found = sweep_charts.curves(AT, bands, {1: RUNS[0]}, around, "loss", "x")
        go.Figure(found)  # raises ValueError for what Plotly does not know
        return found["data"]

    grey, upper, lower, mean = drawn(RANGE)
    assert grey["line"]["color"] == sweep_charts.OTHERS and grey["name"] == "&lt;A&gt;" and not grey["showlegend"]
    assert (upper["y"], lower["y"]) == ([4, 5], [2, 3]) and lower["fill"] == "tonexty", "one value has no band"
    assert mean["y"] == [3, 4, 4] and mean["line"]["color"] == RUNS[0][0]
    assert [point[2] for point in mean["customdata"]] == [2, 2, 1]
    upper, lower = drawn(DEVIATION)[1:3]
    assert np.subtract(upper["y"], lower["y"]) == pytest.approx([2 * 2**0.5] * 2)
    each = [line["y"] for line in drawn(EACH)[1:3]]
    assert each == [[2, 3, 4], [4, 5, None]]


def test_many_curves_have_few_points_each():
    assert sweep_charts.points(1) <= 2000 and sweep_charts.points(1000) * 1000 <= sweep_charts.MOST_POINTS


def test_a_metric_over_values_has_a_logarithmic_axis_where_they_are_multiples():
    found = sweep_charts.over_values(
        [setting({"a": 0.1}, (1.0, 3.0)), setting({"a": 0.001}, (5.0, np.nan)), setting({"a": 0.01}, (900.0,))],
        "a",
        "A",
        FRECHET,
    )
    go.Figure(found)
    dots, mean = found["data"]
    assert mean["x"] == [0.001, 0.01, 0.1] and mean["y"] == [5, 900, 2] and mean["customdata"] == [1, 1, 2]
    assert mean["error_y"]["array"] == pytest.approx([0, 0, 2**0.5]) and len(dots["x"]) == 4
    assert found["layout"]["xaxis"]["type"] == found["layout"]["yaxis"]["type"] == "log"
    words = sweep_charts.over_values([setting({"a": True}, (1.0,)), setting({"a": False}, (2.0,))], "a", "A", FRECHET)
    assert words["data"][1]["x"] == ["on", "off"] and words["layout"]["xaxis"]["type"] == "category"


def test_a_map_has_a_gap_where_nothing_was_trained_and_its_numbers_stand_in_the_cells():
    cells = [((0.1, 64), 2.0), ((0.01, 64), 1.0), ((0.1, 32), np.nan), ((0.1, 16), np.nan)]  # 16 by somebody's hand
    found = sweep_charts.heat_map(
        [setting({"a": a, "b": b}, (value,)) for (a, b), value in cells],
        {"a": "A", "b": "B"},
        {"a": [0.1, 0.01], "b": [64, 32]},
        FRECHET,
    )
    go.Figure(found)
    (trace,) = found["data"]
    assert trace["x"] == ["0.01", "0.1"] and trace["y"] == ["16", "32", "64"]
    assert trace["z"] == [[None, None], [None, None], [1, 2]] and trace["reversescale"], "a low distance is light"
    written = [(one["x"], one["y"], one["text"], one["font"]["color"]) for one in found["layout"]["annotations"]]
    assert written == [(0, 2, "1.00", "#000000"), (1, 2, "2.00", "#ffffff")]


def test_parallel_axes_have_words_where_there_are_no_numbers():
    settings = [
        setting({"a": 0.001, "b": True, "c": "x"}, (1.0, 2.0)),
        setting({"a": 0.1, "b": False, "c": "y"}, (3.0,)),
        setting({"a": 0.1, "b": False, "c": "x"}, (np.nan,)),
    ]
    vary = {"a": [0.001, 0.1], "b": [True, False], "c": ["x", "y"]}
    found = sweep_charts.parallel(settings, {"a": "A", "b": "B", "c": "A <long> name of it"}, vary, FRECHET)
    go.Figure(found)
    (trace,) = found["data"]
    a, b, c, last = trace["dimensions"]
    assert a["values"] == pytest.approx([-3, -1]) and a["ticktext"] == ["0.001", "0.1"]
    assert (b["values"], b["ticktext"]) == ([0, 1], ["on", "off"]) and c["label"] == "A &lt;long&gt;<br>name of it"
    assert last["values"] == trace["line"]["color"] == [1.5, 3] and not trace["line"]["reversescale"]
