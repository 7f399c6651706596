"""What browser tests of the Ideas page do."""

from playwright.sync_api import Locator, Page

from tests.e2e.conftest import Server


def open_idea(page: Page, server: Server, name: str, query: str = "idea") -> Locator:
    page.goto(f"{server.address}/ideas?{query}={name}")
    piece = page.get_by_test_id(name.partition("&")[0])
    piece.wait_for()
    return piece


def slide(field: Locator, value: float) -> None:
    field.evaluate("(e, to) => { e.value = to; e.dispatchEvent(new Event('input', {bubbles: true})); }", value)


def place(target: Locator, across: float, down: float) -> tuple[float, float]:
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag_smoothly(page: Page, target: Locator, piece: Locator, seen: str, least: int = 30) -> None:
    """Drags for 60 frames; the attribute `seen` of the piece follows in at least so many of them."""
    piece.evaluate(
        """(e, seen) => {
            e.seen = 0;
            new MutationObserver(() => e.seen++).observe(e, {attributes: true, attributeFilter: [seen]});
        }""",
        seen,
    )
    page.mouse.move(*place(target, 0.3, 0.4))
    page.mouse.down()
    target.evaluate(
        """async (e) => {
            const box = e.getBoundingClientRect();
            for (let i = 0; i < 60; i++) {
                const [x, y] = [box.x + (0.3 + i * 0.006) * box.width, box.y + (0.4 + i * 0.003) * box.height];
                e.dispatchEvent(new PointerEvent("pointermove", {clientX: x, clientY: y, bubbles: true, pointerId: 1}));
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    page.mouse.up()
    assert piece.evaluate("e => e.seen") >= least


def touch(page: Page, target: Locator, *places: tuple[float, float]) -> None:
    points = [place(target, *share) for share in places]
    finger = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        kind = "touchMove" if number else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
