"""A run at a glance: a few of its images, from its beginning to its end."""

import numpy as np

from ganlab.runs import layout, plane_pictures
from ganlab.runs.reader import Run

SIDE = 56  # pixels of a small picture of points


def thumbnails(run: Run, n: int) -> tuple[np.ndarray, np.ndarray]:
    """At most `n` images spread over a run: their iterations, int64 `[n]`, and the images, uint8 `[n, 28, 28]`.

    They are the first images of iterations; in a pruned run, which has not kept them all, the first images of
    previews; in a pretrained run images that its end was stored with. There are fewer where fewer are kept.
    Of a run that learns points they are pictures of moments, uint8 `[n, 56, 56, 3]`.
    """
    if run.config.points:
        return plane_pictures.pictures(run, n, side=SIDE)
    if run.pruned or not run.done:
        return _of_previews(run, n) if run.preview_count else _of_samples(run, n)
    iterations = np.unique(np.round(np.linspace(1, run.done, n)).astype(np.int64))
    return _together([(i, run.first_images(i - 1, i)) for i in iterations.tolist()])


def _of_previews(run: Run, n: int) -> tuple[np.ndarray, np.ndarray]:
    chosen = run.spread_previews(n, start=int(run.preview_iterations()[0]))
    found = [preview for index in chosen if (preview := run.preview(index))]
    return _together([(iteration, images[:1]) for iteration, images in found])


def _of_samples(run: Run, n: int) -> tuple[np.ndarray, np.ndarray]:
    images = run.samples()[:n]
    return np.full(len(images), run.status.iteration, np.int64), images


def _together(found: list[tuple[int, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Iterations and images in two arrays, without those that were cut off while they were being read."""
    whole = [(iteration, images) for iteration, images in found if len(images)]
    if not whole:
        return np.empty(0, np.int64), np.empty((0, layout.SIDE, layout.SIDE), np.uint8)
    return np.array([iteration for iteration, _ in whole], np.int64), np.concatenate([images for _, images in whole])
