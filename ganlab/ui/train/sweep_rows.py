"""The rows of the form for several trainings: which settings vary, over which values."""

from collections.abc import Collection
from typing import Any, NamedTuple

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.jobs.sweep_requests import PRESET, knob_of, parse_vary
from ganlab.knobs import Knob, brief
from ganlab.registry import ModelSpec
from ganlab.runs.sweep_records import MOST_VARIED
from ganlab.ui.shared import fields
from ganlab.ui.shared.formatting import plain
from ganlab.ui.train.train_form import VARIED


class Rows(NamedTuple):
    """The settings that vary, by their names, with their values as they were written; and whether all that was written
    can be read."""

    written: list[tuple[str, str]]
    ready: bool

    @property
    def names(self) -> Collection[str]:
        return [name for name, _ in self.written]

    def values(self, spec: ModelSpec) -> dict[str, list[Any]]:
        """The values of each setting. Raises GanlabError where one varies twice."""
        return parse_vary(spec.name, [f"{name}={text}" for name, text in self.written])


def ask(spec: ModelSpec) -> Rows:
    """The rows; the next one is there once one is used."""
    titles = _titles(spec)
    found, ready = [], True
    for number in range(1, MOST_VARIED + 1):
        key = f"{VARIED}{number}.{spec.name}"
        left, right = st.columns([2, 3])
        with left:
            words, none = ("Setting", "Nothing but the seed") if number == 1 else ("Another setting", "Nothing more")
            name = fields.select(words, {"": none, **titles}, key)
        if not name:
            break
        knob = knob_of(spec, name)
        listed, help = example(knob)
        with right:
            text = st.text_input("Its values", key=f"{key}.values", placeholder=listed, bind="query-params")
        found.append((name, text or ""))
        ready &= _is_read(spec, name, text or "")
        st.caption(help)
    return Rows(found, ready)


def _is_read(spec: ModelSpec, name: str, text: str) -> bool:
    """Whether these values can be read; says why not."""
    if not text.strip():
        return False
    try:
        parse_vary(spec.name, [f"{name}={text}"])
    except GanlabError as error:
        st.error(plain(str(error)))
        return False
    return True


def _titles(spec: ModelSpec) -> dict[str, str]:
    """What may vary: the settings that do something, as far as that is known before they are drawn, by their labels."""
    key = f"{spec.name}.preset"
    preset = spec.known(st.session_state.get(key) or st.query_params.get(key) or "")
    kept = st.session_state
    values = {name: kept.get(f"{spec.name}.{preset}.{name}", value) for name, value in spec.values(preset).items()}
    titles = {knob.name: knob.label for knob in spec.knobs if knob.name not in spec.idle(values)}
    return titles if len(spec.presets) == 1 else {PRESET: knob_of(spec, PRESET).label, **titles}


def example(knob: Knob) -> tuple[str, str]:
    """Some values of a setting as they are written, and what else can be."""
    if knob.kind is bool:
        return "on, off", "Write `on, off` to train with both."
    if knob.choices:
        return ", ".join(knob.choices), f"Write some of these, with commas between them: {', '.join(knob.choices)}."
    start, end = (str(number) if knob.kind is int else f"{number:g}" for number in _around(knob))
    log = "; with `:log`, each is the same multiple of the one before" if knob.low else ""
    return f"{start}, {end}", (
        f"From {brief(knob.low or 0)} to {brief(knob.high or 0)}. Write a list, such as `{start}, {end}`, or a range, "
        f"such as `{start}..{end}:5` (five values, evenly spaced{log})."
    )


def _around(knob: Knob) -> tuple[float, float]:
    """A lower and a higher value, near what is usual."""
    usual, least, most = float(knob.default), knob.low or 0.0, knob.high or 0.0
    if knob.kind is int:
        low = max(int(least), int(usual) // 2)
        return low, min(int(most), max(2 * int(usual), low + 4))
    if usual == 0:
        return least, min(most, least + (most - least) / 2)
    return max(least, usual / 10), min(most, usual * 10)
