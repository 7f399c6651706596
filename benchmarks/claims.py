"""What the chapter says of the digit GANs, checked one by one: `python -m benchmarks.claims --runs DIR`.

Trains `digit-gan` and `digit-gan-deep` as published on fives and on eights, three seeds each (runs that are in DIR
already are taken as they are), and a small classifier on MNIST that had no part in them. The classifier reads 200
samples of each kept snapshot; a table goes to stdout in Markdown.
"""

import argparse
from pathlib import Path

import numpy as np

from ganlab import data, jobs, startup
from ganlab.inference import GANRun
from ganlab.runs import Run, layout, list_runs

SEEDS = (0, 1, 2)
SAMPLES = 200
SWING = 20  # iterations in which, says the chapter, the losses swing
COLUMNS = ("model", "digit", "seed", "seconds", "half read from", "80% read from", "read at 100")
COLUMNS += ("G swings, then", "D swings, then", "D's loss, 76-100 less 51-75", "correlation")
SETTINGS = [(model, digit) for model in ("digit-gan", "digit-gan-deep") for digit in (5, 8)]


def train_reader():
    """A small convolutional classifier, trained for three epochs on real digits; returns it and its test accuracy."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    digits = data.load("mnist")
    reader = keras.Sequential(
        [
            keras.Input([28, 28, 1]),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    reader.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    reader.fit(digits.x_train[..., None], digits.y_train, batch_size=128, epochs=3, verbose=0)
    return reader, reader.evaluate(digits.x_test[..., None], digits.y_test, verbose=0)[1]


def find_or_train(model: str, digit: int, seed: int, folder: Path) -> Run:
    for run in list_runs(folder)[0]:
        config = run.config
        same = (run.model, config.digits, config.seed, run.total) == (model, (digit,), seed, 100)
        if same and run.state == "finished" and config.dataset == "mnist":
            return run
    training = jobs.Training(jobs.create_run(jobs.Request(model, digits=(digit,), seed=seed), folder))
    list(training)
    return Run(training.writer.path)


def read_snapshots(run: Run, reader, digit: int) -> dict[int, float]:
    """For each kept snapshot's iteration, the share of its samples that are read as the digit."""
    shares = {}
    for path in layout.snapshots(run.path):
        read = reader.predict(GANRun(run, path).sample(SAMPLES)[..., None], verbose=0).argmax(axis=1)
        shares[layout.iteration_of(path)] = float((read == digit).mean())
    return shares


def first(shares: dict[int, float], least: float) -> int | None:
    """The first snapshot from which on at least this share is read rightly."""
    late = [iteration for iteration, share in shares.items() if share < least]
    rest = [iteration for iteration in shares if not late or iteration > max(late)]
    return min(rest, default=None)


def figures(run: Run, shares: dict[int, float]) -> dict[str, float | int | None]:
    column = {name: index for index, name in enumerate(run.curves)}
    rows = run.metrics()
    g, d = rows[:, column["generator_loss"]], rows[:, column["discriminator_loss"]]
    return {
        "seconds": float(rows[-1, 0]),
        "half": first(shares, 0.5),
        "most": first(shares, 0.8),
        "last": list(shares.values())[-1],
        "swing_g": float(g[:SWING].std()),
        "swing_d": float(d[:SWING].std()),
        "calm_g": float(g[SWING:].std()),
        "calm_d": float(d[SWING:].std()),
        "creep": float(d[75:].mean() - d[50:75].mean()),
        "correlation": float(np.corrcoef(g, d)[0, 1]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, required=True)
    folder = parser.parse_args().runs.resolve()
    startup.start_tensorflow()
    reader, accuracy = train_reader()
    print(f"The reading classifier is right on {accuracy:.2%} of MNIST's test set.\n")
    print(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|")
    for model, digit in SETTINGS:
        for seed in SEEDS:
            run = find_or_train(model, digit, seed, folder)
            f = figures(run, read_snapshots(run, reader, digit))
            print(
                f"| {model} | {digit} | {seed} | {f['seconds']:.1f} | {f['half']} | {f['most']} | {f['last']:.0%} | "
                f"{f['swing_g']:.2f}, {f['calm_g']:.2f} | {f['swing_d']:.2f}, {f['calm_d']:.2f} | {f['creep']:+.2f} | "
                f"{f['correlation']:+.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
