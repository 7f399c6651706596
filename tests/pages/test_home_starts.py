"""One click on Home trains, and a run's settings open the form again; without a browser."""

import threading

import pytest

from ganlab import data, jobs
from ganlab.jobs import worker
from ganlab.runs import Run, list_runs
from ganlab.ui.home import front_page
from tests.conftest import request_for, until
from tests.pages.steps import finish, labels, open_page, press, words


@pytest.fixture
def runs(beside_shipped):
    return beside_shipped


@pytest.fixture
def held(monkeypatch):
    """Trainings get ready, and wait."""
    go_on = threading.Event()
    monkeypatch.setattr("ganlab.jobs.training.start_tensorflow", lambda: go_on.wait(60))
    yield
    for job in worker.waiting():
        worker.stop(job)
    go_on.set()
    until(lambda: not worker.waiting())


def test_two_quick_clicks_start_one_training_with_the_first_presets_settings(runs, held):
    name = front_page.start_first()
    assert front_page.start_first() == name
    (run,) = list_runs(runs)[0]
    assert run.path.name == name and len(worker.waiting()) == 1
    assert (run.model, run.config.preset, run.config.digits, run.total) == ("digit-gan", "published", (5,), 100)


def test_two_at_the_same_moment_start_one_training(runs, held):
    names: list[str] = []
    clicks = [threading.Thread(target=lambda: names.append(front_page.start_first())) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(names) == 4 and len(set(names)) == 1 and len(list_runs(runs)[0]) == 1


def test_while_another_training_is_at_work_it_waits_in_line(runs, held):
    other = worker.submit(jobs.create_run(request_for("dense-gan", 10**6), runs))
    until(lambda: other.view().state == "preparing")
    name = front_page.start_first()
    test = open_page("train", run=name)
    assert "Waiting in line" in words(test) and "Training now" in words(test)
    assert front_page.start_first() == name


def test_once_it_is_over_a_click_starts_another(runs, held, monkeypatch):
    name = front_page.start_first()
    monkeypatch.setattr(worker, "waiting", lambda: [])
    assert front_page.start_first() != name and len(list_runs(runs)[0]) == 2


@pytest.mark.parametrize(("here", "dataset"), [(True, "mnist"), (False, "offline")])
def test_it_learns_from_what_is_here_and_home_says_so(runs, held, monkeypatch, here, dataset):
    monkeypatch.setattr(data, "is_here", lambda name: here)
    said = "It learns from the offline digits, because MNIST is not here yet."
    assert (said in words(open_page("home"))) == (not here)
    assert Run(runs / front_page.start_first()).config.dataset == dataset


def test_home_leads_to_training_the_lab_layers_latent_repair_and_runs(runs):
    found = labels(open_page("home"))
    assert found == [
        "See fives appear within seconds",
        "Choose your own training",
        "See how a GAN learns, from inside",
        "Look into a network, layer by layer",
        "Wander through what a model learned",
        "Repair a damaged digit",
        "Look back at a run",
    ]


def test_change_something_opens_the_form_with_the_runs_settings(runs):
    run = finish(runs, model="dense-gan", digits=[3, 8], seed=7, device_asked="cpu", precision_asked="float32")
    test = press(open_page("train", run=run.path.name), "Change something")
    assert "run" not in test.query_params and test.header[0].value == "Dense GAN" and "Start" in labels(test)
    fields = {box.key: box.value for box in [*test.number_input, *test.selectbox]}
    assert fields["seed"] == 7 and fields["device"] == "cpu" and fields["images"] == "offline"
    assert fields["dense-gan.published.iterations"] == 30
    (pills,) = [one for one in test.button_group if "Classes" in one.label]
    assert pills.value == [3, 8] and not worker.waiting()
