"""Files that are no exported run are refused with a sentence, and nothing of them is written."""

import io
import json
import re
import tracemalloc
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ganlab import cache, evaluation, inference, jobs, registry
from ganlab.errors import GanlabError
from ganlab.evaluation.sample_readings import judge_if_here
from ganlab.runs import list_runs
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing import importing
from ganlab.sharing.importing import import_run
from tests.sharing.conftest import members
from tests.sharing.spoilt import FEW, HOSTILE, LONG, STATUS, ZEROS, claiming, with_config, with_value, zipped


def files_under(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_zip_is_refused_with_a_sentence_and_leaves_nothing(tmp_path, exported, title):
    spoil, says = HOSTILE[title]
    made = spoil(members(exported))
    file = tmp_path / "their.zip"
    file.write_bytes(made if isinstance(made, bytes) else zipped(made))
    runs = tmp_path / "runs"
    runs.mkdir()
    before = files_under(tmp_path)
    with pytest.raises(GanlabError, match=says) as refused:
        import_run(file, runs)
    sentence = str(refused.value)
    assert sentence.startswith("their.zip cannot be imported: ") and sentence.endswith(".") and len(sentence) < 700
    assert "\n" not in sentence
    assert files_under(tmp_path) == before and not list(runs.iterdir())


@pytest.mark.parametrize("title", LONG)
def test_no_more_is_unpacked_than_a_file_says_that_it_holds(tmp_path, exported, title):
    spoil, says = HOSTILE[title]
    made = io.BytesIO(spoil(members(exported)))  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        with pytest.raises(GanlabError, match=says):
            import_run(made, tmp_path / "runs")
        assert tracemalloc.get_traced_memory()[1] < len(ZEROS) / 5
    finally:
        tracemalloc.stop()


def test_the_networks_for_people_are_never_opened(tmp_path, exported):
    made = zipped({**members(exported), "generator.keras": ZEROS})
    made = claiming(made, "generator.keras", 10, zlib.crc32(FEW))
    tracemalloc.start()
    try:
        run = import_run(io.BytesIO(made), tmp_path / "runs")
        assert tracemalloc.get_traced_memory()[1] < len(ZEROS) / 5
    finally:
        tracemalloc.stop()
    assert not list(run.path.rglob("*.keras"))


def test_nothing_is_allocated_for_the_networks_that_the_settings_ask_for(tmp_path, exported):
    import tensorflow as tf

    allocated = []

    def create(following, **given):
        allocated.append(following(**given))
        return allocated[-1]

    largest = {knob.name: int(knob.high or 0) for knob in registry.get("art-gan").knobs if knob.group == "Networks"}
    values = {name: largest[name] for name in ("latent_size", "generator_filters", "discriminator_filters")}
    made = with_value(**values)(members(exported))
    with tf.variable_creator_scope(create), pytest.raises(GanlabError, match="do not fit the networks"):
        import_run(io.BytesIO(zipped(made)), tmp_path / "runs")  # type: ignore[arg-type]
    assert not allocated


def test_no_import_takes_the_name_of_a_model_that_ships_with_ganlab(tmp_path, exported):
    for name in ("classifier", "conditional-gan"):
        made = with_config(id=name)(members(exported))
        run = import_run(io.BytesIO(zipped(made)), tmp_path / "runs")  # type: ignore[arg-type]
        assert run.id == run.path.name == f"{name}-2"
    assert not (tmp_path / "runs" / "classifier").exists()


def test_no_run_stands_in_for_the_classifier_that_judges(tmp_path, exported, monkeypatch):
    monkeypatch.setenv("GANLAB_RUNS", str(tmp_path / "runs"))
    run = import_run(io.BytesIO(exported), tmp_path / "runs")
    run.path.rename(tmp_path / "runs" / "classifier")
    judge = PRETRAINED / "classifier"
    asked = []
    monkeypatch.setattr("ganlab.evaluation.gan.load_family", lambda family, run: asked.append(run))
    monkeypatch.setattr("ganlab.evaluation.gan.Merit", lambda *known: 1 / 0)
    config = SimpleNamespace(dataset="offline", digits=None)
    with pytest.raises(ZeroDivisionError):
        evaluation.measure_gan(SimpleNamespace(run=SimpleNamespace(config=config)))  # type: ignore[arg-type]
    assert [run.path for run in asked] == [judge]
    assert inference.judge_of(SimpleNamespace(run=SimpleNamespace(config=config))).path == judge  # type: ignore[arg-type]
    assert judge_if_here("offline").run.path == judge  # type: ignore[union-attr]


def test_what_is_spoilt_above_was_whole_before(tmp_path, exported):
    run = import_run(io.BytesIO(zipped(members(exported))), tmp_path / "runs", "mine.zip")
    assert run.done == 12 and [found.id for found in list_runs(tmp_path / "runs")[0]] == [run.id]
    assert len(HOSTILE) >= 20


def test_figures_of_merit_come_with_what_they_are_of(tmp_path, exported):
    about = {"extractor": "classifier", "samples": 1000, "searched": 3, "classes": [0.5, 0.5, 0.0]}
    content = members(exported)
    row = np.array([12, 3.5, np.nan], "<f4")
    spoilt = with_config(measuring=about, quality=["frechet", "class_9"])({**content, "run/quality.f32": row.tobytes()})
    run = import_run(io.BytesIO(zipped(spoilt)), tmp_path / "runs")  # type: ignore[arg-type]
    iterations, values = run.quality()
    assert run.config.measuring.to_json() == about and iterations.tolist() == [12]
    np.testing.assert_array_equal(values, row[None, 1:])


def test_an_imported_run_cannot_go_on_and_says_why(tmp_path, exported):
    (tmp_path / "run.zip").write_bytes(exported)
    run = import_run(tmp_path / "run.zip", tmp_path / "runs")
    for iterations in (None, 100):
        with pytest.raises(GanlabError, match="imported without what training it further needs"):
            jobs.reopen_run(run, iterations)


def test_texts_lose_what_markdown_would_fetch(tmp_path, exported):
    evil = (
        "![x](http://spy.example/a.png) <img src=x> [go](javascript:1) `$x$` HTTPS:///a.b Www.c.d w<ww.e.f :<//g me@h.i"
    )
    content = with_config(
        device=evil,
        precision_reason=evil,
        versions={evil: evil},
        measuring={"extractor": evil, "samples": 1, "searched": 1},
        data={"title": evil, "images": 3, "notices": [evil], "class_names": [evil]},
        dataset=f"/home/me/{evil}",
    )
    status = json.dumps({"state": "failed", "iteration": 12, "seconds": 1, "message": evil}).encode()
    made = zipped({**content(members(exported)), STATUS: status})  # type: ignore[dict-item]
    run = import_run(io.BytesIO(made), tmp_path / "runs", f"{evil}.zip")
    config = run.config
    taken = [config.device, config.precision_reason, config.dataset, run.status.message]
    taken += [*config.versions, *config.versions.values(), config.measuring.extractor]
    taken += [config.data.title, config.data.source, *config.data.class_names]
    taken += [config.imported.file]
    assert all(taken) and "http: spy.example/a.png" in taken[0] and "Www c.d www e.f" in taken[0]
    assert not set("![]<>`$@") & set("".join(taken))
    assert not re.search(r"://|www\.", config.model_dump_json() + run.status.model_dump_json(), re.IGNORECASE)
    assert config.data.notices == () and "home" not in config.model_dump_json()


@pytest.mark.parametrize("figure", [10**400, float("1e400"), True, "0.5"])
def test_a_published_record_with_a_figure_that_is_no_number_is_refused(tmp_path, exported, figure):
    made = with_config(pretrained={"figures": {"loss": figure}, "averaged_over": 5})(members(exported))
    made["config.json"] = made["config.json"].replace(b"Infinity", b"1e400")  # type: ignore[call-overload,index]
    with pytest.raises(GanlabError, match=r"'pretrained.figures.loss' is wrong: .*\.$"):
        import_run(io.BytesIO(zipped(made)), tmp_path / "runs")  # type: ignore[arg-type]


def test_an_id_that_is_no_name_is_replaced_and_one_that_is_taken_gets_a_number(tmp_path, exported):
    for identity in ("../../evil", "CON", "x" * 200):
        spoilt = with_config(id=identity)(members(exported))
        run = import_run(io.BytesIO(zipped(spoilt)), tmp_path / "runs")  # type: ignore[arg-type]
        assert run.path.parent == (tmp_path / "runs").resolve() and run.id.startswith("art-gan")
    assert len(list_runs(tmp_path / "runs")[0]) == 3


def test_what_a_killed_import_has_left_is_cleared_away_in_time(tmp_path, exported, monkeypatch):
    (tmp_path / ".import-old").mkdir()
    import_run(io.BytesIO(exported), tmp_path)
    assert (tmp_path / ".import-old").exists()
    monkeypatch.setattr(cache, "STALE", -1.0)
    import_run(io.BytesIO(exported), tmp_path)
    assert not list(tmp_path.glob(".import-*"))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(GanlabError, match=r"There is no file gone\.zip"):
        import_run(tmp_path / "gone.zip", tmp_path / "runs")


def test_a_disk_that_takes_no_more_is_not_blamed_on_the_file(tmp_path, exported, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing, "write_record", full)
    with pytest.raises(GanlabError, match="disk is full"):
        import_run(io.BytesIO(exported), tmp_path)
    assert not list(tmp_path.iterdir())
