"""What the scripts of the Ideas page compute, beside scipy."""

import json
import math

import numpy as np
import pytest
from scipy import integrate, optimize, signal, special, stats
from sklearn.datasets import load_digits

from ganlab.sharing import idea_assets
from ganlab.ui.ideas import shipped
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


def slid(kernel: list[list[float]], transposed: bool, stride: int, same: bool, dilation: int) -> np.ndarray:
    """What the page's script makes of its digit."""
    how = {"transposed": transposed, "stride": stride, "same": same, "dilation": dilation}
    values = node(
        f"""import {{ DIGIT, slide, taps }} from "{ROOMS}/ideas/convolutions.js";
        const kernel = {json.dumps(np.ravel(kernel).tolist())};
        console.log(JSON.stringify(slide(DIGIT, kernel, taps(8, {json.dumps(how)}))));"""
    )
    side = math.isqrt(len(values))
    return np.array(values).reshape(side, side)


KERNEL = [[0.5, -1.0, 2.0], [0.25, 3.0, -0.75], [1.5, 0.1, -2.0]]


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_kernel_slides_as_scipy_correlates_and_stamps_as_it_convolves(stride, same, dilation):
    spread = np.zeros((2 * dilation + 1, 2 * dilation + 1))
    spread[::dilation, ::dilation] = KERNEL
    digit = np.reshape(load_digits(return_X_y=True)[0][13], (8, 8))

    def padding(small: int, large: int) -> tuple[int, int]:
        """As TensorFlow pads for "same": what cannot be halved goes after the picture."""
        zeros = max(0, (small - 1) * stride + len(spread) - large) if same else 0
        return zeros // 2, zeros - zeros // 2

    around = np.pad(digit, padding(-(-8 // stride), 8))
    forth = signal.correlate2d(around, spread, "valid")[::stride, ::stride]
    np.testing.assert_allclose(slid(KERNEL, False, stride, same, dilation), forth, atol=1e-9)

    apart = np.zeros((7 * stride + 1, 7 * stride + 1))
    apart[::stride, ::stride] = digit
    stamped = signal.convolve2d(apart, spread, "full")
    if same:
        before, _ = padding(8, 8 * stride)
        wanted = np.zeros((8 * stride, 8 * stride))
        part = stamped[before : before + 8 * stride, before : before + 8 * stride]
        wanted[: len(part), : len(part)] = part
        stamped = wanted
    np.testing.assert_allclose(slid(KERNEL, True, stride, same, dilation), stamped, atol=1e-9)


@pytest.mark.parametrize("distance, threshold, fooled, missed", [(2.0, 0.3, 5, 1), (0.5, -1.0, 1, 2), (3.5, 1.0, 4, 4)])
def test_errors_and_the_cheapest_threshold_are_those_of_scipy(distance, threshold, fooled, missed):
    found = node(
        f"""import {{ accuracy, cheapest, outcomes, precision, recall }} from "{ROOMS}/ideas/thresholds.js";
        const found = outcomes({distance}, {threshold});
        const best = cheapest({distance}, {{ fooled: {fooled}, missed: {missed} }});
        console.log(JSON.stringify([found, accuracy(found), precision(found), recall(found), best]));"""
    )
    real, generated = stats.norm(distance / 2), stats.norm(-distance / 2)
    counts, *rates, best = found
    wanted = {
        "realKept": 500 * real.sf(threshold),
        "missed": 500 * real.cdf(threshold),
        "fooled": 500 * generated.sf(threshold),
        "caught": 500 * generated.cdf(threshold),
    }
    assert counts == pytest.approx(wanted, abs=1e-3)
    kept = wanted["realKept"]
    shares = [(kept + wanted["caught"]) / 1000, kept / (kept + wanted["fooled"]), kept / 500]
    assert rates == pytest.approx(shares, abs=1e-5)

    def cost(at: float) -> float:
        return fooled * generated.sf(at) + missed * real.cdf(at)

    assert best == pytest.approx(float(np.ravel(optimize.fminbound(cost, -6, 6, xtol=1e-8))[0]), abs=1e-3)


@pytest.mark.parametrize("layer, size", [(0, 2), (0, 40), (1, 2), (1, 20)])
def test_a_batch_is_normalised_as_numpy_does_it(layer, size):
    head, arrays = idea_assets.load("batch")
    about = head["layers"][layer]
    unit = about["units"][1]
    values = arrays[about["name"]].view(np.float16)[1].astype(np.float64)
    mean, variance, batch, out = node(
        f"""import {{ batchOf, moments, normalise }} from "{ROOMS}/ideas/batches.js";
        const values = Float32Array.from({json.dumps(values.ravel().tolist())});
        const unit = {{ values, places: {about["places"]}, images: {about["images"]} }};
        const batch = batchOf(unit.images, {size}, 0, 3);
        const by = moments(unit, batch);
        const learnt = {{ gamma: {unit["gamma"]}, beta: {unit["beta"]} }};
        const out = batch.map((image) => normalise(values[image * unit.places], by, learnt, {about["epsilon"]}));
        console.log(JSON.stringify([by.mean, by.variance, batch, out]));"""
    )
    assert len(set(batch)) == size
    taken = values[batch]
    assert [mean, variance] == pytest.approx([taken.mean(), taken.var()], rel=1e-6)
    wanted = (taken[:, 0] - taken.mean()) / np.sqrt(taken.var() + about["epsilon"]) * unit["gamma"] + unit["beta"]
    np.testing.assert_allclose(out, wanted, rtol=1e-6)


@pytest.mark.parametrize("mean, spread", [((0.4, -1.2), (0.3, 0.9)), ((25.0, -3.0), (0.002, 0.004))])
def test_the_kl_of_an_image_is_the_integral_that_scipy_finds(mean, spread):
    found = node(
        f"""import {{ klOf }} from "{ROOMS}/ideas/posteriors.js";
        console.log(klOf({{ mean: {list(mean)}, spread: {list(spread)} }}));"""
    )
    wanted = 0.0
    for m, s in zip(mean, spread, strict=True):

        def part(x: float, m: float = m, s: float = s) -> float:
            return float(stats.norm.pdf(x, m, s) * (stats.norm.logpdf(x, m, s) - stats.norm.logpdf(x)))

        wanted += integrate.quad(part, m - 12 * s, m + 12 * s)[0]
    assert found == pytest.approx(wanted, rel=1e-5)


def test_the_shipped_decoders_draw_in_the_browser_what_numpy_draws(tmp_path):
    (tmp_path / "draw").write_bytes(shipped.drawn())
    found = node(
        f"""import {{ readFileSync }} from "node:fs";
        import {{ Decoder }} from "{ROOMS}/shared/decoder.js";
        import {{ unpack }} from "{ROOMS}/shared/unpack.js";
        const [head, arrays] = unpack(new Uint8Array(readFileSync("{tmp_path}/draw")));
        const draw = (i) => [...new Decoder(head.layers, arrays, `${{i}}/`).decode([0.5, -1.25])];
        console.log(JSON.stringify([head.weights.map((_, i) => draw(i)), head.choices]));"""
    )
    _, arrays = idea_assets.load("draw")
    pictures, choices = found
    assert [label for label, _ in choices] == [label for label in range(10) for _ in range(5)]
    assert all(arrays["labels"][image] == label for label, image in choices)

    def halves(name: str) -> np.ndarray:
        return arrays[name].view(np.float16).astype(np.float64)

    for i, picture in enumerate(pictures):
        hidden = np.maximum(np.array([0.5, -1.25]) @ halves(f"{i}/kernel-0") + halves(f"{i}/bias-0"), 0)
        kernel = (arrays[f"{i}/kernel-1"].astype(np.float64) - 128) * halves(f"{i}/scales-1")
        wanted = 255 * special.expit(hidden @ kernel + halves(f"{i}/bias-1"))
        assert np.abs(wanted - picture).max() < 0.51 and wanted.max() > 60
