"""The Train page as people use it: choosing, watching, looking back, living with it."""

import io
import re
import time
from collections import Counter
from contextlib import suppress
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, TimeoutError, expect

from ganlab import registry
from ganlab.runs import Run
from ganlab.ui.train.architecture_cards import PICTURED
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.steps import (
    EVERY_SCREEN,
    address,
    control,
    fits,
    fits_in_light_and_dark,
    iteration,
    number,
    open_form,
    open_settings,
    picture,
    press,
    scrub,
    shown_run,
    start,
    state,
    stop,
    train,
    until,
)


def test_from_home_to_a_training_that_moves_pauses_steps_survives_a_refresh_stops_and_resumes(server, page: Page):
    page.goto(f"{server.address}/train")  # the first page that this server shows, as from a bookmark
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.get_by_role("link", name="Home").click()
    press(page, "Choose your own training")
    expect(page.get_by_role("heading", name="DCGAN", exact=True)).to_be_visible()
    train(page, server, "dcgan", 1_000_000, **{"dcgan.classes": "5"})
    expect(page.get_by_role("heading", name="DCGAN, class 5")).to_be_visible()
    first, drawn = iteration(page), picture(page, "generated")
    until(lambda: iteration(page) > first + 3)
    until(lambda: picture(page, "generated") != drawn)

    page.locator("body").press("p")  # the keys stand on the buttons
    until(lambda: state(page) == "paused")
    held = iteration(page)
    page.locator("body").press("s")
    until(lambda: iteration(page) == held + 1)
    time.sleep(1.0)
    assert iteration(page) == held + 1, "one step is one iteration"
    control(page, "Step").click()
    until(lambda: iteration(page) == held + 2)
    expect(page.locator("#words")).to_have_text(
        re.compile(
            rf"^Iteration {held + 2:,}\. The discriminator saw 128 real images and 128 generated images and was right "
            r"about \d+ of them: \d+ real, \d+ generated\. Its weights moved by [\d.]+%\. "
            r"Then the generator's weights moved by [\d.]+%"
        )
    )
    order = page.locator(".updates li").all_inner_texts()
    assert [re.sub(r"\s+", " ", text) for text in order] == [
        "1 The discriminator learns on 128 real images",
        "2 The discriminator learns on 128 generated images",
        "3 The generator learns on 128 new images from fresh noise",
    ]

    page.reload()
    until(lambda: state(page) == "paused" and iteration(page) == held + 2)
    page.locator("body").press("g")
    until(lambda: iteration(page) > held + 4)
    page.locator("body").press("x")
    until(lambda: state(page) == "stopped")
    stopped = iteration(page)
    expect(control(page, "Pause")).to_have_count(0)
    control(page, "Resume").click()
    until(lambda: state(page) == "running" and iteration(page) > stopped)
    stop(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def form_heading(page: Page, title: str) -> Locator:
    return page.locator(".st-key-train-form").get_by_role("heading", name=title, exact=True)


def choose(page: Page, name: str) -> None:
    """Picks another architecture from the cards, which are folded away."""
    press(page, "Choose another architecture")
    page.locator(f".st-key-choose-{name} button:visible").click()
    expect(page.locator(f".st-key-choose-{name}")).to_have_count(0)


IMAGES = [spec for spec in registry.specs() if not spec.points]  # the others are trained in the Lab


def test_a_card_for_every_architecture_and_its_networks_layer_by_layer(server: Server, page: Page):
    open_form(page, server, "dcgan")
    expect(page.locator("[class*=st-key-cards-]")).to_have_count(0)
    press(page, "Choose another architecture")
    for spec in IMAGES:
        card = page.locator(f"[class*='card-{spec.name}']").filter(has=page.get_by_text(spec.title, exact=True))
        expect(card.first).to_contain_text(f"From {spec.source.title}, {spec.source.year}.")
        expect(card.first.get_by_role("img")).to_have_attribute("alt", PICTURED[spec.family].format(spec.title))
    page.locator(".st-key-choose-dense-gan button:visible").click()
    expect(form_heading(page, "Dense GAN")).to_be_in_viewport()
    expect(form_heading(page, "Dense GAN")).to_be_focused()
    expect(page.locator(".st-key-start button:visible")).to_be_in_viewport()
    page.get_by_test_id("stMain").evaluate("main => { main.scrollTo(0, 0); document.activeElement.blur(); }")
    page.go_back()
    expect(form_heading(page, "DCGAN")).to_be_visible()
    expect(page.locator(".st-key-chosen-card-dcgan")).to_be_in_viewport()
    expect(form_heading(page, "DCGAN")).not_to_be_focused()
    choose(page, "dcgan")  # the one that is chosen
    expect(form_heading(page, "DCGAN")).to_be_in_viewport()
    choose(page, "dense-gan")
    expect(form_heading(page, "Dense GAN")).to_be_visible()
    assert "model=dense-gan" in page.url
    page.get_by_text("The networks, layer by layer").click()
    boxes = page.locator(".networks li")
    expect(boxes.filter(has_text="Flatten").filter(has_text="784")).to_have_count(1)
    expect(page.locator(".networks")).to_contain_text("114,064 parameters")


def test_a_changed_setting_is_marked_kept_in_the_address_and_put_back(server: Server, page: Page):
    open_form(page, server, "dense-gan")
    open_settings(page)
    field = page.get_by_role("spinbutton", name="Batch size")
    field.fill("64")
    field.press("Enter")
    expect(page.get_by_text("Changed. The preset has 128.")).to_be_visible()
    assert "dense-gan.published.batch_size=64" in page.url
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("button", name="Choose your own training")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Changed from the preset: Batch size.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Changed from the preset: Batch size.")).to_be_visible()
    open_settings(page)
    press(page, "Put back")
    expect(page.get_by_text("Changed from the preset")).to_have_count(0)


def test_images_are_shown_before_they_are_learnt_from(server: Server, page: Page, tmp_path):
    open_form(page, server, "dense-gan")
    examples = page.get_by_alt_text("Some of the real images that it will learn from")
    expect(examples).to_be_visible()
    before = examples.get_attribute("src")
    page.get_by_role("button", name="7", exact=True).click()
    until(lambda: examples.get_attribute("src") != before)
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for shade in (90, 200):
            Image.new("L", (28, 28), shade).save(tmp_path / label / f"{shade}.png")
    open_form(page, server, "dense-gan", images="My own images", place=str(tmp_path))
    expect(page.get_by_role("button", name="b", exact=True)).to_be_visible()
    open_form(page, server, "dense-gan", images="My own images", place=str(tmp_path / "gone"))
    expect(page.get_by_text("gone").first).to_be_visible()


def test_how_long_it_will_take_is_told_before_start(server: Server, page: Page):
    open_form(page, server, "dense-gan", 5000, precision="mixed_bfloat16")
    press(page, "How long will it take here?")
    expect(page.get_by_text("iterations a second")).to_contain_text(re.compile(r"About (\d+ min )?\d+ (s|min) on this"))
    expect(page.get_by_text("In full")).to_be_visible()


def test_a_preset_a_quick_look_seed_and_precision_are_chosen_by_hand(server: Server, page: Page):
    open_form(page, server, "swift-gan", None, precision="auto", **{"swift-gan.classes": "5"})

    def select(field: str, value: str) -> None:
        box = page.get_by_role("combobox", name=field, exact=True)
        for _ in range(5):
            with suppress(TimeoutError):  # where the form is drawn anew meanwhile, which closes the list
                box.click()
                page.get_by_role("option", name=value, exact=True).click(timeout=3_000)
                break
        expect(box).to_have_value(value)

    select("Preset", "minute")
    expect(page.get_by_text("Preset minute:")).to_be_visible()
    page.get_by_text("A quick look", exact=True).click()
    page.get_by_text("Seed, device, precision").click()
    page.get_by_label("Seed", exact=True).fill("12")
    page.get_by_label("Seed", exact=True).press("Enter")
    until(lambda: "seed=12" in address(page))
    select("Precision", "float32")
    until(lambda: "precision=float32" in address(page))
    select("Device", "cpu")
    until(lambda: "device=cpu" in address(page))
    start(page)
    run = Run(server.runs / shown_run(page))
    kept = {name: getattr(run.config, name) for name in ("preset", "seed", "precision_asked", "device_asked")}
    assert kept == {"preset": "minute", "seed": 12, "precision_asked": "float32", "device_asked": "cpu"}
    assert run.total < int(registry.get("swift-gan").values("minute")["iterations"])
    until(lambda: state(page) == "running", 60)
    stop(page)


def test_a_form_that_is_to_be_as_a_run_was_has_nothing_left_of_earlier_choices(server: Server, page: Page):
    name = trained_run(server.runs, "digit-gan", 100, digits=(5,)).name

    def choose_otherwise() -> None:
        open_form(page, server, "digit-gan", 77, images="Fashion-MNIST", seed="8", **{"digit-gan.classes": "Bag"})
        expect(page.get_by_role("button", name="Bag", exact=True)).to_be_visible()

    choose_otherwise()
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="Runs").click()
    page.locator(f".st-key-row-{name}").get_by_role("button", name="More").click()
    menu = page.get_by_test_id("stPopoverBody")
    menu.get_by_text("Reproduce").click()
    expect(menu.get_by_text("This command trains the run again.")).to_be_visible()
    menu.get_by_role("button", name="Fill the form").press("Enter")  # a menu that still moves would miss a click
    expect(page.get_by_role("combobox", name="Images", exact=True)).to_have_value("Offline digits")
    expect(page.get_by_label("Iterations", exact=True).first).to_have_value("100")
    until(lambda: "seed" not in address(page))


def test_a_finished_run_is_looked_back_at_extended_and_taken_away(server: Server, page: Page):
    page.goto(f"{server.address}/train?run={trained_run(server.runs, 'digit-gan', 100, digits=(5,)).name}")
    until(lambda: state(page) == "finished" and iteration(page) == 100)
    assert page.title().endswith("Finished") and iteration(page) == 100
    expect(page.locator("#sheet-words")).to_contain_text("each of the iterations 1 to 100")
    scrub(page, 1)
    expect(page.locator("#strip-words")).to_contain_text("iteration 1 (framed)")
    for label, beginning in (
        ("Previews as GIF", b"GIF89a"),
        ("Last preview as PNG", b"\x89PNG"),
        ("Curves as CSV", b"iter"),
    ):
        with page.expect_download() as download:
            press(page, label)
        data = download.value.path().read_bytes()
        assert data.startswith(beginning)
        if label.endswith("GIF"):
            assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) > 1
    page.get_by_text("Settings of this run, and its source").click()
    expect(page.get_by_text("Advanced Deep Learning with R").first).to_be_visible()
    page.get_by_role("spinbutton", name="More iterations").fill("20")
    page.get_by_role("spinbutton", name="More iterations").press("Enter")
    page.wait_for_timeout(1000)
    control(page, "Extend").click()
    until(lambda: state(page) == "finished" and iteration(page) == 120, 120)


def counted(page: Page) -> list[int]:
    """How many images each table of what is read counts."""
    return page.locator(".confusion").evaluate_all(
        """tables => tables.map((table) =>
            [...table.querySelectorAll('tbody td')].reduce((sum, cell) => sum + Number(cell.textContent), 0))"""
    )


def drawn_after(page: Page, panel: str) -> int:
    """After how many iterations the panel's images were drawn."""
    found = re.search(r"after ([\d,]+) iterations?", page.locator(f"#{panel}-words").inner_text())
    return int(found[1].replace(",", "")) if found else 0


@pytest.mark.parametrize(
    ("model", "settings", "tables", "plots"),
    [
        ("classifier", {"epochs": "500", "filters": "2", "units": "8"}, [297], ["Loss", "Accuracy"]),
        (
            "inpaint-gan",
            {"epochs": "500", "batch_size": "32", "generator_filters": "4", "discriminator_filters": "4"},
            [200, 200],
            ["Losses", "What the discriminator thinks", "Read correctly"],
        ),
    ],
)
def test_what_is_read_is_watched_and_looked_back_at(server: Server, page: Page, model, settings, tables, plots):
    open_form(page, server, model, **{f"{model}.published.{name}": value for name, value in settings.items()})
    start(page)
    changing = "decoded" if len(tables) == 2 else "generated"
    until(lambda: counted(page) == tables, 90)
    expect(page.locator("#plane-figure")).to_be_hidden()
    assert page.locator(".plot:visible h2").all_inner_texts() == plots
    expect(page.locator("#read-score")).to_have_text(
        re.compile(r"^(Read correctly: |Of \d+ test images, the classifier reads )\d+\.\d%")
    )
    until(lambda: drawn_after(page, changing) > 20, 90)  # which is not what was drawn after the first iteration
    smoothers = page.locator(".plot label input")
    smoothers.first.evaluate("range => { range.value = 0.2; range.dispatchEvent(new Event('input')); }")
    assert {smoother.input_value() for smoother in smoothers.all()} == {"0.2"}, "one strength is that of all curves"
    control(page, "Pause").click()
    until(lambda: state(page) == "paused")
    latest, drawn = page.locator("#read-figure").inner_text(), picture(page, changing)
    scrub(page, 1)
    expect(page.locator("#strip-words")).to_contain_text("in iteration 1 (framed)")
    until(lambda: picture(page, changing) != drawn)
    assert counted(page) == tables
    press(page, "Back to the latest")
    until(lambda: page.locator("#read-figure").inner_text() == latest and picture(page, changing) == drawn)
    held = iteration(page)
    control(page, "Resume").click()
    until(lambda: iteration(page) > held)
    stop(page)
    fits_in_light_and_dark(page)
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: fits(page))


def test_what_was_mended_in_the_source_is_said_where_it_matters(server: Server, page: Page):
    open_form(page, server, "dcgan")
    page.get_by_text("About the DCGAN and its source").click()
    expect(page.get_by_text("the frozen discriminator")).to_be_visible()


@EVERY_SCREEN
def test_the_form_fits_every_screen_in_light_and_dark(server: Server, page: Page, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_form(page, server, "dcgan")
    fits_in_light_and_dark(page, *widths)
    press(page, "Choose another architecture")
    expect(page.locator(".st-key-cards-gan")).to_be_visible()
    fits_in_light_and_dark(page, *widths)


@EVERY_SCREEN
@pytest.mark.parametrize("model", ["swift-gan", "vae-conv", "classifier", "repair-gan"])
def test_start_is_seen_without_scrolling(server: Server, page: Page, model: str, widths: tuple[int, ...]):
    page.set_viewport_size({"width": widths[0], "height": 900})
    open_form(page, server, model)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator(".st-key-start button:visible")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [1440, 1024])
def test_rows_of_cards_are_full_and_their_cards_equal(server: Server, page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.address}/train")
    cards = page.locator("[class*=st-key-cards-] > *")
    expect(cards).to_have_count(len(IMAGES))
    grids = page.locator("[class*=st-key-cards-]")
    until(lambda: all(full_rows(boxes(grid.locator("> *"))) for grid in grids.all()))  # once its texts are laid out
    until(
        lambda: all(one["y"] != next_["y"] or one["height"] == next_["height"] for one, next_ in pairwise(boxes(cards)))
    )


def full_rows(cards: list[dict]) -> bool:
    """Whether no card is an orphan beside blank space."""
    return len(set(Counter(round(box["y"] / 50) for box in cards).values())) == 1


def boxes(places: Locator) -> list[dict]:
    return places.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({y, height}) => ({y: Math.round(y), height}))"
    )


def test_after_a_power_cut_the_run_is_there_and_goes_on(server: Server, page: Page):
    name = train(page, server, "dense-gan")
    until(lambda: iteration(page) > 300)
    server.crash()
    assert Run(server.runs / name).state == "interrupted"
    server.start()
    page.goto(server.address)
    expect(page.get_by_text("It was interrupted after")).to_be_visible()
    press(page, "Open")
    until(lambda: state(page) == "interrupted")
    assert shown_run(page) == name
    assert number(page.locator("#iteration").inner_text()) >= 300
    expect(page.get_by_text("Resume goes on from there")).to_be_visible()
    control(page, "Resume").click()
    until(lambda: state(page) == "running")
    stop(page)
