"""What the sharper models are worth, and what each step towards them bought: `python -m benchmarks.sharper PART`.

Parts: `digit` (digit-gan tuned against published), `swift` (swift-gan against pretrained/dcgan in parts of its time),
`conditional` (is what was asked for what is read?), `steps` (swift-gan with one ingredient changed at a time) and `vae`
(the same of vae-conv: bound in nats and neighbours in the plane, on the test images). Runs are kept in `--runs`.
Fréchet distances are of the shipped classifier's features, 10,000 samples (5,000 of one digit) against as many training
images. Tables go to stdout in Markdown. Needs the real MNIST (`GANLAB_DATA`).
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from ganlab import data, inference, jobs, startup
from ganlab.evaluation import evaluate_autoencoder
from ganlab.metrics.frechet import frechet_distance
from ganlab.metrics.manifold import density_and_coverage
from ganlab.runs import resolve

SAMPLES = 10_000
OF_A_DIGIT = 5_000
TIMED = 200  # iterations of dcgan
SHARES = {"a thirtieth": 30, "a fifteenth": 15, "a quarter": 4}
STEP_ITERATIONS = 1_000
STEPS = {
    "as it ships": {},
    "hinge loss": {"loss": "hinge"},
    "relativistic loss": {"loss": "relativistic"},
    "least squares": {"loss": "least-squares"},
    "no averaging": {"averaging": 0.0},
    "no slope penalty": {"penalty": 0.0},
    "ten times the penalty": {"penalty": 1.0},
    "one rate, 2e-3, for both networks": {"generator_learning_rate": 0.002},
    "beta 1 of .5": {"beta_1": 0.5},
    "batches of 64, half as many iterations": {"batch_size": 64},
    "half as wide a generator": {"generator_filters": 64},
    "Glorot's initialisation": {"initialisation": "glorot"},
    "learning rates that do not fall": {"cosine": False},
    "no batch normalisation": {"normalised": False},
}
VAE_ITERATIONS = 800
VAE_STEPS = {
    "as it ships": {},
    "no Fourier features": {"waves": 0},
    "16 Fourier features in place of 64": {"waves": 16},
    "half as many dense units": {"units": 256},
    "convolutions twice as wide": {"filters": 32},
    "rate 5e-4 in place of 2e-3": {"learning_rate": 0.0005},
    "rate 4e-3": {"learning_rate": 0.004},
}


class Judge:
    """The shipped classifier beside the training images of some digits."""

    def __init__(self, digits: tuple[int, ...] | None = None, count: int = SAMPLES) -> None:
        self.classifier = inference.load("classifier")
        self.used = data.load("mnist").select(digits)
        count = min(count, len(self.used.x_train))
        chosen = np.random.default_rng(0).permutation(len(self.used.x_train))[:count]
        self.reals = self.classifier.features(self.used.x_train[chosen])
        self.count = count

    def floor(self) -> float:
        return frechet_distance(self.reals, self.classifier.features(self.used.x_test))

    def frechet(self, run: Path | str, samples: np.ndarray | None = None) -> float:
        made = inference.load(run).sample(self.count) if samples is None else samples
        return frechet_distance(self.classifier.features(made), self.reals)


def train(folder: Path, model: str, **asked) -> tuple[Path, float]:
    """Trains a run; returns its folder and the seconds that it trained."""
    asked = {"precision": "auto", **asked}
    training = jobs.Training(jobs.create_run(jobs.Request(model, **asked), folder))
    for _ in training:
        pass
    run = training.writer.run
    print(f"{run.id} {asked}: {run.status.seconds:.1f} s", file=sys.stderr, flush=True)
    return run.path, float(run.status.seconds)


def row(*cells: object) -> None:
    print("|", " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells), "|", flush=True)


def table(*heads: str) -> None:
    row(*heads)
    row(*["---"] * len(heads))


def spread(values: list[float], digits: int | None = None) -> str:
    kind = ".3g" if digits is None else f".{digits}f"
    return f"{np.mean(values):{kind}} ({min(values):{kind}} to {max(values):{kind}})"


def digit(folder: Path, seeds: list[int]) -> None:
    table("digit", "seed", "published", "seconds", "tuned", "seconds", "share of the distance")
    for number in (5, 8):
        judge = Judge((number,), OF_A_DIGIT)
        for seed in seeds:
            cells, found = [], []
            for preset in ("published", "tuned"):
                run, seconds = train(folder, "digit-gan", preset=preset, digits=(number,), seed=seed)
                found.append(judge.frechet(run))
                cells += [found[-1], seconds]
            row(number, seed, *cells, found[1] / found[0])


def swift(folder: Path, seeds: list[int]) -> None:
    judge = Judge()
    length = resolve("dcgan", folder).config.iterations
    _, seconds = train(folder, "dcgan", iterations=TIMED)
    whole = seconds / TIMED * length
    goal = judge.frechet("dcgan")
    _, timed = train(folder, "swift-gan", iterations=TIMED)
    print(f"dcgan: {goal:.3f} after {length:,} iterations, {whole:.0f} s at today's pace; floor {judge.floor():.3f}\n")
    table("swift-gan for", "iterations", "seed", "seconds", "share of dcgan's time", "Fréchet distance", "of dcgan's")
    for name, part in SHARES.items():
        for seed in seeds:
            iterations = int(0.97 * whole / part / (timed / TIMED))
            run, seconds = train(folder, "swift-gan", iterations=iterations, seed=seed)
            found = judge.frechet(run)
            row(name, f"{iterations:,}", seed, seconds, f"1/{whole / seconds:.1f}", found, f"{found / goal:.0%}")


def conditional(folder: Path, seeds: list[int], names: list[str]) -> None:
    judge = Judge()
    real = judge.reals
    swift_features = judge.classifier.features(inference.load("swift-gan").sample(SAMPLES))
    _, base = density_and_coverage(real, swift_features)
    table("model", "read as asked", "worst digit", "Fréchet distance", "coverage", "of swift-gan's")
    for name in names:
        made = inference.load(name, folder).sample(SAMPLES)
        right = judge.classifier.classify(made).argmax(axis=1) == np.arange(SAMPLES) % 10
        _, coverage = density_and_coverage(real, judge.classifier.features(made))
        worst = min(float(right[k::10].mean()) for k in range(10))
        cells = f"{right.mean():.2%}", f"{worst:.2%}", judge.frechet(name, made), coverage, f"{coverage / base:.1%}"
        row(name, *cells)


def steps(folder: Path, seeds: list[int], rows: list[str] | None = None) -> None:
    judge = Judge()
    table("swift-gan", "iterations", "seconds", "Fréchet distance, mean and range")
    for name in rows or STEPS:
        changes = STEPS[name]
        iterations = STEP_ITERATIONS * 32 // int(changes.get("batch_size", 32))
        runs = [train(folder, "swift-gan", values=changes, iterations=iterations, seed=seed) for seed in seeds]
        seconds = float(np.mean([one[1] for one in runs]))
        row(name, f"{iterations:,}", seconds, spread([judge.frechet(one[0]) for one in runs]))


def vae(folder: Path, seeds: list[int]) -> None:
    table("vae-conv", "seconds", "bound in nats, mean and range", "neighbours, mean and range")
    for name, changes in VAE_STEPS.items():
        runs = [train(folder, "vae-conv", values=changes, iterations=VAE_ITERATIONS, seed=seed) for seed in seeds]
        found = [evaluate_autoencoder(inference.load_autoencoder(run), importance_images=1) for run, _ in runs]
        bounds, near = ([one[what] for one in found] for what in ("bound", "neighbour_accuracy"))
        row(name, float(np.mean([seconds for _, seconds in runs])), spread(bounds, 1), spread(near))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("digit", "swift", "conditional", "steps", "vae"))
    parser.add_argument("--runs", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--models", nargs="+", default=["conditional-gan"], help="for `conditional`")
    parser.add_argument("--rows", nargs="+", choices=list(STEPS), help="for `steps`: these alone")
    asked = parser.parse_args()
    startup.start_tensorflow()
    if asked.part == "conditional":
        conditional(asked.runs, asked.seeds, asked.models)
    elif asked.part == "steps":
        steps(asked.runs, asked.seeds, asked.rows)
    else:
        {"digit": digit, "swift": swift, "vae": vae}[asked.part](asked.runs, asked.seeds)


if __name__ == "__main__":
    main()
