"""What a row of the list of runs says of a run beyond its name and age: its verdict, a metric, and changed settings.

A verdict takes a tenth of a second, now and then some seconds. So the rows are drawn without the verdicts that are not
known yet, which come in afterwards.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ganlab import diagnosis
from ganlab.diagnosis import Diagnosis
from ganlab.errors import GanlabError
from ganlab.evaluation import run_summary
from ganlab.runs import ACTIVE, Run
from ganlab.ui.shared.formatting import plain
from ganlab.ui.shared.run_states import VERDICT_COLOURS

AGAIN = 1.1  # how much longer a run has to be for its verdict to be given anew while it trains
MOST = 2000  # verdicts that are remembered
Stamp = tuple[str, int, str, int]
_found: dict[Path, "Known"] = {}
_alone = ThreadPoolExecutor(1, "verdicts")  # made in the threads of the polls, each would leave megabytes behind


@dataclass(frozen=True)
class Known:
    """A verdict, None where there is none, and what the run was like when it was given."""

    stamp: Stamp
    done: int
    verdict: Diagnosis | None


def stamp(run: Run) -> Stamp:
    """Another one once a run has got another verdict, as far as a look at its files tells."""
    measured = run.measured_file
    when = measured.stat().st_mtime_ns if measured.exists() else 0
    return str(run.config.created), run.done, run.state, when


def find(run: Run) -> Diagnosis | None:
    """The verdict on a run as it is now; None where there is none, or where its files are damaged."""
    now = stamp(run)
    known = _found.get(run.path)
    if known is None or known.stamp != now:
        try:
            verdict = _alone.submit(diagnosis.diagnose, run).result()
        except Exception:  # whatever damaged files set off; the list goes on without
            verdict = None
        while len(_found) >= MOST:
            _found.pop(next(iter(_found)), None)
        known = _found[run.path] = Known(now, run.done, verdict)
    return known.verdict


def recall(run: Run) -> Known | None:
    """What is known of a run, if it is as it was then; while it trains, also what was known a while ago."""
    known = _found.get(run.path)
    if known is None or known.stamp[0] != stamp(run)[0]:
        return None
    return known if run.state in ACTIVE or known.stamp == stamp(run) else None


def place(run: Run) -> DeltaGenerator:
    """Where the verdict belongs, with the verdict if it is known."""
    slot = st.empty()
    known = recall(run)
    if known is not None:
        grown = run.state in ACTIVE and run.done >= AGAIN * known.done
        write(slot, find(run) if grown else known.verdict)
    return slot


def write(slot: DeltaGenerator, verdict: Diagnosis | None) -> None:
    if verdict is not None:
        colour = VERDICT_COLOURS.get(verdict.name, "orange")
        slot.badge(verdict.name.capitalize(), color=colour, help=plain(verdict.what))  # pyright: ignore


def fill(slots: dict[Path, DeltaGenerator | None]) -> None:
    """Gives the verdicts that are missing in a list that is on the screen by now; a row without a slot, which follows
    its run, shows its verdict with its next poll."""
    for path, slot in slots.items():
        with contextlib.suppress(GanlabError, OSError):  # a run may be deleted elsewhere at any moment
            if recall(run := Run(path)) is None:
                verdict = find(run)
                if slot is not None:
                    write(slot, verdict)


def in_brief(run: Run) -> str:
    """The metric and the changed settings in a line; "" where its files are damaged, or there is nothing to say."""
    try:
        return " · ".join(run_summary.in_brief(run))
    except Exception:  # whatever damaged files set off; the list goes on without
        return ""
