"""What this machine offers, and what is amiss on it."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ganlab import data
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, waiting
from ganlab.startup import kept_off_the_terminal, said, start_tensorflow

GPU_WORKS = "A convolution, compiled as a training is, ran on each GPU."


@cli.command()
@common_options
def doctor(runs: Path, as_json: bool) -> None:
    """Show what this machine offers: versions, devices, what is wrong with a GPU, precision, where images come from."""
    from importlib.metadata import version

    from ganlab.training import devices, gpu_trouble

    packages = ("tensorflow", "keras", "numpy", "streamlit", "plotly", "pillow", "scikit-learn")
    versions = {"python": sys.version.split()[0], **{name: version(name) for name in packages}}
    with waiting("Looking around"):
        start_tensorflow(listening=True)
        import tensorflow as tf

        with kept_off_the_terminal():
            cpu, *gpus = devices.devices()
            heard = [line for gpu in gpus for line in devices.try_out(gpu).splitlines()]
            quick = devices.bfloat16_is_quick()
        host = gpu_trouble.look_around(tf.test.is_built_with_cuda())
        trouble = gpu_trouble.explain([*said, *heard], host, len(gpus)) or heard or [GPU_WORKS]
    verdict = (
        "mixed_bfloat16 may be faster on this CPU. `auto` measures each architecture once and takes the faster one."
        if quick
        else "float32, because this CPU is slow in bfloat16."
    )
    used = {name: data.describe(name) for name in data.NAMES}
    used["points"] = f"{', '.join(data.POINTS)}: points in the plane, which need no download"
    content = {
        "versions": versions,
        "devices": [{"name": device.name, "title": device.title} for device in (cpu, *gpus)],
        "gpu": trouble,
        "precision": {"bfloat16_is_quick": quick, "verdict": verdict},
        "data": used,
        "runs": str(runs),
    }
    if as_json:
        return click.echo(json.dumps(content))
    sections: Iterable[tuple[str, Iterable[str]]] = (
        ("Versions", (f"{name} {number}" for name, number in versions.items())),
        ("Devices", (f"{device.name}: {device.title}" for device in (cpu, *gpus))),
        ("GPU", trouble),
        ("Precision", (verdict,)),
        ("Data", (f"{name}: {sentence}" for name, sentence in used.items())),
        ("Runs folder", (str(runs),)),
    )
    for title, lines in sections:
        click.echo(title)
        for line in lines:
            click.echo(f"  {line}")
