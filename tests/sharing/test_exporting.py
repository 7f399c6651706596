"""An exported run holds networks that work without ganlab, its history, and no training images."""

import contextlib
import csv
import functools
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganlab import cli, inference, jobs, registry
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError
from ganlab.models import _weights
from ganlab.runs import Run, RunWriter, bundle, layout, prune, rename
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing import exporting
from ganlab.sharing.exporting import export
from ganlab.sharing.importing import import_run
from tests.conftest import file_of, request_for, trained_run
from tests.models.making import make

WITHOUT_GANLAB = """
import contextlib, io, json, os, runpy, sys, traceback
forbidden = {forbidden!r}
class Forbidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in forbidden:
            raise ModuleNotFoundError(f"{{name}} is not there")
sys.meta_path.insert(0, Forbidden())
for line in sys.stdin:
    folder, calls = json.loads(line)
    os.chdir(folder)
    said, wrong = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(said):
            for words in calls:
                sys.argv = ["generate.py", *words]
                runpy.run_path("generate.py", run_name="__main__")
    except BaseException:
        wrong = traceback.format_exc()
    print(json.dumps([said.getvalue(), wrong]), flush=True)
"""


@functools.cache
def strangers_to(*names: str) -> set[str]:
    """The top-level modules of whatever is installed that these distributions do not depend on, and ganlab."""
    todo, needed = list(names), set()
    while todo:
        name = plain(todo.pop())
        if name in needed:
            continue
        needed.add(name)
        with contextlib.suppress(metadata.PackageNotFoundError):  # for another system
            lines = metadata.requires(name) or ()
            todo += [match[0] for line in lines if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))]
    installed = metadata.packages_distributions().items()
    return {"ganlab", "tests", *(module for module, owners in installed if not needed & set(map(plain, owners)))}


def plain(name: str) -> str:
    """A distribution's name, however it is written."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unpacked(run: Run | Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    export(run if isinstance(run, Run) else Run(run), folder / "run.zip")
    with zipfile.ZipFile(folder / "run.zip") as archive:
        archive.extractall(folder)
    return folder


Generate = Callable[..., str]


@pytest.fixture(scope="module")
def generate() -> Iterator[Generate]:
    """Runs a folder's generate.py, once for each call, where only Keras, TensorFlow and numpy can be imported; in one
    process for all, as importing TensorFlow takes longer than the rest."""
    forbidden = strangers_to("keras", "tensorflow", "numpy")
    assert {"ganlab", "streamlit", "PIL", "plotly", "sklearn", "scipy"} <= forbidden
    command = [sys.executable, "-P", "-c", WITHOUT_GANLAB.format(forbidden=forbidden)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout

    def run(folder: Path, *calls: str) -> str:
        print(json.dumps([str(folder), [call.split() for call in calls]]), file=process.stdin, flush=True)
        said, wrong = json.loads(process.stdout.readline())
        assert not wrong, wrong
        return said

    yield run
    process.communicate(timeout=60)


def same(one: np.ndarray, other: np.ndarray) -> None:
    """The same images, but for a rounding."""
    assert one.dtype == other.dtype == np.uint8 and one.shape == other.shape
    assert np.abs(one.astype(int) - other).max() <= 1


def untrained(folder: Path, name: str) -> Run:
    """A run whose networks have weights at random, moving statistics among them."""
    writer = jobs.create_run(request_for(name), folder)
    state = make(registry.get(name), seed=1)[0].inference_state()
    random = np.random.default_rng(1)
    for variable in state.values():
        if not variable.path.endswith("kernel"):
            variable.assign(random.uniform(0.5, 1.5, variable.shape))
    writer.weights(3, lambda path: _weights.save(path, state, iteration=3))
    writer.status("stopped")
    writer.close()
    return Run(writer.path)


@pytest.mark.parametrize("name", [spec.name for spec in registry.specs()])
def test_every_architecture_is_exported_and_imported_with_the_same_networks(tmp_path, name):
    run = untrained(tmp_path / "runs", name)
    record = export(run, tmp_path / "run.zip")
    assert {"generate.py", "networks.json", "config.json", "run/weights-00000003.npz"} <= set(record["members"])
    again = inference.load(import_run(tmp_path / "run.zip", tmp_path / "others"))
    digits = load_offline().x_test[:16]
    np.testing.assert_array_equal(again.examples(digits), inference.load(run).examples(digits))


def test_a_gan_draws_without_ganlab_what_it_draws_with_it(tmp_path, generate):
    run = Run(trained_run(tmp_path / "runs", "digit-gan"))  # its convolutions of one channel are ganlab's own
    folder = unpacked(run, tmp_path / "out")
    assert "5 images" in generate(folder, "-n 5 --seed 3 -o five.npy", "-n 1 --seed 3 -o one.png")
    same(np.load(folder / "five.npy"), inference.load(run).sample(5, seed=3))
    same(np.asarray(Image.open(folder / "one.png")), inference.load(run).sample(1, seed=3)[0])


def test_a_conditional_gan_draws_what_it_is_asked_for_without_ganlab(tmp_path, generate):
    run = untrained(tmp_path / "runs", "conditional-gan")
    folder = unpacked(run, tmp_path / "out")
    generate(folder, "-n 4 --digit 7 -o sevens.npy")
    same(np.load(folder / "sevens.npy"), inference.load(run).sample(4, digit=7))


def test_an_autoencoder_decodes_and_reconstructs_without_ganlab(tmp_path, generate):
    folder = unpacked(PRETRAINED / "vae-conv", tmp_path / "out")  # sines and cosines, and a published record
    model = inference.load("vae-conv")
    digits = load_offline().x_test[:8]
    np.save(folder / "digits.npy", digits)
    np.save(folder / "latents.npy", np.array([[0.5, -1.0], [0.0, 2.0]], np.float32))
    generate(folder, "--latents latents.npy -o decoded.npy", "--images digits.npy -o again.npy")
    same(np.load(folder / "decoded.npy"), model.decode(np.load(folder / "latents.npy")))
    same(np.load(folder / "again.npy"), model.reconstruct(digits))


def test_a_classifier_reads_pictures_without_ganlab(tmp_path, generate):
    folder = unpacked(PRETRAINED / "classifier", tmp_path / "out")
    digits, labels = load_offline().x_test[:3], load_offline().y_test[:3]
    np.save(folder / "digits.npy", digits)
    for mode in ("L", "LA", "RGB", "RGBA"):
        Image.fromarray(digits[0]).convert(mode).save(folder / f"{mode}.png", optimize=True)
    lines = generate(folder, "L.png LA.png RGB.png RGBA.png digits.npy").splitlines()
    read = inference.load("classifier").classify(digits)
    assert [int(line.split()[1].strip(",")) for line in lines] == [labels[0]] * 4 + read.argmax(axis=1).tolist()
    assert f"{read[1].max():.1%}" in lines[5]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_script_reads_any_plain_png_and_writes_what_others_read(tmp_path, mode):
    script = exporting.load_script()
    smooth = np.add.outer(np.arange(28), np.arange(28) * 3).astype(np.uint8)  # for which Pillow takes several filters
    for name, image in {
        "noise": np.random.default_rng(1).integers(0, 256, [28, 28], np.uint8),
        "smooth": smooth,
    }.items():
        path = tmp_path / f"{name}.png"
        Image.fromarray(image).convert(mode).save(path, optimize=True)
        assert script.read(path)[0].tolist() == image.tolist()
        script.write_png(path, image)
        assert np.asarray(Image.open(path)).tolist() == image.tolist()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"GIF89a", "is not a PNG file"),
        (file_of(np.zeros([28, 28], bool)), "8 bits"),
        (file_of(np.zeros([9, 9], np.uint8)), "28 x 28"),
        (file_of(np.zeros([28, 28], np.uint8))[:50], "cannot be read|is not a PNG file"),
    ],
)
def test_the_script_says_what_is_wrong_with_a_picture(tmp_path, content, says):
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(SystemExit, match=says):
        exporting.load_script().read(tmp_path / "bad.png")


@pytest.mark.parametrize("name", ["repair-gan", "inpaint-gan"])
def test_a_repairer_repairs_without_ganlab(tmp_path, generate, name):
    folder = unpacked(PRETRAINED / name, tmp_path / "out")
    image, mask = load_offline().x_test[0].copy(), np.zeros([28, 28], bool)
    mask[8:16, 10:18] = True
    image[mask] = 0
    Image.fromarray(image).save(folder / "hole.png")
    Image.fromarray(mask.astype(np.uint8) * 255).save(folder / "mask.png")
    generate(folder, "hole.png --mask mask.png --seed 2 -o whole.png", "hole.png -o guessed.png")
    same(np.asarray(Image.open(folder / "whole.png")), inference.load(name).repair(image[None], mask, seed=2)[0])
    same(np.asarray(Image.open(folder / "guessed.png")), inference.load(name).repair(image[None])[0])


def test_the_zip_shows_the_run_and_keeps_its_training_images_and_its_place_to_itself(tmp_path, finished):
    folder = unpacked(finished, tmp_path / "out")
    run, config = Run(finished), json.loads((folder / "config.json").read_text())
    assert run.reals().tobytes() not in b"".join(f.read_bytes() for f in folder.rglob("*.*") if f.suffix != ".zip")
    assert not list(folder.rglob("reals*")) and not list(folder.rglob("checkpoint*"))
    assert config["values"] == run.config.values and "machine" not in config
    assert str(finished.parent) not in "".join(
        f.read_text() for f in folder.glob("*.*") if f.suffix in (".json", ".txt")
    )
    rows = list(csv.reader(io.StringIO((folder / "curves.csv").read_text())))
    assert rows[0] == ["iteration", *run.curves] and len(rows) == 13 and rows[-1][0] == "12"
    assert [float(value) for value in rows[5][1:]] == pytest.approx(run.metrics()[4], rel=1e-5)
    assert Image.open(folder / "previews.gif").n_frames == run.preview_count  # type: ignore[attr-defined]
    assert Image.open(folder / "first_images.png").size == (2 * (10 * 30 + 2), 2 * (2 * 30 + 2))
    readme = (folder / "README.txt").read_text()
    assert "python -m ganlab train art-gan" in readme and "/train?new=1&model=art-gan" in readme


def test_nobody_is_told_where_images_of_ones_own_and_the_run_lie(tmp_path):
    place = tmp_path / "alice" / "secret pictures" / "mine.npz"
    place.parent.mkdir(parents=True)
    digits = load_offline()
    np.savez(place, images=digits.x_train[:200], labels=digits.y_train[:200])
    run = Run(trained_run(tmp_path / "my runs", "dense-gan", dataset=str(place)))
    home, elsewhere = Path.home() / "notes", "/srv/alice/others/mnist.npz"
    said = f"The run {run.path} cannot be written, nor {place}, {run.path.parent}, {home}, {elsewhere}: no and/or yes."
    writer = RunWriter(run.path)
    writer.status("failed", said)
    writer.close()
    folder = unpacked(run, tmp_path / "out")
    status = json.loads((folder / "run/status.json").read_text())
    assert status["message"] == (
        f"The run {run.id} cannot be written, nor mine.npz, my runs, ~/notes, mnist.npz: no and/or yes."
    )
    readme = (folder / "README.txt").read_text()
    assert "--dataset YOUR_IMAGES" in readme and "images=My+own+images" in readme and "place=" not in readme
    with zipfile.ZipFile(folder / "run.zip") as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(word in held for word in (b"alice", b"secret", b"my runs/", str(Path.home()).encode() + b"/notes"))
    again = import_run(folder / "run.zip", tmp_path / "others")
    assert again.config.dataset == "mine.npz" and again.status.message.startswith(f"The run {run.id} cannot")


def test_a_run_from_before_a_setting_was_there_is_exported(tmp_path):
    run = untrained(tmp_path / "runs", "digit-gan")
    config = json.loads((run.path / "config.json").read_text())
    for knob in ("recipe", "updates"):
        del config["values"][knob]
    (run.path / "config.json").write_text(json.dumps(config))
    export(Run(run.path), tmp_path / "run.zip")
    assert import_run(tmp_path / "run.zip", tmp_path / "others").config.values == run.config.values


def test_a_pruned_run_with_a_title_comes_back_as_it_was(tmp_path):
    run = Run(trained_run(tmp_path / "runs", iterations=12))
    rename(run, "My best fives!")
    prune(run)
    export(run, tmp_path / "run.zip")
    again = import_run(tmp_path / "run.zip", tmp_path / "runs")
    assert again.id == f"{run.id}-2" and again.title == "My best fives!"
    assert again.config.imported.id == run.id and again.config.imported.file == "run.zip"
    assert (again.done, again.pruned, again.state) == (12, 12, "finished")
    np.testing.assert_array_equal(again.metrics(), run.metrics())
    assert again.preview_iterations().tolist() == run.preview_iterations().tolist()
    export(again, tmp_path / "again.zip")  # an imported run can be handed on


def test_a_run_in_training_is_exported_as_far_as_it_is(tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    writer = RunWriter(path)
    writer.status("running")
    writer.iterations(np.ones([3, len(Run(path).curves)], np.float32), np.zeros([3, 28, 28], np.uint8))
    export(Run(path), tmp_path / "run.zip")
    writer.close()
    again = import_run(tmp_path / "run.zip", tmp_path / "others")
    assert (again.state, again.done, again.total) == ("stopped", 9, 6)


def test_weights_are_taken_from_where_there_are_any(tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    drawn = inference.load(Run(path)).sample(4)
    for file in layout.all_weights(path):
        file.unlink()
    export(Run(path), tmp_path / "run.zip")  # from a checkpoint
    np.testing.assert_array_equal(inference.load(import_run(tmp_path / "run.zip", tmp_path)).sample(4), drawn)
    for file in (*layout.checkpoints(path), *layout.snapshots(path)):
        file.unlink()
    with pytest.raises(GanlabError, match="not saved any weights yet"):
        export(Run(path), tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists() and not list(tmp_path.glob("*.tmp"))


def test_networks_that_would_do_something_else_are_not_exported(tmp_path, finished, monkeypatch):
    from ganlab.models import _plain

    true = _plain.plain

    def spoilt(network, name):
        copy = true(network, name)
        copy.weights[0].assign(copy.weights[0] + 1.0)
        return copy

    monkeypatch.setattr(_plain, "plain", spoilt)
    with pytest.raises(GanlabError, match="give other results"):
        export(Run(finished), tmp_path / "run.zip")
    assert not list(tmp_path.iterdir())


def test_what_would_look_like_a_bomb_is_stored(tmp_path):
    path = trained_run(tmp_path / "runs", iterations=6)
    Run(path).records.first_images.path.write_bytes(bytes(784 * 200))
    Run(path).records.metrics.path.write_bytes(bytes(4 * len(Run(path).curves) * 200))
    writer = RunWriter(path)
    writer.status("finished")
    writer.progress(200, 1.0)
    writer.status("finished")
    writer.close()
    export(Run(path), tmp_path / "black.zip")
    with zipfile.ZipFile(tmp_path / "black.zip") as archive:
        info = archive.getinfo(bundle.RUN + bundle.FIRST_IMAGES)
    assert info.compress_size == info.file_size == 784 * 200
    assert import_run(tmp_path / "black.zip", tmp_path / "others").done == 200


def test_the_command_line_exports_and_imports(tmp_path, finished, capsys, monkeypatch):
    def call(*words: str) -> dict:
        cli.cli.main([*words, "--runs", str(tmp_path / "runs"), "--json"], standalone_mode=False)
        return json.loads(capsys.readouterr().out)

    monkeypatch.chdir(tmp_path)
    record = call("export", str(finished))
    file = tmp_path / f"{finished.name}.zip"
    assert (
        record["output"] == str(file) and record["size"] == file.stat().st_size and "generate.py" in record["members"]
    )
    taken = call("import", str(file))
    assert taken["origin"]["file"] == file.name and Run(taken["run"]).id == taken["id"] == finished.name
    with pytest.raises(GanlabError, match=r"as \.zip, not as 'run\.tar'"):
        call("export", str(finished), "-o", "run.tar")
    with pytest.raises(GanlabError, match=r"There is no file gone\.zip"):
        call("import", "gone.zip")
