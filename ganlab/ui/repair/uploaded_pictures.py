"""Pictures that are uploaded to the Repair page.

A browser forgets a chosen file when the page is loaded again. So files are kept in the user's cache, named by their
content, and the address names the one that was chosen last. The session does, too, as another page has another address.
"""

import contextlib
import hashlib
import os
from pathlib import Path

import streamlit as st

from ganlab.cache import cache_folder
from ganlab.data.drawing import FORMATS
from ganlab.permission import needs
from ganlab.ui.shared.fields import NO_UPLOADS
from ganlab.ui.shared.hosts import is_guest

FOLDER = "uploads"
CHOSEN = "repair-uploads"  # in the session
MOST_KEPT = 50  # files; the oldest go first
LARGEST = 20 * 2**20  # bytes of a file that is kept


def ask(name: str, label: str, kinds: bool = False) -> bytes | None:
    """The file that was chosen last in the field `name`, before the page was loaded again, too; None while there is
    none, below whose field may then stand what `kinds` of files there are. Guests of a class only see what a host has
    chosen, where they follow."""
    if is_guest():
        kept = find(st.query_params.get(name, ""))
        if kept is None:
            st.info(NO_UPLOADS)
        return kept
    key = f"repair-{name}"
    # As `image` a phone offers its camera, too.
    file = st.file_uploader(label, "image", key=key, on_change=_remember, args=(name, key))
    if file is not None:
        return file.getvalue()
    if name not in st.query_params and (chosen := _chosen().get(name)):
        st.query_params[name] = chosen
    kept = find(st.query_params.get(name, ""))
    if kept is not None:
        _chosen()[name] = st.query_params[name]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("The file that you chose before is still in use.", width="content")
            st.button("Remove it", key=f"{key}-away", on_click=_forget, args=(name,))
    elif kinds:
        st.caption(f"Any size and colours, dark on light or light on dark. Kinds of files: {', '.join(FORMATS)}.")
    return kept


def _remember(name: str, key: str) -> None:
    file = st.session_state[key]
    kept = "" if file is None else keep(file.getvalue())
    if kept:
        st.query_params[name] = _chosen()[name] = kept
    else:
        _forget(name)


def _forget(name: str) -> None:
    st.query_params.pop(name, None)
    _chosen().pop(name, None)


def _chosen() -> dict[str, str]:
    """Which file this session has chosen last in each field."""
    return st.session_state.setdefault(CHOSEN, {})


@needs("upload files")
def keep(content: bytes) -> str:
    """Stores a file; returns the name to `find` it by, or "" where it is too large or cannot be stored."""
    if len(content) > LARGEST:
        return ""
    path = cache_folder() / FOLDER / digest(content)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
        _drop_the_oldest(path.parent)
    except OSError:
        return ""  # then it is there until the page is loaded again
    return path.name


def find(name: str) -> bytes | None:
    """The file that was stored under this name, if it is there and whole."""
    if not (name.isascii() and name.isalnum()):
        return None
    try:
        content = (cache_folder() / FOLDER / name).read_bytes()
    except OSError:
        return None
    return content if digest(content) == name else None


def digest(content: bytes) -> str:
    """A name for a file that follows from its content."""
    return hashlib.sha256(content).hexdigest()[:16]


def _drop_the_oldest(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[MOST_KEPT:]:
        with contextlib.suppress(OSError):
            file.unlink()
