"""The Runs page in each state of a run, and what its buttons do, without a browser and without TensorFlow."""

import json
import shutil
from functools import partial

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.diagnosis import diagnose
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import Run, RunWriter, layout, rename
from ganlab.ui.runs import run_list, run_verdicts
from tests.conftest import ROOT
from tests.pages.steps import again, finish, labels, make, open_page, press, titles, words

page = partial(open_page, "runs")


def menu(test: AppTest, run: Run) -> AppTest:
    test.session_state[f"more-{run.path.name}"] = True
    return again(test)


@pytest.fixture
def submitted(monkeypatch):
    """The runs that were handed to the worker, which trains none of them."""
    handed = []

    def submit(writer):
        handed.append((writer.path, writer.run.config.iterations))
        writer.close()

    monkeypatch.setattr(worker, "submit", submit)
    return handed


def test_without_a_run_the_page_says_how_to_get_one(runs):
    test = page()
    assert "not trained anything yet" in words(test) and labels(test) == ["Train a GAN"]
    runs.rmdir()
    assert "not trained anything yet" in words(page())


@pytest.mark.parametrize("state", ["queued", "preparing", "running", "paused"])
def test_a_run_in_work_is_listed_and_can_only_be_renamed(runs, state):
    writer = make(runs, 12)
    writer.status(state)
    test = page()
    assert run_list.WORDS[state] in words(test)
    assert "Offline digits · 12 of 30 iterations · 1 min 5 s" in words(test)
    assert labels(test) == ["Open", "Printable page"]
    test = menu(test, writer.run)
    assert set(labels(test)) == {"Open", "Printable page", "Export", "Fill the form", "Rename"}
    assert "To pause or stop it" in words(test)
    writer.close()


@pytest.mark.parametrize(
    ("state", "said", "action"),
    [
        ("finished", "Finished", "Extend"),
        ("stopped", "Stopped", "Resume"),
        ("failed", "Failed", "Resume"),
        ("running", "Interrupted", "Resume"),
    ],
)
def test_a_run_that_rests_can_go_on(runs, submitted, state, said, action):
    run = finish(runs, state, "The disk is full." if state == "failed" else "")
    test = page()
    assert said in words(test) and "30 iterations" in words(test) and len(test.get("image")) == 1
    assert ("The disk is full." in words(test)) == (state == "failed")
    test = press(menu(test, run), action)
    assert submitted == [(run.path, 60 if action == "Extend" else 30)]
    assert "The run continues" in words(test) and Run(run.path).status.iteration == 30
    assert len(submitted) == 1 and "The run continues" not in words(again(test)), "a click acts once"


def test_a_run_that_has_not_begun_has_no_images_yet(runs):
    run = finish(runs, "failed", "There are no images there.", done=0)
    for file in ("previews.bin", "reals.npy"):
        (run.path / file).unlink()
    assert "No images yet" in words(page()) and not page().get("image")
    assert "recorded no iteration" in words(page(figures=run.path.name))


def test_extending_by_another_length_and_too_far(runs, submitted):
    run = finish(runs, iterations=9_999_990)
    test = menu(page(), run)
    test.number_input[0].set_value(11)
    test = press(test, "Extend")
    assert "from 1 to 10,000,000" in words(test) and not submitted
    assert test.number_input[0].value == 11, "what was entered is kept"
    test.number_input[0].set_value(10)
    press(test, "Extend")
    assert submitted == [(run.path, 10_000_000)]


def test_a_refused_resume_is_said_in_place_and_loses_nothing(runs):
    run = finish(runs, "stopped")
    test = menu(page(), run)
    other = RunWriter(run.path)
    test = press(test, "Resume")
    other.close()
    assert "is being trained already" in words(test) and Run(run.path).done == 30


def test_a_run_is_renamed_and_its_title_is_shown_as_it_is(runs):
    run = finish(runs)
    test = menu(page(), run)
    test.text_input(key=f"title-{run.path.name}").set_value("  *Fives*, :red[good] $x$ ")
    test = press(test, "Rename")
    assert run.title == "*Fives*, :red[good] $x$"
    assert titles(test) == [r"\*Fives\*, \:red\[good\] \$x\$"] and "Dense GAN, class 5" in words(test)
    test.text_input(key="search").set_value("FIVES dense").run()
    assert len(titles(test)) == 1
    test = menu(test, run)
    test.text_input(key=f"title-{run.path.name}").set_value(" ")
    test = press(test, "Rename")
    assert "A title has 1 to 60 characters" in words(test) and run.title.startswith("*Fives*")


def test_pruning_and_deleting_ask_first(runs):
    run, other = finish(runs), finish(runs)
    test = menu(page(), run)
    assert not {"Prune", "Delete"} & set(labels(test)) and "deletes for good" in words(test)
    test.checkbox(key=f"prune-sure-{run.path.name}").check().run()
    test = press(test, "Prune")
    assert "The history was pruned" in words(test) and Run(run.path).pruned == Run(run.path).done == 30
    test = menu(test, run)
    assert "was pruned" in words(test)
    test.checkbox(key=f"delete-sure-{run.path.name}").check().run()
    test = press(test, "Delete")
    assert "was deleted, which freed" in words(test)
    assert not run.path.exists() and other.path.exists() and len(titles(test)) == 1


@pytest.mark.parametrize("action", ["Rename", "Extend", "Prune", "Delete"])
def test_a_run_that_was_deleted_elsewhere_harms_nothing(runs, submitted, action):
    run = finish(runs)
    test = menu(page(), run)
    for name in ("prune-sure", "delete-sure"):
        test.checkbox(key=f"{name}-{run.path.name}").check().run()
    shutil.rmtree(run.path)
    test = press(test, action)
    assert "deleted from another window" in words(test) and not titles(test) and not submitted
    assert not run.path.exists()


def test_a_run_that_vanishes_while_the_page_is_drawn_harms_nothing(runs, monkeypatch):
    run, other = finish(runs), finish(runs, dataset="mnist")
    drawn = run_list.thumbnails

    def vanish(of, n):
        if of.path == run.path:
            raise FileNotFoundError(run.path)
        return drawn(of, n)

    monkeypatch.setattr(run_list, "thumbnails", vanish)
    test = page()
    assert "has just been deleted" in words(test) and len(titles(test)) == 1 and other.path.exists()


def test_folders_that_are_no_runs_and_damaged_runs_harm_nothing(runs):
    finish(runs)
    (runs / "holiday").mkdir()
    (runs / "holiday" / "photo.txt").write_text("x")
    (runs / "damaged").mkdir()
    (runs / "damaged" / layout.CONFIG).write_text("{")
    test = page()
    assert len(titles(test)) == 1 and "damaged" in words(test) and "holiday" not in words(test)


def test_a_wrong_value_in_a_runs_config_is_one_sentence_and_hides_no_other(runs):
    run, _ = finish(runs), finish(runs)
    (run.path / layout.CONFIG).write_text(run.config.model_dump_json().replace('"digits":[5]', '"digits":5'))
    test = page()
    assert len(titles(test)) == 1 and "'digits' is wrong: it should be a valid array" in words(test)


@pytest.mark.parametrize("wrong", [{"seconds": "x"}, {"seconds": []}, {"state": 3}])
def test_a_run_whose_status_is_damaged_is_listed_as_interrupted(runs, wrong):
    run, _ = finish(runs), finish(runs)
    (run.path / layout.STATUS).write_text(json.dumps(run.status.to_json() | wrong))
    test = page()
    assert len(titles(test)) == 2 and "Interrupted" in words(test)


@pytest.mark.parametrize("data", [None, {"images": 3, "title": ""}])
def test_a_run_that_does_not_say_what_its_images_are_called_is_listed(runs, data):
    finish(runs, data=data)
    assert "Offline digits · 30 iterations" in words(page())


def test_a_run_of_an_architecture_that_is_no_more_is_listed(runs):
    run = finish(runs, model="old-gan")
    assert "old-gan, class 5" in words(page())
    assert "no architecture" in words(page(figures=run.path.name))


def test_torn_records_are_shown_as_far_as_they_go(runs):
    run = finish(runs, "running")
    with (run.path / "first_images.u8").open("r+b") as file:
        file.truncate(28 * 28 * 7 + 100)
    (run.path / layout.STATUS).write_text('{"sta')
    assert "Interrupted" in words(page()) and "7 of 30 iterations" in words(page())
    assert len(page(figures=run.path.name).get("plotly_chart")) == 3


def test_search_state_and_order(runs):
    five, all_digits = finish(runs, digits=[5]), finish(runs, "stopped", digits=None, model="dcgan", done=20)
    many = finish(runs, digits=[3, 8], dataset="fashion-mnist", model="art-gan")
    rename(five, "Best of May")
    names = {five.path: r"Best of May", all_digits.path: "DCGAN, all classes", many.path: "Art GAN, classes Dress, Bag"}

    def shown(**query: str) -> list[str]:
        return titles(page(**query))

    assert set(shown()) == set(names.values())
    assert shown(search="5") == ["Best of May"] and shown(search="digits 8") == [names[many.path]]
    assert shown(search="fashion") == [names[many.path]] and shown(search="dcgan stop") == ["DCGAN, all classes"]
    assert shown(search=five.path.name) == ["Best of May"] and shown(search="nothing of the kind") == []
    assert "No run matches" in words(page(search="nothing of the kind"))
    assert shown(state="Stopped") == ["DCGAN, all classes"]
    assert shown(sort="Longest")[-1] == "DCGAN, all classes"
    assert shown(sort="Model") == [names[many.path], names[all_digits.path], names[five.path]]
    (all_digits.path / "big").write_bytes(bytes(10**6))
    assert shown(sort="Size")[0] == "DCGAN, all classes"
    assert set(shown(sort="Nonsense", state="Odd")) == set(names.values())


def test_many_runs_come_in_pages(runs):
    for number in range(45):
        folder = runs / f"run-{number:02}"
        folder.mkdir(parents=True)
        created = f"2026-01-01T00:{number:02}:00"
        config = {"format": 1, "id": folder.name, "model": "dcgan", "preset": "published", "values": {}}
        config |= {"iterations": 9, "curves": ["seconds"], "created": created, "digits": [number % 10]}
        (folder / layout.CONFIG).write_text(json.dumps(config))
    assert len(titles(page())) == run_list.ROWS and titles(page())[0] == "DCGAN, class 4"
    last = page(page="3")
    assert len(titles(last)) == 5 and titles(last)[-1] == "DCGAN, class 0" and "45 runs" in words(last)
    last.text_input(key="search").set_value("run-44")
    assert titles(again(last)) == ["DCGAN, class 4"]
    assert len(titles(page(page="99"))) == run_list.ROWS
    last = page(page="3")
    last.text_input(key="search").set_value("class")
    assert len(titles(again(last))) == run_list.ROWS, "another search begins on the first page"


def test_pretrained_runs_are_listed_last_and_left_alone(runs):
    shipped = finish(run_list.PRETRAINED, created="2020-01-01T00:00:00+00:00")
    own = finish(runs)
    test = page()
    assert labels(test) == ["Open", "Printable page"] * 2 and len(test.get("image")) == 2
    assert words(test).index("Finished") < words(test).index("Comes with ganlab")
    assert "1 run of your own" in words(test) and own.path.exists() and shipped.path.exists()


def test_open_leads_to_the_train_page_with_this_run(runs, monkeypatch):
    run, led = finish(runs), []
    monkeypatch.setattr(run_list.st, "switch_page", lambda page, query_params: led.append((page, query_params)))
    press(page(), "Open")
    assert led == [("pages/train.py", {"run": run.path.name})]


def gan_with_a_verdict(folder, **config) -> Run:
    """Its discriminator's loss has no bounds."""
    writer = make(folder, 0, quality=["frechet", "frechet_floor"], iterations=100, **config)
    random = np.random.default_rng(0)
    rows = random.random([100, len(writer.run.curves)])
    rows[:, writer.run.curves.index("discriminator_loss")] = 1000.0
    writer.iterations(rows, random.integers(0, 256, [100, 28, 28], np.uint8))
    writer.quality(100, {"frechet": 13.72, "frechet_floor": 0.15})
    writer.progress(100, 65.0)
    writer.status("finished")
    writer.close()
    return Run(writer.path)


def test_a_row_has_its_verdict_its_metric_and_its_changed_settings(runs):
    values = {**registry.get("dense-gan").values(), "batch_size": 7}
    run = gan_with_a_verdict(runs, values=values, seed=3)
    verdict = diagnose(run)
    test = page()
    assert verdict is not None and f"[{verdict.name.capitalize()}]" in words(test)
    assert "Fréchet distance 13.7 (between real images: 0.15)" in words(test)
    assert "100 iterations instead of 20,000 · Batch size 7 instead of" in words(test) and "Seed 3" in words(test)


def test_a_verdict_is_given_once_for_a_run_that_rests(runs, monkeypatch):
    run, asked = gan_with_a_verdict(runs), []
    monkeypatch.setattr(run_verdicts.diagnosis, "diagnose", lambda run: asked.append(run.id) or diagnose(run))
    test = page()
    said = words(test)
    assert asked == [run.id] and words(again(test)) == said and len(asked) == 1
    run.keep_measured({"frechet": 2.0})
    again(test)
    assert len(asked) == 2, "what was measured since may change it"


def test_a_run_in_work_keeps_its_verdict_until_it_has_gone_on_for_a_while(runs, monkeypatch):
    asked = []
    monkeypatch.setattr(run_verdicts.diagnosis, "diagnose", lambda run: asked.append(run.done) or diagnose(run))
    writer = make(runs, 50, iterations=1000)
    writer.status("running")
    test = page()
    random = np.random.default_rng(0)
    for count in (2, 8):
        columns = len(writer.run.curves)
        writer.iterations(random.random([count, columns]), random.integers(0, 256, [count, 28, 28], np.uint8))
        again(test)
    writer.close()
    assert asked == [50, 60]


def test_verdicts_are_asked_for_on_the_page_that_is_shown_alone(runs, monkeypatch):
    asked = []
    monkeypatch.setattr(run_verdicts.diagnosis, "diagnose", lambda run: asked.append(run.id))
    for number in range(run_list.ROWS + 5):
        finish(runs, done=1, created=f"2026-01-01T00:{number:02}:00+00:00")
    page()
    assert len(asked) == run_list.ROWS


@pytest.mark.parametrize("raised", [ValueError("odd bytes"), GanlabError("gone"), KeyError("frechet")])
def test_a_run_that_no_verdict_can_be_given_on_breaks_nothing(runs, monkeypatch, raised):
    def refuse(run):
        raise raised

    finish(runs)
    monkeypatch.setattr(run_verdicts.diagnosis, "diagnose", refuse)
    monkeypatch.setattr(run_verdicts.run_summary, "in_brief", refuse)
    assert titles(page()) == ["Dense GAN, class 5"]


def test_the_router_knows_the_page(runs):
    finish(runs)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    test.switch_page("pages/runs.py").run()
    assert not test.exception and test.title[0].value == "Runs" and labels(test) == ["Open", "Printable page"]
