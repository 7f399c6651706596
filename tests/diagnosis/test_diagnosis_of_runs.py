"""How a run on disk is gathered and judged, and what it is offered."""

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.broken import until
from ganlab import diagnosis, registry
from ganlab.cli import cli
from ganlab.diagnosis.advice import Kept, best_snapshot
from ganlab.diagnosis.evidence import Evidence
from ganlab.diagnosis.verdicts import (
    COLLAPSED,
    DIVERGED,
    DONE,
    EARLY,
    HEALTHY,
    MEMORISING,
    NOT_LEARNING,
    NOT_THERE,
    TOO_SHORT,
    TOO_SLOW,
    UNMEASURED,
    UNSEEN,
    WINNING,
)
from ganlab.runs import Run, RunWriter, choose, layout
from ganlab.runs.records import TrainingImages
from ganlab.training import events
from tests.conftest import trained_run
from tests.diagnosis.making import make, snapshots
from tests.diagnosis.recorded import said, tries


def imported(folder: Path, kind: str = "healthy", **config) -> Run:
    """A run as importing leaves it: without the images that it learnt from, and without snapshots."""
    run = make(folder, kind, imported={"file": "run.zip", "id": "a", "on": ""}, **config)
    (run.path / layout.REALS).unlink()
    for file in layout.snapshots(run.path):
        file.unlink()
    return Run(run.path)


def test_an_imported_run_is_judged_by_its_curves_and_says_so(tmp_path):
    found = diagnosis.diagnose(imported(tmp_path, "unmeasured"))
    assert found and found.name == UNSEEN and not found.tries
    assert found.what.startswith("This run was imported without the images that it learned from")
    assert "gave real images a P(real) of 50.0%" in found.why
    measured = diagnosis.diagnose(imported(tmp_path))
    assert measured and measured.name == HEALTHY and "Fréchet distance to them is 60.0" in measured.why
    early = diagnosis.diagnose(imported(tmp_path, "early"))
    assert early and early.name == EARLY
    lost = make(tmp_path, "healthy")
    (lost.path / layout.REALS).unlink()
    own = diagnosis.diagnose(Run(lost.path))
    assert own and "imported" not in own.what, "it was not"
    vae = diagnosis.diagnose(imported(tmp_path, model="vae"))
    assert vae and vae.name == HEALTHY, "of the others images were never looked at"


def test_a_run_that_is_made_is_gathered_and_judged(tmp_path):
    kinds = {"collapsed": COLLAPSED, "healthy": HEALTHY, "unmeasured": UNMEASURED, "early": EARLY}
    for kind, expected in kinds.items():
        found = diagnosis.diagnose(make(tmp_path, kind))
        assert found and found.name == expected
    assert "about 40 iterations" in found.why and "10" not in found.why, "the page counts on, meanwhile"
    (measure,) = tries(make(tmp_path, "unmeasured"), UNMEASURED).values()
    assert measure.is_advice and "Measure" in measure.text


def test_a_short_or_slow_run_is_compared_with_its_preset(tmp_path):
    values = {**registry.get("dense-gan").values(), "learning_rate": 1e-4, "iterations": 100}
    evidence = diagnosis.gather(make(tmp_path, model="dense-gan", values=values))
    assert evidence.usual == 20_000 and evidence.rate == pytest.approx(0.1)
    epochs = make(tmp_path, model="dcgan-tf", values=registry.get("dcgan-tf").values())
    assert diagnosis.gather(epochs).usual == 0, "epochs take as many iterations as there are images, which are unknown"
    epochs.config = epochs.config.changed(data=TrainingImages(title="MNIST", images=60_000))
    assert diagnosis.gather(epochs).usual == 50 * 235


def test_what_was_measured_with_the_button_is_evidence_while_it_is_of_the_newest_weights(tmp_path):
    run = make(tmp_path)
    shares = [0.0] * 10
    run.keep_measured({"iteration": 100, "coverage": 0.031, "frechet": 13.7, "frechet_floor": 0.15, "classes": shares})
    evidence = diagnosis.gather(run)
    assert evidence.checked["coverage"] == 0.031 and evidence.checked["class_5"] == 0.0
    assert not until(evidence, 50).checked
    run.keep_measured({"iteration": 50, "coverage": 0.031, "frechet": 13.7, "frechet_floor": 0.15, "classes": None})
    assert not diagnosis.gather(run).checked


def test_a_run_that_needs_more_iterations_is_offered_them(tmp_path):
    run = make(tmp_path, model="dense-gan", values=registry.get("dense-gan").values())
    (on,) = [one for one in diagnosis.suggest(TOO_SHORT, registry.get("dense-gan"), run, 20_000) if one.length]
    assert on.length == 20_000 and not on.is_advice and on.label == "Train on to 20,000 iterations"
    (on,) = [one for one in diagnosis.suggest(NOT_THERE, registry.get("dense-gan"), run, 100) if one.length]
    assert on.length == 300
    fallen = make(tmp_path, model="swift-gan", values={**registry.get("swift-gan").values(), "iterations": 100})
    (new,) = [one for one in diagnosis.suggest(TOO_SHORT, registry.get("swift-gan"), fallen, 18_000) if one.settings]
    assert new.settings == {"iterations": 18_000} and new.length is None, "its learning rate has fallen"
    stopped = make(tmp_path, model="dense-gan", state="stopped", iterations=20_000)
    advice = tries(stopped, NOT_THERE)
    assert advice["Resume it"].is_advice and "100 of 20,000 iterations" in advice["Resume it"].text
    slow = make(tmp_path, model="dense-gan", values={**registry.get("dense-gan").values(), "learning_rate": 1e-5})
    assert tries(slow, TOO_SLOW)["Use the preset's learning rate"].settings == {"learning_rate": 0.001}


def test_a_verdict_takes_no_more_memory_the_longer_the_run(tmp_path):
    def peak(length: int, previews: int) -> int:
        run = make(tmp_path, iterations=length, pruned=length)
        columns = len(run.curves)
        run.records.metrics.append(np.full([length - run.done, columns], 0.5, np.float32))
        same, writer = run.preview(), RunWriter(run.path)
        for iteration in np.linspace(run.done // 100, length, previews).astype(int).tolist():
            writer.preview(iteration, same[1] if same else np.empty(0))
        writer.close()
        tracemalloc.start()
        found = diagnosis.diagnose(run)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found and found.name == COLLAPSED and run.done == length
        return most

    peak(1_000, 50)  # the first time, things are imported
    assert peak(1_000_000, 500) < 1.5 * peak(20_000, 50)


def test_where_previews_are_few_the_first_images_are_looked_at(tmp_path):
    run = make(tmp_path)
    whole = run.path / "previews.bin"
    whole.write_bytes(whole.read_bytes()[: 2 * (8 + 16 * 784)])
    evidence = diagnosis.gather(run)
    assert len(evidence.looked) > 10 and evidence.looked[-1] == 100
    assert diagnosis.judge(evidence).name == COLLAPSED
    assert diagnosis.judge(diagnosis.gather(make(tmp_path, "healthy"))).name == HEALTHY


def test_a_run_without_history_or_architecture_has_no_diagnosis(tmp_path):
    from ganlab.runs.folders import PRETRAINED

    assert diagnosis.diagnose(Run(PRETRAINED / "dcgan")) is None
    run = make(tmp_path)
    run.config = run.config.changed(model="no-such")
    assert diagnosis.diagnose(run) is None


def test_what_to_try_changes_one_setting_of_those_that_there_are(tmp_path):
    run = make(tmp_path)
    found = tries(run, COLLAPSED)
    assert found["Halve the learning rate"].settings == {"learning_rate": 0.0005}
    assert found["Add label noise"].settings == {"label_noise": 0.2}
    assert "Add label noise" not in tries(make(tmp_path, model="dense-gan"), COLLAPSED), "it has no such setting"
    run.config.values["label_noise"] = 0.3
    assert "Add label noise" not in tries(run, WINNING)
    swift = make(tmp_path, values={**registry.get("digit-gan").values("tuned"), "label_noise": 0.1}, preset="tuned")
    assert {"Add label noise", "Halve the learning rate"} & set(tries(swift, COLLAPSED)) == {"Halve the learning rate"}
    assert diagnosis.gather(swift).noise == 0 and diagnosis.gather(make(tmp_path)).noise == 0.1
    values = {**registry.get("repair-gan").values("without-critic"), "generator_learning_rate": 1.0}
    without = tries(make(tmp_path, model="repair-gan", preset="without-critic", values=values), DIVERGED)
    assert not any("discriminator" in label for label in without) and without, "there is no critic that learns"
    run.config.values.update({"learning_rate": 1e-6, "batch_size": 2})
    found = tries(run, COLLAPSED)
    assert found["Batches of 64"].settings == {"batch_size": 64}
    assert found["Use the preset's learning rate"].settings == {"learning_rate": 0.001}
    assert "Halve the learning rate" not in found, "half of the smallest rate is none"
    assert not any(one.settings for one in tries(run, MEMORISING).values())
    assert not tries(run, HEALTHY) and not tries(run, EARLY)
    assert "Halve the learning rate" not in tries(run, NOT_LEARNING)


def test_the_best_checkpoint_is_the_kept_one_with_the_lowest_distance(tmp_path):
    run = make(tmp_path)
    assert snapshots(run) == [25, 50, 75, 100]
    kept = best_snapshot(run)
    assert kept == Kept(50, 20.0, 60.0, 0.5)
    assert tries(run, COLLAPSED)["Back to the best checkpoint"].iteration == 50
    (run.path / "snapshots" / "00000050.npz").unlink()
    between = best_snapshot(run)
    assert between and between.iteration == 25
    (run.path / "quality.f32").unlink()
    assert best_snapshot(run) is None, "nothing was measured"


def test_going_back_changes_what_uses_a_run_until_it_is_undone_or_trained_further(tmp_path):
    from ganlab import inference, jobs
    from ganlab.errors import GanlabError

    run = Run(trained_run(tmp_path, "dense-gan", 40))
    first = snapshots(run)[0]
    newest = inference.load(run).sample(4)
    choose(run, first)
    assert run.chosen == first and inference.load(run).iteration == first
    assert (inference.load(run).sample(4) != newest).any()
    choose(run, None)
    assert run.chosen is None and (inference.load(run).sample(4) == newest).all()
    with pytest.raises(GanlabError, match="no snapshot of iteration 12,345"):
        choose(run, 12345)
    choose(run, first)
    list(jobs.Training(jobs.reopen_run(run, 42)))
    assert run.chosen is None and inference.load(run).iteration == 42


def other(loss: list[float], kept: list[float], family: str = "autoencoder") -> Evidence:
    epochs = np.arange(1, len(kept) + 1) * 100
    curves = {"loss": np.repeat(np.array(loss, np.float32), 100)}
    return Evidence(
        family, len(kept) * 100, len(kept) * 100, curves=curves, validated=epochs, validation={"loss": np.array(kept)}
    )


@pytest.mark.parametrize("family", ["autoencoder", "classifier"])
def test_other_families_learn_by_heart_settle_or_are_healthy(family):
    falling = [100.0, 90, 80, 75, 70, 65, 60, 55, 50, 45]
    assert said(other(falling, [101.0, 92, 83, 78, 74, 70, 66, 62, 58, 55], family)) == HEALTHY
    found = diagnosis.judge(other(falling, [101.0, 92, 83, 85, 88, 90, 92, 94, 95, 97], family))
    assert found.name == MEMORISING and "300 iterations" in found.why
    assert said(other(falling, [101.0, 92, 83, 83, 83, 83, 83, 83, 83, 83], family)) == DONE
    assert said(other(falling[:1], [101.0], family)) == HEALTHY
    assert said(replace(other(falling, falling, family), message=events.DIVERGED.format(7))) == DIVERGED


def test_the_command_line_says_it_too(tmp_path):
    run = make(tmp_path)
    (line,) = CliRunner().invoke(cli, ["runs", "show", str(run.path), "--json"]).output.splitlines()
    told = json.loads(line)["diagnosis"]
    assert told["name"] == COLLAPSED and told["what"] and told["why"]
    back, halve, noise = told["tries"]
    assert back["iteration"] == 50 and "settings" not in back
    assert halve["settings"] == {"learning_rate": 0.0005} and noise["settings"] == {"label_noise": 0.2}
    text = CliRunner().invoke(cli, ["runs", "show", str(run.path)]).output
    assert f"Generator collapsed: {told['what']} {told['why']}" in text and "Back to the best checkpoint: " in text
    pretrained = CliRunner().invoke(cli, ["runs", "show", "dcgan", "--json"]).output
    assert json.loads(pretrained)["diagnosis"] is None
