"""Curves, images and weights in an archive, checked as they are unpacked."""

import io
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ganlab.registry import ModelSpec, Moment
from ganlab.runs import RunConfig, RunStatus, bundle, layout
from ganlab.runs.files import Records
from ganlab.runs.records import LONGEST
from ganlab.sharing.archive import (
    BLOCK,
    DAMAGED,
    MOST_IN_MEMORY,
    Wrong,
    check_contents,
    check_overlaps,
    check_packing,
    pieces_of,
    read_member,
    shown_name,
    while_writing,
)
from ganlab.sharing.imported_records import checked_text
from ganlab.startup import start_tensorflow

LONGEST_HEADER = 512  # bytes of an array's description
MOST_ARRAYS = 1000
MOST_PREVIEWS = 10_000
MOST_MOMENTS = 200_000
MOST_POINTS = 10_000  # to show moments beside
MOST_SAMPLES = 10_000
DTYPES = tuple(np.dtype(kind) for kind in ("f4", "f2", "f8", "i4", "i8", "u1"))


def unpack_records(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    target: Path,
    config: RunConfig,
    status: RunStatus,
) -> None:
    """The files of fixed-size records: as many as there were iterations, in order, and numbers where there are any."""

    def unpack(records: Records, check: Callable[[np.ndarray], bool]) -> int:
        info = members.get(bundle.RUN + records.path.name)
        return 0 if info is None else _unpack_stream(archive, info, records.path, records.dtype, check)

    def in_order(iterations: np.ndarray) -> bool:
        inside = (iterations >= 0).all() and (iterations <= LONGEST).all()
        return bool(inside and (np.diff(iterations) >= 0).all())

    records = layout.RecordFiles(target, config)
    done = unpack(records.metrics, lambda found: bool(np.isfinite(found).all()))
    images = unpack(records.first_images, lambda found: True)
    if config.pruned > done or images != done - config.pruned:
        of = "of points" if config.points else "first images"
        raise Wrong(f"it has the curves of {done:,} iterations, but {images:,} {of}. The two do not match.")
    if done and done != status.iteration:
        raise Wrong(f"its status says {status.iteration:,} iterations, but its curves have {done:,}.")

    def moments(found: np.ndarray) -> bool:
        return in_order(found["iteration"]) and (not config.points or bool(np.isfinite(found["images"]).all()))

    kept = unpack(records.previews, moments)
    most = MOST_MOMENTS if config.points else MOST_PREVIEWS
    if kept > most:
        raise Wrong(f"it has {kept:,} previews, but at most {most:,} are allowed.")
    for seldom in (records.validation, records.quality):  # values may be NaN where there was nothing to compute
        unpack(seldom, lambda found: in_order(found[:, 0]))


def _unpack_stream(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, kind: np.dtype, check: Callable[[np.ndarray], bool]
) -> int:
    """Writes a member piece by piece and returns how many records it holds; every piece overlaps the last by one."""
    if info.file_size % kind.itemsize:
        raise Wrong(f"{shown_name(info.filename)} in it does not hold whole records.")
    step = max(1, BLOCK // kind.itemsize) * kind.itemsize
    before = b""
    with while_writing(), target.open("wb") as out:
        for piece in pieces_of(archive, info, step):
            if not check(np.frombuffer(before + piece, kind)):
                raise Wrong(f"{shown_name(info.filename)} in it holds numbers that no run would record.")
            before = piece[-kind.itemsize :]
            out.write(piece)
    return info.file_size // kind.itemsize


def unpack_arrays(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], target: Path, config: RunConfig
) -> None:
    """Samples, classes, the map of a latent space and points, of the shapes and kinds that they are written in."""
    if config.points:
        _unpack_points(archive, members, target, config)
        return
    for name in (layout.SAMPLES, layout.LABELS):
        info = members.get(bundle.RUN + name)
        if info is None:
            continue
        raw = read_member(archive, info, MOST_SAMPLES * layout.SIDE**2 + LONGEST_HEADER + 64)
        array = _array(raw, name)
        shape = (layout.SIDE, layout.SIDE) if name == layout.SAMPLES else ()
        most = MOST_SAMPLES if name == layout.SAMPLES else config.places
        if array.dtype != np.uint8 or array.shape[1:] != shape or array.ndim != 1 + len(shape) or len(array) > most:
            raise Wrong(f"{name} in it does not hold what it should.")
        with while_writing():
            (target / name).write_bytes(raw)
    info = members.get(bundle.RUN + layout.MAP)
    if info is not None:
        raw = read_member(archive, info, MOST_IN_MEMORY)
        arrays = _arrays(raw, layout.MAP)
        kinds = {"means": np.float16, "labels": np.uint8, "scores": np.float32}
        sizes = {len(array) for array in arrays.values() if array.ndim}
        right = {name: array.dtype for name, array in arrays.items()} == {k: np.dtype(v) for k, v in kinds.items()}
        right = right and len(sizes) == 1 and [arrays[name].ndim for name in kinds] == [2, 1, 1]
        if not right or arrays["means"].shape[1] != config.values.get("latent_size"):
            raise Wrong(f"{layout.MAP} in it does not hold what it should.")
        with while_writing():
            (target / layout.MAP).write_bytes(raw)


def _unpack_points(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], target: Path, config: RunConfig
) -> None:
    """Points that moments are shown beside, and the moments that came with a pretrained run."""
    moment = Moment(config.points, config.heat, config.nodes)
    shapes = {
        "iterations": (np.int32, ()),
        "points": (np.float16, (config.points, 2)),
        "moments": (np.float16, (moment.size,)),
        "rows": (np.float32, (len(config.curves),)),
        "quality": (np.float32, (len(config.quality),)),
    }
    for name in (layout.REALS, layout.HISTORY):
        info = members.get(bundle.RUN + name)
        if info is None:
            continue
        raw = read_member(archive, info, MOST_IN_MEMORY)
        if name == layout.REALS:
            array = _array(raw, name)
            right = array.dtype == np.float32 and array.shape[1:] == (2,) and len(array) <= MOST_POINTS
            right = right and bool(np.isfinite(array).all())
        else:
            arrays = _arrays(raw, name)
            right = {key: (array.dtype, array.shape[1:]) for key, array in arrays.items()} == {
                key: (np.dtype(kind), shape) for key, (kind, shape) in shapes.items()
            }
            right = right and len({len(array) for array in arrays.values() if array.ndim}) == 1
            right = right and bool(np.isfinite(arrays["moments"]).all() and np.isfinite(arrays["points"]).all())
            right = right and bool((np.diff(arrays["iterations"]) > 0).all() and (arrays["iterations"] > 0).all())
        if not right:
            raise Wrong(f"{name} in it does not hold what it should.")
        with while_writing():
            (target / name).write_bytes(raw)


def _arrays(raw: bytes, what: str) -> dict[str, np.ndarray]:
    """The arrays of an npz file, each checked before it is read."""
    try:
        check_contents(io.BytesIO(raw), f"{what} in it")
        with zipfile.ZipFile(io.BytesIO(raw)) as inner:
            infos = inner.infolist()
            if len(infos) > MOST_ARRAYS or sum(info.file_size for info in infos) > MOST_IN_MEMORY:
                raise Wrong(f"{what} in it holds too much.")
            names = [info.orig_filename for info in infos]
            if len(set(names)) < len(names) or not all(name.endswith(".npy") for name in names):
                raise Wrong(f"{what} in it is not a file of arrays.")
            for info in infos:
                check_packing(what, info)
            check_overlaps(inner, infos)
            return {
                name.removesuffix(".npy"): _array(read_member(inner, info, MOST_IN_MEMORY), what)
                for name, info in zip(names, infos, strict=True)
            }
    except DAMAGED as error:
        raise Wrong(f"{what} in it is not a file of arrays.") from error


def _array(raw: bytes, what: str) -> np.ndarray:
    """An array in NumPy's format, whose description is believed only where the bytes bear it out."""
    file = io.BytesIO(raw)
    try:
        version = np.lib.format.read_magic(file)
        width = {(1, 0): 2, (2, 0): 4}[version]
        length = int.from_bytes(raw[file.tell() : file.tell() + width], "little")
        if length > LONGEST_HEADER:
            raise Wrong(f"an array in {what} has a description of {length:,} bytes.")
        reader = np.lib.format.read_array_header_1_0 if width == 2 else np.lib.format.read_array_header_2_0
        shape, _, kind = reader(file, max_header_size=LONGEST_HEADER)
    except Wrong:
        raise
    except Exception as error:  # whatever a broken description sets off in its parser
        raise Wrong(f"{what} in it holds something that is not an array.") from error
    if kind.hasobject or kind not in DTYPES:
        raise Wrong(f"an array in {what} is of the kind {checked_text(str(kind))}, which cannot be read here.")
    if any(size < 0 for size in shape) or math.prod(shape) * kind.itemsize != len(raw) - file.tell():
        raise Wrong(f"an array in {what} is not as large as it says.")
    return np.load(io.BytesIO(raw), allow_pickle=False)


def unpack_weights(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    target: Path,
    config: RunConfig,
    spec: ModelSpec,
) -> None:
    """The weights, if they are those of the networks that the settings build here, and finite."""
    found = [name for name in members if bundle.WEIGHTS.fullmatch(name.removeprefix(bundle.RUN))]
    if len(found) != 1:
        raise Wrong(f"it is not an exported run: it holds {len(found)} files of weights, not one.")
    name = found[0].removeprefix(bundle.RUN)
    raw = read_member(archive, members[found[0]], MOST_IN_MEMORY)
    arrays = _arrays(raw, name)
    floats = {key: array for key, array in arrays.items() if array.dtype.kind == "f"}
    if any(not np.isfinite(array).all() for array in floats.values()):
        raise Wrong("its weights hold values that are not numbers.")
    iteration = arrays.pop("iteration", np.zeros(1))
    if iteration.shape != () or int(iteration) != layout.iteration_of(Path(name)):
        raise Wrong("its weights do not say after how many iterations they were saved.")
    if {key: array.shape for key, array in arrays.items()} != _shapes(spec, config.values):
        raise Wrong(f"its weights do not fit the networks of {spec.title} with these settings.")
    if any(array.dtype not in (np.float32, np.float16) for array in arrays.values()):
        raise Wrong("its weights are not of a kind that networks have.")
    with while_writing():
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
