"""Setting up several trainings at once, a sweep: which settings vary over which values, and over how many seeds."""

from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from ganlab import jobs
from ganlab.jobs import Request, worker
from ganlab.jobs.ray_cluster import HERE
from ganlab.jobs.sweep_course import seconds_of, to_be_timed, work_left
from ganlab.jobs.sweep_requests import PRESET, SweepRequest, checked_sweep, requested
from ganlab.jobs.sweeps import create_sweep
from ganlab.registry import ModelSpec
from ganlab.runs import runs_folder
from ganlab.runs.sweep_records import MOST_TRAININGS, SweepMember
from ganlab.training.waiting import Pace, about, known_pace
from ganlab.ui.shared import export_import, sweep_look
from ganlab.ui.shared.formatting import listed, many
from ganlab.ui.shared.problems import show_errors
from ganlab.ui.shared.setting_fields import UNFOLDED, knob_form
from ganlab.ui.shared.unfinished_runs import turn_to
from ganlab.ui.train import architecture_cards, machines_field, sweep_rows, train_form
from ganlab.ui.train.images_field import Images, pick_images
from ganlab.ui.train.sweep_rows import Rows
from ganlab.ui.train.training_length import choose_length, in_full, is_in_full, tell_busy, tell_time

ABOUT = (
    "One training may be lucky. A **sweep** trains one architecture with several settings, and each of these from "
    "several seeds (where the random numbers begin). Then it says which settings are better by more than chance."
)
EARLY = (
    "All settings train for a part of the length. Then the half whose samples are worse is stopped, the others train "
    "twice as long, half of those is stopped, and so on (successive halving)."
)


class Plan(NamedTuple):
    """What is to be trained: the request, what sweep.json will say of it, its trainings, and which machines do them, ""
    while that is not known."""

    request: SweepRequest
    described: dict[str, Any]
    members: tuple[SweepMember, ...]
    on: str

    def requests(self) -> list[Request]:
        """What each of its trainings is."""
        base = Request(**dict(self.described["base"]))
        return [requested(base, member.values, member.seed) for member in self.members]

    def in_words(self) -> str:
        """For example `12 trainings (2 x 3 settings, 2 seeds)`."""
        counts = [len(values) for values in self.described["vary"].values()]
        settings = len(self.members) // len(self.request.seeds)
        parts = []
        if self.request.sample is not None:
            parts = [f"{settings} of the {' x '.join(map(str, counts))} settings"]
        elif settings > 1:
            parts = [f"{' x '.join(map(str, counts))} settings"]
        seeds = len(self.request.seeds)
        parts.append(f"{seeds} seed{'' if seeds == 1 else 's'}" + (" each" if settings > 1 else ""))
        return f"{many(len(self.members), 'training')} ({', '.join(parts)})"


def setup() -> None:
    """The whole form; a start queues the sweep and shows it."""
    st.markdown(ABOUT)
    spec = train_form.choose_architecture()
    with st.container(key="train-form"):
        export_import.tell_problems(spec)
        architecture_cards.row(spec)
        left, right = st.columns(2, gap="large")
        below = st.container(gap="small")
        with left:
            st.markdown("**What they learn from**")
            images = pick_images(spec)
            chooser, length = st.container(), st.container()
        with right:
            st.markdown("**What varies**")
            rows = sweep_rows.ask(spec)
            launch = st.container()
        with chooser:
            preset = None if PRESET in rows.names else train_form.choose_preset(spec)
        with below:
            base = replace(_fixed(spec, preset, rows), dataset=images.dataset, digits=images.digits)
        with length:
            base = _long(spec, base, rows)
        with launch:
            _launch(spec, base, rows, images)
    train_form.lead_and_keep(spec)


def _fixed(spec: ModelSpec, preset: str | None, rows: Rows) -> Request:
    """What all trainings have in common, with all values of the preset that they have in common, if any."""
    values: dict[str, Any] = {}
    if preset is not None:
        in_all = spec.values(preset)
        values = in_all | knob_form(spec, in_all, f"{spec.name}.{preset}", is_in_full(), rows.names)
    help = "The first seed; the others are those that follow it. The same seed gives the same run."
    return Request(spec.name, preset, values, **train_form.choose_computing(help))


def _long(spec: ModelSpec, base: Request, rows: Rows) -> Request:
    """The request, for as long as is chosen."""
    if base.preset is None or spec.knobs[0].name in rows.names:
        st.caption("Each training is as long as its own settings say.")
        return base
    return choose_length(spec, base)[0]


def _launch(spec: ModelSpec, base: Request, rows: Rows, images: Images) -> None:
    """From how many seeds, which of the combinations, what becomes of that, and the start."""
    seeds = st.number_input("Seeds for each setting", 1, MOST_TRAININGS, 3, key="seeds", bind="query-params")
    words = "Only so many of the combinations, drawn at random"
    sample = st.number_input(
        words, 1, MOST_TRAININGS, None, key="sample", placeholder="All of them", bind="query-params"
    )
    early = st.toggle("Stop the hopeless early", key="early", bind="query-params")
    st.caption(EARLY)
    on = machines_field.ask()
    plan = None
    if rows.ready:
        with show_errors():
            vary = rows.values(spec)
            request = SweepRequest(_changes(spec, base, vary), vary, range(base.seed, base.seed + seeds), sample, early)
            plan = Plan(request, *checked_sweep(request), on)
    if plan and on == HERE:
        _tell(spec, plan)
    elif plan:
        st.markdown(f"**{plan.in_words()}**, as many at once as there is room for.")
        _tell_rounds(plan)
    _start(plan, images, rows)


def _changes(spec: ModelSpec, base: Request, vary: dict[str, Any]) -> Request:
    """The request with no more values than differ from its preset and do not vary."""
    if base.preset is None:
        return base
    usual = spec.values(base.preset)
    values = {name: value for name, value in base.values.items() if value != usual[name] and name not in vary}
    return replace(base, values=values)


def _tell(spec: ModelSpec, plan: Plan) -> None:
    """How many trainings it will be, and how long they take here."""
    lengths, requests = plan.described["lengths"], plan.requests()
    settings = len(plan.members) // len(plan.request.seeds)

    def own_length(place: int) -> int:
        request = requests[place]
        values = spec.values(request.preset, request.values)
        return request.iterations or in_full(spec, replace(request, values=values)) or 0

    work = work_left(plan.members, lengths or (0,), settings, own_length)
    paces = [jobs.pace(request) for request in requests]

    def say(pace: Pace, busy: float) -> str:
        seconds = seconds_of(work, paces)
        time = "" if seconds is None or not all(one.iterations for one in work) else f", about {about(seconds)} here"
        return f"**{plan.in_words()}{time}**, one after the other.{tell_busy(busy)}"

    timed = to_be_timed(requests)
    if any(known_pace(jobs.pace(request)) is None for request in timed):
        st.markdown(f"**{plan.in_words()}.**")
    tell_time(timed, say)
    _tell_rounds(plan)


def _tell_rounds(plan: Plan) -> None:
    lengths = plan.described["lengths"]
    if lengths:
        rounds = listed(f"{length:,}" for length in lengths[:-1])
        st.caption(f"The worse half of the settings that are left is stopped after {rounds} iterations.")


def _start(plan: Plan | None, images: Images, rows: Rows) -> None:
    count = len(plan.members) if plan else 0
    if images.problem:
        st.caption(images.problem)
    elif not all(text.strip() for _, text in rows.written):
        st.caption("Give each setting that varies its values.")
    elif count == 1:
        st.caption("So far, this is one training. Choose a setting that varies, or more seeds.")
    elif plan and not plan.on:
        st.caption("Give the address of the cluster.")
    words = f"Start {many(count, 'training')}" if count > 1 else "Start the trainings"
    words += "" if worker.current() is None else " after the current one"
    unready = bool(images.problem) or count < 2 or not (plan and plan.on)
    help = "Everything is saved while they train; you can leave this page and come back."
    if st.button(words, type="primary", key="sweep-start", disabled=unready, help=help) and plan:
        _begin(plan)


def _begin(plan: Plan) -> None:
    """Queues the sweep and shows it, or says why not."""
    with show_errors():
        train_form.check_images(plan.request.base)
        job = create_sweep(plan.request, runs_folder(), plan.on)
        worker.add(job)
        st.session_state[UNFOLDED] = False
        turn_to(**sweep_look.query_of(job))
        st.rerun()
