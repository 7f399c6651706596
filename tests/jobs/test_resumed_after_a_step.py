"""A training that is resumed in the very instant after a single step."""

from ganlab import jobs
from ganlab.runs import Run
from tests.conftest import request_for, until


def test_resumed_right_after_a_step_it_is_running_for_all(worker, tmp_path, monkeypatch):
    job = worker.submit(jobs.create_run(request_for("dense-gan", 10**6), tmp_path))
    until(lambda: job.view().iteration > 0, 60)
    job.pause()
    run = Run(job.run)
    until(lambda: run.state == "paused")
    note = jobs.Training.note

    def resume_first(training, what, ahead=0):
        if what == "step":
            job.resume()
        note(training, what, ahead)

    monkeypatch.setattr(jobs.Training, "note", resume_first)
    done = job.view().iteration
    job.step()
    until(lambda: job.view().iteration > done + 3)
    assert run.state == "running"
    assert [act.what for act in run.log.acts][-2:] == ["step", "resumed"]
