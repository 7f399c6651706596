"""A small data set, written in every layout that is read."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat

RNG = np.random.default_rng(4)
X, X_TEST = (RNG.integers(0, 256, (n, 28, 28), np.uint8) for n in (40, 8))
X[:, :3] = X_TEST[:, :3] = X[:, -3:] = X_TEST[:, -3:] = 0  # as an edge is
Y, Y_TEST = np.arange(40) % 4, np.arange(8) % 4
FLAT, FLAT_TEST = X.reshape(40, 784), X_TEST.reshape(8, 784)
WORDS = np.array(["cat", "dog", "emu", "fox"])
DIGITS = ("0", "1", "2", "3")


def idx(values: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.astype(np.uint8).tobytes()


def npz(path: Path, **arrays: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    return path


def npy(path: Path, values: np.ndarray) -> Path:
    np.save(path, values)
    return path


def csv(path: Path, *columns: np.ndarray, header: str = "", separator: str = ",") -> Path:
    rows = np.concatenate([np.reshape(one, (len(one), -1)).astype(str) for one in columns], 1)
    path.write_text("\n".join([*([header] if header else []), *(separator.join(row) for row in rows)]) + "\n")
    return path


def pictures(folder: Path, images: np.ndarray, labels: np.ndarray, suffix: str = "png") -> Path:
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / str(label) / f"{number:03}.{suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place)
    return folder


def zipped(folder: Path) -> Path:
    """The zip of a folder, with the folder itself in it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


def write_idx(folder: Path, gz: bool = False, prefix: str = "", upright: bool = True) -> Path:
    folder.mkdir(parents=True)
    test = "test" if prefix else "t10k"
    turned = [images if upright else images.transpose(0, 2, 1) for images in (X, X_TEST)]
    files = {
        f"{prefix}train-images-idx3-ubyte": turned[0],
        f"{prefix}train-labels-idx1-ubyte": Y,
        f"{prefix}{test}-images-idx3-ubyte": turned[1],
        f"{prefix}{test}-labels-idx1-ubyte": Y_TEST,
    }
    for name, values in files.items():
        content = idx(values)
        (folder / (f"{name}.gz" if gz else name)).write_bytes(gzip.compress(content, 1) if gz else content)
    return folder


def kaggle_header(first: str = "label") -> str:
    return ",".join([first, *(f"pixel{number}" for number in range(784))])


def two_tables(folder: Path) -> Path:
    csv(folder / "mnist_test.csv", Y_TEST, FLAT_TEST)
    return csv(folder / "mnist_train.csv", Y, FLAT)


def medmnist(path: Path, images: np.ndarray = X, test: np.ndarray = X_TEST) -> Path:
    val = {"val_images": images[:4], "val_labels": Y[:4, None]}
    return npz(path, train_images=images, train_labels=Y[:, None], **val, test_images=test, test_labels=Y_TEST[:, None])


def kmnist(folder: Path) -> Path:
    for part, images, labels in (("train", X, Y), ("test", X_TEST, Y_TEST)):
        npz(folder / f"kmnist-{part}-imgs.npz", arr_0=images)
        npz(folder / f"kmnist-{part}-labels.npz", arr_0=labels)
    return folder


def emnist_mat(path: Path) -> Path:
    parts = {
        name: {"images": images.transpose(0, 2, 1).reshape(-1, 784), "labels": labels[:, None]}
        for name, images, labels in (("train", X, Y), ("test", X_TEST, Y_TEST))
    }
    mapping = np.array([[number, ord(letter)] for number, letter in enumerate("ABCD")])
    savemat(path, {"dataset": {**parts, "mapping": mapping}}, do_compression=True)
    return path


def quick_draw(folder: Path) -> Path:
    for number, word in enumerate(WORDS):
        npy(folder / f"full_numpy_bitmap_{word}.npy", FLAT[number == Y])
    return folder


def train_test(folder: Path, train: str = "train", test: str = "test") -> Path:
    pictures(folder / train, X, WORDS[Y])
    pictures(folder / test, X_TEST, WORDS[Y_TEST])
    return folder


@dataclass(frozen=True)
class Case:
    """How the data set is written below a folder, and what is then read: how many images there are for testing, in
    their order where `in_order` says so, and the names of the classes."""

    layout: str
    write: Callable[[Path], Path]
    names: tuple[str, ...] = DIGITS
    tests: int = 8
    notices: tuple[str, ...] = ()
    in_order: bool = True
    images: np.ndarray = field(default_factory=lambda: X)


WORDED = tuple(WORDS.tolist())
IDX, TABLE, KERAS, MED = "IDX files", "CSV table", "npz with x_train", "npz with train_images"
NAMED, PAIRS, NPY, MAT = "npz with images and labels", "pairs of npz files", "npy files", "MATLAB file"
UPRIGHT = ("put upright",)
CASES = {
    "idx": Case(IDX, lambda at: write_idx(at / "d")),
    "idx gzipped": Case(IDX, lambda at: write_idx(at / "d", True)),
    "idx, one file of them named": Case(IDX, lambda at: write_idx(at / "d", True) / "train-images-idx3-ubyte.gz"),
    "emnist idx": Case(IDX, lambda at: write_idx(at / "d", True, "emnist-digits-", False), notices=UPRIGHT),
    "emnist letters": Case(
        IDX, lambda at: write_idx(at / "d", True, "emnist-letters-", False), ("-", "A", "B", "C"), notices=UPRIGHT
    ),
    "csv, label first": Case(TABLE, lambda at: csv(at / "a.csv", Y, FLAT), tests=4),
    "csv, label last": Case(TABLE, lambda at: csv(at / "a.csv", FLAT, Y), tests=4, notices=("last column",)),
    "csv of kaggle": Case(TABLE, lambda at: csv(at / "train.csv", Y, FLAT, header=kaggle_header()), tests=4),
    "csv, numbered": Case(
        TABLE, lambda at: csv(at / "a.csv", np.arange(40), Y, FLAT, header="id," + kaggle_header()), tests=4
    ),
    "csv, header, label last": Case(
        TABLE, lambda at: csv(at / "a.csv", FLAT, Y, header=kaggle_header()[6:] + ",class"), tests=4
    ),
    "csv of words": Case(TABLE, lambda at: csv(at / "a.csv", WORDS[Y], FLAT), WORDED, 4),
    "csv of words, last": Case(TABLE, lambda at: csv(at / "a.csv", FLAT, WORDS[Y]), WORDED, 4),
    "csv of floats, semicolons": Case(
        TABLE, lambda at: csv(at / "a.csv", Y, FLAT / 255, separator=";"), tests=4, notices=("0 to 1",)
    ),
    "csv without labels": Case(TABLE, lambda at: csv(at / "cats.csv", FLAT), ("cats",), 4),
    "csv, train and test": Case(TABLE, two_tables),
    "csv, a folder of both": Case(TABLE, lambda at: two_tables(at).parent),
    "emnist csv": Case(
        TABLE,
        lambda at: csv(at / "emnist-digits-train.csv", Y, X.transpose(0, 2, 1).reshape(40, 784)),
        tests=4,
        notices=UPRIGHT,
    ),
    "keras": Case(KERAS, lambda at: npz(at / "a.npz", x_train=X, y_train=Y, x_test=X_TEST, y_test=Y_TEST)),
    "keras, words": Case(KERAS, lambda at: npz(at / "a.npz", x_train=X, y_train=WORDS[Y]), WORDED, 4),
    "keras, bytes": Case(KERAS, lambda at: npz(at / "a.npz", x_train=X, y_train=WORDS[Y].astype("S")), WORDED, 4),
    "keras, no labels": Case(KERAS, lambda at: npz(at / "cats.npz", x_train=X, x_test=X_TEST), ("cats",)),
    "one-hot": Case(KERAS, lambda at: npz(at / "a.npz", x_train=X, y_train=np.eye(4)[Y]), tests=4),
    "npy by names": Case(KERAS, lambda at: npy(npy(at / "x_train.npy", X).with_name("y_train.npy"), Y).parent, tests=4),
    "medmnist": Case(MED, lambda at: medmnist(at / "a.npz"), notices=("val_images were left out",)),
    "medmnist in colour": Case(
        MED,
        lambda at: medmnist(at / "a.npz", X[..., None].repeat(3, -1), X_TEST[..., None].repeat(3, -1)),
        notices=("Colours were made grey", "val_images"),
    ),
    "kmnist": Case(PAIRS, lambda at: kmnist(at)),
    "kmnist, one file of them named": Case(PAIRS, lambda at: kmnist(at) / "kmnist-train-imgs.npz"),
    "X and y": Case(NAMED, lambda at: npz(at / "a.npz", X=FLAT, y=Y), tests=4),
    "data and target, words that are digits": Case(
        NAMED, lambda at: npz(at / "a.npz", data=FLAT, target=Y.astype(str)), tests=4
    ),
    "images and labels with a channel": Case(
        NAMED, lambda at: npz(at / "a.npz", images=X[..., None], labels=Y), tests=4
    ),
    "channel first": Case(NAMED, lambda at: npz(at / "a.npz", images=X[:, None], labels=Y), tests=4),
    "floats to 1": Case(NAMED, lambda at: npz(at / "a.npz", X=X / 255, y=Y), tests=4, notices=("0 to 1",)),
    "floats from -1": Case(
        NAMED, lambda at: npz(at / "a.npz", X=(X / 127.5 - 1).astype("f4"), y=Y), tests=4, notices=("-1 to 1",)
    ),
    "sixteen bits": Case(NAMED, lambda at: npz(at / "a.npz", X=X.astype("u2") * 257, y=Y), tests=4, notices=("65535",)),
    "images alone": Case(NAMED, lambda at: npz(at / "cats.npz", images=X), ("cats",), 4),
    "npy": Case(NPY, lambda at: npy(at / "cat.npy", FLAT), ("cat",), 4),
    "quick, draw": Case(NPY, quick_draw, WORDED, 4, in_order=False),
    "mat of emnist": Case(MAT, lambda at: emnist_mat(at / "emnist-x.mat"), ("A", "B", "C", "D"), notices=UPRIGHT),
    "folders": Case("folders of pictures", lambda at: pictures(at / "d", X, WORDS[Y]), WORDED, 4, in_order=False),
    "folders of tiff": Case(
        "folders of pictures", lambda at: pictures(at / "d", X, WORDS[Y], "tif"), WORDED, 4, in_order=False
    ),
    "train and test": Case(
        "folders of pictures, train and test", lambda at: train_test(at / "d"), WORDED, in_order=False
    ),
    "training and val": Case(
        "folders of pictures, train and test",
        lambda at: train_test(at / "d", "Training", "val"),
        WORDED,
        in_order=False,
    ),
    "flat": Case(
        "folder of pictures", lambda at: pictures(at, X, np.repeat("cats", 40)) / "cats", ("cats",), 4, in_order=False
    ),
}


def bytes_of(path: Path) -> bytes:
    """A zip of what a case wrote, be it a folder or files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        root = path if path.is_dir() else path.parent
        for one in sorted(root.rglob("*")):
            archive.write(one, one.relative_to(root.parent))
    return file.getvalue()
