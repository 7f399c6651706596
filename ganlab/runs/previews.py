"""A run's previews as pictures to keep."""

import numpy as np

from ganlab import images, registry
from ganlab.runs import Run, plane_pictures

GIF_FRAMES = 80
GIF_MILLISECONDS = 100  # a frame
GIF_REST = 1500  # on the last one


def gif(run: Run, scale: int = 3, originals: bool = True) -> bytes:
    """The kept previews, at most 80 of them spread over the run, as an animated GIF, or of points their
    moments; there must be some."""
    if run.config.points:
        return plane_pictures.gif(run)
    chosen = np.unique(np.round(np.linspace(0, run.preview_count - 1, GIF_FRAMES)).astype(int))
    kept = [preview for index in chosen.tolist() if (preview := run.preview(index))]
    frames = [page(run, drawn, scale, originals) for _, drawn in kept]
    return images.timed_gif(frames, [GIF_MILLISECONDS] * (len(frames) - 1) + [GIF_REST])


def last_preview(run: Run, originals: bool = True) -> bytes:
    """A PNG of the newest preview, or moment; there must be one."""
    if run.config.points:
        return images.png(plane_pictures.last_picture(run))
    kept = run.preview()
    assert kept is not None
    return images.png(page(run, kept[1], 8, originals))


def page(run: Run, preview: np.ndarray, scale: int, originals: bool = True) -> np.ndarray:
    """What says most of a preview, uint8 `[n, 28, 28]`, as one image, uint8 `[h, w]`: its last panel, or of a model
    that repairs the originals, where they are wanted, the damaged and the repaired ones beside each other."""
    spec = registry.get(run.model)
    last = spec.panels[-1]
    if spec.family != "repair":
        return images.sheet(preview[-last.count :], last.columns, scale)
    parts = np.split(preview, len(spec.panels))
    if originals:
        shown = np.zeros([last.count, 28, 28], np.uint8)
        reals = run.reals()[: last.count]
        shown[: len(reals)] = reals
        parts = [shown, *parts]
    return np.hstack([images.sheet(part, last.columns, scale) for part in parts])
