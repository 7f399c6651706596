"""What a run is told apart by at a glance, of runs of every family, and of ones that say little."""

import json

import pytest

from ganlab import registry
from ganlab.evaluation import run_summary
from ganlab.runs import Run, layout
from ganlab.runs.folders import PRETRAINED
from tests.pages.steps import finish, make


def measured(folder, name, columns, rows, **config) -> Run:
    writer = make(folder, **{name: columns}, **config)
    for iteration, row in rows:
        (writer.quality if name == "quality" else writer.validation)(iteration, dict(zip(columns, row, strict=True)))
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def test_a_gan_is_told_by_its_last_distance_beside_that_between_real_images(tmp_path):
    nan = float("nan")
    rows = [(10, (349.0, 0.26)), (20, (13.72, 0.151)), (30, (nan, nan))]
    run = measured(tmp_path, "quality", ["frechet", "frechet_floor"], rows)
    assert run_summary.metric(run) == "Fréchet distance 13.7 (between real images: 0.151), measured at iteration 20"


def test_what_was_measured_on_demand_counts_where_nothing_else_did(tmp_path):
    run = finish(tmp_path)
    assert run_summary.metric(run) == ""
    run.keep_measured({"frechet": 2.5})
    assert run_summary.metric(run) == "Fréchet distance 2.5"
    run.keep_measured({"frechet": 2.5, "iteration": 30})
    assert run_summary.metric(run) == "Fréchet distance 2.5"
    run.keep_measured({"frechet": 2.5, "iteration": 20})
    assert run_summary.metric(run) == "Fréchet distance 2.5, measured at iteration 20"


@pytest.mark.parametrize(
    "columns, row, words",
    [
        (["loss", "accuracy"], (0.02, 0.9963), "99.6% of test images read correctly"),
        (
            ["accuracy_damaged", "accuracy_repaired"],
            (0.59, 0.981),
            "98.1% of the first test images (2,000 at most) read correctly after repair (59.0% while damaged)",
        ),
        (["loss", "reconstruction", "kl"], (1162.4, 1157.0, 5.2), "Loss on test images 1,162"),
        (["reconstruction"], (0.0931,), "Reconstruction loss on test images 0.0931"),
    ],
)
def test_other_models_are_told_by_how_they_do_on_test_images(tmp_path, columns, row, words):
    assert run_summary.metric(measured(tmp_path, "validation", columns, [(30, row)])) == words
    earlier = measured(tmp_path, "validation", columns, [(20, row)])
    assert run_summary.metric(earlier) == f"{words}, measured at iteration 20"


def test_what_comes_with_ganlab_is_told_by_its_record():
    assert "of test images read correctly" in run_summary.metric(Run(PRETRAINED / "classifier"))
    assert "of the first test images (2,000 at most)" in run_summary.metric(Run(PRETRAINED / "repair-gan"))
    for name in ("classifier", "repair-gan", "vae"):
        assert "measured at" not in run_summary.metric(Run(PRETRAINED / name)), "it was at the end"
    assert run_summary.metric(Run(PRETRAINED / "vae")).startswith("Loss on test images")


def test_settings_that_are_not_the_presets_are_named(tmp_path):
    values = registry.get("dcgan").values()
    changed = {**values, "learning_rate": 1e-5, "batch_size": 64}
    said = run_summary.changed_settings(finish(tmp_path, model="dcgan", values=changed, iterations=300, seed=3))
    assert said[0] == f"300 iterations instead of {values['iterations']:,}" and said[-1] == "Seed 3"
    assert set(said[1:-1]) == {
        f"Learning rate 1e-05 instead of {values['learning_rate']:g}",
        f"Batch size 64 instead of {values['batch_size']}",
    }
    usual = finish(tmp_path, model="dcgan", values=values, iterations=values["iterations"])
    assert run_summary.changed_settings(usual) == []


def test_a_length_in_epochs_is_told_in_iterations(tmp_path):
    values = registry.get("vae").values()
    usual = registry.get("vae").iterations(values, 1500)
    config = {"model": "vae", "values": values, "data": {"title": "Offline digits", "images": 1500}}
    assert run_summary.changed_settings(finish(tmp_path, iterations=usual, **config)) == []
    (said,) = run_summary.changed_settings(finish(tmp_path, iterations=70, **config))
    assert said == f"70 iterations instead of {usual:,}"


def test_the_length_among_the_settings_is_the_one_that_the_run_was_extended_to(tmp_path):
    def length(run: Run, name: str):
        (knob,) = [knob for knob in registry.get(run.model).knobs if knob.name == name]
        return run_summary.setting(run, knob)

    values = {**registry.get("dcgan").values(), "iterations": 100}
    extended = finish(tmp_path, model="dcgan", values=values, iterations=200)
    assert length(extended, "iterations") == 200
    assert length(extended, "batch_size") == values["batch_size"]
    spec = registry.get("vae")
    values = {**spec.values(), "epochs": 2}
    usual = spec.iterations(values, 1500)
    about = {"model": "vae", "values": values, "data": {"title": "Offline digits", "images": 1500}}
    assert length(finish(tmp_path, iterations=usual, **about), "epochs") == 2
    assert length(finish(tmp_path, iterations=2 * usual, **about), "epochs") == f"4 ({2 * usual} iterations)"
    assert length(finish(tmp_path, iterations=9, **{**about, "data": None}), "epochs") == 2, (
        "how long one is is unknown"
    )


def test_of_many_changes_the_first_are_named_and_the_others_counted(tmp_path):
    spec = registry.get("dcgan")
    values = dict(spec.values())
    numbers = [knob for knob in spec.knobs if knob.is_number and knob.name != "iterations"]
    assert len(numbers) == 6
    for knob in numbers:
        assert knob.low is not None and knob.high is not None
        values[knob.name] = knob.check(knob.low if values[knob.name] != knob.low else knob.high)
    run = finish(tmp_path, model="dcgan", values=values, iterations=values["iterations"])
    said = run_summary.in_brief(run)
    assert len(said) == 5 and said[-1] == "2 more settings changed"


def test_a_run_of_an_architecture_that_is_no_more_has_its_metric(tmp_path):
    run = finish(tmp_path, model="old-gan")
    run.keep_measured({"frechet": 2.0})
    assert run_summary.in_brief(run) == ["Fréchet distance 2"]
    gone = finish(tmp_path)
    config = json.loads((gone.path / layout.CONFIG).read_text())
    (gone.path / layout.CONFIG).write_text(json.dumps({**config, "preset": "gone"}))
    assert run_summary.in_brief(Run(gone.path)) == []
