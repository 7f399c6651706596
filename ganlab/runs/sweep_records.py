"""What the JSON files of a sweep say, as typed records, like those of a run in `ganlab.runs.records`.

sweep.json is what was asked for in the beginning and does not change; members.json has a record for each training of
the sweep, in their order, and says how far it is. Trainings with other seeds that were added later are in members.json
alone.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from ganlab.runs.records import LARGEST_SEED, Count, File, Iteration, Labels, Record, Turn

MOST_VARIED = 3  # settings
MOST_TRAININGS = 1000

MemberState = Literal["planned", "begun", "finished", "failed", "skipped", "stopped early"]
OVER: tuple[MemberState, ...] = ("finished", "failed", "skipped", "stopped early")
Name = Annotated[str, Field(pattern=r"^[\w-][\w.-]{0,199}$")]  # of a folder beside others, never a path
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class SweepBase(Record):
    """What all trainings of a sweep have in common: the fields of `ganlab.jobs.Request`."""

    model: str
    preset: str | None = None
    values: dict[str, Any] = Field(default_factory=dict)
    dataset: str | None = None
    digits: Labels | None = None
    iterations: Iteration | None = None
    seed: Seed = 0
    device: str = "auto"
    precision: str = "auto"
    tensorboard: bool = False
    turns: tuple[Turn, ...] = ()


class SweepConfig(File):
    """sweep.json: the settings that vary with their values, the seeds that it began with, of how many combinations
    drawn at random it is (None is all of them), the lengths in iterations after each of which the worse half is
    stopped, up to the full one (none where nothing is stopped early), and on which machines it began: `here`, or where
    Ray is."""

    id: Name
    created: str = ""
    base: SweepBase
    vary: Annotated[dict[str, Annotated[tuple[Any, ...], Field(min_length=1)]], Field(max_length=MOST_VARIED)]
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=MOST_TRAININGS)]
    sample: Count | None = None
    lengths: tuple[Iteration, ...] = ()
    on: str = "here"

    @property
    def stops_early(self) -> bool:
        return len(self.lengths) > 1


class SweepMember(Record):
    """One training: the varied settings' values (`preset` may be among them), its seed, the id of its run once it has
    begun, how many of the sweep's lengths it has come to, after how many iterations it was left, and in a sentence why
    it did not come to its end."""

    values: dict[str, Any]
    seed: Seed
    run: Name | Literal[""] = ""
    state: MemberState = "planned"
    stages: Count = 0
    iterations: Iteration = 0
    why: str = ""

    @property
    def over(self) -> bool:
        return self.state in OVER


def seeds_of(members: Iterable[SweepMember]) -> tuple[int, ...]:
    """The seeds that trainings have, each once, in their order."""
    return tuple(dict.fromkeys(member.seed for member in members))


class SweepMembers(File):
    """members.json: all trainings of a sweep, in the order in which they are made."""

    members: Annotated[tuple[SweepMember, ...], Field(min_length=1, max_length=MOST_TRAININGS)]
