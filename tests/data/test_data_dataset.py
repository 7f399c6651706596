"""Proves what a Dataset promises, and how digits are written."""

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.data import Dataset, format_digits, parse_digits
from ganlab.errors import GanlabError
from tests.conftest import HEAVY, imported_by

digit_sets = st.none() | st.sets(st.integers(0, 9), min_size=1).map(lambda digits: tuple(sorted(digits)))


@pytest.fixture
def dataset(arrays: dict[str, Any]) -> Dataset:
    four = (arrays[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    return Dataset("mnist", "MNIST", "a test", *four, class_names=tuple("0123456789"), notices=("Note.",))


@given(digit_sets)
def test_digits_survive_being_written_and_read(digits: tuple[int, ...] | None) -> None:
    assert parse_digits(format_digits(digits)) == digits


@given(st.lists(st.integers(0, 9), min_size=1))
def test_digits_are_read_sorted_and_once_whatever_their_order(digits: list[int]) -> None:
    assert parse_digits(" , ".join(map(str, digits))) == tuple(sorted(set(digits)))


@given(st.text())
def test_any_text_gives_digits_or_a_sentence(text: str) -> None:
    try:
        digits = parse_digits(text)
    except GanlabError as problem:
        assert repr(text) in str(problem)
    else:
        assert digits is None or (digits and set(digits) <= set(range(10)))


@pytest.mark.parametrize("text", ["", "x", "10", "-1", "3,,5", "3,", "3;5", "358", "5.0", "all,3", "²"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(GanlabError, match="Write digits as"):
        parse_digits(text)


def test_examples_of_written_digits() -> None:
    assert parse_digits("5") == (5,)
    assert parse_digits("8,3,5,3") == (3, 5, 8)
    assert parse_digits("all") is None
    assert format_digits([8, 3, 3]) == "3,8"
    assert format_digits(None) == "all"


def test_select_keeps_the_chosen_classes_in_file_order(dataset: Dataset) -> None:
    chosen = dataset.select([7, 3])
    assert chosen.y_train.tolist() == [3, 7, 3, 7]
    assert chosen.y_test.tolist() == [3, 7]
    np.testing.assert_array_equal(chosen.x_train, dataset.x_train[[3, 7, 13, 17]])
    np.testing.assert_array_equal(chosen.x_test, dataset.x_test[[3, 7]])
    assert chosen.class_names == dataset.class_names and chosen.notices == dataset.notices


def test_select_none_keeps_everything(dataset: Dataset) -> None:
    assert dataset.select(None) is dataset


def test_select_of_an_absent_class_says_which_are_there(dataset: Dataset) -> None:
    fives_and_sixes = replace(dataset.select([5, 6]), class_names=(*"01234", "Sandal", *"6789"))
    with pytest.raises(GanlabError, match=r"no training images of class 4\. Its classes are 5 \(Sandal\), 6\."):
        fives_and_sixes.select([4, 5])
    with pytest.raises(GanlabError, match="class 300"):
        dataset.select([300])


def test_select_of_no_class_is_refused(dataset: Dataset) -> None:
    with pytest.raises(GanlabError, match="at least one"):
        dataset.select([])


def test_select_may_leave_no_test_image(dataset: Dataset) -> None:
    no_fives = replace(dataset, x_test=dataset.x_test[:5], y_test=dataset.y_test[:5])
    assert no_fives.select([5]).x_test.shape == (0, 28, 28)


def test_fingerprint_follows_training_images_labels_and_their_order_only(dataset: Dataset) -> None:
    x, y = dataset.x_train, dataset.y_train
    same = replace(dataset, name="other", title="Other", x_test=x, y_test=y, x_train=x.copy())
    assert same.fingerprint == dataset.fingerprint
    assert len(dataset.fingerprint) == 16 and int(dataset.fingerprint, 16) >= 0
    changed = x.copy()
    changed[0, 0, 0] ^= 1
    others = [
        replace(dataset, x_train=changed),
        replace(dataset, y_train=y[::-1]),
        replace(dataset, x_train=x[::-1]),
        dataset.select([1, 2]),
    ]
    assert len({other.fingerprint for other in [dataset, *others]}) == 5


def test_a_dataset_cannot_be_reassigned_but_compares(dataset: Dataset) -> None:
    with pytest.raises(FrozenInstanceError):
        dataset.name = "x"  # type: ignore[misc]
    assert dataset == dataset and dataset != replace(dataset)


def test_importing_the_package_is_cheap() -> None:
    modules = imported_by("import ganlab.data")
    assert "ganlab.data" in modules and not modules & {*HEAVY, "scipy", "PIL", "streamlit"}
