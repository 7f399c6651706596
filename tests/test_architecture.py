"""What the documents say of the code is there."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400  # lines of a file
NAMED = re.compile(r"`((?:ganlab|pages|tests|docs|benchmarks)/[\w/.-]*[\w/])(?::([\w.]+))?`")


def names_in(document: str) -> list[tuple[str, str]]:
    return NAMED.findall((ROOT / document).read_text())


def is_defined(name: str, source: str) -> bool:
    """Whether a module defines a function or class, or a class of its a method, named as in `Class.method`."""
    places: list[ast.AST] = [ast.parse(source)]
    for part in name.split("."):
        places = [
            found
            for place in places
            for found in ast.iter_child_nodes(place)
            if isinstance(found, ast.FunctionDef | ast.ClassDef) and found.name == part
        ]
    return bool(places)


@pytest.mark.parametrize(
    "path, name", [*names_in("docs/architecture.md"), *names_in("CONTRIBUTING.md"), *names_in("docs/style.md")]
)
def test_every_place_that_a_document_names_is_there(path, name):
    assert (ROOT / path).exists()
    if not name:
        return
    source = (ROOT / path).read_text()
    if path.endswith(".py"):
        assert is_defined(name, source)
    else:
        assert re.search(rf"^  (async )?{name}\(", source, re.MULTILINE)


def test_a_name_that_is_not_there_is_found_out():
    assert is_defined("A.b", "class A:\n    def b(self): ...")
    assert not is_defined("A.c", "class A:\n    def b(self): ...")


def test_every_room_and_small_file_is_in_the_diagram():
    text = (ROOT / "docs" / "architecture.md").read_text()
    rooms = [one.name for one in (ROOT / "ganlab").iterdir() if (one / "__init__.py").exists()]
    assert len(rooms) == 13
    for room in rooms:
        assert f"{room}/" in text, room


def test_no_file_is_longer_than_it_may_be():
    listed = subprocess.run(
        ["git", "ls-files", "app.py", "pages", "ganlab", "tests", "benchmarks", "docs/*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    ours = (".py", ".js", ".ts", ".css", ".html")
    files = [ROOT / name for name in listed.stdout.splitlines() if name.endswith(ours)]
    files = files or sorted((ROOT / "ganlab").rglob("*.py"))  # in a copy without its history
    assert len(files) > 100
    long = {str(file): count for file in files if (count := len(file.read_text().splitlines())) > LONGEST}
    assert not long


def test_ci_and_the_hooks_run_every_check_that_contributing_names():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    (sentence,) = re.findall(r"The checks are (.*?):", text, re.DOTALL)
    checks = re.findall(r"`(.+?)`", sentence)
    assert len(checks) == 5
    assert set(checks) <= set((ROOT / ".ci" / "run").read_text().splitlines())
    hooks = re.findall(r"entry: (.+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert hooks == [check.removesuffix(" .") for check in checks]
