"""The HTML, CSS and JavaScript that lie beside the Python that sends them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components import v2

ROOMS = Path(__file__).parents[1]
IMPORT = re.compile(r'^import (?:[^"]* from )?"(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def text(*names: str) -> str:
    """Files of `ganlab/ui`, named from there as in "train/live_view.css", one after the other."""
    return "\n".join((ROOMS / name).read_text(encoding="utf-8") for name in names)


@cache
def script(name: str) -> str:
    """A script of `ganlab/ui` as one that imports nothing: after all that it imports, each of them once."""
    parts: dict[Path, str] = {}

    def add(path: Path) -> None:
        source = path.read_text(encoding="utf-8")
        for target in IMPORT.findall(source):
            if (wanted := (path.parent / target).resolve()) not in parts:
                add(wanted)
        parts[path] = EXPORT.sub("", IMPORT.sub("", source))

    add((ROOMS / name).resolve())
    return "\n".join(parts.values())


def component(name: str, piece: str, html: str | None = None, css: str = "") -> Any:
    """What Streamlit mounts in the browser under this name: the script `piece`.js, named as in `text`, with the HTML
    and the CSS beside it, where there are any; else with `html`, and with `css` before its own."""
    beside = {kind: text(f"{piece}.{kind}") for kind in ("html", "css") if (ROOMS / f"{piece}.{kind}").exists()}
    styles = "\n".join(filter(None, (css, beside.get("css"))))
    return v2.component(name, html=beside.get("html", html), css=styles or None, js=script(f"{piece}.js"))
