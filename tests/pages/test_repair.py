"""The section "One digit" of the Repair page in each of its states, without a browser."""

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.data import damages
from ganlab.data.offline import load_offline
from ganlab.ui.repair import digit_source, repair_result
from tests.pages.steps import being_trained, spoil_weights, words

PAGE = Path(__file__).parents[2] / "pages" / "repair.py"


DAMAGED, REPAIRED, ORIGINAL = "Damaged, as the model sees it: 28 x 28", "Repaired", "Original"


REAL = load_offline()


EXAMPLE = "here is an example"


@pytest.fixture
def runs(nothing, trained) -> Path:
    for name in ("repair-gan", "classifier", "dense-gan"):
        shutil.copytree(trained(name), nothing / name)
    return nothing


@pytest.fixture
def paper(monkeypatch) -> np.ndarray:
    """What is on every paper, nothing at first; tests paint on it."""
    ink = np.zeros((280, 280), np.uint8)
    monkeypatch.setattr(digit_source, "draw", lambda *_, **__: ink if ink.any() else None)
    return ink


def page(**query: object) -> AppTest:
    test = AppTest.from_file(str(PAGE), default_timeout=120)
    for key, value in query.items():
        test.query_params[key.rstrip("_")] = str(value)
    return again(test)


def again(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def address(test: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}


def pictures(test: AppTest) -> dict[str, str]:
    """The address of each image by its alternative text."""
    return {image.proto.imgs[0].alt: image.proto.imgs[0].url for image in test.get("image")}


def file_of(image: Image.Image | np.ndarray) -> bytes:
    file = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(file, "PNG")
    return file.getvalue()


def upload(test: AppTest, data: bytes, which: int = 0) -> AppTest:
    test.file_uploader[which].upload("digit.png", data, "image/png")
    return again(test)


def test_without_a_repair_model_the_page_says_how_to_get_one(nothing):
    assert "no repair model to look into yet" in words(page())


def test_without_a_classifier_it_repairs_and_does_not_read(runs):
    shutil.rmtree(runs / "classifier")
    test = page(mode="damage")
    assert "no classifier to look into yet" in words(test)
    assert {DAMAGED, REPAIRED, ORIGINAL, "Repair 1"} < pictures(test).keys() and not test.get("plotly_chart")


def test_damaged_weights_are_one_sentence(runs):
    spoil_weights(runs / "repair-gan")
    test = page()
    assert "missing or damaged" in test.error[0].value and not pictures(test)


def test_a_repair_model_that_still_trains_works_with_its_newest_copy(runs):
    assert "still training" not in words(page(mode="damage"))
    with being_trained(runs / "repair-gan"):
        test = page(mode="damage")
        assert "It is still training. This page uses its newest saved copy." in words(test)
        assert {DAMAGED, REPAIRED, ORIGINAL} < pictures(test).keys() and "Before: read as" in words(test)


def test_a_run_of_another_family_in_the_address_is_one_sentence(runs):
    as_usual = pictures(page(mode="damage"))
    for name, noun in (("model", "repair model"), ("reader", "classifier")):
        test = page(mode="damage", **{name: "dense-gan"})
        assert len(test.warning) == 1 and f"is not a{'n' if noun[0] in 'aeiou' else ''} {noun}" in test.warning[0].value
        assert pictures(test) == as_usual


def test_a_model_without_noise_makes_one_repair_and_says_what_it_redrew(nothing, trained):
    for name in ("inpaint-gan", "classifier"):
        shutil.copytree(trained(name), nothing / name)
    test = page(mode="damage", by="hole")
    assert "redraws the whole image" in words(test) and "Repair 1" not in words(test)
    assert not [button for button in test.button if button.label == "Choose"]


def test_an_empty_paper_shows_an_example(runs, paper):
    test = page()
    assert EXAMPLE in words(test) and {DAMAGED, REPAIRED, ORIGINAL} < pictures(test).keys()
    assert "Before: read as" in words(test) and len(test.get("plotly_chart")) == 1


def test_a_drawing_is_repaired_and_follows_the_strokes(runs, paper):
    paper[40:120, 130:150] = paper[160:240, 130:150] = 255
    test = page()
    before = pictures(test)
    assert EXAMPLE not in words(test) and {DAMAGED, REPAIRED} < before.keys() and ORIGINAL not in before
    assert "no pixel became darker" in words(test)
    paper[40:60, 80:150] = 255
    assert pictures(again(test))[DAMAGED] != before[DAMAGED]


def test_it_waits_for_the_button_when_asked_to(runs, paper):
    paper[40:240, 130:150] = 255
    test = page(follow=0)
    assert "Press Repair when you are ready" in words(test) and not pictures(test)
    test.button(key="repair-go").click()
    before = pictures(again(test))
    assert REPAIRED in before
    paper[40:60, 80:150] = 255
    assert "have changed the digit since then" in words(again(test)) and pictures(test)[DAMAGED] == before[DAMAGED]
    test.button(key="repair-go").click()
    assert pictures(again(test))[DAMAGED] != before[DAMAGED] and "have changed the digit" not in words(test)


@pytest.mark.parametrize(
    "query, shown",
    [
        ({"mode": "draw"}, True),
        ({"mode": "damage", "by": "paint"}, True),
        ({"mode": "damage", "by": "hole", "from": "drawn"}, True),
        ({"mode": "damage"}, False),
        ({"mode": "damage", "by": "preset", "follow": "0"}, False),
        ({"mode": "damage", "by": "none"}, False),
    ],
)
def test_strokes_are_followed_only_where_there_are_any(runs, paper, query, shown):
    test = page(**query)
    assert ([toggle.label for toggle in test.toggle].count("Follow my strokes") == 1) == shown
    assert "Press Repair" not in words(test) and {DAMAGED, REPAIRED} < pictures(test).keys()


def test_headings_go_down_one_level_at_a_time(runs, paper):
    test = page()
    assert [title.value for title in test.title] == ["Repair"]
    levels = [len(mark) for text in test.markdown for mark in re.findall(r"(?m)^(#+) ", str(text.value))]
    assert levels == [2]


def test_two_digits_in_a_box_are_named_and_repaired_all_the_same(runs, paper):
    paper[40:240, 50:70] = paper[40:240, 200:220] = 255
    test = page()
    assert "looks like two digits" in test.warning[0].value and REPAIRED in pictures(test)


def test_an_unsure_reading_says_so(runs, paper):
    paper[40:240, 130:150] = 255  # the tiny classifier is unsure of everything
    assert "is not sure what this is" in words(page())


def test_the_settings_are_in_the_address_and_survive_a_refresh(runs):
    test = page(mode="damage", by="preset", class_=3, number=2, damage="cuts", seed=5)
    shown = pictures(test)
    assert "number 2 of the" in words(test) and "Thin cuts" in words(test)
    test.number_input(key="repair-seed").set_value(6)
    again(test)
    assert address(test)["seed"] == "6" and pictures(test)[DAMAGED] != shown[DAMAGED]
    test.selectbox(key="repair-damage").set_value("pen")
    test.selectbox(key="repair-class").set_value("4")
    again(test)
    kept = address(test)
    assert (kept["damage"], kept["class"], kept["number"]) == ("pen", "4", "2")
    same = page(**{"class_" if name == "class" else name: value for name, value in kept.items()})
    assert pictures(same) == pictures(test)


def test_nonsense_in_the_address_is_passed_over(runs):
    test = page(mode="damage", by="fire", class_="q", number="-1", damage="x", seed="many", size="9" * 30, told="maybe")
    assert test.number_input(key="repair-number").value == 1 and REPAIRED in pictures(test)


def test_next_and_random_digits(runs):
    test = page(mode="damage")
    test.button(key="repair-next").click()
    assert address(again(test))["number"] == "2"
    seen = set()
    for _ in range(4):
        test.button(key="repair-random").click()
        found = address(again(test))
        seen.add((found["class"], found["number"]))
    assert len(seen) > 1


@pytest.mark.parametrize("kind", damages.DAMAGES)
def test_a_known_damage_of_any_kind_changes_nothing_else(runs, kind: str):
    test = page(mode="damage", by="preset", damage=kind, seed=3)
    assert "It changed none of the other pixels." in words(test)
    assert {DAMAGED, REPAIRED, ORIGINAL} < pictures(test).keys()


def test_the_model_may_not_be_told(runs):
    test = page(mode="damage", told=0)
    assert "no pixel became darker" in words(test) and ORIGINAL in pictures(test)


def test_an_unpainted_digit_shows_an_example_and_a_painted_one_the_mask(runs, paper):
    test = page(mode="damage", by="paint")
    assert EXAMPLE in words(test)
    paper[100:180, 100:180] = 255
    assert "64 pixels were lost" in words(again(test))


def test_a_full_mask_is_refused_and_an_empty_rest_is_named(runs, paper):
    paper[:] = 255
    test = page(mode="damage", by="paint")
    assert "covers the whole picture" in test.error[0].value
    paper[:10] = 0
    paper[:, :10] = 0
    test = again(test)
    assert not test.error and "Nothing is left of the digit" in test.warning[0].value


def test_a_hole_beside_the_strokes_is_named(runs):
    test = page(mode="damage", by="hole", size=2, row=0, column=0)
    assert "does not touch a stroke" in words(test)


def test_an_upload_with_its_own_gaps(runs):
    test = page(mode="damage", from_="upload", by="none")
    assert "Any size and colours" in words(test) and EXAMPLE in words(test)
    upload(test, file_of(255 - REAL.x_test[0]))
    assert "inverted" in words(test) and REPAIRED in pictures(test) and ORIGINAL not in pictures(test)


def test_of_an_animated_upload_the_first_picture_is_used(runs):
    first, other = (Image.fromarray(255 - image.repeat(4, 0).repeat(4, 1)) for image in REAL.x_test[:2])
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=[other])
    test = upload(page(mode="damage", from_="upload"), file.getvalue())
    assert "The file holds several pictures, of which the first one is used" in words(test)
    alone = upload(page(mode="damage", from_="upload"), file_of(first))
    assert "several pictures" not in words(alone) and pictures(test) == pictures(alone)


def test_what_is_transparent_in_an_upload_is_background(runs):
    ink = REAL.x_test[0].repeat(4, 0).repeat(4, 1)
    see_through = np.stack([0 * ink, 0 * ink, 0 * ink, ink], axis=2)
    test = upload(page(mode="damage", from_="upload"), file_of(see_through))
    assert "Transparent parts were taken as background" in words(test) and EXAMPLE not in words(test)
    assert {DAMAGED, REPAIRED, ORIGINAL} < pictures(test).keys() and not test.error


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b"no picture", "not a picture that can be read"),
        (file_of(Image.new("L", (40, 40), 90)), "No strokes stand out"),
        (file_of(Image.new("1", (20_000, 20_000))), "too many pixels"),
        (file_of(REAL.x_test[0])[:150], "damaged or cut short"),
        (b"", "not a picture that can be read"),
    ],
    ids=["no picture", "empty picture", "huge", "cut short", "empty file"],
)
def test_a_bad_upload_is_one_sentence_and_loses_nothing(runs, data: bytes, sentence: str):
    test = upload(page(mode="damage", from_="upload"), data)
    assert sentence in test.error[0].value and EXAMPLE in words(test)


def test_a_file_of_a_mask(runs):
    test = page(mode="damage", by="mask")
    hole = np.zeros((28, 28), np.uint8)
    hole[10:18, 10:18] = 255
    upload(test, file_of(hole))
    assert "64 pixels were lost" in words(test) and ORIGINAL in pictures(test)
    upload(test, file_of(hole.repeat(2, 0)))
    assert "must have the same size" in test.error[0].value
    upload(test, file_of(hole | 255))
    assert "covers the whole picture" in test.error[0].value


def test_a_mask_for_an_uploaded_picture_fits_the_picture(runs):
    test = page(mode="damage", from_="upload", by="mask")
    large = REAL.x_test[0].repeat(5, 0).repeat(5, 1)
    upload(test, file_of(large))
    hole = np.zeros((140, 140), np.uint8)
    hole[60:80, 60:80] = 255
    upload(test, file_of(hole), 1)
    assert "pixels were lost" in words(test) and ORIGINAL not in pictures(test)
    upload(test, file_of(hole[:28, :28]), 1)
    assert "must have the same size" in test.error[0].value


def test_a_sample_of_a_run(runs):
    test = page(mode="damage", from_="run", run="dense-gan")
    shown = pictures(test)[ORIGINAL]
    test.number_input(key="repair-sample").set_value(2)
    assert pictures(again(test))[ORIGINAL] != shown


def test_without_a_run_that_draws_it_says_so(runs):
    shutil.rmtree(runs / "dense-gan")
    assert "no model yet that generates digits" in words(page(mode="damage", from_="run"))


def test_the_digit_just_drawn_is_damaged(runs, paper):
    paper[40:240, 130:150] = 255
    test = page(mode="damage", from_="drawn", by="hole")
    assert {DAMAGED, REPAIRED, ORIGINAL} < pictures(test).keys()


def test_another_repair_can_be_chosen_until_the_damage_changes(runs):
    test = page(mode="damage")
    before = pictures(test)
    assert len([button for button in test.button if button.label == "Choose"]) == 3
    test.button(key="repair-choose-2").click()
    after = pictures(again(test))
    assert after[REPAIRED] != before[REPAIRED]
    assert [button.label for button in test.button if button.key == "repair-choose-2"] == ["Chosen"]
    test.number_input(key="repair-row").set_value(9)
    again(test)
    assert [button.label for button in test.button if button.key == "repair-choose-0"] == ["Chosen"]


def test_the_page_says_whether_the_alternatives_hardly_differ(runs, monkeypatch):
    monkeypatch.setattr(repair_result, "ALIKE", 0)
    apart = words(page(mode="damage"))
    assert "The strokes that these repairs add differ by" in apart and "those that differ most from each other" in apart
    monkeypatch.setattr(repair_result, "ALIKE", 256)
    alike = words(page(mode="damage"))
    assert "the repairs hardly differ" in alike and "differ most" not in alike and "; these are 4 of them." in alike
