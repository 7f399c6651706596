"""How a GAN learned: what its earlier copies, kept while it trained, draw from the same points."""

from pathlib import Path

import numpy as np
import streamlit as st

from ganlab.inference import GANRun
from ganlab.runs import Run, describe_length, layout
from ganlab.ui.latent.gan_samples import Space, decode
from ganlab.ui.shared.model_picker import GAN, label_of, list_offered, ships, stamp
from ganlab.ui.shared.pictures import sheet

STRIP = 12  # images in a row of the strip over all snapshots, at most
SHEET = 8  # images in a row of the sheet at one snapshot


def show(space: Space) -> None:
    """The same points as earlier copies of the generator drew them."""
    files = layout.snapshots(space.run.path)
    if not files:
        st.info(
            "This GAN came without the earlier copies of itself that your own runs keep while they train."
            if ships(space.run)
            else "This run has no earlier copies of its generator: it is too young, or they were deleted to save space."
        )
        _offer_another()
        return
    stamps = tuple((str(file), stamp(file)) for file in files)
    latents = (space.truncation * space.latents).astype(np.float32)
    drawn = _through(str(space.run.path), stamps, latents, space.digits)  # where this fails, `gan_space.show` says why
    iterations = [layout.iteration_of(file) for file in files]
    st.caption(f"The same points, drawn by {_copies(len(files))} of the generator from the time when it learned.")
    st.markdown(f"**{space.name.capitalize()}**, after {iterations[0]:,} to {iterations[-1]:,} iterations")
    rows = -(-len(files) // STRIP)
    words = f"{space.name.capitalize()} as {_copies(len(files))} of the generator drew it"
    sheet(drawn[:, space.place], -(-len(files) // rows), words)
    at = iterations[0]
    if len(files) > 1:
        label, key = "Show all samples after so many iterations", f"gan-snapshot-{space.run.path}"
        at = st.select_slider(label, iterations, iterations[-1], "{:,}".format, key=key, persist_state="session")
    sheet(drawn[iterations.index(at)], SHEET, f"All samples after {describe_length(at)}")


def _copies(n: int) -> str:
    return f"{n} cop{'y' if n == 1 else 'ies'}"


def _offer_another() -> None:
    """A way to a GAN that has a history: one that comes with ganlab if there is one, else the newest run."""
    known = [(name, run) for name, run in list_offered(GAN).items() if layout.snapshots(run.path)]
    if not known:
        return
    name, run = min(known, key=lambda one: not ships(one[1]))
    st.button(
        f"Open one with a history: {label_of(run)}",
        key="gan-open",
        on_click=st.query_params.update,
        args=({"gan": name},),
    )


@st.cache_data(max_entries=16, show_spinner="Drawing with each of the copies")
def _through(
    path: str, snapshots: tuple[tuple[str, int], ...], latents: np.ndarray, digits: np.ndarray | None = None
) -> np.ndarray:
    """uint8 `[snapshots, n, 28, 28]` of latents `[n, size]`, in classes `[n]` if it is told any; building the networks
    once is what makes it quick."""
    files = [Path(file) for file, _ in snapshots]
    gan = GANRun(Run(Path(path)), files[0])
    drawn = [decode(gan, latents, digits)]
    for file in files[1:]:
        gan.take_weights(file)
        drawn.append(decode(gan, latents, digits))
    return np.stack(drawn)
