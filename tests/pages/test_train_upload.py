"""Own images that are uploaded on the Train page, without a browser."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.jobs import worker
from ganlab.runs import Run, RunWriter
from ganlab.ui.train import train_form
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
    upload(test, packed(TWO_CLASSES))
    assert not test.error and test.text_input(key="place").value != place


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
    real = train_form.sheet
    monkeypatch.setattr(
        train_form, "sheet", lambda some, *args, **others: shown.append(len(some)) or real(some, *args, **others)
    )
    form(place=str(csv(tmp_path / "letters.csv", 2 + Y * 60, FLAT, header=kaggle_header())))
    assert {*shown} == {20}
