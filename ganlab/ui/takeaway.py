"""What a user takes away from a run: files made when they are asked for."""

import io

import numpy as np
import streamlit as st

from ganlab import images, registry
from ganlab.runs import Run

GIF_FRAMES = 80
GIF_MILLISECONDS = 100  # a frame
GIF_REST = 1500  # on the last one


def downloads(run: Run) -> None:
    """Buttons for the previews as a GIF, the last preview as PNG, and the curves as CSV, once there are any."""
    if not run.done:
        return
    with st.container(horizontal=True):
        if run.preview_count:
            st.download_button(
                "Previews as GIF",
                lambda: gif(run),
                f"{run.id}.gif",
                "image/gif",
                help="All kept previews, one after the other.",
                on_click="ignore",
            )
            st.download_button(
                "Last preview as PNG",
                lambda: last_preview(run),
                f"{run.id}-preview.png",
                "image/png",
                on_click="ignore",
            )
        st.download_button(
            "Curves as CSV",
            lambda: csv(run),
            f"{run.id}.csv",
            "text/csv",
            help="Every iteration's figures, for a spreadsheet.",
            on_click="ignore",
        )


def gif(run: Run, scale: int = 3) -> bytes:
    """The kept previews, at most 80 of them spread over the run, as an animated GIF."""
    from PIL import Image

    chosen = np.unique(np.round(np.linspace(0, run.preview_count - 1, GIF_FRAMES)).astype(int))
    kept = [preview for index in chosen.tolist() if (preview := run.preview(index))]
    frames = [Image.fromarray(page(run, drawn, scale)) for _, drawn in kept]
    times = [GIF_MILLISECONDS] * (len(frames) - 1) + [GIF_REST]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=0)
    return file.getvalue()


def last_preview(run: Run) -> bytes:
    """A PNG of the newest preview."""
    kept = run.preview()
    assert kept is not None
    return images.png(page(run, kept[1], scale=8))


def page(run: Run, preview: np.ndarray, scale: int) -> np.ndarray:
    """What says most of a preview, uint8 `[n, 28, 28]`, as one image, uint8 `[h, w]`: its last panel, or of a model
    that repairs the originals, the damaged and the repaired ones beside each other."""
    spec = registry.get(run.model)
    last = spec.panels[-1]
    if spec.family != "repair":
        return images.sheet(preview[-last.count :], last.columns, scale)
    originals = np.zeros([last.count, 28, 28], np.uint8)
    reals = run.reals()[: last.count]
    originals[: len(reals)] = reals
    parts = [originals, *np.split(preview, len(spec.panels))]
    return np.hstack([images.sheet(part, last.columns, scale) for part in parts])


def csv(run: Run) -> str:
    """Every iteration's curves, with a line of names."""
    rows = run.metrics()
    lines = [",".join(["iteration", *run.curves])]
    lines += [",".join([str(i), *(f"{value:.6g}" for value in row)]) for i, row in enumerate(rows.tolist(), 1)]
    return "\n".join(lines) + "\n"
