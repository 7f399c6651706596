"""How good a repair model is: test images damaged, repaired and read, beside two baselines."""

from collections.abc import Sequence

import streamlit as st

from ganlab import data
from ganlab.data.damages import DAMAGES
from ganlab.evaluation import RepairFigures
from ganlab.models._common import REPAIRED_TESTED
from ganlab.ui.repair import (
    accuracy_breakdown,
    calibration,
    fidelity,
    restaurant_day,
    ten_digits,
    url_fields,
    worst_cases,
)
from ganlab.ui.repair.model_choice import Models, choose_models
from ganlab.ui.repair.outcomes import CLEAN, DAMAGE_TITLES, DAMAGED, REPAIRED, TITLES, percent
from ganlab.ui.repair.trials import Trial, images_for, interval, measure, prepare, really_differ
from ganlab.ui.shared.assets import component, text
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.problems import show_errors

COUNTS = (300, 1000, 3000)
DEFAULT_COUNT = "300"
ALL = "all"


def show() -> None:
    """The whole section."""
    st.caption(
        "Here test images, which no model has learned from, are damaged and repaired; a classifier reads them before "
        "and after."
    )
    models = choose_models()
    if models is None or models.reader is None:  # which it has said
        return
    with show_errors():
        used = images_for(models.repairer.run)
        trial, damage = _ask(models, used)
        figures = measure(trial, damage)
        _say(trial, figures, models)
        st.fragment(ten_digits.show)(figures, models.names)
        by_kind = accuracy_breakdown.show(trial, figures, models.names)
        _confusion(figures, models.names)
        fidelity.show(trial, figures, damage)
        fidelity.show_outside(trial, figures)
        st.html(worst_cases.STYLE)
        st.fragment(worst_cases.show)(figures, models.names, trial.key)
        if models.of_digits:
            restaurant_day.show(figures)
        calibration.show(figures)
        with by_kind:
            accuracy_breakdown.by_kind(trial)


def _ask(models: Models, used: data.Dataset) -> tuple[Trial, str]:
    """What is to be tried, and the kind of damage."""
    for notice in used.notices:
        st.info(plain(notice))
    n = len(used.x_test)
    counts = {str(count): f"The first {count:,}" for count in COUNTS if count < n} | {ALL: f"All {n:,}"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        damage = url_fields.select("Damage", "test-damage", DAMAGE_TITLES, "hole", width=200)
        knowing = {"known": "knows where the damage is", "unknown": "has to find the damage"}
        knows = url_fields.select("The model", "test-known", knowing, "known", width=240)
        fallback = DEFAULT_COUNT if DEFAULT_COUNT in counts else ALL
        help = "More images take longer, and show smaller differences."
        count = url_fields.select("Test images", "test-count", counts, fallback, help=help, width=160)
        seed = url_fields.seed("Seed", "test-seed", "gives the same damage on each image")
    learned = models.repairer.run.config.digits
    which = "" if not learned else " Only images of the classes that the model has learned are used."
    st.caption(f"Test images of {plain(used.title)}. {DAMAGES[damage].title}: {DAMAGES[damage].words}.{which}")
    assert models.reader is not None
    return prepare(models, models.reader, knows == "known", seed, n if count == ALL else int(count)), damage


# In a sentence, and in a table


def _say(trial: Trial, figures: RepairFigures, models: Models) -> None:
    clean, before, after = (percent(figures.accuracy(way)) for way in (CLEAN, DAMAGED, REPAIRED))
    what = "digits" if models.of_digits else "images"
    st.markdown(
        f"## The classifier reads {before} of the damaged {what} correctly, and {after} of the repaired ones\n\n"
        f"Of the same {many(trial.count, 'image')} undamaged, it reads {clean} correctly. {worth(figures)}"
    )
    which = "all" if trial.count == len(trial.used.x_test) else "the first"
    st.caption(
        f"These are {which} {many(trial.count, 'image')} of the test set. The shares on the Runs page are of its first "
        f"{REPAIRED_TESTED:,} at most, each with a square hole, so they differ."
    )
    rows = []
    for way in trial.names:
        share = figures.accuracy(way)
        low, high = interval(share, trial.count)
        rows.append(
            {
                "Images": TITLES[way],
                "Read correctly": percent(share),
                "Likely range": f"{low:.1%} to {high:.1%}",
                "Read wrongly": f"{int((~figures.right(way)).sum()):,}",
                "How sure, on average": percent(float(figures.read[way].max(axis=1).mean())),
            }
        )
    st.table(rows)
    words = ["*Mean fill* gives every lost pixel the grey that it has on average in the training images."]
    if not trial.known:
        words.append("Mean fill is told where the damage is; the model is not.")
    if trial.compared:
        words.append(
            "*Without a critic* is the same network, but trained on the lost pixels alone: no second network, its "
            "critic, judged how real its repairs look."
        )
        words.append(fidelity.lengths(trial))
    words.append("*Likely range*: if all images of this kind were tested, the share would lie there 19 times in 20.")
    st.caption(" ".join(filter(None, words)))


def worth(figures: RepairFigures) -> str:
    """What the repair gains or loses, in a sentence."""
    gained = int(figures.right(REPAIRED).sum()) - int(figures.right(DAMAGED).sum())
    if not really_differ(figures.right(REPAIRED), figures.right(DAMAGED)):
        return "The repair makes no difference that could not be chance; test more images to see a smaller one."
    if gained > 0:
        return f"After the repair it reads {gained:,} more of them correctly."
    return f"The repair does harm: after it, the classifier reads {-gained:,} fewer of them correctly."


# What is taken for what


def _confusion(figures: RepairFigures, names: Sequence[str]) -> None:
    what = "digit" if tuple(names) == data.DIGIT_NAMES else "class"
    st.subheader(f"Which {what} is taken for which", anchor=False)
    html = '<div class="matrices" data-testid="matrices"></div>'
    piece = component("ganlab_confusion", "repair/matrices", html, text("shared/confusion.css"))
    tables = [{"title": TITLES[way], "counts": figures.confusion(way).tolist()} for way in (DAMAGED, REPAIRED)]
    piece(key="quality-confusion", data={"tables": tables, "classes": list(names)})
    st.caption(
        "Each row is what images show, each column what the classifier reads, and each cell says how many images: "
        "those in blue, on the diagonal, are read correctly, those in orange wrongly. Such tables are called confusion "
        "matrices."
    )
