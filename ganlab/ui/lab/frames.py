"""What the view of the Lab is sent at each poll: new moments, or what it asks for, and the curves."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganlab.permission import allowed
from ganlab.runs import Run, plane_pictures
from ganlab.runs.plane_history import PlaneHistory
from ganlab.ui.shared.curve_means import closely, overview
from ganlab.ui.shared.feed import asked_range
from ganlab.ui.shared.packing import pack

NEWEST = 12  # moments of a poll, evenly spread over what is new
RANGE = 16  # moments of an answer
EXACT = 41  # iterations of an answer whose points are sent
LARGEST_GIF = 5_000  # iterations


def frame(
    run: Run,
    head: Mapping[str, Any],
    ask: Any,
    sent: int,
    words: Mapping[str, str],
    beside: Mapping[str, np.ndarray] | None = None,
) -> tuple[bytes, int]:
    """The answer to what the view asks (`LabQuestion` in lab_types.d.ts), with `head` (JSON-able) and the arrays
    `beside` it, and up to which iteration moments have then been sent one after the other; before, it is `sent`.
    `words` names knobs that are turned."""
    wanted: dict[str, Any] = ask if isinstance(ask, dict) and ask.get("run") == run.id else {}
    done, made, iterations, rows = overview(run)
    history = PlaneHistory(run, made)
    if history.shipped:
        done, (iterations, rows) = history.done, history.curves() or (iterations, rows)
    head = {**head, "run": run.id, "done": done, "iteration": max(done, int(head.get("iteration", 0)))}
    head["turns"] = [
        {"iteration": turn.iteration, "name": turn.name, "value": turn.value, "words": _turned(turn, words)}
        for turn in run.lasting_turns
    ]
    gif = asked_range(wanted.get("gif"), done)
    if gif and allowed():
        last = min(gif[1], gif[0] + LARGEST_GIF - 1)
        picture = plane_pictures.gif(run, *gif) if last >= gif[0] else b""
        return pack({**head, "columns": [], "gif": gif}, {"gif": np.frombuffer(picture, np.uint8)}), sent
    arrays: dict[str, np.ndarray] = dict(beside or {})
    window = asked_range(wanted.get("window"), done)
    if window and not history.shipped:
        head["window"] = window
        iterations, rows = closely(run, *window)
    measured, quality = history.quality()
    head["columns"] = [*run.curves[1:], *run.config.quality]
    arrays["iterations"] = np.asarray(iterations, np.int32)
    arrays["rows"] = np.vstack([rows[:, 1:].T, _stepped(iterations, measured, quality)]).astype(np.float32)
    extent = run.config.extent or 5.0
    if not wanted.get("reals"):
        arrays["reals"] = _places(run.reals(), extent)
    asked = asked_range(wanted.get("range"), done)
    if asked:
        head["range"] = asked
        arrays |= _moments(run, history.between(*asked, RANGE), extent)
    else:
        head["from"] = sent  # said where nothing is new, too: the browser may have missed a frame
        found = history.between(sent + 1, done, NEWEST)
        if len(found[0]):
            sent = int(found[0][-1])
            arrays |= _moments(run, found, extent)
    exact = asked_range(wanted.get("exact"), done)
    if exact:
        at, points = history.exact(exact[0], min(exact[1], exact[0] + EXACT - 1))
        arrays["exact"], arrays["exact_points"] = at, _places(points, extent)
    return pack(head, arrays), sent


def _turned(turn: Any, words: Mapping[str, str]) -> str:
    return f"{words.get(turn.name, turn.name)}: {turn.value:g}"


def _stepped(iterations: np.ndarray, measured: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Of each column `[columns, n]` what was measured last at these iterations; NaN before the first time."""
    places = np.searchsorted(measured, iterations, side="right") - 1
    if not len(values):
        return np.full([values.shape[1] if values.ndim == 2 else 0, len(iterations)], np.nan, np.float32)
    return np.where(places >= 0, values[np.clip(places, 0, None)].T, np.nan)


def _places(points: np.ndarray, extent: float) -> np.ndarray:
    """Points as 16 bits for each coordinate, from twice the extent on one side to the other."""
    finite = np.nan_to_num(np.asarray(points, np.float64), nan=0.0, posinf=1e9, neginf=-1e9)
    return np.round(np.clip((finite / extent + 2) / 4, 0, 1) * 65535).astype(np.uint16)


def _moments(run: Run, moments: tuple[np.ndarray, np.ndarray, np.ndarray], extent: float) -> dict[str, np.ndarray]:
    iterations, points, numbers = moments
    parts = plane_pictures.moment_parts(run, numbers)
    heat = parts["heat"]
    low, high = heat.min(axis=(1, 2), keepdims=True), heat.max(axis=(1, 2), keepdims=True)
    arrows = parts["arrows"]
    reach = np.maximum(np.abs(arrows).max(axis=(1, 2), keepdims=True), 1e-9)
    return {
        "moments": iterations.astype(np.int32),
        "points": _places(points, extent),
        "heat": np.round((heat - low) / np.maximum(high - low, 1e-9) * 255).astype(np.uint8),
        "heat_range": np.concatenate([low, high], axis=2)[:, 0].astype(np.float32),
        "nodes": _places(parts["nodes"], extent),
        "arrows": np.round(128 + arrows / reach * 127).astype(np.uint8),
        "arrow_range": reach[:, 0, 0].astype(np.float32),
    }
