"""The verdict in the Lab: its sentence, a knob that is turned, and a run that is begun with another setting."""

import pytest

from ganlab import jobs
from ganlab.jobs import worker
from ganlab.runs import Run, list_runs
from tests.diagnosis.test_plane_rules import made
from tests.pages.steps import asked, being_trained, labels, press, words
from tests.pages.steps import open_page as page


@pytest.fixture
def runs(beside_shipped):
    return beside_shipped


def test_missing_modes_are_told_with_their_figures_and_what_to_try(runs):
    test = page("lab", run=made(runs).path.name)
    text = words(test)
    assert "Modes missing" in text and "6 of the 8 parts (modes) of the data have no points" in text
    assert {"Packing of 4", "Wasserstein loss with a penalty"} <= set(labels(test))
    assert "so it sees that they are too much alike" in text, "what each of them does"


def test_a_healthy_run_has_one_calm_line_and_nothing_to_try(runs):
    text = words(page("lab", run=made(runs, range(8)).path.name))
    assert "All 8 parts (modes) of the data are found" in text and "What to try" not in text


def test_a_new_run_has_the_settings_of_this_one_but_for_what_is_tried(runs):
    run = made(runs, batch_size=64, generator_layers=1, iterations=100_000)
    test = press(page("lab", run=run.path.name), "Packing of 4")
    (new,) = (one for one in list_runs(runs)[0] if one.id != run.id)
    assert new.config.values == {**run.config.values, "packing": 4}
    assert (new.config.dataset, new.config.seed, new.model) == (run.config.dataset, run.config.seed, run.model)
    assert asked(test, "run") == new.path.name


def test_a_knob_of_a_training_is_turned_and_its_field_shows_it(runs):
    values = {"generator_units": 8, "discriminator_units": 8, "iterations": 1_000_000, "batch_size": 16}
    job = worker.submit(jobs.create_run(jobs.Request("plane-gan", values=values, precision="float32"), runs))
    job.wait(60, lambda view: view.state == "running")
    job.pause()
    job.wait(60, lambda view: view.state == "paused")
    from ganlab import diagnosis
    from ganlab.diagnosis import Diagnosis, Try

    turn = Try("Instance noise 0.3", "Turns it now.", turns={"instance_noise": 0.3})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diagnosis, "diagnose", lambda run: Diagnosis("hunting", "It runs.", "It does.", (turn,)))
        test = press(page("lab", run=job.run.name), "Instance noise 0.3")
        before = job.view().iteration
        job.step()
        job.wait(60, lambda view: view.iteration > before)
    (turned,) = Run(job.run).turns
    assert (turned.name, turned.value) == ("instance_noise", 0.3) and job.turned()["instance_noise"] == 0.3
    field = next(
        field
        for field in page("lab", run=job.run.name).number_input
        if "turn-" in str(field.key) and field.label == "Instance noise"
    )
    assert field.value == 0.3 and not test.exception


def test_a_knob_of_a_training_that_is_over_meanwhile_is_a_sentence(runs, monkeypatch):
    from ganlab import diagnosis
    from ganlab.diagnosis import Diagnosis, Try

    run = made(runs)
    turn = Try("Instance noise 0.3", "Turns it now.", turns={"instance_noise": 0.3})
    monkeypatch.setattr(diagnosis, "diagnose", lambda run: Diagnosis("hunting", "It runs.", "It does.", (turn,)))
    test = press(page("lab", run=run.path.name), "Instance noise 0.3")
    assert "not trained here any more" in words(test)


def test_what_another_process_trains_is_judged_too(runs):
    run = made(runs)
    with being_trained(run.path):
        assert "Modes are missing" in words(page("lab", run=run.path.name))
