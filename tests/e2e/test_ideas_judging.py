"""The ideas "You are the discriminator" and "What is a good score" in a browser."""

import re
import shutil
from urllib.parse import unquote

from playwright.sync_api import Locator, Page, expect

from ganlab.data.offline import load_offline
from tests.conftest import trained_run
from tests.e2e.conftest import Server
from tests.e2e.ideas_steps import open_idea, slide
from tests.e2e.steps import address, fits_in_light_and_dark, paper, settled, until


def release(field: Locator, value: float) -> None:
    """Slides, and lets go."""
    slide(field, value)
    field.evaluate("e => e.dispatchEvent(new Event('change', {bubbles: true}))")


def reals_among(judge: Locator) -> list[bool]:
    """Of each image that is shown, whether it is one of the real ones."""
    known = {image.tobytes() for image in load_offline().x_test}
    drawn = judge.locator(".images canvas").evaluate_all(
        """all => all.map(e => [...e.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0))"""
    )
    return [bytes(image) in known for image in drawn]


def test_the_fakes_are_marked_by_mouse_and_keys_and_counted(server: Server, page: Page):
    judge = open_idea(page, server, "judge")
    images = judge.locator(".images button")
    expect(images).to_have_count(16)
    real = reals_among(judge)
    wrong = real.index(True)
    marked = [place for place in range(16) if not real[place]]
    images.nth(wrong).click()  # one real image, too
    for place in marked[1:]:
        images.nth(place).click()
    first = images.nth(marked[0])  # and this one by keys
    images.nth(max(0, marked[0] - 4)).focus()
    if marked[0] >= 4:
        page.keyboard.press("ArrowDown")
    else:
        first.focus()
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(judge.locator("#marked")).to_have_text(f"{len(marked) + 1} marked as generated")

    judge.get_by_role("button", name="Check").click()
    expect(judge).to_have_attribute("data-right", "15")
    by_judge = judge.get_attribute("data-judge")
    expect(judge.locator("#says")).to_contain_text(f"you have 15 of 16 right, the discriminator has {by_judge}.")
    expect(judge.locator("#chance")).to_contain_text("15 or more in less than 0.1% of tries")
    expect(images.nth(wrong)).to_have_attribute("data-truth", "real")
    expect(images.nth(wrong)).to_have_class("wrong")
    expect(first).to_contain_text("✓ generated")
    row = judge.locator("tr[aria-current=true]")
    expect(row).to_contain_text(f"3,00015 of 16{by_judge} of 16")
    fits_in_light_and_dark(page, 420, 1440)

    judge.get_by_role("button", name="Another sixteen").click()
    expect(judge).to_have_attribute("data-seed", "1")
    expect(judge).to_have_attribute("data-checked", "false")
    assert "sixteen=1" in address(page)
    judge.get_by_role("button", name="Check").click()  # none marked: right about all that are real
    expect(judge).to_have_attribute("data-right", str(sum(reals_among(judge))))
    expect(row).to_contain_text(f"{15 + sum(reals_among(judge))} of 32")
    release(judge.locator("#snapshot"), 0)
    expect(judge).to_have_attribute("data-snapshot", "60")
    expect(row).to_contain_text("60––")
    until(lambda: "snapshot=60" in address(page))
    expect(judge.locator("tr", has_text="3,000")).to_contain_text("of 32")  # it stays in the table


def test_a_drawing_is_judged_by_the_discriminator_of_a_run_on_a_phone(server: Server, page: Page):
    run = trained_run(server.runs, "dense-gan", 40, digits=(5,))
    page.set_viewport_size({"width": 420, "height": 900})
    judge = open_idea(page, server, "judge")
    page.get_by_role("combobox", name="Whose images").click()
    page.get_by_role("option", name=re.compile(run.name)).click()
    expect(judge.locator("#about")).to_contain_text(run.name, timeout=90_000)
    expect(judge.locator("#all")).to_contain_text("of iteration 40, the only one that this run has kept")
    assert f"judge-run={run.name}" in address(page)
    settled(page)
    box = paper(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=4)
    page.mouse.up()
    expect(page.get_by_text("After 40 iterations the discriminator takes your drawing for")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("^Where it looked"))).to_be_visible()
    fits_in_light_and_dark(page)
    shutil.rmtree(run)


def test_a_change_is_chosen_made_stronger_and_found_again_by_its_address(server: Server, page: Page):
    score = open_idea(page, server, "score&set=score;change:shift;strength:2", "only")
    expect(score).to_have_attribute("data-change", "shift")
    expect(score.locator("#strength-value")).to_have_text("2 pixels to the right")
    score.locator("#change").select_option("copy")
    slide(score.locator("#strength"), 5)
    expect(score.locator("#says")).to_contain_text("Share of copies gets worse.")
    expect(score.locator("#says")).to_contain_text("Fréchet distance and coverage call it better")
    expect(score.locator("li").first).to_contain_text("looks better (falls")
    until(lambda: "change:copy;strength:5" in unquote(address(page)))
    score.locator("#strength").press("ArrowLeft")
    expect(score.locator("#strength-value")).to_have_text("80% are copies of training images")
    score.locator("#strength").press("Home")
    expect(score.locator("#says")).to_have_text("These are real digits. Move the strength to spoil them.")
    score.locator("#change").select_option("noise")
    slide(score.locator("#strength"), 3)
    expect(score.locator("li", has_text="Certainty")).to_contain_text("looks better")
    expect(score.locator("li", has_text="Coverage")).to_contain_text("looks worse")
    until(lambda: "change:noise;strength:3" in unquote(address(page)))
    page.reload()
    expect(score).to_have_attribute("data-strength", "3")
    expect(score).to_have_attribute("data-change", "noise")


def test_the_strength_follows_at_once(server: Server, page: Page):
    score = open_idea(page, server, "score")
    seen = score.evaluate(
        """async (score) => {
            const field = score.querySelector("#strength");
            const found = [];
            for (let i = 0; i < 6; i++) {
                field.value = i;
                field.dispatchEvent(new Event("input"));
                for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
                found.push(score.dataset.strength);
            }
            return found;
        }"""
    )
    assert [int(float(value)) for value in seen] == list(range(6))
