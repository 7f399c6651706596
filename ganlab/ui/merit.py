"""How good a GAN's samples are: curves while it trains, and on demand a closer look at any run."""

import base64
import threading
import traceback
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2

from ganlab import data, evaluation, inference, quality, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import NEARER_THAN, SAMPLES
from ganlab.runs import Run
from ganlab.ui.look import RUNS
from ganlab.ui.stage import text
from ganlab.ui.words import plain

POLL_SECONDS = 0.5
FIGURES = {figure.name: figure for figure in quality.FIGURES}
SHARES = ("coverage", "confidence", "right_on_reals", "right_on_fakes")
JUDGED = ("right_on_reals", "right_on_fakes")
WAITING = "The first figures come after about a minute of training: measuring may take a twentieth of the time at most."
NONE = "This training was over, or stopped, before a twentieth of its time was enough to measure samples in."
TITLE = "How good are the samples?"


def show(run: Run, active: bool) -> None:
    """The curves of a run's figures of merit, and below what was measured on demand; nothing unless it is a GAN that
    can draw."""
    if registry.get(run.model).family != "gan" or not (run.done or run.weights):
        return
    st.subheader(TITLE, anchor=False)
    if run.config.get("quality") and run.done:
        _curves(run)
    if not active:
        busy = (task := _tasks.get(run.path)) is not None and not task.over
        st.fragment(run_every=POLL_SECONDS if busy else None)(_on_demand)(run.path, busy)


def _curves(run: Run) -> None:
    piece = v2.component(
        "ganlab_merit",
        html=text("merit.html"),
        css=text("uPlot.min.css", "merit.css"),
        js=text("uPlot.iife.min.js", "unpack.js", "dark.js", "cursor.js", "saving.js", "merit.js"),
    )
    about = {
        "run": run.id,
        "classes": list(data.class_names_of(run.config)),
        "charts": charts(),
        "shares": {
            "title": "Mix of classes",
            "help": "The share of samples that the classifier reads as each class, and that of training images.",
        },
        "waiting": WAITING,
        "none": NONE,
    }
    piece(key="merit", data=about)


def charts() -> list[dict[str, Any]]:
    """What each chart of the live view shows: title, explanation, and its lines, with the floor that is beside them."""
    floors = {figure.beside for figure in quality.FIGURES}
    alone = [figure for figure in quality.FIGURES if figure.name not in floors and figure.name not in JUDGED]
    found = [
        {
            "title": figure.title,
            "help": figure.help,
            "share": figure.name in SHARES,
            "lines": [{"name": figure.name, "title": "samples", "beside": figure.beside}],
        }
        for figure in alone
    ]
    judged = {
        "title": "What the discriminator gets right",
        "help": "The share of unseen real digits that it takes for real, and of new samples that it takes for "
        "generated. About half of each is where it can only guess.",
        "share": True,
        "lines": [
            {"name": "right_on_reals", "title": "unseen reals"},
            {"name": "right_on_fakes", "title": "samples"},
        ],
    }
    return [*found, judged]


# On demand


class Task(threading.Thread):
    """A measurement that goes on whatever becomes of the page that asked for it."""

    def __init__(self, run: Run) -> None:
        super().__init__(name=f"measure-{run.id}", daemon=True)
        self.measured_run = run
        self.words: tuple[str, float | None] = ("Starting", None)
        self.problem = ""
        self.over = self.cancelled = False

    def run(self) -> None:
        try:
            model = inference.load_family("gan", self.measured_run)
            found, pictures = evaluation.measure_gan(model, SAMPLES, report=self._report)
            sheet = _sheet(pictures)
            self.measured_run.keep_measured({**found, "pictures": base64.b64encode(sheet).decode()})
        except _Cancelled:
            pass
        except GanlabError as error:
            self.problem = str(error)
        except Exception as error:  # the page must show what happened
            traceback.print_exc()
            self.problem = f"An unexpected error ended the measurement ({type(error).__name__}: {error})."
        finally:
            self.over = True

    def _report(self, what: str, share: float | None) -> None:
        if self.cancelled:
            raise _Cancelled
        self.words = what, share


class _Cancelled(Exception):  # noqa: N818 (nothing went wrong)
    pass


_tasks: dict[Path, Task] = {}


def _sheet(pictures: Any) -> bytes:
    from ganlab import images

    both = pictures.reshape(-1, *pictures.shape[2:])
    return images.png(images.sheet(both, pictures.shape[1], 3))


def _start(path: Path) -> None:
    task = _tasks.get(path)
    if task is None or task.over:
        try:
            _tasks[path] = task = Task(Run(path))
        except GanlabError:  # deleted meanwhile, which the page tells
            return
        task.start()


def _on_demand(path: Path, busy: bool) -> None:
    task = _tasks.get(path)
    if task and task.over == busy:  # it has just begun, or ended
        st.rerun()
    try:
        run = Run(path)
    except GanlabError:
        return
    if task and busy:
        what, share = task.words
        st.progress(share or 0.0, f"{what}…" if share is None else f"{what}: {share:.0%}")
        st.button("Stop measuring", key="measure-stop", on_click=_cancel, args=(path,))
        return
    if task and task.problem:
        st.error(plain(task.problem))
    found = run.measured()
    if run.weights is not None:
        again = " again" if found else ""
        st.button(
            f"Measure {SAMPLES:,} samples{again}",
            key="measure",
            on_click=_start,
            args=(path,),
            help="Draws samples and compares them with as many real images; takes about a minute. The result is kept.",
        )
    if found:
        _result(found)


def _cancel(path: Path) -> None:
    if path in _tasks:
        _tasks[path].cancelled = True


def _result(found: dict[str, Any]) -> None:
    reader = found["extractor"]
    read = f", read by the pretrained “{reader['name']}”, {reader['size']} features each" if reader else ""
    st.markdown(
        f"**{found['samples']:,} samples of iteration {found['iteration']:,}**, seed {found['seed']}, beside as many "
        f"real images of {plain(found['data'])}{plain(read)}"
    )
    st.caption(" ".join(plain(note) for note in found["notes"]))
    st.table([_row(name, found) for name in FIGURES if _is_shown(name, found)])
    if reader:
        st.markdown("**Mix of classes**")
        st.plotly_chart(draw_shares(found), key="measured-classes", config={"displayModeBar": False})
    _closest(found)
    _told(found["discriminator"])


def _is_shown(name: str, found: dict[str, Any]) -> bool:
    beside = {figure.beside for figure in quality.FIGURES}
    return name not in beside and _value(name, found) is not None


def _value(name: str, found: dict[str, Any]) -> float | None:
    if name.startswith("nearest"):
        return found["nearest"]["mean" if name == "nearest" else "mean_of_test"]
    return found[name]


def _row(name: str, found: dict[str, Any]) -> dict[str, str]:
    figure = FIGURES[name]
    beside = _value(figure.beside, found) if figure.beside else None
    return {
        "Figure": figure.title,
        "Samples": _number(name, _value(name, found)),
        "Real images": _number(name, beside),
        "What it says": figure.help,
    }


def _number(name: str, value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}" if name in SHARES else f"{value:.3g}"


def draw_shares(found: dict[str, Any]) -> dict[str, Any]:
    """A Plotly figure: of each class its share of the samples, a bar, and of the training images, a mark."""
    names, (blue, _), (orange, _) = found["class_names"][:10], *RUNS[:2]
    bars = {"type": "bar", "name": "samples", "x": names, "y": found["classes"], "marker": {"color": blue}}
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": "training images",
        "x": names,
        "y": found["classes_real"],
        "marker": {"color": orange, "symbol": "line-ew-open", "size": 18, "line": {"width": 3}},
    }
    layout = {
        "height": 240,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"type": "category", "fixedrange": True, "automargin": True},
        "yaxis": {"tickformat": ".0%", "rangemode": "tozero", "fixedrange": True, "automargin": True},
    }
    return {"data": [{**one, "hovertemplate": "%{x}: %{y:.1%}"} for one in (bars, marks)], "layout": layout}


def _closest(found: dict[str, Any]) -> None:
    near = found["nearest"]
    st.markdown("**Copied from the training images?**")
    if near["copied"] is not None:
        st.markdown(
            f"{near['copied']:.1%} of the samples are nearer to a training image than all but {NEARER_THAN:.0%} of "
            f"real test images are. {_verdict(near['copied'])}"
        )
    distances = ", ".join(f"{one['distance']:.2f}" for one in near["closest"])
    st.image(
        base64.b64decode(found["pictures"]),
        caption=f"Above the samples most like one of {near['training_images']:,} training images, below those images; "
        f"distances {distances}.",
        alt="The samples most like a training image, each above that image",
        output_format="PNG",
    )


def _verdict(copied: float) -> str:
    if copied <= 2 * NEARER_THAN:
        return "No more than real images would be: nothing says that it copies."
    if copied <= 10 * NEARER_THAN:
        return "That is more than real images would be; look at the pairs below."
    return "That is many more than real images would be: it copies what it learns from."


def _told(counts: dict[str, list[int]] | None) -> None:
    st.markdown("**What the discriminator takes them for**")
    if counts is None:
        st.caption(
            "The discriminator is not at hand: a pretrained run ships without it, and of another run it is kept only "
            "with its newest weights."
        )
        return
    titles = {"reals": "Real, never seen", "fakes": "Generated, just now"}
    st.table(
        [
            {"Images": titles[kind], "Taken for real": f"{real:,}", "Taken for generated": f"{generated:,}"}
            for kind, (real, generated) in counts.items()
        ]
    )
    st.caption("Counts of images; its own guesses on what it never learnt from. (A confusion matrix.)")
