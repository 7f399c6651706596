"""A sweep on a real Ray cluster of two nodes, which are processes on this machine; one of them is killed."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganlab.jobs import ray_sweep
from ganlab.jobs.ray_cluster import is_installed
from ganlab.jobs.sweep_requests import SweepRequest
from ganlab.jobs.sweeps import create_sweep
from ganlab.runs import Run, layout
from tests.conftest import ROOT, request_for, until
from tests.jobs.test_sweeps import in_order, same

pytestmark = pytest.mark.skipif(not is_installed(), reason="Ray is not installed: requirements-cluster.txt")
PATIENCE = 120.0
HERE = """
import sys
from pathlib import Path
from ganlab.jobs.sweeps import create_course, train_in_turn
from tests.jobs.test_ray_sweeps import eight
list(train_in_turn(create_course(eight(), Path(sys.argv[1]))))
"""


def eight() -> SweepRequest:
    request = request_for("dense-gan", 10_000, digits=(5,), device="cpu")
    return SweepRequest(request, {"learning_rate": [0.0005, 0.001]}, seeds=range(4))


@pytest.fixture
def nodes(monkeypatch):
    """A cluster of two nodes with a core each, the second of which can be killed."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_health_check_period_ms", "500")
    monkeypatch.setenv("GANLAB_RAY_SECONDS", "0.2")  # so that short trainings are heard of while they last
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = cluster.add_node(num_cpus=1)
    yield cluster, second
    cluster.shutdown()


def test_eight_trainings_on_two_nodes_one_of_which_is_killed_equal_those_trained_here(
    tmp_path, worker, nodes, monkeypatch
):
    cluster, second = nodes
    ended = []
    end = ray_sweep.RaySweep._end
    monkeypatch.setattr(ray_sweep.RaySweep, "_end", lambda self, one: (ended.append(one), end(self, one)))
    sweep = create_sweep(eight(), tmp_path / "there", cluster.address)
    one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}  # as each task has
    words, environment = [sys.executable, "-c", HERE, str(tmp_path / "here")], {**os.environ, **one_thread}
    straight = subprocess.Popen(words, cwd=ROOT, env=environment)
    try:
        worker.add(sweep)

        def at_work() -> list[Run]:
            return [run for run in map(Run, sweep.runs_at_work()) if run.done]

        def all_go_on(beyond: dict) -> bool:
            """Whether both nodes have done more than that, and have enough left to be caught at it."""
            return [len(beyond.get(run.id, ())) < run.done < 7000 for run in at_work()] == [True] * 2

        until(lambda: all_go_on({}) or not sweep.view().active, PATIENCE)
        assert sweep.view().active, sweep.view()
        sweep.pause()  # which has them saved
        until(lambda: all(run.state == "paused" and layout.checkpoints(run.path) for run in at_work()), PATIENCE)
        held = {run.id: run.metrics() for run in at_work()}
        assert held, "at least one was caught before its end"
        sweep.resume()
        until(lambda: all_go_on(held) or not sweep.view().active, PATIENCE)
        cluster.remove_node(second, allow_graceful=False)
        assert sweep.wait(PATIENCE).state == "finished", sweep.view()
        assert straight.wait(PATIENCE) == 0
    finally:
        straight.kill()
        straight.wait()
    lost = [one.ticket for one in ended if one.how == "died"]
    assert len(lost) == 1 and sorted(one.ticket.place for one in ended if one.how == "done") == list(range(8))
    assert sweep.folder.state == "finished" and len(in_order(sweep.folder)) == 8
    (here,) = (tmp_path / "here" / layout.SWEEPS).iterdir()
    for ours, theirs in zip(in_order(sweep.folder), in_order(type(sweep.folder)(here)), strict=True):
        assert ours.state == "finished"
        same(ours, theirs)
    for id, rows in held.items():  # with their seconds, which differ where anything is computed again
        np.testing.assert_array_equal(Run(Path(tmp_path, "there", id)).metrics()[: len(rows)], rows)
