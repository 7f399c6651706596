"""Folders of the program's own: where it remembers what it found out here, and those that something is made in."""

import contextlib
import os
import shutil
import time
from pathlib import Path

STALE = 3600.0  # seconds after which a folder that something is made in was left by a process that was killed


def cache_folder() -> Path:
    """GANLAB_CACHE, else `~/.cache/ganlab`."""
    return Path(os.environ.get("GANLAB_CACHE") or Path.home() / ".cache" / "ganlab")


def clear_stale(folder: Path, beginning: str) -> None:
    """Removes the folders with names of this beginning that a process has left that was killed."""
    for left in folder.glob(f"{beginning}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE:
                shutil.rmtree(left)


def program_folder() -> Path:
    """Where app.py, the pages and the pretrained models lie: the checkout, or `app` in an installed package."""
    package = Path(__file__).resolve().parent
    return package.parent if (package.parent / "app.py").exists() else package / "app"
