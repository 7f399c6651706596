"""Records of a run's JSON files: what they take and refuse, and that files of older versions still open."""

import json
import shutil
from pathlib import Path

import pytest

from ganlab import inference, registry
from ganlab.diagnosis import diagnose
from ganlab.errors import GanlabError
from ganlab.runs import Run, RunConfig, RunStatus
from ganlab.runs.folders import PRETRAINED
from ganlab.runs.records import FORMAT
from ganlab.sharing import reproduce
from ganlab.sharing.exporting import export
from ganlab.sharing.importing import import_run

OLDER = Path(__file__).parent / "older"  # written by the first versions that trained and that exported
LEAST = {"format": 1, "id": "a", "model": "dcgan", "preset": "published", "values": {}, "iterations": 5, "curves": []}


@pytest.mark.parametrize(
    "folder", sorted(one.parent for one in PRETRAINED.glob("*/config.json")), ids=lambda one: one.name
)
def test_what_is_read_is_written_as_it_was(folder):
    for name, kind in (("config.json", RunConfig), ("status.json", RunStatus)):
        text = (folder / name).read_text()
        assert kind.parse(text).to_json() == json.loads(text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": FORMAT + 1}, "written by a newer ganlab"),
        ({"model": 5}, "'model' is wrong: it should be a valid string"),
        ({"iterations": "5"}, "'iterations' is wrong: it should be a valid integer"),
        ({"iterations": 10**9}, "'iterations' is wrong: it should be less than or equal to 10000000"),
        ({"curves": ["loss", "loss"]}, "'curves' is wrong: it should name each column once"),
        ({"data": {"title": "MNIST", "images": -3}}, "'data.images' is wrong"),
        ({"id": None}, "'id' is wrong"),
    ],
)
def test_a_config_that_is_wrong_says_where(changes, words):
    assert RunConfig.parse(json.dumps(LEAST)).to_json() == LEAST
    with pytest.raises(ValueError, match=words):
        RunConfig.parse(json.dumps({**LEAST, **changes}))


def test_what_is_missing_is_named_and_what_is_unknown_is_left_out():
    with pytest.raises(ValueError, match="'curves' is missing"):
        RunConfig.parse(json.dumps({name: value for name, value in LEAST.items() if name != "curves"}))
    assert RunConfig.parse(json.dumps({**LEAST, "mood": "good"})).to_json() == LEAST


def test_a_record_does_not_change_but_gives_another():
    config = RunConfig.parse(json.dumps(LEAST))
    longer = config.changed(iterations=9)
    assert (config.iterations, longer.iterations) == (5, 9) and RunConfig.parse(
        json.dumps({**LEAST, "seed": 4})
    ).without("seed").seed == 0
    with pytest.raises(Exception, match="frozen"):
        config.iterations = 9  # type: ignore[misc]


def test_a_run_of_the_first_version_opens_and_can_be_used(tmp_path):
    run = Run(shutil.copytree(OLDER / "run", tmp_path / "run"))
    assert (run.done, run.state, run.total, run.config.images) == (6, "finished", 6, 1500)
    assert inference.load(run).sample(3, seed=1).shape == (3, 28, 28)
    assert diagnose(run) is not None and "--units 4" in reproduce.command(run)
    export(run, tmp_path / "again.zip")
    assert import_run(tmp_path / "again.zip", tmp_path / "runs").done == 6


def test_an_export_of_the_first_version_can_be_imported(tmp_path):
    run = import_run(OLDER / "export.zip", tmp_path)
    assert (run.done, run.model, run.config.digits, run.config.seed) == (6, "dense-gan", (5,), 0)
    known = {knob.name for knob in registry.get("dense-gan").knobs}
    assert run.config.values.keys() == known, "settings that were not there yet are as the preset has them"
    assert run.config.imported.file == "export.zip" and len(run.preview_iterations())
    assert inference.load(run).sample(3, seed=1).shape == (3, 28, 28)


def test_a_status_of_the_first_version_or_none_at_all_is_read(tmp_path):
    run = Run(shutil.copytree(OLDER / "run", tmp_path / "run"))
    (run.path / "status.json").write_text('{"state": "stopped"}')
    assert (run.status.state, run.status.iteration, run.status.message) == ("stopped", 6, "")
    for damaged in ("", "[]", '{"state": "asleep"}', '{"state": "stopped", "iteration": -1}'):
        (run.path / "status.json").write_text(damaged)
        assert (run.state, run.status.iteration) == ("interrupted", 6)
    with pytest.raises(GanlabError, match=r"config.json does not hold what it should: 'seed' is wrong: .*\.$"):
        (run.path / "config.json").write_text(json.dumps({**LEAST, "seed": -1}))
        Run(run.path)
