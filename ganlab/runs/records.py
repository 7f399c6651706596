"""What the JSON files of a run and of its export say, as typed records.

Each record names its `format`; a file of a newer one is refused. What a record does not know is left out when it is
read, what is missing takes the value written here, so files of older versions can be read.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

LONGEST = 10_000_000  # iterations
LARGEST_SEED = 2**31 - 1
MOST_CLASSES = 1000
MOST_TURNS = 10_000
MOST_ACTS = 5_000
HELD = {"step", "paused"}
FORMAT = 1

State = Literal["queued", "preparing", "running", "paused", "finished", "stopped", "failed", "interrupted"]
ACTIVE: tuple[State, ...] = ("queued", "preparing", "running", "paused")


def _all_different(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise ValueError("it should name each column once")
    return names


Count = Annotated[int, Field(ge=0, le=100_000_000)]
Iteration = Annotated[int, Field(ge=0, le=LONGEST)]
Seconds = Annotated[float, Field(ge=0.0, le=1e10)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Columns = Annotated[tuple[str, ...], Field(max_length=64), AfterValidator(_all_different)]
Label = Annotated[int, Field(ge=0, le=255)]
Labels = Annotated[tuple[Label, ...], Field(min_length=1, max_length=256)]
Names = Annotated[tuple[str, ...], Field(max_length=MOST_CLASSES)]
Figures = Annotated[dict[str, float], Field(max_length=64)]


class Record(BaseModel):
    """A JSON object whose fields are known; it does not change, `changed` gives another one."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, defer_build=True)  # when first used

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """The record in a JSON text; raises ValueError with what is wrong as the end of a sentence."""
        try:
            return cls.model_validate_json(text, strict=True)
        except ValidationError as error:
            raise ValueError(problem(error)) from error

    def changed(self, **changes: Any) -> Self:
        """The same with other values in some fields."""
        return type(self)(**{name: getattr(self, name) for name in self.model_fields_set} | changes)

    def without(self, *names: str) -> Self:
        """The same with the defaults in these fields."""
        return type(self)(**{name: getattr(self, name) for name in self.model_fields_set if name not in names})

    def to_json(self) -> dict[str, Any]:
        """What was given, as JSON takes it; defaults are left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class File(Record):
    """A record that is a file of its own."""

    format: Annotated[int, Field(ge=1, le=FORMAT)] = FORMAT


class TrainingImages(Record):
    """The images that a run learns from, known once it has begun."""

    title: str
    source: str = ""
    images: Annotated[Count, Field(ge=1)]
    class_names: Names = ()
    notices: tuple[str, ...] = ()
    fingerprint: str = ""


class MeasuredOn(Record):
    """What metrics are of: `extractor`, the classifier that reads, `samples`, how many `searched` training images the
    nearest are found among, and the share of each class among all training images."""

    extractor: str | None = None
    samples: Count = 0
    searched: Count = 0
    classes: Annotated[tuple[Share, ...], Field(max_length=MOST_CLASSES)] | None = None


class RaceFinish(Record):
    """When a race ends, as `ganlab.jobs.race_standings.Finish` has it."""

    kind: Literal["iterations", "seconds", "frechet"]
    at: float
    longest: float


class Reading(Record):
    """What a classifier reads in samples over a training: after which `iterations`, the `shares` of samples read as one
    of the classes asked for, without ground and `as_drawn`, and how many `samples` the last ones are of."""

    iterations: tuple[int, ...]
    shares: tuple[float, ...]
    as_drawn: tuple[float, ...]
    samples: int


@dataclass(frozen=True)
class Side:
    """How far one side of a race is; None where something is not known.

    `frechet` is the last Fréchet distance, from so many `samples`, and `floor` that of real images; `coverage` is of
    the same samples. `reached` is after how many seconds of training it first came to what the race is to. `digits`
    are the classes asked for, `asked` in words.

    Of the samples that were read (`Reading`): `share` is how many are read as one of those at the end, of `share_of`
    samples, and `as_drawn` the same with their faint ground; `first` is after how many iterations the share was first
    high, and `for_good` from when on it stayed so, among so many `moments`.
    """

    run: str
    state: str
    iterations: int
    seconds: float
    frechet: float | None = None
    floor: float | None = None
    reached: float | None = None
    samples: int | None = None
    coverage: float | None = None
    digits: tuple[int, ...] | None = None
    asked: str = ""
    share: float | None = None
    share_of: int | None = None
    as_drawn: float | None = None
    first: int | None = None
    for_good: int | None = None
    moments: int = 0


class RaceResult(Record):
    """What came of a race: both sides, the left one first, and the number of the one that is ahead, if any."""

    sides: tuple[Side, Side]
    leader: Literal[0, 1] | None = None
    reason: Literal["", "failure", "reached", "both", "frechet", "other", "split", "level", "sooner"] = ""


class RaceRecord(Record):
    """The race that a run is in: the ids of both runs, the left one first, when it ends, which of a book's races it
    repeats, if any, and once it is over what was read in this run's samples and what came of it."""

    sides: tuple[str, str]
    finish: RaceFinish
    experiment: str = ""
    read: Reading | None = None
    result: RaceResult | None = None


class SweepPart(Record):
    """The sweep that a run was made for: its id, and which of its trainings the run is, the first being 0."""

    id: str
    place: Count


class Published(Record):
    """What a pretrained run says of itself: how it was made, and what was measured."""

    commands: tuple[str, ...] = ()
    seconds: Seconds = 0.0
    weights: str = ""
    float16_difference: float = 0.0
    temperature: Annotated[float, Field(ge=0.01, le=100.0)] = 1.0
    calibrated_on: Count = 0
    calibration_error_before: float | None = None
    calibration_error: float | None = None
    snapshots: Figures = Field(default_factory=dict)
    averaged_over: Iteration = 0
    figures: Figures = Field(default_factory=dict)
    validation: Figures = Field(default_factory=dict)
    quality: Figures = Field(default_factory=dict)


class Origin(Record):
    """Where an imported run comes from: its id and when it was made, there; the file, and when that was imported."""

    id: str = ""
    created: str = ""
    file: str = ""
    on: str = ""


class RunConfig(File):
    """config.json: what is trained, with every setting.

    `iterations` is the length asked for, 0 while it is not known; `curves` are the columns of the metrics, the first of
    which is `seconds`, `validation` and `quality` those of what is measured now and then; `places` is how many test
    images are followed in the latent plane, and `pruned` of how many iterations the first images are gone.

    Of a run that learns points of the plane, `points`, `heat` and `nodes` are those of `ganlab.registry.Moment`; it has
    no images. `extent` is half the side of the square around 0 that shows its data.
    """

    id: str = Field(min_length=1)
    created: str = ""
    model: str
    preset: str
    values: dict[str, Any]
    dataset: str = "mnist"
    digits: Labels | None = None
    iterations: Iteration
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0
    device: str = "auto"
    device_asked: str = ""
    precision: str = "auto"
    precision_asked: str = ""
    precision_reason: str = ""
    curves: Columns
    preview_images: Annotated[int, Field(ge=0, le=1000)] = 16
    points: Annotated[int, Field(ge=0, le=4096)] = 0
    heat: Annotated[int, Field(ge=0, le=256)] = 0
    nodes: Annotated[int, Field(ge=0, le=64)] = 0
    extent: Annotated[float, Field(ge=0.0, le=1e6)] = 0.0
    places: Annotated[int, Field(ge=0, le=100_000)] = 0
    validation: Columns = ()
    quality: Columns = ()
    pruned: Iteration = 0
    tensorboard: bool = False
    data: TrainingImages | None = None
    measuring: MeasuredOn | None = None
    versions: dict[str, str] = Field(default_factory=dict)
    machine: str = ""
    race: RaceRecord | None = None
    sweep: SweepPart | None = None
    pretrained: Published | None = None
    imported: Origin | None = None

    @property
    def images(self) -> int:
        """How many images it learns from; 0 while that is not known."""
        return self.data.images if self.data else 0

    @property
    def samples(self) -> int | None:
        """How many samples its metrics are of; None where it has none."""
        return self.measuring.samples if self.measuring else None

    @property
    def reading(self) -> Reading | None:
        """What was read in its samples once its race was over; None where nothing was."""
        return self.race.read if self.race else None

    def public(self) -> "RunConfig":
        """The same without what says where its images lay, and on which machine it was trained."""
        shown = self.without("machine")
        return shown.changed(data=self.data.changed(source=self.data.title, notices=())) if self.data else shown

    @property
    def own(self) -> bool:
        """Whether it was trained here, and not shipped or imported."""
        return self.pretrained is None and self.imported is None


class RunStatus(File):
    """status.json: how far a run is, `message` where something went wrong, and when that was written, in seconds since
    1970. `was`, which no file holds, is the state last written by a process that is gone."""

    state: State = "interrupted"
    iteration: Iteration = 0
    seconds: Seconds = 0.0
    message: str = ""
    updated: float = 0.0
    was: State | None = Field(default=None, exclude=True)


class Turn(Record):
    """A knob that was turned while a run trained: before the iteration after the first `iteration` ones."""

    iteration: Iteration
    name: Annotated[str, Field(min_length=1, max_length=64)]
    value: float


class Act(Record):
    """Something else that a person did with a run: made a single step, looked at an iteration in slow motion, paused
    it or had it go on; `iteration` is the one that was made or looked at, else the last one that was done."""

    iteration: Iteration
    what: Literal["step", "slow motion", "paused", "resumed"]


class RunLog(File):
    """log.json: what a person did with a run, in its order."""

    turns: Annotated[tuple[Turn, ...], Field(max_length=MOST_TURNS)] = ()
    acts: Annotated[tuple[Act, ...], Field(max_length=MOST_ACTS)] = ()

    def with_act(self, what: Any, iteration: int) -> "RunLog":
        """The same log with one thing more at its end; what is at its end already, and what is beyond what fits, is
        left out. A run that is held after a single step was not paused by that."""
        last = self.acts[-1] if self.acts else None
        same = last is not None and last.iteration == iteration and (last.what == what or {last.what, what} == HELD)
        if same or len(self.acts) >= MOST_ACTS:
            return self
        return self.changed(acts=(*self.acts, Act(iteration=iteration, what=what)))


class RunTitle(File):
    """title.json: the user's own title."""

    title: str = ""


class Chosen(File):
    """chosen.json: after how many iterations the snapshot was kept that the user went back to."""

    iteration: Iteration


class ExportedNetworks(File):
    """networks.json of an export: what a program that uses the networks has to know of them."""

    title: str
    family: str
    pixels: str
    latent_size: int = 0
    classes: int = 0
    temperature: float = 1.0
    keeps_the_rest: bool = False
    decides: bool = False
    noise_size: int = 0
    uniform: bool = False
    extent: float = 0.0
    packing: int = 1
    probability: bool = False
    decoder_noise: float = 0.0


def problem(error: ValidationError) -> str:
    """The first thing that is wrong with a record, as the end of a sentence: `'seed' is wrong: it should be ...`."""
    first = error.errors(include_url=False, include_input=False)[0]
    if (first["loc"], first["type"]) == (("format",), "less_than_equal"):
        return "it was written by a newer ganlab; update this one to open it"
    name = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    if not name:
        return said
    return f"{name!r} is missing" if first["type"] == "missing" else f"{name!r} is wrong: {said}"
