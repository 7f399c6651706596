"""How good a GAN's samples are: metrics while it trains, and on demand a closer look at any run."""

import base64
from pathlib import Path
from typing import Any

import streamlit as st

from ganlab import data, registry
from ganlab.errors import GanlabError
from ganlab.evaluation import NEARER_THAN, SAMPLES
from ganlab.evaluation.sample_metrics import LEAST, count_of
from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.training.waiting import roughly
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.charts import figure, scatter
from ganlab.ui.shared.charts import show as show_chart
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_labels import classes_of
from ganlab.ui.shared.theme import ROLES, role_css
from ganlab.ui.train import measurements

POLL_SECONDS = 0.5
JUDGED = ("right_on_reals", "right_on_fakes")
LIMIT = "measuring samples may take at most 5% of the training time"
WAITING = f"The first values appear after about a minute of training, because {LIMIT}."
NONE = f"This run was too short to be measured on the way, because {LIMIT}."
TITLE = "How good are the samples?"
NOT_AS_TRAINED = (
    "They can differ a lot from the P(real) curves above: there the discriminator judges training images while it "
    "learns from them, often with dropout and normalised by the batch in front of it; here it judges test images that "
    "it has never seen, without dropout and normalised by the averages of many batches."
)


def show(run: Run, active: bool) -> None:
    """The curves of a run's metrics, and below what was measured on demand; nothing unless it is a GAN that can
    draw."""
    if registry.get(run.model).family != "gan" or not (run.done or run.weights):
        return
    st.header(TITLE, anchor=False)
    if run.config.quality and run.done:
        _curves(run)
    if not active:
        busy = measurements.busy(run.path)
        st.fragment(run_every=POLL_SECONDS if busy else None)(_on_demand)(run.path, busy)


def _curves(run: Run) -> None:
    styles = text("shared/uPlot.min.css", "shared/piece.css", "shared/line_chart.css") + role_css(".merit")
    piece = component("ganlab_merit", "train/metrics_panel", css=styles)
    about = {
        "run": run.id,
        "classes": list(data.class_names_of(run.config)),
        "charts": charts(registry.get(run.model).scores(run.config.values)),
        "main": [list(group) for group in metric_catalog.MAIN],
        "shares": {
            "title": "Mix of classes",
            "help": "The share of samples that the classifier reads as each class, and the share of training images "
            "that show it.",
        },
        "what": metric_catalog.WHAT.replace("*", ""),
        "waiting": WAITING,
        "none": NONE + (" You can measure them now, below." if run.weights else ""),
    }
    piece(key="merit", data=about)


def charts(scores: bool = False) -> list[dict[str, Any]]:
    """What each chart of the live view shows: title, explanation, and its lines, each in the colour of its role, with
    what real images get beside it. A discriminator that gives `scores` takes no image for anything."""
    found = [
        {
            "title": metric.title,
            "help": metric.help,
            "share": metric.share,
            "lines": [{"name": metric.name, "title": "samples", "role": "generator", "beside": metric.beside}],
        }
        for metric in metric_catalog.SAMPLES
        if metric.name not in JUDGED
    ]
    judged = {
        "title": "What the discriminator gets right",
        "help": "The shares of test images that it takes for real and of new samples that it takes for generated. At "
        f"50% each it can only guess. {NOT_AS_TRAINED}",
        "share": True,
        "lines": [
            {"name": "right_on_reals", "title": "test images taken for real", "role": "real"},
            {"name": "right_on_fakes", "title": "samples taken for generated", "role": "generator"},
        ],
    }
    return found if scores else [*found, judged]


# On demand


def _on_demand(path: Path, busy: bool) -> None:
    task = measurements.task_of(path)
    if task and task.over == busy:  # it has just begun, or ended
        st.rerun()
    try:
        run = Run(path)
    except GanlabError:
        return
    if task and busy:
        what, share = task.words
        st.progress(share or 0.0, f"{what}…" if share is None else f"{what}: {share:.0%}")
        if not is_guest():
            st.button("Stop measuring", key="measure-stop", on_click=measurements.cancel, args=(path,))
        return
    if task and task.problem:
        st.error(plain(task.problem))
    found = run.measured()
    if run.weights is not None and not is_guest():
        _ask(run, again=bool(found))
    if found:
        _result(found)


def _ask(run: Run, again: bool) -> None:
    """The button, which says how many samples there will be, and why no more; or why there is none."""
    count, images = _count(run)
    which = f" of {plain(classes_of(run))}" if run.config.digits else ""
    if count < LEAST:
        st.caption(f"Samples can be measured from {LEAST} {images} on, but there {_are(count)} only {count}{which}.")
        return
    took = "This takes about a minute."
    if last := measurements.last():
        took = f"The last measurement on this machine, of {last[0]:,} samples, took {roughly(last[1])}."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Measure {count:,} samples{' again' if again else ''}",
            key="measure",
            on_click=measurements.start,
            args=(run.path, SAMPLES),
            help=f"Draws samples and compares them with as many real images. {took} The result is kept.",
        )
        if count < SAMPLES:
            st.caption(f"As many as there are {images}{which}.", width="content")


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _count(run: Run) -> tuple[int, str]:
    """How many samples will be compared with as many real images, and which images there are no more of."""
    dataset, digits = run.config.dataset, run.config.digits
    try:
        return _counted(dataset, tuple(digits) if digits else None, data.stamp(dataset), SAMPLES)
    except GanlabError:  # which the measurement will tell
        return SAMPLES, ""


@st.cache_data(max_entries=50, show_spinner=False)
def _counted(dataset: str, digits: tuple[int, ...] | None, stamp: str, most: int) -> tuple[int, str]:
    used = data.load(dataset, download=False).select(digits)
    fewest = "test images" if 0 < len(used.x_test) <= len(used.x_train) else "training images"
    return count_of(used, most), fewest


def _result(found: dict[str, Any]) -> None:
    reader, count = found["extractor"], found["samples"]
    read = ""
    if reader:
        read = (
            f" The classifier “{reader['name']}” turns each image into {reader['size']} numbers, its features, which "
            "are compared."
        )
    st.markdown(
        f"**{count:,} samples of iteration {found['iteration']:,}** (seed {found['seed']}), compared with {count:,} "
        f"real images of {plain(found['data'])}.{plain(read)}"
    )
    values = values_of(found)
    main = metric_catalog.main_of({name for name, value in values.items() if value is not None})
    st.table([_row(metric_catalog.BY_NAME[name], values) for name in main])
    st.caption(
        f"{metric_catalog.WHAT} *Real images* is the same metric for as many test images in place of the samples. "
        + " ".join(plain(note) for note in found["notes"])
    )
    with st.expander("More metrics"):
        rows = [metric for metric in metric_catalog.SAMPLES if values.get(metric.name) is not None]
        st.table([_row(metric, values) for metric in rows if metric.name not in main])
    if reader:
        st.markdown("**Mix of classes**")
        show_chart(draw_shares(found), "measured-classes")
    _closest(found)
    spec = registry.find(found["model"])
    if spec is None or not spec.scores(spec.values()):
        _told(found["discriminator"])


def values_of(found: dict[str, Any]) -> dict[str, float | None]:
    """Of what was measured on demand, perhaps by an older ganlab, the metrics by name."""
    near = found["nearest"]
    flat = found | {"nearest": near["mean"], "nearest_real": near["mean_of_test"]}
    return {name: flat.get(name) for name in metric_catalog.BY_NAME}


def _row(metric: metric_catalog.Figure, values: dict[str, float | None]) -> dict[str, str]:
    beside, none = metric.beside, metric_catalog.NONE
    return {
        "Metric": metric.title,
        "Samples": metric_catalog.written(metric.name, values[metric.name]),
        "Real images": metric_catalog.written(beside, values[beside]) if beside else none,
        "What it says": metric.help,
    }


def draw_shares(found: dict[str, Any]) -> dict[str, Any]:
    """A Plotly figure: of each class its share of the samples, a bar, and of the training images, a mark."""
    names, samples, reals = found["class_names"][:10], ROLES["generator"][0], ROLES["real"][0]
    bars = {"type": "bar", "name": "samples", "x": names, "y": found["classes"], "marker": {"color": samples}}
    marker = {"color": reals, "symbol": "line-ew-open", "size": 18, "line": {"width": 3}}
    marks = scatter(names, found["classes_real"], name="training images", marker=marker)
    drawn = [{**one, "hovertemplate": "%{x}: %{y:.1%}"} for one in (bars, marks)]
    return figure(drawn, 240, {"type": "category"}, {"tickformat": ".0%", "rangemode": "tozero"})


def _closest(found: dict[str, Any]) -> None:
    near = found["nearest"]
    st.markdown("**Copied from the training images?**")
    if near["copied"] is not None:
        st.markdown(
            f"{metric_catalog.percent(near['copied'])} of the samples are nearer to a training image than "
            f"{1 - NEARER_THAN:.0%} of the test images are. {_verdict(near['copied'])}"
        )
    distances = ", ".join(metric_catalog.number(one["distance"]) for one in near["closest"])
    st.image(
        base64.b64decode(found["pictures"]),
        caption="Top row: the samples most like a training image. Bottom row: the training image that each is most "
        f"like, of {near['training_images']:,}. Their distances, pixel by pixel: {distances}.",
        alt="The samples most like a training image, each above that image",
        output_format="PNG",
    )


def _verdict(copied: float) -> str:
    if copied <= 2 * NEARER_THAN:
        return f"Of real images it would be {NEARER_THAN:.0%}, so there is no sign of copying."
    if copied <= 10 * NEARER_THAN:
        return f"Of real images it would be {NEARER_THAN:.0%}. Look at the pairs below: some samples may be copies."
    return f"Of real images it would be only {NEARER_THAN:.0%}: the generator copies its training images."


def _told(counts: dict[str, list[int]] | None) -> None:
    st.markdown("**What the discriminator takes images for**")
    if counts is None:
        st.caption(
            "There is no discriminator to ask. Pretrained runs come without it, and other runs keep it only with their "
            "newest weights."
        )
        return
    titles = {"reals": "Test images", "fakes": "New samples"}
    st.table(
        [
            {"Images": titles[kind], "Taken for real": f"{real:,}", "Taken for generated": f"{generated:,}"}
            for kind, (real, generated) in counts.items()
        ]
    )
    st.caption(f"These are numbers of images (a confusion matrix). {NOT_AS_TRAINED}")
