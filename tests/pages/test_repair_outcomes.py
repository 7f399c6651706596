"""What is said of a repair follows from what the models did."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ganlab.data import damages
from ganlab.errors import GanlabError
from ganlab.runs import Run
from ganlab.ui.repair import digit_source, repair_result
from ganlab.ui.repair.model_choice import Models
from ganlab.ui.shared.model_picker import newest
from tests.pages.test_repair import REAL


def models_of(trained: Callable[[str], Path], name: str = "repair-gan") -> Models:
    model, reader = Run(trained(name)), Run(trained("classifier"))
    return Models(model, reader, (newest(model), newest(reader)))


def test_an_outcome_is_what_the_models_say(trained):
    models = models_of(trained)
    task = digit_source.damage(REAL.x_test[0], damages.draw_masks("hole", 1)[0], known=True)
    outcome = repair_result.repair(models, task)
    assert task.mask is not None and outcome.repaired.shape == (4, 28, 28)
    expected = models.repairer.alternatives(task.damaged[None], task.mask[None], 4)[0]
    np.testing.assert_array_equal(outcome.repaired, expected)
    assert models.reader is not None and outcome.before is not None and outcome.after is not None
    np.testing.assert_allclose(outcome.after, models.reader.classify(expected), atol=1e-6)
    np.testing.assert_allclose(outcome.before, models.reader.classify(task.damaged[None])[0], atol=1e-6)


def test_how_far_the_alternatives_lie_apart_is_said():
    damaged = np.zeros((28, 28), np.uint8)
    repairs = np.zeros((4, 28, 28), np.uint8)
    repairs[:, 10:18, 10:18] = 200
    assert repair_result.how_varied(damaged, repairs) == "Here all repairs are the same."
    repairs[1:, 10, 10:18] += 9
    assert "the repairs hardly differ" in repair_result.how_varied(damaged, repairs)
    assert repair_result.hardly_differ(damaged, repairs)
    repairs[2:, 10:18, 10:18] -= 50
    assert repair_result.hardly_differ(damaged, repairs), "by 33 grey levels, which nobody sees"
    repairs[2:, 10:18, 10:18] -= 70
    assert not repair_result.hardly_differ(damaged, repairs)
    assert "by 80 of 255 grey levels" in repair_result.how_varied(damaged, repairs)
    blank = np.zeros((4, 28, 28), np.uint8)
    blank[1, 3, 3] = 2
    assert "hardly differ" in repair_result.how_varied(damaged, blank)


def test_changes_are_counted_not_assumed():
    damaged, mask = np.full((28, 28), 100, np.uint8), np.zeros((28, 28), bool)
    mask[:2, :2] = True
    repaired = damaged.copy()
    repaired[0, 0], repaired[1, 1], repaired[5, 5], repaired[6, 6] = 200, 0, 101, 99
    assert repair_result.count_changes(damaged, repaired, mask) == repair_result.Changes(2, 1, 2, 4, 2)
    task = digit_source.Task(damaged, mask, None)
    said = repair_result.in_words(task, repaired)
    words = "4 pixels were lost, and the model filled 2 of them and left the others black. "
    assert said == words + "It also changed 2 pixels that were not lost, as it redraws the whole image."
    blind = repair_result.in_words(digit_source.Task(damaged, None, None), repaired)
    assert "2 pixels became lighter, 1 of them by more than a quarter" in blind and "2 pixels became darker." in blind


def test_the_tint_is_blue_where_lighter_and_orange_where_darker():
    damaged, repaired = np.full((28, 28), 100, np.uint8), np.full((28, 28), 100, np.uint8)
    repaired[3, 3], repaired[4, 4] = 200, 20
    picture = repair_result.tint(damaged, repaired, None).astype(int)
    assert picture[3, 3, 2] > picture[3, 3, 0] and picture[4, 4, 0] > picture[4, 4, 2]
    assert len(set(picture[9, 9])) == 1


def test_the_sentence_on_readings():
    before, after = np.zeros(10), np.zeros(10)
    before[[1, 7]], after[7] = (0.62, 0.38), 1.0
    names = tuple("0123456789")
    assert repair_result.sentence(before, after, names) == (
        "Before: read as 1 (62% sure). After: read as 7 (over 99% sure)."
    )


def test_two_digits_are_told_from_one_with_gaps():
    strokes = np.zeros((280, 280), np.uint8)
    strokes[40:240, 60:80] = 255
    assert not digit_source.two_digits(strokes)
    two = strokes.copy()
    two[40:240, 200:220] = 255
    assert digit_source.two_digits(two)
    cut = strokes.copy()
    cut[120:160] = 0
    assert not digit_source.two_digits(cut) and not digit_source.two_digits(np.zeros((280, 280), np.uint8))
    assert not any(digit_source.two_digits(image) for image in REAL.x_test[:100])


def test_a_mask_over_everything_is_refused():
    with pytest.raises(GanlabError, match="covers the whole picture"):
        digit_source.damage(REAL.x_test[0], np.ones((28, 28), bool), known=True)
