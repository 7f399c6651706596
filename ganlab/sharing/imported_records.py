"""What config.json and status.json may say, where somebody else wrote them: what their records take, and no more."""

import datetime
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any, TypeVar

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.jobs import requests
from ganlab.registry import ModelSpec
from ganlab.runs import RunConfig, RunStatus
from ganlab.runs.records import Record, RunLog, RunTitle
from ganlab.sharing.archive import Wrong, read_member

MOST_JSON = 200_000
MOST_LOG = 1_500_000  # of log.json, which may tell of ten thousand turns and five thousand other things
LONGEST_TEXT = 200
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # of a column
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
UNSAFE = re.compile(r"[^\w .,:;()/+%'-]")
ADDRESS = re.compile(r"(:)/+|(www)\.", re.IGNORECASE)  # what makes an address of it where Markdown is shown
STATES = ("finished", "stopped", "failed", "interrupted")
R = TypeVar("R", bound=Record)


def checked_record(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], name: str, kind: type[R], most: int = MOST_JSON
) -> R:
    """The record in a member of at most so many bytes; its texts are without what Markdown would take for links and
    pictures, but for a title, which is shown as it is."""
    if name not in members:
        raise Wrong(f"it is not an exported run: {name} is missing.")
    raw = read_member(archive, members[name], most)
    try:
        content = json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise Wrong(f"{name} in it is not valid JSON.") from error
    try:
        return kind.parse(json.dumps(content if kind is RunTitle else _checked_texts(content)))
    except ValueError as error:
        raise Wrong(f"{name} in it cannot be read: {error}.") from error


def _checked_texts(content: Any) -> Any:
    if isinstance(content, dict):
        return {checked_text(name): _checked_texts(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_checked_texts(value) for value in content]
    return checked_text(content) if isinstance(content, str) else content


def checked_text(value: str) -> str:
    """A text for people; what Markdown would take for links and pictures is dropped."""
    return ADDRESS.sub(r"\1\2 ", UNSAFE.sub("", value))[:LONGEST_TEXT]


def checked_config(given: RunConfig) -> RunConfig:
    """A config.json of the same meaning, for an architecture that there is here, with all its settings."""
    try:
        spec = registry.get(given.model)
        values = spec.values(given.preset, given.values)
    except GanlabError as error:
        raise Wrong(str(error)) from error
    if not all(NAME.fullmatch(name) for name in (*given.curves, *given.validation, *given.quality)):
        raise Wrong("the columns in its config.json are not a list of names.")
    kept = (spec.points, spec.moment.heat, spec.moment.nodes) if spec.points else (0, 0, 0)
    made = (given.curves[:1], given.preview_images, given.places, (given.points, given.heat, given.nodes))
    if made != (("seconds",), spec.preview_images, spec.places, kept):
        raise Wrong(f"its records are not those that {spec.title} makes here.")
    images = given.dataset.rpartition("/")[2]
    config = given.public().changed(
        id=given.id if ID.fullmatch(given.id) else spec.name,
        created=_moment(given.created),
        values=values,
        dataset="own" if images in ("", ".", "..") else images,
    )
    if config.pretrained:
        config = config.changed(pretrained=config.pretrained.without("commands"))
    return config.without("race", "sweep", "imported", "tensorboard")


def _moment(value: str) -> str:
    try:
        return datetime.datetime.fromisoformat(value).isoformat(timespec="seconds")
    except ValueError:
        return ""


def checked_turns(spec: ModelSpec, config: RunConfig, given: RunLog) -> RunLog:
    """A log.json of knobs that this architecture lets people turn, to values that they may have."""
    try:
        turns = requests.checked_turns(spec, spec.recorded(config.values), given.turns)
        return RunLog(turns=tuple(turns), acts=given.acts)
    except GanlabError as error:
        raise Wrong(str(error)) from error


def checked_status(given: RunStatus) -> RunStatus:
    if given.state not in STATES:
        raise Wrong("its status.json does not say how the run ended.")
    return given.without("updated")
