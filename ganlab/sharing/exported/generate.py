"""Uses the networks beside this file. It needs Keras 3 with TensorFlow, and numpy; nothing else.

python generate.py --help says what these networks can do. From Python:

    from generate import Networks

    networks = Networks()
    networks.sample(64, seed=0)  # of a GAN or an autoencoder: uint8 [64, 28, 28]; digit=7 where it knows classes
    networks.decode(latents)     # the images of latents, float32 [n, latent_size]
    networks.encode(images)      # of an autoencoder: latents of uint8 [n, 28, 28]
    networks.classify(images)    # of a classifier: probabilities, float32 [n, classes]
    networks.repair(images, masks, seed=0)  # of a model that repairs; masks, bool [n, 28, 28], are True where damaged

Images are white on black, as those of MNIST are. A model of points in the plane makes points, float32 [n, 2], where
others make images, and networks.discriminate(points) says how real it takes each to be, or how likely.
"""

import argparse
import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
BATCH = 256
SIDE = 28
GAP, GROUND = 2, 24  # pixels between the images of a sheet, and their grey
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">16xIIBBxxB")  # of a PNG: width, height, bits of a channel, kind of colours, whether interlaced
DECIDES, DECIDED, LEAST = 0.35, 4.0, 4.0  # of strokes that are added where nobody says what is lost
PALETTE = 3  # the kind of colours that are numbers of a list
DRAWS = 64  # with which a likelihood is estimated
PLANE, DOT = 320, 2  # pixels of a picture of points, and of each


class Networks:
    """The networks in a folder, as `networks.json` describes them: each is loaded when it is first needed."""

    def __init__(self, folder: Path = HERE) -> None:
        self.folder = folder
        self.about: dict[str, Any] = json.loads((folder / "networks.json").read_text(encoding="utf-8"))
        self._loaded: dict[str, Any] = {}

    def sample(self, n: int, seed: int = 0, digit: int | None = None) -> np.ndarray:
        """`n` images, uint8 `[n, 28, 28]`; of this class, or of the classes in turn, where the model knows any; or
        points, float32 `[n, 2]`."""
        drawn, shape = np.random.default_rng(seed), [n, self.about["latent_size"]]
        if self.about.get("uniform"):
            return self.decode(drawn.uniform(-1.0, 1.0, shape).astype(np.float32), digit)
        return self.decode(drawn.standard_normal(shape, np.float32), digit)

    def decode(self, latents: np.ndarray, digit: int | None = None) -> np.ndarray:
        """The images, uint8 `[n, 28, 28]`, or points, float32 `[n, 2]`, of latents, float32 `[n, latent_size]`."""
        latents = np.asarray(latents, np.float32)
        classes = self.about.get("classes", 0)
        if latents.ndim != 2 or latents.shape[1] != self.about["latent_size"]:
            raise SystemExit(f"Give {self.about['latent_size']} latent numbers for each sample.")
        if digit is not None and not 0 <= digit < classes:
            raise SystemExit(
                f"The digit must be from 0 to {classes - 1}." if classes else "This model cannot draw a chosen digit."
            )
        if classes:
            labels = np.arange(len(latents)) % classes if digit is None else np.full(len(latents), digit)
            latents = np.concatenate([latents, np.eye(classes, dtype=np.float32)[labels]], axis=1)
        made = self._call("decoder" if self._encodes else "generator", latents)
        return made if self.about["family"] == "plane" else self._display(made)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Latents, float32 `[n, latent_size]`, of images, or of points `[n, 2]`: the means, where the encoder gives
        means and log-variances."""
        inputs = np.asarray(images, np.float32) if self.about["family"] == "plane" else self._scale(images)
        return self._call("encoder", inputs)[:, : self.about["latent_size"]]

    def classify(self, images: np.ndarray) -> np.ndarray:
        """A probability for each class, float32 `[n, classes]`."""
        logits = self._call("classifier", self._scale(images)).astype(np.float64) / self.about["temperature"]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    def discriminate(self, points: np.ndarray) -> np.ndarray:
        """How real places, `[n, 2]`, are to the discriminator, float32 `[n]`: probabilities, or the scores of one that
        gives none. One that judges several points at once takes packs of them, `[n, 2 * packing]`. Of an autoencoder it
        is the log-likelihood, in nats."""
        if self._encodes:
            return self._likelihood(np.asarray(points, np.float32))
        raw = self._call("discriminator", np.asarray(points, np.float32))[:, 0]
        return 1.0 / (1.0 + np.exp(-np.clip(raw, -80.0, 80.0))) if self.about["probability"] else raw

    def _likelihood(self, points: np.ndarray) -> np.ndarray:
        """The same estimate as in ganlab, from the same draws: see Burda, Grosse and Salakhutdinov, 2016."""
        size, variance = self.about["latent_size"], self.about["decoder_noise"] ** 2
        draws = np.random.default_rng(0).standard_normal([DRAWS, 1, size], np.float32)
        encoded = self._call("encoder", points)
        mean, log_variance = encoded[:, :size], encoded[:, size:]
        latents = mean + np.exp(0.5 * log_variance) * draws
        outputs = self._call("decoder", latents.reshape(-1, size)).reshape(DRAWS, -1, 2)
        weights = 0.5 * (draws**2 + log_variance - latents**2).sum(axis=-1)
        off = ((points - outputs) ** 2).sum(axis=-1).astype(np.float64)
        logs = weights - 0.5 * off / variance - math.log(2.0 * math.pi * variance)
        most = logs.max(axis=0)
        return (most + np.log(np.exp(logs - most).mean(axis=0))).astype(np.float32)

    def repair(self, images: np.ndarray, masks: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
        """The images made whole; without masks the model has to find out what is lost. Seed 0 is the plainest."""
        lost = np.zeros(images.shape, bool) if masks is None else np.broadcast_to(masks, images.shape)
        if not self.about["keeps_the_rest"]:
            return self._display(self._call("generator", self._scale(np.where(lost, 0, images).astype(np.uint8))))
        known = np.any(lost, axis=(1, 2)).reshape(-1, 1, 1, 1).astype(np.float32)
        damage = lost[..., None].astype(np.float32)
        left = self._scale(images) * (1.0 - damage)
        told = damage * known
        noise = np.zeros([1, self.about["noise_size"]], np.float32)
        if seed:
            noise = np.random.default_rng(seed).standard_normal(noise.shape, np.float32)
        inputs = np.concatenate([left, told, known * np.ones_like(left)], axis=3)
        ink = self._call("generator", inputs, noise.repeat(len(images), axis=0))
        added = decided(ink, left) if self.about["decides"] else ink
        made = self._display(np.where(known > 0.5, left + told * ink, left + (1.0 - left) * added))
        return made if masks is None else np.where(lost, made, images)

    def _call(self, name: str, *inputs: np.ndarray) -> np.ndarray:
        import keras

        if name not in self._loaded:
            self._loaded[name] = keras.models.load_model(self.folder / f"{name}.keras", compile=False, safe_mode=True)
        found = []
        for at in range(0, len(inputs[0]), BATCH):
            batch = [array[at : at + BATCH] for array in inputs]
            outputs = self._loaded[name](batch if len(batch) > 1 else batch[0], training=False)
            found.append(keras.ops.convert_to_numpy(outputs))
        return np.concatenate(found)

    def _scale(self, images: np.ndarray) -> np.ndarray:
        """uint8 `[n, 28, 28]` in the networks' range, float32 `[n, 28, 28, 1]`."""
        pixels = np.asarray(images).astype(np.float32)[..., None]
        return pixels / np.float32(127.5) - np.float32(1.0) if self._signed else pixels / np.float32(255.0)

    def _display(self, pixels: np.ndarray) -> np.ndarray:
        """float32 `[n, 28, 28, 1]` in the networks' range as uint8 `[n, 28, 28]`."""
        grey = pixels[..., 0] * (127.5 if self._signed else 255.0) + (127.5 if self._signed else 0.0)
        return np.clip(np.round(grey), 0, 255).astype(np.uint8)

    @property
    def _encodes(self) -> bool:
        """Whether its networks are an encoder and a decoder."""
        return self.about["family"] == "autoencoder" or self.about.get("decoder_noise", 0.0) > 0.0

    @property
    def _signed(self) -> bool:
        return self.about["pixels"] == "signed"


def decided(ink: np.ndarray, left: np.ndarray) -> np.ndarray:
    """What is to be added to images, both float32 `[n, 28, 28, 1]`, where it is not known what is lost: nearly black or
    white, as grey is what the network says where it is unsure, and nothing where that is hardly any ink."""
    white, black = ink**DECIDED, (DECIDES / (1.0 - DECIDES) * (1.0 - ink)) ** DECIDED
    ink = white / (white + black)
    added = ((1.0 - left) * ink).sum(axis=(1, 2, 3), keepdims=True)
    return np.where(added >= LEAST, ink, np.float32(0.0))


def sheet(images: np.ndarray) -> np.ndarray:
    """Images uint8 `[n, 28, 28]` side by side in a square, each pixel twice as wide; uint8 `[h, w]`."""
    columns = int(np.ceil(np.sqrt(len(images))))
    rows = -(-len(images) // columns)
    page = np.full([rows * (SIDE + GAP) + GAP, columns * (SIDE + GAP) + GAP], GROUND, np.uint8)
    for index, image in enumerate(images):
        top, left = (GAP + place * (SIDE + GAP) for place in divmod(index, columns))
        page[top : top + SIDE, left : left + SIDE] = image
    return page.repeat(2, axis=0).repeat(2, axis=1)


def write_png(path: Path, image: np.ndarray) -> None:
    """A grey image, uint8 `[h, w]`."""
    import tensorflow as tf

    path.write_bytes(tf.io.encode_png(image[..., None]).numpy())


def read_png(path: Path) -> np.ndarray:
    """A PNG with 8 bits a channel as grey, uint8 `[h, w]`."""
    import tensorflow as tf

    content = path.read_bytes()
    if not content.startswith(SIGNATURE) or len(content) < HEADER.size:
        raise SystemExit(f"{path} is not a PNG file.")
    width, height, depth, colours, interlaced = HEADER.unpack_from(content)
    if depth != 8 or colours == PALETTE or interlaced or max(width, height) > 4096:
        raise SystemExit(
            f"{path} must be a plain PNG with 8 bits for each colour. Save it that way, or as an .npy array."
        )
    try:
        pixels = tf.io.decode_png(content).numpy()
    except tf.errors.InvalidArgumentError as error:
        raise ValueError("the picture is damaged or cut short") from error
    return pixels[..., : 3 if pixels.shape[2] >= 3 else 1].mean(axis=2).round().astype(np.uint8)


def read(path: Path) -> np.ndarray:
    """Images, uint8 `[n, 28, 28]`, from an .npy array, or one from a PNG."""
    try:
        images = np.load(path, allow_pickle=False) if path.suffix == ".npy" else read_png(path)
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path} cannot be read: {error}") from error
    images = images[None] if images.ndim == 2 else images
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise SystemExit(
            f"Images must be 28 x 28 pixels of 8 bits, but those in {path} are {images.dtype} {images.shape}."
        )
    return images


def write_points(path: Path, points: np.ndarray, extent: float) -> None:
    """Points, float32 `[n, 2]`, as a table (.csv), an .npy array, or else a PNG of the square that has the `extent` on
    either side of its middle."""
    if path.suffix == ".npy":
        np.save(path, points, allow_pickle=False)
    elif path.suffix == ".csv":
        np.savetxt(path, points, fmt="%.6g", delimiter=",", header="x,y", comments="")
    else:
        page = np.full([PLANE, PLANE], 255, np.uint8)
        inside = points[(np.abs(points) < extent).all(axis=1)] / extent
        for x, y in np.floor((inside * [1, -1] + 1) / 2 * PLANE).astype(int):
            page[y : y + DOT, x : x + DOT] = 0
        write_png(path, page)
    print(f"{len(points)} points in {path}")


def write(path: Path, images: np.ndarray) -> None:
    """An .npy array of the images, or else a PNG sheet of them."""
    if path.suffix == ".npy":
        np.save(path, images, allow_pickle=False)
    else:
        write_png(path, sheet(images) if len(images) > 1 else images[0])
    print(f"{len(images)} images in {path}")


def make_parser(about: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=about["title"])
    family = about["family"]
    many, one, first = ("points", "point", "points.csv") if family == "plane" else ("images", "image", "images.png")
    kinds = ".csv, .npy or .png" if family == "plane" else ".png or .npy"
    if family in ("gan", "autoencoder", "plane"):
        count = 1000 if family == "plane" else 64
        parser.add_argument("-n", type=int, default=count, help=f"how many {many} ({count})")
        parser.add_argument(
            "--latents",
            type=Path,
            help=f"draw {many} of these latent numbers instead: an .npy array, a row for each {one}",
        )
    if family == "autoencoder":
        parser.add_argument("--images", type=Path, help="encode and decode these instead: an .npy array, or a PNG")
    if family in ("gan", "autoencoder", "repair", "plane"):
        parser.add_argument("--seed", type=int, default=0, help=f"the same seed gives the same {many} (0)")
        parser.add_argument("-o", "--output", type=Path, default=Path(first), help=f"{kinds} ({first})")
    if about.get("classes") and family == "gan":
        parser.add_argument("--digit", type=int, help="draw only this digit; otherwise each digit in turn")
    if family in ("classifier", "repair"):
        parser.add_argument("images", type=Path, nargs="+", help=".npy arrays, or PNGs of 28 x 28 pixels")
    if family == "repair":
        parser.add_argument(
            "--mask",
            type=Path,
            help="a picture that is white where the digits are damaged; without it the model has to find the damage",
        )
    return parser


def main() -> None:
    networks = Networks()
    family = networks.about["family"]
    asked = make_parser(networks.about).parse_args()
    if getattr(asked, "n", 1) < 1 or getattr(asked, "seed", 0) < 0:
        raise SystemExit("Ask for at least one sample, with a seed from 0.")
    if family == "plane":
        latents = np.load(asked.latents, allow_pickle=False) if asked.latents else None
        points = networks.sample(asked.n, asked.seed) if latents is None else networks.decode(latents)
        write_points(asked.output, points, networks.about["extent"])
    elif family == "classifier":
        for path in asked.images:
            say_classes(path, networks.classify(read(path)))
    elif family == "repair":
        images = np.concatenate([read(path) for path in asked.images])
        masks = None if asked.mask is None else read(asked.mask) > 127
        if masks is not None and len(masks) not in (1, len(images)):
            raise SystemExit("Give one mask for all images, or one mask for each image.")
        write(asked.output, networks.repair(images, masks, asked.seed))
    elif asked.latents:
        write(asked.output, networks.decode(np.load(asked.latents, allow_pickle=False), getattr(asked, "digit", None)))
    elif getattr(asked, "images", None):
        write(asked.output, networks.decode(networks.encode(read(asked.images))))
    else:
        write(asked.output, networks.sample(asked.n, asked.seed, getattr(asked, "digit", None)))


def say_classes(path: Path, probabilities: Sequence[np.ndarray] | np.ndarray) -> None:
    for row in probabilities:
        print(f"{path}: {int(row.argmax())}, {row.max():.1%} sure")


if __name__ == "__main__":
    main()
