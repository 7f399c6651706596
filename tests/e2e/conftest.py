"""One real server and one real browser for all browser tests."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ganlab.runs import ACTIVE, list_runs
from tests.conftest import trained_run

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these, a browser started by a test talks to its maker; the first is needed where tests run as root.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--disable-quic", "--no-first-run"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


class Server:
    """The app, serving the offline digits from folders of its own; `options` are Streamlit's."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options = folder, options
        self.runs = folder / "runs"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.log = folder / "log"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.e2e.serve", "run", "app.py", "--server.headless", "true"]
        environment = {**os.environ, "GANLAB_RUNS": str(self.runs), "GANLAB_CACHE": str(self.folder / "cache")}
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port), *self.options],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1)
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError("the server never answered")

    def stop_training(self) -> None:
        """Ends what trains or waits; where that takes too long, the process with it."""
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(100):
            if not self.is_training():
                return
            time.sleep(0.1)
        self.crash()
        self.start()

    def is_training(self) -> bool:
        return any(run.state in ACTIVE for run in list_runs(self.runs)[0])

    def crash(self) -> None:
        """Ends the process as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    try:
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.log.read_text(), server.log.read_text()


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A second server, for a class: it listens to the network."""
    from tests.e2e.class_steps import Class

    school = Class(tmp_path_factory.mktemp("class"))
    try:
        yield school
    finally:
        school.stop()
    assert "Traceback" not in school.log.read_text(), school.log.read_text()


@pytest.fixture(scope="module", autouse=True)
def tidy(server: Server) -> Iterator[None]:
    """No module finds the runs of another."""
    yield
    for path in server.runs.glob("*"):
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def models(server: Server) -> Iterator[str]:
    """Small models that repair and read, as the Repair page's address names them."""
    paths = [trained_run(server.runs, name) for name in ("repair-gan", "classifier")]
    yield f"model={paths[0].name}&reader={paths[1].name}"
    for path in paths:
        shutil.rmtree(path)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """With a profile on disk, as people have one: what a page has loaded once is there for the next test's page."""
    path = os.environ.get("GANLAB_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        if os.environ.get("GANLAB_BROWSER_TESTS") == "required":
            pytest.fail("No Chromium was found; install it, or name it in GANLAB_CHROMIUM.")
        pytest.skip("No Chromium was found; install it, or name it in GANLAB_CHROMIUM, to run the browser tests.")
    with sync_playwright() as playwright:
        profile = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=path, args=FLAGS
        )
        assert profile.browser
        yield profile.browser
        profile.close()


expect.set_options(timeout=30_000)


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    profile = browser.contexts[0]
    page = profile.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    remembered = {"origin": server.address, "storageTypes": "cookies,local_storage,indexeddb"}
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", remembered)
    page.close()
    if server.is_training():  # nothing trains on into the next test
        server.stop_training()
    assert not errors, errors


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 420, "height": 900}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
