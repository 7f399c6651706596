"""What an export holds, used where nothing is installed but Keras, TensorFlow and numpy: run by hand, it takes minutes.

    PYTHONPATH=. python benchmarks/exported.py [RUN ...]

It makes a virtual environment, installs the three as requirements.txt pins them, exports each run (one of each
family without any), has its generate.py draw, decode, read or repair there, and compares with what ganlab does.
"""

import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

import numpy as np

from ganlab import inference, registry
from ganlab.data.offline import load_offline
from ganlab.runs import resolve, runs_folder
from ganlab.sharing.exporting import export

ROOT = Path(__file__).parents[1]
RUNS = ("dcgan", "vae-conv", "classifier", "repair-gan", "inpaint-gan")
NEEDED = ("keras", "tensorflow", "numpy")


def main() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = [line for line in lines if re.split(r"\W", line)[0] in NEEDED]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "venv", with_pip=True)
        python = str(home / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned], check=True)
        listed = subprocess.run([python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True)
        print(", ".join(line for line in listed.stdout.split() if line.startswith(NEEDED)))
        for name in sys.argv[1:] or RUNS:
            print(f"{name}: {use(python, name, home / name)}")


def use(python: str, name: str, folder: Path) -> str:
    """Exports the run, uses it in the environment of `python`, and says how far its answers are from ganlab's."""
    run = resolve(name, runs_folder())
    folder.mkdir()
    export(run, folder / "run.zip")
    with zipfile.ZipFile(folder / "run.zip") as archive:
        archive.extractall(folder)
    model, digits = inference.load(run), load_offline().x_test[:16]
    np.save(folder / "digits.npy", digits)

    def generate(*words: str) -> str:
        done = subprocess.run([python, "-I", "generate.py", *words], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    family = registry.get(run.model).family
    if family == "classifier":
        read = [int(line.split()[1].strip(",")) for line in generate("digits.npy").splitlines()]
        same = np.mean(np.array(read) == model.classify(digits).argmax(axis=1))
        return f"{same:.0%} of {len(read)} digits read the same"
    words, expected = {
        "gan": (["-n", "16", "--seed", "3"], lambda: model.sample(16, 3)),
        "autoencoder": (["--images", "digits.npy"], lambda: model.reconstruct(digits)),
        "repair": (["digits.npy"], lambda: model.repair(digits)),
    }[family]
    generate(*words, "-o", "images.npy")
    apart = np.abs(np.load(folder / "images.npy").astype(int) - expected()).max()
    return f"{len(digits)} images, at most {apart} of 255 grey levels apart"


if __name__ == "__main__":
    main()
