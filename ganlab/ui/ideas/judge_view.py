"""You are the discriminator: sixteen images that a person and a discriminator tell apart, and a drawing that it
judges."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from ganlab import data
from ganlab.data.drawing import center
from ganlab.data.offline import as_offline
from ganlab.evaluation.judged import Judged, judged_run, open_judge, sixteen
from ganlab.images import DARKER, LIGHTER
from ganlab.inference import GANRun
from ganlab.inference.discriminator import Discriminator, from_weights
from ganlab.runs import ACTIVE, Run, layout, plane_pictures, resolve, runs_folder
from ganlab.sharing import idea_assets
from ganlab.ui.shared import canvas
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.fields import LARGEST_SEED
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.model_picker import GAN, images_of_dataset, label_of, list_offered, stamp
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.pictures import picture
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.run_labels import images_of, title_of

RUN, SNAPSHOT, SEED = "judge-run", "snapshot", "sixteen"  # in the address
SHIPPED = ""
RAISES, LOWERS = LIGHTER, DARKER  # as in slow motion
WIDTH = 224


@dataclass(frozen=True)
class Shown:
    """What is told apart: `about` says whose images these are, `discriminator(snapshot)` is the one that judged the
    snapshot of this number. `offline` is whether it knows the offline digits."""

    source: str
    judged: Judged
    offline: bool
    about: str
    discriminator: Callable[[int], Discriminator]


def show(css: str, key: str, data: Any) -> None:
    """The whole piece."""
    with show_errors():
        shown = _of_run(run) if (run := _choose()) else _shipped()
        snapshot = _asked_snapshot(shown.judged)
        _sixteen(shown, snapshot, key, css)
        st.subheader("Your own drawing", anchor=False)
        st.fragment(_drawing)(shown, snapshot)


def _choose() -> Run | None:
    """The run that is looked at; None for the GAN that comes with this page."""
    offered = {name: run for name, run in list_offered(GAN).items() if layout.checkpoints(run.path)}
    kept = {name: run for name, run in offered.items() if plane_pictures.gives_probability(run)}
    asked = st.query_params.get(RUN, SHIPPED)
    if asked and asked not in kept:
        kept[asked] = resolve(asked, runs_folder())  # `open_judge` says why it cannot be used
    if not kept:
        return None
    titles = {SHIPPED: "The small GAN that comes with this page"}
    titles |= {name: label_of(run) for name, run in kept.items()}
    st.session_state["judge-choice"] = asked
    chosen = st.selectbox(
        "Whose images", list(titles), format_func=titles.__getitem__, key="judge-choice", on_change=_take_run, width=520
    )
    return kept.get(chosen)


def _take_run() -> None:
    st.query_params.pop(SNAPSHOT, None)  # another run has others
    if chosen := st.session_state["judge-choice"]:
        st.query_params[RUN] = chosen
    else:
        st.query_params.pop(RUN, None)


def _shipped() -> Shown:
    judged, title = _read_shipped()
    about = (
        f"Real ones are from the test set of the {title.lower()} (scikit-learn's 1,797 handwritten digits). "
        "The others were drawn by a small Swift GAN that learned from the same data set."
    )
    return Shown("shipped", judged, True, about, _shipped_discriminator)


@st.cache_resource(show_spinner=False)
def _read_shipped() -> tuple[Judged, str]:
    """What ships, and what its data set is called. What the discriminators say of real images ships, too, and is
    computed where other versions of libraries have made other pixels of these."""
    head, arrays = idea_assets.load("judge")
    used, p_reals = data.load("offline", download=False), arrays["p_reals"]
    if used.fingerprint != head["fingerprint"]:
        p_reals = np.stack([_shipped_discriminator(place).p_real(used.x_test) for place in range(len(p_reals))])
    return Judged(arrays["iterations"], arrays["images"], arrays["p_images"], used.x_test, p_reals), used.title


@st.cache_resource(max_entries=8, show_spinner="Loading the discriminator. The first time, TensorFlow starts, too.")
def _shipped_discriminator(snapshot: int) -> Discriminator:
    head, arrays = idea_assets.load("judge")
    start = f"weights-{snapshot}/"
    weights = {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
    return from_weights(head["model"], head["values"], weights)


def _of_run(run: Run) -> Shown:
    files = [*layout.checkpoints(run.path), *layout.snapshots(run.path)]
    stamps = tuple((str(file), stamp(file)) for file in files)
    judge = _open(str(run.path), stamps)
    used = images_of_dataset(run.config.dataset)
    known = run.config.data
    who = f"{plain(title_of(run))} ({run.id})"
    about = f"Real ones are from the data set {plain(used.title)}. The others were drawn by {who}."
    if known and known.title != used.title:
        about += (
            f" It learned from {plain(images_of(run))}, which is not on this computer, so the two kinds differ in more "
            "than who drew them."
        )
    if run.state in ACTIVE:
        about += " It is still training; these are the weights that it saved last."
    judged = _judge(judge, str(run.path), stamps, data.stamp(run.config.dataset))
    return Shown(str(run.path), judged, used.name == "offline", about, lambda snapshot: _discriminator(judge))


@st.cache_resource(max_entries=4, show_spinner="Loading the discriminator. The first time, TensorFlow starts, too.")
def _open(path: str, stamps: tuple[tuple[str, int], ...]) -> GANRun:
    return open_judge(Run(Path(path)))


def _discriminator(judge: GANRun) -> Discriminator:
    assert judge.discriminator
    return judge.discriminator


@st.cache_resource(max_entries=4, show_spinner="Drawing with each of the run's snapshots, and judging the images")
def _judge(_judge: GANRun, path: str, stamps: tuple[tuple[str, int], ...], images: str) -> Judged:
    config = _judge.run.config
    return judged_run(_judge, images_of_dataset(config.dataset).select(config.digits))


def _asked_snapshot(judged: Judged) -> int:
    """The number of the snapshot that the address names by its iteration; of the last one where it names none."""
    asked = st.query_params.get(SNAPSHOT, "")
    iterations = judged.iterations.tolist()
    return iterations.index(int(asked)) if asked.isdecimal() and int(asked) in iterations else len(iterations) - 1


def _asked_seed() -> int:
    asked = st.query_params.get(SEED, "")
    return int(asked) if asked.isdecimal() and len(asked) <= 6 else 0


def _sixteen(shown: Shown, snapshot: int, key: str, css: str) -> None:
    judged, seed = shown.judged, _asked_seed()
    some = sixteen(judged, snapshot, seed)
    head = {
        "source": shown.source,
        "seed": seed,
        "snapshot": int(judged.iterations[snapshot]),
        "iterations": judged.iterations.tolist(),
        "shares": judged.shares_right().tolist(),
        "judge": judged.judge,
        "about": shown.about,
        "counted": [len(judged.images[0]), len(judged.reals)],
    }
    arrays = {"images": some.images, "fake": some.fake.astype(np.uint8), "pReal": some.p_real}

    def take() -> None:
        asked = (st.session_state.get(key) or {}).get("asked") or {}
        st.query_params[SNAPSHOT] = str(asked.get("snapshot", head["snapshot"]))
        st.query_params[SEED] = str(int(asked.get("seed", seed)) % (LARGEST_SEED + 1))

    piece = component("ganlab_idea_judge", "ideas/judge", css=css)
    piece(key=key, data=pack(head, arrays), on_asked_change=take)


def _drawing(shown: Shown, snapshot: int) -> None:
    """A paper, and what the discriminator says of what is on it."""
    with show_errors(), st.container(horizontal=True, gap="large"):
        ink = canvas.draw("judge-drawing")
        with st.container(width=340):
            if ink is None:
                st.markdown("Draw a digit: how real does it look to the discriminator, and where did it look?")
                return
            image = as_offline(center(ink)) if shown.offline else center(ink)
            judge = shown.discriminator(snapshot)
            p_real, slopes = float(judge.p_real(image[None])[0]), judge.slopes(image[None])[0]
            iteration = shown.judged.judge or int(shown.judged.iterations[snapshot])
            verdict = "real" if p_real > 0.5 else "generated"
            st.markdown(
                f"After {iteration:,} iterations the discriminator takes your drawing for **{verdict}**: "
                f"P(real) is **{p_real:.2f}**."
            )
            with st.container(horizontal=True, gap="small"):
                picture(image, "What it sees", 132)
                words = "Where it looked: orange where more ink would look more real, blue where less"
                picture(overlay(image, slopes), "Where it looked", 132, alt=words)
            as_known = "Made of 8x8 pixels, as all digits are that it knows. " if shown.offline else ""
            st.caption(
                f"{as_known}Orange: lighter there would look more real to it. Blue: darker would. The stronger the "
                "colour, the more (the gradient of P(real) with respect to the pixels, as a share of its largest "
                f"value, {np.abs(slopes).max():.2g} for one pixel from black to white)."
            )


def overlay(image: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """An image, uint8 `[28, 28]`, in grey and half as light, under its `slopes`, float32 `[28, 28]`, in two colours:
    uint8 `[28, 28, 3]`."""
    strength = np.abs(slopes) / max(float(np.abs(slopes).max()), 1e-12)
    colour = np.where((slopes > 0)[..., None], RAISES, LOWERS)
    under = np.repeat(image[..., None] / 2.0, 3, axis=2)
    return np.rint(under + (colour - under) * strength[..., None]).astype(np.uint8)
