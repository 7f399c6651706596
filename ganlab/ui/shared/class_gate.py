"""What stands between the network and Streamlit, once there is a class: it takes host links, refuses what guests may
not do before Streamlit does anything of it, and slows down who asks too much.

All of it happens in the server's own thread, before a page is run. What a page asks for is guarded by itself
(`ganlab.permission`), so that this is a second wall and not the only one.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl, urlencode

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.websockets import WebSocketDisconnected
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from ganlab.ui.shared import hosts
from ganlab.ui.shared.class_state import LONGEST_PLACE, Place, state
from ganlab.ui.shared.hosts import Caller, refusals

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TOKEN = "host"  # of the address: the host link's
ANSWER = "link"  # of the address: what became of a host link that did not fit
STREAM, UPLOADS = "/_stcore/stream", "/_stcore/upload_file/"
HOSTS_ONLY = ("/_stcore/metrics", "/_stcore/agent/", "/_stcore/script-health-check")
PLACE = "/_ganlab/class"  # where browsers tell and ask what the host shows
LARGEST_PLACE = 20_000  # bytes
MOST_WAITING, WAIT_SECONDS, LOOK_SECONDS = 400, 2.4, 0.2  # for something new; a server that stops waits for it

MOST_GUESTS, MOST_AT_ONE_ADDRESS = 200, 100  # connections of guests; a class may have one address in common
NEW, NEW_A_SECOND = 100, 1.0  # connections that an address may open at once, and then each second
LARGEST_MESSAGE = 2 * 2**20  # bytes; a drawing of many strokes has some 100,000
MESSAGES, MESSAGES_A_SECOND = 40, 10.0  # of one guest; whoever sends more waits
GUESTS_SEND = {"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"}
GUESTS_ASK = {"dataframe_chunk", "deferred_file"}
WORDS = {"clear_cache": "clear what all pages keep", "file_urls_request": "upload files"}


class Budget:
    """So many at once, and then so many a second."""

    def __init__(self, most: float, per_second: float) -> None:
        self.most, self.per_second = most, per_second
        self.left, self.when = most, 0.0

    def spend(self, now: float) -> float:
        """Takes one; returns how many seconds to wait for it."""
        self.left = min(self.most, self.left + (now - self.when) * self.per_second) if self.when else self.most
        self.when = now
        self.left -= 1
        return max(0.0, -self.left / self.per_second)

    def give_back(self) -> None:
        self.left += 1


class Gate:
    """Stands before the server's app, which lies below the path `base`."""

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.attempts = hosts.Attempts()
        self.open: Counter[str] = Counter()  # connections of guests, by address
        self.new: dict[str, Budget] = {}
        self.waiting = 0

    @property
    def guests(self) -> int:
        """How many pages guests have open."""
        return self.open.total()

    def path_of(self, scope: Message) -> str:
        return str(scope["path"]).removeprefix(self.base)

    async def http(self, scope: Message, receive: Receive, send: Send) -> bool:
        """Answers a request itself, or says that the app is to: False."""
        response = await self._answer(scope, receive)
        if response is None:
            return False
        await response(scope, receive, send)
        return True

    async def _answer(self, scope: Message, receive: Receive) -> Response | None:
        request = Request(scope, receive)
        caller, path = caller_of(request), self.path_of(scope)
        if request.method == "GET" and TOKEN in request.query_params:
            return self._take_link(request, caller)
        if path == PLACE:
            return await self._place(request, caller)
        uploads = path.startswith(UPLOADS) and request.method != "OPTIONS"
        if (uploads or path.startswith(HOSTS_ONLY)) and not hosts.keys().is_host(caller):
            refusals.tell(caller.shown, "upload files" if uploads else "ask for what only hosts may know")
            return PlainTextResponse("Only the host of this class can do this.", 403)
        return None

    def _take_link(self, request: Request, caller: Caller) -> Response:
        """Makes a host of who comes by the host link. Either way the token leaves the address at once."""
        query = parse_qsl(request.url.query, keep_blank_values=True)
        token = request.query_params[TOKEN]
        left = [(name, value) for name, value in query if name not in (TOKEN, ANSWER)]
        may_try = self.attempts.may_try(caller.shown)
        fits = may_try and hosts.keys().fits(token)
        if not fits:
            left.append((ANSWER, "wrong" if may_try else "wait"))
            refusals.tell(caller.shown, "become a host: " + ("the token is wrong" if may_try else "too many attempts"))
            if may_try:
                self.attempts.was_wrong(caller.shown)
        response = RedirectResponse(f"{scope_path(request)}{f'?{urlencode(left)}' if left else ''}", 303)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        if fits:
            keys = hosts.keys()
            secure = request.url.scheme == "https"
            response.set_cookie(
                keys.cookie, keys.cookie_of_hosts, path="/", secure=secure, httponly=True, samesite="strict"
            )
            hosts.log.info("A browser at %s became a host by the host link", caller.shown)
        return response

    async def _place(self, request: Request, caller: Caller) -> Response:
        """Tells what the host shows, as soon as that is something else than the asking browser knows; or takes it from
        a host."""
        is_host = hosts.keys().is_host(caller)
        asks = "since" in request.query_params  # by POST, too: only then does a browser say which page it shows
        if request.method == "POST" and not asks:
            if not is_host or not same_origin(caller):
                refusals.tell(caller.shown, "say what the class is shown")
                return PlainTextResponse("Only the host of this class can do this.", 403)
            return await take_place(request)
        since = request.query_params.get("since", "")
        await self._wait(since)
        told = {
            "version": state.version,
            "gathered": state.gathered,
            "place": asdict(state.place) if state.place else None,
            **({"guests": self.guests} if is_host else {}),
        }
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    async def _wait(self, since: str) -> None:
        if self.waiting >= MOST_WAITING:
            return
        self.waiting += 1
        try:
            for _ in range(round(WAIT_SECONDS / LOOK_SECONDS)):
                if since != str(state.version):
                    return
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self.waiting -= 1

    async def websocket(
        self, scope: Message, receive: Receive, send: Send, app: Callable[..., Awaitable[None]]
    ) -> None:
        """Has the app serve a connection; of a guest, with limits."""
        caller = caller_of(HTTPConnection(scope))
        if hosts.keys().is_host(caller):
            return await app(scope, receive, send)
        address = caller.shown
        if not self._may_enter(address):
            refusals.tell(address, "open so many connections")
            await receive()  # that it wants to connect
            await send({"type": "websocket.close", "code": 1013})
            return
        self.open[address] += 1
        try:
            with contextlib.suppress(WebSocketDisconnected):  # who is gone while what they sent still waits
                await app(scope, Limited(address, receive), send)
        finally:
            self.open[address] -= 1
            self.open += Counter()  # forgets those who are gone

    def _may_enter(self, address: str) -> bool:
        if self.guests >= MOST_GUESTS or self.open[address] >= MOST_AT_ONE_ADDRESS:
            return False
        if len(self.new) > hosts.MOST_REMEMBERED:
            self.new.clear()
        budget = self.new.setdefault(address, Budget(NEW, NEW_A_SECOND))
        if budget.spend(asyncio.get_running_loop().time()) > 0:
            budget.give_back()
            return False
        return True


class Limited:
    """What a guest sends: neither too large, nor too often, nor of a kind that is for hosts. Whoever sends too often
    waits, and so does what comes after in the network, so that nothing is lost and nothing piles up here."""

    def __init__(self, address: str, receive: Receive) -> None:
        self.address, self.receive = address, receive
        self.budget = Budget(MESSAGES, MESSAGES_A_SECOND)

    async def __call__(self) -> Message:
        while True:
            message = await self.receive()
            data = message.get("bytes")
            if message["type"] != "websocket.receive":
                return message
            if data is None:  # text, which no browser of Streamlit's sends
                refusals.tell(self.address, "send text instead of messages")
                return {"type": "websocket.disconnect", "code": 1003}
            if len(data) > LARGEST_MESSAGE:
                refusals.tell(self.address, f"send messages of more than {LARGEST_MESSAGE // 2**20} MB")
                return {"type": "websocket.disconnect", "code": 1009}
            if refused := refused_in(data):
                refusals.tell(self.address, refused)
                continue
            wait = self.budget.spend(asyncio.get_running_loop().time())
            if wait:
                refusals.tell(self.address, f"ask more than {MESSAGES_A_SECOND:.0f} times a second; it has to wait")
                await asyncio.sleep(wait)
            return message


def refused_in(data: bytes) -> str:
    """What in a guest's message is not for guests, in words that go on after "refused to"; "" where nothing is."""
    try:
        message = BackMsg.FromString(data)
    except DecodeError:  # which Streamlit answers
        return ""
    kind = message.WhichOneof("type")
    if kind == "rerun_script" and not all(map(is_value, message.rerun_script.widget_states.widgets)):
        return "send values that no page sends"
    if kind == "backend_operation_request":
        operation = message.backend_operation_request.WhichOneof("payload")
        return "" if operation in GUESTS_ASK else f"have the server do {operation}"
    return "" if kind in GUESTS_SEND or kind is None else WORDS.get(kind, f"send the message {kind}")


def is_value(state: WidgetState) -> bool:
    """Whether what a component of a page has sent is an object of JSON's, as it always is; others are not looked at."""
    if state.WhichOneof("value") != "json_value":
        return True
    try:
        return isinstance(json.loads(state.json_value), dict | None)
    except (ValueError, RecursionError):
        return False


def caller_of(connection: HTTPConnection) -> Caller:
    client = connection.client
    return Caller.of(client.host if client else None, connection.headers.items(), connection.cookies)


def scope_path(request: Request) -> str:
    """The path of a request, which names no other server."""
    return "/" + request.url.path.lstrip("/\\")


def same_origin(caller: Caller) -> bool:
    """Whether a page of this very server has sent a request, not one of another site in the same browser."""
    return [origin.rpartition("://")[2] for origin in caller.all("origin")] == caller.all("host")


async def take_place(request: Request) -> Response:
    """Keeps what a host's browser shows, or gathers everybody."""
    wrong = PlainTextResponse("This is no place of the app.", 400)
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_PLACE:
            return wrong
    try:
        told = json.loads(content)
        if told.get("gather") is True:
            state.gather()
        elif (place := place_in(told)) is not None:
            state.show(place)
        else:
            return wrong
    except (ValueError, AttributeError):
        return wrong
    return Response(status_code=204)


def place_in(told: dict[str, Any]) -> Place | None:
    """The place that a browser tells; None where it is none."""
    path, search, look = told.get("path"), told.get("search"), told.get("look")
    if not (isinstance(path, str) and isinstance(search, str) and len(path) + len(search) <= LONGEST_PLACE):
        return None
    if not all(part.replace("-", "").replace("_", "").isalnum() for part in path.split("/") if path):
        return None
    if search and not search.startswith("?"):
        return None
    return Place(path, search, look_in(look))


def look_in(look: Any) -> dict[str, Any] | None:
    """What is looked at in a run: its id, an iteration (None is the latest), and of the Lab the layers."""
    if not isinstance(look, dict) or not isinstance(look.get("run"), str) or len(look["run"]) > LONGEST_PLACE:
        return None
    at, layers = look.get("at"), look.get("layers")
    found: dict[str, Any] = {"run": look["run"], "at": int(at) if isinstance(at, int) and at >= 0 else None}
    if (
        isinstance(layers, list)
        and len(layers) <= 20
        and all(isinstance(layer, str) and len(layer) < 40 for layer in layers)
    ):
        found["layers"] = layers
    return found
