"""The diagnosis on the Train page, in its states."""

import pytest

from ganlab.diagnosis.verdicts import COLLAPSED, EARLY, HEALTHY, OSCILLATING, Diagnosis
from ganlab.jobs import worker
from ganlab.runs import Run, layout, list_runs
from ganlab.ui.shared.verdicts import HOLDS, Steady
from tests.diagnosis.making import make
from tests.pages.steps import again, being_trained, labels, press, words
from tests.pages.steps import open_page as page


@pytest.fixture
def runs(beside_shipped):
    return beside_shipped


def test_a_healthy_run_has_one_calm_line_and_no_button(runs):
    run = make(runs, "healthy")
    test = page("train", run=run.path.name)
    assert "nothing needs to be changed" in words(test) and "What to try" not in words(test)
    assert not {"Back to the best checkpoint", "Halve the learning rate"} & set(labels(test))


def test_a_run_that_has_just_begun_is_not_judged(runs):
    run = make(runs, "early", state="stopped")
    text = words(page("train", run=run.path.name))
    assert "too early to say" in text and "What to try" not in text


def test_an_imported_run_says_that_only_its_curves_are_judged(runs):
    run = make(runs, "unmeasured", imported={"file": "run.zip", "id": "a", "on": ""})
    (run.path / layout.REALS).unlink()
    text = words(page("train", run=run.path.name))
    assert "This run was imported without the images that it learned from" in text and "too early to say" not in text


def test_a_collapsed_run_says_so_with_figures_and_what_to_try(runs):
    run = make(runs)
    test = page("train", run=run.path.name)
    assert "The generator has collapsed" in words(test) and "differ only 0% as much as two real images do" in words(
        test
    )
    offered = {"Back to the best checkpoint", "Halve the learning rate", "Add label noise"}
    assert offered <= set(labels(test))
    from ganlab import registry

    tuned = make(runs, preset="tuned", values=registry.get("digit-gan").values("tuned"))  # without label noise
    without = page("train", run=tuned.path.name)
    assert "Add label noise" not in labels(without) and "Halve the learning rate" in labels(without)


def fields(test) -> dict:
    found = {field.label: field.value for field in [*test.number_input, *test.toggle, *test.selectbox]}
    (classes,) = [piece.value for piece in test.button_group if piece.label.startswith("Classes")]
    return found | {"classes": [int(number) for number in classes]}


@pytest.mark.parametrize(
    ("label", "changed"),
    [("Halve the learning rate", {"Learning rate": 0.0004}), ("Add label noise", {"Label noise": 0.2})],
)
def test_a_change_fills_the_form_with_the_runs_settings_and_starts_nothing(runs, label, changed):
    from ganlab import registry

    values = {**registry.get("digit-gan").values(), "learning_rate": 0.0008, "leaky_slope": 0.2, "iterations": 100}
    run = make(runs, values=values, digits=[3, 5])
    test = press(page("train", run=run.path.name), label)
    expected = {"Learning rate": 0.0008, "Leaky ReLU slope": 0.2, "Label noise": 0.1, "Seed": 3, "Images": "offline"}
    expected |= {"classes": [3, 5], **changed}
    again(test)
    found = fields(test)
    for key, value in expected.items():
        assert found[key] == (pytest.approx(value) if isinstance(value, float) else value), key
    assert f"The form has the settings of run {run.id}" in words(test) and "Press Start" in words(test)
    assert len(list_runs(runs)[0]) == 1 and worker.current() is None
    press(test, "Start")
    new = next(one for one in list_runs(runs)[0] if one.id != run.id)
    (name, value) = ("learning_rate", 0.0004) if "rate" in label else ("label_noise", 0.2)
    assert new.config.values == {**values, name: value} and new.config.digits == (3, 5)
    assert f"The form has the settings of run {run.id}" not in words(test)


def test_back_to_the_best_checkpoint_and_to_the_newest_again(runs):
    run = make(runs)
    test = press(page("train", run=run.path.name), "Back to the best checkpoint")
    assert Run(run.path).weights == layout.snapshot(run.path, 50)
    assert "as it was after 50 iterations" in words(test) and "uses the newest again" in words(test)
    assert "Back to the best checkpoint" not in labels(test)
    assert "as it was after 50 iterations" in words(page("train", run=run.path.name)), "it is kept with the run"
    press(test, "Use the newest again")
    assert Run(run.path).chosen is None and "Back to the best checkpoint" in labels(test)


def test_a_checkpoint_that_is_gone_is_a_sentence(runs):
    run = make(runs)
    test = page("train", run=run.path.name)
    layout.snapshot(run.path, 50).unlink()
    press(test, "Back to the best checkpoint")
    assert "no snapshot of iteration 50" in words(test)


def test_a_run_that_nobody_measured_says_so_and_where_to_measure_it(runs):
    text = words(page("train", run=make(runs, "unmeasured").path.name))
    assert "how close the samples are to real images was not measured" in text and "Press Measure" in text
    assert "healthy" not in text.lower()


def test_a_run_that_is_too_short_is_trained_on_by_one_button(runs):
    from ganlab import jobs, registry

    values = {**registry.get("dense-gan").values(), "iterations": 30, "batch_size": 8}
    request = jobs.Request("dense-gan", values=values, dataset="offline", precision="float32")
    training = jobs.Training(jobs.create_run(request, runs))
    list(training)
    test = page("train", run=training.writer.path.name)
    assert "The training is too short" in words(test)
    press(test, "Train on to 20,000 iterations")
    job = worker.current()
    assert job is not None and Run(job.run).total == 20_000
    worker.stop(job)
    assert job.wait(60).state == "stopped"


def test_a_run_that_trains_is_diagnosed_too(runs):
    run = make(runs, state="stopped")
    with being_trained(run.path):
        test = page("train", run=run.path.name)
        assert "The generator has collapsed" in words(test)


def diagnosis(name: str, why: str = "") -> Diagnosis:
    return Diagnosis(name, f"It is {name}.", why)


def test_another_verdict_is_shown_once_it_has_held():
    steady = Steady(diagnosis(HEALTHY))
    for _ in range(HOLDS - 1):
        steady = steady.next(diagnosis(COLLAPSED))
        assert steady.shown.name == HEALTHY
    assert steady.next(diagnosis(COLLAPSED)).shown.name == COLLAPSED
    swinging = Steady(diagnosis(HEALTHY))
    for name in (COLLAPSED, OSCILLATING, COLLAPSED, HEALTHY, COLLAPSED, OSCILLATING, COLLAPSED):
        swinging = swinging.next(diagnosis(name))
        assert swinging.shown.name == HEALTHY
    newer = swinging.next(diagnosis(HEALTHY, "Newer figures."))
    assert newer.shown.why == "Newer figures." and newer.times == 0


def test_the_first_verdict_of_a_run_is_shown_at_once():
    steady = Steady(diagnosis(EARLY)).next(diagnosis(COLLAPSED))
    assert steady.shown.name == COLLAPSED
