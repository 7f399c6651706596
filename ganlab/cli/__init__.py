"""The command line: everything a page can do, from a shell; a module for each group of commands."""

from ganlab.cli.main import main as main
from ganlab.cli.root import cli as cli
