"""The README does what it says."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ganlab import data, registry
from ganlab.cli import cli
from ganlab.cli.evaluate import evaluate
from ganlab.cli.train import train_command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_two_commands_stand_at_the_top_and_their_files_exist():
    install, test = README.split("```")[1].strip().splitlines()
    assert install == "pip install -r requirements.txt && streamlit run app.py"
    assert test == "pip install -r requirements-dev.txt && python -m pytest"
    assert all((ROOT / name).exists() for name in re.findall(r"[\w-]+\.(?:txt|py)\b", install + test))


def test_every_link_and_picture_is_there():
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), (page.name, target)


def test_the_table_lists_every_architecture_as_it_is():
    def row(spec: registry.ModelSpec) -> str:
        values = spec.values()
        length = f"{values['epochs']} epochs" if "epochs" in values else f"{values['iterations']:,} iterations"
        digits = "all classes" if spec.digits is None else data.format_digits(spec.digits)
        counts = ", ".join(f"{name} {count:,}" for name, count in spec.parameters.items())
        source = f"{spec.source.title}, {spec.source.chapter}"
        return f"| `{spec.name}` | {source} | {counts} | {length} of batches of {values['batch_size']} | {digits} |"

    table = README.split("<!-- architectures -->")[1].split("<!-- /architectures -->")[0].strip().splitlines()
    assert table[2:] == [row(spec) for spec in registry.specs()]


def test_every_command_shown_exists():
    shown = re.findall(r"^python -m ganlab ([^#\n]+)", README, re.MULTILINE)
    assert len(shown) >= 6
    for line in shown:
        name, *rest = line.split()
        command = cli.commands[name]
        if name == "evaluate":
            command = evaluate.commands[rest[0]]
        if name == "train":
            command = train_command(registry.get(rest[0]))
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert {word for word in rest if word.startswith("-")} <= flags | {"--"}, line


def test_an_architecture_is_added_in_one_file(tmp_path):
    example = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "register(" in block)
    shutil.copytree(ROOT / "ganlab", tmp_path / "ganlab", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ganlab" / "models" / "my_gan.py").write_text(example)

    commands = (
        ["models"],
        ["describe", "my-gan"],
        [
            "train",
            "my-gan",
            "--dataset",
            "offline",
            "--iterations",
            "5",
            "--units",
            "16",
            "--precision",
            "float32",
            "--runs",
            "runs",
        ],
    )
    code = (
        "import pathlib; from ganlab.cli import cli\n"
        "def call(*words): cli.main([*words, '--json'], standalone_mode=False)\n"
        f"for words in {commands}: call(*words)\n"
        "(run,) = pathlib.Path('runs').iterdir()\n"
        "call('sample', str(run), '-n', '4', '-o', 'four.png')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    (mine,) = [row for row in lines if row.get("name") == "my-gan" and "parameters" in row]
    (described,) = [line for line in lines if "networks" in line]
    counted = {name: network["parameters"] for name, network in described["networks"].items()}
    assert counted == mine["parameters"]
    assert lines[-2]["event"] == "finished" and lines[-1]["n"] == 4


def test_nothing_shipped_is_larger_than_its_budget():
    def size(*names: str) -> int:
        return sum(file.stat().st_size for name in names for file in (ROOT / "pretrained" / name).rglob("*"))

    assert size("dcgan") <= 4e6
    latent = ("autoencoder", "vae", "vae-16", "vae-conv")
    assert all(size(name) for name in latent) and size(*latent) <= 6e6
    repair = ("classifier", "fashion-classifier", "inpaint-gan", "repair-gan", "repair-gan-without-critic")
    repair += ("fashion-repair-gan", "fashion-inpaint-gan")
    assert all(size(name) for name in repair) and size(*repair) <= 8e6
    sharper = ("conditional-gan", "fashion-conditional-gan", "swift-gan")
    history = size("swift-gan/snapshots")
    assert all(size(name) for name in sharper) and size(*sharper) - history <= 7e6 and 1e6 < history <= 4e6
    lab = ("plane-ring", "plane-grid")
    assert all(size(name) for name in lab) and size(*lab) <= 3e6
    assert size("") - size(*lab) - size("ideas") <= 25e6
    assert 0 < size("ideas") <= 3e6
    shipped = {"dcgan", "ideas", *latent, *repair, *sharper, *lab}
    assert {path.name for path in (ROOT / "pretrained").iterdir()} == shipped
