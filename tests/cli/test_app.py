"""What `ganlab app` hands to the server."""

import os
import sys

import pytest
from click.testing import CliRunner

from ganlab.cli import app as module
from ganlab.cli.main import main

TOKEN = "a token of many letters"


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Runs the command with these words in place of a server; returns Streamlit's words and what it is told besides."""
    monkeypatch.setattr(sys, "argv", [])
    for name in ("GANLAB_HOST_TOKEN", "GANLAB_BEHIND_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path))
    seen: list[list[str]] = []
    monkeypatch.setattr(module.runpy, "run_module", lambda name, **_: seen.append([name, *sys.argv]))

    def start(*words: str) -> list[str]:
        done = CliRunner().invoke(module.app, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return seen.pop()

    return start


def test_by_itself_it_opens_nothing_to_the_network(started):
    name, _, run, script, *options = started("--server.port", "8600")
    assert (name, run) == ("ganlab.ui.serve", "run") and script.endswith("app.py")
    assert options == ["--server.port", "8600"] and "GANLAB_HOST_TOKEN" not in os.environ


def test_a_class_listens_to_the_network_unless_told_where(started):
    assert started("--class")[-2:] == ["--server.address", "0.0.0.0"]
    assert started("--class", "--server.address=192.168.1.5")[4:] == ["--server.address=192.168.1.5"]


def test_token_and_proxy_are_told_where_no_list_of_processes_shows_them(started):
    words = started("--class", "--behind-proxy", "--token", TOKEN)
    assert TOKEN not in words and os.environ["GANLAB_HOST_TOKEN"] == TOKEN and os.environ["GANLAB_BEHIND_PROXY"] == "1"
    del os.environ["GANLAB_HOST_TOKEN"], os.environ["GANLAB_BEHIND_PROXY"]


def test_a_short_token_is_refused_in_a_sentence(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["ganlab", "app", "--class", "--token", "short"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2 and "at least 16 letters" in capsys.readouterr().err
