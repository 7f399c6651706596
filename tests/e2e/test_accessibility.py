"""Every page in every state, checked by axe-core in light and in dark: names, roles, order of headings, contrast."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from docs.every_page import BUSY, EMPTY, KEPT, STALE, SWEEPING, VARIED, State
from ganlab.jobs import races
from ganlab.jobs.race_standings import Finish
from ganlab.runs import RunWriter
from tests.conftest import request_for, trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import drawn_in, open_form, shown_run, start, train, until
from tests.e2e.test_sweep import at_work, begin
from tests.sweeping import RATE, RATES, recorded_sweep

SCHEMES = ("light", "dark")
# "region" wants everything inside landmarks, which Streamlit's own frame of a page does not give.
# Streamlit gives its field for files a label and the role of decoration, which contradict each other.
WHERE = {"exclude": [["[data-testid=stFileUploaderDropzone]"]]}
CHECKS = {"resultTypes": ["violations"], "rules": {"region": {"enabled": False}}}


@pytest.fixture(scope="module")
def runs(server: Server) -> dict[str, str]:
    """Small runs of all families and in all states, by the names that `docs.every_page` gives them."""
    folder = server.runs
    found = {
        "digit": trained_run(folder, "digit-gan", 100, digits=(5,)),
        "vae": trained_run(folder, "vae"),
        "classifier": trained_run(folder, "classifier"),
        "inpaint": trained_run(folder, "inpaint-gan"),
        "killed": trained_run(folder, "dense-gan", 40),
        "failed": trained_run(folder),
    }
    for name in ("killed", "failed"):
        writer = RunWriter(found[name])
        if name == "killed":
            writer.status("running")
        else:
            writer.status("failed", "The images are gone.")
        writer.close()
    left, right = (request_for("digit-gan", 20, digits=(digit,)) for digit in (5, 8))
    race = races.create_race(left, right, Finish("iterations", 20), folder)
    race._work()
    found["race"] = race.parts[0].run
    left, right = (request_for("plane-gan", 60, preset=preset) for preset in ("tuned", "collapse"))
    race = races.create_race(left, right, Finish("iterations", 60), folder)
    race._work()
    found["points"] = race.parts[0].run
    failed = {"state": "failed", "why": "The images are gone."}
    sweep = recorded_sweep(folder, became=lambda member: failed if member.seed == 2 else {})
    found["sweep"] = sweep.path
    vary = {RATE: RATES, "dropout": [0.1, 0.4], "label_noise": [0.0, 0.2]}
    for name, count in (("sweep_of_two", 2), ("sweep_of_three", 3)):
        found[name] = recorded_sweep(folder, dict(list(vary.items())[:count]), (0,)).path
    names = {"member": sweep.members[0].run, "varied": VARIED}
    return names | {name: path.name for name, path in found.items()}


def visit(server: Server, page: Page, state: State, names: dict[str, str]) -> None:
    page.goto(server.address + state.address.format(**names))
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(STALE)
    if state.then:
        state.then(page)
        page.wait_for_function(STALE)


def faults(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is, in light and in dark, a line each."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        until(lambda scheme=scheme: drawn_in(page) == scheme)
        page.wait_for_function("!document.getAnimations().some(one => one.playState === 'running')")
        page.wait_for_function(STALE)
        for violation in Axe().run(page, context=WHERE, options=CHECKS).response["violations"]:
            for node in violation["nodes"]:
                found.append(f"{scheme}: {violation['id']}: {node['target']} {node['html'][:160]}")
    return found


@pytest.mark.parametrize("state", EMPTY, ids=lambda state: state.name)
def test_a_page_before_anything_was_trained(server: Server, page: Page, state: State):
    visit(server, page, state, {})
    assert not faults(page)


@pytest.mark.parametrize("state", KEPT, ids=lambda state: state.name)
def test_a_page_with_runs(server: Server, page: Page, runs: dict[str, str], state: State):
    visit(server, page, state, runs)
    assert not faults(page)


def test_pages_while_something_trains_and_waits(server: Server, page: Page, runs: dict[str, str]):
    names = {**runs, "running": train(page, server, "dense-gan")}
    open_form(page, server, "dense-gan", 1_000_000)
    start(page)
    names["queued"] = shown_run(page)
    found = {}
    for state in BUSY:
        visit(server, page, state, names)
        found[state.name] = faults(page)
    assert not any(found.values()), found


def test_pages_while_a_sweep_is_at_work(server: Server, page: Page):
    names = {"sweeping": begin(page, server), "at_work": at_work(page)}
    found = {}
    for state in SWEEPING:
        visit(server, page, state, names)
        found[state.name] = faults(page)
    assert not any(found.values()), found
