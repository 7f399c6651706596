"""Runs: all that were ever trained here, what can be done with them, and one run's printable page."""

import streamlit as st

from ganlab.errors import GanlabError
from ganlab.runs import resolve, runs_folder
from ganlab.ui import inout, library, listing, run_labels, ticked
from ganlab.ui.guard import enter_by_the_router
from ganlab.ui.words import plain


def show_list() -> None:
    """Search, sort, and a row for each run."""
    listing.take_up()
    folder = runs_folder()
    listed, problems = library.rows(folder)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Runs", anchor=False, width="content")
        with st.container(width="content"):
            inout.take_in()
    inout.taken()
    own = sum(row.state != library.SHIPPED for row in listed)
    if not own:
        st.info("You have not trained anything yet. Every run is kept here, finished or not, until you delete it.")
        if st.button("Train a GAN", type="primary"):
            st.switch_page("pages/train.py")
    states, orders = [library.ANY_STATE, *library.WORDS.values()], list(library.SORTS)
    left, right = st.columns([3, 2])
    hint = "by title, model, images, digits or state; for example: dcgan 5"
    bound = {"bind": "query-params", "on_change": library.first_page}
    search = left.text_input("Search", key="search", live=True, placeholder=hint, **bound)
    with right.container(horizontal=True):
        state = st.selectbox("State", states, key="state", **bound)
        order = st.selectbox("Sorted by", orders, key="sort", **bound)
    chosen = library.arranged(library.found(listed, search or "", state), order)
    shown = page_of(chosen)
    listing.keep()
    library.answer_for([row.key for row in shown])
    slots = {}
    for row in shown:
        with library.gone_is_fine():
            slots[row.path] = library.show(row)
    ticked.bar({row.key: row.title for row in listed})
    for problem in problems:
        st.warning(problem)
    st.caption(f"{own:,} run{'' if own == 1 else 's'} of your own, in {folder}")
    run_labels.fill(slots)


def page_of(chosen: list[library.Row]) -> list[library.Row]:
    """The rows of the chosen page, with a way to the others."""
    pages = max(1, -(-len(chosen) // library.ROWS))
    if not chosen:
        st.info("No run matches. Use fewer search words, or choose another state.")
    if pages == 1:
        return chosen
    with st.container(horizontal=True, vertical_alignment="center"):
        number = min(st.pagination(pages, key="page", bind="query-params"), pages)
        st.caption(f"{len(chosen):,} runs", width="content")
    return chosen[(number - 1) * library.ROWS : number * library.ROWS]


def show_figures(name: str) -> None:
    """One run's printable page."""
    from ganlab.ui import printable

    with st.container(key="screen", horizontal=True, vertical_alignment="center"):
        st.button("Back to all runs", on_click=library.show_list)
        st.caption("To print this page, or save it as a PDF, use Print in your browser: Ctrl+P, on a Mac Command+P.")
    try:
        printable.show(resolve(name, runs_folder()))
    except GanlabError as error:
        st.error(plain(str(error)))
    except OSError:
        st.error("This run has just been deleted.")


enter_by_the_router()
asked = st.query_params.get("figures")
if asked:
    show_figures(asked)
elif ticked.COMPARED in st.query_params:
    from ganlab.ui import compare

    compare.show(ticked.names(ticked.COMPARED))
else:
    show_list()
