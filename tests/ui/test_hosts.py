"""Who is a host: headers, proxies, tokens and cookies."""

import hmac

import pytest

from ganlab import permission
from ganlab.errors import GanlabError
from ganlab.ui.shared import hosts
from ganlab.ui.shared.hosts import Attempts, Caller, Keys, Refusals, cookie_value

TOKEN = "a token of many letters"
LOCAL = (("Host", "localhost:8501"), ("Origin", "http://localhost:8501"))


def caller(address: str | None = "127.0.0.1", headers: tuple = LOCAL, **cookies: str) -> Caller:
    return Caller.of(address, headers, cookies)


@pytest.fixture
def keys() -> Keys:
    return Keys(TOKEN)


@pytest.mark.parametrize(
    "address", ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "LOCALHOST.", "a.localhost"]
)
def test_a_server_on_loopback_has_no_class(address):
    assert not hosts.is_network(address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.5", "my-computer", "localhost.evil.example"])
def test_a_server_on_anything_else_has_one(address):
    assert hosts.is_network(address)


@pytest.mark.parametrize(
    "address, name", [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("::ffff:127.0.0.1", "localhost")]
)
def test_who_sits_at_this_machine_is_a_host(keys, address, name):
    assert keys.is_host(caller(address, (("host", f"{name}:8501"), ("origin", f"http://{name}:8501"))))


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "x-real-ip",
        "Via",
        "CF-Ray",
        "Fly-Client-IP",
        "True-Client-IP",
    ],
)
def test_behind_a_proxy_only_the_token_counts(keys, header):
    proxied = (*LOCAL, (header, "127.0.0.1"))
    assert not keys.is_host(caller(headers=proxied))
    assert keys.is_host(caller(headers=proxied, ganlab_host=cookie_value(TOKEN)))


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Host", "localhost:8501"),),  # no browser, or a proxy that drops what it does not know
        (("Origin", "http://localhost:8501"),),
        (("Host", "evil.example:8501"), ("Origin", "http://evil.example:8501")),  # a name that was made to point here
        (("Host", "localhost:8501"), ("Origin", "http://evil.example")),
        (("Host", "localhost:8501"), ("Origin", "null")),
        (("Host", "localhost:8501"), ("Host", "evil.example"), ("Origin", "http://localhost:8501")),
        (*LOCAL, ("Origin", "http://evil.example")),
        (("Host", "[::1"), ("Origin", "http://[::1")),
        (("Host", "evil.example@localhost"), ("Origin", "http://localhost@evil.example")),
    ],
)
def test_a_connection_from_loopback_whose_browser_shows_another_page_is_a_guest(keys, headers):
    assert not keys.is_host(caller(headers=headers))


@pytest.mark.parametrize("address", ["192.168.1.20", "10.0.0.1", "2001:db8::1", "", "127.0.0.1.evil.example", None])
def test_who_comes_from_elsewhere_is_a_guest_whatever_is_said(keys, address):
    assert not keys.is_host(caller(address))
    assert not keys.is_host(caller(address, ganlab_host=TOKEN))  # the cookie is not the token
    assert keys.is_host(caller(address, ganlab_host=cookie_value(TOKEN)))


def test_a_server_behind_a_proxy_that_leaves_no_header_goes_by_the_token_alone():
    keys = Keys(TOKEN, behind_proxy=True)
    assert not keys.is_host(caller())
    assert keys.is_host(caller(ganlab_host=cookie_value(TOKEN)))


@pytest.mark.parametrize(
    "wrong", ["", "x", "ü" * 64, "\udc80", cookie_value("another token, as long"), cookie_value(TOKEN)[:-1]]
)
def test_a_wrong_cookie_is_none(keys, wrong):
    assert not keys.is_host(caller("192.168.1.20", ganlab_host=wrong))


def test_tokens_are_compared_in_constant_time_and_kept_nowhere(keys, monkeypatch):
    compared = []
    monkeypatch.setattr(hosts.hmac, "compare_digest", lambda one, other: compared.append((one, other)) or one == other)
    assert keys.fits(TOKEN) and not keys.fits(TOKEN + "x") and not keys.fits("\udc80")
    keys.is_host(caller("192.168.1.20", ganlab_host="x"))
    assert len(compared) == 4 and all(len(one) == len(other) == 64 for one, other in compared[:3])
    assert TOKEN not in repr(vars(keys))
    assert hmac.compare_digest is hosts.hmac.compare_digest


def test_a_token_that_is_given_has_to_be_long():
    with pytest.raises(GanlabError, match="at least 16"):
        Keys("short")


def test_who_guesses_has_to_wait(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(hosts.time, "monotonic", lambda: now[0])
    attempts = Attempts()
    for _ in range(hosts.ATTEMPTS):
        assert attempts.may_try("a")
        attempts.was_wrong("a")
    assert not attempts.may_try("a") and attempts.may_try("b")
    now[0] += hosts.ATTEMPTS_SECONDS + 1
    assert attempts.may_try("a")


def test_the_log_has_a_line_for_each_kind_of_refusal_and_no_flood(caplog, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(hosts.time, "monotonic", lambda: now[0])
    told = Refusals()
    for _ in range(500):
        told.tell("192.168.1.20", "delete runs")
    told.tell("192.168.1.21", "delete runs")
    assert len(caplog.messages) == 2 and caplog.messages[0] == "Refused to 192.168.1.20: delete runs"
    now[0] += 61
    told.tell("192.168.1.20", "delete runs")
    assert caplog.messages[-1].endswith("delete runs, and 499 more times since the last line")


def test_what_is_logged_of_an_address_is_an_address():
    assert caller("1.2.3.4").shown == "1.2.3.4"
    assert caller("1.2.3.4\nRefused to me").shown == caller(None).shown == "an unknown address"


def test_without_a_class_everybody_is_a_host():
    assert not hosts.is_class() and hosts.is_host() and permission.allowed()


@pytest.fixture
def in_class(keys):
    hosts.begin(keys)
    yield keys
    hosts.end()


def test_the_rule_goes_by_the_connection_of_the_page_that_runs(in_class, monkeypatch, caplog):
    assert permission.allowed()  # this thread runs no page: it is the program's own, as the one that trains
    monkeypatch.setattr(hosts, "get_script_run_ctx", lambda suppress_warning=False: object())
    monkeypatch.setattr(hosts, "caller_now", caller)
    permission.check("delete runs")
    monkeypatch.setattr(hosts, "caller_now", lambda: caller("192.168.1.20"))
    with pytest.raises(GanlabError, match="Only the host of this class can delete runs"):
        permission.check("delete runs")
    assert caplog.messages == ["Refused to 192.168.1.20: delete runs"]
    with permission.granted():
        permission.check("delete runs")
    monkeypatch.setattr(hosts, "caller_now", lambda: None)  # the connection was closed meanwhile
    assert not permission.allowed()
