"""The Lab, and what other pages do with its runs."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import jobs
from ganlab.data import own_points
from ganlab.jobs import worker
from ganlab.runs import Run, RunWriter, Turn, prune
from tests.conftest import request_for, trained_run, until
from tests.pages.steps import again, asked, images, labels, open_page, press, press_key, words


@pytest.fixture
def run(runs) -> Run:
    return Run(trained_run(runs, "plane-gan", 60))


@pytest.fixture
def runs(beside_shipped) -> Path:
    return beside_shipped


def begin(runs: Path, **others) -> jobs.Job:
    """A training in the plane that has begun."""
    job = worker.submit(jobs.create_run(request_for("plane-gan", 10**6, **others), runs))
    until(lambda: job.view().state == "running")
    return job


def number(test: AppTest, label: str, prefix: str = ""):
    return next(f for f in test.number_input if f.label == label and str(f.key).startswith(prefix))


def test_with_nothing_trained_the_form_is_there(runs):
    test = open_page("lab")
    assert "Train it" in labels(test)
    assert "Pause" not in labels(test) and "Turn while it trains" not in words(test)


def test_a_small_training_is_started_paused_stepped_turned_and_stopped(runs):
    test = open_page("lab")
    for label in ("Generator's units", "Discriminator's units"):
        number(test, label).set_value(8)
    number(test, "Iterations").set_value(1_000_000)
    press_key(again(test), "lab-start")
    (job,) = [job for job in worker.jobs() if job.view().active]
    assert asked(test, "run") == job.run.name
    until(lambda: job.view().state == "running")
    press(again(test), "Pause")
    until(lambda: Run(job.run).state == "paused")
    again(test)
    assert {"Play", "Step", "Step generator", "Step discriminator", "Stop"} <= set(labels(test))
    at = job.view().iteration
    press(test, "Step")
    until(lambda: job.view().iteration == at + 1)
    until(lambda: Run(job.run).state == "paused")
    field = number(again(test), "Generator's learning rate", "turn-")
    assert field.value == pytest.approx(0.001)
    field.set_value(0.02)
    again(test)
    press(test, "Step")
    until(lambda: [(turn.iteration, turn.value) for turn in Run(job.run).turns] == [(at + 1, 0.02)])
    assert job.turned()["generator_learning_rate"] == 0.02
    press(again(test), "Play")
    until(lambda: job.view().state == "running")
    press(again(test), "Stop")
    job.wait(60)
    assert Run(job.run).state == "stopped"
    assert "Go on" in labels(again(test))


def test_speed_is_chosen_while_it_trains(runs):
    job = begin(runs)
    test = open_page("lab")
    assert asked(test, "run") in ("", job.run.name)
    next(box for box in test.selectbox if box.label == "Speed").set_value("5 a second")
    again(test)
    assert job.pace == 5.0


def test_a_finished_run_is_begun_again_with_what_was_turned(runs):
    turns = (Turn(iteration=5, name="r1", value=0.5),)
    run = Run(trained_run(runs, "plane-gan", 30, turns=turns))
    test = open_page("lab", run=run.path.name)
    press(test, "Another seed")
    other = Run(runs / asked(test, "run"))
    until(lambda: Run(other.path).state == "finished")
    assert other.config.seed == 1 and other.turns == run.turns and other.path != run.path


@pytest.mark.parametrize(
    "query",
    [
        {"run": "../.."},
        {"run": "/etc"},
        {"run": "no-such"},
        {"at": "x"},
        {"at": "-5"},
        {"at": "9" * 400},
        {"at": "²"},
        {"layers": "zzz"},
        {"layers": ",,heat,"},
        {"hide": "zoom,nothing,form"},
        {"hide": "controls,knobs,words,curves,flow,layers,time"},
        {"data": "Draw it yourself", "drawn": "garbage"},
        {"data": "Draw it yourself", "drawn": "A" * 5000},
        {"data": "nowhere"},
        {"data": "Your own points"},
        {"seed": "-3"},
        {"turn": "garbage"},
        {"turn": "5:latent_size=3"},
        {"plane-gan.preset": "best"},
        {"plane-gan.tuned.generator_units": "many"},
    ],
)
def test_whatever_an_address_says_the_page_is_there(run, query):
    test = open_page("lab", **({"run": run.path.name} | query))
    assert "Lab" in [title.value for title in test.title]
    if query.get("run", "").startswith(("..", "/", "no")):
        assert test.warning, "it says what is wrong"
    if "drawn" in query:
        assert "damaged or cut short" in words(test) and test.button(key="lab-start").disabled
    if "turn" in query:
        assert "A turn is written as" in words(test) or "cannot be turned" in words(test)


def test_a_link_brings_its_settings_turns_and_drawing(runs):
    drawing = np.zeros([own_points.SIDE, own_points.SIDE], bool)
    drawing[10:30, 10:30] = True
    query = {
        "data": "Draw it yourself",
        "drawn": own_points.pack_drawing(drawing),
        "plane-gan.tuned.iterations": "40",
        "plane-gan.tuned.generator_units": "8",
        "turn": "20:r1=0.25",
        "seed": "7",
    }
    test = open_page("lab", **query)
    assert number(test, "Iterations").value == 40
    press_key(test, "lab-start")
    path = runs / asked(test, "run")
    until(lambda: Run(path).state == "finished")
    made = Run(path)
    assert made.config.seed == 7 and made.config.values["generator_units"] == 8 and made.total == 40
    assert [(turn.iteration, turn.name, turn.value) for turn in made.turns] == [(20, "r1", 0.25)]
    assert made.reals().shape == (1000, 2) and np.abs(made.reals()).max() <= 2.0
    assert not asked(test, "turn"), "of the next training nobody has said that"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x,y\n1,2\nthree,4\n", "in place of a number"),
        ("x,y,z\n1,2,3\n4,5,6\n", "a point has 2"),
        ("x,y\n1,2\n", "fewer than 2 points"),
        ("x,y\n1,2\n1,2\n", "are the same"),
        ("", "fewer than 2 points"),
        ("x,y\n1,inf\n0,0\n", "no finite number"),
    ],
)
def test_a_table_that_holds_no_points_is_refused_with_its_own_name(runs, text, says):
    test = open_page("lab", data="Your own points")
    test.file_uploader[0].upload("own.csv", text.encode(), "text/csv")
    again(test)
    assert says in words(test) and "own.csv" in words(test) and str(runs) not in words(test)
    assert test.button(key="lab-start").disabled


def test_a_run_of_images_belongs_to_the_train_page(runs):
    path = trained_run(runs, "dense-gan")
    assert "learns images, not points" in words(open_page("lab", run=path.name))


# Other pages


def test_the_train_page_leads_to_the_lab(run):
    test = open_page("train", run=run.path.name)
    assert "which are shown in the Lab" in words(test) and "Open in the Lab" in labels(test)
    test = open_page("train", model="plane-gan")
    assert "it is trained in the Lab" in words(test) and "DCGAN" in [header.value for header in test.header]


def test_a_training_in_the_plane_is_in_the_line_of_the_train_page_but_not_shown_there(runs):
    job = begin(runs)
    test = open_page("train")
    assert f"watch-{job.run.name}" in [button.key for button in test.button] and not asked(test, "run")
    assert "Training now" in words(test) and "Start after the current one" in labels(test)
    assert "Watch" in labels(open_page("home"))


def test_an_unfinished_run_in_the_plane_is_offered(runs):
    writer: RunWriter = jobs.create_run(request_for("plane-gan", 99), runs)
    list(zip(jobs.Training(writer), range(3), strict=False))
    writer.close()
    for page in ("home", "train"):
        assert "Not finished" in words(open_page(page))


def test_the_list_of_runs_shows_pictures_and_prunes_points(run):
    test = open_page("runs", search=run.path.name)
    (picture,) = [image for image in images(test) if "this run generated" in image.alt]
    assert re.match(r"\d pictures of the points that this run generated, from iteration 1 to 60$", picture.alt)
    assert "modes found" in words(test) and "Ring of 8" in words(test)
    prune(run)
    test = open_page("runs", search=run.path.name)
    assert any("pictures of the points" in image.alt for image in images(test))


def test_the_printable_page_shows_the_plane(run):
    test = open_page("runs", figures=run.path.name)
    said = words(test)
    assert "20,000 points from Ring of 8" in said and "How its points moved" in said and "P(real) is" in said
    assert any(image.alt.startswith("Points that the generator makes") for image in images(test))
    assert any("pictures of the plane" in image.alt for image in images(test))


def test_a_run_in_the_plane_is_compared_with_another_and_with_one_of_images(run, runs):
    other, drawn = trained_run(runs, "plane-gan", 60, seed=1), trained_run(runs, "dense-gan")
    test = open_page("runs", compare=f"{run.path.name},{other.name}")
    assert "Points in the plane" in words(test) and "Samples at the same moment" not in words(test)
    assert len([image for image in images(test) if image.alt.startswith("Points of ")]) == 2
    assert "Measured on 2,500 samples of each run." in words(test)
    test = open_page("runs", compare=f"{run.path.name},{drawn.name}")
    assert "Points in the plane" in words(test) and "Samples at the same moment" in words(test)
