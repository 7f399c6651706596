"""What seeds say: summaries and intervals beside scipy's, and the sentences."""

import numpy as np
import pytest
from scipy import stats

from ganlab.evaluation import sweep_statistics
from ganlab.evaluation.sweep_statistics import STUDENT, difference, rank, summary, verdict

NAN = float("nan")


def test_mean_and_spread_are_those_of_scipy_and_leave_out_what_failed():
    values = np.random.default_rng(0).normal(5, 2, 7)
    found = summary([*values, NAN])
    told = stats.describe(values)
    assert (found.n, found.mean) == (7, pytest.approx(told.mean)) and found.spread == pytest.approx(told.variance**0.5)
    assert summary([3.0]).spread is None and summary([NAN]).mean is None


def test_the_quantiles_of_student_are_those_of_scipy():
    np.testing.assert_allclose(STUDENT, stats.t.ppf(0.975, np.arange(1, 31)), atol=6e-4)


@pytest.mark.parametrize("sizes", [(40, 60), (200, 200)])
def test_of_many_seeds_the_interval_is_that_of_scipys_bootstrap(sizes):
    """There, widening for few seeds does next to nothing."""
    rng = np.random.default_rng(1)
    first, second = rng.lognormal(0, 1, sizes[0]), rng.normal(2, 1, sizes[1])
    told = stats.bootstrap((first, second), apart, method="percentile", n_resamples=10_000, rng=2).confidence_interval
    found = difference(first, second)
    width = told.high - told.low
    assert found.mean == pytest.approx(first.mean() - second.mean())
    np.testing.assert_allclose([found.low, found.high], told, atol=0.06 * width)


def apart(a, b, axis):
    return a.mean(axis=axis) - b.mean(axis=axis)


def test_of_three_seeds_equal_settings_are_told_apart_in_about_five_of_a_hundred_cases(monkeypatch):
    """As by Welch's test, and not in 21 as by a plain bootstrap; and those that differ are found as often."""
    monkeypatch.setattr(sweep_statistics, "DRAWS", 1000)
    rng = np.random.default_rng(3)
    pairs = [(rng.normal(0, 1, 3), rng.normal(0, 1, 3)) for _ in range(300)]
    assert np.mean([difference(a, b).clear for a, b in pairs]) < 0.05
    plain = [
        stats.bootstrap(pair, apart, method="percentile", n_resamples=400, rng=4).confidence_interval for pair in pairs
    ]
    assert np.mean([low > 0 or high < 0 for low, high in plain]) == pytest.approx(0.21, abs=0.05)
    differ = [(a, b + 4) for a, b in pairs]
    told = np.array([stats.ttest_ind(a, b, equal_var=False) for a, b in differ])[:, 1]
    assert np.mean([difference(a, b).clear for a, b in differ]) > np.mean(told < 0.05) - 0.08


def test_an_interval_is_the_same_again_and_needs_three_seeds():
    first, second = [1.0, 2.0, 3.0, 2.2, 2.6], [4.0, 6.0, 5.5, 4.9, 5.1]
    assert difference(first, second, seed=1) == difference(first, second, seed=1)
    assert difference(first, second, seed=1) != difference(first, second, seed=2)
    assert difference(first, [4.0, 6.0, NAN]) is None
    assert difference([2.0] * 3, [3.0] * 3).clear and not difference([2.0] * 3, [2.0] * 3).clear


def test_the_sentence_says_which_differences_are_more_than_the_seeds_own():
    groups = {"rate 0.1": [80.0, 83.0, 81.0], "rate 0.01": [20.0, 21.0, 22.0], "rate 0.02": [19.0, 26.0, 22.0]}
    assert verdict(groups, "low", "Fréchet distance") == (
        "Fréchet distance is lower with rate 0.01 than with rate 0.1, by more than the seeds' own spread. "
        "With rate 0.01 the mean is lower than with rate 0.02 (21 against 22.3), but that may be the seeds' own; more "
        "seeds can tell."
    )
    assert verdict(groups, "high", "Accuracy").startswith(
        "Accuracy is higher with rate 0.1 than with rate 0.02 and rate 0.01"
    )
    assert rank({**groups, "failed": [NAN]}, "low") == ["rate 0.01", "rate 0.02", "rate 0.1"]


def test_with_fewer_than_three_seeds_it_says_that_it_cannot_tell():
    said = verdict({"a": [1.0, 1.1], "b": [9.0, 9.1]}, "low", "Loss")
    assert said.startswith("The best mean is with a, but it cannot be told") and "at least 3 seeds" in said
    mixed = verdict({"a": [1.0, 1.1, 1.2], "b": [9.0, 9.1, 9.2], "c": [5.0, 5.0]}, "low", "Loss")
    assert mixed.endswith("Of c it cannot be told: too few seeds have a value.")
    assert "nothing to compare" in verdict({"a": [1.0], "b": [NAN]}, "low", "Loss")
