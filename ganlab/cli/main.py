"""The entry: a command is run, and what goes wrong is one sentence."""

import io
import os
import sys
from importlib import import_module

import click

from ganlab.cli.root import cli
from ganlab.errors import GanlabError

GROUPS = ("app", "compare", "data_sets", "doctor", "evaluate", "explain", "ideas", "inference", "models", "reading")
GROUPS += ("runs", "share", "sweep", "train")
for group in GROUPS:  # being imported, they hang on `cli`
    import_module(f"ganlab.cli.{group}")


def main() -> None:
    """Runs a command; bad input ends with one sentence on stderr and exit status 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # names of files need not be UTF-8
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.exit(cli(prog_name="python -m ganlab", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        sentence = " ".join(error.format_message().split())
    except click.exceptions.Abort:
        sys.exit(130)
    except GanlabError as error:
        sentence = str(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    click.echo(sentence, err=True)
    sys.exit(2)
