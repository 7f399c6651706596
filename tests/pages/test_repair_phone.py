"""The section "Phone number" of the Repair page in each of its states, without a browser."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab import inference
from ganlab.data import damages, strip
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError
from ganlab.evaluation import Restaurant
from ganlab.reading import read_digits
from ganlab.runs import Run
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.repair import how_good, phone_number, trials
from tests.pages.steps import being_trained, spoil_weights, words

PAGE = Path(__file__).parents[2] / "pages" / "repair.py"
REAL = load_offline()
EXAMPLE = "here is an example"


@pytest.fixture
def runs(nothing, trained) -> Path:
    for name in ("repair-gan", "classifier"):
        shutil.copytree(trained(name), nothing / name)
    return nothing


@pytest.fixture
def papers(monkeypatch) -> dict[str, np.ndarray]:
    """What is on the papers by their keys."""
    drawn: dict[str, np.ndarray] = {}
    monkeypatch.setattr(phone_number, "draw", lambda key, *_, **__: drawn.get(key))
    return drawn


def page(**query: object) -> AppTest:
    test = AppTest.from_file(str(PAGE), default_timeout=120)
    test.query_params["section"] = "phone"
    for key, value in query.items():
        test.query_params[key.replace("_", "-")] = str(value)
    return again(test)


def again(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def pictures(test: AppTest) -> dict[str, str]:
    """The address of each image by its alternative text."""
    return {image.proto.imgs[0].alt: image.proto.imgs[0].url for image in test.get("image")}


def numbers(test: AppTest) -> list[str]:
    return [code.value for code in test.code]


def uploaded(test: AppTest, ink: np.ndarray | bytes) -> AppTest:
    file = io.BytesIO()
    if isinstance(ink, bytes):
        file.write(ink)
    else:
        Image.fromarray(ink).save(file, "PNG")
    test.file_uploader[0].upload("number.png", file.getvalue(), "image/png")
    return again(test)


def truth(seed: int) -> str:
    """What a sample number says."""
    labels = phone_number.sample(seed).truth
    assert labels is not None
    return "".join(map(str, labels))


def test_without_a_repair_model_the_section_says_how_to_get_one(nothing):
    test = page()
    assert "no repair model" in words(test) and "2,100 numbers of 10 digits a day" in words(test)


def test_an_empty_paper_has_an_example(runs):
    test = page()
    assert EXAMPLE in words(test) and "10 digits found" in words(test)
    assert [len(number) for number in numbers(test)] == [10, 10]
    assert f"The number is {truth(phone_number.SAMPLE_SEED)}." in words(test)
    assert {"Digit 1 as written", "Digit 1 damaged", "Digit 10 repaired"} < pictures(test).keys()
    assert test.selectbox(key="repair-number-damage").value == "strokes"


def test_what_is_written_is_found_and_read(runs, papers):
    papers["repair-number"] = strip.compose(REAL.x_test[:7], 1, 0.5, 4)
    test = page()
    assert EXAMPLE not in words(test) and "The number is" not in words(test)
    assert "7 digits found" in words(test) and [len(number) for number in numbers(test)] == [7, 7]
    assert "Digit 7 repaired" in pictures(test) and "Digit 8 repaired" not in pictures(test)
    assert "Digit 1 damaged" not in pictures(test) and test.selectbox(key="repair-number-damage").value == "none"


def test_two_halves_make_one_number(runs, papers):
    papers["repair-number-first"] = strip.compose(REAL.x_test[:3], 1, 0.5, 4)
    test = page(halves=1)
    assert "3 digits found" in words(test)
    papers["repair-number-second"] = strip.compose(REAL.x_test[3:8], 1, 0.5, 4)
    assert "8 digits found" in words(again(test))
    whole = numbers(test)
    papers.clear()
    papers["repair-number"] = strip.compose(REAL.x_test[:8], 1, 0.5, 4)
    test.toggle(key="repair-halves").set_value(False)
    assert numbers(again(test)) == whole


def test_more_than_twenty_digits_in_two_halves_are_refused(runs, papers):
    papers["repair-number-first"] = strip.compose(REAL.x_test[:11], 1, 0.5, 2)
    papers["repair-number-second"] = strip.compose(REAL.x_test[:10], 1, 0.5, 2)
    assert "21 digits on the two papers" in words(page(halves=1))


def test_a_dot_is_no_number(runs, papers):
    papers["repair-number"] = np.zeros([160, 1120], np.uint8)
    papers["repair-number"][80:82, 80:82] = 255
    test = page()
    assert "No number was found" in words(test) and not numbers(test)


@pytest.mark.parametrize("empty, full", [("first", "second"), ("second", "first")])
def test_a_dot_on_one_paper_leaves_the_other_as_it_is(runs, papers, empty: str, full: str):
    papers[f"repair-number-{full}"] = strip.compose(REAL.x_test[:4], 1, 0.5, 4)
    test = page(halves=1)
    alone = numbers(test)
    papers[f"repair-number-{empty}"] = np.zeros([160, 560], np.uint8)
    papers[f"repair-number-{empty}"][80:82, 80:82] = 255
    assert numbers(again(test)) == alone and "4 digits found" in words(test) and not test.error
    assert len(test.warning) == 1 and f"No digit was found on the {empty} paper" in test.warning[0].value
    papers[f"repair-number-{full}"] = papers[f"repair-number-{empty}"]
    again(test)
    assert "No number was found" in test.error[0].value and not numbers(test) and not test.warning


def test_two_lines_on_one_paper_are_named(runs, papers):
    papers["repair-number-first"] = strip.compose(REAL.x_test[:4], 1, 0.5, 4)
    line = strip.compose(REAL.x_test[4:7], 1, 0.5, 2)
    papers["repair-number-second"] = np.concatenate([line, line])
    test = page(halves=1)
    said = test.warning[0].value
    assert "on the second paper" in said and "two lines of writing" in said and "4 digits found" in words(test)


@pytest.mark.parametrize("known", [True, False])
def test_the_figures_of_the_same_models_under_the_same_damage_are_one_press_away(runs, monkeypatch, known):
    asked = []
    monkeypatch.setattr(how_good, "measure", lambda trial, damage: asked.append((trial, damage)) or stop())
    shutil.copytree(runs / "repair-gan", runs / "other")
    test = page(model="other", reader="classifier", number_from="sample", number_damage="cuts", number_told=int(known))
    test.button(key="repair-number-figures").click()
    again(test)
    assert test.button_group(key="repair-section").value == "quality" == test.query_params["section"]
    assert test.query_params["part"] == "day"
    ((trial, damage),) = asked
    assert (trial.ways[trials.REPAIRED].run.path.name, trial.reader.run.path.name) == ("other", "classifier")
    assert damage == "cuts" and trial.known is known and test.selectbox(key="repair-test-damage").value == "cuts"


def stop() -> None:
    raise GanlabError("That is enough.")


def test_damaged_weights_are_one_sentence(runs):
    spoil_weights(runs / "repair-gan")
    test = page(number_from="sample")
    assert len(test.error) == 1 and "missing or damaged" in test.error[0].value and not numbers(test)


def test_a_repair_model_that_still_trains(runs):
    with being_trained(runs / "repair-gan"):
        test = page()
        assert "It is still training" in words(test) and [len(number) for number in numbers(test)] == [10, 10]


@pytest.mark.parametrize("known", [True, False])
def test_each_digit_of_a_sample_number_is_damaged_if_asked(runs, known):
    test = page(number_from="sample", number_seed=4, number_damage="none")
    assert "Digit 1 damaged" not in pictures(test)
    clean = pictures(test)
    test.selectbox(key="repair-number-damage").select("pen")
    damaged = pictures(again(test))
    assert test.toggle(key="repair-number-told").value
    test.toggle(key="repair-number-told").set_value(known)
    again(test)
    for place in range(1, 11):
        assert damaged[f"Digit {place} as written"] == clean[f"Digit {place} as written"]
    assert sum(damaged[f"Digit {n} damaged"] != damaged[f"Digit {n} as written"] for n in range(1, 11)) >= 5
    test.number_input(key="repair-number-damage-seed").set_value(9)
    assert pictures(again(test))["Digit 1 damaged"] != damaged["Digit 1 damaged"]
    assert test.query_params["number-damage"] == "pen" and test.query_params["number-damage-seed"] == "9"


def test_the_button_writes_another_sample_and_the_seed_writes_the_same(runs):
    test = page(number_from="sample")
    first = [text for text in words(test).splitlines() if "The number is" in text]
    test.button(key="repair-number-next").click()
    second = words(again(test))
    assert first[0].split(".")[0] not in second and test.number_input(key="repair-number-seed").value == 33
    assert f"The number is {truth(33)}." in second
    assert np.array_equal(phone_number.sample(1).strips[0], phone_number.sample(1).strips[0])


@pytest.mark.parametrize("content", [b"no picture at all", np.full([40, 300], 128, np.uint8)])
def test_a_bad_upload_is_one_sentence(runs, content):
    test = uploaded(page(number_from="upload"), content)
    assert len(test.error) == 1 and not numbers(test)


def test_without_a_classifier_the_digits_are_repaired_all_the_same(runs):
    shutil.rmtree(runs / "classifier")
    test = page(number_from="sample")
    assert "Digit 10 repaired" in pictures(test) and not numbers(test) and "no classifier" in words(test)


def test_the_example_is_read_wrongly_before_and_correctly_after_with_what_comes_with_ganlab():
    repairer, reader = (inference.load(Run(PRETRAINED / name)) for name in ("repair-gan", "classifier"))
    number = phone_number.sample(phone_number.SAMPLE_SEED)
    digits = np.stack([found.image for found in strip.find_digits(number.strips[0])])
    lost = damages.draw_masks(phone_number.SAMPLE_DAMAGE, len(digits))
    found = read_digits(digits, reader, repairer, lost, known=True)
    assert found.before is not None and found.after is not None and number.truth is not None
    assert (found.before.argmax(axis=1) != number.truth).sum() >= 2
    np.testing.assert_array_equal(found.after.argmax(axis=1), number.truth)


def test_leaving_the_section_on_quality_forgets_its_part(runs):
    test = page(part="day")
    assert "part" not in test.query_params


def test_nonsense_in_the_address_is_ignored(runs):
    test = page(number_from="nowhere", number_damage="fire", number_seed="-3", halves="maybe")
    assert EXAMPLE in words(test) and test.selectbox(key="repair-number-damage").value == "strokes"


@pytest.mark.parametrize("name", ["repair-gan", "inpaint-gan"])
def test_the_digits_are_repaired_as_the_models_do_it(trained, name):
    repairer, reader = (inference.load(Run(trained(one))) for one in (name, "classifier"))
    digits = REAL.x_test[:6]
    lost = damages.draw_masks("hole", 6, 1)
    found = read_digits(digits, reader, repairer, lost, known=True)
    np.testing.assert_array_equal(found.damaged, np.where(lost, 0, digits))
    if repairer.keeps_the_rest:
        np.testing.assert_array_equal(found.repaired[~lost], digits[~lost])
    assert found.before is not None and found.after is not None
    np.testing.assert_allclose(found.after, reader.classify(found.repaired), atol=1e-5)
    untouched = read_digits(digits, reader, repairer, None, known=False)
    np.testing.assert_array_equal(untouched.damaged, digits)


def test_what_changed_and_what_is_wrong_are_said_in_words():
    before, after, truth = np.array([1, 7, 3]), np.array([1, 1, 5]), np.array([1, 1, 3])
    assert "digit 2 from 7 to 1; digit 3 from 3 to 5" in phone_number.what_changed(before, after)
    assert (
        phone_number.what_changed(before, before) == "The classifier reads the same number before and after the repair."
    )
    said = phone_number.what_is_wrong(before, after, truth)
    assert said == "The number is 113. Before the repair, digit 2 is read wrongly. After it, digit 3 is read wrongly."
    better = phone_number.what_is_wrong(np.array([7, 7, 3]), truth, truth)
    assert better.endswith(
        "Before the repair, digits 1 and 2 are read wrongly. After it, all digits are read correctly."
    )
    assert phone_number.what_is_wrong(before, before, truth).endswith(
        "Before and after the repair, digit 2 is read wrongly."
    )
    assert "cannot be compared" in phone_number.what_is_wrong(before[:2], after[:2], truth)


def test_the_restaurants_figures_are_its_own():
    said = phone_number.restaurant_words(Restaurant(), 0.99)
    assert "2,100 numbers of 10 digits a day" in said and f"about {2100 * (1 - 0.99**10):.0f} numbers" in said


def test_frames_stand_around_the_digits_and_leave_them_as_they_are():
    ink = strip.compose(REAL.x_test[:4], 0, 0.6, 3)
    found = strip.find_digits(ink)
    framed = phone_number.frame_digits(ink, found)
    for one in found:
        inside = np.s_[one.top : one.bottom, one.left : one.right]
        np.testing.assert_array_equal(framed[inside], ink[inside][..., None].repeat(3, 2))
    assert (framed == phone_number.FRAME).all(axis=2).any()
