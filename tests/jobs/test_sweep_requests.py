"""What a sweep is to train: every combination once, values as they are written, and what is refused."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.errors import GanlabError
from ganlab.evaluation.sweep_statistics import Good
from ganlab.jobs import halving
from ganlab.jobs.sweep_requests import SweepRequest, checked_sweep, parse_seeds, parse_vary
from ganlab.runs.sweep_records import MOST_TRAININGS
from tests.conftest import request_for

BASE = request_for("plane-gan", 40, values={"loss": "hinge"})
VARIED = {
    "generator_learning_rate": st.floats(1e-4, 0.1).map(
        lambda value: float(f"{value:.5g}")
    ),  # else two may read the same
    "generator_updates": st.integers(1, 8),
    "activation": st.sampled_from(["relu", "leaky relu", "tanh"]),
    "preset": st.sampled_from(["tuned", "collapse", "wgan-gp"]),
}


def vary(most: int = 4):
    chosen = st.lists(st.sampled_from(list(VARIED)), unique=True, max_size=3)
    return chosen.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: st.lists(VARIED[name], unique=True, min_size=1, max_size=most) for name in names}
        )
    )


@given(vary(), st.lists(st.integers(0, 2**31 - 1), unique=True, min_size=1, max_size=5), st.data())
def test_every_combination_comes_once_with_every_seed(varied, seeds, data):
    base = replace(BASE, precision="auto")
    _, members = checked_sweep(SweepRequest(base, varied, seeds))
    wanted = [dict(zip(varied, values, strict=True)) for values in itertools.product(*varied.values())]
    made = [(member.seed, member.values) for member in members]
    assert made == [(seed, values) for seed in seeds for values in wanted]
    assert len({repr(one) for one in made}) == len(made)
    sample = data.draw(st.integers(1, len(wanted)))
    drawn = [checked_sweep(SweepRequest(base, varied, seeds, sample))[1] for _ in range(2)]
    assert drawn[0] == drawn[1] and len(drawn[0]) == sample * len(seeds)
    chosen = [member.values for member in drawn[0][:sample]]
    assert [values for values in wanted if values in chosen] == chosen
    assert [member.values for member in drawn[0]] == chosen * len(seeds)


def test_another_seed_draws_others_from_more_combinations_than_there_may_be_trainings():
    rates = {f"{name}_learning_rate": [n / 1000 for n in range(1, 101)] for name in ("generator", "discriminator")}
    drawn = [checked_sweep(SweepRequest(replace(BASE, seed=seed), rates, sample=20))[1] for seed in (0, 1)]
    assert [len(members) for members in drawn] == [20, 20] and drawn[0] != drawn[1]


def test_all_trainings_compute_alike():
    described, _ = checked_sweep(SweepRequest(replace(BASE, precision="auto")))
    assert described["base"].precision == "float32" and described["base"].dataset == "ring"
    described, _ = checked_sweep(SweepRequest(replace(BASE, precision="mixed_bfloat16")))
    assert described["base"].precision == "mixed_bfloat16"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("learning-rate=0.001, 0.01", [0.001, 0.01]),
        ("learning_rate=0.001..0.1:5:log", [0.001, 0.00316228, 0.01, 0.0316228, 0.1]),
        ("learning_rate=1e-4..1e-2:3:log", [0.0001, 0.001, 0.01]),
        ("learning_rate=0.01..0.05:3", [0.01, 0.03, 0.05]),
        ("generator_filters=8..64:4:log", [8, 16, 32, 64]),
        ("recipe=published,swift", ["published", "swift"]),
        ("preset=published,tuned", ["published", "tuned"]),
    ],
)
def test_values_as_they_are_written(text, values):
    ((name, found),) = parse_vary("digit-gan", [text]).items()
    assert found == values and name == text.partition("=")[0].replace("-", "_")


def test_seeds_as_they_are_written():
    assert parse_seeds("3") == [0, 1, 2] and parse_seeds("2", first=10) == [10, 11]
    assert parse_seeds("0, 3,7") == [0, 3, 7]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["learning_rate"], "NAME=V1,V2"),
        (["learning_rate="], "NAME=V1,V2"),
        (["height=1,2"], "has no setting 'height'"),
        (["learning_rate=1,,2"], "must be a number"),
        (["learning_rate=0.1,soon"], "must be a number"),
        (["learning_rate=0.1..0.01:3"], "cannot be"),
        (["learning_rate=0.01..0.1:1"], "cannot be"),
        (["learning_rate=0.01..0.1:9999"], "cannot be"),
        (["label_noise=0..0.1:3:log"], "both above 0"),
        (["learning_rate=0.01..0.1"], "must be a number"),
        (["preset=best"], "Preset can be"),
        (["learning_rate=0.1", "learning-rate=0.2"], "varies twice"),
    ],
)
def test_values_that_cannot_be_are_one_sentence(texts, said):
    with pytest.raises(GanlabError, match=said):
        parse_vary("digit-gan", texts)


@pytest.mark.parametrize("text", ["", "few", "-1", "0", "1,", "1;2", str(MOST_TRAININGS + 1)])
def test_seeds_that_cannot_be_are_one_sentence(text):
    with pytest.raises(GanlabError):
        parse_seeds(text)


RATE = "generator_learning_rate"
OTHERS = {"discriminator_learning_rate": [0.1], "averaging": [0.0], "momentum": [0.5]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vary": {RATE: []}}, "has no values"),
        ({"vary": {RATE: [1, 1.0]}}, "has the value 1.0 twice"),
        ({"vary": {RATE: [0.00100000001, 0.00100000002]}}, "values that read the same"),
        ({"vary": {RATE: [-1.0]}}, "must be from"),
        ({"vary": {"mood": [1]}}, "has no setting 'mood'"),
        ({"vary": {RATE: [0.1], **OTHERS}}, "At most 3 settings"),
        ({"vary": {"loss": ["hinge"]}}, "fixed value and values that vary"),
        ({"vary": {"preset": ["tuned"]}, "base": replace(BASE, preset="tuned")}, "fixed value and values that vary"),
        ({"vary": {"iterations": [10, 20]}}, "The length is fixed and varies"),
        ({"vary": {"momentum": [0.1, 0.2]}}, "does nothing with these settings"),
        ({"seeds": ()}, "at least one seed"),
        ({"seeds": (1, 1)}, "each of them once"),
        ({"seeds": (-1,)}, "The seed must be"),
        ({"vary": {RATE: [n / 1000 for n in range(1, 252)]}, "seeds": range(4)}, "1 to 1,000 trainings"),
        ({"vary": {RATE: [0.1, 0.2]}, "sample": 3}, "From 1 to 2 of the 2 combinations"),
        ({"vary": {RATE: [0.1, 0.2]}, "sample": 0}, "From 1 to 2"),
        ({"base": replace(BASE, dataset="mnist")}, "learns points"),
        ({"base": replace(BASE, precision="half")}, "precision can be"),
        ({"early": True}, "at least two settings"),
        ({"first": 5}, "only where trainings are stopped early"),
        ({"vary": {RATE: [0.1, 0.2]}, "early": True, "first": 40}, "less than the full 40"),
        (
            {"vary": {"iterations": [8, 9]}, "base": replace(BASE, iterations=None), "early": True},
            "one length in iterations",
        ),
    ],
)
def test_a_sweep_that_cannot_be_is_one_sentence(changes, said):
    with pytest.raises(GanlabError, match=said) as problem:
        checked_sweep(SweepRequest(**{"base": BASE, **changes}))
    assert str(problem.value).count("\n") == 0


def test_early_stopping_needs_a_length_and_a_metric():
    epochs = request_for("vae", None)
    rates = {"learning_rate": [0.001, 0.01]}
    with pytest.raises(GanlabError, match="one length in iterations"):
        checked_sweep(SweepRequest(epochs, rates, early=True))
    assert checked_sweep(SweepRequest(replace(epochs, iterations=80), rates, early=True))[0]["lengths"] == (40, 80)
    own = request_for("digit-gan", 80, dataset="digits.csv")
    with pytest.raises(GanlabError, match="no classifier knows"):
        checked_sweep(SweepRequest(own, rates, early=True))


RECORDED = {  # Fréchet distances of dense-gan (32 units, offline fives) after 100, 200 and 400 iterations, two seeds,
    0: ((250.3, 252.3, 248.8), (248.8, 245.4, 258.9)),  # with the learning rate 0.0001
    1: ((268.3, 235.3, 238.7), (290.1, 233.7, 239.3)),  # 0.001
    2: ((256.0, 252.6, 282.1), (246.8, 263.4, 271.1)),  # 0.005
    3: ((108.4, 124.0, 264.6), (35.1, 150.2, 194.0)),  # 0.02
    4: ((15.9, 9.6, 69.8), (4.7, 10.9, 16.2)),  # 0.1
}


def played(good: Good, curves=RECORDED, sign: float = 1.0) -> list[list[int]]:
    """Which of the recorded settings are left in each stage."""
    left, stages = list(curves), [list(curves)]
    for stage in (1, 2):
        figures = {at: [sign * seed[stage - 1] for seed in curves[at]] for at in left}
        left = halving.survivors(figures, good, halving.kept(len(curves), stage))
        stages.append(left)
    return stages


def test_the_better_half_of_recorded_curves_goes_on():
    assert played("low") == [[0, 1, 2, 3, 4], [0, 3, 4], [3, 4]]
    assert played("high", sign=-1.0) == played("low")
    flat = dict.fromkeys(range(4), ((1.0, 1.0, 1.0),))
    assert played("low", flat) == [[0, 1, 2, 3], [0, 1], [0]], "of equal ones the first"
    assert halving.survivors({3: [float("nan")], 5: [2.0], 7: []}, "low", 2) == [3, 5]


def test_lengths_double_up_to_the_full_one():
    assert halving.lengths(25, 100) == (25, 50, 100) and halving.lengths(30, 100) == (30, 60, 100)
    assert [halving.first_length(100, settings) for settings in (2, 3, 4, 8, 100)] == [50, 50, 25, 13, 13]
    assert [halving.kept(5, stage) for stage in range(4)] == [5, 3, 2, 1]
