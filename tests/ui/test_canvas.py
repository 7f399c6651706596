"""What the canvas makes of the browser's pictures; drawing on it is tested on the pages that have one."""

import base64

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab.images import png
from ganlab.ui.shared.canvas import read


def sent(ink: np.ndarray) -> str:
    return base64.b64encode(png(ink)).decode()


def test_a_picture_comes_back_as_it_was_drawn() -> None:
    ink = np.random.default_rng(1).integers(0, 256, (280, 280), np.uint8)
    found = read(sent(ink), 280, 280)
    assert found is not None and found.dtype == np.uint8
    np.testing.assert_array_equal(found, ink)


def test_a_strip_is_read_by_its_width_and_height() -> None:
    ink = np.random.default_rng(1).integers(0, 256, (100, 400), np.uint8)
    found = read(sent(ink), 400, 100)
    assert found is not None and found.shape == (100, 400)
    assert read(sent(ink), 100, 400) is None


@pytest.mark.parametrize(
    "picture",
    [
        None,
        "",
        "no base64!",
        "aGVsbG8=",
        7,
        {"a": 1},
        sent(np.zeros((280, 280), np.uint8)),
        sent(np.ones((28, 28), np.uint8)),
    ],
)
def test_no_ink_and_no_picture_are_nothing_drawn(picture: object) -> None:
    assert read(picture, 280, 280) is None


def test_a_picture_that_is_cut_short_is_nothing_drawn() -> None:
    ink = np.random.default_rng(1).integers(0, 256, (280, 280), np.uint8)
    assert read(base64.b64encode(png(ink)[:5000]).decode(), 280, 280) is None


def test_a_page_with_an_untouched_canvas_has_no_drawing() -> None:
    def page() -> None:
        import numpy as np
        import streamlit as st

        from ganlab.ui.shared.canvas import draw

        shown = np.zeros((28, 28), np.uint8)
        st.write(
            "nothing"
            if draw("paper") is None and draw("other", 140, label="Draw", background=shown, dark_on_light=True) is None
            else "something"
        )

    test = AppTest.from_function(page, default_timeout=60).run()
    assert not test.exception and test.markdown[0].value == "nothing"
