"""What this machine offers, and what is amiss on it."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ganlab import data
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, waiting
from ganlab.startup import start_tensorflow


@cli.command()
@common_options
def doctor(runs: Path, as_json: bool) -> None:
    """Show what this machine offers: versions, devices, precision, and where images would come from."""
    from importlib.metadata import version

    from ganlab.training import devices

    packages = ("tensorflow", "keras", "numpy", "streamlit", "plotly", "pillow", "scikit-learn")
    versions = {"python": sys.version.split()[0], **{name: version(name) for name in packages}}
    with waiting("Looking around"):
        start_tensorflow()
        found = devices.devices()
        quick = devices.bfloat16_is_quick()
    verdict = (
        "mixed_bfloat16 may be faster on this CPU. `auto` measures each architecture once and takes the faster one."
        if quick
        else "float32, because this CPU is slow in bfloat16."
    )
    used = {name: data.describe(name) for name in data.NAMES}
    used["points"] = f"{', '.join(data.POINTS)}: points in the plane, which need no download"
    content = {
        "versions": versions,
        "devices": [{"name": device.name, "title": device.title} for device in found],
        "precision": {"bfloat16_is_quick": quick, "verdict": verdict},
        "data": used,
        "runs": str(runs),
    }
    if as_json:
        return click.echo(json.dumps(content))
    sections: Iterable[tuple[str, Iterable[str]]] = (
        ("Versions", (f"{name} {number}" for name, number in versions.items())),
        ("Devices", (f"{device.name}: {device.title}" for device in found)),
        ("Precision", (verdict,)),
        ("Data", (f"{name}: {sentence}" for name, sentence in used.items())),
        ("Runs folder", (str(runs),)),
    )
    for title, lines in sections:
        click.echo(title)
        for line in lines:
            click.echo(f"  {line}")
