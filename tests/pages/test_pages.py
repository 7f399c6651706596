"""The pages, in each state, without a browser."""

import shutil
import threading

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from ganlab import jobs, registry
from ganlab.inference import describe_networks
from ganlab.jobs import worker
from ganlab.runs import Run, list_runs
from ganlab.startup import start_tensorflow
from ganlab.training import devices
from ganlab.training.waiting import RATIO, READY
from ganlab.ui.shared import streamlit_patches
from ganlab.ui.train.networks_panel import network_html
from tests.conftest import HEAVY, ROOT, imported_by, small, train_run, trained_run, until
from tests.pages.steps import again, asked, being_trained, labels, press, press_key
from tests.pages.steps import open_page as page
from tests.pages.train_steps import frame, train, words


@pytest.fixture
def runs(beside_shipped):
    return beside_shipped


@pytest.mark.parametrize("name", ["home", "train", "runs"])
def test_a_first_page_is_drawn_without_tensorflow(name, tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path))
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        f"test = AppTest.from_file('pages/{name}.py', default_timeout=60).run()\n"
        "assert not test.exception, test.exception"
    )
    assert not HEAVY & imported_by(code)


def test_the_router_shows_home_first():
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not test.exception and test.title[0].value == "Watch a computer learn to draw digits"


def test_a_page_leaves_the_state_of_keras_alone_while_networks_are_built(runs):
    start_tensorflow()
    import keras

    assert hasattr(script_runner, streamlit_patches.HOOK), "Streamlit has changed: see what it does to Keras now"
    first = keras.layers.Dense(1).name
    page("home")
    assert keras.layers.Dense(1).name != first


def test_every_message_is_sent_whole():
    """A reference to one that the browser has just forgotten, as it may between two polls, ends the connection."""
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "x" * 10**7
    populate_hash_if_needed(message)
    assert message.hash and not message.metadata.cacheable


def test_who_fills_in_a_form_is_not_taken_from_it_when_a_training_begins_elsewhere(runs):
    test = page("train", model="dense-gan", images="Offline digits")
    job = train(runs)
    until(lambda: job.view().state != "queued")
    again(test)
    assert "Start after the current one" in labels(test) and "Training now:" in words(test)
    worker.stop(job)
    job.wait(60)
    until(lambda: not worker.waiting())
    again(test)
    assert "Start" in labels(test) and "Training now:" not in words(test)
    train(runs)
    press_key(test, "start")  # as it still said Start
    assert len(worker.waiting()) == 2 and asked(test, "run") == worker.waiting()[1].run.name
    assert frame(test)[0]["words"].startswith("Number 2 in line")


def test_how_long_it_takes_is_timed_by_itself_once_the_form_is_left_alone(runs, tmp_path, monkeypatch):
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GANLAB_WARM", "1")
    timed: list[jobs.Request] = []
    go_on = threading.Event()

    def time_here(request: jobs.Request) -> float:
        timed.append(request)
        go_on.wait(60)
        devices.remember_speed(jobs.pace(request), 0.02)
        return 0.02

    monkeypatch.setattr(jobs, "time_here", time_here)
    test = page(
        "train", model="dense-gan", **{"dense-gan.published.units": "77", "dense-gan.published.iterations": "500"}
    )
    assert "about to be timed" in words(test) and not timed
    field = next(field for field in test.number_input if field.label == "Batch size")
    field.set_value(33).run()
    assert "about to be timed" in words(test) and not timed, "the form has just changed"
    again(test)
    assert "Timing a few iterations" in words(test)
    until(lambda: timed)
    go_on.set()
    until(lambda: jobs.seconds_per_iteration(timed[0]) is not None)
    waiting = 500 * 0.02 * RATIO + READY
    said = f"**About {waiting:.0f} s on this machine**, judging by a few iterations that were timed here: 43 iterations"
    assert said in words(again(test))
    assert [(request.values["units"], request.values["batch_size"]) for request in timed] == [(77, 33)]


IMAGES = [spec for spec in registry.specs() if not spec.points]  # the others are trained in the Lab


def test_without_a_run_the_form_is_there_with_dcgan_chosen(runs):
    test = page("train")
    assert test.header[0].value == "DCGAN" and "Start" in labels(test)
    assert "1,637,121" in words(test) and "Where we differ from the source" in words(test)


def test_there_is_a_card_for_every_architecture_and_a_click_chooses_it(runs):
    test = page("train")
    for spec in IMAGES:
        assert f"**{spec.title}**" in words(test)
        described = [text.value for text in test.caption if text.value.startswith(spec.card or spec.summary)]
        (caption,) = set(described)
        assert caption.endswith(f"parameters. From {spec.source.title}, {spec.source.year}.")
        press_key(test, f"choose-{spec.name}")
        assert test.header[0].value == spec.title and spec.name in test.query_params["model"]
        assert not [key for button in test.button if (key := button.key or "").startswith("choose-")], "folded away"
        press(test, "Choose another architecture")


def test_an_unknown_architecture_in_the_address_is_a_sentence_and_the_form_is_there(runs):
    test = page("train", model="no-such")
    assert "There is no architecture 'no-such'" in words(test) and "Start" in labels(test)


@pytest.mark.parametrize("spec", IMAGES, ids=lambda spec: spec.name)
def test_the_form_has_a_field_for_every_knob_with_the_presets_values(runs, spec):
    test = page("train", model=spec.name)
    fields = {field.label: field.value for field in [*test.number_input, *test.toggle, *test.selectbox]}
    for knob in spec.knobs:
        assert fields[knob.label] == pytest.approx(spec.values()[knob.name])
    assert next(iter(spec.presets.values())).summary in words(test)


def test_a_changed_setting_is_marked_and_can_be_put_back(runs):
    test = page("train", model="dense-gan")
    field = next(field for field in test.number_input if field.label == "Batch size")
    field.set_value(64).run()
    assert "Changed. The preset has 128." in words(test) and "Changed from the preset: Batch size." in words(test)
    press(test, "Put back")
    assert next(field for field in test.number_input if field.label == "Batch size").value == 128
    assert "Changed" not in words(test)


def test_a_preset_brings_its_own_settings_into_the_form_and_the_run(runs):
    def values() -> dict:
        fields = {field.label: field.value for field in [*test.number_input, *test.toggle, *test.selectbox]}
        return {knob.name: fields[knob.label] for knob in spec.knobs}

    spec = registry.get("digit-gan")
    assert spec.values("tuned") != spec.values("published")
    test = page("train", model="digit-gan", images="Offline digits")
    assert values() == pytest.approx(spec.values("published"))
    next(box for box in test.selectbox if box.label == "Preset").set_value("tuned").run()
    assert values() == pytest.approx(spec.values("tuned")) and "Changed" not in words(test)
    assert spec.presets["tuned"].summary in words(test) and spec.presets["published"].summary not in words(test)
    next(field for field in test.number_input if field.label == "Batch size").set_value(20).run()
    assert "Changed. The preset has 50." in words(test)
    press(test, "Start")
    (run,) = list_runs(runs)[0]
    assert run.config.preset == "tuned" and run.config.values == {**spec.values("tuned"), "batch_size": 20}


def test_settings_are_in_the_address(runs):
    query = {"dense-gan.published.batch_size": "64", "images": "Offline digits", "seed": "7", "dense-gan.classes": "5"}
    test = page("train", model="dense-gan", **query)
    assert next(field for field in test.number_input if field.label == "Batch size").value == 64
    press(test, "Start")
    (run,) = list_runs(runs)[0]
    assert run.config.values["batch_size"] == 64 and run.config.seed == 7
    assert run.config.dataset == "offline" and run.config.digits == (5,)


def test_a_quick_look_is_shorter(runs):
    test = page("train", model="dcgan", images="Offline digits")
    assert "500 iterations" in test.radio[0].proto.captions[1]
    test.radio[0].set_value("quick").run()
    press(test, "Start")
    (run,) = list_runs(runs)[0]
    assert run.total == 500
    hidden = page("train", model="digit-gan", images="Offline digits", new="1")
    assert len(hidden.radio[0].options) == 1, "its whole length is a quick look"


def test_how_long_it_takes_is_timed_when_asked_and_then_known(runs):
    query = {"dense-gan.published.units": "3", "model": "dense-gan", "images": "Offline digits", "precision": "float32"}
    test = page("train", **query)
    assert "iterations a second" not in words(test)
    press(test, "How long will it take here?")
    assert "Timing a few iterations" in words(test)
    until(lambda: "iterations a second" in words(test.run()))
    assert "It is not known how long" not in words(test)


def test_the_time_needed_follows_from_an_earlier_run(runs):
    train_run(runs, iterations=40, values={"units": 5})
    query = {f"dense-gan.published.{key}": str(value) for key, value in {**small("dense-gan"), "units": 5}.items()}
    test = page("train", model="dense-gan", images="Offline digits", precision="float32", **query)
    said = words(test)
    assert "on this machine**, judging by the last training with these settings here" in said


def test_the_networks_are_drawn_with_their_shapes(runs):
    drawn = network_html(describe_networks(registry.get("dcgan"), registry.get("dcgan").values()))
    assert "<b>Input</b>100" in drawn and "28 × 28 × 1" in drawn and "1,637,121 parameters" in drawn


def start(test: AppTest, name: str, iterations: int) -> AppTest:
    spec = registry.get(name)
    test.query_params["model"] = name
    test.run()
    next(box for box in test.selectbox if box.label == "Images").set_value("offline").run()
    for key, value in {**small(name), "iterations": iterations}.items():
        knob = next(knob for knob in spec.knobs if knob.name == key)
        next(field for field in test.number_input if field.label == knob.label).set_value(value)
    next(box for box in test.selectbox if box.label == "Precision").set_value("float32")
    return press(test, "Start")


def test_start_then_watch_pause_step_resume_and_stop(runs):
    test = start(page("train"), "dense-gan", 10**6)
    (job,) = [job for job in worker.jobs() if job.view().active]
    assert test.query_params["run"] in (job.run.name, [job.run.name])
    until(lambda: job.view().state == "running")
    test.run()
    assert {"Pause", "Stop"} <= set(labels(test)) and "Training" in words(test)
    until(lambda: frame(test.run())[0]["done"] > 20)
    head, arrays = frame(test)
    assert head["state"] == "running" and head["iteration"] >= 20 and head["total"] == 10**6
    assert {"iterations", "rows", "reals", "preview", "strip"} <= set(arrays)
    press(test, "Pause")
    until(lambda: job.view().state == "paused")
    assert {"Resume", "Step", "Stop"} <= set(labels(test.run()))
    before = job.view().iteration
    press(test, "Step")
    until(lambda: job.view().iteration == before + 1)
    said = frame(test.run())[0]["words"]
    assert said.startswith(f"Iteration {before + 1:,}. The discriminator saw 8 real images and 8 generated images")
    assert "Then the generator's weights moved by" in said
    (shown,) = [html.proto.body for html in test.get("html") if 'class="updates"' in html.proto.body]
    assert shown.index("on 8 real images") < shown.index("on 8 generated images") < shown.index("The generator learns")
    press(test, "Resume")
    until(lambda: job.view().state == "running")
    press(test.run(), "Stop")
    until(lambda: job.view().state == "stopped")
    test.run()
    assert "Resume" in labels(test) and "Stopped" in words(test)
    press(test, "Resume")
    until(lambda: any(j.view().state == "running" for j in worker.jobs()))


def test_a_page_opened_again_attaches_to_what_is_running(runs):
    job = train(runs)
    until(lambda: job.view().state == "running")
    for test in (page("train"), page("train", run=job.run.name)):
        assert job.run.name in words(test) and "Pause" in labels(test)


def test_a_second_start_shows_its_place_in_line(runs):
    first = train(runs)
    second = train(runs)
    until(lambda: first.view().state == "running")
    test = page("train", run=second.run.name)
    assert "Waiting in line" in words(test)
    assert "Number 2 in line" in frame(test)[0]["words"] and "Training now" in words(test)
    press(test, "Take back")
    until(lambda: second.view().state == "stopped")
    assert first.view().active


def test_a_start_while_this_machine_is_timed_waits_for_nobody_else(runs):
    timed = threading.Event()
    timing = worker.call(timed.wait)
    until(timing.running)
    job = train(runs)
    assert "Next in line. The training starts by itself" in frame(page("train", run=job.run.name))[0]["words"]
    timed.set()
    until(lambda: job.view().state == "running")


def test_a_waiting_run_that_is_deleted_by_hand_does_no_harm(runs):
    first, second = train(runs), train(runs)
    until(lambda: first.view().state == "running")
    shutil.rmtree(second.run)
    for test in (page("train", run=first.run.name), page("train", run=second.run.name), page("home")):
        assert not test.exception
    assert second.run.name in words(page("train", new="1")).replace("\\", ""), "it waits under its name"
    worker.stop(first)
    until(lambda: not worker.waiting())


def test_a_finished_run_can_be_looked_at_and_extended(runs):
    path = trained_run(runs, iterations=6)
    test = page("train", run=path.name)
    head, arrays = frame(test)
    assert "Finished" in words(test) and (head["done"], head["total"], head["live"]) == (6, 6, False)
    assert len(arrays["strip"]) == 6 * 784
    press(test, "Extend")
    until(lambda: Run(path).state == "finished" and Run(path).done == 12)


def test_an_interrupted_run_offers_to_resume(runs):
    path = trained_run(runs, iterations=6)
    with being_trained(path) as writer:
        writer.configure(iterations=9)
    test = page("train", run=path.name)
    assert "Interrupted" in words(test) and "ended before the run was done" in words(test)
    press(test, "Resume")
    until(lambda: Run(path).state == "finished" and Run(path).done == 9)


def test_a_failed_run_says_why(runs):
    job = train(runs, 9, dataset="/no/such/place")
    job.wait(60)
    test = page("train", run=job.run.name)
    assert "/no/such/place" in words(test) and "Resume" in labels(test) and "Failed" in words(test)


def test_a_run_that_another_process_trains_is_shown_without_controls(runs):
    path = trained_run(runs, iterations=6)
    with being_trained(path):
        test = page("train", run=path.name)
    assert "Another process" in words(test) and not {"Pause", "Stop"} & set(labels(test))


def test_an_unknown_run_in_the_address_is_a_sentence_and_the_form_is_there(runs):
    test = page("train", run="gone_*by*")
    assert "There is no run 'gone\\_\\*by\\*'" in words(test) and "Start" in labels(test)


def test_a_foreign_folder_among_the_runs_is_named_and_does_no_harm(runs):
    trained_run(runs, iterations=3)
    (runs / "foreign").mkdir()
    (runs / "foreign" / "config.json").write_text("{}")
    test = page("train", run="foreign")
    assert "'id' is missing" in words(test)
    assert "Start" in labels(page("train"))


def test_own_images_need_a_place(runs):
    test = page("train")
    next(box for box in test.selectbox if box.label == "Images").set_value("own").run()
    (start,) = [button for button in test.button if button.key == "start"]
    assert start.disabled and "where your own images are" in words(test)


def test_a_read_only_runs_folder_is_a_sentence(runs):
    runs.parent.mkdir(exist_ok=True)
    runs.write_text("a file is in the way")
    test = page("train")
    next(box for box in test.selectbox if box.label == "Images").set_value("offline").run()
    press(test, "Start")
    assert "cannot be written" in words(test)


def test_a_missing_data_set_is_announced_with_the_offline_digits(runs):
    job = train(runs, 3, dataset="mnist")
    assert job.wait(60).state == "finished"
    assert "offline" in words(page("train", run=job.run.name)).lower()
