"""What is wrong with a run, if anything, and how good it is: a verdict in plain words, the numbers behind it, and what
to try.

`evidence` is what a verdict is given on, `gan_rules` and `other_rules` give it, `advice` says what to try;
docs/diagnosis.md tells the rules in words. Nothing is said of a moment, since every healthy GAN has bad ones.
"""

from ganlab import registry
from ganlab.diagnosis import gan_rules, other_rules
from ganlab.diagnosis.advice import Kept, best_snapshot, suggest
from ganlab.diagnosis.closeness import closeness
from ganlab.diagnosis.evidence import Evidence, describe, gather
from ganlab.diagnosis.verdicts import (
    COLLAPSED,
    DIVERGED,
    DONE,
    EARLY,
    HEALTHY,
    MEMORISING,
    NOT_LEARNING,
    NOT_THERE,
    OSCILLATING,
    TOO_SHORT,
    TOO_SLOW,
    UNMEASURED,
    UNSEEN,
    WINNING,
    Diagnosis,
    Finding,
    Try,
)
from ganlab.runs import Run

__all__ = [
    "COLLAPSED",
    "DIVERGED",
    "DONE",
    "EARLY",
    "HEALTHY",
    "MEMORISING",
    "NOT_LEARNING",
    "NOT_THERE",
    "OSCILLATING",
    "TOO_SHORT",
    "TOO_SLOW",
    "UNMEASURED",
    "UNSEEN",
    "WINNING",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Kept",
    "Try",
    "best_snapshot",
    "describe",
    "diagnose",
    "gather",
    "judge",
    "suggest",
]


def diagnose(run: Run) -> Diagnosis | None:
    """The verdict on a run as it is now; None for one that was stored without its history, as pretrained ones are, and
    where its architecture is not known here."""
    known = {spec.name: spec for spec in registry.specs()}
    spec = known.get(run.model)
    if spec is None or (not run.done and run.config.pretrained):
        return None
    evidence = gather(run)
    found = judge(evidence)
    close = closeness(evidence)
    few = close is not None and close.few is not None
    return Diagnosis(found.name, found.what, found.why, tuple(suggest(found.name, spec, run, evidence.usual, few)))


def judge(evidence: Evidence) -> Finding:
    """The first rule of the family that applies; where none does, how good the run is as far as that was measured."""
    gan = evidence.family == "gan"
    rules = gan_rules.UNSEEN_RULES if evidence.unseen else gan_rules.RULES if gan else other_rules.RULES
    for rule in rules:
        found = rule(evidence)
        if found is not None:
            return found
    return gan_rules.good(evidence) if gan else other_rules.fine(evidence)
