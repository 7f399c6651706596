"""A hostile guest without a browser: nothing changes on disk, the training goes on, and what was refused is logged."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from ganlab.runs import Run, list_runs
from tests.conftest import trained_run
from tests.e2e.class_steps import Class, Raw
from tests.e2e.steps import until


@pytest.fixture(scope="module")
def training(school: Class) -> Iterator[Path]:
    """A long training that the host has started, by pressing its button."""
    settings = "new=1&model=dense-gan&images=Offline+digits&precision=float32&device=cpu"
    with Raw(school.address, "train", settings + "&dense-gan.published.iterations=1000000") as host:
        host.draw()
        start = next(id for label, id in host.buttons.items() if label.startswith("Start"))
        host.draw(start)
    until(lambda: [run for run in list_runs(school.runs)[0] if run.state == "running" and run.done], 120)
    (run,) = [run for run in list_runs(school.runs)[0] if run.state == "running"]
    yield run.path
    school.stop_training()


def goes_on(run: Path) -> bool:
    before = Run(run).done
    until(lambda: Run(run).done > before, 20)
    return Run(run).state == "running"


def contents(folder: Path, without: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and without not in file.parents)
    return {str(file): file.read_bytes() for file in files}


def send(address: str, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    request = urllib.request.Request(f"{address}{path}", body or None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_presses_of_hidden_buttons_do_nothing(school: Class, training: Path):
    kept = trained_run(school.runs)
    before = contents(school.runs, training)
    with Raw(school.address, "train", f"run={training.name}") as host:
        shown = host.draw().buttons
    assert {"Pause", "Stop", "Change something", "Export"} <= set(shown)
    with Raw(school.others, "train", f"run={training.name}") as guest:
        assert not set(guest.draw().buttons) & set(shown)
        for id in shown.values():
            guest.draw(id)
        guest.draw(*shown.values())
    with Raw(school.address, "runs") as host:
        ids = host.draw().buttons
    with Raw(school.others, "runs") as guest:
        guest.draw(*ids.values())
        for what in ("Delete", "Prune", "Resume", "Extend"):  # as the keys of the menu make their ids
            guest.draw(f"$$ID-0-{what}-{kept.name}")
    assert contents(school.runs, training) == before and goes_on(training)


def test_paths_are_no_run_names(school: Class, training: Path, tmp_path: Path):
    private = trained_run(tmp_path)
    with Raw(school.others, "train") as guest:
        for name in (str(private), f"../../{private.relative_to('/')}", "/etc", "~", "%00"):
            guest.draw(query=f"run={name}")
            assert not any(private.name in text and "Only" not in text and "no run" not in text for text in guest.texts)
        assert any("Only the host of this class can open" in text for text in guest.draw(query=f"run={private}").texts)
    assert any("open a folder that is not in the list of runs" in line for line in school.refused())


def test_uploads_and_messages_for_hosts_are_refused(school: Class, training: Path):
    with Raw(school.others, "repair") as guest, Raw(school.address, "repair") as host:
        guest.draw()
        host.draw()
        for number in range(100):
            for session in (guest.session, host.session):
                path = f"/_stcore/upload_file/{session}/{number}"
                assert send(school.others, "PUT", path, b"x" * 10_000, Origin=school.others) == 403
        guest.send(BackMsg(clear_cache=True))
        guest.send(BackMsg(debug_shutdown_runtime=True))
        files = BackMsg()
        files.file_urls_request.session_id = guest.session
        guest.send(files)
        guest.draw()
    assert send(school.others, "GET", "/_stcore/metrics") == 403
    assert send(school.others, "POST", "/_ganlab/class", b'{"gather": true}', Origin=school.others) == 403
    refused = school.refused()
    for what in (
        "upload files",
        "clear what all pages keep",
        "send the message debug_shutdown_runtime",
        "say what the",
    ):
        assert any(what in line for line in refused), refused
    assert len([line for line in refused if "upload files" in line]) <= 2, "a flood fills no log"


def test_nobody_takes_over_another_session(school: Class, training: Path):
    with Raw(school.address, "train", f"run={training.name}") as host:
        mine = host.draw().session
        with Raw(school.others, "train", f"run={training.name}", session=mine) as guest:
            guest.draw()
            assert guest.session not in ("", mine) and "Stop" not in guest.buttons
        assert "Stop" in host.draw().buttons
    with Raw(school.address, "train", session=mine) as again:  # its own host may
        assert again.draw().session == mine


def test_a_forged_proxy_or_cookie_makes_no_host(school: Class, training: Path):
    forged = {"X-Forwarded-For": "127.0.0.1", "Cookie": f"ganlab_host_{school.port}={'0' * 64}"}
    for address, headers in ((school.others, forged), (school.address, {"X-Forwarded-For": "127.0.0.1"})):
        with Raw(address, "train", f"run={training.name}", **headers) as guest:
            assert "Stop" not in guest.draw().buttons
    with Raw(school.address, "train", f"run={training.name}") as host:
        assert "Stop" in host.draw().buttons


def test_giant_drawings_and_floods_leave_the_training_alone(school: Class, training: Path):
    with Raw(school.others, "repair") as guest:
        giant = guest.draw().ask()
        giant.rerun_script.widget_states.widgets.add(id="repair-drawing-canvas", json_value="9" * 3_000_000)
        guest.send(giant)
        with pytest.raises(ConnectionClosed):
            guest.take(lambda: False, 10)
    flooding = [threading.Thread(target=_flood, args=(school,), daemon=True) for _ in range(5)]
    for one in flooding:
        one.start()
    for one in flooding:
        one.join(60)
    assert goes_on(training)
    with Raw(school.address, "train", f"run={training.name}") as host:
        assert "Stop" in host.draw().buttons
    refused = school.refused()
    assert any("send messages of more than 2 MB" in line for line in refused)
    assert any("ask more than 10 times a second" in line for line in refused)


def _flood(school: Class) -> None:
    with Raw(school.others, "home") as guest:
        for _ in range(150):
            guest.send(guest.ask())
