"""The playground from a shell."""

import os
import runpy
import sys

import click

from ganlab.cache import program_folder
from ganlab.cli.root import cli
from ganlab.runs import runs_folder


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--runs", metavar="DIR", help="The folder with all runs. [GANLAB_RUNS, else ./runs]")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def app(runs: str | None, options: tuple[str, ...]) -> None:
    """Open the playground in the browser; OPTIONS go to Streamlit, such as --server.port 8600."""
    script = str(program_folder() / "app.py")
    os.environ["GANLAB_RUNS"] = str(runs_folder(runs).absolute())
    sys.argv = ["streamlit", "run", script, *options]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)  # in this process, which ends with it
