"""How good a repair model is: test images damaged, repaired and read, beside two baselines."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components import v2

from ganlab import data, images
from ganlab.data.masks import DAMAGES
from ganlab.errors import GanlabError
from ganlab.evaluation import MEAN_FILL, RepairFigures, Restaurant
from ganlab.metrics.calibration import calibration_error, reliability
from ganlab.ui.repair import kept, ten
from ganlab.ui.repair.models import Models, choose_models
from ganlab.ui.repair.result import draw_bars, sentence
from ganlab.ui.repair.tested import (
    CLEAN,
    DAMAGED,
    REPAIRED,
    WITHOUT,
    Trial,
    accuracies_of,
    images_for,
    interval,
    measure,
    prepare,
    really_differ,
)
from ganlab.ui.stage import text
from ganlab.ui.words import plain

TITLES = {
    CLEAN: "As they are",
    DAMAGED: "Damaged",
    MEAN_FILL: "Mean fill",
    REPAIRED: "Repaired",
    WITHOUT: "Without a critic",
}
MARKS = {  # colours of Okabe and Ito's, told apart by the colour-blind, and shapes
    CLEAN: ("#999999", "line-ns-open"),
    DAMAGED: ("#d55e00", "x"),
    MEAN_FILL: ("#e69f00", "square"),
    REPAIRED: ("#0072b2", "circle"),
    WITHOUT: ("#009e73", "diamond"),
}
COUNTS = (300, 1000, 3000)
DEFAULT_COUNT = "300"
ALL = "all"
LARGEST_SEED = 999_999
WORST, COLUMNS = 20, 10
FEWEST = 5  # images behind a mark of the reliability curve
STYLE = f"""
<style>
.st-key-quality-cases {{ display: grid; gap: 0.3rem; grid-template-columns: repeat({COLUMNS}, minmax(0, 1fr)); }}
.st-key-quality-cases button {{ display: block; padding: 4px; min-height: 0; width: 100%; }}
.st-key-quality-cases button :is(div, span, p) {{ display: block; width: 100%; margin: 0; }}
.st-key-quality-cases img {{
  display: block; width: 100%; height: auto; max-height: none; object-fit: fill !important;
  image-rendering: pixelated; border-radius: 3px;
}}
@media (max-width: 640px) {{
  .st-key-quality-cases {{ grid-template-columns: repeat({COLUMNS // 2}, minmax(0, 1fr)); }}
}}
</style>
"""


def show() -> None:
    """The whole section."""
    st.caption("Test images, which no model here has learnt from, are damaged, repaired, and read before and after.")
    models = choose_models()
    if models is None or models.reader is None:  # which it has said
        return
    try:
        used = images_for(models.repairer.run)
        trial, damage = _ask(models, used)
        figures = measure(trial, damage)
        _say(trial, figures, damage, models)
        st.fragment(ten.show)(figures, models.names)
        by_kind = _parts(trial, figures, damage, models.names)
        _confusion(figures, models.names)
        _fidelity(trial, figures)
        _outside(trial, figures)
        st.html(STYLE)
        st.fragment(_cases)(figures, models.names, trial.key)
        if models.of_digits:
            st.fragment(_day)(figures)
        _calibration(figures)
        with by_kind:
            _by_kind(trial)
    except GanlabError as error:
        st.error(plain(str(error)))


def _ask(models: Models, used: data.Dataset) -> tuple[Trial, str]:
    """What is to be tried, and the kind of damage."""
    for notice in used.notices:
        st.info(plain(notice))
    n = len(used.x_test)
    counts = {str(count): f"The first {count:,}" for count in COUNTS if count < n} | {ALL: f"All {n:,}"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        damage = st.selectbox(
            "Damage",
            list(DAMAGES),
            format_func=lambda kind: DAMAGES[kind].title,
            width=200,
            **kept.choice("test-damage", DAMAGES, "hole"),
        )
        knows = st.selectbox(
            "The model",
            ("known", "unknown"),
            format_func={"known": "knows where it is", "unknown": "has to find it"}.__getitem__,
            width=200,
            **kept.choice("test-known", ("known", "unknown"), "known"),
        )
        count = st.selectbox(
            "Test images",
            list(counts),
            format_func=counts.__getitem__,
            help="More take longer, and tell smaller differences.",
            width=160,
            **kept.choice("test-count", counts, DEFAULT_COUNT if DEFAULT_COUNT in counts else ALL),
        )
        help = "The same seed, the same damage to each image."
        seed = st.number_input("Seed", help=help, width=130, **kept.number("test-seed", 0, LARGEST_SEED, 0))
    learnt = models.repairer.run.config["digits"]
    which = "" if not learnt else " Only the classes that the model has learnt."
    st.caption(f"Test images of {plain(used.title)}. {DAMAGES[damage].title}: {DAMAGES[damage].words}.{which}")
    assert models.reader is not None
    return prepare(models, models.reader, knows == "known", seed, n if count == ALL else int(count)), damage


# In a sentence, and in a table


def _say(trial: Trial, figures: RepairFigures, damage: str, models: Models) -> None:
    clean, before, after = (_percent(figures.accuracy(way)) for way in (CLEAN, DAMAGED, REPAIRED))
    worth = figures.accuracy(REPAIRED) - figures.accuracy(DAMAGED)
    verdict = (
        "Repair makes no difference that so few images could show."
        if not really_differ(figures.right(REPAIRED), figures.right(DAMAGED))
        else f"Repair saves {_percent(worth)} of all images."
        if worth > 0
        else f"Repair does harm: {_percent(-worth)} of all images are lost by it."
    )
    st.markdown(
        f"#### {before} are read rightly damaged, {after} repaired\n\n"
        f"Whole, as they were, the classifier reads {clean} of these {trial.count:,} images rightly. {verdict}"
    )
    rows = []
    for way in trial.names:
        share = figures.accuracy(way)
        low, high = interval(share, trial.count)
        rows.append(
            {
                "": TITLES[way],
                "Read rightly": _percent(share),
                "Likely between": f"{low:.1%} and {high:.1%}",
                "Read wrongly": f"{int((~figures.right(way)).sum()):,}",
                "How sure, on average": _percent(float(figures.read[way].max(axis=1).mean())),
            }
        )
    st.table(rows)
    words = ["*Mean fill* gives every lost pixel the grey that it has on average."]
    if not trial.known:
        words.append("It is told where the damage is, which the model is not.")
    if trial.compared:
        words += ["*Without a critic* is the same network, trained on the lost pixels alone.", _lengths(trial)]
    words.append("*Likely between*: 19 times in 20, the share of all such images lies there.")
    st.caption(" ".join(filter(None, words)))


def _lengths(trial: Trial) -> str:
    """A sentence on two networks that learnt for different times; "" where they learnt for the same."""
    chosen, without = (trial.ways[way].iteration for way in (REPAIRED, WITHOUT))
    if chosen == without:
        return ""
    return (
        f"The chosen model learnt for {chosen:,} iterations, the one without a critic for {without:,}, so a part of "
        "any difference may come from that."
    )


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.1%}"


# By kind, size and class


def _parts(trial: Trial, figures: RepairFigures, damage: str, names: Sequence[str]) -> Any:
    """Three tabs; the first, which takes its time, is returned to be filled last."""
    st.subheader("Where it helps", anchor=False)
    by_kind, by_size, by_class = st.tabs(["By kind of damage", "By size of damage", "By class"])
    with by_size:
        sizes = {way: figures.by_size(way) for way in trial.names}
        if len(sizes[CLEAN]) == 1:
            low = sizes[CLEAN][0][0]
            what = DAMAGES[damage].title.lower()
            st.info(f"A {what} always takes {low} pixels. Choose another damage to compare sizes.")
        else:
            rows = [f"{low} to {high} pixels lost" for low, high, _, _ in sizes[CLEAN]]
            _compare("quality-size", rows, {way: [part[3] for part in found] for way, found in sizes.items()})
            st.caption("The images in thirds, by how many of their 784 pixels are lost.")
    with by_class:
        shares = {way: figures.by_class(way) for way in trial.names}
        there = [label for label in range(len(names)) if label < 10 and not np.isnan(shares[CLEAN][label])]
        rows = [f"{names[label]} ({int((figures.labels == label).sum()):,})" for label in there]
        _compare("quality-class", rows, {way: [found[label] for label in there] for way, found in shares.items()})
        st.caption("In brackets, how many images there are of the class.")
    return by_kind


def _by_kind(trial: Trial) -> None:
    found = [accuracies_of(trial, kind) for kind in DAMAGES]
    rows = [damage.title for damage in DAMAGES.values()]
    _compare("quality-kind", rows, {way: [shares[way] for shares in found] for way in trial.names})
    st.caption(" ".join(f"*{damage.title}*: {damage.words}." for damage in DAMAGES.values()))


def _compare(key: str, rows: Sequence[str], shares: Mapping[str, Sequence[float]]) -> None:
    """A chart, and the same as a table."""
    st.plotly_chart(draw_shares(rows, shares), key=key, config={"displayModeBar": False})
    st.table(
        [
            {"Read rightly": row, **{TITLES[way]: _percent(found[place]) for way, found in shares.items()}}
            for place, row in enumerate(rows)
        ]
    )


def draw_shares(rows: Sequence[str], shares: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """A Plotly figure: for each row a line with a mark for each way, at the share that is read rightly."""
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": TITLES[way],
            "x": [None if np.isnan(share) else round(share, 4) for share in found],
            "y": list(rows),
            "marker": {
                "color": MARKS[way][0],
                "symbol": MARKS[way][1],
                "size": 11,
                "line": {"width": 3 if way == CLEAN else 0, "color": MARKS[way][0]},
            },
            "hovertemplate": f"{TITLES[way]}: %{{x:.1%}}<extra>%{{y}}</extra>",
        }
        for way, found in shares.items()
    ]
    layout = {
        "height": 110 + 34 * len(rows),
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"tickformat": ".0%", "title": {"text": "read rightly"}, "automargin": True, "fixedrange": True},
        "yaxis": {"autorange": "reversed", "type": "category", "automargin": True, "fixedrange": True},
    }
    return {"data": marks, "layout": layout}


# What is taken for what


def _confusion(figures: RepairFigures, names: Sequence[str]) -> None:
    st.subheader("What is taken for what", anchor=False)
    piece = v2.component(
        "ganlab_confusion",
        html='<div class="matrices" data-testid="matrices"></div>',
        css=text("confusion.css"),
        js=text("confusion.js", "matrices.js"),
    )
    tables = [{"title": TITLES[way], "counts": figures.confusion(way).tolist()} for way in (DAMAGED, REPAIRED)]
    piece(key="quality-confusion", data={"tables": tables, "classes": list(names)})
    st.caption(
        "Rows are what the images show, columns as what they are read, cells how many: blue on the diagonal rightly, "
        "orange elsewhere wrongly. (Confusion matrices.)"
    )


# How real it looks


def _fidelity(trial: Trial, figures: RepairFigures) -> None:
    st.subheader("Does it look real?", anchor=False)
    others = trial.used.x_train[: trial.count]
    ways = [way for way in trial.names if way in figures.repaired]
    distances = {way: figures.frechet(way) for way in ways}
    if np.isnan(distances[REPAIRED]) or len(others) < trial.count:
        st.caption("How real the fillings look is measured for the hole, where all of them have the same shape.")
    else:
        floor = figures.frechet_of(others)
        rows = [{"What fills the hole": "Real images, of others", "Distance to what was there": f"{floor:.2f}"}]
        rows += [
            {"What fills the hole": TITLES[way], "Distance to what was there": f"{distances[way]:.2f}"} for way in ways
        ]
        st.table(rows)
        st.caption(
            "The **Fréchet distance** compares all that was filled in with all that was there: not image by image, but "
            "whether both vary in the same way. A blur that is never far off can be read well and is still unlike any "
            f"real stroke. Two sets of real images lie {floor:.2f} apart by chance; nearer than that nothing can be."
        )
        if trial.compared:
            st.markdown(f"**{_better(figures, distances, floor)}**")
            st.caption(_lengths(trial))
    if not trial.compared:
        st.caption(
            "No network trained without its critic is at hand for these images, so only the mean fill is compared."
        )


def _better(figures: RepairFigures, distances: Mapping[str, float], floor: float) -> str:
    """Which of the two, with a critic or without, is better at what."""
    right = [figures.accuracy(way) for way in (REPAIRED, WITHOUT)]
    numbers = f"{right[0]:.1%} with the critic, {right[1]:.1%} without"
    with_critic, without = "the network with the critic", "the one without"
    if really_differ(figures.right(REPAIRED), figures.right(WITHOUT)):
        first = f"At being read rightly {with_critic if right[0] > right[1] else without} is better ({numbers})"
    else:
        first = f"At being read rightly there is no difference that these images could show ({numbers})"
    apart = distances[REPAIRED] - distances[WITHOUT]
    numbers = f"distance {distances[REPAIRED]:.2f} with the critic, {distances[WITHOUT]:.2f} without"
    if abs(apart) <= floor:
        second = f"at looking real neither is clearly better ({numbers})"
    else:
        second = f"at looking real {with_critic if apart < 0 else without} is better ({numbers})"
    return f"{first}; {second}."


def _outside(trial: Trial, figures: RepairFigures) -> None:
    st.subheader("What was changed beside the damage", anchor=False)
    outside, rest = figures.changed_outside(REPAIRED), int((~figures.masks).sum())
    model = trial.ways[REPAIRED]
    if trial.known:
        changed = f"{outside:,}" if outside else "none"
        why = " This model draws the whole image anew." if outside and not model.keeps_the_rest else ""
        st.markdown(
            f"Of {rest:,} pixels outside the damage, in {trial.count:,} images, **{changed}** changed: each was "
            f"compared with its value before.{why}"
        )
        return
    repaired = figures.repaired[REPAIRED].astype(int)
    darker = int((repaired < figures.damaged).sum())
    removed = f"at {darker:,} pixels some were thinned or removed" if darker else "none were removed"
    st.markdown(
        f"The model was not told where the damage is. Outside of it, {outside:,} of {rest:,} pixels changed, in "
        f"{trial.count:,} images. Strokes were added; **{removed}**: each pixel was compared with its value before."
    )


# The worst cases


def _cases(figures: RepairFigures, names: tuple[str, ...], key: Any) -> None:
    st.subheader("The worst cases", anchor=False)
    worst = figures.worst(REPAIRED)
    if not len(worst):
        st.success("All repaired images are read rightly.")
        return
    now = int((figures.right(DAMAGED)[worst]).sum())
    st.caption(
        f"Of {len(worst):,} repaired images that are read wrongly, {now:,} were read rightly when damaged. Here are "
        f"{'the first ' + str(WORST) if len(worst) > WORST else 'all'}, those first of which the classifier is surest. "
        "Press one to look into it."
    )
    shown = worst[:WORST].tolist()
    chosen = st.session_state.get("quality-case")
    case = chosen[1] if chosen and chosen[0] == key and chosen[1] in shown else shown[0]
    with st.container(key="quality-cases"):
        for place, number in enumerate(shown):
            _case_button(figures, names, number, place, key, number == case)
    _look_into(figures, names, case)


def _case_button(
    figures: RepairFigures, names: tuple[str, ...], number: int, place: int, key: Any, chosen: bool
) -> None:
    address = base64.b64encode(images.png(_large(figures.repaired[REPAIRED][number]))).decode()
    shows, read = names[figures.labels[number]], names[int(figures.read[REPAIRED][number].argmax())]
    words = plain(f"Case {place + 1}: shows {shows}, read as {read}{', chosen' if chosen else ''}")
    st.button(
        f"![{words}](data:image/png;base64,{address})",
        key=f"quality-case-{place}",
        type="primary" if chosen else "secondary",
        on_click=_choose,
        args=(key, number),
        width="stretch",
    )


def _choose(key: Any, number: int) -> None:
    st.session_state["quality-case"] = (key, number)


def _look_into(figures: RepairFigures, names: tuple[str, ...], number: int) -> None:
    before, after = figures.read[DAMAGED][number], figures.read[REPAIRED][number]
    shows = names[figures.labels[number]]
    st.markdown(f"**Test image {number + 1:,} shows {plain(shows)}.** {plain(sentence(before, after, names))}")
    left, right = st.columns([2, 3], gap="medium")
    with left, st.container(horizontal=True, gap="small", key="quality-case-pictures"):
        for words, picture in (
            ("Original", figures.images[number]),
            ("Damaged", figures.damaged[number]),
            ("Repaired", figures.repaired[REPAIRED][number]),
        ):
            shown = images.png(_large(picture))
            st.image(shown, caption=words, alt=f"{words}: {shows}", width=104, output_format="PNG")
    with right:
        st.plotly_chart(draw_bars(before, after, names), key="quality-bars", config={"displayModeBar": False})


def _large(image: np.ndarray) -> np.ndarray:
    return image.repeat(5, 0).repeat(5, 1)


# A restaurant's day


def _day(figures: RepairFigures) -> None:
    st.subheader("A restaurant's day", anchor=False)
    usual = Restaurant()
    st.markdown(
        'In "Python Deep Learning Projects" a chain of restaurants has its guests write down their telephone numbers '
        "on tablets, to be called when their table is ready. One wrong digit, and somebody else is called."
    )
    fields = {
        "sites": ("Restaurants", 100_000),
        "tables": ("Tables in each", 100_000),
        "sittings": ("Sittings a day", 1000),
        "digits": ("Digits of a number", 100),
    }
    with st.container(horizontal=True):
        values = {
            name: st.number_input(title, width=170, **kept.number(f"day-{name}", 1, most, getattr(usual, name)))
            for name, (title, most) in fields.items()
        }
    restaurant = Restaurant(**values)
    rows = []
    for way in (CLEAN, DAMAGED, REPAIRED):
        wrong = restaurant.wrong(figures.accuracy(way))
        rows.append(
            {
                "": TITLES[way],
                "Digits wrong": f"{wrong['digits']:,.0f}",
                "Numbers wrong": f"{wrong['numbers']:,.0f}",
                "at best": f"{wrong['numbers_at_best']:,.0f}",
                "at worst": f"{wrong['numbers_at_worst']:,.0f}",
            }
        )
    before, after = (restaurant.wrong(figures.accuracy(way))["numbers"] for way in (DAMAGED, REPAIRED))
    total = restaurant.numbers
    st.markdown(
        f"Of {total:,} numbers a day, with {total * restaurant.digits:,} digits, "
        f"**{before:,.0f} would be dialled wrongly without repair, {after:,.0f} with it.**"
    )
    st.table(rows)
    st.caption(
        "As if every digit were damaged in this way, and every misread one fell anywhere. *At best* all wrong digits "
        "fall into as few numbers as possible, *at worst* each into another one."
    )


# Whether certainty can be trusted


def _calibration(figures: RepairFigures) -> None:
    st.subheader("Can its certainty be trusted?", anchor=False)
    errors = {way: calibration_error(figures.read[way], figures.labels) for way in (CLEAN, DAMAGED, REPAIRED)}
    chart = draw_reliability({way: (figures.read[way], figures.labels) for way in errors})
    left, right = st.columns([3, 2], gap="large")
    left.plotly_chart(chart, key="quality-reliability", config={"displayModeBar": False})
    right.markdown(
        "A classifier is **calibrated** where its certainty is what it claims: of all images that it is 90% sure of, "
        "it reads nine in ten rightly, and its marks lie on the dotted line. Below the line it is surer than it should "
        "be. On average, certainty and rightness lie "
        + ", ".join(f"{error:.1%} apart for images {WHAT[way]}" for way, error in errors.items())
        + f" (the expected calibration error). Marks for fewer than {FEWEST} images are left out."
    )


WHAT = {CLEAN: "as they are", DAMAGED: "that are damaged", REPAIRED: "that are repaired"}


def draw_reliability(read: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """A Plotly figure: the share read rightly over how sure the classifier was, of each way's probabilities `[n, 10]`
    and labels `[n]`; the larger a mark, the more images, and none for fewer than `FEWEST`."""
    marks = []
    for way, (probabilities, labels) in read.items():
        found = reliability(probabilities, labels, 10)
        there = found.count >= FEWEST
        colour, symbol = MARKS[way]
        marks.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": TITLES[way],
                "x": found.sure[there].round(4).tolist(),
                "y": found.right[there].round(4).tolist(),
                "customdata": found.count[there].astype(int).tolist(),
                "line": {"color": colour, "width": 1},
                "marker": {
                    "color": colour,
                    "symbol": symbol if way != CLEAN else "triangle-up",
                    "size": (6 + 12 * np.sqrt(found.count[there] / found.count.sum())).round(1).tolist(),
                },
                "hovertemplate": f"{TITLES[way]}, %{{customdata}} images: %{{x:.1%}} sure, %{{y:.1%}} right"
                "<extra></extra>",
            }
        )
    axis = {"range": [0, 1.03], "tickformat": ".0%", "automargin": True, "fixedrange": True}
    layout = {
        "height": 340,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {**axis, "title": {"text": "how sure it was"}},
        "yaxis": {**axis, "title": {"text": "read rightly"}},
        "shapes": [{"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"dash": "dot", "color": "#888888"}}],
    }
    return {"data": marks, "layout": layout}
