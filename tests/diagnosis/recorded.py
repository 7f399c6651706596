"""The recorded runs, by what is expected of them."""

from benchmarks.broken import FOLDER, load, until
from ganlab import diagnosis, registry
from ganlab.diagnosis.evidence import Evidence
from ganlab.diagnosis.verdicts import (
    DONE,
    EARLY,
    HEALTHY,
    NOT_THERE,
    TOO_SHORT,
    TOO_SLOW,
    UNMEASURED,
    UNSEEN,
)
from ganlab.runs import Run

NOT_GOOD = (TOO_SLOW, TOO_SHORT, NOT_THERE, DONE)  # nothing is broken, but there is more to be had
CALM = (HEALTHY, EARLY, UNSEEN, UNMEASURED, *NOT_GOOD)  # nothing is broken
FILES = sorted(FOLDER.glob("*.npz"))
RECORDED = {file.stem: load(file) for file in FILES}
BROKEN = [name for name, (_, about) in RECORDED.items() if about["expected"] not in CALM]
WELL = [name for name in RECORDED if name not in BROKEN]
LACKING = [name for name, (_, about) in RECORDED.items() if about["expected"] in NOT_GOOD]
GOOD = [name for name, (_, about) in RECORDED.items() if about["expected"] == HEALTHY]


def said(evidence: Evidence, share: float = 1.0) -> str:
    return diagnosis.judge(until(evidence, round(share * evidence.done))).name


def tries(run: Run, verdict: str) -> dict[str, diagnosis.Try]:
    return {one.label: one for one in diagnosis.suggest(verdict, registry.get(run.model), run)}
