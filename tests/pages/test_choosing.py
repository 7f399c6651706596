"""What the Train form says of the networks of an architecture."""

import pytest
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.ui.choose import trained
from tests.pages.steps import open_page, words

COUNTED = "Parameters (the numbers that training adjusts): "


def counted(test: AppTest) -> list[str]:
    return [line for line in words(test).splitlines() if line.startswith(COUNTED)]


@pytest.mark.parametrize(
    ("model", "preset", "said"),
    [
        ("digit-gan", "published", "generator 224,737, discriminator 41,089."),
        ("digit-gan", "tuned", None),
        ("swift-gan", "tuned", "generator 577,793, discriminator 166,625."),
        ("swift-gan", "minute", "generator 577,793, discriminator 166,625."),
        ("repair-gan", "without-critic", None),
        ("classifier", "tuned", None),
    ],
)
def test_parameters_are_counted_where_they_are_those_of_the_preset(runs, model, preset, said):
    test = open_page("train", model=model, **{f"{model}.preset": preset})
    assert f"**Preset *{preset}***" in words(test)
    assert counted(test) == ([] if said is None else [COUNTED + said])


def test_an_average_of_a_network_is_not_counted_on_its_card(runs):
    spec = registry.get("conditional-gan")
    assert "averaged" in spec.parameters and set(trained(spec)) == {"generator", "discriminator"}
    assert f"{spec.card} 828 thousand parameters." in words(open_page("train"))
