"""A run that goes wrong is diagnosed while it trains, and what to try is one click away."""

from playwright.sync_api import Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import control, fits, fits_in_light_and_dark, open_form, shown_run, start, state, train, until


def test_a_run_broken_on_purpose_is_diagnosed_and_halving_fills_the_form(server: Server, page: Page):
    broken = train(page, server, "dense-gan", 300, **{"dense-gan.published.learning_rate": "0.05"})
    until(lambda: state(page) == "finished", 120)
    panel = page.locator(".st-key-diagnosis")
    expect(panel).to_contain_text("The discriminator is winning")
    expect(panel).to_contain_text("What to try")
    assert fits(page)
    page.set_viewport_size({"width": 420, "height": 900})
    page.reload()
    expect(panel).to_contain_text("The discriminator is winning")
    assert fits(page)

    panel.get_by_role("button", name="Halve the learning rate").click()
    note = page.get_by_text(f"The form has the settings of run {broken}, but Learning rate 0.025 instead of 0.05.")
    expect(note).to_be_in_viewport()
    expect(page.get_by_text("Changed from the preset: Iterations, Learning rate.")).to_be_visible()
    fits_in_light_and_dark(page, 420, 1440)
    start(page)
    until(lambda: shown_run(page) not in ("", broken))
    until(lambda: state(page) == "finished", 120)
    new = Run(server.runs / shown_run(page)).config
    old = Run(server.runs / broken).config
    assert new.values == {**old.values, "learning_rate": 0.025} and new.dataset == old.dataset


def test_a_run_in_training_is_too_early_to_judge_at_first_and_then_judged(server: Server, page: Page):
    train(page, server, "dense-gan", 1_000_000, **{"dense-gan.published.batch_size": "2"})
    panel = page.locator(".st-key-diagnosis")
    expect(panel).to_contain_text("too early to say", ignore_case=True)
    expect(panel).not_to_contain_text("too early to say", ignore_case=True, timeout=120_000)
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")
    expect(panel).to_be_visible()


def test_the_form_without_a_diagnosis_has_no_note(server: Server, page: Page):
    open_form(page, server, "dense-gan")
    expect(page.get_by_text("The form has the settings of run")).to_have_count(0)
