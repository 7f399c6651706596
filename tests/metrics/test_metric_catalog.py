"""How metrics are written, and which come first."""

import pytest

from ganlab.metrics import metric_catalog


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("kernel", 1013.4, "1,010"),
        ("frechet", 349.2, "349"),
        ("frechet", 13.68, "13.7"),
        ("frechet", 10.0, "10.0"),
        ("frechet", 0.1532, "0.15"),
        ("divergence", 0.00742, "0.0074"),
        ("kernel", -0.00002, "about 0"),
        ("divergence", 0.0, "0"),
        ("coverage", 0.758, "75.8%"),
        ("coverage", 0.0312, "3.1%"),
        ("coverage", 0.001121, "0.11%"),
        ("coverage", 1.0, "100%"),
        ("right_on_fakes", 0.175, "17.5%"),
        ("class_3", 0.5, "50.0%"),
        ("frechet", None, "–"),
        ("coverage", float("nan"), "–"),
    ],
)
def test_a_value_has_two_or_three_digits_and_a_share_is_in_percent(name, value, said):
    assert metric_catalog.written(name, value) == said


def test_beside_a_value_stands_what_real_images_get():
    found = {"frechet": 13.7, "frechet_floor": 0.15, "coverage": 0.03, "right_on_reals": 0.5}
    assert metric_catalog.written_beside("frechet", found) == "13.7 (real images 0.15)"
    assert (
        metric_catalog.written_beside("coverage", found) == "3.0%"
        and metric_catalog.written_beside("density", found) == "–"
    )
    assert metric_catalog.written_beside("right_on_reals", found) == "50.0%"


def test_few_metrics_come_first():
    everything = set(metric_catalog.BY_NAME)
    assert metric_catalog.main_of(everything) == ["frechet", "coverage", "density", "asked"]
    assert metric_catalog.main_of(everything - {"asked"}) == ["frechet", "coverage", "density", "confidence"]
    pixels = {figure.name for figure in metric_catalog.FIGURES if not figure.reads}
    assert metric_catalog.main_of(pixels) == ["diversity", "nearest"]


def test_every_metric_but_those_of_the_discriminator_and_pixels_has_what_real_images_get():
    without = {figure.name for figure in metric_catalog.SAMPLES if figure.beside is None}
    assert without == {"right_on_reals", "right_on_fakes"}
    assert all(figure.help.endswith(".") for figure in metric_catalog.FIGURES)
