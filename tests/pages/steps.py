"""What tests do to a page without a browser, what they read from it, and what they do to its runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from ganlab import inference, registry
from ganlab.data.offline import load_offline
from ganlab.runs import Run, RunWriter, layout
from ganlab.ui.shared.model_picker import Places
from tests.conftest import ROOT, unpack

# Opening and clicking


def visit(name: str, query: dict[str, str], timeout: float) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=timeout)
    for key, value in query.items():
        test.query_params[key] = value
    return again(test)


def open_page(name: str, /, **query: str) -> AppTest:
    """The page of this name, at the address with this query."""
    return visit(name, query, 60)


def open_latent(section: str = "", /, **query: str) -> AppTest:
    """A section of the Latent page, else its first; `walk_steps="5"` stands for `walk-steps=5` in the address."""
    where = {"section": section} if section else {}
    return visit("latent", where | {key.replace("_", "-"): value for key, value in query.items()}, 120)


def again(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def press(test: AppTest, label: str) -> AppTest:
    """Presses the first button with this label."""
    next(button for button in test.button if button.label == label).click()
    return again(test)


def press_key(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click()
    return again(test)


# Reading


def texts(test: AppTest) -> list[str]:
    """The page's texts as they are handed to Streamlit."""
    parts = [*test.markdown, *test.caption, *test.info, *test.warning, *test.error, *test.success, *test.subheader]
    return [str(part.value) for part in [*parts, *test.header, *test.title]]


def words(test: AppTest) -> str:
    """The page's texts as they are read, without the backslashes that keep signs from being Markdown."""
    return "\n".join(texts(test)).replace("\\", "")


def asked(test: AppTest, name: str) -> str:
    """A value in the address; "" where it is not there."""
    value = test.query_params.get(name, "")
    return value if isinstance(value, str) else value[-1]


def labels(test: AppTest) -> list[str]:
    return [button.label for button in test.button]


def images(test: AppTest) -> list[Any]:
    """What each image is sent with: `alt`, `url` and `caption`."""
    return [image.proto.imgs[0] for image in test.get("image")]


def pictures(test: AppTest) -> dict[str, str]:
    """The address of each image by its alternative text."""
    return {image.alt: image.url for image in images(test)}


def sent(test: AppTest, component: str) -> tuple[dict, dict]:
    """Head and arrays of what the one component of this name is sent."""
    (piece,) = [one.proto for one in test.get("bidi_component") if one.proto.component_name == component]
    return unpack(piece.bytes)


# Runs


def make(folder: Path, done: int = 30, **config) -> RunWriter:
    """A run that has recorded `done` iterations; its writer is still open."""
    name = config.get("model", "dense-gan")
    spec = registry.get(name) if name in [spec.name for spec in registry.specs()] else registry.get("dense-gan")
    curves = ["seconds", *(curve.name for curve in spec.curves)]
    standard = {"model": name, "preset": "published", "values": spec.values(), "dataset": "offline", "digits": [5]}
    standard |= {"iterations": 30, "curves": curves, "preview_images": 4, "seed": 0}
    writer = RunWriter.create(folder, **{**standard, **config})
    random = np.random.default_rng(1)
    writer.iterations(random.random([done, len(curves)]), random.integers(0, 256, [done, 28, 28], np.uint8))
    for iteration in range(0, done + 1, 10):
        shape = [writer.run.config.preview_images, 28, 28]
        writer.preview(iteration, random.integers(0, 256, shape, np.uint8))
    writer.reals(random.integers(0, 256, [64, 28, 28], np.uint8))
    writer.progress(done, 65.0)
    return writer


def in_race(**found) -> dict[str, Any]:
    """What config.json says of a race over 30 iterations, with what is given."""
    return {"sides": ["a", "b"], "finish": {"kind": "iterations", "at": 30, "longest": 600}, **found}


def finish(folder: Path, state: Any = "finished", message: str = "", **config) -> Run:
    """A run in a state of rest, as `make` makes it: it has no weights."""
    writer = make(folder, **config)
    writer.status(state, message)
    writer.close()
    return Run(writer.path)


@contextmanager
def being_trained(run: Path) -> Iterator[RunWriter]:
    """Holds the run as a process that trains it does; afterwards it is interrupted."""
    writer = RunWriter(run)
    writer.status("running")
    try:
        yield writer
    finally:
        writer.close()


def spoil_weights(run: Path) -> None:
    for file in (*layout.all_weights(run), *layout.checkpoints(run)):
        file.write_bytes(b"nothing of use")


# Digits


def stroke(size: int = 280) -> np.ndarray:
    """A paper with one upright stroke."""
    ink = np.zeros((size, size), np.uint8)
    ink[size * 6 // 28 : size * 22 // 28, size * 13 // 28 : size * 15 // 28] = 255
    return ink


def find_places(model: inference.AutoencoderRun, originals: np.ndarray | None = None, source: str = "digits") -> Places:
    """Where the offline test digits lie for a model; without `originals` as on a computer that has no images."""
    real = load_offline()
    means, _ = model.encode(real.x_test)
    return Places(means, real.y_test, model.score(real.x_test), originals, source)


def titles(test: AppTest) -> list[str]:
    return [
        part.value.strip("*")
        for part in test.markdown
        if str(part.value).startswith("**") and "badge" not in part.value
    ]
