"""Charts of a sweep: numbers in, what Plotly draws out, as plain dictionaries.

Settings have the colours of runs that are compared, four at most; curves of all others are grey. In a map of two
settings, the lighter a cell, the better: as in Cividis, which is much the same to people who see colours differently.
Lines over three settings are on the page's own ground, so they go from blue, the best, over grey to orange.
"""

import html
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganlab.evaluation.sweep_curves import Band
from ganlab.evaluation.sweep_results import Setting, written
from ganlab.knobs import value_in_words
from ganlab.metrics.metric_catalog import Figure
from ganlab.ui.shared import charts
from ganlab.ui.shared.overlay_charts import LEGEND
from ganlab.ui.shared.theme import RUNS

HEIGHT = 340
RANGE, DEVIATION, EACH = "range", "deviation", "each"
AROUND = {RANGE: "Lowest to highest", DEVIATION: "Standard deviation", EACH: "Each training"}
OTHERS = "#8a8f96"  # settings that have no colour
SCALE = ((0, 34, 78), (124, 123, 120), (254, 232, 56))  # Cividis at its ends and in its middle
LIGHT = 0.179  # luminance, from 0 to 1, of colours that black is seen on as well as white
LINES = [[0, RUNS[0][0]], [0.5, OTHERS], [1, RUNS[1][0]]]
FEW_POINTS = 30  # of a curve are marked
LABEL = 14  # letters of a label in a line, where axes stand beside each other
MOST_POINTS = 8000  # of all lines of a chart together
FEWEST_POINTS = 8  # of each of them
WIDE = 30.0  # times the lowest value is the highest one of an axis that takes logarithms
MOST_WRITTEN = 60  # cells of a map that their values are written in


def points(lines: int) -> int:
    """At how many iterations each of so many curves is drawn."""
    return max(FEWEST_POINTS, min(200, MOST_POINTS // max(1, lines)))


def geometric(values: Sequence[float]) -> bool:
    """Whether numbers are each a multiple of the one before rather than so much more than it, so that they belong on a
    logarithmic axis."""
    found = np.unique(np.asarray(values, np.float64))
    if len(found) < 2 or found[0] <= 0:
        return False
    if len(found) == 2:
        return bool(found[1] / found[0] >= 10)
    steps, ratios = np.diff(found), np.diff(np.log(found))
    return bool(ratios.max() / ratios.min() < steps.max() / steps.min())


def curves(
    at: np.ndarray,
    bands: Sequence[tuple[str, Band, np.ndarray]],
    colours: Mapping[int, tuple[str, str]],
    around: str,
    y_title: str,
    revision: str,
) -> dict[str, Any]:
    """Curves over the iterations `at`, `[k]`. Of each setting there are its words, the band of its trainings, and the
    values of each of them, `[trainings, k]`. Those numbered in `colours`, by colour and dash, are drawn in it with what
    is `around` their mean: a band (`RANGE` or `DEVIATION`), or `EACH` training; the others are grey means."""
    drawn: list[dict[str, Any]] = []
    yaxis = _logarithmic([value for _, band, _ in bands for value in band.low[band.n > 0].tolist()])
    for number, (words, band, _) in enumerate(bands):
        if number not in colours:
            drawn.append(_mean(at, band, words, OTHERS, "solid", 1, showlegend=False, opacity=0.55))
    for number, (colour, dash) in colours.items():
        words, band, each = bands[number]
        if around == EACH:
            drawn += [_one(at, values, words, colour) for values in each]
        else:
            drawn += _around(at, band, around, colour, above_zero=bool(yaxis))
        drawn.append(_mean(at, band, words, colour, dash, 2.5))
    layout = {
        "height": HEIGHT,
        "margin": charts.MARGIN,
        "showlegend": True,
        "legend": {**charts.LEGEND, "font": LEGEND, "traceorder": "normal"},
        "uirevision": revision,
        "xaxis": {**charts.titled("iterations"), "automargin": True, "rangemode": "tozero"},
        "yaxis": {**charts.titled(y_title), "automargin": True, **yaxis},
    }
    return {"data": drawn, "layout": layout}


def _mean(at: np.ndarray, band: Band, words: str, colour: str, dash: str, width: float, **more: Any) -> dict[str, Any]:
    known = band.n > 0
    parts = zip(band.low[known], band.high[known], band.n[known], strict=True)
    return charts.scatter(
        at[known].tolist(),
        charts.numbers(band.mean[known]),
        "lines+markers" if len(at) <= FEW_POINTS else "lines",
        name=html.escape(words),
        line={"color": colour, "width": width, "dash": dash},
        marker={"color": colour, "size": 2 * width + 1},
        customdata=[[f"{low:.4g}", f"{high:.4g}", int(n)] for low, high, n in parts],
        hovertemplate="mean %{y:.4g}, from %{customdata[0]} to %{customdata[1]}, trainings: %{customdata[2]}",
        **more,
    )


def _around(at: np.ndarray, band: Band, around: str, colour: str, above_zero: bool) -> list[dict[str, Any]]:
    """The upper edge of a band, and the lower one with the colour between; on a logarithmic axis, `above_zero`, no
    lower than the lowest value."""
    known = band.n > 1
    if not known.any():
        return []
    low, high = (band.low, band.high) if around == RANGE else (band.mean - band.spread, band.mean + band.spread)
    low = np.maximum(low, band.low) if above_zero else low
    silent = {"line": {"color": colour, "width": 0}, "showlegend": False, "hoverinfo": "skip"}
    x, fill = at[known].tolist(), {"fill": "tonexty", "fillcolor": see_through(colour)}
    return [
        charts.scatter(x, charts.numbers(high[known]), "lines", **silent),
        charts.scatter(x, charts.numbers(low[known]), "lines", **silent, **fill),
    ]


def _one(at: np.ndarray, values: np.ndarray, words: str, colour: str) -> dict[str, Any]:
    look = {"line": {"color": colour, "width": 1}, "opacity": 0.6, "showlegend": False}
    return charts.scatter(at.tolist(), charts.numbers(values), "lines", name=html.escape(words), **look)


def see_through(colour: str) -> str:
    """A colour such as `#0072b2` as one through which grid lines are seen."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.2)"


def over_values(settings: Sequence[Setting], name: str, label: str, figure: Figure) -> dict[str, Any]:
    """A metric over the values of the one setting that varies: a ring for each training, and the mean of each value
    with its standard deviation."""
    ordered = settings
    if numeric := all(_is_number(setting.values[name]) for setting in settings):
        ordered = sorted(settings, key=lambda setting: setting.values[name])
    x: list[Any] = [setting.values[name] if numeric else value_in_words(setting.values[name]) for setting in ordered]
    each = [(at, value) for at, setting in zip(x, ordered, strict=True) for value in setting.figures if _known(value)]
    found = [setting.summary for setting in ordered]
    means = np.array([math.nan if one.mean is None else one.mean for one in found])
    colour = RUNS[0][0]
    dots = charts.scatter(
        [at for at, _ in each],
        [_short(value) for _, value in each],
        name="Each training",
        marker={"color": colour, "symbol": "circle-open", "size": 7, "opacity": 0.7},
        hovertemplate="%{x}: %{y:.4g}<extra></extra>",
    )
    mean = charts.scatter(
        x,
        charts.numbers(means),
        "lines+markers" if numeric else "markers",
        name="Mean and standard deviation",
        line={"color": colour, "width": 2},
        marker={"color": colour, "size": 9, "symbol": "diamond"},
        error_y={"type": "data", "array": [one.spread or 0 for one in found], "color": colour, "thickness": 1.5},
        customdata=[one.n for one in found],
        hovertemplate="%{x}: mean %{y:.4g} of %{customdata} trainings<extra></extra>",
    )
    xaxis: dict[str, Any] = {**charts.titled(label)}
    if not numeric:
        xaxis |= {"type": "category"}
    elif geometric(x):
        xaxis |= {"type": "log", "tickvals": x, "ticktext": [value_in_words(value) for value in x]}
    return charts.figure(
        [dots, mean],
        HEIGHT,
        xaxis,
        {**charts.titled(figure.title), **_logarithmic([value for _, value in each])},
        uirevision=f"{name} {figure.name}",
    )


def _logarithmic(values: Sequence[float]) -> dict[str, Any]:
    """The kind of an axis for a metric: where a few settings go far astray, the others would be one line."""
    if values and min(values) > 0 and max(values) >= WIDE * min(values):
        return {"type": "log", "dtick": 1, "minor": {"dtick": "D2"}}
    return {}


def heat_map(
    settings: Sequence[Setting], called: Mapping[str, str], vary: Mapping[str, Sequence[Any]], figure: Figure
) -> dict[str, Any]:
    """The mean of a metric over the values of two settings, the second one upwards; a cell that was not trained, or has
    no value, is left out."""
    (first, across), (second, up) = called.items()
    columns, rows = (_axis(_all_values(vary[name], settings, name)) for name in (first, second))
    cells: list[list[float | None]] = [[None] * len(columns) for _ in rows]
    texts, hovers = [[""] * len(columns) for _ in rows], [[""] * len(columns) for _ in rows]
    for setting in settings:
        found = setting.summary
        x, y = (axis.index(setting.values[name]) for axis, name in ((columns, first), (rows, second)))
        if found.mean is not None:
            cells[y][x] = _short(found.mean)
            texts[y][x] = written(figure, found.mean)
            spread = f", standard deviation {written(figure, found.spread)}" if found.spread is not None else ""
            hovers[y][x] = f"{html.escape(setting.words)}: {texts[y][x]}{spread}, trainings: {found.n}"
        else:
            hovers[y][x] = f"{html.escape(setting.words)}: no value"
    known = [value for row in cells for value in row if value is not None]
    shown = cells
    if _logarithmic(known):
        shown = [[None if value is None else math.log10(value) for value in row] for row in cells]
    x, y = (list(map(value_in_words, axis)) for axis in (columns, rows))
    trace = {
        "type": "heatmap",
        "x": x,
        "y": y,
        "z": shown,
        "hovertext": hovers,
        "hoverinfo": "text",
        "colorscale": [[place / 2, f"rgb{colour}"] for place, colour in enumerate(SCALE)],
        "reversescale": figure.good != "high",
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
    written_in = _written_in(len(x), shown, texts, figure.good == "high") if len(x) * len(y) <= MOST_WRITTEN else []
    kind = {"type": "category", "showgrid": False}
    return charts.figure(
        [trace],
        HEIGHT,
        {**charts.titled(across), **kind},
        {**charts.titled(up), **kind},
        uirevision=f"{first} {second} {figure.name}",
        annotations=written_in,
    )


def _written_in(
    columns: int,
    values: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    up: bool,
) -> list[dict[str, Any]]:
    """What is written in the cells of a map, black on light ones; light is high where `up`."""
    known = [value for row in values for value in row if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    found = []
    for across in range(columns):
        for upwards, row in enumerate(values):
            value = row[across]
            if value is not None:
                share = (value - low) / (high - low) if high > low else 0.5
                ground, ink = shade(share if up else 1 - share)
                text = {"text": texts[upwards][across], "font": {"color": ink, "size": 12}, "bgcolor": ground}
                found.append({"x": across, "y": upwards, "showarrow": False, **text})  # by number, as 64 is no name
    return found


def shade(share: float) -> tuple[str, str]:
    """The colour of `SCALE` at a place from 0 to 1, and black or white, whichever is seen better on it."""
    place = np.clip(share, 0, 1) * 2
    channels = np.array([np.interp(place, range(3), channel) for channel in zip(*SCALE, strict=True)])
    parts = channels / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return f"rgb{tuple(channels.round().astype(int).tolist())}", "#000000" if luminance >= LIGHT else "#ffffff"


def _all_values(asked: Sequence[Any], settings: Sequence[Setting], name: str) -> list[Any]:
    """The values of a setting that were asked for, and any other that a training has by somebody's hand."""
    found = list(asked)
    for setting in settings:
        if setting.values[name] not in found:
            found.append(setting.values[name])
    return found


def _axis(values: Sequence[Any]) -> list[Any]:
    return sorted(values) if all(map(_is_number, values)) else list(values)


def parallel(
    settings: Sequence[Setting], called: Mapping[str, str], vary: Mapping[str, Sequence[Any]], figure: Figure
) -> dict[str, Any]:
    """A line for each setting that has a value, through the values of all that varies, to the mean of a metric."""
    having = [(setting, mean) for setting in settings if (mean := setting.summary.mean) is not None]
    dimensions = [
        _dimension(_broken(label), [one.values[name] for one, _ in having], _all_values(vary[name], settings, name))
        for name, label in called.items()
    ]
    means = [_short(mean) for _, mean in having]
    if _logarithmic(means):
        lowest, highest = math.floor(math.log10(min(means))), math.ceil(math.log10(max(means)))
        ticks = list(range(lowest, highest + 1))
        last = {"values": [math.log10(mean) for mean in means], "tickvals": ticks}
        last["ticktext"] = [f"{10.0**tick:g}" for tick in ticks]
    else:
        last = {"values": means}
    line = {"color": last["values"], "colorscale": LINES, "reversescale": figure.good == "high", "showscale": False}
    trace = {
        "type": "parcoords",
        "dimensions": [*dimensions, {**last, "label": _broken(figure.title)}],
        "line": line,
        "labelfont": {**LEGEND, "size": 13},
        "tickfont": {**LEGEND, "size": 12},
        "rangefont": {"color": "rgba(0, 0, 0, 0)"},  # they would stand in the labels
    }
    layout = {
        "height": HEIGHT + 20,
        "margin": {"l": 60, "r": 60, "t": 84, "b": 24},
        "uirevision": f"{' '.join(called)} {figure.name}",
    }
    return {"data": [trace], "layout": layout}


def _dimension(label: str, values: Sequence[Any], all_values: Sequence[Any]) -> dict[str, Any]:
    """An axis of parallel coordinates: of numbers where they lie, of other values in their order."""
    ticks = _axis(all_values)
    texts = [value_in_words(value) for value in ticks]
    if not all(map(_is_number, ticks)):
        places = list(range(len(ticks)))
        return {
            "label": label,
            "values": [ticks.index(value) for value in values],
            "tickvals": places,
            "ticktext": texts,
        }
    shown = math.log10 if geometric(ticks) else float
    return {"label": label, "values": list(map(shown, values)), "tickvals": list(map(shown, ticks)), "ticktext": texts}


def _broken(label: str) -> str:
    """A label in short lines."""
    return "<br>".join(textwrap.wrap(html.escape(label, quote=False), LABEL))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _known(value: float) -> bool:
    return bool(np.isfinite(value))


def _short(value: float) -> float:
    return float(f"{value:.6g}")
