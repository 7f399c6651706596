"""Exports spoilt in every way that a person or a program could spoil one."""

import io
import json
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ganlab.sharing import imported_records

Members = dict[str, bytes]
STATUS = "run/status.json"


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
