"""What the gate in front of the app lets through, answers itself, refuses, and slows down."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from ganlab.ui.shared import class_gate, hosts
from ganlab.ui.shared.class_gate import PLACE, Budget, Gate, Limited, place_in, refused_in
from ganlab.ui.shared.class_state import ClassState, Place
from tests.ui.test_hosts import LOCAL, TOKEN

GUEST = (("host", "192.168.1.5:8501"), ("origin", "http://192.168.1.5:8501"))


@pytest.fixture
def gate(monkeypatch):
    monkeypatch.setattr(class_gate, "state", ClassState())
    monkeypatch.setattr(class_gate, "refusals", hosts.Refusals())
    hosts.begin(hosts.Keys(TOKEN))
    yield Gate()
    hosts.end()


def ask(
    gate: Gate,
    method: str,
    path: str,
    query: dict | None = None,
    body: bytes = b"",
    headers: Any = GUEST,
    address="192.168.1.20",
) -> tuple[int, dict[str, str], bytes] | None:
    """The gate's own answer; None where it leaves that to the app."""
    scope = {"type": "http", "method": method, "path": path, "query_string": urlencode(query or {}).encode()}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in headers], "scheme": "http"}
    scope |= {"client": (address, 5), "server": ("192.168.1.5", 8501)}
    sent: list[Any] = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    if not asyncio.run(gate.http(scope, receive, send)):
        return None
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1].get("body", b"")


def test_the_host_link_makes_a_host_and_leaves_the_address(gate, caplog):
    caplog.set_level("INFO", hosts.log.name)
    answer = ask(gate, "GET", "/train", {"host": TOKEN, "run": "a b"})
    assert answer
    status, headers, _ = answer
    assert status == 303 and headers["location"] == "/train?run=a+b" and headers["cache-control"] == "no-store"
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower() and "Path=/" in cookie and TOKEN not in cookie
    name, _, value = cookie.split(";")[0].partition("=")
    assert hosts.keys().is_host(hosts.Caller.of("192.168.1.20", GUEST, {name: value}))
    assert caplog.messages == ["A browser at 192.168.1.20 became a host by the host link"]


def test_a_wrong_link_is_answered_the_same_way_and_soon_slowly(gate, caplog):
    for number in range(hosts.ATTEMPTS + 1):
        answer = ask(gate, "GET", "//evil.example/", {"host": f"wrong {number}"})
        assert answer and "set-cookie" not in answer[1]
        assert answer[1]["location"] == "/evil.example/?link=" + ("wrong" if number < hosts.ATTEMPTS else "wait")
    answer = ask(gate, "GET", "/", {"host": TOKEN})
    assert answer and "set-cookie" not in answer[1]  # even the right one has to wait
    assert all("wrong 0" not in line and TOKEN not in line for line in caplog.messages) and len(caplog.messages) == 2


@pytest.mark.parametrize(
    "method, path",
    [
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("GET", "/_stcore/metrics"),
        ("POST", "/_stcore/agent/interact"),
        ("POST", PLACE),
    ],
)
def test_what_is_for_hosts_alone_is_refused_and_logged(gate, caplog, method, path):
    answer = ask(gate, method, path, body=b'{"gather": true}')
    assert answer and answer[0] == 403 and class_gate.state.gathered == 0
    assert len(caplog.messages) == 1 and "192.168.1.20" in caplog.messages[0]
    if path != PLACE:
        assert ask(gate, method, path, headers=LOCAL, address="127.0.0.1") is None  # the app's
    elif method == "POST":
        local = tuple((name.lower(), value) for name, value in LOCAL)
        answer = ask(gate, method, path, body=b'{"gather": true}', headers=local, address="127.0.0.1")
        assert answer and answer[0] == 204 and class_gate.state.gathered == 1


def test_other_pages_in_a_hosts_browser_cannot_speak_for_it(gate):
    cookie = ("cookie", f"ganlab_host={hosts.cookie_value(TOKEN)}")
    elsewhere = (("host", "192.168.1.5:8501"), ("origin", "http://evil.example"), cookie)
    answer = ask(gate, "POST", PLACE, body=b'{"gather": true}', headers=elsewhere)
    assert answer and answer[0] == 403


def test_guests_are_told_where_the_host_is_and_hosts_how_many_guests_there_are(gate):
    cookie = ("cookie", f"ganlab_host={hosts.cookie_value(TOKEN)}")
    place = {"path": "lab", "search": "?run=a", "look": {"run": "a", "at": 7, "layers": ["heat"]}}
    assert ask(gate, "POST", PLACE, body=json.dumps(place).encode(), headers=(*GUEST, cookie))
    answer = ask(gate, "GET", PLACE, {"since": ""})
    assert answer and json.loads(answer[2])["place"] == place and "guests" not in json.loads(answer[2])
    gate.open["192.168.1.20"] = 3
    answer = ask(gate, "POST", PLACE, {"since": ""}, headers=(*GUEST, cookie))
    assert answer and json.loads(answer[2])["guests"] == 3


@pytest.mark.parametrize(
    "told",
    [
        {"path": "//evil.example", "search": ""},
        {"path": "a b", "search": ""},
        {"path": "train", "search": "run=a"},
        {"path": "train", "search": "?" + "x" * 5000},
        {"path": "javascript:alert(1)", "search": ""},
        {"path": 3, "search": ""},
        {},
    ],
)
def test_what_is_no_place_is_not_kept(told):
    assert place_in(told) is None


def test_of_what_is_looked_at_only_what_is_known_is_kept():
    look = {"run": "a", "at": True, "layers": ["x"] * 99, "more": "?"}
    assert place_in({"path": "lab", "search": "", "look": look}) == Place("lab", "", {"run": "a", "at": 1})


def message(**fields) -> bytes:
    return BackMsg(**fields).SerializeToString()


def test_guests_ask_for_pages_and_for_nothing_else():
    asked = BackMsg()
    asked.rerun_script.query_string = "a"
    assert refused_in(asked.SerializeToString()) == ""
    assert refused_in(message(stop_script=True)) == refused_in(message(app_heartbeat=True)) == refused_in(b"\xff") == ""
    for kind in ("clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime"):
        assert refused_in(message(**{kind: True}))
    files, skills, rows = BackMsg(), BackMsg(), BackMsg()
    files.file_urls_request.session_id = "a"
    skills.backend_operation_request.install_skills.SetInParent()
    rows.backend_operation_request.dataframe_chunk.SetInParent()
    assert refused_in(files.SerializeToString()) == "upload files" and refused_in(skills.SerializeToString())
    assert refused_in(rows.SerializeToString()) == ""


def test_values_that_no_page_sends_do_not_come_through():
    for value, fits in (
        ('{"at": 1}', True),
        ("null", True),
        ("5", False),
        ("{", False),
        ("[" * 100_000, False),
        ('"' + "x" * 100, False),
    ):
        asked = BackMsg()
        asked.rerun_script.widget_states.widgets.add(id="a", string_value=value)
        assert refused_in(asked.SerializeToString()) == ""
        asked.rerun_script.widget_states.widgets.add(id="b", json_value=value)
        assert refused_in(asked.SerializeToString()) == ("" if fits else "send values that no page sends"), value[:9]


def received(messages: Sequence[bytes | str], address: str = "192.168.1.20") -> tuple[list[Any], list[float]]:
    """What comes through of what a guest sends at once, and how long it had to wait each time."""
    waits: list[float] = []
    left = [{"type": "websocket.receive", "text" if isinstance(data, str) else "bytes": data} for data in messages]

    async def receive():
        return left.pop(0) if left else {"type": "websocket.disconnect", "code": 1000}

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def all_of_it():
        limited, found = Limited(address, receive), []
        while not found or found[-1]["type"] == "websocket.receive":
            found.append(await limited())
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(class_gate.asyncio, "sleep", wait)
        return asyncio.run(all_of_it()), waits


def test_a_flood_is_slowed_down_and_nothing_is_lost(gate, caplog):
    one = message(app_heartbeat=True)
    found, waits = received([one] * (class_gate.MESSAGES + 20))
    assert len(found) == class_gate.MESSAGES + 21 and len(waits) == 20
    assert waits[-1] == pytest.approx(20 / class_gate.MESSAGES_A_SECOND, rel=0.2) and len(caplog.messages) == 1


def test_what_is_not_for_guests_does_not_come_through(gate, caplog):
    found, _ = received([message(clear_cache=True), message(app_heartbeat=True)])
    assert [one["type"] for one in found] == ["websocket.receive", "websocket.disconnect"]
    assert BackMsg.FromString(found[0]["bytes"]).app_heartbeat and len(caplog.messages) == 1


def test_a_giant_message_ends_the_connection(gate, caplog):
    found, _ = received([b"x" * (class_gate.LARGEST_MESSAGE + 1), message(app_heartbeat=True)])
    assert found == [{"type": "websocket.disconnect", "code": 1009}] and len(caplog.messages) == 1


def test_text_ends_the_connection(gate, caplog):
    found, _ = received(["hello", message(app_heartbeat=True)])
    assert found == [{"type": "websocket.disconnect", "code": 1003}] and len(caplog.messages) == 1


def connect(gate: Gate, times: int, headers: Any = GUEST, address: str = "192.168.1.20") -> list[bool]:
    """Whether each of so many connections, which stay open, reaches the app."""
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(n.encode(), v.encode()) for n, v in headers]}
    scope |= {"client": (address, 5), "query_string": b"", "scheme": "ws", "server": ("192.168.1.5", 8501)}
    entered: list[bool] = []

    async def all_of_them():
        over = asyncio.Event()

        async def app(*_):
            entered[-1] = True
            await over.wait()

        async def nothing(*_) -> Any:
            return {"type": "websocket.connect"}

        open_ones = []
        for _ in range(times):
            entered.append(False)
            open_ones.append(asyncio.create_task(gate.websocket(scope, nothing, nothing, app)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        over.set()
        await asyncio.gather(*open_ones)

    asyncio.run(all_of_them())
    return entered


def test_one_address_does_not_take_all_connections(gate, caplog, monkeypatch):
    monkeypatch.setattr(class_gate, "MOST_AT_ONE_ADDRESS", 5)
    assert connect(gate, 7) == [True] * 5 + [False] * 2
    assert gate.open.total() == 0 and len(caplog.messages) == 1
    local = tuple((name.lower(), value) for name, value in LOCAL)
    assert connect(gate, 7, local, "127.0.0.1") == [True] * 7  # a host's


def test_connections_are_not_opened_again_and_again(gate, monkeypatch):
    monkeypatch.setattr(class_gate, "NEW", 3)
    assert [connect(gate, 1)[0] for _ in range(5)] == [True] * 3 + [False] * 2
    assert connect(gate, 1, address="192.168.1.21") == [True]


def test_a_budget_grows_again_with_time():
    budget = Budget(2, 1.0)
    assert [budget.spend(10.0) for _ in range(3)] == [0.0, 0.0, 1.0]
    assert budget.spend(13.0) == 0.0
