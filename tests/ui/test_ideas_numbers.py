"""What the scripts of the Ideas page compute, beside scipy."""

import math

import numpy as np
import pytest
from scipy import optimize, special

from ganlab.ui.shared.assets import ROOMS
from tests.test_javascript import node

X = np.linspace(-14, 14, 401)  # the same places as in divergences.js
DEVIATION = 0.6


def log_normal(mean: float, deviation: float) -> np.ndarray:
    return -(((X - mean) / deviation) ** 2) / 2 - math.log(deviation * math.sqrt(2 * math.pi))


def divergences(log_p: np.ndarray, mean: float, deviation: float) -> dict[str, float]:
    log_q = log_normal(mean, deviation)
    p, q = np.exp(log_p), np.exp(log_q)
    m = (p + q) / 2
    js = (special.rel_entr(p, m) + special.rel_entr(q, m)) / 2
    curves = {"forward": p * (log_p - log_q), "reverse": q * (log_q - log_p), "js": js}
    return {name: float(np.sum(curve) * (X[1] - X[0])) for name, curve in curves.items()}


def best(kind: str, log_p: np.ndarray, starts: list[tuple[float, float]]) -> tuple[np.ndarray, float]:
    found = [
        optimize.minimize(lambda at: divergences(log_p, at[0], math.exp(at[1]))[kind], start, tol=1e-12)
        for start in starts
    ]
    least = min(found, key=lambda one: one.fun)
    return np.array([least.x[0], math.exp(least.x[1])]), float(least.fun)


@pytest.mark.parametrize("distance, left", [(0.0, 0.5), (1.5, 0.3), (3.0, 0.6), (4.0, 0.6), (4.6, 0.75), (6.0, 0.1)])
def test_the_fits_to_two_peaks_are_those_that_scipy_finds(distance, left):
    found = node(
        f"""import {{ density, divergence, fit }} from "{ROOMS}/ideas/divergences.js";
        const peaks = {{ distance: {distance}, left: {left} }};
        const of = density(peaks);
        const kinds = ["forward", "reverse", "js"];
        console.log(JSON.stringify(kinds.map((kind) => {{
            const q = fit(kind, peaks, of);
            return [q.mean, q.deviation, ...kinds.map((other) => divergence(other, of, q))];
        }})));"""
    )
    log_p = np.logaddexp(
        math.log(left) + log_normal(-distance / 2, DEVIATION), math.log(1 - left) + log_normal(distance / 2, DEVIATION)
    )
    wide = math.sqrt(DEVIATION**2 + left * (1 - left) * distance**2)
    middle = (0.5 - left) * distance
    assert found[0][:2] == pytest.approx([middle, wide])
    starts = [(-distance / 2, math.log(DEVIATION)), (distance / 2, math.log(DEVIATION)), (middle, math.log(wide))]
    for kind, (mean, deviation, *values) in zip(("forward", "reverse", "js"), found, strict=True):
        measured = divergences(log_p, mean, deviation)
        assert values == pytest.approx(list(measured.values()), rel=1e-6, abs=1e-9)
        place, least = best(kind, log_p, starts)
        assert [mean, deviation] == pytest.approx(place.tolist(), abs=2e-3)
        assert measured[kind] <= least + 1e-6
