"""What was uploaded to the Repair page, and which repair was chosen, is there again when its address is opened anew."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlab.cache import cache_folder
from ganlab.data import strip
from ganlab.data.offline import load_offline
from ganlab.ui.repair import uploaded_pictures
from tests.conftest import file_of
from tests.pages.steps import again, open_page, pictures, press_key, words

REAL = load_offline()
DIGIT = file_of(255 - REAL.x_test[0].repeat(4, 0).repeat(4, 1))
HALF = np.zeros((112, 112), np.uint8)
HALF[40:70, 20:90] = 255


@pytest.fixture(autouse=True)
def models(nothing, trained, tmp_path, monkeypatch) -> None:
    for name in ("repair-gan", "classifier"):
        shutil.copytree(trained(name), nothing / name)
    monkeypatch.setenv("GANLAB_CACHE", str(tmp_path / "cache"))


def reopened(test: AppTest) -> AppTest:
    """Another tab at the same address."""
    query = {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}
    return open_page("repair", **query)


def upload(test: AppTest, content: bytes, which: int = 0) -> AppTest:
    test.file_uploader[which].upload("file.png", content, "image/png")
    return again(test)


def test_a_digit_its_mask_and_the_chosen_repair(tmp_path):
    test = open_page("repair", **{"mode": "damage", "from": "upload", "by": "mask"})
    test = upload(upload(test, DIGIT), file_of(HALF), 1)
    test = press_key(test, "repair-choose-2")
    later = reopened(test)
    assert "that you chose before is still in use" in words(later) and "here is an example" not in words(later)
    assert pictures(later) == pictures(test)
    assert [button.label for button in later.button if button.key == "repair-choose-2"] == ["Chosen"]
    assert len(list((tmp_path / "cache" / uploaded_pictures.FOLDER).iterdir())) == 2
    press_key(later, "repair-mask-file-away")
    assert "mask-file" not in later.query_params and "here is an example" in words(later)
    press_key(later, "repair-upload-away")
    assert "upload" not in later.query_params and "still here" not in words(later)


def test_a_telephone_number():
    test = open_page("repair", **{"section": "phone", "number-from": "upload"})
    test = upload(test, file_of(255 - strip.compose(REAL.x_test[:6], 2, 0.5, 8)))
    later = reopened(test)
    assert "6 digits in 1 line" in words(later) and [code.value for code in later.code] == [
        code.value for code in test.code
    ]


def test_another_file_takes_the_place_of_the_first():
    test = open_page("repair", **{"mode": "damage", "from": "upload"})
    first = upload(test, DIGIT).query_params["upload"]
    other = upload(test, file_of(255 - REAL.x_test[1].repeat(4, 0).repeat(4, 1)))
    assert other.query_params["upload"] != first
    assert pictures(reopened(other)) == pictures(other)


@pytest.mark.parametrize("name", ["", "0" * 16, "../../secret", "é", "."])
def test_a_name_that_leads_nowhere_is_no_file(name):
    assert uploaded_pictures.find(name) is None
    assert "here is an example" in words(open_page("repair", **{"mode": "damage", "from": "upload", "upload": name}))


def test_a_bad_file_is_the_same_sentence_again():
    test = upload(open_page("repair", **{"mode": "damage", "from": "upload"}), b"no picture")
    assert len(test.error) == 1
    assert reopened(test).error[0].value == test.error[0].value


def test_only_the_latest_files_are_kept_and_no_large_ones(monkeypatch):
    monkeypatch.setattr(uploaded_pictures, "MOST_KEPT", 3)
    monkeypatch.setattr(uploaded_pictures, "LARGEST", 10)
    names = [uploaded_pictures.keep(bytes([number])) for number in range(5)]
    assert [uploaded_pictures.find(name) for name in names] == [None, None, b"\2", b"\3", b"\4"]
    assert uploaded_pictures.keep(bytes(11)) == ""
    path = cache_folder() / uploaded_pictures.FOLDER / names[4]
    path.write_bytes(b"another")
    assert uploaded_pictures.find(names[4]) is None, "what was changed is not what was uploaded"


def test_without_a_place_to_keep_it_a_file_is_used_all_the_same(tmp_path: Path):
    (tmp_path / "cache").write_text("a file is in the way")
    test = upload(open_page("repair", **{"mode": "damage", "from": "upload"}), DIGIT)
    assert "upload" not in test.query_params and "here is an example" not in words(test)
