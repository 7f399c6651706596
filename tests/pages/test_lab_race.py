"""Two beside each other in the Lab: the form that starts them, and their page in each state, without a browser."""

from functools import partial

import numpy as np
import pytest

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.jobs.race_standings import Finish
from ganlab.jobs.races import Race, create_race
from ganlab.runs import Run, RunWriter, list_runs
from ganlab.ui.lab import race_words
from tests.pages.steps import again, asked, labels, open_page, press, words

page = partial(open_page, "lab")


@pytest.fixture
def added(runs, monkeypatch) -> list[Race]:
    """The races that were handed to the worker, which runs none of them."""
    handed = []

    def add(job):
        handed.append(job)
        for side in job.parts:
            side._writer.close()

    monkeypatch.setattr(worker, "add", add)
    return handed


@pytest.fixture
def raced(runs) -> tuple[Run, Run]:
    """Two runs of a race that has not begun, of which nobody holds the folders."""
    left, right = (jobs.Request("plane-gan", preset, dataset="ring", seed=3) for preset in ("tuned", "collapse"))
    race = create_race(left, right, Finish("iterations", 40), runs)
    for side in race.parts:
        side._writer.close()
    return Run(race.parts[0].run), Run(race.parts[1].run)


def measure(run: Run, *modes: float) -> None:
    """Has the run's samples have found so many modes, one measurement after the other."""
    writer = RunWriter(run.path)
    for number, count in enumerate(modes, 1):
        writer.quality(number, {name: count if name == "modes" else 0.25 for name in run.config.quality})
    writer.status("stopped")
    writer.close()


def test_the_switch_shows_a_second_choice_and_starts_both_on_the_same_data_and_seed(added):
    test = page(data="Two moons")
    assert "Right" not in words(test)
    test.toggle(key="two").set_value(True)
    test = again(test)
    assert "**Left**" in words(test) and "**Right**" in words(test)
    assert test.selectbox(key="right.plane-gan.preset").value == "collapse"
    test.selectbox(key="right.plane-gan.preset").set_value("wgan-gp")
    test = again(test)
    test.number_input(key="two-iterations").set_value(500)
    test.number_input(key="seed").set_value(7)
    test.number_input(key="right.plane-gan.wgan-gp.batch_size").set_value(32)
    test = press(again(test), "Train both")
    (race,) = added
    left, right = (Run(side.run) for side in race.parts)
    assert (left.config.preset, right.config.preset) == ("tuned", "wgan-gp")
    assert left.config.dataset == right.config.dataset == "moons" and left.config.seed == right.config.seed == 7
    assert left.total == right.total == 500 and right.config.values["batch_size"] == 32
    assert asked(test, "race") == left.path.name and "run" not in test.query_params


def test_two_may_end_by_time_and_equal_settings_are_refused_in_a_sentence(added):
    test = page(two="true")
    test.button_group(key="two-finish").set_value("seconds")
    test = again(test)
    test.number_input(key="two-seconds").set_value(5)
    test.selectbox(key="right.plane-gan.preset").set_value("tuned")
    test = press(again(test), "Train both")
    assert "same settings" in words(test) and not added
    test.selectbox(key="right.plane-gan.preset").set_value("packed")
    press(again(test), "Train both")
    assert added[0].finish == Finish("seconds", 5)


def test_the_page_shows_both_says_who_has_found_more_and_begins_again(raced, added):
    left, right = raced
    measure(left, 3, 8)
    measure(right, 4)
    test = page(race=left.id)
    assert not test.exception
    said = words(test)
    assert "Tuned against collapse" in said and "Tuned has found more modes: 8 of 8, against 4 with collapse." in said
    assert "Ring of 8 · seed 3" in said
    assert labels(test).count("Open") == 2 and "Pause" not in labels(test)
    press(test, "Another seed")
    (race,) = added
    assert [Run(side.run).config.seed for side in race.parts] == [4, 4] and race.finish == Finish("iterations", 40)


def test_the_train_page_leads_to_the_lab(raced):
    test = open_page("train", race=raced[0].id)
    assert not test.exception and "Open in the Lab" in labels(test)


def test_where_one_run_is_gone_the_other_can_be_opened(raced):
    left, right = raced
    measure(left)
    measure(right)
    for file in sorted(right.path.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    right.path.rmdir()
    test = press(page(race=left.id), "Open the run that is left")
    assert asked(test, "run") == left.id and len(list_runs(left.path.parent)[0]) == 1


def test_what_is_said_of_two_that_are_level_or_not_measured_or_have_no_modes(raced):
    left, right = raced
    assert "from time to time" in race_words.ahead(raced, ["a", "b"], over=False)
    assert not race_words.ahead(raced, ["a", "b"], over=True)
    measure(left, np.nan, 5)
    measure(right, 5, np.nan)
    assert race_words.ahead(raced, ["a", "b"], over=False) == "Both have found 5 of the 8 modes so far."
    assert race_words.names(raced) == ["tuned", "collapse"] and race_words.names([left, left])[0] == "the left one"
    writer = RunWriter(right.path)
    writer.quality(9, dict.fromkeys(right.config.quality, 0.5))
    writer.close()
    for run in raced:
        writer = RunWriter(run.path)
        writer.configure(dataset="moons")
        writer.close()
    said = race_words.ahead([Run(left.path), Run(right.path)], ["a", "b"], over=True)
    assert said.startswith("A is closer to the data") and said.endswith("0.25 against 0.50 with b.")
