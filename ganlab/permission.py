"""Who may do what. Everybody may do everything, unless whoever serves the app to others has set a rule.

What changes runs, trains, or costs much begins with `check`, or carries `@needs`, whoever calls it. So a page that
forgets to hide a button does no harm: `ganlab.ui.shared.hosts` has a rule for guests, and what they may not do fails
with a sentence. Commands, Python and the thread that trains have no rule.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import ParamSpec, TypeVar

from ganlab.errors import GanlabError

P = ParamSpec("P")
T = TypeVar("T")
REFUSED = "Only the host of this class can {}."
SHORTEST_TOKEN = 16  # letters of the host link's, where it is given
_granted = threading.local()  # how many `granted` blocks this thread is in, as its `depth`


class Rule:
    """Whether the current thread may do what is guarded; here everything is allowed."""

    def allows(self) -> bool:
        return True

    def refused(self, action: str) -> None:
        """Told of what was tried and refused, in words that go on after "can"."""


_rule = Rule()


def set_rule(rule: Rule | None) -> None:
    """Sets the rule for this process; None is that everything is allowed."""
    global _rule
    _rule = rule or Rule()


def allowed() -> bool:
    """Whether the current thread may do what is guarded; for pages, which then offer it or do not."""
    return getattr(_granted, "depth", 0) > 0 or _rule.allows()


def check(action: str) -> None:
    """Raises GanlabError where the current thread may not do this; `action` goes on after "can": "delete runs"."""
    if not allowed():
        _rule.refused(action)
        raise GanlabError(REFUSED.format(action))


def check_token(token: str) -> None:
    """Raises GanlabError where a token is too short to keep others from being the host."""
    if len(token) < SHORTEST_TOKEN:
        raise GanlabError(f"The token of the host link needs at least {SHORTEST_TOKEN} letters; choose a longer one.")


def needs(action: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Has a function begin with `check`."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            check(action)
            return function(*args, **kwargs)

        checked.needs = action  # type: ignore[attr-defined] (tests find by it what is guarded)
        return checked

    return decorate


@contextlib.contextmanager
def granted() -> Iterator[None]:
    """Lets the current thread do everything within the block, for what a guest may do, once that has been checked in
    another way."""
    _granted.depth = getattr(_granted, "depth", 0) + 1
    try:
        yield
    finally:
        _granted.depth -= 1
