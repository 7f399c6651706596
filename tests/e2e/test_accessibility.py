"""Every page in every state, checked by axe-core: names, roles, heading order, contrast."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from docs.every_page import BUSY, EMPTY, KEPT, STALE, State
from ganlab import jobs, racing
from ganlab.runs import RunWriter
from tests.conftest import request_for, train_run
from tests.e2e.conftest import Server
from tests.e2e.steps import open_form, start, until

SCHEMES = ("light", "dark")
WIDTHS = (1440, 420)
# What Streamlit draws itself, by rule and by what it is: not ours to mend.
STREAMLIT = {
    "region": ("",),
}
CHECKS = {"resultTypes": ["violations"], "rules": {name: {"enabled": False} for name in STREAMLIT}}


@pytest.fixture(scope="module")
def runs(server: Server) -> dict[str, str]:
    """Small runs of all families and in all states, by the names that `docs.every_page` gives them."""
    folder = server.runs
    found = {
        "digit": train_run(folder, "digit-gan", 40, digits=(5,)),
        "vae": train_run(folder, "vae", 12),
        "classifier": train_run(folder, "classifier", 6),
        "inpaint": train_run(folder, "inpaint-gan", 6),
        "killed": train_run(folder, "dense-gan", 30),
        "failed": train_run(folder, "dense-gan", 8),
    }
    for name, state in {"killed": "running", "failed": "failed"}.items():
        writer = RunWriter(found[name])
        writer.status(state, "The images are gone." if state == "failed" else "")
        writer.close()
    sides = tuple(request_for("digit-gan", 20, digits=(digit,)) for digit in (5, 8))
    race = racing.create_race(*sides, racing.Finish("iterations", 20), folder)
    race._work()
    found["race"] = race.parts[0].run
    return {name: path.name for name, path in found.items()}


def check(page: Page, state: State) -> list[str]:
    """What axe-core finds wrong with the page as it is, in light and in dark, a line each."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        page.wait_for_function(STALE)
        for violation in Axe().run(page, options=CHECKS).response["violations"]:
            for node in violation["nodes"]:
                found.append(f"{state.name}, {scheme}: {violation['id']}: {node['target']} {node['html'][:160]}")
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("state", KEPT, ids=lambda state: state.name)
def test_a_page_in_a_state(server: Server, page: Page, runs: dict[str, str], state: State, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(server.address + state.address.format(**runs))
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(STALE)
    if state.then:
        state.then(page)
        page.wait_for_function(STALE)
    assert not check(page, state)
