"""Slow motion of models of images in a browser: from stage to stage, by hand and by keys, and then for real."""

import re

from playwright.sync_api import Locator, Page, expect

from ganlab.runs import Run
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, address, control, fits_in_light_and_dark, state, train, until


def slowly(page: Page) -> Locator:
    return page.get_by_test_id("slowly")


def to(page: Page, stage: int) -> None:
    slowly(page).get_by_role("button", name=f"Stage {stage}:").click()
    expect(slowly(page)).to_have_attribute("data-stage", str(stage))


@EVERY_SCREEN
def test_a_finished_run_is_gone_through_stage_by_stage(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    run = trained_run(server.runs, "dense-gan", 40)
    page.goto(f"{server.address}/train?run={run.name}")
    control(page, "Slow motion").click()
    piece = slowly(page)
    expect(piece.locator("#when")).to_have_text("Iteration 41 in slow motion", timeout=60_000)
    until(lambda: "slow=41" in address(page))
    expect(piece.locator("#title")).to_have_text("Noise")
    expect(piece.locator(".box[data-lit]")).to_have_text(["Noise"])
    page.keyboard.press(".")
    expect(piece.locator("#title")).to_have_text("The generator's images")
    expect(piece.locator(".algorithm [aria-current]")).to_contain_text("x' ← G(z)")
    piece.get_by_role("button", name="Next stage").click()
    expect(piece.locator("#title")).to_have_text("What the discriminator says")
    expect(piece.locator("#which")).to_have_text("Stage 3 of 16, update 1 of 2")

    to(page, 7)
    given = [float(text) for text in piece.locator(".images span").all_inner_texts()]
    assert given == sorted(given, reverse=True) and len(given) == len(piece.locator(".images canvas").all())
    cells = piece.locator("#row-fakes td")
    for threshold in ("0.01", "0.99"):  # at the ends of what the discriminator may say
        piece.locator("#threshold").evaluate(
            "(e, to) => { e.value = to; e.dispatchEvent(new Event('input')); }", threshold
        )
        expect(piece.locator("#threshold-value")).to_have_text(threshold)
        real = sum(value >= float(threshold) for value in exact(page))
        expect(cells).to_have_text([str(real), str(len(exact(page)) - real)])

    to(page, 14)
    expect(piece.locator("#title")).to_have_text("What each image would have to change")
    first = piece.locator(".images canvas").first
    pulled = first.evaluate("c => c.toDataURL()")
    piece.locator("#strength").evaluate("e => { e.value = 0; e.dispatchEvent(new Event('input')); }")
    until(lambda: piece.locator(".images canvas").first.evaluate("c => c.toDataURL()") != pulled)
    fits_in_light_and_dark(page, *widths)

    to(page, 16)
    expect(piece.locator("#title")).to_have_text("The generator's step")
    expect(piece.locator("#norms li")).to_have_text([re.compile("dense 1"), re.compile("dense 2")])
    expect(piece.locator("#changes .said")).to_have_text(re.compile(r"^[\d.e-]+ → [\d.e-]+$"))
    expect(piece.get_by_role("button", name="Next stage")).to_be_disabled()
    page.keyboard.press(",")
    expect(piece.locator("#title")).to_have_text("The generator's gradient, layer by layer")
    fits_in_light_and_dark(page, *widths)
    control(page, "Leave slow motion").click()
    expect(piece).to_have_count(0)
    until(lambda: "slow=" not in address(page))


def exact(page: Page) -> list[float]:
    return slowly(page).locator(".images li").evaluate_all("items => items.map(item => Number(item.dataset.given))")


def test_what_was_foretold_is_then_done_for_real(server: Server, page: Page):
    run = Run(server.runs / train(page, server, "digit-gan"))
    expect(control(page, "Slow motion")).to_be_disabled()
    control(page, "Pause").click()
    until(lambda: state(page) == "paused")
    control(page, "Slow motion").click()
    piece = slowly(page)
    expect(piece.locator("#when")).to_have_text(f"Iteration {run.done + 1:,} in slow motion", timeout=60_000)
    done = run.done
    control(page, "Do it for real").click()
    expect(page.get_by_text(f"Iteration {done + 1:,} was done for real, and came out as foretold")).to_be_visible()
    expect(piece.locator("#when")).to_have_text(f"Iteration {done + 2:,} in slow motion", timeout=60_000)
    assert run.done == done + 1
    control(page, "Resume").click()
    until(lambda: state(page) == "running")
    expect(piece).to_have_count(0)
