"""The two networks with their units, and what each of them gives over the plane, from weights that the run has kept."""

from pathlib import Path

import numpy as np
import streamlit as st

from ganlab.errors import GanlabError
from ganlab.inference.units import SIDE, NetworkUnits, kept_weights, units
from ganlab.runs import Run
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.theme import role_css

AT = "at"  # of the address: the iteration that is looked at
ON = "lab-networks"
REFRESH_SECONDS = 2.0


def show(path: Path) -> None:
    """The section, which follows the iteration that the view looks at while it is open."""
    on = bool(st.session_state.get(ON))
    st.fragment(run_every=REFRESH_SECONDS if on else None)(_section)(path, on)


def _section(path: Path, follows: bool) -> None:
    st.header("Networks", anchor=False)
    if not st.toggle(
        "Show the networks with their units",
        key=ON,
        help="A unit is a neuron: it adds up what comes in, and passes the sum on. Here each is seen over the plane.",
    ):
        return
    if not follows:
        st.rerun()
    try:
        run, at = Run(path), st.query_params.get(AT, "")
    except GanlabError:  # deleted meanwhile, which the page says
        return
    wanted = int(at) if at.isdecimal() else None
    found = kept_weights(run, wanted)
    if found is None:
        st.caption("This run has kept no weights yet. It does when it is paused, and from time to time.")
        return
    iteration, weights = found
    try:
        head, arrays = frame(run, units(run, weights))
    except GanlabError as error:  # a checkpoint that has just been replaced, or a damaged one
        st.caption(plain(str(error)))
        return
    st.caption(plain(_which(iteration, wanted)))
    css = text("shared/piece.css") + role_css(".networks")
    component("ganlab_networks", "lab/networks", css=css)(key="lab-networks-view", data=pack(head, arrays))


def _which(iteration: int, wanted: int | None) -> str:
    kept = f"These are the weights of iteration {iteration:,}"
    if wanted is None:
        return f"{kept}, the newest that the run has kept."
    if iteration <= wanted:
        return f"{kept}, the newest that the run has kept up to iteration {wanted:,}, which you look at."
    return f"{kept}, the oldest that the run has kept. You look at iteration {wanted:,}."


def frame(run: Run, networks: tuple[NetworkUnits, ...]) -> tuple[dict, dict[str, np.ndarray]]:
    """`NetworksHead` and `NetworksArrays` in lab_types.d.ts."""
    values = np.concatenate([layer.values for network in networks for layer in network.layers])
    values = np.nan_to_num(values, nan=0.0, posinf=1e9, neginf=-1e9)
    most = np.abs(values).max(axis=(1, 2))
    head = {
        "run": run.id,
        "side": SIDE,
        "networks": [
            {
                "name": network.name,
                "title": network.name.capitalize(),
                "over": network.over,
                "reach": network.reach,
                "layers": [
                    {"name": layer.name, "shown": len(layer.values), "count": layer.count} for layer in network.layers
                ],
            }
            for network in networks
        ],
    }
    return head, {
        "values": np.round(128 + values / np.maximum(most, 1e-9)[:, None, None] * 127).astype(np.uint8),
        "most": most.astype(np.float32),
        "lowest": values.min(axis=(1, 2)).astype(np.float32),
        "highest": values.max(axis=(1, 2)).astype(np.float32),
    }
