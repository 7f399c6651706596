"""More seeds for a sweep that was trained, and what was skipped planned again."""

import json

import pytest

from ganlab.errors import GanlabError
from ganlab.evaluation import sweep_results
from ganlab.jobs import sweep_additions
from ganlab.jobs.sweep_course import Course
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep
from ganlab.jobs.sweeps import create_course, train_in_turn
from ganlab.runs import SweepFolder, layout
from ganlab.runs.sweep_records import MOST_TRAININGS
from tests.conftest import request_for

RATE = "learning_rate"
VARY = {RATE: [0.001, 0.01]}


def made(folder, early: bool = False, **changes) -> SweepFolder:
    """A sweep over two settings and two seeds that nothing was trained of; `changes` are of its second training."""
    described, members = checked_sweep(SweepRequest(request_for("plane-vae"), VARY, (0, 7), early=early))
    sweep = SweepFolder.create(folder, members, **described)
    sweep.note((members[0], members[1].changed(**changes), *members[2:]))
    return sweep


def test_added_seeds_are_trained_and_compared_and_what_was_there_stays(tmp_path):
    course = create_course(SweepRequest(request_for("plane-vae", 5), VARY, (3,)), tmp_path)
    list(train_in_turn(course))
    sweep = course.folder
    asked = (sweep.path / layout.SWEEP).read_bytes()
    before = [(run.path, (run.path / layout.STATUS).stat().st_mtime_ns) for _, run in sweep.runs()]
    sweep.hold()
    sweep_additions.add(sweep, sweep_additions.next_seeds("2", sweep.members))
    told = {(one.values[RATE], one.seed) for one in train_in_turn(Course(sweep))}
    assert told == {(rate, seed) for rate in VARY[RATE] for seed in (4, 5)}, "no more than the new ones"
    assert [member.seed for member in sweep.members] == [3, 3, 4, 4, 5, 5] and sweep.state == "finished"
    assert before == [(path, (path / layout.STATUS).stat().st_mtime_ns) for path, _ in before]
    assert [run.config.sweep.place for _, run in sweep.runs()] == list(range(6))
    found = sweep_results.results(sweep)
    assert [setting.summary.n for setting in found.settings] == [3, 3] and "it cannot be told" not in found.verdict
    assert (sweep.path / layout.SWEEP).read_bytes() == asked, "what was asked for at first"


def test_what_was_skipped_is_planned_again(tmp_path):
    sweep = made(tmp_path, state="skipped")
    sweep_additions.add(sweep, skipped=True)
    assert [member.state for member in sweep.members] == ["planned"] * 4
    with pytest.raises(GanlabError, match=r"No training of the sweep .* was skipped"):
        sweep_additions.add(sweep, skipped=True)
    sweep.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7,8", "The seed 7 is in the sweep .* already"),
        ("8,8", "The seed 8 is in the sweep .* already"),
        (str(MOST_TRAININGS), "1 to .* trainings, but these are"),
        ("9999999999,3", "The seed must be a whole number"),
        ("many", "Seeds are written as"),
    ],
)
def test_seeds_that_cannot_be_added_are_refused_and_nothing_changes(tmp_path, text, said):
    sweep = made(tmp_path)
    before = (sweep.path / layout.MEMBERS).read_bytes()
    with pytest.raises(GanlabError, match=said):
        sweep_additions.add(sweep, sweep_additions.next_seeds(text, sweep.members))
    assert (sweep.path / layout.MEMBERS).read_bytes() == before
    sweep.close()


@pytest.mark.parametrize("asked", [{"seeds": [9]}, {"skipped": True}])
def test_a_sweep_that_stops_settings_early_takes_no_more(tmp_path, asked):
    sweep = made(tmp_path, early=True, state="skipped")
    with pytest.raises(GanlabError, match="stops settings early: which of them went on was decided"):
        sweep_additions.add(sweep, **asked)
    sweep.close()


def test_a_training_that_cannot_be_fails_with_its_sentence_and_the_others_go_on(tmp_path):
    base = request_for("plane-vae", None, values={"iterations": 5})
    course = create_course(SweepRequest(base, VARY), tmp_path)
    sweep = course.folder
    listed = json.loads((sweep.path / layout.MEMBERS).read_text())
    listed["members"][0]["values"][RATE] = 99.0  # by hand, or by a version that took it
    (sweep.path / layout.MEMBERS).write_text(json.dumps(listed))
    course = Course(sweep)
    assert course.iterations() == (0, 5), "as far as it is known"
    course.seconds_left()
    list(train_in_turn(course))
    failed, fine = sweep.members
    assert (failed.state, fine.state) == ("failed", "finished") and "Learning rate must be" in failed.why
    assert sweep_results.results(sweep).best.id == fine.run
