"""Slow motion on the Train page, without a browser: in every state of a run, what can be shown is."""

import json

import numpy as np
import pytest

from ganlab import registry
from ganlab.jobs import worker
from ganlab.models._stage import Stage
from ganlab.runs import Run, layout
from ganlab.ui.shared import slow_stages
from ganlab.ui.train.slow_figures import ALGORITHMS, FIGURES, TITLES, kind_of, line_of
from ganlab.ui.train.slow_motion import FORETOLD
from tests.conftest import trained_run, unpack
from tests.pages.steps import again, open_page, press, words
from tests.pages.train_steps import train


def shown(test) -> tuple[dict, dict[str, np.ndarray]]:
    """What the view was sent."""
    (piece,) = [one for one in test.get("bidi_component") if one.proto.component_name == "ganlab_slow_motion"]
    return unpack(piece.proto.bytes)


@pytest.mark.parametrize(
    "name", ["dense-gan", "digit-gan", "vae", "autoencoder", "classifier", "inpaint-gan", "repair-gan", "wgan-gp"]
)
def test_a_finished_run_of_any_family_is_shown_with_figure_pseudo_code_and_pictures(runs, name):
    run = trained_run(runs, name)
    test = press(open_page("train", run=run.name), "Slow motion")
    head, arrays = shown(test)
    assert head["iteration"] == Run(run).done + 1 and [note[:10] for note in head["notes"]] == ["The images"]
    boxes = {box for row in head["figure"] for box in row if box}
    for stage in head["stages"]:
        assert set(stage["lit"]) <= boxes and stage["title"] and stage["line"] < len(head["algorithm"])
        for sheet in stage["sheets"]:
            n = len(arrays[sheet["images"]]) // 784
            assert (
                n == min(64, sheet["count"])
                and len(arrays.get(sheet.get("given"), range(sheet["count"]))) == sheet["count"]
            )
    told = [stage["line"] for stage in head["stages"] if stage["name"] != "average"]
    assert min(told) >= 0 and [stage["name"] for stage in head["stages"]].count("step") >= 1
    assert any(stage["lit"] for stage in head["stages"]) and boxes <= set(TITLES)
    assert "slow motion" in [act.what for act in Run(run).log.acts]
    assert f"Iteration {head['iteration']}: looked at in slow motion" in words(test)
    test = press(test, "Leave slow motion")
    assert "slow" not in test.query_params


def test_of_several_updates_the_last_noise_is_the_generators():
    kind = "scoring"
    stages = [Stage("noise", "", "")] * 3
    told = [line_of(kind, stage, count, count == 3) for count, stage in enumerate(stages, 1)]
    assert told[0] == told[1] < told[2] and "new random numbers" in ALGORITHMS[kind][told[2]].text
    spec = registry.get("wgan-gp")
    kinds = [kind_of(spec, spec.values(preset)) for preset in ("published", "tuned")]
    assert kinds == ["scoring", "scoring-averaged"]


def test_a_training_has_to_be_paused_first_and_then_does_what_was_foretold(runs):
    job = train(runs)
    job.wait(60, lambda view: view.iteration > 3)
    test = open_page("train", run=job.run.name)
    (button,) = [one for one in test.button if one.label == "Slow motion"]
    assert button.disabled and slow_stages.PAUSE_FIRST in button.help
    job.pause()
    done = job.wait(60, lambda view: view.state == "paused" and view.speed == 0).iteration
    test = press(again(test), "Slow motion")
    assert shown(test)[0]["iteration"] == done + 1
    test = press(test, "Do it for real")
    assert job.view().iteration == done + 1
    assert f"Iteration {done + 1:,} was done for real, and came out as foretold" in words(test)
    assert shown(test)[0]["iteration"] == done + 2
    acts = [(act.what, act.iteration) for act in Run(job.run).log.acts]
    assert acts[0] == ("paused", done) and ("slow motion", done + 1) in acts and ("step", done + 1) in acts
    test = press(test, "Resume")
    assert "slow" not in test.query_params
    worker.stop(job)
    job.wait(60)


def test_half_precision_is_held_to_what_it_can_do(runs):
    job = train(runs, precision="mixed_bfloat16")
    job.wait(60, lambda view: view.iteration > 3)
    job.pause()
    job.wait(60, lambda view: view.state == "paused" and view.speed == 0)
    test = press(press(open_page("train", run=job.run.name), "Slow motion"), "Do it for real")
    assert "came out as foretold, as closely as half precision" in words(test)
    name, iteration, figures = test.session_state[FORETOLD]
    test.session_state[FORETOLD] = (name, iteration, figures | {"generator_loss": figures["generator_loss"] + 0.5})
    again(test)
    assert "came out otherwise than foretold: Generator's loss" in words(test)
    worker.stop(job)
    job.wait(60)


def test_without_optimisers_or_with_a_damaged_checkpoint_what_is_left_is_shown(runs):
    run = trained_run(runs, "dense-gan")
    for file in layout.checkpoints(run):
        file.write_bytes(b"damaged")
    head, _ = shown(open_page("train", run=run.name, slow="7"))
    assert head["stages"][-1]["name"] == "unknown" and slow_stages.KEPT_NO_OPTIMISER not in head["notes"]
    for file in [*layout.checkpoints(run), *layout.all_weights(run), *layout.snapshots(run)]:
        file.write_bytes(b"damaged")
    test = open_page("train", run=run.name, slow="7")
    assert any("damaged" in error.value for error in test.error)


def test_an_address_with_nonsense_shows_the_next_iteration(runs):
    run = trained_run(runs, "dense-gan")
    for asked in ("999999", "-1", "x"):
        assert shown(open_page("train", run=run.name, slow=asked))[0]["iteration"] == 7


def test_what_ships_is_shown_on_images_that_are_here(runs, monkeypatch):
    monkeypatch.setenv("GANLAB_DOWNLOAD", "0")
    head, _ = shown(open_page("train", run="classifier", slow="1"))
    assert head["notes"][0] == slow_stages.KEPT_NO_OPTIMISER and "Offline digits" in head["notes"][1]
    assert [stage["name"] for stage in head["stages"]] == ["batch", "distort", "answers", "loss", "pull", "gradients"]
    head, _ = shown(open_page("train", run="dcgan", slow="1"))
    assert [stage["name"] for stage in head["stages"]] == ["noise", "fakes", "unknown"]


def test_every_preset_has_a_figure_and_pseudo_code():
    from ganlab import registry

    kinds = {
        kind_of(spec, spec.values(preset)) for spec in registry.specs() if not spec.points for preset in spec.presets
    }
    assert kinds == set(FIGURES) == set(ALGORITHMS)


def test_log_json_of_older_runs_is_read_and_keeps_what_it_says(runs):
    run = trained_run(runs, "dense-gan")
    (run / layout.LOG).write_text(
        json.dumps({"turns": [{"iteration": 2, "name": "generator_learning_rate", "value": 0.001}]})
    )
    test = open_page("train", run=run.name, slow="7")
    assert "After 2 iterations: Generator's learning rate set to 0.001" in words(test)
    assert Run(run).turns and Run(run).log.acts
