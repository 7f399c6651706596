"""The architectures on the Train page: a card for each to choose from, and one row for the one that is chosen."""

from pathlib import Path

import streamlit as st

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.registry import ModelSpec
from ganlab.ui.shared.assets import text
from ganlab.ui.shared.fields import choose_button
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.setting_fields import UNFOLDED, ask_for_form

SAMPLES = Path(__file__).parent / "samples"
DEFAULT = "dcgan"
IMAGE, SMALL_IMAGE = 92, 64  # pixels
AVERAGED = "averaged"  # the network that is an average of another's weights over time
FAMILIES = {
    "gan": "**GANs**: a generator draws, a discriminator judges, and each learns from the other.",
    "autoencoder": "**Autoencoders**: an encoder turns an image into a few numbers, a decoder draws it from them.",
    "classifier": "**Classifiers**: a network says what an image shows.",
    "repair": "**Repair**: a generator fills in what an image has lost, and a second network judges the result.",
}
ROWS = (("gan",), ("autoencoder",), ("classifier", "repair"))  # of families
WIDEST = 4  # cards beside each other
PICTURED = {  # what a card's images are
    "gan": "Digits drawn by {}",
    "autoencoder": "Digits drawn by {}",
    "classifier": "Digits that the {} finds hard to read",
    "repair": "Damaged digits, and below them the same digits repaired by {}",
}


def chosen_spec() -> ModelSpec:
    """The architecture named in the address, else the default, as for one of points in the plane."""
    try:
        spec = registry.get(st.query_params["model"])
        if spec.points:
            raise GanlabError(f"{spec.title} learns points in the plane, so it is trained in the Lab.")
        return spec
    except GanlabError as error:
        st.warning(plain(str(error)))
        return registry.get(DEFAULT)


def cards(chosen: ModelSpec) -> None:
    """All architectures, by families, in rows that are full where that can be."""
    st.markdown("**Pick an architecture**: how the networks are built and trained, and who published them.")
    rules = []
    for row in ROWS:
        counts = {family: len(members(family)) for family in row}
        for column, family in zip(st.columns(list(counts.values()), gap="medium"), row, strict=True):
            wide = columns_for(counts[family]) if len(row) == 1 else counts[family]
            narrow = min(wide, columns_for(counts[family], WIDEST - 1))
            rules.append(f".st-key-cards-{family} {{ --wide: {wide}; --narrow: {narrow}; }}")
            with column:
                _family(family, chosen)
    st.html(f"<style>{text('train/architecture_cards.css')}\n{' '.join(rules)}</style>")


def columns_for(count: int, widest: int = WIDEST) -> int:
    """How many cards stand beside each other for the fewest empty places in the last row; the most of several."""
    return min(range(min(widest, count), 1, -1), key=lambda columns: -count % columns, default=1)


def members(family: str) -> list[ModelSpec]:
    return [spec for spec in registry.specs() if spec.family == family]


def _family(family: str, chosen: ModelSpec) -> None:
    st.caption(FAMILIES[family])
    with st.container(key=f"cards-{family}", gap="small"):
        for spec in sorted(members(family), key=size):
            is_chosen = spec is chosen
            key = f"chosen-card-{spec.name}" if is_chosen else f"card-{spec.name}"
            with st.container(border=True, key=key, gap="small"):
                _card(spec, is_chosen)


def _card(spec: ModelSpec, is_chosen: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        _picture(spec, IMAGE)
        with st.container(gap="xxsmall", key=f"words-{spec.name}"):
            st.markdown(f"**{spec.title}**")
            st.caption(describe(spec))
    choose_button(is_chosen, f"choose-{spec.name}", _choose, (spec.name,), spec.title)


def row(spec: ModelSpec) -> None:
    """The architecture that the form is for, and a way back to the cards while they are folded away."""
    folded = not st.session_state[UNFOLDED]
    key = f"chosen-card-{spec.name}" if folded else f"form-of-{spec.name}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key, border=folded):
        _picture(spec, SMALL_IMAGE)
        with st.container(gap="xxsmall", key="chosen-words"):
            st.header(spec.title, anchor=False)
            st.caption(describe(spec))
        if folded:
            st.button(
                "Choose another architecture", key="unfold", on_click=st.session_state.update, args=({UNFOLDED: True},)
            )


def _picture(spec: ModelSpec, width: int) -> None:
    samples = SAMPLES / f"{spec.name}.png"
    if samples.exists():
        st.image(str(samples), width=width, output_format="PNG", alt=PICTURED[spec.family].format(spec.title))


def describe(spec: ModelSpec) -> str:
    """A line that makes one curious, how large its networks are, and where it is from."""
    line = spec.card or spec.summary
    return f"{line} {_short(size(spec))} parameters. From {spec.source.title}, {spec.source.year}."


def _choose(name: str) -> None:
    st.query_params["model"] = name
    ask_for_form()


def trained(spec: ModelSpec) -> dict[str, int]:
    """The parameters of each network that learns; an average of another's weights is none."""
    return {name: count for name, count in spec.parameters.items() if name != AVERAGED}


def size(spec: ModelSpec) -> int:
    return sum(trained(spec).values())


def _short(count: int) -> str:
    return f"{count / 1e6:.1f} million" if count >= 1e6 else f"{count / 1e3:.0f} thousand"
