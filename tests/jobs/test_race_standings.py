"""Which side of a race is ahead, by which metric, and what is said of it."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from ganlab.evaluation import sample_readings
from ganlab.jobs import book_races, race_outcome, race_standings
from ganlab.jobs.race_outcome import describe
from ganlab.jobs.race_standings import Finish, Side, Standing
from ganlab.runs import Run
from tests.conftest import HEAVY, imported_by
from tests.evaluation.test_comparison import about, with_figures
from tests.pages.steps import being_trained, in_race

OVER = Finish("iterations", 30)
CALLED = ("A", "B")
SPLIT = "The two metrics do not agree: by Fréchet distance, "
HALF = "Only one of the two metrics tells the sides apart: by Fréchet distance, "
READ = "by the share of samples read as a five, "


def raced(folder, left: float, right: float, read: tuple[float, float] | None = None, **config: Any) -> list[Run]:
    """Two runs whose samples' last Fréchet distances these are, and of whose last samples these shares were read."""
    runs = [with_figures(folder, {10: 40.0, 30: last}, measuring=about(), **config) for last in (left, right)]
    if read is None:
        return runs
    for run, share in zip(runs, read, strict=True):
        with being_trained(run.path) as writer:
            found = {"iterations": [5, 10, 20, 25, 30], "shares": [0.0, 0.4, 0.7, 0.9, share]}
            writer.configure(race=in_race(read={**found, "as_drawn": [0.0, 0.1, 0.2, 0.3, 0.4], "samples": 1000}))
            writer.status("finished")
    return [Run(run.path) for run in runs]


@pytest.mark.parametrize(
    ("left", "right", "leader"),
    [(20, 20, None), (20.01, 20.02, None), (20.9, 20, None), (21.1, 20, 1), (1, 1.4, None), (1, 1.6, 0)],
)
def test_a_difference_that_other_samples_would_make_decides_nothing(tmp_path, left, right, leader):
    now = race_standings.standing(raced(tmp_path, left, right), OVER)
    assert (now.leader, now.reason) == (leader, "level" if leader is None else "frechet")
    assert race_standings.to_json(now)["winner"] == (None if leader is None else now.sides[leader].run)


@pytest.mark.parametrize(
    ("distances", "read", "leader", "reason", "said"),
    [
        ((10, 40), (0.98, 0.60), 0, "both", "By both metrics, A has the better samples."),
        ((40, 10), (0.60, 0.98), 1, "both", "By both metrics, B has the better samples."),
        ((10, 40), (0.60, 0.98), None, "split", f"{SPLIT}A is ahead; {READ}B is ahead."),
        ((10, 40), (0.98, 0.97), None, "split", f"{HALF}A is ahead; {READ}the two are level."),
        ((10, 10.1), (0.60, 0.98), None, "split", f"{HALF}the two are level; {READ}B is ahead."),
        ((10, 10.1), (0.60, 0.63), None, "level", "The two sides are level: chance alone could make a difference"),
    ],
)
def test_nobody_has_the_better_samples_by_one_metric_alone(tmp_path, distances, read, leader, reason, said):
    now = race_standings.standing(raced(tmp_path, *distances, read=read), OVER)
    assert (now.leader, now.reason) == (leader, reason)
    assert race_outcome.headline(now, CALLED, OVER, True).startswith(said)
    text = describe(now, CALLED, OVER, True)
    assert "By Fréchet distance, " in text and "By the share of samples read as a five, " in text
    assert text.endswith("s (B).") and "better samples so far" not in text


def test_both_metrics_are_told_with_their_numbers(tmp_path):
    now = race_standings.standing(raced(tmp_path, 13.7, 42.3, (0.843, 0.973)), OVER)
    left, right = now.sides
    now = replace(now, sides=(left, replace(right, as_drawn=0.41)))
    text = describe(now, CALLED, OVER, True)
    assert "By Fréchet distance, A is ahead: 13.7 against 42.3 (low is good; real images get 0.50)." in text
    assert (
        "By the share of samples read as a five, B is ahead: as drawn, 41.0% against 40.0%; with faint ground made "
        "black, which decides, 97.3% against 84.3%."
    ) in text
    seen = race_outcome.caveat(now)
    assert "compares 1,000 samples of each side" in seen and "grey ground" in seen and "thickness of strokes" in seen
    assert "The shares are of 1,000 new samples" in seen and "as they were drawn, and with pixels darker than" in seen
    level = race_outcome.details(
        replace(now, sides=(left, replace(left, as_drawn=0.41)), reason="level"), CALLED, OVER, True
    )
    assert "the two are level: as drawn, 40.0% and 41.0%; with faint ground made black, which decides, 84" in level[1]


def test_where_all_classes_were_asked_for_coverage_is_the_second_metric(tmp_path):
    sides = [Side(name, "finished", 30, 5.0, 10.0, 0.5, samples=1000, coverage=0.4) for name in "ab"]
    now = Standing((replace(sides[0], coverage=0.2), sides[1]), None, "split")
    assert now.leads == {"frechet": None, "other": 1}
    text = describe(now, CALLED, OVER, True)
    assert text.startswith(f"{HALF}the two are level; by coverage, B is ahead.")
    assert "By coverage, the share of real images that have a sample close by, B is ahead: 40.0% against 20.0%." in text
    assert not race_outcome.moments(now, CALLED) and "classifier" not in race_outcome.caveat(now)


def test_shares_that_chance_makes_differ_decide_nothing():
    def leader(left: float, right: float, of: int) -> int | None:
        sides = (Side(n, "finished", 9, 1.0, digits=(5,), share=s, share_of=of) for n, s in (("a", left), ("b", right)))
        one, two = sides
        return Standing((one, two), None, "").leads["other"]

    assert leader(0.98, 0.99, 1000) is None and leader(0.95, 0.99, 1000) == 1
    assert leader(0.5, 0.54, 1000) is None and leader(0.5, 0.56, 1000) == 1 and leader(0.5, 0.56, 100) is None


def test_classes_of_their_own_are_told_apart_by_the_share_alone():
    one = Side("a", "finished", 30, 5.0, 10.0, 0.5, digits=(5,), asked="a five", share=0.9, share_of=1000, moments=9)
    two = replace(one, frechet=40.0, digits=(8,), asked="an eight", share=0.5, first=20)
    now = Standing((one, two), 0, "other")
    assert now.leads == {"other": 0}
    text = describe(now, CALLED, OVER, True)
    assert text.startswith("By the share of samples read as the class asked for, A is ahead: 90.0% against 50.0%.")
    assert "10.0 and 40.0, do not compare: each side is compared with its own digits" in text
    assert "with A never; with B after 20 iterations, but it did not last" in race_outcome.moments(now, CALLED)


def test_from_when_on_a_side_draws_what_was_asked_for_is_told(tmp_path):
    now = race_standings.standing(raced(tmp_path, 10, 40, (0.98, 0.6)), OVER)
    words = race_outcome.moments(now, CALLED)
    start = "The first moment at which at least 90% of the samples are read as a five: with A after 25 iterations, and "
    assert words.startswith(f"{start}from then on; with B after 25 iterations, but it did not last. ")
    assert words.endswith(
        f"This was looked at in 5 moments of the training, with {sample_readings.EACH} samples each time."
    )
    left, right = now.sides
    late = Standing((replace(left, for_good=30), right), None, "split")
    assert "with A after 25 iterations, and for good after 30;" in race_outcome.moments(late, CALLED)
    never = Standing((replace(left, first=None), replace(right, first=None)), None, "split")
    assert race_outcome.moments(never, CALLED).startswith(
        "At no moment are 90% of the samples of either side read as a five."
    )
    few = Standing((replace(left, moments=2), right), None, "split")
    assert race_outcome.moments(few, CALLED).startswith("Too few moments of the training were kept to say when 90%")
    assert not race_outcome.moments(race_standings.standing(raced(tmp_path, 10, 40), OVER), CALLED)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"digits": [8]}, "an eight"),
        ({"digits": [3, 5]}, "one of the classes asked for"),
        ({"digits": [8], "dataset": "fashion-mnist"}, "“Bag”"),
    ],
)
def test_what_samples_are_to_be_read_as(tmp_path, changes, asked):
    now = race_standings.standing(raced(tmp_path, 10, 40, (0.9, 0.5), **changes), OVER)
    assert race_outcome.asked(now) == asked


@pytest.mark.parametrize(
    ("finish", "said"),
    [
        (Finish("iterations", 30), "Training took 7.0 s (A) and 6.0 s (B)."),
        (Finish("seconds", 6), "In the same time, A did 30 iterations and B 20."),
        (Finish("frechet", 5, 6), "Neither came to a Fréchet distance of 5 in 6 s of training."),
    ],
)
def test_a_level_race_says_how_near_both_are(finish, said):
    sides = Side("a", "finished", 30, 7.0, 20.0, 0.5), Side("b", "finished", 20, 6.0, 20.2, 0.5)
    level = Standing(sides, None, "level")
    going = describe(level, CALLED, finish, False)
    assert going.startswith("The two sides are level: chance alone could make a difference as small as theirs.")
    assert going.endswith("the two are level: 20.0 and 20.2 (low is good; real images get 0.50).")
    assert describe(level, CALLED, finish, True) == f"{going} {said}"


def test_who_came_first_to_a_quality_is_said_with_what_real_images_get():
    sides = Side("a", "finished", 30, 7.0, 20.0, 0.5, 6.0), Side("b", "finished", 20, 6.0, 40.0, 0.5)
    words = describe(Standing(sides, 0, "reached"), CALLED, Finish("frechet", 21), True)
    assert words == (
        "A won: it reached a Fréchet distance of 21 after 6.0 s of training; B had reached 40.0 (low is good; real "
        "images get 0.50)."
    )


def test_who_is_ahead_is_said_while_it_goes_on():
    a, b = Side("a", "running", 10, 5.0, 30.0, 0.5), Side("b", "running", 20, 5.0, 20.0, 0.5)
    finish = Finish("seconds", 60)
    words = describe(Standing((a, b), 1, "frechet"), CALLED, finish, False)
    assert words == "By Fréchet distance, B is ahead: 20.0 against 30.0 (low is good; real images get 0.50)."
    nothing = replace(a, frechet=None)
    words = describe(Standing((nothing, b), None, ""), CALLED, finish, False)
    assert words.startswith("Neither side is ahead yet")
    done = replace(b, state="finished")
    words = describe(Standing((nothing, done), None, ""), CALLED, finish, False)
    assert words == "B is done, and A still trains. No metric says yet whose samples are better."
    words = describe(Standing((replace(nothing, state="stopped"), done), None, ""), CALLED, finish, False)
    assert words == "No metric says which side has the better samples: look at them."
    assert "both sides failed" in describe(Standing((a, b), None, "failure"), CALLED, finish, True)
    both = Standing((replace(a, coverage=0.1), replace(b, coverage=0.5)), 1, "both")
    assert race_outcome.headline(both, CALLED, finish, False) == "By both metrics, B has the better samples so far."


def test_a_result_of_an_older_ganlab_is_still_told(tmp_path):
    run = with_figures(tmp_path, {10: 40.0})
    sides = [{"run": n, "state": "finished", "iterations": 30, "seconds": 5.0, "frechet": f} for n, f in CALLED_OLD]
    old = {"sides": sides, "leader": 0, "reason": "frechet"}
    with being_trained(run.path) as writer:
        writer.configure(race={"sides": ["a", "b"], "finish": asdict(OVER), "result": old})
    now = race_standings.result(Run(run.path))
    assert now and describe(now, CALLED, OVER, True).startswith("By Fréchet distance, A is ahead: 13.7 against 42.3.")
    assert book_races.experiment_of(Run(run.path)) is None


CALLED_OLD = (("a", 13.7), ("b", 42.3))


def test_every_experiment_is_known_by_its_key():
    assert len({experiment.key for experiment in book_races.EXPERIMENTS}) == len(book_races.EXPERIMENTS)
    for experiment in book_races.EXPERIMENTS:
        assert "chapter" in experiment.claim


def test_nothing_of_it_needs_tensorflow():
    assert not HEAVY & imported_by(
        "import ganlab.jobs.race_outcome, ganlab.jobs.book_races, ganlab.evaluation.sample_readings"
    )
