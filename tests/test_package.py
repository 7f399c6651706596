"""The package: built, installed in an environment of its own, and used from another folder."""

import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds ganlab's wheel, and finds what ganlab needs in that of the tests."""
    folder = tmp_path_factory.mktemp("package")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", str(ROOT)]
    subprocess.run([*build, "--wheel-dir", str(folder)], check=True)
    (wheel,) = folder.glob("ganlab-*.whl")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    bin = folder / "venv" / "bin"
    packages = next((folder / "venv").glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(bin / "python"), "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
    )
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    (folder / "elsewhere").mkdir()
    return folder


def run(installed: Path, *words: str) -> str:
    return subprocess.run(
        [installed / "venv" / "bin" / "ganlab", *words],
        cwd=installed / "elsewhere",
        env=clean(installed),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def clean(installed: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "", "GANLAB_RUNS": str(installed / "runs"), "GANLAB_WARM": "0"}


def test_it_samples_a_pretrained_model_from_another_folder(installed: Path):
    run(installed, "sample", "swift-gan", "-n", "4", "-o", "sheet.png")
    assert (installed / "elsewhere" / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_the_doctor_finds_all_of_it(installed: Path):
    assert "tensorflow" in run(installed, "doctor").lower()


def test_home_is_drawn_with_its_wall_of_digits(installed: Path):
    code = (
        "from streamlit.testing.v1 import AppTest; from ganlab.cache import program_folder;"
        "test = AppTest.from_file(str(program_folder() / 'app.py'), default_timeout=60).run();"
        "print(program_folder(), [*test.exception, *test.error], test.title[0].value);"
        "from ganlab.sharing.idea_assets import MAKERS, load; assert all(map(load, MAKERS));"
        "print('missing from this copy' in ' '.join(one.value for one in [*test.info, *test.warning, *test.markdown]))"
    )
    words = [installed / "venv" / "bin" / "python", "-W", "ignore", "-c", code]
    place = installed / "elsewhere"
    said = subprocess.run(words, cwd=place, env=clean(installed), capture_output=True, text=True, check=True).stdout
    assert str(installed) in said and " [] Watch a computer learn" in said
    assert said.endswith("False\n"), "it would say so where the model that draws its wall were not there"


@pytest.fixture
def served(installed: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["app", "--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [installed / "venv" / "bin" / "ganlab", *words], cwd=installed / "elsewhere", env=clean(installed)
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(10)
        with pytest.raises(OSError):  # nothing goes on behind it
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5)


def test_it_serves_the_playground(served: str):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{served}/_stcore/health", timeout=5) as answer:
                assert answer.read() == b"ok"
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
