"""What architectures there are, and what is in one."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ganlab import registry
from ganlab.cli.root import cli
from ganlab.cli.shared_options import common_options, say, waiting


@cli.command()
@common_options
def models(runs: Path, as_json: bool) -> None:
    """List the architectures."""
    for spec in registry.specs():
        content = {**_about(spec), "presets": list(spec.presets), "parameters": dict(spec.parameters)}
        say(as_json, content, f"{spec.name:16} {spec.summary}")


@cli.command()
@click.argument("name")
@click.option("--preset", help="The preset to show. [the first one]")
@common_options
def describe(name: str, preset: str | None, runs: Path, as_json: bool) -> None:
    """Show an architecture: its source, settings, and networks layer by layer."""
    from ganlab.inference import describe_networks

    spec = registry.get(name)
    preset = preset or next(iter(spec.presets))
    values = spec.values(preset)
    with waiting("Building the networks"):
        networks = describe_networks(spec, values)
    if as_json:
        content = {
            **_about(spec),
            "source": asdict(spec.source),
            "keeps": spec.keeps,
            "preset": preset,
            "presets": {key: {"summary": p.summary, "mended": list(p.mended)} for key, p in spec.presets.items()},
            "values": values,
            "draws": list(spec.draws),
            "digits": list(spec.digits) if spec.digits else None,
            "curves": [curve.name for curve in spec.curves],
            "networks": networks,
        }
        return click.echo(json.dumps(content))
    click.echo(f"{spec.title} ({spec.name})\n{spec.summary}\nSource: {spec.source.title}, {spec.source.chapter}.")
    click.echo(f"{spec.shown}\n\nPreset {preset}: {spec.presets[preset].summary}")
    for sentence in spec.presets[preset].mended:
        click.echo(f"  Note: {sentence}")
    click.echo("\nSettings")
    for knob in spec.knobs:
        click.echo(f"  {knob.flag:30} {values[knob.name]!s:10} {knob.help}")
    for key, network in networks.items():
        click.echo(f"\n{key.capitalize()}: {network['parameters']:,} parameters")
        for layer in network["layers"]:
            click.echo(f"  {layer['kind']:22} {layer['output']!s:22} {layer['parameters']:>10,}")


def _about(spec: registry.ModelSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in ("name", "title", "family", "summary")}
