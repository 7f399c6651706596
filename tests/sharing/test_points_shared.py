"""Runs in the plane leave as a file, come back, and are made again from a link."""

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from ganlab import inference
from ganlab.data import own_points
from ganlab.errors import GanlabError
from ganlab.runs import Run, Turn, bundle, layout
from ganlab.runs.plane_history import PlaneHistory, condensed
from ganlab.sharing import reproduce
from ganlab.sharing.exporting import export
from ganlab.sharing.importing import import_run
from tests.conftest import train_run, trained_run
from tests.sharing.conftest import members
from tests.sharing.spoilt import npz, zipped

TURNS = (Turn(iteration=5, name="generator_learning_rate", value=0.01), Turn(iteration=7, name="r1", value=0.5))


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return Run(trained_run(tmp_path_factory.mktemp("plane"), "plane-gan", 30, turns=TURNS, values={"packing": 1}))


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory) -> bytes:
    file = tmp_path_factory.mktemp("exported") / "run.zip"
    export(run, file)
    return file.read_bytes()


def take(content: dict[str, bytes], folder: Path) -> Run:
    return import_run(io.BytesIO(zipped(content)), folder, "their.zip")


def test_all_that_a_run_has_kept_comes_back(run, exported, tmp_path):
    content = members(exported)
    kept = {bundle.METRICS, bundle.POINTS, bundle.MOMENTS, bundle.QUALITY, layout.LOG, layout.REALS, layout.STATUS}
    assert {f"run/{name}" for name in kept} <= set(content)
    assert {"generator.keras", "discriminator.keras", "previews.gif", "first_images.png", "quality.csv"} <= set(content)
    assert not {f"run/{bundle.FIRST_IMAGES}", f"run/{bundle.PREVIEWS}"} & set(content)
    again = take(content, tmp_path)
    np.testing.assert_array_equal(again.first_images(), run.first_images())
    np.testing.assert_array_equal(again.reals(), run.reals())
    assert again.turns == run.turns == TURNS
    for one, other in zip(PlaneHistory(again).between(1, 30, 9), PlaneHistory(run).between(1, 30, 9), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(inference.load(again).sample(9), inference.load(run).sample(9))


def test_without_ganlab_it_draws_the_same_points(run, exported, tmp_path, monkeypatch, capsys):
    from ganlab.sharing.exporting import load_script

    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        archive.extractall(tmp_path)
    script, model = load_script(), inference.load(run)
    networks = script.Networks(tmp_path)
    np.testing.assert_allclose(networks.sample(20, 3), model.sample(20, 3), atol=1e-5)
    places = np.random.default_rng(0).uniform(-4, 4, [20, 2]).astype(np.float32)
    np.testing.assert_allclose(networks.discriminate(places), model.discriminate(places), atol=1e-5)
    monkeypatch.setattr(script, "Networks", lambda: networks)
    for name in ("points.csv", "points.npy", "points.png"):
        monkeypatch.setattr("sys.argv", ["generate.py", "-n", "20", "--seed", "3", "-o", str(tmp_path / name)])
        script.main()
        assert "20 points in" in capsys.readouterr().out
    np.testing.assert_allclose(np.load(tmp_path / "points.npy"), model.sample(20, 3), atol=1e-5)
    table = np.loadtxt(tmp_path / "points.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(table, model.sample(20, 3), atol=1e-4)
    assert (tmp_path / "points.png").read_bytes().startswith(b"\x89PNG")


def test_without_ganlab_a_vae_draws_the_same_points_and_says_as_much_of_places(tmp_path):
    from ganlab.sharing.exporting import load_script

    turns = (Turn(iteration=5, name="decoder_noise", value=0.75),)
    values = {"encoder_units": 8, "decoder_units": 8, "latent_size": 3}
    run = Run(trained_run(tmp_path / "runs", "plane-vae", 30, turns=turns, values=values))
    record = export(run, tmp_path / "run.zip")
    assert {"encoder.keras", "decoder.keras"} <= set(record["members"])
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        archive.extractall(tmp_path)
    networks, model = load_script().Networks(tmp_path), inference.load(run)
    assert networks.about["decoder_noise"] == model.about()["decoder_noise"] == 0.75, "as it was turned"
    np.testing.assert_allclose(networks.sample(20, 3), model.sample(20, 3), atol=1e-5)
    latents = np.random.default_rng(3).standard_normal([20, 3], np.float32)
    np.testing.assert_array_equal(networks.decode(latents), networks.sample(20, 3))
    places = np.random.default_rng(0).uniform(-4, 4, [20, 2]).astype(np.float32)
    np.testing.assert_allclose(networks.discriminate(places), model.discriminate(places), rtol=1e-4, atol=1e-4)
    assert networks.encode(places).shape == (20, 3)
    again = import_run(tmp_path / "run.zip", tmp_path / "others")
    np.testing.assert_array_equal(inference.load(again).discriminate(places), model.discriminate(places))


def changed(content: dict[str, bytes], **values) -> dict[str, bytes]:
    config = json.loads(content["config.json"]) | values
    return {**content, "config.json": json.dumps(config).encode()}


def array(numbers: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, numbers)
    return file.getvalue()


def nan_moment(content: dict[str, bytes]) -> dict[str, bytes]:
    spoilt = bytearray(content["run/moments.f2"])
    spoilt[-2:] = np.float16(np.nan).tobytes()
    return {**content, "run/moments.f2": bytes(spoilt)}


def with_log(**turn) -> bytes:
    return json.dumps({"turns": [{"iteration": 1, "name": "r1", "value": 0.5, **turn}]}).encode()


SPOILT = {
    "another count of points": (lambda c: changed(c, points=255), "its records are not those"),
    "another picture of the plane": (lambda c: changed(c, heat=41), "its records are not those"),
    "another lattice": (lambda c: changed(c, nodes=60), "its records are not those"),
    "far too many points": (lambda c: changed(c, points=100_000), "'points' is wrong"),
    "no points at all": (lambda c: changed(c, points=0, heat=0, nodes=0), "its records are not those"),
    "no square": (lambda c: changed(c, extent=-1.0), "'extent' is wrong"),
    "half a record": (lambda c: {**c, "run/points.f2": c["run/points.f2"][:-2]}, "does not hold whole records"),
    "a record less": (lambda c: {**c, "run/points.f2": c["run/points.f2"][: -256 * 4]}, "The two do not match"),
    "a moment that is no number": (nan_moment, "numbers that no run would record"),
    "real points of another kind": (
        lambda c: {**c, "run/reals.npy": array(np.zeros([5, 2]))},
        "reals.npy in it does not hold what it should",
    ),
    "real points in space": (
        lambda c: {**c, "run/reals.npy": array(np.zeros([5, 3], np.float32))},
        "reals.npy in it does not hold what it should",
    ),
    "too many real points": (
        lambda c: {**c, "run/reals.npy": array(np.random.default_rng(0).random([20_000, 2], np.float32))},
        "reals.npy in it does not hold what it should",
    ),
    "a real point that is no number": (
        lambda c: {**c, "run/reals.npy": array(np.array([[np.nan, 0.0]], np.float32))},
        "reals.npy in it does not hold what it should",
    ),
    "a history without its points": (
        lambda c: {**c, "run/history.npz": npz(iterations=np.arange(1, 4, dtype=np.int32))},
        "history.npz in it does not hold what it should",
    ),
    "a knob that nobody can turn": (lambda c: {**c, "run/log.json": with_log(name="latent_size")}, "cannot be turned"),
    "a knob turned too far": (lambda c: {**c, "run/log.json": with_log(value=1e9)}, "must be from"),
    "a turn before the beginning": (lambda c: {**c, "run/log.json": with_log(iteration=-1)}, "log.json in it cannot"),
}


@pytest.mark.parametrize("title", SPOILT)
def test_what_no_run_in_the_plane_would_hold_is_refused(exported, tmp_path, title):
    spoil, says = SPOILT[title]
    with pytest.raises(GanlabError, match=says):
        take(spoil(members(exported)), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_that_has_only_moments_comes_back_too(run, exported, tmp_path):
    content = members(exported)
    for name in (bundle.METRICS, bundle.POINTS, bundle.MOMENTS, bundle.QUALITY):
        content.pop(f"run/{name}")
    content["run/history.npz"] = npz(**condensed(run, 4))
    again = take(content, tmp_path)
    assert PlaneHistory(again).shipped and PlaneHistory(again).done == 30


def asked(run: Run) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reproduce.address(run)).query)


def test_the_address_of_a_run_opens_the_form_of_the_lab(run):
    assert urlsplit(reproduce.address(run, "http://host:8501")).path == "/lab"
    found = asked(run)
    assert found["data"] == ["Ring of 8"] and found["model"] == ["GAN in the plane"]
    assert found["turn"] == ["5:generator_learning_rate=0.01", "7:r1=0.5"]
    assert found["plane-gan.tuned.generator_units"] == ["8"] and found["plane-gan.tuned.iterations"] == ["30"]
    assert not {"new", "images", "device", "precision", "seed"} & set(found)
    assert "--turn 5:generator_learning_rate=0.01 --turn 7:r1=0.5" in reproduce.command(run)


def test_a_drawing_is_in_the_address_itself(tmp_path):
    from ganlab.ui.lab import setup_form

    drawing = np.zeros([own_points.SIDE, own_points.SIDE], bool)
    drawing[10:20, 5:30] = True
    path = own_points.keep_points(setup_form._png(drawing), "drawing.png", tmp_path / "uploads")
    run = Run(train_run(tmp_path / "runs", "plane-gan", 2, dataset=str(path)))
    found = asked(run)
    assert found["data"] == ["Draw it yourself"]
    np.testing.assert_array_equal(own_points.unpack_drawing(found["drawn"][0]), drawing)
    export(run, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert all(str(tmp_path).encode() not in archive.read(name) for name in archive.namelist())
