"""One host and one guest of a class, each in a browser of their own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import trained_run, watched_run
from tests.e2e.class_steps import Class
from tests.e2e.steps import EVERY_SCREEN, address, fits_in_light_and_dark, press, scrub, settled, until
from tests.e2e.test_accessibility import faults


def opened(browser: Browser, width: int = 1440) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors, errors


@pytest.fixture
def host(browser: Browser) -> Iterator[Page]:
    yield from opened(browser)


@pytest.fixture
def guest(browser: Browser) -> Iterator[Page]:
    yield from opened(browser)


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    yield from opened(browser)


def bar(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Class")).to_contain_text(words)


def hosts_cookies(page: Page) -> list[dict[str, Any]]:
    return [dict(one) for one in page.context.cookies() if one.get("name", "").startswith("ganlab_host_")]


def wander(school: Class, guest: Page, page: str) -> None:
    """Opens a page as a guest who looks around."""
    guest.goto(f"{school.others}/ideas")
    press(guest, "Look around")
    bar(guest, "You look around")
    guest.goto(f"{school.others}/{page}")
    bar(guest, "You look around")


def test_a_guest_follows_the_host_to_a_page_a_section_a_run_and_a_moment(school: Class, host: Page, guest: Page):
    run, other = trained_run(school.runs, "digit-gan", 100, digits=(5,)), watched_run(school.runs)
    host.goto(f"{school.address}/latent?section=gan")
    host.get_by_role("heading", name="Latent space").wait_for()
    guest.goto(f"{school.others}/class")
    bar(guest, "You follow the host")
    until(lambda: "/latent?section=gan" in address(guest))
    expect(guest.get_by_role("heading", name="Latent space")).to_be_visible()
    bar(host, "1 guest is here")

    host.get_by_role("radio", name="Walks").click()
    until(lambda: "section=walk" in address(guest))
    expect(guest.get_by_role("radio", name="Walks")).to_be_checked()

    host.goto(f"{school.address}/train?run={run.name}")
    until(lambda: f"/train?run={run.name}" in address(guest))
    expect(guest.get_by_test_id("live-view")).to_be_visible()
    scrub(host, 40)
    expect(guest.locator("#look-words")).to_have_text("Iteration 40")
    host.get_by_role("button", name="Latest").or_(host.locator("#now")).first.click()
    expect(guest.locator("#look-words")).to_contain_text("Drag to any iteration")

    host.goto(f"{school.address}/lab?run={other.name}")
    until(lambda: f"/lab?run={other.name}" in address(guest))
    expect(guest.locator(".lab")).to_have_attribute("data-run", other.name)
    until(lambda: int(guest.locator(".lab").get_attribute("data-moments") or 0) > 5)
    scrub(host, 30)
    expect(guest.locator("#when")).to_have_text("Iteration 30")
    host.get_by_role("link", name="Class").click()
    host.get_by_role("heading", name="1 guest here").wait_for()
    assert "/lab" in address(guest), "the Class page is not followed"


def test_a_guest_looks_around_and_is_gathered(school: Class, host: Page, guest: Page):
    host.goto(f"{school.address}/ideas?idea=game")
    host.get_by_role("heading", name="Ideas", exact=True).wait_for()
    guest.goto(school.others)
    until(lambda: "/ideas" in address(guest))
    press(guest, "Look around")
    bar(guest, "You look around by yourself")
    host.get_by_role("link", name="Latent").click()
    host.get_by_role("heading", name="Latent space").wait_for()
    guest.get_by_role("link", name="Layers").click()
    guest.get_by_role("heading", name="Layers", exact=True).wait_for()
    assert "/layers" in address(guest)
    press(host, "Gather everybody here")
    until(lambda: "/latent" in address(guest))
    bar(guest, "You follow the host")

    guest.get_by_role("link", name="Home").click()  # who leaves by themselves is not fetched back
    bar(guest, "You look around by yourself")
    expect(guest.get_by_role("button", name="Watch what the host trains")).to_be_visible()
    expect(guest.get_by_text("Everything that you train is kept")).to_have_count(0)
    press(guest, "Follow the host")
    until(lambda: "/latent" in address(guest))


def test_home_is_followed_and_so_is_the_device_that_a_host_comes_back_to(
    school: Class, host: Page, other: Page, guest: Page
):
    host.goto(school.address)
    bar(host, "here")
    guest.goto(f"{school.others}/class")
    until(lambda: address(guest) == f"{school.others}/")
    press(guest, "Look around")
    guest.get_by_role("link", name="Lab").click()
    guest.get_by_role("heading", name="Lab", exact=True).wait_for()
    press(host, "Gather everybody here")
    until(lambda: address(guest) == f"{school.others}/")
    host.get_by_role("link", name="Class").click()
    host.get_by_role("button", name="Gather everybody").wait_for()
    other.goto(f"{school.address}/latent")
    until(lambda: "/latent" in address(guest))
    host.get_by_role("link", name="Home").click()
    until(lambda: address(guest) == f"{school.others}/")


def test_the_host_link_makes_a_host_and_is_gone_from_the_address(school: Class, guest: Page):
    token = school.link.partition("host=")[2]
    guest.goto(f"{school.others}/train?host={token[:-1]}x")
    until(lambda: address(guest).startswith(f"{school.others}/train") and "host=" not in address(guest))
    bar(guest, "You ")
    assert not hosts_cookies(guest)
    guest.goto(school.link.replace(school.link.split("/?")[0], school.others))
    until(lambda: "host=" not in address(guest))
    bar(guest, "here.")
    (cookie,) = hosts_cookies(guest)
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["value"] != token
    guest.goto(f"{school.others}/train?new=1")
    expect(guest.get_by_role("button", name=re.compile("^Start"))).to_be_visible()
    assert token not in guest.content()
    assert token not in school.log.read_text().replace(school.link, "")


def test_a_guest_sends_a_drawing_which_the_host_shows(school: Class, host: Page, guest: Page):
    host.goto(f"{school.address}/class")
    host.get_by_role("heading", name="Drawings").wait_for()
    wander(school, guest, "repair")
    paper = guest.locator(".dc-container").first
    box = paper.bounding_box()
    assert box
    guest.mouse.move(box["x"] + 140, box["y"] + 60)
    guest.mouse.down()
    guest.mouse.move(box["x"] + 140, box["y"] + 220, steps=8)
    guest.mouse.up()
    press(guest, "Send it to the host")
    expect(guest.get_by_text("It was sent.")).to_be_visible()
    host.get_by_role("button", name="Show", exact=True).click()
    expect(host.get_by_alt_text("What a guest drew")).to_be_visible()
    press(host, "Forget all drawings")
    expect(host.get_by_alt_text("What a guest drew")).to_have_count(0)


def test_a_guest_trains_in_the_lab_once_the_host_allows_it(school: Class, host: Page, guest: Page):
    wander(school, guest, "lab?guest-iterations=300")
    expect(guest.get_by_text("The host can let guests train, too.")).to_be_visible()
    host.goto(f"{school.address}/class")
    host.get_by_text("Let guests train").click()
    settled(host)
    guest.reload()
    runs = set(school.runs.glob("*"))
    expect(guest.get_by_role("spinbutton", name="Iterations, up to 3,000")).to_have_value("300")
    settled(guest)
    press(guest, "Train it")
    expect(guest.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(guest.locator("#when")).to_contain_text("Iteration 300", timeout=120_000)
    assert set(school.runs.glob("*")) == runs, "nothing of it is in the host's folder"
    host.get_by_text("Let guests train").click()
    settled(host)
    guest.reload()
    expect(guest.get_by_text("The host can let guests train, too.")).to_be_visible()


@EVERY_SCREEN
def test_the_class_pages_fit_and_are_named(school: Class, browser: Browser, widths: tuple[int, ...]):
    for place, heading in ((school.address, "guest"), (school.others, "Class")):
        for page in opened(browser, widths[0]):
            if place == school.others:
                wander(school, page, "class")
            else:
                page.goto(f"{place}/class")
            page.get_by_role("heading", name=heading).first.wait_for()
            settled(page)
            assert not faults(page)
            fits_in_light_and_dark(page, *widths)


def test_the_code_can_be_read_from_the_back_of_the_room(school: Class, host: Page):
    host.goto(f"{school.address}/class")
    press(host, "Show it large")
    code = host.get_by_role("img", name=re.compile("QR code"))
    expect(host.get_by_role("button", name="Make it small again")).to_be_visible()
    expect(code).to_be_visible()
    box = code.bounding_box()
    assert box and box["height"] >= 0.6 * 900 and abs(box["width"] - box["height"]) < 30
    for scheme in ("light", "dark"):
        host.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        assert code.evaluate("code => getComputedStyle(code).backgroundColor") == "rgb(255, 255, 255)"
    expect(host.get_by_text(f"{school.others}/class")).to_be_visible()
    press(host, "Make it small again")
