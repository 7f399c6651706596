"""Runs leave the app as a file, come in as one, and are made again from a link."""

import io
import re
import shutil
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from ganlab import jobs
from ganlab.errors import GanlabError
from ganlab.jobs import worker
from ganlab.runs import Run, choose, layout, list_runs, rename
from ganlab.sharing import reproduce
from ganlab.sharing.importing import import_run
from ganlab.ui.shared import model_picker
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import again, finish, labels, open_page, pictures, press, press_key, texts, words


def menu(test: AppTest, name: str) -> AppTest:
    test.session_state[f"more-{name}"] = True
    return again(test)


def downloads(test: AppTest) -> list[str]:
    return [str(button.proto.label) for button in test.get("download_button")]


def code(test: AppTest) -> list[str]:
    return [block.value for block in test.code]


@pytest.fixture
def exported(trained, tmp_path):
    """The zip of a finished run."""
    from ganlab.sharing.exporting import export

    export(Run(trained("gan")), tmp_path / "run.zip")
    return (tmp_path / "run.zip").read_bytes()


def upload(test: AppTest, name: str, content: bytes) -> AppTest:
    test.file_uploader[0].upload(name, content, "application/zip")
    return again(test)


def test_a_run_is_exported_from_its_menu_and_from_its_own_view(runs, add):
    name = add("gan").name
    test = press(menu(open_page("runs"), name), "Export")
    (saved,) = downloads(test)
    assert saved.startswith("Save dense-gan") and "kB" in saved
    content = test.session_state["exported"][1]
    assert "generate.py" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    test = press(open_page("train", run=name), "Export")
    assert saved in downloads(test)


def test_the_browser_is_told_once_to_download_the_file_and_not_where_there_is_none(runs, add):
    def told(test: AppTest) -> int:
        return [one.proto.component_name for one in test.get("bidi_component")].count("ganlab_save_at_once")

    name, empty = add("gan").name, finish(runs).path.name
    test = menu(open_page("runs"), name)
    assert told(test) == 0 and told(press(test, "Export")) == 1 and told(again(test)) == 0
    test.button(key=f"export-{name}").click()
    assert told(again(test)) == 1
    test.session_state[f"more-{empty}"] = True
    test = again(test)
    test.button(key=f"export-{empty}").click()
    assert told(again(test)) == 0 and "not saved any weights" in words(test)


def test_a_file_is_offered_as_long_as_the_run_is_as_it_was(runs, add):
    run = Run(add("gan"))
    first = layout.iteration_of(layout.snapshots(run.path)[0])
    for change in (lambda: choose(run, first), lambda: rename(run, "Mine")):
        test = press(menu(open_page("runs"), run.path.name), "Export")
        assert downloads(again(test))
        change()
        assert not downloads(again(test)) and "exported" not in test.session_state


def test_a_run_without_weights_says_so_in_place_of_a_file(runs):
    run = finish(runs)
    test = press(menu(open_page("runs"), run.path.name), "Export")
    assert "not saved any weights yet" in words(test) and not downloads(test)
    assert "Nothing was exported." in [status.label for status in test.status]


def test_an_exported_run_is_taken_in_and_marked(runs, exported):
    test = upload(open_page("runs"), "theirs.zip", exported)
    (run,) = list_runs(runs)[0]
    assert "Imported: " in words(test) and "Open it" in labels(test) and run.config.imported.file == "theirs.zip"
    assert "Imported" in " ".join(texts(test))
    test = menu(test, run.path.name)
    assert "cannot be trained further" in words(test) and not {"Extend", "Resume"} & set(labels(test))
    upload(test, "theirs.zip", exported)
    assert len(list_runs(runs)[0]) == 2


@pytest.mark.parametrize("state", ["finished", "stopped", "interrupted", "failed"])
def test_an_imported_run_is_shown_without_a_way_to_go_on(runs, state):
    origin = {"id": "gan-1", "created": "", "file": "theirs.zip", "on": ""}
    run = finish(runs, state, imported=origin)
    test = open_page("train", run=run.path.name)
    assert "imported from theirs.zip, where it was gan-1" in words(test)
    assert not {"Resume", "Extend"} & set(labels(test)) and "Export" in labels(test)
    with pytest.raises(GanlabError, match="imported"):
        jobs.reopen_run(run, 10_000)


def test_no_address_in_an_imported_run_becomes_a_link(runs):
    evil = "https://spy.example www.spy.example"
    run = finish(
        runs,
        "failed",
        evil,
        imported={"id": "a", "created": "", "file": evil, "on": ""},
        data={"images": 3, "source": evil, "title": evil, "notices": [evil], "class_names": []},
        device="cpu",
        precision=evil,
        precision_reason=evil,
    )
    rename(run, evil)
    for page, query in (("train", "run"), ("runs", "figures")):
        test = open_page(page, **{query: run.path.name})
        said = [text.replace("\\", "") for text in texts(test)]
        shown = [text for text in said if "spy" in text]
        assert len(shown) > 2 and not re.search(r"(://|www\.)spy", "\n".join(shown))


def test_a_run_that_takes_the_name_of_what_ships_does_not_take_its_place(runs, add, trained):
    wall = pictures(open_page("home"))
    finish(runs).path.rename(runs / "conditional-gan")
    assert wall and pictures(open_page("home")) == wall
    add("classifier")
    add("repair-gan")
    shipped = shutil.copytree(trained("classifier"), model_picker.PRETRAINED / "classifier")
    assert open_page("repair").selectbox(key="reader-choice").value == str(shipped)


def test_a_hostile_file_is_refused_once_with_its_sentence_and_leaves_nothing(runs, monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../evil.py", "print()")
    test = upload(open_page("runs"), "evil.zip", file.getvalue())
    sentence = "evil.zip cannot be imported: it holds '../evil.py', a name that points outside its folder."
    assert [error.value.replace("\\", "") for error in test.error] == [sentence]
    assert not list(runs.iterdir()) and not (runs.parent / "evil.py").exists()
    monkeypatch.setattr("ganlab.sharing.importing.import_run", lambda *asked: pytest.fail("it was looked at again"))
    assert [error.value.replace("\\", "") for error in again(test).error] == [sentence]


def test_a_run_is_reproduced_by_a_link_and_a_command(runs):
    run = finish(runs, digits=[3, 5], seed=4, device="cpu", precision="float32")
    asked = "new=1&model=dense-gan&dense-gan.published.iterations=30&images=Offline+digits"
    asked += "&dense-gan.classes=3&dense-gan.classes=5&seed=4&device=cpu&precision=float32"
    for test in (menu(open_page("runs"), run.path.name), open_page("train", run=run.path.name)):
        link, command = code(test)[:2]
        assert link.endswith(f"/train?{asked}") and command == reproduce.command(run)


def test_a_link_fills_the_form_and_starts_nothing(runs):
    test = open_page(
        "train",
        **{
            "new": "1",
            "model": "dcgan",
            "dcgan.published.batch_size": "32",
            "dcgan.published.iterations": "77",
            "images": "Offline digits",
            "seed": "9",
            "device": "cpu",
            "precision": "float32",
            "tensorboard": "true",
        },
    )
    asked = []
    assert worker.current() is None and not list_runs(runs)[0] and not test.warning
    from ganlab.ui.train import train_form

    choose_start, train_form.start = train_form.start, asked.append
    try:
        press_key(test, "start")
    finally:
        train_form.start = choose_start
    (request,) = asked
    assert (request.model, request.dataset, request.seed) == ("dcgan", "offline", 9)
    assert (request.device, request.precision, request.tensorboard) == ("cpu", "float32", True)
    assert (request.values["batch_size"], request.values["iterations"]) == (32, 77)


def test_another_length_than_the_epochs_give(runs):
    test = open_page("train", model="vae", images="Offline digits", length="Another length", iterations="70")
    (field,) = [box for box in test.number_input if box.key == "iterations"]
    assert field.value == 70 and not test.warning


def test_bad_values_in_a_link_are_told_and_the_rest_is_kept(runs):
    test = open_page(
        "train", **{"model": "dcgan", "dcgan.published.batch_size": "9" * 400, "device": "tpu", "seed": "9"}
    )
    (warning,) = test.warning
    assert (
        "Some settings in this link" in warning.value
        and "Batch size must be" in warning.value
        and "Device must be" in warning.value
    )
    values = {box.key: box.value for box in [*test.number_input, *test.selectbox]}
    assert values["seed"] == 9 and values["device"] == "auto" and values["dcgan.published.batch_size"] == 128
    assert "dcgan.published.batch_size" not in test.query_params
    assert not press(test, "Hide this message").warning


def test_the_pages_show_all_of_this_without_tensorflow(runs, tmp_path):
    run = finish(runs)
    code = "from ganlab.ui.shared import export_import; from ganlab.sharing import exporting, importing, reproduce"
    assert not HEAVY & imported_by(f"{code}; from ganlab.runs import previews")
    address = "from ganlab import runs; from ganlab.sharing import reproduce"
    assert not HEAVY & imported_by(f"{address}\nreproduce.address(runs.Run({str(run.path)!r}))")
    with pytest.raises(GanlabError):
        import_run(tmp_path / "gone.zip", runs)
