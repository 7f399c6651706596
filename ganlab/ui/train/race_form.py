"""Setting up a race: the books' own races at a click, or two settings of one's own."""

from dataclasses import replace
from typing import Any

import streamlit as st

from ganlab import jobs, registry
from ganlab.jobs import Request, races, worker
from ganlab.jobs.book_races import EXPERIMENTS
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import create_race
from ganlab.registry import ModelSpec
from ganlab.runs import runs_folder
from ganlab.training.waiting import roughly
from ganlab.ui.shared import fields, race_look
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.setting_fields import knob_field, preset_field, tell_changed
from ganlab.ui.train import race_view
from ganlab.ui.train.images_field import Images, pick_images
from ganlab.ui.train.train_form import check_images

FIRST = {"left": "digit-gan", "right": "digit-gan-deep"}
FINISHES = {"iterations": "By iterations", "seconds": "By time", "frechet": "By quality"}
FRECHET = "how far the samples as a whole lie from real images, as a classifier sees both; low is good"
JUDGED = (
    f"At the end, two metrics say which side has the better samples: the **Fréchet distance** ({FRECHET}), and the "
    "share of samples that a classifier reads as the class asked for, or **coverage** where you asked for all classes "
    "(the share of real images that have a sample close by; high is good)."
)
LENGTHS = ("iterations", "epochs")  # knobs that the finish stands for


def setup() -> None:
    """The whole form; a start queues the race and shows it."""
    st.query_params.pop("model", None)  # it is the other form's
    st.markdown(
        "Two GANs learn side by side from the same images and start from the same seed. They take turns, so that at "
        f"any moment both have trained equally long, until one of them is done. Both compute in {races.PRECISION}, so "
        "that their seconds compare."
    )
    st.header("Races from the books", anchor=False)
    for index, (column, experiment) in enumerate(zip(st.columns(len(EXPERIMENTS)), EXPERIMENTS, strict=True)):
        with column, st.container(border=True, gap="small", height="stretch"):
            st.subheader(experiment.title, anchor=False)
            st.markdown(experiment.words)
            st.caption(f"{experiment.claim} {_time_needed(*experiment.requests, experiment.finish)}".strip())
            if st.button("Start this race", key=f"experiment-{index}", help=f"Start: {experiment.title}."):
                _start(*experiment.requests, experiment.finish, experiment.key)
    st.header("Or a race of your own", anchor=False)
    columns = st.columns(2, gap="large")
    chosen = [_model(place, column) for place, column in zip(race_look.PLACES, columns, strict=True)]
    spec = registry.get(chosen[0][0])
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What they learn from", anchor=False)
        images = pick_images(spec)
        others = _other_digits(images)
    with right:
        st.subheader("When the race ends", anchor=False)
        finish = _finish(spec)
    sides = []
    for place, column, (name, preset) in zip(race_look.PLACES, columns, chosen, strict=True):
        with column:
            sides.append(_settings(place, name, preset, finish))
    with right:
        help = "All random numbers of both sides follow from the seed: the same seed gives the same race."
        seed = fields.seed("race-seed", help, jobs.LARGEST_SEED)
        first, second = (
            replace(side, dataset=images.dataset, digits=classes, seed=seed)
            for side, classes in zip(sides, (images.digits, others), strict=True)
        )
        st.caption(images.problem or (_time_needed(first, second, finish) if finish else ""))
        busy = worker.current() is not None
        words = "Start the race" if not busy else "Start the race after the current training"
        unready = finish is None or bool(images.problem)
        if st.button(words, type="primary", key="race-start", disabled=unready) and finish:
            _start(first, second, finish)


def _model(place: str, column: Any) -> tuple[str, str]:
    """A side's model and preset."""
    members = {spec.name: spec for spec in registry.specs() if spec.family == races.FAMILY}
    with column:
        titles = {name: spec.title for name, spec in members.items()}
        name = fields.select(place.capitalize(), titles, f"{place}-model", index=list(members).index(FIRST[place]))
        preset = preset_field(members[name], f"{place}.{name}.preset")
        st.caption(members[name].summary)
    return name, preset


def _settings(place: str, name: str, preset: str, finish: Finish | None) -> Request:
    """A side with its settings; what it learns from is still to be said."""
    spec = registry.get(name)
    values = spec.values(preset)
    with st.expander("Change its settings", key=f"{place}.{name}.more"):
        for knob in spec.knobs:
            if knob.name not in LENGTHS:
                values[knob.name] = knob_field(knob, values[knob.name], f"{place}.{name}.{preset}.{knob.name}")
    tell_changed(spec, spec.values(preset), values)
    side = Request(name, preset, values)
    if finish and finish.kind != "iterations" and spec.falls(values):
        side = replace(side, values={**values, "iterations": _fall(place, side, finish)})
    return side


def _fall(place: str, side: Request, finish: Finish) -> int:
    """Over how many iterations learning rates fall in a race that time decides: unless that is changed, all that there
    is time for."""
    (knob,) = (knob for knob in registry.get(side.model).knobs if knob.name == "iterations")
    fitting = races.expected_iterations(side, finish)
    start = int(side.values["iterations"]) if fitting is None else fitting
    label, key = "Iterations until its learning rate has fallen", f"{place}.{side.model}.{side.preset}.fall.{start}"
    low, high = int(knob.low or 1), int(knob.high or jobs.LONGEST)
    help = "Its learning rate, how far each step goes, falls to a hundredth over this many iterations."
    number = st.number_input(label, low, high, start, key=key, bind="query-params", help=help)
    if fitting is None:
        st.caption(
            "It draws best after about this many iterations, and then hardly learns any more. How many it does in the "
            "time of the race is not known on this machine until it has been trained here once."
        )
    else:
        st.caption(
            f"This machine does about this many in {roughly(finish.seconds)}. With fewer, it hardly learns any more "
            "towards the end. With more, the race is over before it draws best."
        )
    return number


def _other_digits(images: Images) -> tuple[int, ...] | None:
    """The right side's classes: the left one's, unless they are to differ."""
    words = "As in five against eight: the same data set, but other classes."
    if not st.toggle("The right side learns other classes", key="race-other", bind="query-params", help=words):
        return images.digits
    return fields.pick_classes("Classes of the right side", images.names, "race-other-classes")


def _finish(spec: ModelSpec) -> Finish | None:
    """When the race ends; None where what was entered cannot be, which is said."""
    kind = fields.segments("The race ends", FINISHES, "iterations", "race-finish", format_func=FINISHES.__getitem__)

    def number(label: str, value: float, key: str, help: str, whole: bool = True) -> float:
        low, step, form = (1, 1, "%d") if whole else (0.01, 1.0, "%g")
        return st.number_input(
            label, min_value=low, value=value, step=step, format=form, key=key, bind="query-params", help=help
        )

    with show_errors():
        if kind == "iterations":
            length = int(spec.values().get("iterations", 1000))
            at = number("Iterations", length, "race-iterations", "Each side does this many.")
            st.caption(JUDGED)
            return Finish("iterations", at)
        if kind == "seconds":
            words = "Only a side's own training counts, not the time in which it waits for the other side."
            at = number("Seconds of training each", 60, "race-seconds", words)
            st.caption(f"{JUDGED} A faster model does more iterations in the same time.")
            return Finish("seconds", at)
        words = f"{FRECHET[:1].upper()}{FRECHET[1:]}: noise has some hundreds, good digits have a few."
        at = number("Fréchet distance to reach", 20.0, "race-frechet", words, whole=False)
        longest = number("At most, minutes of training each", 10, "race-longest", "In case neither side reaches it.")
        st.caption("The side that reaches it first wins, and the race ends.")
        return Finish("frechet", at, 60.0 * longest)
    return None


def _time_needed(left: Request, right: Request, finish: Finish) -> str:
    """About how long a race will take here, as far as that is known."""
    if finish.kind == "seconds":
        return f"About {roughly(2 * finish.seconds)} on this machine."
    if finish.kind == "frechet":
        return f"At most about {roughly(2 * finish.seconds)} on this machine."
    paces = [races.seconds_per_iteration(request) for request in (left, right)]
    if None in paces:
        return ""
    return f"About {roughly(finish.at * sum(pace or 0.0 for pace in paces))} on this machine."


def _start(left: Request, right: Request, finish: Finish, experiment: str = "") -> None:
    """Queues the race and shows it, or says why not."""
    with show_errors():
        check_images(left)
        job = create_race(left, right, finish, runs_folder(), experiment)
        worker.add(job)
        race_view.attach(job.run)
        st.rerun()
