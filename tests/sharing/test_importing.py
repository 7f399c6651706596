"""Files that are no exported run are refused with a sentence, and nothing of them is written."""

import io
import json
import random
import re
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ganlab import cache, evaluation, inference, jobs, registry
from ganlab.errors import GanlabError
from ganlab.evaluation.sample_readings import judge_if_here
from ganlab.runs import Run, list_runs
from ganlab.runs.folders import PRETRAINED
from ganlab.sharing import imported_records, importing
from ganlab.sharing.exporting import export
from ganlab.sharing.importing import import_run
from tests.conftest import trained_run

Members = dict[str, bytes]
STATUS = "run/status.json"


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("exported")
    export(Run(trained_run(folder, "art-gan", 12, digits=(5,))), folder / "run.zip")
    return (folder / "run.zip").read_bytes()


def members(exported: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Members) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name)
            info.filename = name  # as it is: ZipInfo would turn backslashes around on Windows
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def weights_of(content: Members) -> tuple[str, dict[str, np.ndarray]]:
    name = next(name for name in content if name.startswith("run/weights-"))
    with np.load(io.BytesIO(content[name])) as arrays:
        return name, dict(arrays)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def raw_npz(*arrays: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(arrays):
            archive.writestr(f"{number}.npy", data)
    return file.getvalue()


Spoil = Callable[[Members], Members | bytes]
HOSTILE: dict[str, tuple[Spoil, str]] = {}


def hostile(says: str) -> Callable[[Spoil], Spoil]:
    """Adds a way to spoil an export, and a part of the sentence that refuses it."""

    def add(spoil: Spoil) -> Spoil:
        HOSTILE[spoil.__name__] = (spoil, says)
        return spoil

    return add


def with_member(name: str, data: bytes = b"x") -> Spoil:
    return lambda content: {**content, name: data}


for title, name in {
    "traversal": "../evil.py",
    "traversal_inside": "run/../../evil.py",
    "absolute": "/tmp/evil.py",
    "drive": "C:\\Windows\\evil.py",
    "drive_with_slashes": "C:/evil.py",
    "backslash": "run\\..\\..\\evil.py",
    "share": "\\\\server\\share\\evil.py",
}.items():
    HOSTILE[title] = (with_member(name), "points outside its folder")
HOSTILE["unknown_member"] = (with_member("run/sitecustomize.py"), "not part of an exported run")
HOSTILE["checkpoint"] = (with_member("run/checkpoint-00000012.npz"), "not part of an exported run")
HOSTILE["nested_zip"] = (with_member("inner.zip", zipped({"a": bytes(10**6)})), "not part of an exported run")
HOSTILE["same_name_in_capitals"] = (with_member("CONFIG.JSON"), "not part of an exported run")


def with_config(**changes: Any) -> Spoil:
    def spoil(content: Members) -> Members:
        config = json.loads(content["config.json"])
        return {**content, "config.json": json.dumps({**config, **changes}).encode()}

    return spoil


def with_value(**changes: Any) -> Spoil:
    def spoil(content: Members) -> Members:
        config = json.loads(content["config.json"])
        config["values"] |= changes
        return {**content, "config.json": json.dumps(config).encode()}

    return spoil


HOSTILE |= {
    "wrong_model": (with_config(model="no-such-gan"), "There is no architecture 'no-such-gan'"),
    "model_as_path": (with_config(model="../../etc"), "There is no architecture"),
    "wrong_preset": (with_config(preset="fastest"), "has no preset 'fastest'"),
    "knob_out_of_range": (with_value(batch_size=10**12), "Batch size must be from"),
    "knob_of_another_kind": (with_value(batch_size=[1, 2]), "Batch size must be a whole number"),
    "unknown_knob": (with_value(command="rm"), "There is no setting called 'command'"),
    "knob_that_no_float_can_hold": (
        with_value(batch_size=10**400 - 1),
        r"Batch size must be from .* but it is 1\.0*e\+400",
    ),
    "number_that_no_float_can_hold": (with_config(seed=10**400), "'seed' is wrong: it should be less than"),
    "huge_length": (with_config(iterations=10**30), "'iterations' is wrong: it should be less than"),
    "no_values": (with_config(values=None), "'values' is wrong: it should be an object"),
    "curves_of_code": (with_config(curves=["seconds", "__import__('os')"]), "not a list of names"),
    "another_format": (with_config(format=99), "written by a newer ganlab"),
    "other_previews": (with_config(preview_images=17), "are not those that"),
    "wrong_digits": (with_config(digits=["five"]), "'digits.0' is wrong: it should be a valid integer"),
    "figures_of_many": (
        with_config(measuring={"samples": "many"}),
        "'measuring.samples' is wrong: it should be a valid integer",
    ),
    "pruned_too_far": (with_config(pruned=13), "do not match"),
    "bad_json": (lambda content: {**content, "config.json": b'{"format": 1,'}, "not valid JSON"),
    "json_without_text": (lambda content: {**content, STATUS: b"\xff\xfe\x00"}, "not valid JSON"),
    "json_with_nan": (
        lambda content: {**content, STATUS: b'{"state": "finished", "seconds": NaN}'},
        "'seconds' is wrong",
    ),
    "deep_json": (
        lambda content: {**content, STATUS: b'{"a": ' + b"[" * 2_000 + b"]" * 2_000 + b"}"},
        "not valid JSON",
    ),
    "huge_json": (
        lambda content: {**content, STATUS: json.dumps({"a": random.Random(1).randbytes(150_000).hex()}).encode()},
        "larger",
    ),
    "list_for_status": (lambda content: {**content, STATUS: b"[]"}, "it should be an object"),
    "running": (
        lambda content: {**content, STATUS: b'{"state": "running", "iteration": 12, "seconds": 1}'},
        "does not say how the run ended",
    ),
    "no_config": (lambda content: {k: v for k, v in content.items() if k != "config.json"}, "config.json is missing"),
    "empty": (lambda content: {}, "not a zip file|config.json is missing"),
    "no_zip": (lambda content: b"GIF89a" * 1000, "it is not a zip file"),
    "truncated": (lambda content: zipped(content)[:-5000], "it is not a zip file"),
    "torn_records": (
        lambda content: {**content, "run/metrics.f32": content["run/metrics.f32"] + b"x"},
        "does not hold whole records",
    ),
    "more_images_than_curves": (
        lambda content: {**content, "run/first_images.u8": content["run/first_images.u8"] + bytes(784)},
        "do not match",
    ),
    "nan_curves": (
        lambda content: {
            **content,
            "run/metrics.f32": np.full(len(content["run/metrics.f32"]) // 4, np.nan, "<f4").tobytes(),
        },
        "numbers that no run would record",
    ),
    "previews_out_of_order": (
        lambda content: {**content, "run/previews.bin": content["run/previews.bin"] * 2},
        "numbers that no run would record",
    ),
}


@hostile("is a link or a device")
def symlink(content: Members) -> bytes:
    file = io.BytesIO(zipped({k: v for k, v in content.items() if k != "README.txt"}))
    with zipfile.ZipFile(file, "a") as archive:
        info = zipfile.ZipInfo("README.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


@hostile("unpack to more than 200 times")
def bomb_by_ratio(content: Members) -> Members:
    return {**content, "previews.gif": bytes(50_000_000)}


@hostile("it holds 71 files")
def bomb_by_count(content: Members) -> Members:
    return {**content, **{f"run/{number}": b"" for number in range(71 - len(content))}}


@hostile("holds more or larger files")
def bomb_by_a_long_list_of_contents(content: Members) -> Members:
    return {**content, **{f"run/{number:0200}": b"" for number in range(1000)}}


@hostile("would unpack to more than 200 times|not a file of arrays")
def nested_bomb(content: Members) -> Members:
    name, _ = weights_of(content)
    noise = npy(np.frombuffer(random.Random(1).randbytes(400_000), np.float32))
    return {**content, name: raw_npz(noise, npy(np.zeros(20_000_000, np.float32)))}


@hostile("overlap")
def overlapping_members(content: Members) -> bytes:
    """As "a better zip bomb" does: two entries of the list of contents point to the same bytes."""
    data = bytearray(zipped({"README.txt": b"a" * 500, "curves.csv": b"a" * 500}))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


def claiming(made: bytes, name: str, size: int, checksum: int) -> bytes:
    """The zip, which says of this member that it is so long and has this sum, wherever it says so."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        at, listed = archive.getinfo(name).header_offset, made.index(name.encode(), archive.start_dir) - 46
    data = bytearray(made)
    for place in (at + 14, listed + 16):
        data[place : place + 4] = struct.pack("<I", checksum)
        data[place + 8 : place + 12] = struct.pack("<I", size)
    return bytes(data)


def stored(content: Members, name: str, data: bytes) -> bytes:
    """The zip with this member as it is, where it would shrink too much."""
    file = io.BytesIO(zipped({known: kept for known, kept in content.items() if known != name}))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


ZEROS = bytes(100_000_000)
FEW = bytes(10)


@hostile("is not as long as it says|damaged")
def more_than_it_says(content: Members) -> bytes:
    return claiming(zipped({**content, "config.json": ZEROS}), "config.json", 10, zlib.crc32(FEW))


@hostile("is not as long as it says")
def more_than_it_says_with_the_sum_of_one_byte_more(content: Members) -> bytes:
    return claiming(zipped({**content, "config.json": ZEROS}), "config.json", 10, zlib.crc32(FEW + b"\0"))


@hostile("metrics.f32' in it is not as long as it says")
def less_than_it_says(content: Members) -> bytes:
    """Of a thousand rows there are the first twelve, whose sum is right."""
    rows = content["run/metrics.f32"]
    return claiming(zipped(content), "run/metrics.f32", len(rows) // 12 * 1000, zlib.crc32(rows))


@hostile("npz in it is not a file of arrays")
def weights_with_more_than_they_say(content: Members) -> bytes:
    return stored(content, weights_of(content)[0], claiming(raw_npz(ZEROS), "0.npy", 10, zlib.crc32(FEW)))


@hostile("map.npz in it is not a file of arrays")
def a_map_with_more_than_it_says(content: Members) -> bytes:
    return stored(content, "run/map.npz", claiming(raw_npz(ZEROS), "0.npy", 10, zlib.crc32(FEW)))


LONG = (
    "more_than_it_says",
    "more_than_it_says_with_the_sum_of_one_byte_more",
    "weights_with_more_than_they_say",
    "a_map_with_more_than_it_says",
)


@hostile("status.json in it is not valid JSON")
def a_text_that_does_not_end(content: Members) -> bytes:
    """Each of its quotes may begin a text that goes on to the end; the brackets there are part of the first one."""
    brackets = b"[" * 100
    text = b'{"' + b'\\"' * ((imported_records.MOST_JSON - 2 - len(brackets)) // 2) + brackets
    assert len(text) == imported_records.MOST_JSON
    return stored(content, STATUS, text)


@hostile("is encrypted")
def encrypted(content: Members) -> bytes:
    data = bytearray(zipped(content))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@hostile("damaged")
def wrong_checksum(content: Members) -> bytes:
    data = bytearray(zipped({"config.json": content["config.json"]}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 16 : entry + 20] = data[14:18] = b"\0\0\0\0"
    return bytes(data)


@hostile("damaged")
def longer_than_it_says(content: Members) -> bytes:
    data = bytearray(zipped({"config.json": content["config.json"]}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = data[22:26] = struct.pack("<I", 10)
    return bytes(data)


@hostile("twice")
@pytest.mark.filterwarnings("ignore:Duplicate name")
def duplicate(content: Members) -> bytes:
    file = io.BytesIO(zipped(content))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(zipfile.ZipInfo("config.json"), b"{}")
    return file.getvalue()


def described(shape: str, kind: str = "<f4", data: bytes = bytes(64), header: str = "") -> bytes:
    text = (header or f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}").encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text)) + text + data


for title, (array, says) in {
    "huge_header": (described("(16,)", header=" " * 5_000_000), "a description of 5,000,000 bytes|200 times"),
    "lying_shape": (described("(1000000000000,)"), "not as large as it says"),
    "negative_shape": (described("(-16,)"), "not as large as it says"),
    "header_of_code": (described("", header="__import__('os').system('true')"), "something that is not an array"),
    "header_nested_deeply": (described("", header="(" * 250 + ")" * 250), "something that is not an array"),
    "objects": (npy(np.zeros(2)).replace(b"<f8", b"|O "), "which cannot be read here|not an array"),
    "texts": (described("(1,)", "<U16"), "which cannot be read here"),
    "structure": (
        described("(1,)", header="{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (16,), }"),
        "which cannot be read here",
    ),
    "no_array": (b"cos\nsystem\n(S'true'\ntR.", "something that is not an array"),
}.items():

    def spoil(content: Members, array: bytes = array) -> Members:
        return {**content, weights_of(content)[0]: raw_npz(array)}

    HOSTILE[title] = (spoil, says)


def with_weights(change: Callable[[dict[str, np.ndarray]], dict[str, Any]]) -> Spoil:
    def spoil(content: Members) -> Members:
        name, arrays = weights_of(content)
        return {**content, name: npz(**change(arrays))}

    return spoil


def first(arrays: dict[str, np.ndarray], change: Callable[[np.ndarray], Any]) -> dict[str, Any]:
    name = next(name for name in arrays if name.endswith("kernel"))
    return {**arrays, name: change(arrays[name])}


HOSTILE |= {
    "pickled_weights": (
        with_weights(lambda arrays: first(arrays, lambda kernel: np.array([print], dtype=object))),
        "which cannot be read here",
    ),
    "weights_of_another_shape": (
        with_weights(lambda arrays: first(arrays, lambda kernel: kernel[..., :-1])),
        "do not fit the networks",
    ),
    "weights_of_another_kind": (
        with_weights(lambda arrays: first(arrays, lambda kernel: kernel.astype(np.int64))),
        "not of a kind that networks have",
    ),
    "weights_missing": (with_weights(lambda arrays: dict(list(arrays.items())[1:])), "do not fit the networks"),
    "weights_too_many": (with_weights(lambda arrays: {**arrays, "evil": np.zeros(3)}), "do not fit the networks"),
    "nan_weights": (with_weights(lambda arrays: first(arrays, lambda kernel: kernel * np.nan)), "that are not numbers"),
    "weights_of_no_iteration": (
        with_weights(lambda arrays: {**arrays, "iteration": np.array(7)}),
        "do not say after how many iterations",
    ),
    "no_weights": (
        lambda content: {name: data for name, data in content.items() if "weights" not in name},
        "holds 0 files of weights",
    ),
    "weights_as_text": (lambda content: {**content, weights_of(content)[0]: b"hello"}, "npz in it is not a zip file"),
    "labels_of_another_kind": (with_member("run/labels.npy", npy(np.zeros(4, np.float64))), "labels.npy in it"),
    "samples_of_another_shape": (
        with_member("run/samples.npy", npy(np.zeros([2, 9, 9], np.uint8))),
        "samples.npy in it",
    ),
    "a_map_of_strangers": (with_member("run/map.npz", npz(evil=np.zeros(3))), "map.npz in it"),
}


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
