"""What a range in a view's question means."""

import pytest

from ganlab.ui.shared.feed import asked_range


@pytest.mark.parametrize("wanted", [None, "1,2", [1], [1, "2"], [1, float("nan")], [1, float("inf")], {}])
def test_a_range_that_makes_no_sense_is_none(wanted):
    assert asked_range(wanted, 10) is None


def test_a_range_lies_within_what_is_done():
    assert asked_range([20, -3.2], 10) == (1, 10) and asked_range([2.4, 3], 10) == (2, 3)
    assert asked_range([1, 2], 0) is None
