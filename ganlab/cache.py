"""Where what was found out on this machine is remembered."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """GANLAB_CACHE, else `~/.cache/ganlab`."""
    return Path(os.environ.get("GANLAB_CACHE") or Path.home() / ".cache" / "ganlab")
