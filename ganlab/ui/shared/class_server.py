"""Opens a class: where the server listens to a network, there are hosts and guests from its start on.

`python -m ganlab app` does so before anybody can connect. `streamlit run app.py` runs nothing of ganlab before the
first page is asked for; the class is then opened before that page is drawn, and guests who were there connect anew.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from streamlit import config, error_util, runtime
from streamlit.runtime import Runtime
from streamlit.web.server import server_util

from ganlab.permission import SHORTEST_TOKEN
from ganlab.ui.shared import hosts
from ganlab.ui.shared.class_gate import TOKEN, Gate, Message, Receive, Send

GIVEN_TOKEN, BEHIND_PROXY = "GANLAB_HOST_TOKEN", "GANLAB_BEHIND_PROXY"  # of the environment
EVERY = ("", "0.0.0.0", "::")  # addresses that stand for all of a machine's
WHO = "ganlab"  # in what Streamlit knows of a session's user: whether it is a host, and the address
OPEN_FILES = 8192  # that a server for many may need, connections among them
_gates: list[Gate] = []  # the one of this process, once there is a class


def open_where_served() -> None:
    """Opens the class, once, where a server runs in this process and listens to a network."""
    if hosts.is_class() or not runtime.exists():
        return
    server = runtime.get_instance()
    if type(server) is Runtime and hosts.is_network(config.get_option("server.address")):
        open_class(server)


def open_class(server: Runtime) -> None:
    """Sets the rules, and prints the host link."""
    token = os.environ.pop(GIVEN_TOKEN, "")  # what is started from here is not to know it
    if len(token) < SHORTEST_TOKEN:
        if token:
            print(
                f"  {GIVEN_TOKEN} is shorter than {SHORTEST_TOKEN} letters, so a random token is used.",
                flush=True,
            )
        token = secrets.token_urlsafe(32)
    behind_proxy = os.environ.get(BEHIND_PROXY, "0") not in ("", "0")
    keys = hosts.Keys(token, f"ganlab_host_{config.get_option('server.port')}", behind_proxy)
    _log_to_the_terminal()
    _open_more_files()
    config.set_option("client.showErrorDetails", "none")  # which would tell guests of this machine
    below = str(config.get_option("server.baseUrlPath")).strip("/")
    _gates[:] = [Gate(f"/{below}" if below else "")]
    from ganlab.jobs.guest_line import line  # which takes a moment that a server for one alone does not need

    line.is_there = is_there
    hosts.begin(keys)
    _bind_sessions(keys)
    _stand_before_the_app(_gates[0])
    _tell_of_faults_now_and_then()
    _reconnect_guests(server, keys)
    print(f"\n  Host link: {address()}/?{TOKEN}={token}", flush=True)
    print("  Who opens it is a host. All others who come to this address are guests.\n", flush=True)


def address() -> str:
    """Where other machines find the app, such as `http://192.168.1.20:8501`; without the token."""
    if config.is_manually_set("browser.serverAddress"):
        name = config.get_option("browser.serverAddress")
    else:
        name = config.get_option("server.address") or ""
        name = own_address() if name in EVERY else name
    return server_util.get_url(f"[{name}]" if ":" in name else name).rstrip("/")


def own_address() -> str:
    """The address of this machine in its network. Nothing is sent: the system only says how it would send."""
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):  # kept for documents
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((far, 9))
            found = way.getsockname()[0]
            if not hosts.is_loopback(found):
                return found
    with contextlib.suppress(OSError):
        return socket.gethostbyname(socket.gethostname())
    return "localhost"


def guests() -> int:
    """How many pages guests have open."""
    return sum(gate.guests for gate in _gates)


def is_there(session_id: str) -> bool:
    """Whether a session's page is open, or was a moment ago."""
    return runtime.exists() and runtime.get_instance()._session_mgr.get_session_info(session_id) is not None


def _tell_of_faults_now_and_then() -> None:
    """Has the terminal show each fault of a page once a minute at most, as a guest can have many."""
    tell = error_util._log_uncaught_app_exception

    def tell_now_and_then(error: BaseException) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = f"{last[0].filename}:{last[0].lineno}" if last else ""
        if hosts.refusals.count("", f"{type(error).__name__} at {where}") is not None:
            tell(error)

    error_util._log_uncaught_app_exception = tell_now_and_then


def _bind_sessions(keys: hosts.Keys) -> None:
    """Has Streamlit give a session back only to who had it: a host to a host, a guest to the guest's own address. It
    compares what it knows of the user, which says so from now on."""
    connect = Runtime.connect_session

    def connect_as(server: Runtime, client: Any, user_info: dict[str, Any], *more: Any, **named: Any) -> str:
        caller = hosts.caller_of(client)
        who = "guest" if caller is None or not keys.is_host(caller) else "host"
        marked = {**user_info, WHO: f"{who} at {caller.shown if caller else '?'}"}
        return connect(server, client, marked, *more, **named)

    Runtime.connect_session = connect_as  # type: ignore[method-assign]


def _stand_before_the_app(gate: Gate) -> None:
    """The app may have been made already, so its class is changed."""
    call = Starlette.__call__

    async def guarded(app: Starlette, scope: Message, receive: Receive, send: Send) -> None:
        async def serve(scope: Message, receive: Receive, send: Send) -> None:
            await call(app, scope, receive, send)

        if scope["type"] == "websocket":
            await gate.websocket(scope, receive, send, serve)
        elif scope["type"] != "http" or not await gate.http(scope, receive, send):
            await serve(scope, receive, send)

    Starlette.__call__ = guarded  # type: ignore[method-assign]


def _reconnect_guests(server: Runtime, keys: hosts.Keys) -> None:
    """Closes connections that guests opened before there was a class, which no gate limits; a browser opens it anew."""
    for info in server._session_mgr.list_active_sessions():
        caller = hosts.caller_of(info.client)
        socket_of = getattr(info.client, "_websocket", None)
        if socket_of is not None and (caller is None or not keys.is_host(caller)):
            asyncio.run_coroutine_threadsafe(_close(socket_of.close), server._get_async_objs().eventloop)


async def _close(close: Callable[[int], Awaitable[None]]) -> None:
    with contextlib.suppress(RuntimeError):  # it is closed already
        await close(1012)


def _log_to_the_terminal() -> None:
    if not hosts.log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        hosts.log.addHandler(handler)
    hosts.log.setLevel("INFO")


def _open_more_files() -> None:
    """Each page that is open takes some files of the system, of which there may be few at first."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
