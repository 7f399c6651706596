"""Own images that are uploaded on the Train page, without a browser."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from ganlab.jobs import worker
from ganlab.runs import Run, RunWriter
from ganlab.ui.train import images_field, own_images_field
from tests.data.layouts_written import FLAT, WORDS, Y, csv, kaggle_header
from tests.data.test_data_uploaded_images import TWO_CLASSES, packed, shade
from tests.pages.steps import again, open_page, press, words

EXAMPLES = "Some of the real images that it will learn from"


@pytest.fixture
def runs(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def submitted(monkeypatch) -> list[Run]:
    """The runs that were handed to the worker, which trains none of them."""
    handed = []

    def submit(writer: RunWriter) -> SimpleNamespace:
        writer.close()
        handed.append(Run(writer.path))
        return SimpleNamespace(run=writer.path)

    monkeypatch.setattr(worker, "submit", submit)
    return handed


def form(**query: str) -> AppTest:
    return open_page("train", model="dense-gan", images="My own images", precision="float32", **query)


def upload(test: AppTest, content: bytes, name: str = "pets.zip") -> AppTest:
    test.file_uploader(key="upload").upload(name, content, "application/zip")
    return again(test)


def offered(test: AppTest) -> list[str]:
    """All that can be pressed in rows of choices, the classes among it."""
    return [option.content for group in test.get("button_group") for option in group.proto.options]


def alts(test: AppTest) -> list[str]:
    return [image.proto.imgs[0].alt for image in test.get("image")]


def test_an_upload_is_shown_started_and_found_again(runs: Path, submitted: list[Run]):
    test = form()
    assert EXAMPLES not in alts(test)
    test = upload(test, packed(TWO_CLASSES))
    place = test.text_input(key="place").value
    assert place and Path(place).is_relative_to(runs / "uploads") and Path(place).name == "pets"
    assert {"cats", "dogs"} <= {*offered(test)} and EXAMPLES in alts(test)
    assert "(3 images, 2 classes)" in words(test)
    assert test.query_params["place"] in (place, [place])

    later = form(place=place)
    assert later.text_input(key="place").value == place and EXAMPLES in alts(later)
    press(later, "Start")
    assert [run.config.dataset for run in submitted] == [place]


def test_a_path_written_after_an_upload_is_what_counts(runs: Path, tmp_path: Path):
    test = upload(form(), packed(TWO_CLASSES))
    test.text_input(key="place").set_value(str(tmp_path / "elsewhere"))
    assert "no data set, file or folder called" in words(again(test))
    assert test.text_input(key="place").value == str(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pets.zip", b"no zip", "pets.zip is damaged"),
        ("pets.npz", b"no npz", "pets.npz is damaged"),
        ("pet.png", b"no picture", "No image in pet.png could be read"),
    ],
)
def test_a_bad_upload_is_one_sentence_and_leaves_the_field_alone(runs: Path, tmp_path, name, content, said):
    (tmp_path / "mine" / "a").mkdir(parents=True)
    (tmp_path / "mine" / "a" / "1.png").write_bytes(shade(90))
    place = str(tmp_path / "mine")
    test = upload(form(place=place), content, name)
    assert [said in error.value.replace("\\", "") for error in test.error] == [True]
    assert test.text_input(key="place").value == place and not list((runs / "uploads").iterdir())
    assert test.button(key="start").disabled and own_images_field.UNTAKEN in words(test)
    upload(test, packed(TWO_CLASSES))
    assert not test.error and test.text_input(key="place").value != place
    assert not test.button(key="start").disabled


def test_without_images_there_is_no_start(runs: Path):
    test = form()
    assert test.button(key="start").disabled and own_images_field.NOWHERE in words(test)
    test = upload(test, packed(TWO_CLASSES))
    assert not test.button(key="start").disabled and "It will learn from all classes: 2 training images." in words(test)
    shutil.rmtree(runs / "uploads")  # as the Runs page deletes an upload
    assert again(test).button(key="start").disabled and images_field.UNREAD in words(test)
    assert "It will learn from" not in words(test)


def test_unreadable_pictures_are_told_of_before_the_start(runs: Path):
    assert "1 of 4 images" in words(upload(form(), packed({**TWO_CLASSES, "dogs/9.png": b"x"})))


def test_a_table_is_described_and_its_words_are_the_classes(runs: Path, submitted: list[Run], tmp_path):
    test = form(place=str(csv(tmp_path / "pets.csv", WORDS[Y], FLAT / 255)))
    said = words(test)
    assert (
        "CSV table" in said
        and "36 images to learn from and 4 for testing, in 4 classes, stored as 28x28; fingerprint" in said
    )
    assert "Pixels from 0 to 1 were scaled to 0 to 255." in said
    assert {*WORDS.tolist()} <= {*offered(test)} and EXAMPLES in alts(test)
    press(test, "Start")
    assert [run.config.dataset for run in submitted] == [str(tmp_path / "pets.csv")]


def test_what_cannot_be_read_lists_what_would_be(runs: Path, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    test = form(place=str(tmp_path / "notes.txt"))
    assert ["a CSV with 784 columns" in error.value for error in test.error] == [True]


def test_twenty_examples_are_shown_where_many_classes_have_no_image(runs: Path, tmp_path, monkeypatch):
    shown = []
    real = images_field.sheet
    monkeypatch.setattr(
        images_field, "sheet", lambda some, *args, **others: shown.append(len(some)) or real(some, *args, **others)
    )
    form(place=str(csv(tmp_path / "letters.csv", 2 + Y * 60, FLAT, header=kaggle_header())))
    assert {*shown} == {20}


def test_only_classes_with_images_are_offered_and_they_are_called_by_their_names(
    runs: Path, submitted: list[Run], tmp_path
):
    test = form(place=str(csv(tmp_path / "emnist-letters-train.csv", 1 + Y, FLAT)))
    (pills,) = [one for one in test.button_group if "Classes" in one.label]
    assert pills.options == ["A", "B", "C", "D"], "there is no image of the class that EMNIST calls -"
    pills.set_value([2, 4])
    test = again(test)
    assert "It will learn from classes B, D: 18 of 36 training images." in words(test)
    press(test, "Start")
    (run,) = submitted
    assert run.config.digits == (2, 4)


def test_both_sides_of_a_race_are_offered_the_same_classes(runs: Path, tmp_path):
    place = str(csv(tmp_path / "pets.csv", WORDS[Y], FLAT))
    query = {"images": "My own images", "place": place, "race-other": "true"}
    test = open_page("train", section="race", new="1", **query)
    pills = {one.label.split(";")[0]: one.options for one in test.button_group if "lasses" in one.label}
    assert pills == dict.fromkeys(("Classes", "Classes of the right side"), sorted(set(WORDS.tolist())))


def test_a_path_that_was_written_is_read_with_a_bar_that_says_how_far_it_is(runs: Path, tmp_path, monkeypatch):
    said = []
    real = DeltaGenerator.progress

    def progress(self: DeltaGenerator, value: float, text: str = "", **others) -> DeltaGenerator:
        said.append((value, text))
        return real(self, value, text, **others)

    monkeypatch.setattr(DeltaGenerator, "progress", progress)
    place = tmp_path / "pets"
    for number in range(1, 11):
        (place / "cats").mkdir(parents=True, exist_ok=True)
        (place / "cats" / f"{number}.png").write_bytes(shade(20 * number))
    form(place=str(place))
    assert [value for value, _ in said] == [0.0, *(number / 10 for number in range(10))]
    assert all("Reading images from" in text for _, text in said[1:])
    before = len(said)
    form(place=str(place))
    assert len(said) == before, "they are read once"
