"""What the live view is told of a run, and the figure of an iteration's updates."""

import re

import pytest

from ganlab import registry
from ganlab.models import _scores
from ganlab.models._common import TOLD
from ganlab.runs import Run, RunWriter
from ganlab.ui.shared import curve_plots
from ganlab.ui.shared.theme import DAMAGED, REPAIRED
from ganlab.ui.train import update_order

THINKS = "What the discriminator thinks"
SCORES = "The discriminator's scores"


def about(folder, name: str, preset=None, without: tuple[str, ...] = ()) -> dict:
    spec = registry.get(name)
    preset = preset or next(iter(spec.presets))
    curves = ["seconds", *(curve.name for curve in spec.curves if curve.name not in without)]
    config = {"model": name, "preset": preset, "values": spec.values(preset), "iterations": 5, "curves": curves}
    writer = RunWriter.create(folder, **{**config, "dataset": "offline", "preview_images": spec.preview_images})
    writer.close()
    return curve_plots.about(Run(writer.path), "A title")


def lines(found: dict, title: str) -> dict[str, dict]:
    (plot,) = [plot for plot in found["plots"] if plot["title"] == title]
    return {line["name"]: line for line in plot["curves"]}


@pytest.mark.parametrize("name", ["dcgan", "digit-gan", "swift-gan", "repair-gan"])
def test_each_network_and_the_real_images_have_their_own_colour(name, tmp_path):
    found = about(tmp_path, name)
    thinks, losses = lines(found, THINKS), lines(found, "Losses")
    assert losses["generator_loss"]["colour"] == thinks["p_real_of_fakes"]["colour"] == "--generator"
    assert losses["discriminator_loss"]["colour"] == "--discriminator"
    assert thinks["p_real_of_reals"]["colour"] == "--real"
    assert len({line["dash"] for line in thinks.values()}) == len(thinks), "told apart without colours, too"


def test_scores_are_drawn_as_such_and_nowhere_called_a_probability(tmp_path):
    found = about(tmp_path, "wgan-gp")
    scores = lines(found, SCORES)
    assert [line["colour"] for line in scores.values()] == ["--real", "--generator", "--generator"]
    assert len({line["dash"] for line in scores.values()}) == 3
    (plot,) = [plot for plot in found["plots"] if plot["title"] == SCORES]
    assert not plot.get("unit") and not plot.get("half"), "no scale from 0 to 1"
    assert THINKS not in [plot["title"] for plot in found["plots"]] and "P(real)" not in str(found["plots"])


def test_curves_without_a_role_have_the_colour_of_their_place_or_of_what_becomes_of_damage(tmp_path):
    assert [line["colour"] for line in lines(about(tmp_path, "vae"), "Loss").values()] == ["--c0", "--c1"]
    read = lines(about(tmp_path, "inpaint-gan"), "Read correctly")
    assert [line["colour"] for line in read.values()] == [DAMAGED, REPAIRED]


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.name)
def test_where_the_generator_is_told_something_else_the_chart_says_why(spec, tmp_path):
    scores = _scores.TOLD in spec.curves
    curve, title, minus = (TOLD, THINKS, "minus the logarithm of")
    if scores:
        curve, title, minus = (_scores.TOLD, SCORES, "minus")
    told = curve.name in {curve.name for curve in spec.curves}
    found = about(tmp_path, spec.name)
    drawn = {line["name"] for plot in found["plots"] for line in plot["curves"]}
    assert (curve.name in drawn) == told
    notes = [plot["more"] for plot in found["plots"] if plot["more"]]
    assert len(notes) == told
    if told:
        assert spec.told in notes[0] and f"{minus} the second curve, “{curve.title}”" in notes[0]
        names = list(lines(found, title))
        assert names.index(curve.name) == names.index("score_of_fakes" if scores else "p_real_of_fakes") + 1


def test_a_run_from_before_the_curve_and_one_that_it_says_nothing_of_do_without(tmp_path):
    for found in (about(tmp_path, "dcgan", without=(TOLD.name,)), about(tmp_path, "digit-gan", "tuned")):
        assert TOLD.name not in lines(found, THINKS) and not any(plot["more"] for plot in found["plots"])


def test_without_a_critic_nothing_is_drawn_of_one(tmp_path):
    titles = [plot["title"] for plot in about(tmp_path, "repair-gan", "without-critic")["plots"]]
    assert THINKS not in titles and "Losses" not in titles
    assert about(tmp_path, "repair-gan", "without-critic")["scatter"] is None


@pytest.mark.parametrize("spec", registry.specs(), ids=lambda spec: spec.name)
def test_the_figure_shows_the_updates_in_their_order(spec):
    for preset in spec.presets:
        told = spec.updates(spec.values(preset))
        assert (told is None) == (spec.family in ("autoencoder", "classifier") or spec.name == "plane-vae")
        if told is None:
            continue
        html = update_order.figure(told, preset)
        shown = re.findall(r"<b>The (\w+) learns</b> ([^<]+)", html)
        assert shown == [(update.network, update.images) for update in told.order]
        assert (update_order.AT_ONCE in html) == told.at_once
        numbers = re.findall(r'<i aria-hidden="true">(\d+)</i>', html)
        assert numbers == (["1", "1"] if told.at_once else [str(n + 1) for n in range(len(told.order))])
        assert (f"{told.parts} rounds" in html) == (told.parts > 1)
        assert ("as the source does it" in html) == (preset == "published")
