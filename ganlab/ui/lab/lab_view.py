"""The view of the Lab in the browser, drawn once for each run; what a poll brings comes by the feed."""

from collections.abc import Sequence
from typing import Any

from ganlab import registry
from ganlab.data.points import PLANE
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, plane_pictures
from ganlab.runs.plane_history import PlaneHistory
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.theme import role_css

LAYERS = ("heat", "real", "generated", "arrows", "grid", "trails")
FIRST = ("heat", "real", "generated")  # that are shown unless somebody chooses otherwise
HIDEABLE = ("layers", "zoom", "time", "replay", "curves", "flow", "png", "gif", "turns", "controls", "knobs", "form")
CHARTS = (("Losses", ("generator_loss", "discriminator_loss")), ("P(real)", ("p_real_of_reals", "p_real_of_fakes")))
SCORES = "Scores"
OF_MODES = ("modes", "high_quality")  # figures that data without separate parts do not have
COLOURS = {
    "generator_loss": "--generator",
    "discriminator_loss": "--discriminator",
    "p_real_of_reals": "--real",
    "p_real_of_fakes": "--generator",
}


def show(run: Run, title: str, layers: Sequence[str], at: int | None, hide: Sequence[str], place: str = "") -> None:
    """Draws the view for a run in the plane, with these layers, at this iteration first (None is the latest), and
    without these controls. Of two beside each other, `place` says which one it is ("left" or "right"): they look at the
    same iteration and show the same layers."""
    css = text("shared/uPlot.min.css", "shared/piece.css", "shared/line_chart.css", "shared/norms.css") + role_css(
        ".lab"
    )
    piece = component("ganlab_lab", "lab/lab_view", css=css)
    piece(key=f"lab-{place}" if place else "lab", data={**about(run, title, layers, at, hide), "place": place})


def about(run: Run, title: str, layers: Sequence[str], at: int | None, hide: Sequence[str]) -> dict[str, Any]:
    """`LabAbout` in lab_types.d.ts."""
    config = run.config
    return {
        "run": run.id,
        "title": title,
        "packing": int(config.values.get("packing", 1)),
        "extent": config.extent or 5.0,
        "heat": config.heat,
        "grid": config.nodes,
        "n": config.points,
        "probability": plane_pictures.gives_probability(run),
        "figure": "gan" if "generator" in registry.get(run.model).parameters else "vae",
        "words": {},
        "curves": _plots(run),
        "layers": list(layers),
        "at": at,
        "replay": PlaneHistory(run).shipped,
        "hide": list(hide),
        "reals": True,
        "place": "",
    }


def _plots(run: Run) -> list[dict[str, Any]]:
    known = {curve.name: curve for curve in registry.get(run.model).curves}
    has_modes = run.config.dataset in PLANE and len(PLANE[run.config.dataset].modes) > 0
    plots = []
    for title, names in CHARTS:
        shown = [known[name] for name in names if name in known]
        if title == "P(real)" and not plane_pictures.gives_probability(run):
            title = SCORES
        lines = [
            {
                "name": curve.name,
                "title": curve.title.replace("P(real)", "Score") if title == SCORES else curve.title,
                "help": curve.help,
                "colour": COLOURS.get(curve.name, "--other"),
                "dash": index,
            }
            for index, curve in enumerate(shown)
        ]
        if lines:
            plots.append({"title": title, "smoothing": True, "unit": title == "P(real)", "curves": lines})
    rest = [curve for name, curve in known.items() if name not in COLOURS]
    for curve in rest:
        line = {"name": curve.name, "title": curve.title, "help": curve.help, "colour": "--other", "dash": 0}
        plots.append({"title": curve.title, "smoothing": True, "curves": [line]})
    for figure in metric_catalog.PLANE:
        if figure.name in run.config.quality and (has_modes or figure.name not in OF_MODES):
            line = {"name": figure.name, "title": "samples", "help": figure.help, "colour": "--generator", "dash": 0}
            kind = {"unit": figure.share, "whole": figure.count}
            plots.append({"title": figure.title, "caption": figure.help, **kind, "curves": [line]})
    return plots
