"""Runs broken on purpose, runs that are not good yet, and good ones: `python -m benchmarks.broken --runs DIR`.

Trains each of RECORDINGS (a run that is in DIR under its name already is taken as it is), measures samples of its
snapshots, and keeps of it in tests/diagnosis what a verdict is given on: curves, and numbers about images, but no
images. A table of what is said of each goes to stdout in Markdown. It takes about 25 minutes on two cores. `--table`
only prints the table.
"""

import argparse
import dataclasses
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ganlab import data, diagnosis, inference, jobs, registry, startup
from ganlab.diagnosis.evidence import Evidence
from ganlab.diagnosis.verdicts import (
    COLLAPSED,
    DIVERGED,
    DONE,
    HEALTHY,
    MEMORISING,
    NOT_LEARNING,
    NOT_THERE,
    OSCILLATING,
    TOO_SHORT,
    TOO_SLOW,
    UNMEASURED,
    WINNING,
)
from ganlab.evaluation.sample_metrics import Merit, finish
from ganlab.inference import GANRun
from ganlab.models import _common
from ganlab.runs import Run, layout
from ganlab.training.events import Iterations

FOLDER = Path(__file__).parents[1] / "tests" / "diagnosis" / "runs"
TWO_RATES = "dense-gan-two-rates"
TWELVE = "twelve.npz"
LOOKS = 60  # previews kept as figures, so that any part of a run has enough of them
SAMPLES = 250
SEARCHED = 5000  # training images among which the nearest is looked for
EVERY = 2  # of about twenty snapshots, each that is measured
FEWEST_MEASURED = 6  # of its own from which a run is not measured again
MOST_VALUES = 6000  # that are kept of a curve
DIGITS = 4  # significant ones that are kept of a curve
CURVES = ("generator_loss", "discriminator_loss", "discriminator_accuracy", "p_real_of_reals", "p_real_of_fakes")


@dataclasses.dataclass(frozen=True)
class Recording:
    """A run to record: under which name, what was done to it, what is to be said of it, how it is trained, and after
    how many iterations it is stopped, if it is."""

    name: str
    what: str
    expected: str
    request: jobs.Request
    stop: int | None = None


def recordings(folder: Path) -> list[Recording]:
    """All of them; `folder` holds the data set of twelve images."""

    def dense(iterations: int, **values: Any) -> jobs.Request:
        name = TWO_RATES if any("tor_learning_rate" in key for key in values) else "dense-gan"
        return jobs.Request(name, None, values, iterations=iterations, precision="float32")

    def digit(iterations: int = 100, number: int = 5, **values: Any) -> jobs.Request:
        return jobs.Request("digit-gan", None, values, "mnist", (number,), iterations, precision="float32")

    def published(name: str, **others: Any) -> jobs.Request:
        return jobs.Request(name, precision="mixed_bfloat16", **others)

    def mnist(name: str, iterations: int, **values: Any) -> jobs.Request:
        return jobs.Request(name, None, values, iterations=iterations, precision="float32")

    def tuned(number: int) -> jobs.Request:
        return jobs.Request("digit-gan", "tuned", {}, "mnist", (number,), 100, precision="float32")

    slow_tutorial = mnist("dcgan-tf", 300, learning_rate=1e-5)
    slow_swift = mnist("swift-gan", 400, generator_learning_rate=4e-4, discriminator_learning_rate=1e-4)
    discriminator_fast = dense(3000, discriminator_learning_rate=0.02)
    twelve = dataclasses.replace(dense(4000, learning_rate=0.0005), dataset=str(folder / TWELVE))
    offline = dataclasses.replace(dense(3000), dataset="offline")
    art = {"generator_filters": 16, "discriminator_filters": 8, "learning_rate": 0.002, "beta_1": 0.99}
    momentum = jobs.Request("art-gan", None, art, iterations=600, precision="float32")
    small = {"generator_filters": 8, "batch_size": 32}
    sketch = jobs.Request("art-gan-dense", None, small, iterations=600, precision="float32")
    return [
        Recording("both-fast", "both rates 50 times too high", WINNING, dense(1500, learning_rate=0.05)),
        Recording("generator-fast", "G's rate 30 times too high", WINNING, dense(1500, generator_learning_rate=0.03)),
        Recording("momentum", "Adam's beta 1 of 0.99, rate 10 times too high", WINNING, momentum),
        Recording("generator-still", "G's rate of 1e-6", NOT_LEARNING, dense(1500, generator_learning_rate=1e-6)),
        Recording("both-still", "both rates of 1e-6", NOT_LEARNING, dense(1500, learning_rate=1e-6)),
        Recording(
            "discriminator-still", "D's rate of 1e-6", NOT_LEARNING, dense(1500, discriminator_learning_rate=1e-6)
        ),
        Recording("batch-of-two", "two images in a batch", COLLAPSED, dense(4000, batch_size=2)),
        Recording("offline", "few and blurred images, the offline digits", COLLAPSED, offline),
        Recording("twelve-images", "twelve images to learn from", MEMORISING, twelve),
        Recording("swinging", "rate 10 times too high", OSCILLATING, digit(300, learning_rate=0.01)),
        Recording("overshooting", "rate 50 times too high", DIVERGED, digit(learning_rate=0.05)),
        Recording("slow-tutorial", "rate of 1e-5, a tenth", TOO_SLOW, slow_tutorial),
        Recording("slow-dense", "rate of 1e-4, a tenth", TOO_SLOW, dense(2000, learning_rate=0.0001)),
        Recording("slow-five", "rate of 1e-4, a tenth", TOO_SLOW, digit(learning_rate=0.0001)),
        Recording("slow-swift", "both rates a twentieth", TOO_SLOW, slow_swift),
        Recording("short-tutorial", "200 of 11,750 iterations", TOO_SHORT, mnist("dcgan-tf", 200)),
        Recording("short-dcgan", "400 of 20,000 iterations", TOO_SHORT, mnist("dcgan", 400)),
        Recording("short-swift", "100 of 18,000 iterations", TOO_SHORT, mnist("swift-gan", 100)),
        Recording("short-eight", "40 of 100 iterations", TOO_SHORT, digit(40, 8)),
        Recording("discriminator-fast", "D's rate 20 times too high", TOO_SHORT, discriminator_fast),
        Recording("dense", "for 6,000 iterations", TOO_SHORT, dense(6000)),
        Recording(
            "dense-three", "threes, for 3,000 iterations", TOO_SHORT, dataclasses.replace(dense(3000), digits=(3,))
        ),
        Recording("sketch", "small networks, for 600 iterations", TOO_SHORT, sketch),
        Recording("five", "nothing: fives", DONE, digit()),
        Recording("five-deep", "nothing: fives", NOT_THERE, published("digit-gan-deep")),
        Recording("eight-deep", "eights", NOT_THERE, published("digit-gan-deep", digits=(8,))),
        Recording("noisy-labels", "label noise of 0.5, for 200 iterations", NOT_THERE, digit(200, label_noise=0.5)),
        Recording("tutorial", "nothing; stopped after 1,600 iterations", NOT_THERE, published("dcgan-tf"), 1600),
        Recording("art", "nothing; stopped after 4,000 iterations", UNMEASURED, published("art-gan"), 4000),
        Recording("convolutional", "nothing; stopped after 2,000 iterations", UNMEASURED, published("dcgan"), 2000),
        Recording("eight", "eights, for 300 iterations", HEALTHY, digit(300, 8)),
        Recording("tuned-five", "preset tuned: fives", HEALTHY, tuned(5)),
        Recording("tuned-three", "preset tuned: threes", HEALTHY, tuned(3)),
        Recording("swift", "16,529 iterations", HEALTHY, mnist("swift-gan", 16529)),
    ]


def add_two_rates() -> None:
    """Registers the dense GAN with a learning rate for each network."""
    spec = registry.get("dense-gan")

    def build(values: Any, dtype: str) -> Any:
        from ganlab.models import dense_gan
        from ganlab.models._gan import GAN, alternating_update
        from ganlab.models._optimizers import Adam

        return GAN(
            dense_gan.build_generator(values, dtype),
            dense_gan.build_discriminator(values, dtype),
            Adam(values["generator_learning_rate"]),
            Adam(values["discriminator_learning_rate"]),
            alternating_update,
            pixels="signed",
        )

    knobs = [knob for knob in spec.knobs if knob.name != "learning_rate"]
    knobs += [_common.learning_rate(0.001, network) for network in ("generator", "discriminator")]
    registry.register(dataclasses.replace(spec, name=TWO_RATES, knobs=tuple(knobs), build=build))


def find_or_train(recording: Recording, folder: Path) -> Run:
    place = folder / recording.name
    if not place.exists():
        request = dataclasses.replace(recording.request, device="cpu")
        training = jobs.Training(jobs.create_run(request, folder))
        for event in training:
            if recording.stop and isinstance(event, Iterations) and event.iteration >= recording.stop:
                training.stop()
                break
        training.writer.path.rename(place)
    return Run(place)


@cache
def merit_for(dataset: str, digits: tuple[int, ...] | None) -> Merit:
    judge = inference.JUDGES.get(dataset)
    used = data.load(dataset).select(digits)
    return Merit(used, inference.load(judge) if judge else None, SAMPLES, SEARCHED)


def measure(run: Run) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Metrics of samples at every other snapshot and at the end, as in `Evidence`."""
    digits = run.config.digits
    merit = merit_for(run.config.dataset, tuple(digits) if digits else None)
    files = [*layout.snapshots(run.path)[::-EVERY][::-1], *layout.all_weights(run.path)[:1]]
    found: dict[int, dict[str, float]] = {}
    model = GANRun(run, files[0])
    for file in files:
        model.take_weights(file)
        found[model.iteration] = finish(merit.measure(model.sample(merit.count))).figures
    at = np.array(sorted(found), np.int64)
    names = found[int(at[0])]
    return at, {name: np.array([found[int(one)][name] for one in at], np.float32) for name in names}


def until(evidence: Evidence, iteration: int) -> Evidence:
    """What there was to go on after so many iterations."""

    def cut(at: np.ndarray, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {name: values[at <= iteration] for name, values in columns.items()}

    ended = iteration >= evidence.done
    return dataclasses.replace(
        evidence,
        done=min(iteration, evidence.done),
        message=evidence.message if ended else "",
        curves={name: values[: -(-iteration // evidence.step)] for name, values in evidence.curves.items()},
        looked=evidence.looked[evidence.looked <= iteration],
        looks=cut(evidence.looked, evidence.looks),
        measured=evidence.measured[evidence.measured <= iteration],
        quality=cut(evidence.measured, evidence.quality),
        checked=evidence.checked if ended else {},
        validated=evidence.validated[evidence.validated <= iteration],
        validation=cut(evidence.validated, evidence.validation),
    )


def record(recording: Recording, run: Run) -> None:
    """Writes the run's evidence to FOLDER, with metrics measured now where it has none of its own."""
    evidence = diagnosis.gather(run, LOOKS if recording.stop is None else LOOKS * run.done // recording.stop)
    if len(evidence.measured) < FEWEST_MEASURED:
        measured, quality = measure(run)
        evidence = dataclasses.replace(evidence, measured=measured, quality=quality)
    evidence = until(evidence, recording.stop or evidence.done)
    while len(evidence.curves[CURVES[0]]) > MOST_VALUES:
        fewer = {name: values[::2] for name, values in evidence.curves.items()}
        evidence = dataclasses.replace(evidence, step=2 * evidence.step, curves=fewer)
    arrays: dict[str, Any] = {name: getattr(evidence, name) for name in ("family", "done", "total", "message", "step")}
    arrays |= {name: getattr(evidence, name) for name in ("noise", "usual", "rate")}
    arrays |= {"digits": np.array(evidence.digits or (), int)}
    arrays |= {"looked": evidence.looked, "measured": evidence.measured}
    for kind in ("looks", "quality"):
        arrays |= {f"{kind}-{name}": values for name, values in getattr(evidence, kind).items()}
    arrays |= {f"curves-{name}": shorten(evidence.curves[name]) for name in CURVES}
    arrays |= {"expected": recording.expected, "model": run.model, "what": recording.what}
    FOLDER.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FOLDER / f"{recording.name}.npz", **arrays)


def shorten(values: np.ndarray) -> np.ndarray:
    """The values to `DIGITS` significant digits, which compress well."""
    size = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(values.astype(np.float64)), 1e-6))) - DIGITS + 1)
    return (np.round(values / size) * size).astype(np.float32)


def load(file: Path) -> tuple[Evidence, dict[str, str]]:
    """A recorded run's evidence, and its `expected` verdict, `model` and `what` was done to it."""
    with np.load(file, allow_pickle=False) as kept:
        arrays = dict(kept.items())
    columns: dict[str, dict[str, np.ndarray]] = {"curves": {}, "looks": {}, "quality": {}}
    for key, values in arrays.items():
        kind, _, name = key.partition("-")
        if kind in columns:
            columns[kind][name] = values
    evidence = Evidence(
        family=str(arrays["family"]),
        done=int(arrays["done"]),
        total=int(arrays["total"]),
        message=str(arrays["message"]),
        digits=tuple(map(int, arrays["digits"])) or None,
        noise=float(arrays["noise"]),
        usual=int(arrays["usual"]),
        rate=float(arrays["rate"]),
        looked=arrays["looked"],
        measured=arrays["measured"],
        curves=columns["curves"],
        step=int(arrays.get("step", 1)),
        looks=columns["looks"],
        quality=columns["quality"],
    )
    return evidence, {name: str(arrays[name]) for name in ("expected", "model", "what")}


def place(expected: str) -> int:
    """Where a verdict's runs stand in the table: what is broken first, what is good last."""
    order = (TOO_SLOW, TOO_SHORT, DONE, NOT_THERE, UNMEASURED, HEALTHY)
    return order.index(expected) + 1 if expected in order else 0


def table() -> list[str]:
    """What is said of each recorded run at half, three quarters, and the end, as rows of Markdown."""
    lines = ["| run | what was done | half way | three quarters | in the end | why |", "|---|---|---|---|---|---|"]
    for file in sorted(FOLDER.glob("*.npz"), key=lambda file: (place(load(file)[1]["expected"]), file.name)):
        evidence, about = load(file)
        said = [diagnosis.judge(until(evidence, int(share * evidence.done))) for share in (0.5, 0.75, 1.0)]
        cells = [f"`{file.stem}` ({about['model']})", about["what"], *(one.name for one in said), said[-1].why]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=Path, help="the folder of the runs")
    parser.add_argument("--table", action="store_true", help="print the table of what is recorded already")
    parser.add_argument("names", nargs="*", help="only these")
    asked = parser.parse_args()
    if not asked.table:
        if asked.runs is None:
            parser.error("name a folder for the runs with --runs")
        startup.start_tensorflow()
        add_two_rates()
        asked.runs.mkdir(parents=True, exist_ok=True)
        digits = data.load("mnist")
        np.savez(
            asked.runs / TWELVE,
            x_train=digits.x_train[:12],
            y_train=digits.y_train[:12],
            x_test=digits.x_test[:500],
            y_test=digits.y_test[:500],
        )
        for recording in recordings(asked.runs.resolve()):
            if not asked.names or recording.name in asked.names:
                record(recording, find_or_train(recording, asked.runs))
                print(f"{recording.name} recorded", flush=True)
    print("\n".join(table()))


if __name__ == "__main__":
    main()
