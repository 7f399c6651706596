"""The playground from a shell."""

import os
import runpy
import sys

import click

from ganlab.cache import program_folder
from ganlab.cli.root import cli
from ganlab.permission import check_token
from ganlab.runs import runs_folder

NETWORK = ("--server.address", "0.0.0.0")  # every address of this machine


@cli.command(context_settings={"ignore_unknown_options": True})
@click.option("--runs", metavar="DIR", help="The folder with all runs. [GANLAB_RUNS, else ./runs]")
@click.option("--class", "as_class", is_flag=True, help="Open the playground to the network, for a class of guests.")
@click.option("--token", metavar="TEXT", help="The token of the host link. [GANLAB_HOST_TOKEN, else a random one]")
@click.option("--behind-proxy", is_flag=True, help="Only the host link makes a host, not sitting at this machine.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def app(runs: str | None, as_class: bool, token: str | None, behind_proxy: bool, options: tuple[str, ...]) -> None:
    """Open the playground in the browser; OPTIONS go to Streamlit, such as --server.port 8600.

    With --class, others in the network may come as guests: docs/class.md.
    """
    script = str(program_folder() / "app.py")
    token = os.environ.get("GANLAB_HOST_TOKEN") if token is None else token
    if token is not None:
        check_token(token)
    os.environ["GANLAB_RUNS"] = str(runs_folder(runs).absolute())
    os.environ |= {"GANLAB_HOST_TOKEN": token} if token else {}
    os.environ |= {"GANLAB_BEHIND_PROXY": "1"} if behind_proxy else {}
    named = any(option.partition("=")[0] == NETWORK[0] for option in options)
    sys.argv = ["streamlit", "run", script, *(NETWORK if as_class and not named else ()), *options]
    runpy.run_module("ganlab.ui.serve", run_name="__main__", alter_sys=True)  # in this process, which ends with it
