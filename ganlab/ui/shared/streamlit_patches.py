"""Keeps Streamlit from disturbing the training that runs beside it, and one page from breaking the next."""

import dataclasses
import math
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit import delta_generator, runtime
from streamlit.components.v2.bidi_component import serialization
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx, script_runner
from streamlit.runtime.state.query_params import QueryParams

from ganlab.ui.shared import hosts

HOOK = "_clean_problem_modules"
WARNED = "_use_warning_has_been_displayed"
LOOK = "is_dataframe_like"
RUN = "_run_script"
TOLD = "_ganlab_told"  # of a session: what each widget outside the polls was when its browser last said so
POLLS = "_ganlab_polls"  # of a session: how often each poll has come
LOCK = "_ganlab_lock"  # of a session's fragments: what only one thread at a time may hold
ADDRESS = "_ganlab_address"  # of a session's fragments: the page and the address that were last asked for
RENAMED = "_ganlab_renamed"  # of a session's fragments: addresses that the browser was given since, and when
HEARD = 3.0  # seconds in which a browser hears of its page's new address; who is there later went there
HOSTS = "_ganlab_hosts"  # of a session: its connection, and whether that is a host's
FEW = 5  # people who may have the app open before their pages are answered less often
ROUTED = "routed"  # in a session that app.py has run in
_turned = threading.Event()  # once this server has been turned away from pages/


def enter_by_the_router() -> None:
    """Has app.py run first where a page was opened before it ever ran.

    Until `st.navigation` has been called once in a server's life, Streamlit takes the folder pages/ for an app of its
    older kind and runs the page alone: in the first session, and in those that come while it is turned away from that.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        _turned.set()
    if _turned.is_set() and ROUTED not in st.session_state:
        note_router()  # once is enough
        st.rerun()


def note_router() -> None:
    """Called by app.py before each page."""
    st.session_state[ROUTED] = True


def leave_keras_alone() -> None:
    """Takes out what Streamlit does to Keras after every run of a page, polls included: it clears the session.

    That resets names, settings and compiled kernels under the network that is being built or trained, and can end the
    whole process. There is no option for it.
    """
    if hasattr(script_runner, HOOK):
        setattr(script_runner, HOOK, lambda: None)


def save_a_first_page_time() -> None:
    """Leaves out what Streamlit does for the first page of a process, and this program has no use for.

    It reads the source of everything that runs, to find out whether a person types at a prompt, which it cannot be
    where a server is there; and it imports pandas, to see whether a dict or a list in what a component is given is a
    table. That takes 0.1 s, and 0.2 s of the Repair page.
    """
    if runtime.exists() and hasattr(delta_generator, WARNED):
        setattr(delta_generator, WARNED, True)
    look = getattr(serialization, LOOK, None)
    if look is not None:
        setattr(serialization, LOOK, lambda given: not isinstance(given, dict | list) and look(given))


def take_no_infinite_numbers() -> None:
    """Has a field for a number begin as usual where the address gives it one that is too large for a float.

    Streamlit reads that as infinite, and then fails to make a whole number of it.
    """
    read = NumberInputSerde.deserialize

    def read_finite(field: NumberInputSerde, value: Any) -> Any:
        return read(field, None if isinstance(value, float) and math.isinf(value) else value)

    NumberInputSerde.deserialize = read_finite  # type: ignore[method-assign]


def drop_what_a_page_left_asked() -> None:
    """Has a poll that arrives while another page is being opened come to nothing.

    Streamlit keeps such a poll until the new page stands, finds its fragment gone, and has by then told the browser
    that the old page is back: the new page is wiped, and its own next poll breaks it.
    """
    run = getattr(script_runner.ScriptRunner, RUN)

    def run_what_is_there(runner: script_runner.ScriptRunner, request: RerunData) -> None:
        asked = request.fragment_id_queue
        there = [name for name in asked if runner._fragment_storage.contains(name)]
        if there:  # the page may have been given another address while they waited for their turn
            now = _newest(vars(runner._fragment_storage), request.page_script_hash, request.query_string)
            run(runner, dataclasses.replace(request, fragment_id_queue=there, query_string=now))
        elif not asked:
            run(runner, request)

    setattr(script_runner.ScriptRunner, RUN, run_what_is_there)


def lock_what_a_session_holds() -> None:
    """Has one run of a page wait while another one changes what the session holds.

    A press ends a run and begins the next one in another thread, in which the first may still be at work: each has a
    lock of its own, which keeps nothing apart, and the page can fail in the midst of looking for what has changed.
    """
    begin = script_runner.ScriptRunner.__init__

    def begin_with_one_lock(runner: script_runner.ScriptRunner, *given: Any, **named: Any) -> None:
        begin(runner, *given, **named)
        held, of_the_session = runner._session_state, vars(runner._fragment_storage)
        object.__setattr__(held, "_lock", of_the_session.setdefault(LOCK, held._lock))

    script_runner.ScriptRunner.__init__ = begin_with_one_lock  # type: ignore[method-assign]


def keep_the_address_that_was_given() -> None:
    """Has what leaves the browser before it knows the address that its page was just given count as asked for there.

    Otherwise a poll in that instant has Streamlit take the page for one with the address of before: what a press has
    just begun is not shown, and what it wrote into the address is lost.
    """
    give, ask = QueryParams._send_query_param_msg, AppSession.request_rerun

    def give_and_note(params: QueryParams) -> None:
        give(params)
        context = get_script_run_ctx()
        if context is not None:
            given = vars(context.fragment_storage).setdefault(RENAMED, [])
            given.append((context.query_string, time.monotonic()))

    def ask_where_it_is(session: AppSession, client: ClientState | None) -> None:
        if client is not None:
            client.query_string = _address(vars(session._fragment_storage), client)
        ask(session, client)

    QueryParams._send_query_param_msg = give_and_note  # type: ignore[method-assign]
    AppSession.request_rerun = ask_where_it_is  # type: ignore[method-assign]


def _address(notes: dict[str, Any], client: ClientState) -> str:
    """The address that a request is for, by its own and what its session has noted."""
    page, asked = client.page_script_hash, client.query_string
    given = len(notes.get(RENAMED, ()))  # which a run of the page may add to meanwhile
    if not client.is_history_navigation and (newest := _newest(notes, page, asked)) != asked:
        return newest
    del notes.get(RENAMED, [])[:given]
    notes[ADDRESS] = page, asked
    return asked


def _newest(notes: dict[str, Any], page: str, address: str) -> str:
    """The newest address that a session was given for the page; any other than one of before stays as it is."""

    def parts(address: str) -> list[tuple[str, str]]:
        return sorted(parse_qsl(address.removeprefix("?"), keep_blank_values=True))

    (of, before), now = notes.get(ADDRESS, (None, "")), time.monotonic()
    given = [parts(before), *(parts(one) for one, at in list(notes.get(RENAMED, ())) if now - at < HEARD)]
    if of != page or parts(address) == given[-1] or parts(address) not in given:
        return address
    return notes[RENAMED][-1][0]


def tell_presses_from_polls() -> None:
    """Has a press, a number or a file that leaves the browser together with a poll's question reach its page.

    The browser gathers for an instant what is changed, and then says for all of it that only the poll is to run: the
    page would hear nothing of a press. And a poll that falls into that instant takes the press with it, which follows
    by itself, and would count twice.
    """
    ask = AppSession.request_rerun

    def ask_for_what_was_changed(session: AppSession, client: ClientState | None) -> None:
        if client is not None:
            _part_presses(session, client)
        ask(session, client)

    AppSession.request_rerun = ask_for_what_was_changed  # type: ignore[method-assign]


def answer_fewer_polls_of_many() -> None:
    """Has each page be answered the more rarely the more people have the app open, so that watching costs a training
    little. A host's pages are always answered, in a class.

    A poll that is left out comes to nothing, and does not even run the page; the next one may be answered.
    """
    ask = AppSession.request_rerun

    def ask_now_and_then(session: AppSession, client: ClientState | None) -> None:
        poll = client.fragment_id if client is not None and client.is_auto_rerun else ""
        if not poll or _is_answered(session, poll):
            ask(session, client)

    AppSession.request_rerun = ask_now_and_then  # type: ignore[method-assign]


def _is_answered(session: AppSession, poll: str) -> bool:
    server = runtime.get_instance()
    every = round(server._session_mgr.num_active_sessions() / FEW)
    if every <= 1:
        return True
    if not hasattr(session, POLLS):
        setattr(session, POLLS, Counter())
    polls = getattr(session, POLLS)
    polls[poll] += 1
    return polls[poll] % every == 1 or (hosts.is_class() and _is_hosts(server, session))


def _is_hosts(server: runtime.Runtime, session: AppSession) -> bool:
    """Whether a session is a host's, which is found out once for each of its connections."""
    client = server.get_client(session.id)
    known = getattr(session, HOSTS, None)
    if known is None or known[0] is not client:
        known = client, hosts.is_hosts(client)
        setattr(session, HOSTS, known)
    return known[1]


def _part_presses(session: AppSession, client: ClientState) -> None:
    """Takes presses of other parts of the page out of a poll's request, or has it run the whole page."""
    states, poll = client.widget_states.widgets, client.fragment_id
    others = {state.id: state for state in states if not poll or _is_elsewhere(session, state, poll)}
    presses = {name for name, state in others.items() if _is_press(state)}
    if poll and client.is_auto_rerun:
        kept = [state for state in states if state.id not in presses]
        del states[:]
        states.extend(kept)
        return
    told: dict[str, bytes] = getattr(session, TOLD, {})
    now = {name: state.SerializeToString(deterministic=True) for name, state in others.items()}
    if poll and (presses or any(told.get(name, value) != value for name, value in now.items())):
        client.fragment_id = ""
    setattr(session, TOLD, told | now)


def _is_elsewhere(session: AppSession, state: WidgetState, poll: str) -> bool:
    widget = session.session_state._new_widget_state.widget_metadata.get(state.id)
    return widget is not None and widget.fragment_id != poll


def _is_press(state: WidgetState) -> bool:
    return state.trigger_value or bool(state.string_trigger_value.data) or bool(state.json_trigger_value)
