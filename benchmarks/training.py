"""How fast a training is, against the loop that its source prints: `python -m benchmarks.training`.

Both train the same networks on the same images in batches of the same size, in one process, taking turns; what
counts is the ratio. The published loop makes its fakes with `predict` and trains with `train_on_batch`, compiled as
the sources compile it. The floor is the time that the networks' matrix products alone would take at the speed at
which this machine multiplies two large matrices.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ganlab import data, models, registry, startup

MODELS = ("dense-gan", "digit-gan", "dcgan")
SECONDS = 4.0  # of each loop in each turn


def published_loop(spec: registry.ModelSpec, values: Mapping[str, Any], images: np.ndarray) -> Callable[[], None]:
    """One iteration of the loop as printed in the source."""
    import keras

    model = models.create(spec, values)
    generator, discriminator = kerass_own(model.generator), kerass_own(model.discriminator)
    make: Callable[[], Any] = (
        (lambda: keras.optimizers.RMSprop(values["learning_rate"]))
        if model.inverted
        else (lambda: keras.optimizers.Adam(values["learning_rate"]))
    )
    discriminator.compile(optimizer=make(), loss="binary_crossentropy", metrics=["accuracy"])
    # Today's Keras looks at what is trainable when a step is traced, the sources' when it was compiled. It traces anew
    # for batches of another size or type, so these are as the loop's: else the discriminator would learn nothing.
    n, latent_size = values["batch_size"], values["latent_size"]
    shown = 2 * n if model.inverted else n
    discriminator.train_on_batch(np.zeros([shown, 28, 28, 1], np.float32), np.ones([shown, 1]))
    discriminator.trainable = False
    gan = keras.Sequential([generator, discriminator])
    gan.compile(optimizer=make(), loss="binary_crossentropy")
    gan.train_on_batch(np.zeros([n, latent_size]), np.ones([n, 1]))
    scaled = images[..., None].astype("float32") / 255.0
    scaled = scaled * 2.0 - 1.0 if model.pixels == "signed" else scaled
    random, start = np.random.default_rng(0), 0

    def joint() -> None:  # Advanced Deep Learning with R, chapter 9
        nonlocal start
        latents = random.standard_normal((n, latent_size))
        fakes = generator.predict(latents, verbose=0)
        both = np.concatenate([fakes, scaled.take(range(start, start + n), axis=0, mode="wrap")])
        labels = np.concatenate([random.uniform(0.9, 1.0, (n, 1)), random.uniform(0.0, 0.1, (n, 1))])
        discriminator.train_on_batch(both, labels)
        gan.train_on_batch(latents, random.uniform(0.0, 0.1, (n, 1)))
        start += n

    def alternating() -> None:  # GANs in Action, chapters 3 and 4
        reals = scaled[random.integers(0, len(scaled), n)]
        fakes = generator.predict(random.standard_normal((n, latent_size)), verbose=0)
        discriminator.train_on_batch(reals, np.ones((n, 1)))
        discriminator.train_on_batch(fakes, np.zeros((n, 1)))
        gan.train_on_batch(random.standard_normal((n, latent_size)), np.ones((n, 1)))

    return joint if model.inverted else alternating


def kerass_own(network: Any) -> Any:
    """The same network from nothing but Keras's own layers."""
    import keras

    def plain(layer: Any) -> Any:
        kind: Any = type(layer) if type(layer).__module__.startswith("keras.") else type(layer).__base__
        return kind.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=plain)


def our_loop(
    spec: registry.ModelSpec,
    values: Mapping[str, Any],
    images: np.ndarray,
    precision: str,
    labels: np.ndarray | None = None,
) -> Callable[[int], None]:
    """So many iterations in chunks, as the app trains."""
    from ganlab.training.loop import TrainingConfig, compile_chunk

    curves = tuple(curve.name for curve in spec.curves)
    config = TrainingConfig(10**9, values["batch_size"], spec.draws, curves)
    chunk = compile_chunk(models.create(spec, values, precision), images, config, labels)
    done = 0

    def run(count: int) -> None:
        nonlocal done
        chunk(done, count)
        done += count

    return run


def products(network: Any) -> float:
    """Floating-point operations in the matrix products of one image's way through a network."""
    total = 0.0
    for layer in network.layers:
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            transposed = "Transpose" in type(layer).__name__
            shape = (layer.input if transposed else layer.output).shape[1:-1]
            total += 2.0 * float(np.prod(kernel.shape)) * float(np.prod(shape))
    return total


def operations(spec: registry.ModelSpec, values: Mapping[str, Any]) -> float:
    """Floating-point operations in the matrix products of one iteration.

    A training pass counts as three forward passes (two for a network that only hands gradients on).
    """
    model = models.create(spec, values)
    generator, discriminator = products(model.generator), products(model.discriminator)
    forward = 3 * generator if model.inverted else 4 * generator  # the joint update makes its fakes once
    return values["batch_size"] * (forward + 8 * discriminator)


def peak(precision: str) -> float:
    """Floating-point operations a second in the product of two large matrices."""
    import tensorflow as tf

    dtype = tf.float32 if precision == "float32" else tf.bfloat16
    matrix = tf.cast(tf.random.stateless_normal([2048, 2048], [0, 0]), dtype)
    multiply = tf.function(lambda: tf.linalg.matmul(matrix, matrix))
    multiply()
    times = []
    for _ in range(10):
        start = time.perf_counter()
        multiply()
        times.append(time.perf_counter() - start)
    return 2 * 2048**3 / statistics.median(times)


def timed(run: Callable[[int], None], count: int) -> float:
    start = time.perf_counter()
    run(count)
    return (time.perf_counter() - start) / count


def by_turns(loops: Mapping[str, Callable[[int], None]], turns: int, seconds: float) -> dict[str, list[float]]:
    """Seconds an iteration of each loop in each turn, in which it runs for about so many seconds; the first iterations,
    which set things up, are not counted."""
    counts = {}
    for key, run in loops.items():
        run(3)
        counts[key] = max(3, round(seconds / timed(run, 5)))
    times: dict[str, list[float]] = {key: [] for key in loops}
    for _ in range(turns):
        for key, run in loops.items():
            times[key].append(timed(run, counts[key]))
    return times


def compare(name: str, turns: int) -> dict[str, Any]:
    """Milliseconds an iteration of both loops, their ratio turn by turn, and how near the floor ours comes."""
    spec = registry.get(name)
    values = spec.values("published")
    images = data.load("mnist").select(spec.digits).x_train
    step = published_loop(spec, values, images)

    def published(count: int) -> None:
        for _ in range(count):
            step()

    loops: dict[str, Callable[[int], None]] = {"published": published}
    for precision in ("float32", "mixed_bfloat16"):
        loops[precision] = our_loop(spec, values, images, precision)
    times = by_turns(loops, turns, SECONDS)
    row: dict[str, Any] = {"model": name, "batch": values["batch_size"], "images": len(images)}
    row["published_ms"] = 1000 * statistics.median(times["published"])
    for precision in ("float32", "mixed_bfloat16"):
        ours = statistics.median(times[precision])
        ratios = [a / b for a, b in zip(times["published"], times[precision], strict=True)]
        floor = operations(spec, values) / peak(precision)
        row[precision] = {
            "ms": 1000 * ours,
            "times_as_fast": statistics.median(ratios),
            "range": [min(ratios), max(ratios)],
            "floor_ms": 1000 * floor,
            "share_of_floor": floor / ours,
        }
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=MODELS, help=f"which to measure: {', '.join(MODELS)}")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args()
    startup.start_tensorflow()
    if not chosen.json:
        print(
            f"{'model':12}{'published':>12}  {'precision':16}{'ours':>9}{'faster':>10}{'(range)':>14}{'of floor':>13}"
        )
    for name in chosen.models:
        row = compare(name, chosen.turns)
        if chosen.json:
            print(json.dumps(row), flush=True)
            continue
        for precision in ("float32", "mixed_bfloat16"):
            ours = row[precision]
            spread = "{:.1f}-{:.1f}".format(*ours["range"])
            print(
                f"{name:12}{row['published_ms']:9.1f} ms  {precision:16}{ours['ms']:6.2f} ms"
                f"{ours['times_as_fast']:9.1f}x{spread:>14}{ours['share_of_floor']:>13.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
