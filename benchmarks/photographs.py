"""How many lines of photographed numbers are read exactly: `python -m benchmarks.photographs [--tool FILE]`.

Each page has a level: 0 is one line in even light; 1 has uneven light and a shadow; 2 thin strokes, pencil or coloured
ink, blur, noise, a page that is turned, up to three lines; 3 ruled or squared paper, seen from the side, on a dark
table. The digits are MNIST's test images, or where they are not here, drawn by the conditional GAN that comes with
ganlab. `--tool` names a script with a function `page(images, labels, rng, level)` that makes other pages.
"""

import argparse
import importlib.util
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ganlab import data, inference
from ganlab.errors import GanlabError
from ganlab.reading import read_numbers

LEVELS = 4
LARGE = (4000, 3000)  # pixels of a phone's photograph
TURNS = 5
INKS = ((25, 25, 30), (35, 55, 140), (110, 110, 112), (150, 40, 45))
Page = Callable[[np.ndarray, np.ndarray, np.random.Generator, int], tuple[np.ndarray, list[str]]]


def page(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator, level: int) -> tuple[np.ndarray, list[str]]:
    """A photograph, uint8 `[h, w, 3]`, of digits, uint8 `[n, 28, 28]`, and the lines that are written on it."""
    height, width, side = (int(rng.integers(*ends)) for ends in ((750, 1100), (1100, 1700), (75, 130)))
    lines = int(rng.integers(1, 4)) if level >= 2 else 1
    ink, said = np.zeros([height, width], np.float32), []
    for line in range(lines):
        top, left, text = int((line + 0.5) / lines * height - side / 2), int(rng.integers(70, 150)), ""
        while left + side < width - 70 and len(text) < 10:
            at = int(rng.integers(len(images)))
            digit = np.asarray(Image.fromarray(images[at]).resize((side, side), Image.Resampling.BICUBIC)) / 255
            if level >= 2 and rng.random() < 0.5:
                digit = ndimage.grey_erosion(digit, (2, 2))
            y = top + int(rng.normal(0, 0.04 * side))
            place = ink[y : y + side, left : left + side]
            np.maximum(place, digit[: len(place)], out=place)
            text += str(labels[at])
            left += int(side * rng.uniform(0.75, 1))
        said.append(text)
    sheet = np.full([height, width, 3], rng.uniform(210, 245), np.float32)
    if level >= 3:
        sheet = _ruled(sheet, rng)
    colour = np.array(INKS[rng.integers(len(INKS))] if level >= 2 else INKS[0], np.float32)
    sheet = sheet * (1 - ink[..., None]) + colour * ink[..., None]
    if level >= 2:
        sheet = ndimage.rotate(sheet, rng.uniform(-4, 4), reshape=False, order=1, mode="nearest")
    if level >= 3:
        sheet = _from_the_side(sheet, rng)
    if level >= 1:
        y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        shadow = 1 / (1 + np.exp((np.hypot(y - rng.random(), x - rng.random()) - rng.uniform(0.2, 0.5)) / 0.05))
        sheet *= ((0.7 + 0.3 * (x if rng.random() < 0.5 else y)) * (1 - rng.uniform(0.15, 0.45) * shadow))[..., None]
    if level >= 2:
        sheet = ndimage.gaussian_filter(sheet, (1, 1, 0)) + rng.normal(0, 5, sheet.shape)
    return sheet.clip(0, 255).astype(np.uint8), said


def _ruled(sheet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    image = Image.fromarray(sheet.astype(np.uint8))
    draw, step = ImageDraw.Draw(image), int(rng.integers(40, 70))
    colour = tuple(rng.integers(150, 200, 3).tolist())
    for y in range(step, image.height, step):
        draw.line([(0, y), (image.width, y)], colour, 2)
    for x in range(step, image.width, step) if rng.random() < 0.5 else ():
        draw.line([(x, 0), (x, image.height)], colour, 2)
    return np.asarray(image, np.float32)


def _from_the_side(sheet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = sheet.shape[:2]
    corners = np.array([[0, 0], [0, height], [width, height], [width, 0]])
    quad = corners + rng.uniform(-0.04, 0.04, [4, 2]) * [width, height]  # what fills the picture, from its left top on
    image = Image.fromarray(sheet.clip(0, 255).astype(np.uint8))
    table = {"resample": Image.Resampling.BICUBIC, "fillcolor": (60, 50, 45)}
    seen = image.transform((width, height), Image.Transform.QUAD, quad.ravel().tolist(), **table)
    return np.asarray(seen, np.float32)


def digits() -> tuple[np.ndarray, np.ndarray, str]:
    """Images, uint8 `[n, 28, 28]`, their classes, and where they are from."""
    try:
        real = data.load("mnist")
    except GanlabError:
        real = None
    if real is not None and "offline" not in real.title.lower():
        return real.x_test, real.y_test, real.title
    model: Any = inference.load("conditional-gan")
    drawn = [model.sample(100, seed=digit, digit=digit) for digit in range(10)]
    return np.concatenate(drawn), np.arange(10).repeat(100), "generated: digits that the conditional GAN drew"


def encoded(picture: np.ndarray) -> bytes:
    """As a phone's JPEG."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90)
    return file.getvalue()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("-n", type=int, default=200, help="pages [200]")
    ask.add_argument("--seed", type=int, default=2026)
    ask.add_argument("--tool")
    told = ask.parse_args()
    make: Page = page
    if told.tool:
        spec = importlib.util.spec_from_file_location("tool", told.tool)
        assert spec and spec.loader
        tool = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(tool)
        make = tool.page
    images, labels, source = digits()
    models = inference.load_family("classifier", "classifier"), inference.load_family("repair", "repair-gan")
    lines, before, after = (np.zeros(LEVELS, int) for _ in range(3))
    large: list[float] = []
    for number in range(told.n):
        level = number % LEVELS
        picture, said = make(images, labels, np.random.default_rng([told.seed, number]), level)
        try:
            found = read_numbers(encoded(picture), *models)
        except GanlabError:
            found = []
        lines[level] += len(said)
        if len(found) == len(said):
            before[level] += sum(line.text == text for line, text in zip(found, said, strict=True))
            after[level] += sum(line.repaired == text for line, text in zip(found, said, strict=True))
        if number < LEVELS:
            file = encoded(np.asarray(Image.fromarray(picture).resize(LARGE, Image.Resampling.BICUBIC)))
            for _ in range(TURNS):
                start = time.perf_counter()
                read_numbers(file, *models)
                large.append(time.perf_counter() - start)
    for level in range(LEVELS):
        shares = {"exact": round(before[level] / lines[level], 3), "repaired": round(after[level] / lines[level], 3)}
        print(json.dumps({"level": level, "lines": int(lines[level]), **shares}))
    seconds = {"median": round(statistics.median(large), 2), "longest": round(max(large), 2)}
    print(json.dumps({"digits": source, "seed": told.seed, "pages": told.n, "seconds_of_12_megapixels": seconds}))


if __name__ == "__main__":
    main()
