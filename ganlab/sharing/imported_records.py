"""What config.json, status.json and published figures may say, where somebody else wrote them."""

import datetime
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from ganlab import registry
from ganlab.errors import GanlabError
from ganlab.jobs import LARGEST_SEED, LONGEST
from ganlab.knobs import is_finite
from ganlab.runs import layout
from ganlab.sharing.archive import (
    Wrong,
    read_member,
)

MOST_JSON = 200_000
DEEPEST_JSON = 8
MOST_SAMPLES = 10_000
MOST_CLASSES = 1000
LARGEST_FIGURE = 1e12  # in a published record
LONGEST_TEXT = 200
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
UNSAFE = re.compile(r"[^\w .,:;()/+%'-]")
ADDRESS = re.compile(r"(:)/+|(www)\.", re.IGNORECASE)  # what makes an address of it where Markdown is shown
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)  # with whole texts, whatever they hold
STATES = ("finished", "stopped", "failed", "interrupted")


def checked_json(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], name: str) -> dict[str, Any]:
    if name not in members:
        raise Wrong(f"it is not an exported run: {name} is missing.")

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    raw = read_member(archive, members[name], MOST_JSON)
    try:
        text = raw.decode()
        if _depth(text) > DEEPEST_JSON:
            raise Wrong(f"{name} in it is nested too deeply.")
        content = json.loads(text, parse_constant=refuse)
    except ValueError as error:
        raise Wrong(f"{name} in it is not valid JSON.") from error
    if not isinstance(content, dict):
        raise Wrong(f"{name} in it does not hold what it should.")
    return content


def _depth(text: str) -> int:
    """How deeply brackets outside of texts are nested."""
    deepest = depth = 0
    for piece in BRACKETS.findall(text):
        depth += (piece in "[{") - (piece in "]}")
        deepest = max(deepest, depth)
    return deepest


def _number(value: Any, what: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Wrong(f"{what} in it is not a number from {low:g} to {high:g}.")
    return value


def _whole(value: Any, what: str, low: int, high: int) -> int:
    if not isinstance(value, int):
        raise Wrong(f"{what} in it is not a whole number.")
    return int(_number(value, what, low, high))


def checked_text(value: Any, most: int = LONGEST_TEXT) -> str:
    """A text for people; what Markdown would take for links and pictures is dropped."""
    return ADDRESS.sub(r"\1\2 ", UNSAFE.sub("", value))[:most] if isinstance(value, str) else ""


def _names(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or len(value) > 64 or not all(isinstance(v, str) for v in value):
        raise Wrong(f"{what} in its config.json is not a list of names.")
    if len(set(value)) < len(value) or not all(NAME.fullmatch(v) for v in value):
        raise Wrong(f"{what} in its config.json is not a list of names.")
    return value


def checked_config(given: Mapping[str, Any]) -> dict[str, Any]:
    """A config.json of the same meaning that holds only what is known and was checked."""
    if given.get("format") != layout.FORMAT:
        raise Wrong(
            f"it does not have the format {layout.FORMAT}. Export the run again with the ganlab that is used here."
        )
    model, preset, values = given.get("model"), given.get("preset"), given.get("values")
    if not isinstance(model, str) or not isinstance(preset, str) or not isinstance(values, dict):
        raise Wrong("its config.json does not name an architecture with its settings.")
    try:
        spec = registry.get(model[:LONGEST_TEXT])
        values = spec.values(preset[:LONGEST_TEXT], values)
    except GanlabError as error:
        raise Wrong(str(error)) from error
    curves = _names(given.get("curves"), "curves")
    expected = {"preview_images": spec.preview_images, "places": spec.places}
    if curves[:1] != ["seconds"] or any(given.get(name, 0) != size for name, size in expected.items()):
        raise Wrong(f"its records are not those that {spec.title} makes here.")
    digits = given.get("digits")
    if digits is not None and not (isinstance(digits, list) and 0 < len(digits) <= 10):
        raise Wrong("digits in its config.json is not a list of classes.")
    length = _whole(given.get("iterations"), "iterations", 0, LONGEST)
    identity, images = given.get("id"), checked_text(given.get("dataset")).rpartition("/")[2]
    config: dict[str, Any] = {
        "format": layout.FORMAT,
        "id": identity if isinstance(identity, str) and ID.fullmatch(identity) else spec.name,
        "created": _moment(given.get("created")),
        "model": spec.name,
        "preset": preset,
        "values": values,
        "dataset": "own" if images in ("", ".", "..") else images,
        "digits": digits and [_whole(digit, "a digit", 0, 9) for digit in digits],
        "iterations": length,
        "seed": _whole(given.get("seed", 0), "seed", 0, LARGEST_SEED),
        "curves": curves,
        **expected,
        "validation": _names(given.get("validation", []), "validation"),
        "quality": _names(given.get("quality", []), "quality"),
        "pruned": _whole(given.get("pruned", 0), "pruned", 0, LONGEST),
    }
    for name in ("device", "device_asked", "precision", "precision_asked", "precision_reason"):
        if name in given:
            config[name] = checked_text(given[name])
    if isinstance(given.get("versions"), dict):
        config["versions"] = {
            checked_text(key): checked_text(value) for key, value in list(given["versions"].items())[:20]
        }
    if isinstance(given.get("data"), dict):
        config["data"] = _data(given["data"])
    if isinstance(given.get("measuring"), dict):
        config["measuring"] = _measuring(given["measuring"])
    if isinstance(given.get("pretrained"), dict):
        config["pretrained"] = _record(given["pretrained"])
    return config


def _moment(value: Any) -> str:
    try:
        return datetime.datetime.fromisoformat(value).isoformat(timespec="seconds")
    except (TypeError, ValueError):
        return ""


def _data(given: Mapping[str, Any]) -> dict[str, Any]:
    title, classes = checked_text(given.get("title")), given.get("class_names", [])
    if not (isinstance(classes, list) and len(classes) <= MOST_CLASSES):
        raise Wrong("the names of its classes are not a list.")
    count = _whole(given.get("images"), "the number of images", 1, 100_000_000)
    return {
        "title": title,
        "source": title,
        "images": count,
        "class_names": [checked_text(name) for name in classes],
        "notices": [],
        "fingerprint": checked_text(given.get("fingerprint")),
    }


def _measuring(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the metrics were measured on."""
    shares = given.get("classes")
    if shares is not None and not (isinstance(shares, list) and len(shares) <= MOST_CLASSES):
        raise Wrong("the classes of its metrics are not a list.")
    return {
        "extractor": checked_text(given.get("extractor")) or None,
        "samples": _whole(given.get("samples"), "the number of samples", 0, 10_000_000),
        "searched": _whole(given.get("searched"), "the number of images searched", 0, 100_000_000),
        "classes": shares and [_number(share, "a class's share", 0.0, 1.0) for share in shares],
    }


def _record(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a published run says of itself: its numbers."""

    def numbers(content: Mapping[str, Any]) -> dict[str, float]:
        return {
            name: value
            for name, value in list(content.items())[:64]
            if NAME.fullmatch(name) and is_finite(value) and abs(value) <= LARGEST_FIGURE
        }

    record: dict[str, Any] = {
        **numbers(given),
        "commands": [],
        "weights": checked_text(given.get("weights")),
        "figures": numbers(given["figures"]) if isinstance(given.get("figures"), dict) else {},
        "averaged_over": _whole(given.get("averaged_over", 0), "averaged_over", 0, LONGEST),
    }
    if "temperature" in record:
        _number(record["temperature"], "temperature", 0.01, 100.0)
    if isinstance(given.get("validation"), dict):
        record["validation"] = numbers(given["validation"])
    return record


def checked_status(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("state") not in STATES:
        raise Wrong("its status.json does not say how the run ended.")
    return {
        "state": given["state"],
        "iteration": _whole(given.get("iteration"), "the iteration", 0, LONGEST),
        "seconds": float(_number(given.get("seconds"), "seconds", 0.0, 1e10)),
        "message": checked_text(given.get("message")),
    }
