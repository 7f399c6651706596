"""Fields that several pages have. What is chosen in them stands in the address, by their keys."""

import mimetypes
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from ganlab import data
from ganlab.data import drawing
from ganlab.runs.records import RunConfig
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.hosts import is_guest

LARGEST_SEED = 999_999
NO_UPLOADS = "Only the host of this class can upload files. Choose something else here, or draw."
IN_SESSION = {"bind": None, "persist_state": "session"}  # for a choice that is in no address, as its options vary


def segments(label: str, options: Iterable[str], default: str, key: str, **more: Any) -> str:
    """One of a few choices beside each other; `more` is what else `st.segmented_control` takes."""
    look = {"bind": "query-params", "label_visibility": "collapsed", **more}
    return st.segmented_control(label, list(options), default=default, required=True, key=key, **look)


def select(label: str, titles: Mapping[Any, str], key: str, **more: Any) -> Any:
    """One of several choices, by their `titles`; `more` is what else `st.selectbox` takes."""
    return st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key, bind="query-params", **more)


def pick_classes(label: str, names: Mapping[int, str], key: str, first: Sequence[int] = ()) -> tuple[int, ...] | None:
    """Which of the classes, whose names are given by label, the `first` ones at first; None is all of them."""
    chosen = st.pills(
        f"{label}; none chosen means all",
        list(names),
        default=first,
        selection_mode="multi",
        format_func=names.__getitem__,
        key=key,
        wrap=True,
        bind="query-params",
    )
    return tuple(sorted(chosen)) or None


def seed(key: str, help: str, most: int = LARGEST_SEED) -> int:
    """A seed, 0 at first."""
    return st.number_input("Seed", 0, most, 0, key=key, bind="query-params", help=help)


def points_seed(key: str, others: str, help: str | None = None) -> int:
    """The seed of random points, with a button of the key `others` that draws other ones."""
    chosen = seed(key, "The same seed gives the same random points.")
    st.button("Draw others", key=others, on_click=_next_seed, args=(key,), help=help)
    return chosen


def _next_seed(key: str) -> None:
    st.session_state[key] = (st.session_state[key] + 1) % (LARGEST_SEED + 1)


def next_number(key: str, most: int) -> None:
    """For a button: has a field of a number from 1 to `most` show the next one, and after the last the first."""
    st.session_state[key] = st.session_state[key] % most + 1


def upload(label: str, key: str, config: RunConfig) -> tuple[Any, bytes] | None:
    """A picture that is uploaded for a model with this config: as the model sees it, uint8 `[28, 28]`, and its file;
    None while there is none, and for guests of a class. Raises GanlabError where it cannot be read."""
    if is_guest():
        st.info(NO_UPLOADS)
        return None
    file = st.file_uploader(label, key=key)
    if file is None:
        return None
    image, notices = drawing.read_upload(file.getvalue(), data.class_names_of(config) == data.DIGIT_NAMES)
    for notice in notices:
        st.caption(plain(notice))
    return image, file.getvalue()


def choose_button(chosen: bool, key: str, on_click: Callable[..., None], args: tuple, help: str | None = None) -> None:
    """Below one of several to choose from: chooses it, or says that it is the chosen one."""
    words, kind = ("Chosen", "primary") if chosen else ("Choose", "secondary")
    st.button(words, key=key, type=kind, on_click=on_click, args=args, help=help, width="stretch")


def download(label: str, content: bytes | Callable[[], bytes | str], name: str, **more: Any) -> None:
    """A button that saves a file, of the kind that its name says; `more` is what else `st.download_button` takes."""
    st.download_button(label, content, name, mimetypes.guess_type(name)[0], on_click="ignore", **more)
