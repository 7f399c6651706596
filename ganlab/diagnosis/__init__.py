"""What is wrong with a run, if anything, and how good it is: a verdict in plain words, the numbers behind it, and what
to try.

`evidence` is what a verdict is given on, `gan_rules` and `other_rules` give it, `advice` says what to try;
docs/diagnosis.md tells the rules in words. Nothing is said of a moment, since every healthy GAN has bad ones.
"""

from ganlab import registry
from ganlab.diagnosis import gan_rules, other_rules
from ganlab.diagnosis.advice import suggest
from ganlab.diagnosis.closeness import closeness
from ganlab.diagnosis.evidence import Evidence, gather
from ganlab.diagnosis.verdicts import DIVERGED as DIVERGED
from ganlab.diagnosis.verdicts import DONE as DONE
from ganlab.diagnosis.verdicts import EARLY as EARLY
from ganlab.diagnosis.verdicts import HEALTHY as HEALTHY
from ganlab.diagnosis.verdicts import UNMEASURED as UNMEASURED
from ganlab.diagnosis.verdicts import UNSEEN as UNSEEN
from ganlab.diagnosis.verdicts import Diagnosis as Diagnosis
from ganlab.diagnosis.verdicts import Finding
from ganlab.diagnosis.verdicts import Try as Try
from ganlab.runs import Run


def diagnose(run: Run) -> Diagnosis | None:
    """The verdict on a run as it is now; None for one that was stored without its history, as pretrained ones are,
    where its architecture is not known here, and for one that learns points of the plane."""
    spec = registry.find(run.model)
    if spec is None or spec.points or (not run.done and run.config.pretrained):
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
