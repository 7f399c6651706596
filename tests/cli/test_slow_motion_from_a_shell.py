"""`ganlab explain`: one iteration slowly, as text, JSON and pictures."""

import json

import numpy as np
from PIL import Image

from ganlab.runs import Run
from tests.cli.test_cli import run_cli  # noqa: F401
from tests.conftest import trained_run


def test_explain_tells_each_stage_and_writes_sheets(run_cli, tmp_path):  # noqa: F811
    run = trained_run(tmp_path / "runs", "dense-gan")
    status, lines, _ = run_cli("explain", run.name)
    assert status == 0 and lines[0] == f"Iteration 7 of {run.name}:" and len(lines) == 17
    assert lines[1].startswith("  1. noise: ") and "the generator's weights change by" in lines[16]
    status, lines, _ = run_cli("explain", run.name, "-o", str(tmp_path / "out"), "--json")
    stages = [json.loads(line) for line in lines]
    assert status == 0 and stages == json.loads((tmp_path / "out" / "stages.json").read_text())
    assert [stage["stage"] for stage in stages] == list(range(1, 17)) and stages[0]["iteration"] == 7
    losses = {name for stage in stages for name in stage["figures"]}
    assert losses >= set(Run(run).curves[1:])
    (pull,) = [stage for stage in stages if stage["name"] == "pull"]
    (sheet,) = pull["files"]
    assert np.asarray(Image.open(sheet)).shape[-1] == 3, "in colour"
    assert [stage["files"] != [] for stage in stages if stage["name"] == "fakes"] == [True, True]
    assert set(pull["norms"]) == set() and all(stage["norms"] for stage in stages if stage["name"] == "gradients")


def test_an_iteration_that_was_not_kept_is_one_sentence(run_cli, tmp_path):  # noqa: F811
    run = trained_run(tmp_path / "runs", "dense-gan")
    status, _, said = run_cli("explain", run.name, "--iteration", "500")
    assert (
        status == 2 and said.count("\n") == 1 and "has not kept its networks as they were before iteration 500" in said
    )
    status, _, said = run_cli("explain", "no-such-run")
    assert status == 2 and said.count("\n") == 1
