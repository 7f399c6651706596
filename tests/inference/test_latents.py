"""Ways through a latent space against values worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.inference.latents import directions, nudge, slerp, straight, walk


def test_a_quarter_turn_by_hand():
    arc = slerp(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 3)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(arc, [[1, 0], [half, half], [0, 1]], atol=1e-7)
    line = straight(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 3)
    np.testing.assert_allclose(line, [[1, 0], [0.5, 0.5], [0, 1]])
    assert arc.dtype == line.dtype == np.float32


@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(2, 20))
def test_the_arc_begins_and_ends_exactly_and_keeps_the_distance(seed, size, n):
    start, end = np.random.default_rng(seed).standard_normal([2, size]).astype(np.float32)
    arc = slerp(start, end, n)
    assert arc.shape == (n, size) and (arc[0] == start).all() and (arc[-1] == end).all()
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    arc = slerp(3 * start, 3 * end, n)
    if abs(start @ end) < 0.999:
        np.testing.assert_allclose(np.linalg.norm(arc, axis=1), 3.0, rtol=1e-4)
    assert (np.linalg.norm(straight(3 * start, 3 * end, n), axis=1) < 3.0 + 1e-4).all()


@pytest.mark.parametrize("end", [[1, 2], [2, 4], [-1, -2], [0, 0], [1, 2 + 1e-9], [-1, -2 + 1e-9]])
def test_where_there_is_no_arc_it_is_the_line(end):
    start, end = np.array([1.0, 2.0]), np.array(end, float)
    np.testing.assert_allclose(slerp(start, end, 5), straight(start, end, 5), atol=1e-6)
    assert np.isfinite(slerp(end, start, 5)).all()


def test_in_one_dimension_and_from_the_middle():
    np.testing.assert_allclose(slerp(np.array([-1.0]), np.array([3.0]), 3), [[-1], [1], [3]])
    assert not slerp(np.zeros(4), np.zeros(4), 3).any()


def test_a_walk_visits_its_stops_in_order():
    stops = np.random.default_rng(0).standard_normal([3, 8]).astype(np.float32)
    way = walk(stops, 5)
    assert way.shape == (10, 8)
    np.testing.assert_array_equal(way[[0, 4, 5, 9]], stops[[0, 1, 1, 2]])
    np.testing.assert_allclose(walk(stops, 3, straight)[1], stops[:2].mean(axis=0), rtol=1e-6)


def test_a_nudge_is_as_large_as_asked_for():
    latent = np.random.default_rng(0).standard_normal(400).astype(np.float32)
    near = nudge(latent, 0.1, 8, 1)
    assert near.shape == (8, 400) and near.dtype == np.float32
    assert (nudge(latent, 0.0, 2, 1) == latent).all() and (near == nudge(latent, 0.1, 8, 1)).all()
    assert not np.array_equal(near, nudge(latent, 0.1, 8, 2))
    away = [np.linalg.norm(nudge(latent, size, 8, 1) - latent, axis=1).mean() for size in (0.1, 0.4, 1.0)]
    assert away[0] < away[1] < away[2] and away[0] == pytest.approx(0.1 * 20, rel=0.1)
    for size in (0.1, 0.5, 1.0):
        assert np.linalg.norm(nudge(latent, size, 50, 1), axis=1).mean() == pytest.approx(20, rel=0.05)
    corners = np.corrcoef(nudge(latent, 1.0, 1, 1)[0], latent)[0, 1]
    assert abs(corners) < 0.2, "a whole step forgets where it came from"


def test_directions_recover_what_was_planted():
    random = np.random.default_rng(0)
    axes = np.linalg.qr(random.standard_normal([12, 12]))[0]
    strengths = np.array([5.0, 3.0, *np.full(10, 0.1)])
    outputs = np.linalg.qr(random.standard_normal([40, 12]))[0].T
    latents = random.standard_normal([3000, 12])
    activations = latents @ axes.T * strengths @ outputs + 7.0
    steps, shares = directions(latents, activations)
    assert steps.shape == (5, 12) and steps.dtype == np.float32 and shares.shape == (5,)
    for step, axis in zip(steps[:2], axes[:2], strict=True):
        assert abs(step @ axis) > 0.99
    np.testing.assert_allclose(np.linalg.norm(steps[:2], axis=1), 1.0, atol=0.05)
    np.testing.assert_allclose(shares[:2], strengths[:2] ** 2 / (strengths**2).sum(), atol=0.03)
    assert (steps == directions(latents, activations)[0]).all()


def test_directions_of_a_dead_layer_lead_nowhere():
    latents = np.random.default_rng(0).standard_normal([50, 3]).astype(np.float32)
    steps, shares = directions(latents, np.ones([50, 8], np.float32))
    assert steps.shape == (3, 3) and not steps.any() and not shares.any()
