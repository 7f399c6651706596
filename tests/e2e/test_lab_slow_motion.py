"""Slow motion in a browser: from stage to stage by hand and by keys, and the units of the networks."""

from playwright.sync_api import Page, expect

from ganlab.runs import Run
from tests.e2e.conftest import Server
from tests.e2e.steps import EVERY_SCREEN, control, fits_in_light_and_dark, press, until
from tests.e2e.test_lab import lab, layer, start, state


@EVERY_SCREEN
def test_the_next_iteration_is_gone_through_done_and_left(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    run = Run(server.runs / start(page, server))
    expect(page.get_by_role("button", name="Slow motion")).to_be_disabled()
    control(page, "Pause").click()
    until(lambda: state(page) == "paused")
    press(page, "Slow motion")
    title, number = lab(page).locator("#slow-title"), lab(page).locator("#slow-count")
    expect(title).to_have_text("Noise")
    expect(layer(page, "Generator's grid")).to_have_attribute("aria-pressed", "true")
    expect(layer(page, "Real points")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press(".")
    expect(number).to_have_text("Stage 2 of 12")
    lab(page).get_by_role("button", name="Next stage").click()
    expect(title).to_have_text("The discriminator's answers")
    expect(lab(page).locator("#slow-words")).to_contain_text("P(real)")
    expect(lab(page).locator('[data-part="discriminator"]')).to_have_attribute("data-lit", "")
    fits_in_light_and_dark(page)
    for _ in range(4):
        page.keyboard.press(".")
    expect(title).to_have_text("The discriminator's step")
    before = lab(page).get_by_role("button", name="Before", exact=True)
    before.click()
    expect(before).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(",")
    expect(title).to_have_text("The discriminator's gradients")

    done = run.done
    control(page, "Do this iteration").click()
    expect(number).to_have_text("Stage 1 of 12")
    assert run.done == done + 1
    press(page, "Leave slow motion")
    expect(lab(page).locator("#slow")).to_be_hidden()
    expect(layer(page, "Real points")).to_have_attribute("aria-pressed", "true")

    page.get_by_text("Show the networks with their units").click()
    networks = page.get_by_test_id("networks")
    expect(networks.locator("#unit-title")).to_have_text("Discriminator, output")
    expect(page.get_by_text(f"the weights of iteration {done + 1:,}")).to_be_visible()
    unit = networks.get_by_role("button", name="Generator, layer 1, unit 1", exact=True)
    unit.focus()
    unit.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(networks.locator("#unit-title")).to_have_text("Generator, layer 1, unit 2")
    fits_in_light_and_dark(page)
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@EVERY_SCREEN
def test_an_encoder_and_a_decoder_have_a_figure_and_stages_of_their_own(
    server: Server, page: Page, widths: tuple[int, ...]
):
    page.set_viewport_size({"width": widths[0], "height": 900})
    run = Run(
        server.runs / start(page, server, **{"model": "VAE in the plane", "plane-vae.tuned.iterations": 1_000_000})
    )
    expect(layer(page, "Likelihood")).to_have_attribute("aria-pressed", "true")
    flow = lab(page).get_by_role("region", name="How the two networks are connected")
    expect(flow).to_have_count(1)
    expect(flow.get_by_role("button", name="Encoder")).to_be_visible()
    expect(lab(page).locator("#flow-kl")).not_to_have_text("–")
    control(page, "Pause").click()
    until(lambda: state(page) == "paused")
    press(page, "Slow motion")
    title = lab(page).locator("#slow-title")
    expect(title).to_have_text("The batch")
    for words, part in (("What the encoder says", "encoder"), ("Latent numbers are drawn", "latents")):
        page.keyboard.press(".")
        expect(title).to_have_text(words)
        expect(flow.locator(f'[data-part="{part}"]')).to_have_attribute("data-lit", "")
    for _ in range(2):
        page.keyboard.press(".")
    expect(title).to_have_text("The loss")
    expect(lab(page).locator("#slow-words")).to_contain_text("The KL divergence")
    fits_in_light_and_dark(page)
    for _ in range(3):
        page.keyboard.press(".")
    expect(title).to_have_text("The step of both networks")
    lab(page).get_by_role("button", name="Before", exact=True).click()
    done = run.done
    control(page, "Do this iteration").click()
    expect(lab(page).locator("#slow-count")).to_have_text("Stage 1 of 8")
    assert run.done == done + 1
    control(page, "Stop").click()
    until(lambda: state(page) == "stopped")
    expect(page.get_by_test_id("stException")).to_have_count(0)
