"""What is kept of a training in the plane, as arrays and as pictures."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab.errors import GanlabError
from ganlab.runs import Run, RunWriter, layout, plane_pictures, previews, prune, thumbnails
from ganlab.runs.plane_history import PlaneHistory, condensed
from tests.conftest import watched_run


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return watched_run(tmp_path_factory.mktemp("plane"), 60)


@pytest.fixture
def run(kept, tmp_path) -> Run:
    import shutil

    return Run(Path(shutil.copytree(kept, tmp_path / kept.name)))


def test_a_moment_holds_the_points_of_its_own_iteration(run):
    history = PlaneHistory(run)
    assert history.done == 60 and history.made[-1] == 60 and not history.shipped
    iterations, points, numbers = history.between(1, 60, 1000)
    assert iterations.tolist() == [made for made in history.made if made]
    for iteration, found in zip(iterations.tolist(), points, strict=True):
        np.testing.assert_array_equal(found, run.first_images(iteration - 1, iteration)[0].astype(np.float32))
    assert numbers.dtype == np.float16 and numbers.shape[1] == 40 * 40 + 2 * 13 * 13 + 2 * 256
    few = history.between(1, 60, 2)[0].tolist()
    assert few == [iterations[0], iterations[-1]], "the outer ones are among them"
    assert [len(part) for part in history.between(61, 90, 5)] == [0, 0, 0]


def test_every_iteration_is_there_exactly_as_far_as_it_was_kept(run):
    iterations, points = PlaneHistory(run).exact(10, 99)
    assert iterations.tolist() == list(range(10, 61)) and points.shape == (51, 256, 2)
    np.testing.assert_array_equal(points[0], run.first_images(9, 10)[0].astype(np.float32))
    iterations, points = PlaneHistory(run).exact(70, 80)
    assert len(iterations) == len(points) == 0


def test_condensed_it_is_the_history_of_a_run_that_ships(run, tmp_path):
    arrays = condensed(run, 5)
    assert arrays["iterations"].tolist()[-1] == 60 and 2 <= len(arrays["iterations"]) <= 5
    assert {len(array) for array in arrays.values()} == {len(arrays["iterations"])}
    np.testing.assert_array_equal(arrays["rows"][-1], run.metrics(59, 60)[0])
    full = PlaneHistory(run).exact(60, 60)[1]
    np.savez(run.path / layout.HISTORY, **arrays)  # pyright: ignore
    shipped = PlaneHistory(run)
    assert shipped.shipped and shipped.done == 60 and shipped.curves() is not None
    np.testing.assert_array_equal(shipped.exact(60, 60)[1], full)
    assert Image.open(io.BytesIO(plane_pictures.gif(run))).size == (320, 320)
    writer = RunWriter.create(tmp_path / "new", **{**run.config.to_json(), "id": "new"})
    writer.close()
    with pytest.raises(GanlabError, match="no moments"):
        condensed(Run(writer.path), 5)


def test_pictures_are_of_moments_and_the_last_one_shows_the_points_that_are_followed_now(run):
    iterations, drawn = thumbnails(run, 4)
    assert drawn.shape == (4, 56, 56, 3) and drawn.dtype == np.uint8 and iterations[-1] == 60
    gif = Image.open(io.BytesIO(previews.gif(run)))
    assert gif.n_frames <= plane_pictures.MOST_FRAMES and gif.size == (320, 320)  # pyright: ignore
    png = np.asarray(Image.open(io.BytesIO(previews.last_preview(run))))
    points = run.first_images(59, 60)[0].astype(np.float32)
    inside = points[(np.abs(points) < 0.99 * run.config.extent).all(axis=1)]
    assert len(inside) > 100
    for x, y in inside[:20]:
        place = int((1 - y / run.config.extent) / 2 * 320), int((x / run.config.extent + 1) / 2 * 320)
        assert tuple(png[place]) == plane_pictures.INK


def test_a_pruned_run_shows_where_the_lattice_of_latents_goes(run):
    whole = run.size()
    before = dict(zip(*PlaneHistory(run).exact(1, 60), strict=True))
    assert prune(run) > 0
    pruned = Run(run.path)
    assert pruned.size() < whole and pruned.pruned == pruned.done == 60 and pruned.preview_count <= 20
    iterations, drawn = thumbnails(pruned, 4)
    assert len(iterations) and (drawn == plane_pictures.INK).all(axis=3).any()
    assert previews.gif(pruned) and previews.last_preview(pruned)
    iterations, points, moments = PlaneHistory(pruned).between(1, 60, 9)
    assert len(iterations) == len(moments) == 9 and iterations[-1] == 60
    assert np.array_equal(points, [before[int(iteration)] for iteration in iterations])
    prune(pruned)  # once more takes nothing away
    assert np.array_equal(PlaneHistory(Run(run.path)).between(1, 60, 9)[1], points)
    (run.path / layout.PRUNED_POINTS).write_bytes(b"PK")
    assert len(PlaneHistory(Run(run.path)).between(1, 60, 9)[0]) == 0


def test_before_the_first_iteration_there_is_nothing_to_show(run, tmp_path):
    config = {**run.config.to_json(), "id": "new"}
    writer = RunWriter.create(tmp_path / "new", **config)
    writer.close()
    empty = Run(writer.path)
    iterations, drawn = thumbnails(empty, 8)
    assert len(iterations) == len(drawn) == 0 and empty.reals().shape == (0, 2)


def test_a_score_that_is_no_probability_is_shown_between_its_ends():
    heat = np.array([[0.0, 2.0], [1.0, 4.0]])
    assert plane_pictures.probabilities(heat, False).tolist() == [[0.0, 0.5], [0.25, 1.0]]
    assert plane_pictures.probabilities(np.zeros([2, 2]), False).tolist() == [[0.5, 0.5]] * 2
    np.testing.assert_allclose(plane_pictures.probabilities(heat, True), 1 / (1 + np.exp(-heat)), rtol=1e-6)
