"""Runs: all that were ever trained here, what can be done with them, and the printable page of a run or a sweep."""

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.runs import resolve, runs_folder
from ganlab.ui.runs import run_list, run_verdicts, sweep_list, unused_uploads
from ganlab.ui.shared import compare_selection, export_import, list_filters, sweep_look
from ganlab.ui.shared.formatting import many, plain
from ganlab.ui.shared.hosts import is_guest
from ganlab.ui.shared.streamlit_patches import enter_by_the_router


def show_list() -> None:
    """Search, sort, and a row for each run and each sweep."""
    list_filters.take_up()
    folder = runs_folder()
    sweeps, problems = sweep_list.rows(folder)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Runs", anchor=False, width="content")
        with st.container(width="content"):
            export_import.take_in()
    export_import.taken()
    above = st.container()
    states, orders = [run_list.ANY_STATE, *run_list.WORDS.values()], list(run_list.SORTS)
    left, right = st.columns([3, 2])
    hint = "by title, model, images, digits or state; for example: dcgan 5"
    bound = {"bind": "query-params", "on_change": run_list.first_page}
    search = left.text_input("Search", key="search", live=True, placeholder=hint, **bound) or ""
    with right.container(horizontal=True):
        state = st.selectbox("State", states, key="state", **bound)
        order = st.selectbox("Sorted by", orders, key="sort", **bound)
    parts = hidden = sweep_list.runs_of(sweeps)
    if hidden and st.checkbox("Also list each run of a sweep", key="members", **bound):
        hidden = set()
    listed, damaged = run_list.rows(folder, hidden - sweep_list.asked_for(search, sweeps, folder))
    own = sum(row.state != run_list.SHIPPED and row.key not in parts for row in listed)
    if not own and not sweeps and not is_guest():
        with above:
            say_how_to_begin()
    chosen = run_list.arranged(run_list.found([*listed, *sweeps], search, state), order)
    shown = page_of(chosen)
    list_filters.keep()
    run_list.answer_for([row.key for row in shown])
    verdicts, best = {}, {}
    for row in shown:
        with run_list.gone_is_fine():
            if isinstance(row, sweep_list.SweepRow):
                best[row.sweep.path] = sweep_list.show(row)
            elif isinstance(row, run_list.Row):
                verdicts[row.path] = run_list.show(row)
    compare_selection.bar({row.key: row.title for row in listed})
    for problem in problems + damaged:
        st.warning(problem)
    beside = f", and {many(len(sweeps), 'sweep')} of {many(len(parts), 'run')}" if sweeps else ""
    whose = "of the host's" if is_guest() else "of your own"
    st.caption(f"{many(own, 'run')} {whose}{beside}{'' if is_guest() else f', in {folder}'}")
    unused_uploads.show(folder)
    sweep_list.fill(best)
    run_verdicts.fill(verdicts)


def say_how_to_begin() -> None:
    """Of a list that has nothing of one's own."""
    st.info("You have not trained anything yet. Every run is kept here, finished or not, until you delete it.")
    if st.button("Train a GAN", type="primary"):
        st.switch_page("pages/train.py")


def page_of(chosen: list[run_list.Row | sweep_list.SweepRow]) -> list[run_list.Row | sweep_list.SweepRow]:
    """The rows of the chosen page, with a way to the others."""
    pages = max(1, -(-len(chosen) // run_list.ROWS))
    if not chosen:
        st.info("No run matches. Use fewer search words, or choose another state.")
    if pages == 1:
        return chosen
    with st.container(horizontal=True, vertical_alignment="center"):
        number = min(st.pagination(pages, key="page", bind="query-params"), pages)
        st.caption(f"{len(chosen):,} runs", width="content")
    return chosen[(number - 1) * run_list.ROWS : number * run_list.ROWS]


def show_figures(name: str) -> None:
    """One run's printable page."""
    from ganlab.ui.runs import print_page

    with st.container(key="screen", horizontal=True, vertical_alignment="center"):
        st.button("Back to all runs", on_click=run_list.show_list)
        st.caption("To print this page, or save it as a PDF, use Print in your browser: Ctrl+P, on a Mac Command+P.")
    try:
        print_page.show(resolve(name, runs_folder()))
    except GanlabError as error:
        st.error(plain(str(error)))
    except OSError:
        st.error("This run has just been deleted.")


enter_by_the_router()
asked = st.query_params.get("figures")
if asked and sweep_look.is_sweep(asked):
    from ganlab.ui.runs import sweep_print_page

    sweep_print_page.show(asked)
elif asked:
    show_figures(asked)
elif compare_selection.COMPARED in st.query_params:
    from ganlab.ui.runs import comparison_page

    comparison_page.show(compare_selection.names(compare_selection.COMPARED))
elif sweep_look.QUERY in st.query_params:
    from ganlab.ui.runs import sweep_page

    sweep_page.show(st.query_params[sweep_look.QUERY])
else:
    show_list()
