"""The command that all others hang on."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Watch generative models learn: train them, look at what they draw, and keep every run."""
