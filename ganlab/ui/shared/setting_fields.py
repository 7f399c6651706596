"""The form of an architecture, made from its knobs."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from ganlab import data, registry
from ganlab.knobs import Knob, Value, value_in_words
from ganlab.registry import ModelSpec
from ganlab.runs import Run
from ganlab.sharing import reproduce

ASKED = "form-asked"  # in the session: how often somebody has asked for the Train form
UNFOLDED = "cards-unfolded"  # in the session: whether the Train page shows the cards of all architectures
KEPT_FORM, TAKING_UP = "kept-form", "taking-up"  # in the session: the form as it is to be, and whether that is new


def ask_for_form() -> None:
    """Has the Train page fold its cards away and lead to the form."""
    st.session_state[UNFOLDED] = False
    st.session_state[ASKED] = st.session_state.get(ASKED, 0) + 1


def fill_form(name: str, filled: Mapping[str, Any]) -> dict[str, str]:
    """Has the Train form of an architecture begin with these values of its fields, by their keys; returns the address
    that opens it. What is in no address would be as it was left, so all fields are to be among them."""
    st.session_state[KEPT_FORM] = (name, dict(filled))
    st.session_state[TAKING_UP] = True
    ask_for_form()
    return {"new": "1", "model": name}


def change_something(run: Run) -> None:
    """Opens the form on the Train page, where this is called, with the settings of a run; nothing starts yet."""
    st.query_params.from_dict(fill_form(run.model, fields(run)))


def fields(run: Run, settings: Mapping[str, Value] | None = None) -> dict[str, Any]:
    """The Train form's fields by their keys, with a run's settings, but for these. Raises GanlabError."""
    spec, config = registry.get(run.model), run.config
    preset = config.preset if config.preset in spec.presets else next(iter(spec.presets))
    values = {**spec.values(preset), **config.values, **(settings or {})}
    if "iterations" in values:
        values["iterations"] = run.total or values["iterations"]
    filled = {f"{spec.name}.{preset}.{knob.name}": values[knob.name] for knob in spec.knobs}
    filled |= {f"{spec.name}.preset": preset, f"{spec.name}.classes": list(config.digits or ())}
    own = not data.is_named(config.dataset)
    filled |= {"images": reproduce.OWN, "place": config.dataset} if own else {"images": config.dataset}
    filled |= {"device": config.device_asked or config.device, "precision": config.precision_asked or config.precision}
    filled |= {"seed": config.seed, "tensorboard": config.tensorboard, "length": "full"}
    if reproduce.query(run).get("length"):
        filled |= {"length": "given", "iterations": run.total}
    return filled


def preset_field(spec: ModelSpec, key: str) -> str:
    """Which named set of settings, where there are several."""
    names = list(spec.presets)
    if len(names) == 1:
        return names[0]
    return st.selectbox("Preset", names, key=key, help="A named set of settings.", bind="query-params")


def knob_field(knob: Knob, value: Value, key: str, disabled: bool = False) -> Any:
    """One input field that begins at `value`; what comes back is of the knob's own kind.

    The field is kept in the address under `key`. Where it differs from `value`, it says so and can be put back.
    """
    chosen = _widget(knob, value, key, disabled)
    if chosen != value:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Changed. The preset has {value_in_words(value)}.", width="content")
            st.button(
                "Put back", type="tertiary", key=f"reset-{key}", on_click=st.session_state.update, args=({key: value},)
            )
    return chosen


def _widget(knob: Knob, value: Value, key: str, disabled: bool) -> Any:
    if knob.kind is bool:
        return st.toggle(knob.label, bool(value), help=knob.help, key=key, bind="query-params")
    if knob.choices:
        place = knob.choices.index(str(value))
        return st.selectbox(knob.label, knob.choices, place, help=knob.help, key=key, bind="query-params")
    kind: Any = knob.kind
    return st.number_input(
        knob.label,
        min_value=None if knob.low is None else kind(knob.low),
        max_value=None if knob.high is None else kind(knob.high),
        value=kind(value),
        step=kind(knob.step or 1),
        format="%d" if kind is int else "%.6g",
        help=knob.help,
        key=key,
        bind="query-params",
        disabled=disabled,
    )


def knob_form(
    spec: ModelSpec, values: Mapping[str, Value], key: str, in_full: bool, without: Collection[str] = ()
) -> dict[str, Any]:
    """The fields of an architecture but for those `without`, folded away, a heading for each group; the first one, its
    length, is disabled while the training is not to be done `in_full`."""
    chosen: dict[str, Any] = {}
    length, others = spec.knobs[0], [knob for knob in spec.knobs[1:] if knob.name not in without]
    with st.expander("Change something", key=f"{key}.more"):
        columns = st.columns(3)
        if length.name not in without:
            with columns[0]:
                chosen[length.name] = knob_field(length, values[length.name], f"{key}.{length.name}", not in_full)
        if not in_full:
            columns[1].caption("Not used now, because another length is chosen above.")
        for group in dict.fromkeys(knob.group for knob in others):
            st.markdown(f"**{group}**")
            members = [knob for knob in others if knob.group == group]
            columns = st.columns(3)
            for index, knob in enumerate(members):
                with columns[index % 3]:
                    chosen[knob.name] = knob_field(knob, values[knob.name], f"{key}.{knob.name}")
    tell_changed(spec, values, chosen)
    return chosen


def tell_changed(spec: ModelSpec, values: Mapping[str, Value], chosen: Mapping[str, Value]) -> None:
    """Says in which settings what was chosen is other than the preset's values."""
    changed = [k.label for k in spec.knobs if k.name in chosen and chosen[k.name] != values[k.name]]
    if changed:
        st.caption(f"Changed from the preset: {', '.join(changed)}.")
