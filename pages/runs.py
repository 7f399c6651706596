"""Runs: all that were ever trained here, what can be done with them, and one run's printable page."""

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.runs import resolve, runs_folder
from ganlab.ui.runs import run_list, run_verdicts, unused_uploads
from ganlab.ui.shared import compare_selection, export_import, list_filters
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.streamlit_patches import enter_by_the_router


def show_list() -> None:
    """Search, sort, and a row for each run."""
    list_filters.take_up()
    folder = runs_folder()
    listed, problems = run_list.rows(folder)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Runs", anchor=False, width="content")
        with st.container(width="content"):
            export_import.take_in()
    export_import.taken()
    own = sum(row.state != run_list.SHIPPED for row in listed)
    if not own:
        st.info("You have not trained anything yet. Every run is kept here, finished or not, until you delete it.")
        if st.button("Train a GAN", type="primary"):
            st.switch_page("pages/train.py")
    states, orders = [run_list.ANY_STATE, *run_list.WORDS.values()], list(run_list.SORTS)
    left, right = st.columns([3, 2])
    hint = "by title, model, images, digits or state; for example: dcgan 5"
    bound = {"bind": "query-params", "on_change": run_list.first_page}
    search = left.text_input("Search", key="search", live=True, placeholder=hint, **bound)
    with right.container(horizontal=True):
        state = st.selectbox("State", states, key="state", **bound)
        order = st.selectbox("Sorted by", orders, key="sort", **bound)
    chosen = run_list.arranged(run_list.found(listed, search or "", state), order)
    shown = page_of(chosen)
    list_filters.keep()
    run_list.answer_for([row.key for row in shown])
    slots = {}
    for row in shown:
        with run_list.gone_is_fine():
            slots[row.path] = run_list.show(row)
    compare_selection.bar({row.key: row.title for row in listed})
    for problem in problems:
        st.warning(problem)
    st.caption(f"{own:,} run{'' if own == 1 else 's'} of your own, in {folder}")
    unused_uploads.show(folder)
    run_verdicts.fill(slots)


def page_of(chosen: list[run_list.Row]) -> list[run_list.Row]:
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
if asked:
    show_figures(asked)
elif compare_selection.COMPARED in st.query_params:
    from ganlab.ui.runs import comparison_page

    comparison_page.show(compare_selection.names(compare_selection.COMPARED))
else:
    show_list()
