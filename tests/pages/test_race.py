"""Setting up a race on the Train page, and the race's page in each state, without a browser."""

import json
import shutil
from dataclasses import asdict
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from ganlab import jobs
from ganlab.jobs import race_standings, races, worker
from ganlab.jobs.book_races import EXPERIMENTS
from ganlab.jobs.race_standings import Finish
from ganlab.runs import Run, list_runs
from ganlab.ui.train import race_view
from tests.conftest import HEAVY, imported_by, request_for, until
from tests.evaluation.test_comparison import about, with_figures
from tests.pages.steps import again, asked, being_trained, finish, labels, open_page, press, press_key, sent
from tests.pages.steps import words as read

page = partial(open_page, "train")
OVER = Finish("iterations", 30)
PATIENCE = 900.0


@pytest.fixture(autouse=True)
def end_all_races():
    yield
    for job in worker.jobs():
        worker.stop(job)
        job.wait(PATIENCE)


@pytest.fixture
def added(monkeypatch):
    """The races that were handed to the worker, which runs none of them."""
    handed = []

    def add(job):
        handed.append(job)
        for side in job.parts:
            side._writer.close()

    monkeypatch.setattr(worker, "add", add)
    return handed


def words(test: AppTest) -> str:
    return "\n".join([read(test), *(piece.proto.text for piece in test.get("progress"))])


def setup(**query: str) -> AppTest:
    return page(new="1", section="race", **query)


def raced(
    folder,
    result: bool = True,
    over: Finish = OVER,
    states=("finished", "finished"),
    last: float = 10.0,
    kept: dict | None = None,
    read: tuple[float, float] | None = None,
    experiment: str = "",
    **right,
) -> tuple[Run, Run]:
    """Two runs as a race leaves them; the left one's last Fréchet distance is 20, and `read` are the shares of their
    last samples that are read as a five."""
    left = with_figures(folder, {10: 40.0, 30: 20.0}, **(kept or {}))
    other = with_figures(folder, {10: 40.0, 30: last}, **{"model": "dcgan", **(kept or {}), **right})
    sides = []
    about = {"sides": [left.id, other.id], "finish": asdict(over)} | ({"experiment": experiment} if experiment else {})
    for run, state, share in zip((left, other), states, read or (None, None), strict=True):
        with being_trained(run.path) as writer:
            writer.configure(race=about | ({"read": reading_of(share)} if share is not None else {}))
            writer.status(state, "There is not enough memory." if state == "failed" else "")
        sides.append(Run(run.path))
    if result:
        kept = asdict(race_standings.standing(sides, over))
        for run in sides:
            state = run.status.state, run.status.message
            with being_trained(run.path) as writer:
                writer.configure(race=writer.run.config.race.changed(result=kept))
                writer.status(*state)
    return Run(left.path), Run(other.path)


def reading_of(share: float) -> dict:
    found = {"iterations": [1, 10, 20, 25, 30], "shares": [0.0, 0.1, 0.92, 0.8, share]}
    return {**found, "as_drawn": [0.0, 0.1, 0.2, 0.3, 0.01], "samples": 1000}


def charts(test: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


# Setting up


def test_one_training_is_what_the_page_begins_with(runs):
    test = page(new="1")
    assert "Pick an architecture" in words(test) and "Start the race" not in labels(test)


@pytest.mark.parametrize("index", range(len(EXPERIMENTS)))
def test_the_chapters_experiments_are_one_click_each(runs, added, index):
    experiment = EXPERIMENTS[index]
    test = setup()
    assert experiment.title in words(test) and experiment.claim in words(test)
    press_key(test, f"experiment-{index}")
    (job,) = added
    left, right = (Run(side.run) for side in job.parts)
    assert job.finish == experiment.finish
    for run, (model, digits) in zip((left, right), (experiment.left, experiment.right), strict=True):
        assert (run.model, run.config.preset, run.total) == (model, "published", experiment.finish.at)
        assert run.config.digits == (tuple(digits) if digits else None)
        assert run.config.race.sides == (left.id, right.id)
        assert run.config.race.experiment == experiment.key
    assert left.config.seed == right.config.seed and left.config.dataset == right.config.dataset


def test_two_settings_of_ones_own(runs, added):
    test = setup(images="Offline digits")
    test.selectbox(key="left-model").set_value("dense-gan").run()
    test.selectbox(key="right-model").set_value("dense-gan").run()
    test.number_input(key="right.dense-gan.published.batch_size").set_value(16).run()
    assert "Changed from the preset: Batch size" in words(test)
    test.button_group(key="race-finish").set_value("seconds").run()
    test.number_input(key="race-seconds").set_value(20).run()
    test.number_input(key="race-seed").set_value(3).run()
    assert "About 40 s on this machine" in words(test)
    test = press(test, "Start the race")
    (job,) = added
    left, right = (Run(side.run) for side in job.parts)
    assert job.finish == Finish("seconds", 20)
    assert (left.config.values["batch_size"], right.config.values["batch_size"]) == (128, 16)
    assert (left.config.dataset, left.config.seed, left.config.digits) == ("offline", 3, None)


def fall(test: AppTest, place: str) -> list[int]:
    """Over how many iterations the learning rate of a side falls, where that is asked."""
    fields = [(field.key or "", field.value) for field in test.number_input]
    return [int(value or 0) for key, value in fields if key.startswith(f"{place}.") and ".fall." in key]


def test_where_time_decides_a_learning_rate_falls_within_it(runs, added, monkeypatch):
    monkeypatch.setattr(jobs, "seconds_per_iteration", lambda request: 0.01 if request.model == "swift-gan" else None)
    query = {"left-model": "Swift GAN", "right-model": "Conditional GAN", "race-finish": "By time"}
    test = setup(images="Offline digits", **query)
    assert (fall(test, "left"), fall(test, "right")) == ([6000], [18_000])
    assert "This machine does about this many in 60 s" in words(test) and "is not known on this machine" in words(test)
    test.number_input(key="race-seconds").set_value(30).run()
    assert fall(test, "left") == [3000]
    test.number_input(key="right.conditional-gan.tuned.fall.18000").set_value(700).run()
    press(test, "Start the race")
    left, right = (Run(side.run) for side in added[0].parts)
    assert (left.config.values["iterations"], right.config.values["iterations"]) == (3000, 700)
    test = setup(images="Offline digits", **{**query, "race-finish": "By quality"})
    assert fall(test, "left") == [60_000], "at most ten minutes"
    assert not fall(setup(images="Offline digits", **{**query, "race-finish": "By iterations"}), "left")
    other = setup(images="Offline digits", **{"left-model": "Digit GAN", "race-finish": "By time"})
    assert not fall(other, "left"), "the chapter's rate stays as it is"
    other.selectbox(key="left.digit-gan.preset").set_value("tuned").run()
    assert fall(other, "left") == [100]


def test_a_race_to_a_quality_with_a_longest_length_and_other_classes_on_the_right(runs, added):
    test = setup(images="Offline digits", **{"race-finish": "By quality"})
    test.number_input(key="race-frechet").set_value(30.0).run()
    test.number_input(key="race-longest").set_value(2).run()
    test.toggle(key="race-other").set_value(True).run()
    test.button_group(key="race-other-classes").set_value([8]).run()
    press(test, "Start the race")
    (job,) = added
    assert job.finish == Finish("frechet", 30, 120)
    assert [Run(side.run).config.digits for side in job.parts] == [(5,), (8,)]


def test_what_cannot_race_is_a_sentence_and_the_form_stays_as_it_was(runs, added):
    test = setup(images="Offline digits")
    test.selectbox(key="right-model").set_value("digit-gan").run()
    test.number_input(key="race-seed").set_value(7).run()
    test = press(test, "Start the race")
    assert "Both sides have the same settings" in words(test) and not added and not list_runs(runs)[0]
    assert test.number_input(key="race-seed").value == 7
    test = setup(images="My own images")
    assert test.button(key="race-start").disabled and "Say where your own images are" in words(test)


def test_the_form_says_that_both_sides_compute_alike(runs):
    assert "Both compute in float32, so that their seconds compare." in words(setup())


def test_the_form_is_drawn_without_tensorflow(runs):
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('pages/train.py', default_timeout=120)\n"
        "test.query_params['new'], test.query_params['section'] = '1', 'race'\ntest.run()\n"
        "assert not test.exception and test.button(key='race-start'), test.exception"
    )
    assert not HEAVY & imported_by(code)


# Being watched


def test_a_race_that_is_over_says_who_is_ahead_and_by_what(runs):
    left, right = raced(runs)
    test = page(race=left.path.name)
    assert test.title[0].value == "Dense GAN against DCGAN" and "A race over 30 iterations" in words(test)
    assert "By Fréchet distance, DCGAN is ahead: 10.0 against 20.0 (low is good; real images get 0.50)." in words(test)
    assert "grey ground" in words(test) and "The book" not in words(test)
    assert {"Compare both", "Open Dense GAN", "Open DCGAN", "Set up another"} <= set(labels(test))
    assert not {"Pause", "Stop", "Resume"} & set(labels(test))
    metric, losses, others = charts(test)
    assert [line["name"] for line in losses["data"]] == ["Dense GAN", "DCGAN"] and len(others["data"]) == 2
    assert metric["data"][1]["y"] == [40.0, 10.0] and metric["layout"]["shapes"]
    assert all("toImage" in chart.proto.config for chart in test.get("plotly_chart")), "to be saved as pictures"
    head, _ = sent(test, "ganlab_grids")
    assert [grid["iterations"] for grid in head["grids"]] == [[30], [30]] and not head["stops"]
    assert page(race=right.path.name).title[0].value == "Dense GAN against DCGAN"


def test_two_metrics_and_the_book_are_told_beside_each_other(runs):
    left, _ = raced(runs, read=(0.98, 0.6), experiment="basic-deep", kept={"measuring": about()})
    test = page(race=left.path.name)
    text = words(test)
    assert "**The two metrics do not agree: by Fréchet distance, DCGAN is ahead; by the share of samples read" in text
    assert "By Fréchet distance, DCGAN is ahead: 10.0 against 20.0" in text
    assert (
        "By the share of samples read as a five, Dense GAN is ahead: as drawn, 1.0% against 1.0%; with faint ground "
        "made black, which decides, 98.0% against 60.0%."
    ) in text
    assert "clear fives appear after about 70 iterations" in text and "one race from one seed" in text
    assert "read as a five: with Dense GAN after 20 iterations, and for good after 30; with DCGAN after 20 ite" in text
    assert "compares 1,000 samples of each side" in text and "reads them twice: as they were drawn" in text
    share = charts(test)[0]
    assert "Share of samples read as a five, faint ground made black" in text
    assert share["data"][0]["y"] == [0, 10, 92, 80, 98] and share["data"][0]["x"] == [1, 10, 20, 25, 30]
    test.button_group(key="race-by").set_value("seconds").run()
    assert charts(test)[0]["data"][0]["x"][-1] == pytest.approx(float(left.metrics()[-1, 0]), rel=1e-5)


def test_the_headings_of_a_race_and_of_its_form_go_down_in_steps(runs):
    left, _ = raced(runs)
    test = page(race=left.path.name)
    assert [len(test.title), [one.value for one in test.header], len(test.subheader)] == [1, ["Samples", "Curves"], 0]
    test = setup()
    assert [one.value for one in test.header] == ["Races from the books", "Or a race of your own"]
    assert [one.value for one in test.subheader][:3] == [experiment.title for experiment in EXPERIMENTS]


def test_what_the_figures_are_of_is_said_and_where_they_do_not_compare(runs):
    left, _ = raced(runs, kept={"measuring": about()})
    assert "1,000 samples of each run, with the pretrained classifier “classifier”" in words(page(race=left.path.name))
    left, _ = raced(runs, kept={"measuring": about()}, digits=[8])
    text = words(page(race=left.path.name))
    assert "do not compare between the runs: they were measured beside different real images" in text
    assert "do not compare: each side is compared with its own digits" in text and "is ahead" not in text


def test_a_race_that_is_nearly_even_is_won_by_nobody(runs):
    left, _ = raced(runs, last=19.99)
    text = words(page(race=left.path.name))
    assert "The two sides are level" in text and "By Fréchet distance, the two are level: 20.0 and 20.0 (" in text
    assert "won" not in text and "is ahead" not in text


def test_from_a_race_to_the_comparison_and_to_each_run(runs, monkeypatch):
    left, right = raced(runs)
    led = []
    monkeypatch.setattr(race_view.st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    press(page(race=left.path.name), "Compare both")
    assert led == [("pages/runs.py", {"compare": f"{left.path.name},{right.path.name}"})]
    test = press(page(race=left.path.name), "Open DCGAN")
    assert asked(test, "run") == right.path.name and "race" not in test.query_params
    assert "DCGAN, class 5" in test.title[0].value


def test_set_up_another_leads_to_the_form(runs):
    left, _ = raced(runs)
    assert "Start the race" in labels(press(page(race=left.path.name), "Set up another"))


def test_after_a_crash_both_runs_are_kept(runs):
    left, right = raced(runs, result=False, states=("running", "running"))
    test = page(race=left.path.name)
    assert "ended before the race did" in words(test) and "was stopped before its finish" in words(test)
    assert {"Compare both", "Open Dense GAN"} <= set(labels(test))
    assert "Resume" in labels(page(run=right.path.name)), "each can be resumed by itself"


def test_a_stopped_race_says_who_was_ahead(runs):
    left, _ = raced(runs, result=False, states=("stopped", "stopped"))
    test = page(race=left.path.name)
    assert "was stopped before its finish. By Fréchet distance, DCGAN is ahead" in words(test) and "Stopped" in words(
        test
    )


def test_a_race_in_another_process_is_shown_as_it_goes(runs):
    left, right = raced(runs, result=False)
    with being_trained(left.path), being_trained(right.path):
        test = page(race=left.path.name)
        assert "Another program runs this race" in words(test) and not {"Pause", "Stop"} & set(labels(test))
        assert "DCGAN is ahead" in words(test) and "grey ground" in words(test)


def test_where_one_side_failed_that_is_said_with_the_reason(runs):
    left, _ = raced(runs, states=("failed", "finished"))
    test = page(race=left.path.name)
    assert "Dense GAN failed: There is not enough memory." in words(test)
    assert "DCGAN won, because Dense GAN failed." in words(test)


def test_where_both_failed_nobody_won(runs):
    left, _ = raced(runs, states=("failed", "failed"))
    assert "Nobody won: both sides failed" in words(page(race=left.path.name))


def test_where_one_run_was_deleted_the_other_can_be_opened(runs):
    left, right = raced(runs)
    shutil.rmtree(right.path)
    test = page(race=left.path.name)
    assert f"There is no run '{right.id}'" in words(test)
    assert "Dense GAN" in press(test, "Open the run that is left").title[0].value


def test_a_run_that_was_in_no_race_and_one_that_is_not_there(runs):
    run = finish(runs)
    assert "was not in a race" in words(page(race=run.path.name))
    assert "There is no run 'gone'" in words(page(race="gone")) and "Pick an architecture" in words(page(race="gone"))


def test_the_share_and_the_time_left(runs):
    left, right = raced(runs, result=False)
    assert race_view.progress([left, right], OVER) == (1.0, 0.0)
    with being_trained(left.path), being_trained(right.path):
        share, rest = race_view.progress([left, right], Finish("iterations", 60))
        seconds = sum(float(run.metrics()[-1, 0]) for run in (left, right))
        assert share == 0.5 and rest == pytest.approx(seconds, rel=1e-5)
        share, rest = race_view.progress([left, right], Finish("seconds", 10))
        assert share == pytest.approx(seconds / 20, rel=1e-5) and rest == pytest.approx(20 - seconds, rel=1e-5)


def test_a_race_is_watched_paused_resumed_and_stopped(runs):
    left, right = (request_for(name, 10**6, digits=(5,)) for name in ("dense-gan", "digit-gan"))
    job = races.create_race(left, right, Finish("iterations", 10**6), runs)
    worker.add(job)
    until(lambda: job.view().state != "queued")
    test = page()
    assert asked(test, "race") == job.run.name and "Stop" in labels(test)
    until(lambda: all(side.view().iteration > 0 for side in job.parts), PATIENCE)
    test = again(test)
    assert "left" in words(test) and "Pause" in labels(test)
    _, arrays = sent(test, "ganlab_grids")
    assert len(arrays["images0"]) == len(arrays["images1"]) == 16 * 28 * 28
    second = page(run=job.parts[1].run.name)
    assert asked(second, "race") == job.run.name and "run" not in second.query_params, "a second tab"
    press(test, "Pause")
    until(lambda: job.view().state == "paused", PATIENCE)
    test = again(test)
    assert {"Resume", "Stop"} <= set(labels(test)) and "Paused" in words(test)
    assert "against" in words(open_page("home")), "Home says what is being trained"
    other = page(new="1")
    assert "Training now: Dense GAN, class 5 against Digit GAN, class 5" in read(other).replace("**", "")
    test = press(other, "Watch")
    assert asked(test, "race") == job.run.name
    press(test, "Resume")
    press(test, "Stop")
    assert job.wait(PATIENCE).state == "stopped"
    assert "Compare both" in labels(again(test))


def test_a_race_in_line_can_be_taken_back(runs):
    left, right = (request_for(name, None, digits=(5,)) for name in ("dense-gan", "digit-gan"))
    first = races.create_race(left, right, Finish("iterations", 10**6), runs)
    second = races.create_race(left, right, Finish("iterations", 5), runs)
    for job in (first, second):
        worker.add(job)
    test = page(race=second.run.name)
    assert "Number 2 in line" in words(test)
    test = press(test, "Take back")
    assert second.view().state == "stopped" and Run(second.run).state == "stopped"
    assert first.view().active
