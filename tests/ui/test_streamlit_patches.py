"""What leaves the browser together with a poll's question reaches the page, once; polls of many are thinned out; two
runs of a page do not change what their session holds at the same time."""

import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner
from streamlit.runtime.state import SafeSessionState, SessionState

from ganlab.ui.shared import hosts
from ganlab.ui.shared.streamlit_patches import HEARD, RENAMED, _address, _is_answered, _newest, _part_presses

WHERE = {"start": None, "size": None, "feed": "poll", "step": "other"}  # which poll each widget is drawn by


@pytest.fixture
def session() -> Any:
    state = SimpleNamespace(widget_metadata={name: SimpleNamespace(fragment_id=poll) for name, poll in WHERE.items()})
    return SimpleNamespace(session_state=SimpleNamespace(_new_widget_state=state))


def asked(
    session: Any, poll: str = "", auto: bool = False, presses: tuple[str, ...] = (), **values: int
) -> ClientState:
    """A request of the browser as it reaches the page."""
    client = ClientState(fragment_id=poll, is_auto_rerun=auto)
    for name, value in values.items():
        client.widget_states.widgets.add(id=name, int_value=value)
    for name in presses:
        client.widget_states.widgets.add(id=name, trigger_value=True)
    _part_presses(cast(AppSession, session), client)
    return client


def test_a_question_alone_runs_its_poll_alone(session):
    assert asked(session, size=1).fragment_id == ""
    assert asked(session, "poll", size=1, feed=1).fragment_id == "poll"
    assert asked(session, "poll", size=1, feed=2).fragment_id == "poll"


@pytest.mark.parametrize("press", ["start", "step"])
def test_a_press_that_comes_with_a_question_runs_the_page(session, press):
    client = asked(session, "poll", presses=(press,), feed=1)
    assert client.fragment_id == "" and client.widget_states.widgets[-1].trigger_value


def test_a_value_that_comes_with_a_question_runs_the_page_once(session):
    asked(session, size=1)
    assert asked(session, "poll", size=2, feed=1).fragment_id == ""
    assert asked(session, "poll", size=2, feed=2).fragment_id == "poll"


def test_values_that_a_page_begins_with_are_no_change(session):
    asked(session)
    assert asked(session, "poll", size=1, feed=1).fragment_id == "poll"


def test_a_poll_that_comes_by_itself_takes_no_press_with_it(session):
    asked(session, size=1)
    client = asked(session, "poll", auto=True, presses=("start",), size=2, feed=1)
    assert client.fragment_id == "poll" and [state.id for state in client.widget_states.widgets] == ["size", "feed"]
    assert asked(session, "poll", presses=("start",), size=2).fragment_id == ""


def test_a_press_of_the_poll_itself_stays_with_it(session):
    for auto in (False, True):
        client = asked(session, "poll", auto, presses=("feed",))
        assert client.fragment_id == "poll" and len(client.widget_states.widgets) == 1


def test_a_widget_that_nobody_has_drawn_is_left_alone(session):
    assert asked(session, "poll", presses=("unknown",)).fragment_id == "poll"


@pytest.mark.parametrize(("people", "answered"), [(1, 40), (5, 40), (10, 20), (40, 5)])
def test_the_more_people_watch_the_less_often_each_is_told(monkeypatch, session, people, answered):
    watched_by(monkeypatch, people)
    session.id = "a session"
    assert _is_answered(session, "poll"), "the first poll of a page"
    assert 1 + sum(_is_answered(session, "poll") for _ in range(39)) == answered
    assert _is_answered(session, "another"), "each poll is counted by itself"


def test_a_host_of_a_class_is_always_told(monkeypatch, session):
    session.id = "a session"
    monkeypatch.setattr(hosts, "is_class", lambda: True)
    for host in (True, False):
        watched_by(monkeypatch, 40)  # by a new connection
        monkeypatch.setattr(hosts, "is_hosts", lambda client, host=host: host)
        assert all(_is_answered(session, "poll") for _ in range(20)) is host


def watched_by(monkeypatch, people: int) -> None:
    """Has so many people have the app open."""
    manager, connection = SimpleNamespace(num_active_sessions=lambda: people), object()
    server = SimpleNamespace(_session_mgr=manager, get_client=lambda session: connection)
    monkeypatch.setattr(runtime, "get_instance", lambda: server)


def runner(state: SessionState, fragments: MemoryFragmentStorage) -> SafeSessionState:
    """What a run of a page sees of its session."""
    made = ScriptRunner(
        session_id="session",
        main_script_path="app.py",
        session_state=state,
        uploaded_file_mgr=cast(Any, None),
        script_cache=cast(Any, None),
        initial_rerun_data=RerunData(),
        user_info={},
        fragment_storage=fragments,
        pages_manager=cast(Any, None),
        event_loop=cast(Any, None),
    )
    return made._session_state


def test_a_run_that_ends_changes_nothing_while_the_next_one_begins():
    state, fragments, changed = SessionState(), MemoryFragmentStorage(), threading.Event()
    ending, beginning = runner(state, fragments), runner(state, fragments)

    def change() -> None:
        ending.reset_state_value("draws", True)
        changed.set()

    thread = threading.Thread(target=change)
    with beginning._lock:
        beginning._lock.acquire()  # as callbacks do, within
        thread.start()
        assert not changed.wait(0.2)
        assert not state.filtered_state
        beginning._lock.release()
    thread.join()
    assert state.filtered_state == {"draws": True}


def test_sessions_do_not_wait_for_each_other():
    state = SessionState()
    one, other = runner(SessionState(), MemoryFragmentStorage()), runner(state, MemoryFragmentStorage())
    with one._lock:
        thread = threading.Thread(target=other.reset_state_value, args=("draws", True))
        thread.start()
        thread.join(5)
        assert state.filtered_state == {"draws": True}


# The address


def give(notes: dict, *addresses: str) -> None:
    notes[RENAMED] = [(address, time.monotonic()) for address in addresses]


def test_what_was_on_its_way_when_a_page_was_renamed_is_asked_for_there():
    notes: dict = {}

    def asked_for(address: str) -> str:
        return _address(notes, ClientState(query_string=address, page_script_hash="lab"))

    assert asked_for("?a=1&b=%20x") == "?a=1&b=%20x"
    give(notes, "a=1&b=+x&c=", "a=1&b=+x&race=r")
    assert asked_for("?b=%20x&a=1") == "a=1&b=+x&race=r", "a poll of before"
    assert asked_for("?a=1&b=%20x&c=") == "a=1&b=+x&race=r", "one of in between"
    assert asked_for("?a=1&b=%20x&race=r") == "?a=1&b=%20x&race=r", "the browser has heard of it"
    assert asked_for("?a=1&b=%20x") == "?a=1&b=%20x", "and then somebody went to where they were before"

    give(notes, "a=2")
    assert asked_for("?a=3") == "?a=3", "an address of a person's own"
    assert asked_for("?a=1") == "?a=1", "nothing is left to hear of"


def test_a_poll_that_waited_for_its_turn_while_the_page_was_renamed_runs_there():
    notes: dict = {}
    _address(notes, ClientState(query_string="?run=old", page_script_hash="lab"))
    give(notes, "run=new")
    assert _newest(notes, "lab", "?run=old") == "run=new"
    assert _newest(notes, "train", "?run=old") == "?run=old"
    assert _newest({}, "lab", "?run=old") == "?run=old"


def test_who_is_at_an_earlier_address_after_a_while_went_there(monkeypatch):
    notes: dict = {}
    _address(notes, ClientState(query_string="a=1", page_script_hash="lab"))
    give(notes, "a=2")
    later = time.monotonic() + HEARD
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert _address(notes, ClientState(query_string="a=1", page_script_hash="lab")) == "a=1"


@pytest.mark.parametrize("elsewhere", [{"page_script_hash": "train"}, {"is_history_navigation": True}])
def test_who_goes_back_or_elsewhere_goes_there(elsewhere):
    notes: dict = {}
    _address(notes, ClientState(query_string="a=1", page_script_hash="lab"))
    give(notes, "a=2")
    assert _address(notes, ClientState(query_string="a=1", **{"page_script_hash": "lab", **elsewhere})) == "a=1"
