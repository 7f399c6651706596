"""What is wrong with a run, if anything, and how good it is: a verdict in plain words, the numbers behind it, and what
to try.

`evidence` is what a verdict is given on, `gan_rules` and `other_rules` give it, `advice` says what to try;
`plane_evidence`, `plane_rules` and `plane_advice` do so for points in the plane. docs/diagnosis.md tells the rules in
words. Nothing is said of a moment, since every healthy GAN has bad ones.
"""

from ganlab import registry
from ganlab.diagnosis import gan_rules, other_rules, plane_rules
from ganlab.diagnosis.advice import suggest
from ganlab.diagnosis.closeness import closeness
from ganlab.diagnosis.evidence import Evidence, gather
from ganlab.diagnosis.plane_advice import suggest_plane
from ganlab.diagnosis.plane_advice import values_now as values_now
from ganlab.diagnosis.plane_evidence import PlaneEvidence, gather_plane
from ganlab.diagnosis.verdicts import DIVERGED as DIVERGED
from ganlab.diagnosis.verdicts import DONE as DONE
from ganlab.diagnosis.verdicts import EARLY as EARLY
from ganlab.diagnosis.verdicts import HEALTHY as HEALTHY
from ganlab.diagnosis.verdicts import UNMEASURED as UNMEASURED
from ganlab.diagnosis.verdicts import UNSEEN as UNSEEN
from ganlab.diagnosis.verdicts import Diagnosis as Diagnosis
from ganlab.diagnosis.verdicts import Finding
from ganlab.diagnosis.verdicts import Try as Try
from ganlab.runs import Run, layout


def diagnose(run: Run) -> Diagnosis | None:
    """The verdict on a run as it is now; None for one that was stored without its history, as pretrained ones are, and
    where its architecture is not known here."""
    spec = registry.find(run.model)
    if spec is None or not (run.done or not run.config.pretrained or has_history(run)):
        return None
    if spec.points:
        found = judge_plane(gather_plane(run, spec))
        return Diagnosis(found.name, found.what, found.why, tuple(suggest_plane(found.name, run, spec)))
    evidence = gather(run)
    found = judge(evidence)
    close = closeness(evidence)
    few = close is not None and close.few is not None
    return Diagnosis(found.name, found.what, found.why, tuple(suggest(found.name, spec, run, evidence.usual, few)))


def has_history(run: Run) -> bool:
    """Whether moments of its training are stored beside a pretrained run."""
    return (run.path / layout.HISTORY).exists()


def judge_plane(evidence: PlaneEvidence) -> Finding:
    """The first rule for points in the plane that applies."""
    return next(filter(None, (rule(evidence) for rule in plane_rules.RULES)), None) or plane_rules.fine(evidence)


def judge(evidence: Evidence) -> Finding:
    """The first rule of the family that applies; where none does, how good the run is as far as that was measured."""
    gan = evidence.family == "gan"
    rules = gan_rules.UNSEEN_RULES if evidence.unseen else gan_rules.RULES if gan else other_rules.RULES
    for rule in rules:
        found = rule(evidence)
        if found is not None:
            return found
    return gan_rules.good(evidence) if gan else other_rules.fine(evidence)
