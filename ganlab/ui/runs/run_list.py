"""The list of runs: found, sorted, shown a row each, and what can be done with one."""

import contextlib
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import (
    ACTIVE,
    Run,
    delete,
    describe_length,
    describe_size,
    layout,
    list_runs,
    prune,
    rename,
    thumbnails,
)
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.runs import run_verdicts
from ganlab.ui.shared import compare_selection, export_import, list_filters
from ganlab.ui.shared.formatting import classes, day, plain, span
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.pictures import sheet
from ganlab.ui.shared.run_labels import classes_of, images_of, model_title, preset_of, title_of
from ganlab.ui.shared.run_pages import LAB, page_of
from ganlab.ui.shared.run_states import STATE_COLOURS, STATES, tell_if_settled

ROWS = 20  # on a page
THUMBNAILS = 8
THUMBNAIL_WIDTH = 42  # pixels of each, where there is room
POLL_SECONDS = 2.0
ANY_STATE = "Any state"
SHIPPED = "pretrained"
WORDS = {**STATES, SHIPPED: "Comes with ganlab"}
RESUMABLE = ("stopped", "interrupted", "failed")
ANSWER = "runs-answer"  # in the session: a run's key, whether all went well, and the answer to the last click there


@dataclass(frozen=True)
class Listed:
    """A row of the list: `key` is the name that it is asked for by, and `text` has all its words, in small letters."""

    key: str
    title: str
    model: str
    state: str
    iteration: int
    created: str
    text: str

    def size(self) -> int:
        """Bytes on disk."""
        raise NotImplementedError


AnyRow = TypeVar("AnyRow", bound=Listed)


@dataclass(frozen=True)
class Row(Listed):
    """A run as it is listed."""

    run: Run
    seconds: float

    @property
    def path(self) -> Path:
        return self.run.path

    def size(self) -> int:
        return self.run.size()


def rows(folder: Path, without: Container[str] = ()) -> tuple[list[Row], list[str]]:
    """All runs, with those that come with ganlab, newest first, and a sentence for each that cannot be read; but for
    those whose folders' names are in `without`."""
    own, problems = list_runs(folder, without)
    shipped, _ = list_runs(PRETRAINED)
    taken = {run.path.name for run in own}
    listed = []
    for run, state in [*((run, None) for run in own), *((run, SHIPPED) for run in shipped)]:
        try:
            listed.append(_row(run, str(run.path) if state and run.path.name in taken else run.path.name, state))
        except (TypeError, ValueError):  # somebody else's hand was in its files
            problems.append(
                f"{run.path} cannot be shown, because a value in its {layout.CONFIG} or {layout.STATUS} is wrong."
            )
    return listed, problems


def _row(run: Run, key: str, state: str | None = None) -> Row:
    summary = run.summary()
    state = state or str(summary["state"])
    model = model_title(run)
    words = [title_of(run), run.path.name, run.model, model, summary["dataset"], WORDS.get(state, state)]
    words += [run.config.sweep.id] if run.config.sweep else []
    words += ["digits", classes(run.config.digits), images_of(run), preset_of(run)]
    return Row(
        run=run,
        key=key,
        title=title_of(run),
        model=model,
        state=state,
        iteration=int(summary["iteration"]),
        seconds=float(summary["seconds"]),
        created=str(summary["created"] or ""),
        text=" ".join(map(str, words)).lower(),
    )


def found(listed: Sequence[AnyRow], search: str, state: str) -> list[AnyRow]:
    """The rows that fit every word of the search and the state, one of `WORDS`' values or `ANY_STATE`.

    A word of one or two letters begins a word of the row; a longer one stands anywhere in it.
    """
    wanted = words_of(search)
    return [
        row
        for row in listed
        if state in (ANY_STATE, WORDS.get(row.state, row.state)) and all(_fits(word, row) for word in wanted)
    ]


def words_of(search: str) -> list[str]:
    """What is searched for, in small letters."""
    return re.findall(r"[^\s,]+", search.lower())


def _fits(word: str, row: Listed) -> bool:
    if len(word) > 2:
        return word in row.text
    return any(part.startswith(word) for part in re.split(r"[\s,]+", row.text))


SORTS: dict[str, tuple[Callable[[Listed], Any], bool]] = {
    "Newest": (lambda row: (row.created, row.key), True),
    "Longest": (lambda row: row.iteration, True),
    "Model": (lambda row: row.model.lower(), False),
    "Size": (lambda row: row.size(), True),
}


def arranged(chosen: Sequence[AnyRow], order: str) -> list[AnyRow]:
    """In one of the `SORTS`; rows that are alike in it stay the newest first."""
    key, descending = SORTS[order]
    newest = sorted(chosen, key=SORTS["Newest"][0], reverse=True)
    return sorted(newest, key=key, reverse=descending)


def length(row: Row) -> str:
    """How far it is, for example `1,200 of 20,000 iterations`."""
    if not row.run.total or row.iteration == row.run.total:
        return describe_length(row.iteration)
    return f"{row.iteration:,} of {describe_length(row.run.total)}"


def answer_for(keys: Sequence[str]) -> None:
    """What the last click was answered with, where it belongs to none of the rows that are shown."""
    if ANSWER in st.session_state and st.session_state[ANSWER][0] not in keys:
        _tell_answer()


def _tell_answer() -> None:
    _, well, text = st.session_state.pop(ANSWER)
    (st.success if well else st.error)(text)


def show(row: Row) -> DeltaGenerator | None:
    """One row, with its buttons; returns where its verdict belongs, unless the row follows its run by itself."""
    verdict = None
    with framed(row) as (pictures, facts, controls):
        with pictures:
            _strip(row.run)
        with facts:
            if row.state in ACTIVE:
                st.fragment(run_every=POLL_SECONDS)(_follow)(row)
            else:
                verdict = _facts(row)
        with controls:
            _buttons(row)
    return verdict


@contextlib.contextmanager
def framed(row: Listed) -> Iterator[tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]]:
    """Where a row has its pictures, its facts and its buttons; below them it is answered."""
    with st.container(border=True, key=f"row-{row.key}"):
        pictures, facts, controls = st.columns([3, 4.4, 4.6], vertical_alignment="center")
        line = {"horizontal": True, "horizontal_alignment": "right", "vertical_alignment": "center", "gap": "xsmall"}
        yield pictures, facts, controls.container(**line)
        answer(row)


def _strip(run: Run) -> None:
    iterations, drawn = thumbnails(run, THUMBNAILS)
    if not len(drawn):
        st.caption("No images" if run.config.pretrained else "No images yet")
        return
    images = "pictures of the points" if run.config.points else "images"
    alt = f"{len(drawn)} {images} that this run generated, from iteration {iterations[0]:,} to {iterations[-1]:,}"
    if iterations[0] == iterations[-1]:
        alt = f"{images.capitalize()} that this run generated after {describe_length(iterations[-1])}"
    sheet(drawn, len(drawn), alt, width=THUMBNAIL_WIDTH * len(drawn))


def _facts(row: Row) -> DeltaGenerator:
    facts = [images_of(row.run), preset_of(row.run), length(row), span(row.seconds), day(row.created)]
    facts.append(describe_size(row.run.size()))
    if row.run.title:
        facts.insert(0, f"{row.model}, {classes_of(row.run)}")
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(row.title)}**", width="content")
            st.badge(WORDS.get(row.state, row.state), color=STATE_COLOURS.get(row.state, "gray"))  # pyright: ignore
            verdict = run_verdicts.place(row.run)
            if export_import.is_imported(row.run):
                st.badge("Imported", color="gray")
        st.caption(plain(" · ".join(fact for fact in facts if fact)))
        if brief := run_verdicts.in_brief(row.run):
            st.caption(plain(brief))
        if row.state == "failed" and (reason := row.run.status.message):
            st.caption(plain(str(reason)))
    return verdict


def _follow(row: Row) -> None:
    """The facts of a run in work; the whole page is drawn anew when its state changes."""
    try:
        now = _row(Run(row.path), row.key)
    except GanlabError:  # deleted elsewhere
        st.rerun()
    if now.state != row.state:
        st.rerun()
    _facts(now)


@contextlib.contextmanager
def gone_is_fine() -> Iterator[None]:
    """A run may be deleted elsewhere at any moment."""
    try:
        yield
    except (GanlabError, OSError):
        st.caption("This run has just been deleted.")


def answer(row: Listed) -> None:
    """What the last click in this row was answered with."""
    key, well, _ = st.session_state.get(ANSWER, ("", True, ""))
    if key == row.key and (well or not st.session_state.get(f"more-{row.key}")):
        _tell_answer()


def _buttons(row: Row) -> None:
    compare_selection.box(row.key)
    page = page_of(row.run)
    where = "in the Lab" if page == LAB else "on the Train page"
    if st.button("Open", key=f"open-{row.key}", help=f"Show it {where}."):
        st.switch_page(page, query_params={"run": row.key})
    st.button(
        "Printable page",
        key=f"figures-{row.key}",
        help="Open the printable page: the curves and images of this run, for the screen or for paper.",
        on_click=list_filters.leave,
        kwargs={"figures": row.key},
    )
    if is_guest():
        return
    menu = st.popover("More", key=f"more-{row.key}", on_change="rerun")
    if menu.open:
        with menu, gone_is_fine():
            _menu(row)


def first_page() -> None:
    """Of another search or order."""
    st.session_state["page"] = 1


def show_list() -> None:
    st.query_params.pop("figures", None)


def _menu(row: Row) -> None:
    if ANSWER in st.session_state and st.session_state[ANSWER][0] == row.key:
        _tell_answer()
    st.caption(f"Folder {plain(row.path.name)}")
    export_import.in_menu(row.run, row.key)
    if row.state == SHIPPED:
        return
    _renaming(row)
    if row.state in ACTIVE:
        st.caption("A run that is training can only be renamed. To pause or stop it, open it.")
        return
    can_go_on = not export_import.is_imported(row.run)
    if not can_go_on:
        st.caption(
            f"This run was {plain(export_import.origin(row.run))}. It cannot be trained further, because an export "
            "does not contain the state of the optimisers."
        )
    if row.state in RESUMABLE and can_go_on:
        _action(row, "Resume", _go_on, "Continue the training from where it was last saved.")
    if row.state == "finished" and can_go_on:
        more = min(max(1, row.run.total), 1_000_000)
        with _line():
            st.number_input("Extra iterations", 1, 1_000_000, more, key=f"by-{row.key}")
            _action(row, "Extend", _extend, "Continue the training for this many more iterations.")
        tell_if_settled(row.run)
    _pruning(row)
    _deleting(row)


def _line() -> DeltaGenerator:
    """A field with its button beside it."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def _renaming(row: Row) -> None:
    with st.form(f"rename-{row.key}", border=False), _line():
        st.text_input("Title", row.title, max_chars=layout.LONGEST_TITLE, key=f"title-{row.key}")
        st.form_submit_button("Rename", on_click=act, args=(row.key, row.path, _rename))


def _pruning(row: Row) -> None:
    size = row.run.history_size()
    if not size:
        if row.run.pruned:
            st.caption("The history of this run was pruned: its curves and networks are kept, most images are not.")
        return
    of_points = bool(row.run.config.points)
    first, previews = ("points", "moments") if of_points else ("first image", "previews")
    st.markdown(
        f"**Prune** frees about {describe_size(size)}. It deletes for good the {first} of every iteration, most "
        f"{previews}, and the earlier copies of the generator. It keeps the curves, the newest networks, and what is "
        "needed to train the run further."
    )
    if st.checkbox("I no longer need the history of this run", key=f"prune-sure-{row.key}"):
        _action(row, "Prune", _prune, "Delete the history of this run.")


def _deleting(row: Row) -> None:
    size = describe_size(row.run.size())
    st.markdown(
        f"**Delete** frees {size}. It deletes for good everything from {length(row)} of training "
        f"({span(row.seconds)}): images, curves, and networks."
    )
    if st.checkbox("I no longer need this run", key=f"delete-sure-{row.key}"):
        _action(row, "Delete", _delete, "Delete the run and everything in it.")


def _action(row: Row, label: str, action: Callable[[Run], str], help: str) -> None:
    st.button(label, key=f"{label}-{row.key}", help=help, on_click=act, args=(row.key, row.path, action))


def act(key: str, path: Path, action: Callable[[Run], str]) -> None:
    """Does it once for a click, and keeps the answer for the page that is drawn next."""
    try:
        if not path.exists():
            raise GanlabError(f"The run {path.name} is gone: it was deleted from another window or program.")
        text = action(Run(path))
    except GanlabError as error:
        st.session_state[ANSWER] = (key, False, plain(str(error)))
        return
    st.session_state[ANSWER] = (key, True, plain(text))
    st.session_state[f"more-{key}"] = False


def _rename(run: Run) -> str:
    rename(run, str(st.session_state.get(f"title-{run.path.name}", "")))
    return f"The run is now called {run.title}."


def _go_on(run: Run, iterations: int | None = None) -> str:
    worker.submit(jobs.reopen_run(run, iterations))
    return "The run continues as soon as no other run is ahead of it. Press Open to watch it."


def _extend(run: Run) -> str:
    return _go_on(run, run.total + int(st.session_state[f"by-{run.path.name}"]))


def _prune(run: Run) -> str:
    return f"The history was pruned, which freed {describe_size(prune(run))}."


def _delete(run: Run) -> str:
    title, size = title_of(run), describe_size(run.size())
    delete(run)
    return f"{title} ({run.path.name}) was deleted, which freed {size}."
