"""Knobs: from form, flags and JSON to values and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.knobs import Knob, settle

ALL_KNOBS = [(spec, knob) for spec in registry.specs() for knob in spec.knobs]


def values_of(knob: Knob) -> st.SearchStrategy:
    if knob.kind is bool:
        return st.booleans()
    if knob.kind is str:
        return st.sampled_from(knob.choices)
    assert knob.low is not None and knob.high is not None
    if knob.kind is int:
        return st.integers(int(knob.low), int(knob.high))
    return st.floats(knob.low, knob.high)


@given(st.data())
def test_every_value_of_every_knob_survives_json_and_text(data):
    _, knob = data.draw(st.sampled_from(ALL_KNOBS))
    value = data.draw(values_of(knob))
    assert knob.check(json.loads(json.dumps(value))) == value
    assert knob.parse(str(value)) == value
    assert type(knob.check(value)) is knob.kind


@given(st.data())
def test_numbers_outside_the_bounds_are_refused_with_one_sentence(data):
    numbers = [knob for _, knob in ALL_KNOBS if knob.is_number]
    knob = data.draw(st.sampled_from(numbers))
    assert knob.low is not None and knob.high is not None
    outside = [knob.low - 1, knob.high + 1, 10**400, -(10**5000)]
    value = data.draw(st.sampled_from([*outside, float("nan"), float("inf"), "many" * 1000, None, True]))
    with pytest.raises(GanlabError) as caught:
        knob.check(value)
    assert knob.label in str(caught.value) and str(caught.value).count(".") >= 1 and len(str(caught.value)) < 300
    if value is not True and value in outside:
        assert "must be from" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9" * 400, "Size must be from 1 to 9, but it is 1.00000e+400."),
        ("-" + "9" * 400, "Size must be from 1 to 9, but it is -1.00000e+400."),
        ("5000000", "Size must be from 1 to 9, but it is 5e+06."),
        ("9" * 5000, f"Size must be a whole number, not '{'9' * 59}...."),
    ],
)
def test_a_number_is_refused_however_large_it_is(text, says):
    with pytest.raises(GanlabError) as caught:
        Knob("size", "Size", 3, "", low=1, high=9).parse(text)
    assert str(caught.value) == says


@given(st.text(max_size=8))
def test_any_text_is_either_a_value_or_a_sentence(text):
    for knob in (
        Knob("size", "Size", 3, "", low=1, high=9),
        Knob("rate", "Rate", 0.5, "", low=0, high=1),
        Knob("on", "On", True, ""),
        Knob("kind", "Kind", "a", "", choices=("a", "b")),
    ):
        try:
            assert knob.check(knob.parse(text)) == knob.parse(text)
        except GanlabError as error:
            assert str(error).startswith(knob.label)


def test_a_switch_understands_words_and_refuses_others():
    knob = Knob("on", "On", True, "")
    assert [knob.parse(word) for word in ("on", "No", "TRUE", "0")] == [True, False, True, False]
    with pytest.raises(GanlabError):
        knob.parse("perhaps")


def test_settle_fills_in_defaults_and_refuses_unknown_names():
    knobs = (Knob("size", "Size", 3, "", low=1, high=9), Knob("on", "On", True, ""))
    assert settle(knobs, {"size": 5.0}) == {"size": 5, "on": True}
    with pytest.raises(GanlabError, match="'width'"):
        settle(knobs, {"width": 5})


@pytest.mark.parametrize(
    "declaration",
    [
        {"name": "a b", "default": 1, "low": 0, "high": 2},
        {"name": "a", "default": 1},
        {"name": "a", "default": "x"},
        {"name": "a", "default": 5, "low": 0, "high": 2},
    ],
)
def test_a_contradictory_declaration_is_refused(declaration):
    with pytest.raises((ValueError, GanlabError)):
        Knob(label="A", help="", **declaration)
