"""How a run is made again: the command that trains it, and the address that fills the form of the Train page, or of the
Lab, with its settings."""

import math
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ganlab import data, registry
from ganlab.data import format_digits, own_points
from ganlab.data.points import PLANE
from ganlab.errors import GanlabError
from ganlab.jobs import LARGEST_SEED, LONGEST
from ganlab.jobs.requests import written_turn
from ganlab.knobs import Knob
from ganlab.registry import ModelSpec
from ganlab.runs import Run
from ganlab.training.devices import PRECISIONS

OWN = "own"
THEIRS = "YOUR_IMAGES"  # in a command for others, whose images lie somewhere else
DATASETS = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "offline": "Offline digits", OWN: "My own images"}
DEVICES = ("auto", "cpu", "gpu:0")
DRAWN, TABLE = "drawn", "table"  # of the Lab's form: points that are drawn, and of one's own
PLANE_DATA = {name: points.title for name, points in PLANE.items()} | {
    DRAWN: "Draw it yourself",
    TABLE: "Your own points",
}
LENGTHS = {"full": "In full", "quick": "A quick look", "given": "Another length"}
Query = dict[str, str | list[str]]


def command(run: Run, for_others: bool = False) -> str:
    """The command that trains this run again; `for_others`, it does not say where images of one's own lie."""
    config, spec = run.config, registry.get(run.model)
    dataset = THEIRS if for_others and not data.is_named(config.dataset) else config.dataset
    words = ["python", "-m", "ganlab", "train", run.model, "--preset", config.preset, "--dataset", dataset]
    words += ["--digits", format_digits(config.digits), "--seed", str(config.seed)]
    words += ["--device", config.device, "--precision", config.precision]
    preset, values = spec.values(config.preset), _values(run)
    if run.total != preset["iterations"] if "iterations" in preset else _has_own_length(run):
        words += ["--iterations", str(run.total)]
    for knob in spec.knobs:
        if knob.name != "iterations" and values[knob.name] != preset[knob.name]:
            words += [knob.flag, str(values[knob.name]).lower()]
    for turn in run.turns:
        words += ["--turn", written_turn(turn)]
    return shlex.join(words)


def _values(run: Run) -> dict[str, Any]:
    """The run's settings; those that there were not yet when it was made are as its preset has them."""
    spec = registry.get(run.model)
    return {**spec.values(spec.known(run.config.preset)), **run.config.values}


def _has_own_length(run: Run) -> bool:
    """Whether a run whose length is a count of epochs was given another, in iterations."""
    spec, images = registry.get(run.model), run.config.images
    if not images:  # it has not begun, and knows its length only if that was asked for
        return bool(run.total)
    return run.total != spec.iterations(_values(run), images)


def query(run: Run, for_others: bool = False) -> Query:
    """The settings of a run as the address of the Train page has them, or of the Lab's: what is as the form begins is
    left out, and `for_others` where images of one's own lie."""
    config, spec = run.config, registry.get(run.model)
    preset = spec.known(config.preset)
    asked: Query = {} if spec.points else {"new": "1", "model": spec.name}
    if preset != next(iter(spec.presets)):
        asked[f"{spec.name}.preset"] = preset
    values = _values(run)
    if "iterations" in values and run.total:
        values["iterations"] = run.total  # which may have been extended
    standard = spec.values(preset)
    for knob in spec.knobs:
        if values[knob.name] != standard[knob.name]:
            asked[f"{spec.name}.{preset}.{knob.name}"] = _written(values[knob.name])
    if spec.points:
        return asked | _query_of_points(run, spec)
    if "iterations" not in values and _has_own_length(run):
        asked |= {"length": LENGTHS["given"], "iterations": str(run.total)}
    dataset = config.dataset
    if dataset not in data.NAMES:
        asked |= {"images": DATASETS[OWN]} if for_others else {"images": DATASETS[OWN], "place": dataset}
    elif dataset != next(iter(DATASETS)):
        asked["images"] = DATASETS[dataset]
    digits = config.digits or ()
    if digits != tuple(spec.digits or ()):
        names = dict(enumerate(data.class_names_of(config)))
        asked[f"{spec.name}.classes"] = [names.get(digit, str(digit)) for digit in digits] or ""
    device, precision = config.device_asked or config.device, config.precision_asked or config.precision
    kept = {"seed": config.seed, "device": device, "precision": precision}
    usual = (0, DEVICES[0], PRECISIONS[0])
    return asked | {name: str(value) for name, value in kept.items() if value not in usual}


def _query_of_points(run: Run, spec: ModelSpec) -> Query:
    """What the Lab's form has beside the settings of an architecture: a drawing is in the address itself."""
    config = run.config
    asked: Query = {"model": spec.title, "data": PLANE_DATA.get(config.dataset, PLANE_DATA[TABLE])}
    if config.dataset.endswith(own_points.PICTURES):
        with suppress(GanlabError):
            asked |= {"data": PLANE_DATA[DRAWN], DRAWN: own_points.packed_picture(Path(config.dataset))}
    if run.turns:
        asked["turn"] = [written_turn(turn) for turn in run.turns]
    return asked | ({"seed": str(config.seed)} if config.seed else {})


def address(run: Run, app: str = "", for_others: bool = False) -> str:
    """The Train page, or the Lab, with the form filled, under the app's own address: `http://localhost:8501/train?…`."""
    page = "lab" if run.config.points else "train"
    return f"{app.rstrip('/')}/{page}?{urlencode(query(run, for_others), doseq=True)}"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def complaints(spec: ModelSpec, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each setting of an address, each a list of texts, that the form of an architecture cannot take;
    the form then begins with what the preset has."""
    found = []
    chosen = _last(asked, f"{spec.name}.preset")
    if chosen is not None and chosen not in spec.presets:
        found.append(f"{spec.title} has no preset {chosen!r}. Its presets are {', '.join(spec.presets)}.")
    for key in asked:
        model, _, rest = key.partition(".")
        if model == spec.name and rest not in ("preset", "classes"):
            found += _about_knob(spec, rest, str(_last(asked, key)))
    lists = {"images": tuple(DATASETS.values()), "device": DEVICES, "precision": PRECISIONS}
    lists["length"] = tuple(LENGTHS.values())
    for key, options in lists.items():
        value = _last(asked, key)
        if value is not None and value not in options:
            found.append(f"{key.capitalize()} must be one of {', '.join(options)}, not {value!r}.")
    for key, low, high in (("seed", 0, LARGEST_SEED), ("iterations", 1, LONGEST)):
        value = _last(asked, key)
        if value is not None and not (_is_whole(value) and low <= float(value) <= high):
            found.append(f"{key.capitalize()} must be a whole number from {low} to {high:,}, not {value!r}.")
    images = {title: name for name, title in DATASETS.items()}.get(_last(asked, "images") or "", "mnist")
    names = data.class_names("" if images == OWN else images)
    strangers = [name for name in asked.get(f"{spec.name}.classes", ()) if name and name not in names]
    if strangers and images != OWN:
        found.append(f"There is no class {', '.join(map(repr, strangers))}. The classes are {', '.join(names)}.")
    return found


def _last(asked: Mapping[str, Sequence[str]], key: str) -> str | None:
    return asked[key][-1] if asked.get(key) else None


def _about_knob(spec: ModelSpec, rest: str, text: str) -> list[str]:
    preset, _, name = rest.rpartition(".")
    if preset not in spec.presets:
        return [] if f"{spec.name}.preset" == rest else [f"{spec.title} has no setting {rest!r}."]
    knob = next((knob for knob in spec.knobs if knob.name == name), None)
    if knob is None:
        return [f"{spec.title} has no setting {name!r}."]
    try:
        _parse(knob, text)
    except GanlabError as error:
        return [str(error)]
    return []


def _parse(knob: Knob, text: str) -> Any:
    return knob.check(int(float(text))) if knob.kind is int and _is_whole(text) else knob.parse(text)


def _is_whole(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value == int(value)
