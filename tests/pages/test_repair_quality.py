"""The section "How good is it?" of the Repair page in each of its states, without a browser."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ganlab.data.offline import load_offline
from ganlab.evaluation import RepairFigures
from ganlab.ui.repair import (
    accuracy_breakdown,
    calibration,
    fidelity,
    how_good,
    outcomes,
    restaurant_day,
    trials,
    worst_cases,
)
from ganlab.ui.shared import model_picker
from tests.conftest import trained_run
from tests.pages.steps import being_trained, spoil_weights, words

PAGE = Path(__file__).parents[2] / "pages" / "repair.py"


@pytest.fixture
def evaluated(monkeypatch) -> list[str]:
    """Which damages were measured, one after the other, on 40 images each."""
    found, evaluate = [], trials.evaluate_repair

    def count(ways, reader, damage, known, seed, count, *rest):
        found.append(damage)
        return evaluate(ways, reader, damage, known, seed, 40, *rest)

    monkeypatch.setattr(trials, "evaluate_repair", count)
    monkeypatch.setattr(trials, "prepare", small(trials.prepare))
    monkeypatch.setattr(how_good, "prepare", trials.prepare)
    return found


def small(prepare):
    return lambda models, reader, known, seed, count: prepare(models, reader, known, seed, min(count, 40))


def take(runs: Path, trained: Callable[[str], Path], *names: str) -> None:
    for name in names:
        shutil.copytree(trained(name), runs / name)


def configure(run: Path, **changes: str) -> None:
    file = run / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def page(**query: str) -> AppTest:
    test = AppTest.from_file(str(PAGE), default_timeout=180)
    test.query_params["section"] = "quality"
    for key, value in query.items():
        test.query_params[key.replace("_", "-")] = value
    return again(test)


def again(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception, test.exception
    return test


def tables(test: AppTest) -> list[dict]:
    return [table.value.to_dict() for table in test.table]


def test_without_a_repair_model_or_a_classifier_it_says_what_to_do(runs, trained, evaluated):
    assert "no repair model to look into yet" in words(page())
    take(runs, trained, "repair-gan")
    assert "no classifier to look into yet" in words(page())
    assert not evaluated


def test_all_that_is_said_of_a_model(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page()
    said = words(test)
    assert "of the damaged digits correctly" in said and "Test images of Offline digits" in said
    assert "These are the first 40 images of the test set." in said
    assert "on the Runs page are of its first 2,000 at most" in said
    assert "Of the 28,800 pixels outside the damage, in 40 images" in said
    assert "only the mean fill to compare with" in said and "Fréchet distance" in said
    assert "2,100 numbers a day, with 21,000 digits" in said and "calibrated" in said
    assert "has lost 64 pixels" in said
    first = tables(test)[0]
    assert list(first["Images"].values()) == ["As they are", "Damaged", "Mean fill", "Repaired"]
    kinds = next(table for table in tables(test) if "Hole" in table.get("Read correctly", {}).values())
    assert len(kinds["Read correctly"]) == 6 and kinds["Damaged"][0] == first["Read correctly"][1]
    assert evaluated == ["hole", "strokes", "rectangles", "columns", "cuts", "pen"]
    again(test)
    assert len(evaluated) == 6, "what is known is not measured again"


def test_beside_the_same_network_without_its_critic(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    configure(
        shutil.copytree(trained("repair-gan"), model_picker.PRETRAINED / trials.BASELINE), preset="without-critic"
    )
    test = page(test_damage="rectangles")
    assert list(tables(test)[0]["Images"].values())[-1] == "Without a critic"
    assert "pixels lost" in str(tables(test)) and "measured for the hole" in words(test)
    assert "with the critic," in words(page())
    test = page(model=trials.BASELINE)
    assert list(tables(test)[0]["Images"].values())[-1] == "Repaired", "it is not compared with itself"


@pytest.mark.parametrize("iterations, said", [(6, 0), (2, 2)])
def test_two_networks_that_learnt_for_different_times_are_named(runs, trained, evaluated, tmp_path, iterations, said):
    take(runs, trained, "repair-gan", "classifier")
    other = trained_run(tmp_path, "repair-gan", iterations, preset="without-critic")
    shutil.copytree(other, model_picker.PRETRAINED / trials.BASELINE)
    sentence = f"The chosen model learned for 6 iterations and the one without a critic for {iterations}"
    found = words(page())
    assert "with the critic," in found
    assert found.count(sentence) == said, "below the table, and where it is said which is better"


def test_garments_have_no_telephone_numbers(runs, trained, evaluated, tmp_path, monkeypatch):
    real = load_offline()
    images = {name: getattr(real, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "fashion_mnist.npz", **images)  # pyright: ignore[reportArgumentType]
    monkeypatch.setenv("GANLAB_DATA", str(tmp_path))
    for name in ("repair-gan", "classifier"):
        trained_run(runs, name, dataset="fashion-mnist")
    said = words(page())
    assert "Test images of Fashion-MNIST" in said and "of the damaged images correctly" in said and "calibrated" in said
    assert "telephone" not in said and "numbers a day" not in said and "A restaurant's day" not in said


def test_damaged_weights_are_one_sentence(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    spoil_weights(runs / "repair-gan")
    test = page()
    assert len(test.error) == 1 and "missing or damaged" in test.error[0].value and not evaluated


def test_a_repair_model_that_still_trains(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    with being_trained(runs / "repair-gan"):
        said = words(page())
    assert "It is still training" in said and "of the damaged digits correctly" in said


def test_a_model_of_one_class_that_draws_whole_images(runs, trained, evaluated):
    take(runs, trained, "inpaint-fives", "classifier")
    test = page()
    assert "Only images of the classes that the model has learned" in words(test)
    assert "This model draws the whole image anew" in words(test)
    assert "measured for the hole" not in words(test)


def test_damage_that_is_not_known(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page(test_known="unknown", test_damage="cuts")
    assert "not told where the damage is" in words(test) and "it removed none" in words(test)
    test.selectbox(key="repair-test-known").set_value("known")
    assert "pixels outside the damage, in 40 images, the repair changed" in words(again(test))


def test_nonsense_in_the_address_is_the_usual_trial(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page(test_damage="fire", test_known="perhaps", test_count="-3", test_seed="x", day_sites="0")
    assert test.selectbox(key="repair-test-damage").value == "hole"
    assert test.selectbox(key="repair-test-count").value == "all"
    assert test.number_input(key="repair-day-sites").value == 35


def test_the_worst_cases_are_looked_into(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page()
    buttons = [button for button in test.button if button.key and button.key.startswith("quality-case-")]
    assert 1 < len(buttons) <= worst_cases.WORST and "chosen" in buttons[0].label
    shown = next(text.value for text in test.markdown if text.value.startswith("**Test image"))
    buttons[1].click()
    after = next(text.value for text in again(test).markdown if text.value.startswith("**Test image"))
    assert shown != after and "chosen" in test.button(key="quality-case-1").label


def test_another_restaurant(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page(day_sites="1", day_tables="10", day_sittings="1")
    assert "Of 10 numbers a day, with 100 digits" in words(test)
    test.number_input(key="repair-day-digits").set_value(3)
    assert "Of 10 numbers a day, with 30 digits" in words(again(test))


def test_without_mnist_the_offline_digits_stand_in_and_without_garments_there_is_a_sentence(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    configure(runs / "repair-gan", dataset="mnist")
    assert "The offline digits are used instead" in words(page())
    configure(runs / "repair-gan", dataset="fashion-mnist")
    st.cache_resource.clear()
    evaluated.clear()
    test = page()
    assert "Fashion-MNIST" in " ".join(error.value for error in test.error) and not evaluated


def figures(right: dict[str, int], n: int = 100) -> RepairFigures:
    """`n` images of class 0, the first `right` of which are read rightly in each way."""
    read = {way: np.eye(10)[np.where(np.arange(n) < count, 0, 1)] for way, count in right.items()}
    empty = np.zeros([n, 28, 28], np.uint8)
    return RepairFigures("", np.zeros(n, np.uint8), empty, empty, empty > 0, {}, read)


@pytest.mark.parametrize(
    ("right", "beside", "said"),
    [
        ((90, 60), -1, ("correctly from the network with the critic", "repairs of the network with the critic look")),
        ((60, 90), 1, ("correctly from the one without", "repairs of the one without look more real")),
        ((90, 89), 0, ("about equally well", "neither network's repairs clearly look more real")),
    ],
)
def test_which_is_better_at_what(right, beside, said):
    found = figures(dict(zip((outcomes.REPAIRED, outcomes.WITHOUT), right, strict=True)))
    distances = {outcomes.REPAIRED: 1.0, outcomes.WITHOUT: 1.4, fidelity.STROKES: 1.0}
    sentence = fidelity.which_is_better(found, fidelity.Fidelity(distances, 0, beside))
    assert all(part in sentence for part in said), sentence
    assert "distance 1.00 with the critic, 1.40 without" in sentence


@pytest.mark.parametrize(
    ("beside", "said"), [(-1, "as far as 1 image can show"), (0, "as far as 1 image can show"), (1, "do not yet look")]
)
def test_whether_repairs_look_real_is_said_beside_real_strokes_in_the_same_holes(beside, said):
    distances = {outcomes.REPAIRED: 0.311, fidelity.STROKES: 0.342}
    sentence = fidelity.verdict(fidelity.Fidelity(distances, beside, 0), 1)
    assert said in sentence and "(0.31 against 0.34)" in sentence


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ((60, 90), "After the repair it reads 30 more of them correctly"),
        ((90, 60), "does harm: after it, the classifier reads 30 fewer"),
        ((90, 91), "no difference that could not be chance"),
    ],
)
def test_what_the_repair_is_worth(right, said):
    assert said in how_good.worth(figures(dict(zip((outcomes.DAMAGED, outcomes.REPAIRED), right, strict=True))))


def test_no_floor_is_claimed_that_repairs_can_be_below(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")
    test = page()
    said = words(test)
    assert "by chance" not in said and "nearer than that" not in said and "Lower is better; 0 means" in said
    table = next(table for table in tables(test) if "What fills the hole" in table)
    rows = dict(zip(table["What fills the hole"].values(), table["Fréchet distance"].values(), strict=True))
    assert list(rows) == ["Real strokes of similar images", "Mean fill", "Repaired"]
    assert float(rows["Real strokes of similar images"]) < float(rows["Mean fill"])


def test_who_asks_for_the_restaurant_is_led_to_it(runs, trained, evaluated):
    take(runs, trained, "repair-gan", "classifier")

    def led(test: AppTest) -> bool:
        return any(piece.proto.component_name == "ganlab_arrive" for piece in test.get("bidi_component"))

    assert led(page(part=restaurant_day.DAY)) and not led(page()) and not led(page(part="night"))


def test_where_a_share_likely_lies():
    low, high = trials.interval(0.5, 100)
    assert (low, high) == pytest.approx((0.404, 0.596), abs=0.001)  # Wilson's, as tabled
    assert trials.interval(1.0, 50)[1] == pytest.approx(1.0) and trials.interval(0.0, 50)[0] == pytest.approx(0.0)


def test_a_chart_has_a_mark_for_each_way_and_row():
    chart = accuracy_breakdown.draw_shares(
        ["a", "b"], {trials.CLEAN: [1.0, float("nan")], trials.REPAIRED: [0.5, 0.25]}
    )
    assert [mark["x"] for mark in chart["data"]] == [[1.0, None], [0.5, 0.25]]
    sure = np.full([20, 10], 0.1)
    sure[:, 3] = 0.9
    chart = calibration.draw_reliability({trials.CLEAN: (sure / sure.sum(axis=1, keepdims=True), np.full(20, 3))})
    assert chart["data"][0]["y"] == [1.0] and chart["data"][0]["customdata"] == [20]


def test_distances_are_written_to_a_hundredth_at_most():
    assert [fidelity.written(one) for one in (0.0055, 0.206, 10.05)] == ["0.01", "0.21", "10.1"]
