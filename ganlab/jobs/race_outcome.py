"""What is said of a race: who has the better samples and by which metric, when that began, and what metrics see."""

from collections.abc import Sequence

from ganlab.evaluation.comparison import written
from ganlab.evaluation.sample_readings import EACH, GROUND
from ganlab.jobs.race_standings import ENOUGH, Finish, Side, Standing
from ganlab.runs import ACTIVE, describe_length

AS_DRAWN, DECIDES = "as drawn", "with faint ground made black, which decides"  # the two ways of reading samples
FEW = 5  # moments from which on it can be told when something began


def describe(now: Standing, called: Sequence[str], finish: Finish, over: bool) -> str:
    """All that is to be said of who is ahead. `called` are the names of the sides."""
    return " ".join([headline(now, called, finish, over), *details(now, called, finish, over)])


def headline(now: Standing, called: Sequence[str], finish: Finish, over: bool) -> str:
    """Who is ahead, in one sentence. Nobody is said to have better samples because of one metric alone."""
    if now.leader is None:
        return _undecided(now, called, over)
    ahead, behind = now.sides[now.leader], now.sides[1 - now.leader]
    leader, other = called[now.leader], called[1 - now.leader]
    if now.reason == "failure":
        return f"{leader} {'won' if over else 'is ahead'}, because {other} failed."
    if now.reason == "reached":
        rest = "" if behind.frechet is None else f"; {other} had reached {written('frechet', behind.frechet)}"
        rest += _beside(now) if rest else ""
        verb = "won" if over else "is ahead"
        return (
            f"{leader} {verb}: it reached a Fréchet distance of {finish.at:g} after {ahead.reached:.1f} s of training"
            f"{rest}."
        )
    if now.reason == "sooner":
        return (
            f"{leader} finished first, after {ahead.seconds:.1f} s of training against {behind.seconds:.1f} s. No "
            "metric says whose samples are better for these images: look at them."
        )
    if now.reason == "both":
        return f"By both metrics, {leader} has the better samples{'' if over else ' so far'}."
    return _by_frechet(now, called) if now.reason == "frechet" else _by_other(now, called)


def _undecided(now: Standing, called: Sequence[str], over: bool) -> str:
    if now.reason == "failure":
        return "Nobody won: both sides failed."
    if now.reason == "split":
        said = [
            f"by {metric}, {_leads(leader, called)}"
            for metric, leader in zip(("Fréchet distance", _other(now)), now.leads.values(), strict=True)
        ]
        level = None in now.leads.values()
        start = "Only one of the two metrics tells the sides apart" if level else "The two metrics do not agree"
        return f"{start}: {'; '.join(said)}."
    if now.reason == "level":
        return "The two sides are level: chance alone could make a difference as small as theirs."
    if any(side.frechet is not None for side in now.sides) and now.apart:
        return "No metric says which side has the better samples: look at them."
    if over:
        return "Nobody won: for these images, no metric says whose samples are better. Look at them."
    going = [side.state in ACTIVE for side in now.sides]
    if all(going):
        return "Neither side is ahead yet. Samples are measured from time to time while both sides train."
    if any(going):
        return (
            f"{called[going.index(False)]} is done, and {called[going.index(True)]} still trains. No metric says yet "
            "whose samples are better."
        )
    return "No metric says which side has the better samples: look at them."


def details(now: Standing, called: Sequence[str], finish: Finish, over: bool) -> list[str]:
    """The numbers behind the headline, a sentence for each."""
    found = []
    if now.reason in ("both", "split", "level"):
        found += [_by_frechet(now, called), _by_other(now, called)]
    left, right = now.sides
    if now.apart and left.frechet is not None and right.frechet is not None:
        found.append(
            f"Their Fréchet distances, {written('frechet', left.frechet)} and {written('frechet', right.frechet)}, do "
            "not compare: each side is compared with its own digits."
        )
    if over and now.reason in ("both", "split", "level", "frechet", "other"):
        found.append(_cost(now, called, finish))
    return [sentence for sentence in found if sentence]


def _cost(now: Standing, called: Sequence[str], finish: Finish) -> str:
    (left, right), (first, second) = now.sides, called
    if finish.kind == "iterations":
        return f"Training took {left.seconds:.1f} s ({first}) and {right.seconds:.1f} s ({second})."
    if finish.kind == "seconds":
        return f"In the same time, {first} did {left.iterations:,} iterations and {second} {right.iterations:,}."
    return f"Neither came to a Fréchet distance of {finish.at:g} in {finish.longest:,g} s of training."


def _by_frechet(now: Standing, called: Sequence[str]) -> str:
    if "frechet" not in now.leads:
        return ""
    values = [written("frechet", side.frechet) for side in now.sides]
    return _by("Fréchet distance", now.leads["frechet"], values, called, _beside(now))


def _by_other(now: Standing, called: Sequence[str]) -> str:
    if "other" not in now.leads:
        return ""
    values = [written("coverage", value) for value in now.others]
    explained = "" if now.sides[0].digits else ", the share of real images that have a sample close by"
    metric, leader = f"{_other(now)}{explained}", now.leads["other"]
    left, right = (side.as_drawn for side in now.sides)
    if not now.sides[0].digits or left is None or right is None:
        return _by(metric, leader, values, called)
    drawn = [written("coverage", share) for share in (left, right)]
    said = f"{AS_DRAWN}, {_pair(leader, drawn)}; {DECIDES}, {_pair(leader, values)}"
    return f"By {metric}, {_leads(leader, called)}: {said}."


def _other(now: Standing) -> str:
    """The metric beside the Fréchet distance."""
    return f"the share of samples read as {asked(now)}" if now.sides[0].digits else "coverage"


def _by(metric: str, leader: int | None, values: Sequence[str], called: Sequence[str], rest: str = "") -> str:
    return f"By {metric}, {_leads(leader, called)}: {_pair(leader, values)}{rest}."


def _leads(leader: int | None, called: Sequence[str]) -> str:
    return "the two are level" if leader is None else f"{called[leader]} is ahead"


def _pair(leader: int | None, values: Sequence[str]) -> str:
    """The values of both sides, that of the one ahead first."""
    return f"{values[0]} and {values[1]}" if leader is None else f"{values[leader]} against {values[1 - leader]}"


def _beside(now: Standing) -> str:
    """What real images get, in brackets."""
    floor = now.sides[0].floor
    return "" if floor is None else f" (low is good; real images get {written('frechet', floor)})"


def asked(now: Standing) -> str:
    """What the samples of both sides are to be read as: `a five`."""
    left, right = (side.asked for side in now.sides)
    return left if left == right else "the class asked for"


def moments(now: Standing, called: Sequence[str]) -> str:
    """From which iteration on each side drew what was asked for; "" where nobody read that."""
    if any(side.share is None for side in now.sides):
        return ""
    share = f"{ENOUGH:.0%} of the samples"
    read = f"read as {asked(now)}"
    if min(side.moments for side in now.sides) < FEW:
        return f"Too few moments of the training were kept to say when {share} were first {read}."
    left, right = now.sides
    counts = " and ".join(str(count) for count in dict.fromkeys((left.moments, right.moments)))
    looked = f"This was looked at in {counts} moments of the training, with {EACH} samples each time."
    if left.first is None and right.first is None:
        return f"At no moment are {share} of either side {read}. {looked}"
    begins = [f"with {name} {_begins(side)}" for name, side in zip(called, now.sides, strict=True)]
    return f"The first moment at which at least {share} are {read}: {begins[0]}; {begins[1]}. {looked}"


def _begins(side: Side) -> str:
    if side.first is None:
        return "never"
    first = f"after {describe_length(side.first)}"
    if side.for_good == side.first:
        return f"{first}, and from then on"
    return (
        f"{first}, but it did not last" if side.for_good is None else f"{first}, and for good after {side.for_good:,}"
    )


def caveat(now: Standing) -> str:
    """What the metrics see and what they do not; "" where nothing was measured."""
    left, right = now.sides
    found = []
    if left.frechet is not None and right.frechet is not None:
        count = "samples" if left.samples is None else f"{left.samples:,} samples"
        found.append(
            f"The Fréchet distance compares {count} of each side with as many real images, which is few. It also "
            "counts a grey ground, noise in the background and the thickness of strokes, so samples that look clear "
            "may have a large one."
        )
    if left.as_drawn is not None and right.as_drawn is not None and left.share_of:
        found.append(
            f"The shares are of {left.share_of:,} new samples of each side. The classifier that comes with ganlab "
            f"reads them twice: as they were drawn, and with pixels darker than {GROUND} of 255 made black. The second "
            "share decides, because a grey ground too faint to notice can make the classifier read another digit."
        )
    return " ".join(found)
