"""What a chapter shows of networks that read and repair, on the printable page; without TensorFlow."""

import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ganlab import registry
from ganlab.data.offline import load_offline
from ganlab.runs import Run, RunWriter
from ganlab.ui.runs import print_sections
from ganlab.ui.shared import digit_row
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import images, open_page, words

REAL = load_offline()
IMAGES, LABELS = REAL.x_test[:64], REAL.y_test[:64]


def made(folder: Path, model: str, epochs: int = 3, read: np.ndarray | None = None) -> Run:
    """A run whose preview after k iterations is of the brightness k, and reads as `read` says."""
    spec = registry.get(model)
    curves = ["seconds", *(curve.name for curve in spec.curves)]
    config = {"model": model, "preset": "published", "values": spec.values(), "dataset": "offline", "digits": None}
    config |= {"iterations": 10 * epochs, "curves": curves, "preview_images": spec.preview_images, "seed": 0}
    writer = RunWriter.create(folder, **{**config, "places": spec.places, "validation": list(spec.validation)})
    told = np.zeros([spec.places, 2], np.float32)
    told[: len(LABELS)] = np.stack([LABELS, np.full(len(LABELS), 0.75)], axis=1) if read is None else read
    done = 10 * epochs
    writer.reals(IMAGES, REAL.y_test[: spec.places])
    writer.preview(0, np.zeros([spec.preview_images, 28, 28], np.uint8), told)
    writer.iterations(np.ones([done, len(curves)]), np.zeros([done, 28, 28], np.uint8))
    for iteration in (1, *range(9, done + 1, 5)):  # not exactly at the ends of the epochs
        writer.preview(iteration, np.full([spec.preview_images, 28, 28], min(iteration, 255), np.uint8), told)
    for epoch in range(1, epochs + 1):
        writer.validation(10 * epoch, dict.fromkeys(spec.validation, epoch / 10))
    writer.progress(done, 60.0)
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def figures(page) -> list[str]:
    """What is said of each of the ten digits."""
    return [alt for one in page.get("html") for alt in re.findall(r'alt="(Shows [^"]*)"', one.proto.body)]


page = partial(open_page, "runs")


def test_a_classifiers_ten_read_digits_and_its_accuracies(runs):
    wrong = np.stack([LABELS, np.full(64, 0.75)], axis=1).astype(np.float32)
    first = int(np.flatnonzero(LABELS == 4)[0])
    wrong[first] = 9, 0.995
    test = page(figures=made(runs, "classifier", read=wrong).path.name)
    said = figures(test)
    assert [one[:7] for one in said] == [f"Shows {digit}" for digit in range(10)]
    assert said[3] == "Shows 3; read 3, 75%" and said[4] == "Shows 4; read 9, &gt;99% (wrong)"
    assert "Ten test images after 29 iterations" in [one.value for one in test.header]
    table = test.table[0].value
    assert list(table["Epoch"]) == ["1", "2", "3"] and list(table["Accuracy"]) == ["10.0%", "20.0%", "30.0%"]
    assert not any("in threes" in image.alt for image in images(test)) and any(
        "learned from" in image.alt for image in images(test)
    )


def test_a_repair_models_sheets_in_threes_and_ten_digits(runs):
    read = np.stack([np.zeros(64), LABELS], axis=1).astype(np.float32)
    run = made(runs, "inpaint-gan", read=read)
    test = page(figures=run.path.name)
    assert [image.alt.split(": ")[1] for image in images(test) if "in threes" in image.alt] == [
        "At the start, after 1 iteration",
        "Epoch 1, after 9 iterations",
        "Epoch 2, after 19 iterations",
        "Epoch 3, after 29 iterations",
    ]
    said = figures(test)
    assert len(said) == 10 and all("after: read" in one and "(wrong)" not in one.split(";")[2] for one in said)
    assert "before: read 0 (wrong)" in said[-1]
    assert list(test.table[0].value["Read correctly, repaired"]) == ["10.0%", "20.0%", "30.0%"]


def test_without_a_judge_nothing_is_said_to_be_read(runs):
    test = page(figures=made(runs, "repair-gan", read=np.full([64, 2], -1, np.float32)).path.name)
    assert len(figures(test)) == 10 and not any("read" in one for one in figures(test))


def test_many_epochs_are_thinned_out(runs):
    run = made(runs, "inpaint-gan", epochs=40)
    found = print_sections.sheets(run)
    assert len(found) == 1 + print_sections.MOST_SHEETS and found[-1][0] == "Epoch 40"
    assert len(page(figures=run.path.name).table[0].value) == print_sections.MOST_ROWS


def test_other_models_and_runs_that_have_not_begun_have_none_of_it(runs):
    spec = registry.get("classifier")
    config = {
        "model": "classifier",
        "preset": "published",
        "values": spec.values(),
        "dataset": "offline",
        "digits": None,
    }
    writer = RunWriter.create(runs, **{**config, "iterations": 9, "curves": ["seconds", "loss"], "preview_images": 16})
    writer.close()
    test = page(figures=writer.path.name)
    assert "recorded no iteration" in words(test) and not figures(test)
    assert not figures(page(figures="dcgan"))


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_one_of_each_class_in_their_order(seed):
    chosen = digit_row.one_of_each(LABELS, seed)
    assert LABELS[chosen].tolist() == list(range(10))
    assert chosen == digit_row.one_of_each(LABELS, seed) and (
        seed is None or chosen != digit_row.one_of_each(LABELS, seed + 7)
    )
    few = np.array([8, 3, 3, 8, 3, 3, 3, 3, 3, 3, 3, 3], np.uint8)
    assert len(set(digit_row.one_of_each(few, seed))) == 10 and digit_row.one_of_each(few[:4]) == [1, 2, 0, 3]


def test_names_are_shown_as_they_are(monkeypatch):
    drawn = []
    monkeypatch.setattr(digit_row.st, "html", drawn.append)
    digit_row.show([digit_row.Digit('<b>"a"', IMAGES[:1], [digit_row.Reading("", "<i>", False)])])
    assert '<b>"a"' not in drawn[1] and "&lt;b&gt;&quot;a&quot;" in drawn[1] and "<i>" not in drawn[1]


def test_the_page_is_drawn_without_tensorflow(runs):
    run = made(runs, "inpaint-gan")
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('pages/runs.py', default_timeout=60)\n"
        f"test.query_params['figures'] = {run.path.name!r}\ntest.run()\n"
        "assert not test.exception and test.table, test.exception"
    )
    assert not HEAVY & imported_by(code)
