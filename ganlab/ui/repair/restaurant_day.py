"""A restaurant's day: how many telephone numbers go wrong with damaged digits, and with repaired ones."""

import streamlit as st

from ganlab.evaluation import RepairFigures, Restaurant
from ganlab.ui.repair import url_fields
from ganlab.ui.repair.outcomes import CLEAN, DAMAGED, REPAIRED, TITLES
from ganlab.ui.shared.assets import component

PART, DAY = "part", "day"  # in the address, where this part is asked for
KEY = "quality-day"
STYLE = f"""
<style>
.st-key-{KEY} {{ scroll-margin-top: 4.5rem; }}
.st-key-{KEY} h3:focus {{ outline: none; }}
</style>
"""


def show(figures: RepairFigures) -> None:
    """The part; whoever asked for it in the address is led to it, and then the address asks no more."""
    with st.container(key=KEY):
        st.html(STYLE)
        st.fragment(_day)(figures)
    if st.query_params.get(PART) == DAY:
        piece = component("ganlab_arrive", "repair/scroll_to_part", '<span class="arrive"></span>')
        piece(key="arrive", data={"part": f".st-key-{KEY}", "query": PART})


def _day(figures: RepairFigures) -> None:
    st.subheader("A restaurant's day", anchor=False)
    usual = Restaurant()
    st.markdown(
        "In *Python Deep Learning Projects* a chain of restaurants has its guests write their telephone numbers on "
        "tablets, to be called when a table is free. One misread digit, and the restaurant calls somebody else."
    )
    fields = {
        "sites": ("Restaurants", 100_000),
        "tables": ("Tables in each restaurant", 100_000),
        "sittings": ("Guests at each table a day", 1000),
        "digits": ("Digits in a number", 100),
    }
    with st.container(horizontal=True):
        values = {
            name: url_fields.number(title, f"day-{name}", 1, most, getattr(usual, name), width=190)
            for name, (title, most) in fields.items()
        }
    restaurant = Restaurant(**values)
    rows = []
    for way in (CLEAN, DAMAGED, REPAIRED):
        wrong = restaurant.wrong(figures.accuracy(way))
        rows.append(
            {
                "Digits": TITLES[way],
                "Digits misread": f"{wrong['digits']:,.0f}",
                "Numbers misread": f"{wrong['numbers']:,.0f}",
                "At best": f"{wrong['numbers_at_best']:,.0f}",
                "At worst": f"{wrong['numbers_at_worst']:,.0f}",
            }
        )
    before, after = (restaurant.wrong(figures.accuracy(way))["numbers"] for way in (DAMAGED, REPAIRED))
    total = restaurant.numbers
    st.markdown(
        f"Of {total:,} numbers a day, with {total * restaurant.digits:,} digits in all, if every digit were damaged "
        f"like this, about **{before:,.0f} would be misread without the repair, and {after:,.0f} with it.**"
    )
    st.table(rows)
    st.caption(
        "These numbers assume that every digit is damaged in the way chosen above, and that misread digits are spread "
        "over the numbers at random. *At best*, all misread digits are in as few numbers as possible; *at worst*, each "
        "is in a number of its own."
    )
