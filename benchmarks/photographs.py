"""How well photographs of handwritten numbers are read: `python -m benchmarks.photographs`.

Makes pages of one to three lines and counts the lines that are read exactly, a page's lines compared in order; a line
too many counts as one read wrongly. Level 0: one line, even light. 1: uneven light and a shadow. 2: and thin strokes,
pencil or coloured ink, blur and grain, a page turned by up to 4 degrees, up to three lines. 3: and ruled or squared
paper, seen from the side, the table around it. The digits are MNIST's test images; where MNIST is absent, the
conditional GAN that comes with ganlab draws them, which the answer says. Exits with 1 where too few lines are read, or
a page of 12 megapixels takes too long.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ganlab import data, inference, reading
from ganlab.errors import GanlabError

INKS = ((25, 25, 30), (30, 50, 140), (105, 105, 108), (160, 35, 40))  # black and blue ink, pencil, red ink
TABLE = (60, 50, 45)
REQUIRED = (0.93, 0.90, 0.75, 0.60)  # by level
PHONE = (4000, 3000)  # pixels of a telephone's picture
SLOWEST = 2.0  # seconds for such a picture


def make_page(
    images: np.ndarray, labels: np.ndarray, rng: np.random.Generator, level: int
) -> tuple[np.ndarray, list[str]]:
    """A photograph, uint8 `[h, w, 3]`, of digits chosen from `images`, uint8 `[n, 28, 28]`, and its lines."""
    lines = int(rng.integers(1, 4)) if level >= 2 else 1
    width, height, size = int(rng.integers(1100, 1700)), int(rng.integers(700, 1100)), int(rng.integers(70, 130))
    cover = np.zeros((height, width), np.float32)
    said = []
    for line in range(lines):
        top = int(height * (line + 0.5) / lines - size / 2 + rng.normal() * 0.05 * size)
        left, text = int(rng.integers(60, 140)), ""
        for _ in range(int(rng.integers(4, 11))):
            if left + size > width - 60:
                break
            at = int(rng.integers(len(images)))
            digit = np.asarray(Image.fromarray(images[at]).resize((size, size), Image.Resampling.BICUBIC), np.float32)
            if level >= 2 and rng.random() < 0.5:
                digit = ndimage.grey_erosion(digit, (max(1, size // 45),) * 2)
            down = max(0, top + int(rng.normal() * 0.04 * size))
            part = cover[down : down + size, left : left + size]
            np.maximum(part, digit[: part.shape[0], : part.shape[1]] / 255, out=part)
            text += str(int(labels[at]))
            left += int(size * rng.uniform(0.72, 1.0))
        said.append(text)
    ink = np.array(INKS[rng.integers(len(INKS))] if level >= 2 else INKS[0], np.float32)
    paper = np.full((height, width, 3), rng.uniform(205, 245, 3) if level else 235.0, np.float32)
    if level >= 3:
        _rule(paper, rng)
    sheet = paper * (1 - cover[..., None]) + ink * cover[..., None]
    if level >= 2:
        sheet = ndimage.rotate(sheet, rng.uniform(-4, 4), reshape=False, order=1, mode="nearest")
    if level >= 3:
        sheet = _seen_from_the_side(sheet, rng)
    if level >= 1:
        sheet = sheet * _light(height, width, rng)[..., None]
    if level >= 2:
        soft = rng.uniform(0.5, 1.6)
        sheet = ndimage.gaussian_filter(sheet, (soft, soft, 0)) + rng.normal(0, rng.uniform(2, 7), sheet.shape)
    return sheet.clip(0, 255).astype(np.uint8), said


def _light(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A factor for each pixel, float `[h, w]`: falls off to one side, with a soft shadow on a part of the page."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    turn = rng.uniform(0, 2 * np.pi)
    factor = 0.8 + rng.uniform(0.15, 0.5) * (np.cos(turn) * (x - 0.5) + np.sin(turn) * (y - 0.5))
    down, across, radius = rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.2, 0.5)
    shadow = 1 / (1 + np.exp((np.hypot(y - down, x - across) - radius) / 0.05))
    return factor * (1 - rng.uniform(0.15, 0.45) * shadow)


def _rule(paper: np.ndarray, rng: np.random.Generator) -> None:
    """Draws lines or squares, in place."""
    image = Image.fromarray(paper.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    step, colour = int(rng.integers(38, 70)), tuple(int(value) for value in rng.integers(150, 200, 3))
    for y in range(step, image.height, step):
        draw.line([(0, y), (image.width, y)], fill=colour, width=2)
    if rng.random() < 0.5:
        for x in range(step, image.width, step):
            draw.line([(x, 0), (x, image.height)], fill=colour, width=2)
    paper[:] = np.asarray(image)


def _seen_from_the_side(sheet: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The page in perspective, with the dark table around it."""
    height, width = sheet.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    moved = corners + rng.uniform(-0.05, 0.05, corners.shape) * [width, height]
    rows = []
    for (x, y), (u, v) in zip(corners, moved, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    plane = np.linalg.solve(np.array(rows), moved.reshape(-1)).tolist()
    image = Image.fromarray(sheet.clip(0, 255).astype(np.uint8))
    how = Image.Transform.PERSPECTIVE
    return np.asarray(image.transform((width, height), how, plane, Image.Resampling.BICUBIC, fillcolor=TABLE), float)


def find_digits(count: int = 4000) -> tuple[np.ndarray, np.ndarray, str]:
    """Digits to write with, their classes, and where they are from."""
    real = data.load("mnist", download=False)
    if real.name == "mnist":
        return real.x_test, real.y_test, real.title
    labels = np.arange(count) % 10
    gan = inference.load("conditional-gan")
    return gan.decode(gan.latents(count), labels), labels, "generated by conditional-gan, as MNIST is absent"


def read_lines(data: bytes, classifier: inference.ClassifierRun) -> list[str]:
    """The lines on a page; none where it is refused."""
    try:
        page = reading.read_page(data, classifier)
    except GanlabError:
        return []
    digits = iter(classifier.classify(page.images).argmax(axis=1).tolist())
    return ["".join(str(next(digits)) for _ in line) for line in page.lines]


def jpeg(picture: np.ndarray, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return file.getvalue()


def time_phone_picture(picture: np.ndarray, classifier: inference.ClassifierRun) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a page of 12 megapixels takes, warm: the median of five."""
    file = jpeg(np.asarray(Image.fromarray(picture).resize(PHONE, Image.Resampling.BICUBIC)), 90)
    read_lines(file, classifier)
    times = []
    for _ in range(5):
        clock, processor = time.perf_counter(), time.process_time()
        read_lines(file, classifier)
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    return tuple(np.median(times, axis=0).tolist())


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", "--pages", type=int, default=200, help="of all levels together")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--wrong", type=Path, help="a folder for the pages that were read wrongly")
    chosen = parser.parse_args(words)
    images, labels, title = find_digits()
    classifier = inference.load("classifier")
    right, every, last = np.zeros(4, int), np.zeros(4, int), np.zeros((8, 8, 3), np.uint8)
    for number in range(chosen.pages):
        rng = np.random.default_rng([chosen.seed, number])
        level = number % 4
        last, said = make_page(images, labels, rng, level)
        file = jpeg(last, int(rng.integers(60, 95)))
        read = read_lines(file, classifier)
        right[level] += sum(one == other for one, other in zip(read, said, strict=False))
        every[level] += max(len(read), len(said))
        if chosen.wrong and read != said:
            chosen.wrong.mkdir(parents=True, exist_ok=True)
            (chosen.wrong / f"page-{number:03}-level-{level}.jpg").write_bytes(file)
            print(f"page {number}, level {level}: {said} read as {read}", file=sys.stderr)
    clock, processor = time_phone_picture(last, classifier)
    shares = (right / every.clip(1)).round(4).tolist()
    found = {
        "digits": title,
        "pages": chosen.pages,
        "seed": chosen.seed,
        "lines": every.tolist(),
        "read_exactly": shares,
    }
    print(json.dumps({**found, "phone_picture_seconds": round(clock, 2), "of_the_processor": round(processor, 2)}))
    enough = all(share >= least for share, least in zip(shares, REQUIRED, strict=True))
    sys.exit(0 if enough and processor < SLOWEST else 1)


if __name__ == "__main__":
    main()
