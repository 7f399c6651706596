"""The metrics on a run's page: curves while it trains, and a measurement on demand that is kept."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import data, inference
from ganlab import images as images_
from ganlab.errors import GanlabError
from ganlab.evaluation import evaluate_gan, measure_gan
from ganlab.evaluation.sample_metrics import Merit
from ganlab.metrics import metric_catalog
from ganlab.runs import Run, delete, layout
from ganlab.ui.train import frames, measurements, metrics_panel
from tests.conftest import until
from tests.pages.steps import (
    again,
    being_trained,
    finish,
    images,
    labels,
    make,
    open_page,
    press,
    sent,
    spoil_weights,
    words,
)

ABOUT = {"extractor": "classifier", "samples": 1000, "searched": 1500, "classes": [0.1] * 10}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(metrics_panel, "SAMPLES", 60)
    monkeypatch.setattr(measurements, "_tasks", {})


def measured_tables(test: AppTest) -> list[dict[str, Any]]:
    """What was measured on demand: the few metrics that come first, and all others."""
    return [table.value.to_dict() for table in test.table if "Metric" in table.value]


def measured_run(folder, count: int = 3) -> Run:
    """A run in which figures were measured at iterations 10, 20 and so on: each is the iteration's number."""
    writer = make(folder, quality=list(metric_catalog.COLUMNS), measuring=ABOUT)
    for number in range(10, 10 * count + 10, 10):
        writer.quality(number, dict.fromkeys(metric_catalog.COLUMNS, float(number)))
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def test_curves_come_with_each_frame_and_say_what_they_are_of(runs):
    run = measured_run(runs)
    test = open_page("train", run=run.id)
    head, arrays = sent(test, "ganlab_feed")
    assert head["quality"] == list(metric_catalog.COLUMNS) and head["measuring"] == ABOUT and head["measurements"] == 3
    assert arrays["measured"].tolist() == [10, 20, 30]
    values = arrays["quality"].reshape(len(metric_catalog.COLUMNS), 3)
    assert (values == [10, 20, 30]).all()
    assert metrics_panel.TITLE in words(test)


def test_of_many_measurements_a_hundred_are_sent_the_last_among_them(runs):
    run = measured_run(runs, 350)
    frame = frames.frame(run, {}, (), None)
    assert len(frame) < 100_000
    found = np.frombuffer(frame, np.uint8)
    assert found.size and run.quality()[0][-1] == 3500
    test = open_page("train", run=run.id)
    head, arrays = sent(test, "ganlab_feed")
    assert head["measurements"] == 350 and len(arrays["measured"]) == 100
    assert arrays["measured"][[0, -1]].tolist() == [10, 3500]


def test_the_button_says_how_many_it_will_measure_and_why_no_more(add, monkeypatch):
    monkeypatch.setattr(metrics_panel, "SAMPLES", 10_000)
    monkeypatch.setattr(measurements, "last", lambda: None)
    run = Run(add("dense-gan"))
    test = open_page("train", run=run.path.name)
    count = Merit(data.load("offline").select(run.config.digits), None).count
    assert count < 10_000 and f"Measure {count:,} samples" in labels(test)
    assert "As many as there are test images" in words(test)
    assert "takes about a minute" in test.button(key="measure").help
    monkeypatch.setattr(measurements, "last", lambda: (297, 82.4))
    again(test)
    assert "The last measurement on this machine, of 297 samples, took 82 s" in test.button(key="measure").help


def test_with_too_few_images_there_is_no_button_but_a_sentence(add, monkeypatch):
    monkeypatch.setattr(metrics_panel, "_count", lambda run: (2, "test images"))
    test = open_page("train", run=Run(add("dense-gan")).path.name)
    assert "Samples can be measured from 10 test images on, but there are only 2" in words(test)
    assert not any(label.startswith("Measure") for label in labels(test))


def test_how_long_a_measurement_took_is_remembered(monkeypatch, tmp_path):
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))
    assert measurements.last() is None
    measurements._remember(892, 41.26)
    assert measurements.last() == (892, 41.3)
    (tmp_path / "cache" / "measuring.json").write_text("[]")
    assert measurements.last() is None


def test_results_of_an_older_ganlab_are_shown_without_what_they_lack(add):
    run = Run(add("dense-gan"))
    found, _ = measure_gan(inference.load(run), 20)
    newer = {figure.name for figure in metric_catalog.FIGURES if figure.name.endswith("_real")} - {"diversity_real"}
    old = {name: value for name, value in found.items() if name not in newer | {"asked"}}
    picture = base64.b64encode(images_.png(np.zeros([28, 28], np.uint8))).decode()
    run.keep_measured({**old, "pictures": picture})
    test = open_page("train", run=run.path.name)
    main, _ = measured_tables(test)
    assert main["Real images"][0] != "–" and main["Real images"][1] == "–"


def test_every_figure_has_a_chart_with_its_explanation_and_floor():
    charts = metrics_panel.charts()
    drawn = {line["name"]: (chart, line) for chart in charts for line in chart["lines"]}
    floors = {figure.beside for figure in metric_catalog.FIGURES} - {None}
    assert set(drawn) == {figure.name for figure in metric_catalog.FIGURES} - floors
    roles = {name: line["role"] for name, (_, line) in drawn.items()}
    assert roles.pop("right_on_reals") == "real" and set(roles.values()) == {"generator"}
    assert "P(real) curves above" in drawn["right_on_reals"][0]["help"]
    assert {line.get("beside") for _, line in drawn.values()} - {None} == floors
    assert all(chart["help"] for chart in charts)
    json.dumps(charts)


def test_other_families_have_no_figures_of_samples(add):
    test = open_page("train", run=add("vae").name)
    assert metrics_panel.TITLE not in words(test) and not [
        label for label in labels(test) if label.startswith("Measure")
    ]


def test_a_run_is_measured_on_demand_and_the_result_is_kept(add):
    run = Run(add("dense-gan"))
    test = open_page("train", run=run.path.name)
    assert "real images of" not in words(test)
    press(test, "Measure 60 samples")
    until(lambda: run.measured(), 300)
    again(test)
    assert "60 samples of iteration 6" in words(test) and "Measure 60 samples again" in labels(test)
    main, rest = measured_tables(test)
    assert list(main["Metric"].values()) == ["Fréchet distance", "Coverage", "Density", "Certainty"]
    assert {"Kernel distance × 1,000", "Diversity", "Samples taken for generated"} <= set(rest["Metric"].values())
    assert "More metrics" in [expander.label for expander in test.expander]
    assert main["Samples"][1].endswith("%") and main["Real images"][1].endswith("%")
    assert "e+" not in str(main) + str(rest) and "A **metric** is a number" in words(test)
    assert "differ a lot from the P(real) curves above" in words(test)
    assert any("most like a training image" in image.alt for image in images(test))
    counts = next(table.value for table in test.table if "Taken for real" in table.value)
    assert len(counts) == 2
    kept = run.measured()
    assert kept and kept["frechet"] == pytest.approx(evaluate_gan(inference.load(run), 60)["frechet"])
    fresh = open_page("train", run=run.path.name)
    assert "60 samples of iteration 6" in words(fresh), "it is shown again without measuring"


def test_a_measurement_is_shown_as_it_goes_and_can_be_stopped(add, monkeypatch):
    run = Run(add("dense-gan"))
    told = []

    def endless(model, n, report):
        while True:
            report("Counting", 0.25)
            told.append(n)

    monkeypatch.setattr("ganlab.evaluation.measure_gan", endless)
    test = press(open_page("train", run=run.path.name), "Measure 60 samples")
    until(lambda: told)
    again(test)
    assert "Stop measuring" in labels(test) and "Measure 60 samples" not in labels(test)
    press(test, "Stop measuring")
    until(lambda: measurements._tasks[run.path].over)
    assert "Measure 60 samples" in labels(again(test)) and run.measured() is None


def test_what_goes_wrong_is_a_sentence(add):
    run = Run(add("dense-gan"))
    spoil_weights(run.path)
    test = press(open_page("train", run=run.path.name), "Measure 60 samples")
    until(lambda: measurements._tasks[run.path].over)
    assert "damaged" in words(again(test))


def test_a_run_that_is_being_trained_is_not_measured_beside_it(add):
    run = Run(add("dense-gan"))
    with being_trained(run.path):
        assert "Measure 60 samples" not in labels(open_page("train", run=run.path.name))


def test_measured_figures_of_a_pretrained_run_are_kept_outside_its_folder(runs, monkeypatch, tmp_path):
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))
    run = inference.load("dcgan").run
    before = {file: file.stat().st_mtime for file in run.path.iterdir()}
    found, _ = measure_gan(inference.load(run), 20)
    run.keep_measured({**found, "frechet": float("nan"), "pictures": ""})
    kept = run.measured()
    assert kept and kept["frechet"] is None and kept["kernel"] == pytest.approx(found["kernel"])
    assert {file: file.stat().st_mtime for file in run.path.iterdir()} == before
    run.config = run.config.changed(created="another")
    assert run.measured() is None, "figures of another model of this name are not its own"


def test_a_run_that_is_deleted_while_it_is_measured_does_not_come_back(runs):
    run = finish(runs)
    delete(run)
    with pytest.raises(GanlabError, match=f"The figures of {run.id} cannot be written"):
        run.keep_measured({"frechet": 1.0})
    assert not run.path.exists()


def test_a_damaged_result_counts_as_none(runs):
    run = finish(runs)
    run.keep_measured({"frechet": 1.0})
    assert run.measured() == {"of": run.config.created, "frechet": 1.0}
    (run.path / layout.MEASURED).write_text("{")
    assert run.measured() is None
