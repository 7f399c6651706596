"""ModelSpec, and the list of architectures found in `ganlab/models`."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ganlab.errors import GanlabError
from ganlab.knobs import Knob, Value, settle

Order = Literal["file", "replacement", "shuffled"]
Places = Literal["plane", "read", "repaired"]
OURS = "ganlab"  # the source of what was not published elsewhere


@dataclass(frozen=True)
class Source:
    """Where an architecture was published."""

    title: str
    chapter: str
    year: int


@dataclass(frozen=True)
class Preset:
    """A named set of knob values; what it leaves out keeps the knob's default.

    `mended` says, a sentence each, where the source could not be followed as printed.
    """

    summary: str
    values: Mapping[str, Value] = field(default_factory=dict)
    mended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """One number that the model's step returns at every iteration."""

    name: str
    title: str
    help: str


@dataclass(frozen=True)
class Update:
    """One update of an iteration: whose weights it changes, named as the optimiser is, and from which images."""

    network: str
    images: str


@dataclass(frozen=True)
class Updates:
    """The updates of one iteration in their order, as the model's step does them.

    `at_once` says that all gradients are taken before any of them is applied. The batch is used in `parts`, with all of
    the updates on each. `after` is a sentence on what else an iteration changes.
    """

    order: tuple[Update, ...]
    at_once: bool = False
    parts: int = 1
    after: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of every preview: a square of `columns` by `columns` images, with its title and what to say of it."""

    title: str
    words: str
    columns: int

    @property
    def count(self) -> int:
        return self.columns**2


GENERATED = Panel("Generated", "always from the same random numbers", 4)
RATE = "learning_rate"


@dataclass(frozen=True)
class Moment:
    """What is kept now and then of a model whose data are points of the plane, beside the `points` that are followed in
    every iteration, as float16 one after the other: what the discriminator gives at `heat` by `heat` places of the
    square that is shown, from its top left corner on, in rows; where the generator takes `nodes` by `nodes` latents;
    and along which way each of the followed points would have to move.
    """

    points: int = 0
    heat: int = 40
    nodes: int = 13

    @property
    def size(self) -> int:
        """How many numbers that is; 0 where no points are followed."""
        return self.heat**2 + 2 * self.nodes**2 + 2 * self.points if self.points else 0


@dataclass(frozen=True)
class ModelSpec:
    """Everything that is known about an architecture before Keras is imported.

    `build(values, dtype)` gives the untrained `keras.Model`; `dtype` is a Keras dtype policy's name.
    `draws` is what one iteration takes from the training images, in this order: batches of
    `batch_size` images in "file" order (wrapping around), with "replacement", or from epochs
    "shuffled" anew whose last batch is what remains.
    `parameters` are the published preset's totals, network by network.
    `keeps` says what the source itself keeps and shows, or we do where it is our own; `card` is a line that makes one
    curious.
    `panels` are the parts of a preview; the last one says most of the model. `validation` names the curves that are
    also computed on the test images (on training images held out, where the knob `held_out` says so), after each
    epoch. `places` is how many test images each preview says two numbers of: where they lie in the latent plane, as
    which class they are "read" and how surely, or as which they are read damaged and then "repaired".
    `judged` says that a pretrained classifier reads what the model makes, where there is one for the data set.
    `falls` says of settings over how many iterations the learning rates fall to a hundredth, 0 where they stay as they
    are; `idle`, which of the knobs do nothing with them; `silent`, which of the curves say nothing with them;
    `updates`, what one iteration does with them, or None where that is a single update. `told` says on
    what the generator is judged (it ends a sentence), where the curve `p_real_told_generator` shows that this is not
    what the discriminator learns from.
    `dataset` is what it learns from unless something else is asked for. Where it learns points of the plane in place of
    images, `points` says how many of what it makes, always from the same latents, are followed in every iteration.
    `live` are the knobs, beside learning rates, that may be turned while it trains. `scores` says of settings whether
    what it gives at a place is a score, and no probability of being real.
    """

    name: str
    title: str
    family: str
    summary: str
    source: Source
    knobs: tuple[Knob, ...]
    presets: Mapping[str, Preset]
    build: Callable[[Mapping[str, Any], str], Any]
    draws: tuple[Order, ...]
    curves: tuple[Curve, ...]
    parameters: Mapping[str, int]
    keeps: str
    card: str = ""
    digits: tuple[int, ...] | None = None
    panels: tuple[Panel, ...] = (GENERATED,)
    real_columns: int = 4
    validation: tuple[str, ...] = ()
    places: int = 0
    places_are: Places = "plane"
    judged: bool = False
    falls: Callable[[Mapping[str, Any]], int] = lambda values: 0
    idle: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda values: ()
    silent: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda values: ()
    updates: Callable[[Mapping[str, Any]], Updates | None] = lambda values: None
    told: str = ""
    dataset: str = "mnist"
    points: int = 0
    live: tuple[str, ...] = ()
    scores: Callable[[Mapping[str, Any]], bool] = lambda values: False

    @property
    def moment(self) -> Moment:
        """What is kept now and then where it learns points."""
        return Moment(self.points)

    @property
    def preview_images(self) -> int:
        """Images in a preview."""
        return 0 if self.points else sum(panel.count for panel in self.panels)

    @property
    def shown(self) -> str:
        """A sentence on what is kept and shown of it, by its source or by ourselves."""
        return f"{'It' if self.source.title == OURS else 'The source'} keeps and shows: {self.keeps}"

    def known(self, preset: str) -> str:
        """This preset, or the first one where there is none of its name any more."""
        return preset if preset in self.presets else next(iter(self.presets))

    def values(self, preset: str | None = None, changes: Mapping[str, Any] | None = None) -> dict[str, Value]:
        """Every knob's value in a preset (the first one if none is named), with changes laid over it."""
        name = preset or next(iter(self.presets))
        if name not in self.presets:
            raise GanlabError(f"{self.title} has no preset {name!r}; it has {', '.join(self.presets)}.")
        return settle(self.knobs, {**self.presets[name].values, **(changes or {})})

    def recorded(self, values: Mapping[str, Any]) -> dict[str, Value]:
        """The settings of a run from those in its records: knobs that an older run does not know have their defaults,
        by which all is as it was then."""
        return settle(self.knobs, values)

    def turnable(self, values: Mapping[str, Any]) -> tuple[Knob, ...]:
        """What may be turned while it trains with these settings, each knob with its value at the start as default."""
        knobs = {knob.name: knob for knob in self.knobs}
        found = []
        if self.family in ("gan", "plane") and "latent_size" in knobs and not self.falls(values):
            for network in ("generator", "discriminator") if "generator" in self.parameters else ("",):
                name = f"{network}_{RATE}" if network else RATE
                knob = knobs.get(name) or knobs.get(RATE)
                if knob:
                    label = f"{network.capitalize()}'s learning rate" if network else knob.label
                    found.append(replace(knob, name=name, label=label, default=values[knob.name]))
        return (*found, *(replace(knobs[name], default=values[name]) for name in self.live))

    def turned(self, values: Mapping[str, Any], name: str, value: Any) -> Value:
        """The value that a knob is to be turned to, checked. Raises GanlabError where it may not be."""
        knobs = {knob.name: knob for knob in self.turnable(values)}
        if name not in knobs:
            named = ", ".join(knobs) or "nothing"
            raise GanlabError(f"{name!r} cannot be turned while {self.title} trains; what can be turned is: {named}.")
        return knobs[name].check(value)

    def epoch(self, values: Mapping[str, Any], images: int) -> int:
        """Iterations in which every training image is seen once."""
        batch = int(values["batch_size"])
        whole, rest = divmod(images, batch)
        return max(1, whole + bool(rest) if "shuffled" in self.draws else whole)

    def iterations(self, values: Mapping[str, Any], images: int) -> int:
        """The length that the settings ask for: a count of iterations, or of epochs over the images."""
        if "epochs" in values:
            return int(values["epochs"]) * self.epoch(values, images)
        return int(values["iterations"])


_specs: dict[str, ModelSpec] = {}


def register(spec: ModelSpec) -> ModelSpec:
    """Adds an architecture; raises ValueError where the declaration contradicts itself."""
    if spec.name in _specs:
        raise ValueError(f"{spec.name} is registered twice")
    names = [knob.name for knob in spec.knobs]
    if len(set(names)) != len(names):
        raise ValueError(f"{spec.name}: a knob is declared twice")
    if "batch_size" not in names or ("iterations" in names) == ("epochs" in names):
        raise ValueError(f"{spec.name}: needs the knobs batch_size and either iterations or epochs")
    if not spec.presets or not spec.draws or not spec.curves:
        raise ValueError(f"{spec.name}: needs at least one preset, one draw and one curve")
    for preset in spec.presets.values():
        settle(spec.knobs, preset.values)
    _specs[spec.name] = spec
    return spec


@cache
def _discover() -> None:
    folder = Path(__file__).with_name("models")
    for module in sorted(found.name for found in pkgutil.iter_modules([str(folder)])):
        if not module.startswith("_"):
            importlib.import_module(f"ganlab.models.{module}")


def specs() -> tuple[ModelSpec, ...]:
    """All architectures, by name."""
    _discover()
    return tuple(sorted(_specs.values(), key=lambda spec: spec.name))


def find(name: str) -> ModelSpec | None:
    """The architecture of this name; None where there is none, as of a run whose architecture has been removed."""
    _discover()
    return _specs.get(name)


def get(name: str) -> ModelSpec:
    """The architecture of this name; raises GanlabError with the list of names."""
    if (spec := find(name)) is None:
        raise GanlabError(f"There is no architecture {name!r}; there are {', '.join(sorted(_specs))}.")
    return spec
