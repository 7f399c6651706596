"""A run from a file that somebody else gave: every member is checked before anything is written.

Nothing in the file is run or unpickled, and none of its names becomes a path: members are known by their exact names,
numbers are read as numbers, texts lose what Markdown would make pictures and links of, and of the networks only the
weights are taken, which have to fit the architecture as it is built here.
"""

import contextlib
import copy
import datetime
import io
import json
import math
import re
import secrets
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from ganlab import registry
from ganlab.backend import start_tensorflow
from ganlab.cache import clear_stale
from ganlab.errors import GanlabError
from ganlab.jobs import LARGEST_SEED, LONGEST
from ganlab.knobs import is_finite
from ganlab.registry import ModelSpec
from ganlab.runs import Run, bundle, layout, rename
from ganlab.runs.files import plain_errors, write_json
from ganlab.runs.folders import is_shipped_name

MOST_MEMBERS = 64
MOST_PACKED = 1_000_000_000  # bytes of the file
MOST_BYTES = 2_000_000_000  # of all members unpacked
MOST_IN_MEMORY = 200_000_000  # of a member that is not a list of records
MOST_JSON = 200_000
DEEPEST_JSON = 8
MOST_SHRUNK = 2 * bundle.STEEPEST  # an export stays below half of it
SMALL = 10_000  # bytes, which may have shrunk as much as they like
LONGEST_HEADER = 512  # bytes of an array's description
MOST_ARRAYS = 1000
MOST_CONTENTS = 200_000  # bytes of a zip's list of contents
MOST_SAMPLES = 10_000
MOST_PREVIEWS = 10_000
MOST_CLASSES = 1000
LARGEST_FIGURE = 1e12  # in a published record
LONGEST_TEXT = 200
BLOCK = 1 << 20
LOCAL_HEADER = 30  # bytes before a member, apart from its name
END, LARGE = b"PK\x05\x06", b"PK\x06\x07"  # how a zip's last 22 bytes begin, and the 20 before them in a very large one
TEMPORARY = ".import-"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
UNSAFE = re.compile(r"[^\w .,:;()/+%'-]")
ADDRESS = re.compile(r"(:)/+|(www)\.", re.IGNORECASE)  # what makes an address of it where Markdown is shown
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)  # with whole texts, whatever they hold
DTYPES = tuple(np.dtype(kind) for kind in ("f4", "f2", "f8", "i4", "i8", "u1"))
STATES = ("finished", "stopped", "failed", "interrupted")
Report = Callable[[str], None]


DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)


class _Wrong(Exception):  # noqa: N818 (it becomes a GanlabError with the file's name)
    """Why a file is refused, as the end of a sentence that begins with its name."""


def import_run(source: Path | IO[bytes], folder: Path, name: str = "", report: Report = lambda what: None) -> Run:
    """The run in an exported zip as a new run in `folder`; `name` is what the file is called where it has no path.

    The run gets an id that is free and is marked as `imported`, with where it comes from. It can do what needs no
    optimiser. Raises GanlabError with one sentence where the file is refused; then nothing is left in the folder.
    """
    name = name or (source.name if isinstance(source, Path) else "The file")
    with plain_errors(f"The runs folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        clear_stale(folder, TEMPORARY)
        temporary = folder / f"{TEMPORARY}{secrets.token_hex(8)}"
        temporary.mkdir()
    try:
        report("Checking the file")
        try:
            with source.open("rb") if isinstance(source, Path) else contextlib.nullcontext(source) as file:
                _check_contents(file)
                with zipfile.ZipFile(file) as archive:
                    config, title = _unpack(archive, temporary, report)
        except _Wrong as error:
            raise GanlabError(f"{name} cannot be imported: {error}") from error
        except FileNotFoundError as error:
            raise GanlabError(f"There is no file {name}.") from error
        except (OSError, *DAMAGED) as error:
            raise GanlabError(f"{name} cannot be imported: it is not a zip file, or it is damaged.") from error
        return _settle(temporary, folder, config, title, name)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _check_contents(file: IO[bytes], what: str = "it") -> None:
    """Looks at a zip's list of contents before zipfile makes an object of everything in it."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 42))
    tail = file.read()
    end, before = tail[-22:], tail[:-22]
    if size < 22 or not end.startswith(END) or end[20:] != bytes(2):
        raise _Wrong(f"{what} is not a zip file, or it is damaged.")
    if size > MOST_PACKED or before.startswith(LARGE) or int.from_bytes(end[12:16], "little") > MOST_CONTENTS:
        raise _Wrong(f"{what} holds more or larger files than an exported run does.")
    file.seek(0)


def _settle(temporary: Path, folder: Path, config: dict[str, Any], title: str, name: str) -> Run:
    """Gives the run its place under an id that is free."""
    wanted, number = config["id"], 1
    origin = {"id": wanted, "created": config["created"], "file": _text(Path(name).name)}
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    with plain_errors(f"The runs folder {folder}"):
        while True:
            path = folder / (wanted if number == 1 else f"{wanted}-{number}")
            number += 1
            if path.exists() or is_shipped_name(path.name):
                continue
            settled = {**config, "id": path.name, "imported": {**origin, "on": now}}
            write_json(temporary / layout.CONFIG, settled)
            try:
                temporary.rename(path)
                break
            except OSError:
                if not path.exists():  # else somebody was quicker
                    raise
    run = Run(path)
    with contextlib.suppress(GanlabError):  # of a title that nobody could have given
        rename(run, title)
    return run


def _unpack(archive: zipfile.ZipFile, target: Path, report: Report) -> tuple[dict[str, Any], str]:
    """Checks all members and writes the run's, but for config.json and the title, which are returned."""
    members = _members(archive)
    config = _config(_json(archive, members, layout.CONFIG))
    spec = registry.get(config["model"])
    status = _status(_json(archive, members, bundle.RUN + layout.STATUS))
    title = ""
    if bundle.RUN + layout.TITLE in members:
        title = str(_json(archive, members, bundle.RUN + layout.TITLE).get("title"))
    with _writing():
        write_json(target / layout.STATUS, status)
    report("Checking curves and images")
    _unpack_records(archive, members, target, config, status)
    _unpack_arrays(archive, members, target, config)
    report("Checking that the weights fit the networks")
    _unpack_weights(archive, members, target, config, spec)
    return config, title


def _writing() -> contextlib.AbstractContextManager[None]:
    return plain_errors("The imported run")


# The zip itself


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name, once their names, kinds and sizes are found to be those of an export."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise _Wrong(f"it holds {len(infos):,} files, but an exported run holds at most {MOST_MEMBERS}.")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename
        if name == bundle.RUN and not info.file_size:
            continue  # the folder itself, which some programs write
        _check_member(name, info)
        if name in found:
            raise _Wrong(f"it holds {_shown(name)} twice.")
        found[name] = info
    packed = sum(info.compress_size for info in infos)
    if packed > MOST_PACKED or sum(info.file_size for info in infos) > MOST_BYTES:
        raise _Wrong(f"it would take more than {MOST_BYTES // 10**9} GB of disk space.")
    _check_overlaps(archive, infos)
    return found


def _check_member(name: str, info: zipfile.ZipInfo) -> None:
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or re.match(r"[A-Za-z]:", name):
        raise _Wrong(f"it holds {_shown(name)}, a name that points outside its folder.")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _Wrong(f"{_shown(name)} in it is a link or a device, not a file.")
    inside = name.removeprefix(bundle.RUN)
    known = name in (*bundle.FOR_PEOPLE, layout.CONFIG)
    if not known and not (name != inside and (inside in bundle.OF_RUN or bundle.WEIGHTS.fullmatch(inside))):
        raise _Wrong(f"it holds {_shown(name)}, which is not part of an exported run.")
    if info.flag_bits & 0x1:
        raise _Wrong(f"{_shown(name)} in it is encrypted.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Wrong(f"{_shown(name)} in it is compressed in an unusual way.")
    if info.file_size > max(SMALL, MOST_SHRUNK * info.compress_size):
        raise _Wrong(f"{_shown(name)} in it would unpack to more than {MOST_SHRUNK} times its size.")


def _check_overlaps(archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Members that share their bytes would multiply them."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _Wrong("files in it overlap.")
        end = info.header_offset + LOCAL_HEADER + len(info.orig_filename.encode()) + info.compress_size
    if end > archive.start_dir:
        raise _Wrong("files in it overlap its list of contents.")


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "...")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """All of a member, of at most so many bytes."""
    if info.file_size > most:
        raise _Wrong(f"{_shown(info.filename)} in it is larger than allowed.")
    return b"".join(_pieces(archive, info, max(1, info.file_size)))


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, step: int) -> Iterator[bytes]:
    """A member in pieces of `step` bytes, the last one of what is left; it has to be as long as it declares.

    No more than that is unpacked of it: reading it at once, zipfile would unpack all that there is before cutting it.
    """
    longer, left = copy.copy(info), info.file_size
    longer.file_size += 1  # so that the member is not cut there, but seen to go on
    with archive.open(longer) as member:
        while left and (piece := _exactly(member, min(step, left))):
            left -= len(piece)
            yield piece
        if left or member.read(1):
            raise _Wrong(f"{_shown(info.filename)} in it is not as long as it says.")


def _exactly(file: IO[bytes], count: int) -> bytes:
    pieces = []
    while count and (piece := file.read(count)):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


# JSON


def _json(archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], name: str) -> dict[str, Any]:
    if name not in members:
        raise _Wrong(f"it is not an exported run: {name} is missing.")

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    raw = _read(archive, members[name], MOST_JSON)
    try:
        text = raw.decode()
        if _depth(text) > DEEPEST_JSON:
            raise _Wrong(f"{name} in it is nested too deeply.")
        content = json.loads(text, parse_constant=refuse)
    except ValueError as error:
        raise _Wrong(f"{name} in it is not valid JSON.") from error
    if not isinstance(content, dict):
        raise _Wrong(f"{name} in it does not hold what it should.")
    return content


def _depth(text: str) -> int:
    """How deeply brackets outside of texts are nested."""
    deepest = depth = 0
    for piece in BRACKETS.findall(text):
        depth += (piece in "[{") - (piece in "]}")
        deepest = max(deepest, depth)
    return deepest


def _number(value: Any, what: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise _Wrong(f"{what} in it is not a number from {low:g} to {high:g}.")
    return value


def _whole(value: Any, what: str, low: int, high: int) -> int:
    if not isinstance(value, int):
        raise _Wrong(f"{what} in it is not a whole number.")
    return int(_number(value, what, low, high))


def _text(value: Any, most: int = LONGEST_TEXT) -> str:
    """A text for people; what Markdown would take for links and pictures is dropped."""
    return ADDRESS.sub(r"\1\2 ", UNSAFE.sub("", value))[:most] if isinstance(value, str) else ""


def _names(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or len(value) > 64 or not all(isinstance(v, str) for v in value):
        raise _Wrong(f"{what} in its config.json is not a list of names.")
    if len(set(value)) < len(value) or not all(NAME.fullmatch(v) for v in value):
        raise _Wrong(f"{what} in its config.json is not a list of names.")
    return value


def _config(given: Mapping[str, Any]) -> dict[str, Any]:
    """A config.json of the same meaning that holds only what is known and was checked."""
    if given.get("format") != layout.FORMAT:
        raise _Wrong(
            f"it does not have the format {layout.FORMAT}. Export the run again with the ganlab that is used here."
        )
    model, preset, values = given.get("model"), given.get("preset"), given.get("values")
    if not isinstance(model, str) or not isinstance(preset, str) or not isinstance(values, dict):
        raise _Wrong("its config.json does not name an architecture with its settings.")
    try:
        spec = registry.get(model[:LONGEST_TEXT])
        values = spec.values(preset[:LONGEST_TEXT], values)
    except GanlabError as error:
        raise _Wrong(str(error)) from error
    curves = _names(given.get("curves"), "curves")
    expected = {"preview_images": spec.preview_images, "places": spec.places}
    if curves[:1] != ["seconds"] or any(given.get(name, 0) != size for name, size in expected.items()):
        raise _Wrong(f"its records are not those that {spec.title} makes here.")
    digits = given.get("digits")
    if digits is not None and not (isinstance(digits, list) and 0 < len(digits) <= 10):
        raise _Wrong("digits in its config.json is not a list of classes.")
    length = _whole(given.get("iterations"), "iterations", 0, LONGEST)
    identity, images = given.get("id"), _text(given.get("dataset")).rpartition("/")[2]
    config: dict[str, Any] = {
        "format": layout.FORMAT,
        "id": identity if isinstance(identity, str) and ID.fullmatch(identity) else spec.name,
        "created": _moment(given.get("created")),
        "model": spec.name,
        "preset": preset,
        "values": values,
        "dataset": "own" if images in ("", ".", "..") else images,
        "digits": digits and [_whole(digit, "a digit", 0, 9) for digit in digits],
        "iterations": length,
        "seed": _whole(given.get("seed", 0), "seed", 0, LARGEST_SEED),
        "curves": curves,
        **expected,
        "validation": _names(given.get("validation", []), "validation"),
        "quality": _names(given.get("quality", []), "quality"),
        "pruned": _whole(given.get("pruned", 0), "pruned", 0, LONGEST),
    }
    for name in ("device", "device_asked", "precision", "precision_asked", "precision_reason"):
        if name in given:
            config[name] = _text(given[name])
    if isinstance(given.get("versions"), dict):
        config["versions"] = {_text(key): _text(value) for key, value in list(given["versions"].items())[:20]}
    if isinstance(given.get("data"), dict):
        config["data"] = _data(given["data"])
    if isinstance(given.get("measuring"), dict):
        config["measuring"] = _measuring(given["measuring"])
    if isinstance(given.get("pretrained"), dict):
        config["pretrained"] = _record(given["pretrained"])
    return config


def _moment(value: Any) -> str:
    try:
        return datetime.datetime.fromisoformat(value).isoformat(timespec="seconds")
    except (TypeError, ValueError):
        return ""


def _data(given: Mapping[str, Any]) -> dict[str, Any]:
    title, classes = _text(given.get("title")), given.get("class_names", [])
    if not (isinstance(classes, list) and len(classes) <= MOST_CLASSES):
        raise _Wrong("the names of its classes are not a list.")
    count = _whole(given.get("images"), "the number of images", 1, 100_000_000)
    return {
        "title": title,
        "source": title,
        "images": count,
        "class_names": [_text(name) for name in classes],
        "notices": [],
        "fingerprint": _text(given.get("fingerprint")),
    }


def _measuring(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the metrics were measured on."""
    shares = given.get("classes")
    if shares is not None and not (isinstance(shares, list) and len(shares) <= MOST_CLASSES):
        raise _Wrong("the classes of its metrics are not a list.")
    return {
        "extractor": _text(given.get("extractor")) or None,
        "samples": _whole(given.get("samples"), "the number of samples", 0, 10_000_000),
        "searched": _whole(given.get("searched"), "the number of images searched", 0, 100_000_000),
        "classes": shares and [_number(share, "a class's share", 0.0, 1.0) for share in shares],
    }


def _record(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a published run says of itself: its numbers."""

    def numbers(content: Mapping[str, Any]) -> dict[str, float]:
        return {
            name: value
            for name, value in list(content.items())[:64]
            if NAME.fullmatch(name) and is_finite(value) and abs(value) <= LARGEST_FIGURE
        }

    record: dict[str, Any] = {
        **numbers(given),
        "commands": [],
        "weights": _text(given.get("weights")),
        "figures": numbers(given["figures"]) if isinstance(given.get("figures"), dict) else {},
        "averaged_over": _whole(given.get("averaged_over", 0), "averaged_over", 0, LONGEST),
    }
    if "temperature" in record:
        _number(record["temperature"], "temperature", 0.01, 100.0)
    if isinstance(given.get("validation"), dict):
        record["validation"] = numbers(given["validation"])
    return record


def _status(given: Mapping[str, Any]) -> dict[str, Any]:
    if given.get("state") not in STATES:
        raise _Wrong("its status.json does not say how the run ended.")
    return {
        "state": given["state"],
        "iteration": _whole(given.get("iteration"), "the iteration", 0, LONGEST),
        "seconds": float(_number(given.get("seconds"), "seconds", 0.0, 1e10)),
        "message": _text(given.get("message")),
    }


# Records


def _unpack_records(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    target: Path,
    config: Mapping[str, Any],
    status: Mapping[str, Any],
) -> None:
    """The files of fixed-size records: as many as there were iterations, in order, and numbers where there are any."""

    def unpack(name: str, records: Any, check: Callable[[np.ndarray], bool]) -> int:
        info = members.get(bundle.RUN + name)
        return 0 if info is None else _unpack_stream(archive, info, target / name, records.dtype, check)

    def in_order(iterations: np.ndarray) -> bool:
        inside = (iterations >= 0).all() and (iterations <= LONGEST).all()
        return bool(inside and (np.diff(iterations) >= 0).all())

    def rows(found: np.ndarray) -> bool:
        return bool(np.isfinite(found).all())

    def seldom(found: np.ndarray) -> bool:
        return in_order(found[:, 0])  # values may be NaN where there was nothing to compute

    def previews(found: np.ndarray) -> bool:
        return in_order(found["iteration"])

    done = unpack(bundle.METRICS, layout.metrics(target, len(config["curves"])), rows)
    images = unpack(bundle.FIRST_IMAGES, layout.first_images(target), lambda found: True)
    if config["pruned"] > done or images != done - config["pruned"]:
        raise _Wrong(f"it has the curves of {done:,} iterations, but {images:,} first images. The two do not match.")
    if done and done != status["iteration"]:
        raise _Wrong(f"its status says {status['iteration']:,} iterations, but its curves have {done:,}.")
    kept = unpack(bundle.PREVIEWS, layout.previews(target, config["preview_images"], config["places"]), previews)
    if kept > MOST_PREVIEWS:
        raise _Wrong(f"it has {kept:,} previews, but at most {MOST_PREVIEWS:,} are allowed.")
    for name, columns in ((bundle.VALIDATION, config["validation"]), (bundle.QUALITY, config["quality"])):
        records = layout.validation if name == bundle.VALIDATION else layout.quality
        unpack(name, records(target, len(columns)), seldom)


def _unpack_stream(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, kind: np.dtype, check: Callable[[np.ndarray], bool]
) -> int:
    """Writes a member piece by piece and returns how many records it holds; every piece overlaps the last by one."""
    if info.file_size % kind.itemsize:
        raise _Wrong(f"{_shown(info.filename)} in it does not hold whole records.")
    step = max(1, BLOCK // kind.itemsize) * kind.itemsize
    before = b""
    with _writing(), target.open("wb") as out:
        for piece in _pieces(archive, info, step):
            if not check(np.frombuffer(before + piece, kind)):
                raise _Wrong(f"{_shown(info.filename)} in it holds numbers that no run would record.")
            before = piece[-kind.itemsize :]
            out.write(piece)
    return info.file_size // kind.itemsize


# Arrays


def _unpack_arrays(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], target: Path, config: Mapping[str, Any]
) -> None:
    """Samples, classes and the map of a latent space, of the shapes and kinds that they are written in."""
    for name in (layout.SAMPLES, layout.LABELS):
        info = members.get(bundle.RUN + name)
        if info is None:
            continue
        raw = _read(archive, info, MOST_SAMPLES * layout.SIDE**2 + LONGEST_HEADER + 64)
        array = _array(raw, name)
        shape = (layout.SIDE, layout.SIDE) if name == layout.SAMPLES else ()
        most = MOST_SAMPLES if name == layout.SAMPLES else config["places"]
        if array.dtype != np.uint8 or array.shape[1:] != shape or array.ndim != 1 + len(shape) or len(array) > most:
            raise _Wrong(f"{name} in it does not hold what it should.")
        with _writing():
            (target / name).write_bytes(raw)
    info = members.get(bundle.RUN + layout.MAP)
    if info is not None:
        raw = _read(archive, info, MOST_IN_MEMORY)
        arrays = _arrays(raw, layout.MAP)
        kinds = {"means": np.float16, "labels": np.uint8, "scores": np.float32}
        sizes = {len(array) for array in arrays.values() if array.ndim}
        if {name: array.dtype for name, array in arrays.items()} != {k: np.dtype(v) for k, v in kinds.items()}:
            raise _Wrong(f"{layout.MAP} in it does not hold what it should.")
        shapes = [arrays["means"].ndim, arrays["labels"].ndim, arrays["scores"].ndim]
        latent = config["values"].get("latent_size")
        if len(sizes) != 1 or shapes != [2, 1, 1] or arrays["means"].shape[1] != latent:
            raise _Wrong(f"{layout.MAP} in it does not hold what it should.")
        with _writing():
            (target / layout.MAP).write_bytes(raw)


def _arrays(raw: bytes, what: str) -> dict[str, np.ndarray]:
    """The arrays of an npz file, each checked before it is read."""
    try:
        _check_contents(io.BytesIO(raw), f"{what} in it")
        with zipfile.ZipFile(io.BytesIO(raw)) as inner:
            infos = inner.infolist()
            if len(infos) > MOST_ARRAYS or sum(info.file_size for info in infos) > MOST_IN_MEMORY:
                raise _Wrong(f"{what} in it holds too much.")
            names = [info.orig_filename for info in infos]
            if len(set(names)) < len(names) or not all(name.endswith(".npy") for name in names):
                raise _Wrong(f"{what} in it is not a file of arrays.")
            for info in infos:
                if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise _Wrong(f"{what} in it is compressed in an unusual way.")
                if info.file_size > max(SMALL, MOST_SHRUNK * info.compress_size):
                    raise _Wrong(f"{what} in it would unpack to more than {MOST_SHRUNK} times its size.")
            _check_overlaps(inner, infos)
            return {
                name.removesuffix(".npy"): _array(_read(inner, info, MOST_IN_MEMORY), what)
                for name, info in zip(names, infos, strict=True)
            }
    except DAMAGED as error:
        raise _Wrong(f"{what} in it is not a file of arrays.") from error


def _array(raw: bytes, what: str) -> np.ndarray:
    """An array in NumPy's format, whose description is believed only where the bytes bear it out."""
    file = io.BytesIO(raw)
    try:
        version = np.lib.format.read_magic(file)
        width = {(1, 0): 2, (2, 0): 4}[version]
        length = int.from_bytes(raw[file.tell() : file.tell() + width], "little")
        if length > LONGEST_HEADER:
            raise _Wrong(f"an array in {what} has a description of {length:,} bytes.")
        reader = np.lib.format.read_array_header_1_0 if width == 2 else np.lib.format.read_array_header_2_0
        shape, _, kind = reader(file, max_header_size=LONGEST_HEADER)
    except _Wrong:
        raise
    except Exception as error:  # whatever a broken description sets off in its parser
        raise _Wrong(f"{what} in it holds something that is not an array.") from error
    if kind.hasobject or kind not in DTYPES:
        raise _Wrong(f"an array in {what} is of the kind {_text(str(kind))}, which cannot be read here.")
    if any(size < 0 for size in shape) or math.prod(shape) * kind.itemsize != len(raw) - file.tell():
        raise _Wrong(f"an array in {what} is not as large as it says.")
    return np.load(io.BytesIO(raw), allow_pickle=False)


def _unpack_weights(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    target: Path,
    config: Mapping[str, Any],
    spec: ModelSpec,
) -> None:
    """The weights, if they are those of the networks that the settings build here, and finite."""
    found = [name for name in members if bundle.WEIGHTS.fullmatch(name.removeprefix(bundle.RUN))]
    if len(found) != 1:
        raise _Wrong(f"it is not an exported run: it holds {len(found)} files of weights, not one.")
    name = found[0].removeprefix(bundle.RUN)
    raw = _read(archive, members[found[0]], MOST_IN_MEMORY)
    arrays = _arrays(raw, name)
    floats = {key: array for key, array in arrays.items() if array.dtype.kind == "f"}
    if any(not np.isfinite(array).all() for array in floats.values()):
        raise _Wrong("its weights hold values that are not numbers.")
    iteration = arrays.pop("iteration", np.zeros(1))
    if iteration.shape != () or int(iteration) != layout.iteration_of(Path(name)):
        raise _Wrong("its weights do not say after how many iterations they were saved.")
    if {key: array.shape for key, array in arrays.items()} != _shapes(spec, config["values"]):
        raise _Wrong(f"its weights do not fit the networks of {spec.title} with these settings.")
    if any(array.dtype not in (np.float32, np.float16) for array in arrays.values()):
        raise _Wrong("its weights are not of a kind that networks have.")
    with _writing():
        (target / name).write_bytes(raw)


def _shapes(spec: ModelSpec, values: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The shapes of what a file of weights has to hold, however large the networks are that the settings ask for: in a
    graph that is never run, they take no memory."""
    start_tensorflow()
    import tensorflow as tf

    from ganlab.inference import TURN

    with TURN, tf.Graph().as_default():
        state = spec.build(values, "float32").inference_state()
        return {name: tuple(variable.shape) for name, variable in state.items()}
