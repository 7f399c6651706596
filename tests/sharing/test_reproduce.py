"""A run's settings as a command and as an address, and what is said of addresses that ask for what cannot be."""

import shlex
from urllib.parse import parse_qs, urlsplit

import pytest

from ganlab import cli, jobs, registry
from ganlab.runs import Run, RunConfig, layout
from ganlab.runs.records import TrainingImages
from ganlab.sharing import reproduce
from tests.conftest import ROOT, request_for

KEPT = ("model", "preset", "values", "dataset", "digits", "seed", "precision")


def made(folder, name="dcgan", iterations=None, **others) -> Run:
    """A run that has been queued, of this request."""
    values = others.pop("values", {})
    writer = jobs.create_run(jobs.Request(name, values=values, iterations=iterations, **others), folder)
    writer.close()
    return Run(writer.path)


def asked(run: Run) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reproduce.address(run)).query, keep_blank_values=True)


def test_what_is_as_the_form_begins_is_left_out(tmp_path):
    assert reproduce.address(made(tmp_path), "http://host:8501/") == "http://host:8501/train?new=1&model=dcgan"


def test_every_setting_that_differs_is_in_the_address(tmp_path):
    run = made(
        tmp_path,
        "digit-gan",
        iterations=300,
        values={"learning_rate": 0.0005},
        dataset="fashion-mnist",
        digits=(1, 9),
        seed=7,
        device="cpu",
        precision="float32",
    )
    assert asked(run) == {
        "new": ["1"],
        "model": ["digit-gan"],
        "digit-gan.published.iterations": ["300"],
        **{f"digit-gan.published.{name}": [text] for name, text in changed(run).items()},
        "digit-gan.classes": ["Trouser", "Ankle boot"],
        "images": ["Fashion-MNIST"],
        "seed": ["7"],
        "device": ["cpu"],
        "precision": ["float32"],
    }


def changed(run: Run) -> dict[str, str]:
    standard = registry.get(run.model).values(run.config.preset)
    values = run.config.values
    return {name: str(values[name]) for name in standard if values[name] != standard[name] and name != "iterations"}


def test_all_classes_of_an_architecture_that_begins_with_one(tmp_path):
    assert asked(made(tmp_path, "digit-gan"))["digit-gan.classes"] == [""]
    assert "digit-gan.classes" not in asked(made(tmp_path, "digit-gan", digits=(5,)))


def test_the_length_of_an_architecture_that_counts_epochs(tmp_path):
    run = made(tmp_path, "vae", iterations=70, dataset="offline")
    assert asked(run)["length"] == ["Another length"] and asked(run)["iterations"] == ["70"]
    assert "--iterations 70" in reproduce.command(run)
    assert "length" not in asked(made(tmp_path, "vae", values={"epochs": 2}))


def test_the_users_own_images(tmp_path):
    run = made(tmp_path, dataset=str(tmp_path / "mine.npz"))
    assert asked(run)["images"] == ["My own images"] and asked(run)["place"] == [str(tmp_path / "mine.npz")]
    run = made(tmp_path, dataset=str(tmp_path / "mine.npz"), digits=(1,))
    run.config = run.config.changed(data=TrainingImages(title="Letters", images=600, class_names=("-", "A", "B")))
    assert asked(run)["dcgan.classes"] == ["A"], "the form offers classes by their names"


def test_others_are_not_told_where_images_of_ones_own_lie(tmp_path):
    run = made(tmp_path, dataset="/home/alice/secret pictures", seed=3)
    assert "--dataset YOUR_IMAGES --digits" in reproduce.command(run, for_others=True)
    assert reproduce.address(run, for_others=True) == "/train?new=1&model=dcgan&images=My+own+images&seed=3"
    assert "'/home/alice/secret pictures'" in reproduce.command(run)
    theirs = made(tmp_path, dataset="offline")
    assert reproduce.command(theirs, for_others=True) == reproduce.command(theirs)


@pytest.mark.parametrize(("name", "lacking"), [("digit-gan", ("recipe", "updates")), ("vae", ("epochs", "batch_size"))])
def test_a_run_from_before_a_setting_was_there_is_made_again_as_its_preset_has_it(tmp_path, name, lacking):
    run = made(tmp_path, name, values={"learning_rate": 0.0005})
    length = run.total or 50 * registry.get(name).epoch({"batch_size": 100}, 600)
    run.config = run.config.changed(data=TrainingImages(title="Digits", images=600), iterations=length)
    before = reproduce.command(run), reproduce.address(run)
    for knob in lacking:
        del run.config.values[knob]
    assert (reproduce.command(run), reproduce.address(run)) == before
    assert "--learning-rate 0.0005" in before[0] and f"{name}.published.learning_rate=0.0005" in before[1]


@pytest.mark.parametrize("name", [spec.name for spec in registry.specs()])
def test_the_command_asks_for_the_run_again(tmp_path, name, monkeypatch):
    digits = None if registry.get(name).points else (3,)
    run = Run(jobs.create_run(request_for(name, 6, digits=digits), tmp_path).path)
    again = made_by(reproduce.command(run), tmp_path / "again", monkeypatch)
    assert again.model_dump(include={*KEPT, "iterations"}) == run.config.model_dump(include={*KEPT, "iterations"})


def made_by(command: str, folder, monkeypatch) -> RunConfig:
    """The config of the run that a command to train makes, which is queued and not trained."""
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "ganlab", "train"]
    followed = []
    monkeypatch.setattr("ganlab.cli.train.follow", lambda writer, as_json: followed.append(writer))
    cli.cli.main([*words[3:], "--runs", str(folder)], standalone_mode=False)
    (writer,) = followed
    writer.close()
    return writer.run.config


@pytest.mark.parametrize("name", sorted(file.parent.name for file in (ROOT / "pretrained").glob("*/config.json")))
def test_the_recorded_command_makes_the_pretrained_run_again(tmp_path, name, monkeypatch):
    run = Run(ROOT / "pretrained" / name)
    train, publish, *later = run.config.pretrained.commands
    again = made_by(train, tmp_path, monkeypatch)
    filled = registry.get(run.model).values(changes=run.config.values)  # settings that came after it stand as they did
    recorded = run.config.changed(values={**filled})
    assert again.model_dump(include=set(KEPT)) == recorded.model_dump(include=set(KEPT))
    epochs = registry.get(run.model).iterations(again.values, run.config.data.images)
    assert (again.iterations or epochs) == run.total == run.status.iteration
    words = shlex.split(publish)
    assert words[3:5] == ["runs", "publish"] and words[6] == f"pretrained/{name}"
    kept = len(layout.snapshots(run.path))
    assert words[7:] == (["--snapshots", str(kept)] if kept else [])
    assert later in ([], [f"python -m ganlab runs first-look pretrained/{name}"])


@pytest.mark.parametrize("name", [spec.name for spec in registry.specs()])
def test_there_is_nothing_to_complain_of_in_the_address_of_a_run(tmp_path, name):
    run = Run(jobs.create_run(request_for(name, 6, digits=(3,), seed=9), tmp_path).path)
    assert reproduce.complaints(registry.get(name), asked(run)) == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"dcgan.preset": ["fastest"]}, "has no preset 'fastest'"),
        ({"dcgan.published.batch_size": ["5000000"]}, "Batch size must be from"),
        ({"dcgan.published.batch_size": ["9" * 400]}, "Batch size must be from"),
        ({"dcgan.published.batch_size": ["9" * 5000]}, "Batch size must be a whole number"),
        ({"dcgan.published.learning_rate": ["9" * 400]}, "earning rate must be a number"),
        ({"dcgan.published.batch_size": ["many"]}, "Batch size must be a whole number"),
        ({"dcgan.published.batch_size": ["nan"]}, "Batch size must be a whole number"),
        ({"dcgan.published.speed": ["1"]}, "has no setting 'speed'"),
        ({"images": ["Cats"]}, "Images must be one of MNIST"),
        ({"device": ["tpu"]}, "Device must be one of"),
        ({"precision": ["float8"]}, "Precision must be one of"),
        ({"length": ["For ever"]}, "Length must be one of"),
        ({"seed": ["-1"]}, "Seed must be a whole number"),
        ({"seed": ["1e400"]}, "Seed must be a whole number"),
        ({"iterations": ["0"]}, "Iterations must be a whole number from 1"),
        ({"dcgan.classes": ["4", "eleven"]}, "There is no class 'eleven'"),
        ({"images": ["Fashion-MNIST"], "dcgan.classes": ["Hat"]}, "There is no class 'Hat'"),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(query, says):
    (sentence,) = reproduce.complaints(registry.get("dcgan"), {"model": ["dcgan"], "seed": ["3"], **query})
    assert says in sentence and sentence.endswith(".")
