"""Who is a host and who is a guest, once the app is served to a network: to a class.

While the server listens on loopback alone (addresses that no other machine can reach), there is no class, and everybody
is a host. Else a host is who came by the host link, whose browser then has a cookie, or who sits at this machine. All
others are guests. It is decided anew for each run of a page, from the connection that the page has at that moment.
"""

import contextlib
import hashlib
import hmac
import ipaddress
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ganlab import permission

log = logging.getLogger("ganlab.class")
ATTEMPTS, ATTEMPTS_SECONDS = 5, 60.0  # wrong tokens from one address, and within which time
MOST_REMEMBERED = 1_000  # addresses, or lines of the log
# Headers that a proxy adds. They are looked for in small letters.
PROXY_HEADERS = {"forwarded", "via", "client-ip", "true-client-ip", "cdn-loop", "proxy-connection"}
PROXY_BEGINNINGS = ("x-forwarded", "x-real-", "x-client-", "x-cluster-", "x-original-", "x-envoy-", "x-proxy", "x-amz")
PROXY_BEGINNINGS += ("x-azure-", "x-appengine-", "cf-", "fly-", "fastly-", "tailscale-", "ngrok-", "x-remote-")


@dataclass(frozen=True)
class Caller:
    """Who has sent a request or opened a connection: the address of the other end, and all headers and cookies."""

    address: str | None
    headers: tuple[tuple[str, str], ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, address: str | None, headers: Iterable[tuple[str, str]], cookies: Mapping[str, str]) -> "Caller":
        return cls(address, tuple((name.lower(), value) for name, value in headers), dict(cookies))

    def all(self, name: str) -> list[str]:
        """The values of all headers of this name."""
        return [value for known, value in self.headers if known == name]

    @property
    def shown(self) -> str:
        """The address, fit for a line of the log."""
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(self.address or ""))
        return "an unknown address"


def is_loopback(address: str) -> bool:
    """Whether this is a name or an address of this machine that no other machine can reach."""
    name = address.strip().strip("[]").lower().rstrip(".")
    with contextlib.suppress(ValueError):
        found = ipaddress.ip_address(name)
        mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
        return (mapped or found).is_loopback
    return name == "localhost" or name.endswith(".localhost")


def is_network(address: str | None) -> bool:
    """Whether a server that listens on this address can be reached from other machines; None is every address."""
    return not is_loopback(address or "")


def is_at_this_machine(caller: Caller) -> bool:
    """Whether a connection was opened by a browser on this machine, as far as can be told: the other end is on
    loopback, no proxy has left a header, and the browser itself says that it shows a page of this machine. Who says
    nothing of that is no browser, or hides something."""
    names = {name for name, _ in caller.headers}
    if names & PROXY_HEADERS or any(name.startswith(PROXY_BEGINNINGS) for name in names):
        return False
    hosts, origins = caller.all("host"), caller.all("origin")
    if caller.address is None or not is_loopback(caller.address) or len(hosts) != 1 or len(origins) != 1:
        return False
    try:
        places = [urlsplit(f"//{hosts[0]}").hostname, urlsplit(origins[0]).hostname]
    except ValueError:
        return False
    return all(place is not None and is_loopback(place) for place in places)


class Keys:
    """What tells a host of this server from a guest. The token of the host link itself is not kept.

    `cookie` is the name of the cookie. Where the server is `behind_proxy`, sitting at this machine makes nobody a host.
    """

    def __init__(self, token: str, cookie: str = "ganlab_host", behind_proxy: bool = False) -> None:
        permission.check_token(token)
        self.cookie, self.behind_proxy = cookie, behind_proxy
        self._value = cookie_value(token)

    @property
    def cookie_of_hosts(self) -> str:
        """The value of the cookie."""
        return self._value

    def fits(self, token: str) -> bool:
        """Whether this is the token of the host link."""
        return hmac.compare_digest(cookie_value(token), self._value)

    def is_host(self, caller: Caller) -> bool:
        given = caller.cookies.get(self.cookie, "")
        if hmac.compare_digest(given.encode(errors="replace"), self._value.encode()):
            return True
        return not self.behind_proxy and is_at_this_machine(caller)


def cookie_value(token: str) -> str:
    """What a host's browser keeps; the token does not follow from it."""
    return hmac.new(token.encode(errors="replace"), b"ganlab: this browser is a host", hashlib.sha256).hexdigest()


class Attempts:
    """Wrong tokens by address: after a few, an address has to wait, so that nobody tries many."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def may_try(self, address: str) -> bool:
        with self._lock:
            return len(self._recent(address)) < ATTEMPTS

    def was_wrong(self, address: str) -> None:
        with self._lock:
            self._recent(address).append(time.monotonic())
            while len(self._wrong) > MOST_REMEMBERED:
                del self._wrong[next(iter(self._wrong))]

    def _recent(self, address: str) -> deque[float]:
        times = self._wrong.setdefault(address, deque(maxlen=ATTEMPTS))
        while times and time.monotonic() - times[0] > ATTEMPTS_SECONDS:
            times.popleft()
        return times


class Refusals:
    """Writes what was refused into the log: a line at once, and for more of the same at most one a minute."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def tell(self, address: str, what: str) -> None:
        more = self.count(address, what)
        if more is not None:
            before = f", and {more:,} more times since the last line" if more else ""
            log.warning("Refused to %s: %s%s", address, what, before)

    def count(self, address: str, what: str) -> int | None:
        """How often the same came since it was last told of, if it is to be told of now; else None."""
        now = time.monotonic()
        with self._lock:
            when, more = self._told.pop((address, what), (-self.SECONDS, 0))
            again = now - when < self.SECONDS
            self._told[address, what] = (when, more + 1) if again else (now, 0)
            while len(self._told) > MOST_REMEMBERED:
                del self._told[next(iter(self._told))]
        return None if again else more


# The class of this process

_keys: Keys | None = None
refusals = Refusals()


class _OfAClass(permission.Rule):
    """Hosts may do everything, guests nothing of what is guarded. A thread that runs no page is the program's own."""

    def allows(self) -> bool:
        context = get_script_run_ctx(suppress_warning=True)
        return context is None or is_host()

    def refused(self, action: str) -> None:
        caller = caller_now()
        refusals.tell(caller.shown if caller else "a closed connection", action)


def begin(keys: Keys) -> None:
    """From now on there are hosts and guests."""
    global _keys
    _keys = keys
    permission.set_rule(_OfAClass())


def end() -> None:
    """Everybody is a host again."""
    global _keys
    _keys = None
    permission.set_rule(None)


def is_class() -> bool:
    """Whether the app is served to a network, so that there are guests."""
    return _keys is not None


def keys() -> Keys:
    assert _keys is not None, "there is no class"
    return _keys


def is_host() -> bool:
    """Whether the page that runs now is a host's; without a class everybody's is."""
    if _keys is None:
        return True
    caller = caller_now()
    return caller is not None and _keys.is_host(caller)


def is_hosts(client: Any) -> bool:
    """Whether a connection of Streamlit's (a `SessionClient`) is a host's; without a class every one is."""
    caller = caller_of(client)
    return _keys is None or (caller is not None and _keys.is_host(caller))


def is_guest() -> bool:
    return not is_host()


def caller_now() -> Caller | None:
    """Who has the page open that runs now; None where that connection is closed, or no page runs."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not runtime.exists():
        return None
    return caller_of(runtime.get_instance().get_client(context.session_id))


def caller_of(client: Any) -> Caller | None:
    """Who is at the other end of a connection of Streamlit's (a `SessionClient`)."""
    about = getattr(client, "client_context", None)
    return None if about is None else Caller.of(about.remote_ip, about.headers, about.cookies)
