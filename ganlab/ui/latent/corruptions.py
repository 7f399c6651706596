"""Ways to spoil an image, uint8 `[28, 28]`, with a strength from 0, which changes nothing, to 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def noise(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """With normal noise on each pixel."""
    added = 128 * strength * np.random.default_rng(seed).standard_normal(image.shape)
    return np.rint(image + added).clip(0, 255).astype(np.uint8)


def blur(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """As seen through a bad lens."""
    from PIL import Image, ImageFilter

    return np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(4 * strength)))


def hole(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """With a black square somewhere over the middle, where the strokes are."""
    side = round(20 * strength)
    top, left = np.random.default_rng(seed).integers(4, 25 - side, 2)
    holed = image.copy()
    holed[top : top + side, left : left + side] = 0
    return holed


def shift(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Moved by up to 14 pixels in some direction; what leaves the image is lost."""
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    down, right = (round(14 * strength * way) for way in (np.sin(angle), np.cos(angle)))
    return np.pad(image, 14)[14 - down : 42 - down, 14 - right : 42 - right]


def invert(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """On the way to its negative, dark on light."""
    return np.rint((1 - strength) * image + strength * (255.0 - image)).astype(np.uint8)


def rotate(image: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Turned to the left by up to half a turn."""
    from PIL import Image

    return np.asarray(Image.fromarray(image).rotate(180 * strength, Image.Resampling.BILINEAR))


@dataclass(frozen=True)
class Corruption:
    """`random` is whether the seed has a say."""

    of: Callable[[np.ndarray, float, int], np.ndarray]
    random: bool = False


CORRUPTIONS = {
    "Noise": Corruption(noise, random=True),
    "Blur": Corruption(blur),
    "Hole": Corruption(hole, random=True),
    "Shifted": Corruption(shift, random=True),
    "Inverted": Corruption(invert),
    "Rotated": Corruption(rotate),
}
