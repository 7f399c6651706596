"""Runs leave the app as a file, come in as one, and are made again from a link."""

import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.registry import ModelSpec
from ganlab.runs import Run, describe_size, runs_folder
from ganlab.sharing import reproduce
from ganlab.ui.shared.assets import component
from ganlab.ui.shared.fields import download
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.run_pages import LAB, TRAIN, open_run, page_of
from ganlab.ui.shared.setting_fields import fields, fill_form

READY = "exported"  # in the session: what `_state` was of the run that was exported last, and its zip
TAKEN = "imported"  # in the session: the folder and title of the run that was imported last
REFUSED = "refused-upload"  # in the session: the file that was refused last, and why
UPLOADS = "uploads"  # in the session: how many files were taken in, so that the next one gets a new field
MENU, CLOSING = "import-menu", "import-done"  # whether the field is open, and whether it is to close
PROBLEMS = "link-problems"  # in the session: the architecture of a link, and what its form could not take


def is_imported(run: Run) -> bool:
    return run.config.imported is not None


def origin(run: Run) -> str:
    """Where an imported run comes from, for people."""
    found = run.config.imported
    assert found
    return f"imported from {found.file or 'a file'}, where it was {found.id}"


def take_along(run: Run, key: str) -> None:
    """Export and reproduce a run, beside each other; `key` tells these buttons from those of another run. Nothing for
    guests of a class."""
    if is_guest():
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"along-{key}"):
        asked = _export_button(key)
        with st.popover("Reproduce", help="A link and a command that make this run again."):
            offer_command(run, key)
    export(run, key, asked)


def in_menu(run: Run, key: str) -> None:
    """The same in a menu, below each other."""
    export(run, key, _export_button(key))
    with st.expander("Reproduce"):
        offer_command(run, key)


def _export_button(key: str) -> bool:
    return st.button(
        "Export",
        key=f"export-{key}",
        help="Download one zip file with this run: its networks for Keras, a script that uses them, its curves and its "
        "images. On another computer, import the file to have the run there.",
    )


def export(run: Run, key: str, asked: bool) -> None:
    """Makes the file when it is asked for, and has the browser download it; a button stays, to save it again."""
    if asked:
        from ganlab.sharing.exporting import export as write

        st.session_state.pop(READY, None)  # zips are large: there is never more than one
        try:
            with (
                st.status("Exporting: starting TensorFlow") as status,
                tempfile.TemporaryDirectory() as folder,
            ):
                target, state = Path(folder) / "run.zip", _state(run)
                write(run, target, lambda what: status.update(label=f"Exporting: {what[0].lower()}{what[1:]}"))
                st.session_state[READY] = (state, target.read_bytes())
                status.update(label="The file is ready, and your browser downloads it.", state="complete")
        except GanlabError as error:
            asked = False
            status.update(label="Nothing was exported.", state="error")
            st.error(plain(str(error)))
    state, content = st.session_state.get(READY, ((None,), b""))
    if state[0] == run.path and state != _state(run):
        del st.session_state[READY]
    elif state[0] == run.path:
        help = "If the download did not start by itself, save the file with this button."
        label = f"Save {run.id}.zip ({describe_size(len(content))})"
        download(label, content, f"{run.id}.zip", key=f"save-{key}", help=help)
        if asked:
            piece = component("ganlab_save_at_once", "shared/save_at_once")
            piece(key=f"save-at-once-{key}", data={"button": f"save-{key}", "file": secrets.token_hex(8)})


def _state(run: Run) -> tuple[Any, ...]:
    """What a zip depends on: whichever run it is, how far it is, its weights in use, its title and its settings."""
    return run.path, run.done, run.weights, run.title, run.config


def offer_command(run: Run, key: str) -> None:
    """What makes a run again: a link, a command, and the form itself."""
    try:
        link, command = reproduce.address(run, _app()), reproduce.command(run)
    except (GanlabError, KeyError, TypeError, ValueError):  # of an architecture that has changed since
        st.caption("This run cannot be made again, because its architecture has changed since.")
        return
    where = "Lab" if page_of(run) == LAB else "Train page"
    st.caption(f"This link fills the form of the {where} with the settings of this run. It starts nothing by itself.")
    st.code(link, language=None, wrap_lines=True)
    st.caption("This command trains the run again.")
    st.code(command, language=None, wrap_lines=True)
    if st.button("Fill the form", key=f"fill-{key}", help=f"Opens the {where} with these settings."):
        if page_of(run) == LAB:
            st.switch_page(LAB, query_params=reproduce.query(run))
        st.switch_page(TRAIN, query_params=fill_form(run.model, fields(run)))


def _app() -> str:
    """Where this browser has the app: its address without the page's own name."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}" if parts.netloc else ""


def take_in() -> None:
    """A field for the file of an exported run; nothing for guests of a class."""
    if is_guest():
        return
    if st.session_state.pop(CLOSING, False):
        st.session_state[MENU] = False
    help = "Add a run that was exported, here or on another computer."
    with st.popover("Import", help=help, key=MENU, on_change="rerun"):
        st.caption("Choose a zip file that Export has made. ganlab checks everything in it before it keeps anything.")
        number = st.session_state.setdefault(UPLOADS, 0)
        file = st.file_uploader("An exported run", type="zip", key=f"import-{number}")
        if file is not None:
            _take(file)


def _take(file: Any) -> None:
    refused, sentence = st.session_state.get(REFUSED, ("", ""))
    if refused == file.file_id:
        st.error(plain(sentence))
        return
    from ganlab.sharing.importing import import_run

    try:
        with st.status("Importing") as status:
            run = import_run(file, runs_folder(), file.name, lambda what: status.update(label=what))
    except GanlabError as error:
        status.update(label="Nothing was imported.", state="error")
        st.session_state[REFUSED] = (file.file_id, str(error))
        st.error(plain(str(error)))
        return
    st.session_state[TAKEN] = (run.path.name, run.title or run.id)
    st.session_state[UPLOADS] += 1  # an empty field for the next file
    st.session_state[CLOSING] = True
    st.rerun()


def taken() -> None:
    """What the last file became, with a way to it."""
    if TAKEN not in st.session_state:
        return
    run, title = st.session_state[TAKEN]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(f"Imported: {plain(title)}. You can look at this run and use it, but not train it further.")
        if st.button("Open it", key="open-imported"):
            del st.session_state[TAKEN]
            open_run(run)


def tell_problems(spec: ModelSpec) -> None:
    """Says what in a link the form cannot take; the fields with it begin as the preset has them."""
    asked = {key: st.query_params.get_all(key) for key in st.query_params}
    found = reproduce.complaints(spec, asked)
    if found:
        st.session_state[PROBLEMS] = (spec.name, found)
    name, kept = st.session_state.get(PROBLEMS, ("", []))
    if name != spec.name:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning("Some settings in this link cannot be used; the rest is filled in. " + plain(" ".join(kept)))
        st.button("Hide this message", key="forget-problems", on_click=st.session_state.pop, args=(PROBLEMS, None))
