"""How fast we train against the best that others offer: `python -m benchmarks.peers dcgan vae`.

The same networks with the same order of updates and batches of the same size learn from the same images, in turns, each
for some seconds. The peers are:

*printed*: the loop that the source prints, where it is another than Keras's `fit`;
*keras fit*: a Keras model and `fit`, as somebody would write it today (benchmarks/peers_keras.py);
*pytorch*: PyTorch at its best (benchmarks/peers_torch.py; `pip install -r requirements-peers.txt`).

A peer that can be run in several ways, such as compiled or not, is tried in each before the turns, and takes part with
the quickest. Compiling and the first iterations are not counted. Before the turns, each peer's networks must
have as many parameters as ours. *faster* is a peer's time for an iteration divided by ours in the same precision: the
median of the turns and their range. The last line of a model does so with the quickest of all peers and the quicker of
our two precisions.

All run in one process, as threads that have nothing to do sleep: in an idle second after a turn of `vae`, TensorFlow's
took 0.1 ms of processor time, and PyTorch's 10 ms. Both libraries have as many threads as there are cores, so other
work on the machine slows them down, PyTorch most, whose threads wait for each other: measure on an idle one.
"""

import argparse
import gc
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks import peers_torch, training
from benchmarks.peers_networks import PEERS
from ganlab import data, registry, startup
from ganlab.errors import GanlabError

MODELS = ("dense-gan", "digit-gan", "dcgan", "dcgan-tf", "vae", "classifier", "inpaint-gan")
PRECISIONS = ("float32", "mixed_bfloat16")
TRIAL_SECONDS = 1.0  # of each way of a peer, before the turns
COMPILING = {"compiled": True, "eager": False}  # PyTorch
FITTING: dict[str, dict[str, Any]] = {  # Keras, whose default is to have XLA compile the step
    "XLA": {},
    "no XLA": {"jit_compile": False},
    "no XLA, 10 steps a call": {"jit_compile": False, "steps_per_execution": 10},
}
Run = Callable[[int], None]
HEAD = f"{'model':13}{'by':11}{'precision':16}{'way':25}{'an iteration':>12}{'faster':>10}{'(range)':>14}"


@dataclass(frozen=True)
class Racer:
    """Who takes part, in which precision, in which of its ways, and so many iterations of it."""

    by: str
    precision: str
    way: str
    run: Run


def check_sizes(name: str, by: str, found: Mapping[str, int]) -> None:
    """Raises GanlabError where a peer's networks, by name, have other numbers of parameters than ours."""
    ours = registry.get(name).parameters
    if dict(found) != dict(ours):
        raise GanlabError(f"The networks of {name} in {by} have {dict(found)} parameters, and ours {dict(ours)}.")


def quickest(ways: Mapping[str, Callable[[], Run]]) -> tuple[str, Run]:
    """The way that is quickest in a short trial; the others are forgotten."""
    best, found = float("inf"), []
    for way, make in ways.items():
        run = make()
        run(3)
        count = max(1, round(TRIAL_SECONDS / training.timed(run, 2)))
        spent = min(training.timed(run, count) for _ in range(2))
        if spent < best:
            best, found = spent, [way, run]
        gc.collect()
    way, run = found
    return way, run


def racers(name: str) -> list[Racer]:
    from benchmarks import peers_keras  # imports TensorFlow

    peers_torch.load_torch().compiler.reset()  # it keeps only so much of what it has compiled
    spec, dataset = registry.get(name), data.load("mnist")
    values, dataset = spec.values("published"), dataset.select(spec.digits)
    images, labels = dataset.x_train, dataset.y_train

    def in_keras(precision: str, how: dict[str, Any]) -> Run:
        peer = peers_keras.Peer(spec, values, images, labels, precision, **how)
        check_sizes(name, "Keras", peer.parameters())
        return peer.run

    def in_torch(precision: str, compiled: bool) -> Run:
        peer = peers_torch.Peer(PEERS[name], spec, values, images, labels, precision, compiled)
        check_sizes(name, "PyTorch", peer.parameters())
        return peer.run

    printed = peers_keras.printed_loop(spec, values, images, labels)
    found = [Racer("printed", "float32", "", printed)] if printed else []
    for precision in PRECISIONS:
        fits = {way: partial(in_keras, precision, how) for way, how in FITTING.items()}
        steps = {way: partial(in_torch, precision, how) for way, how in COMPILING.items()}
        found.append(Racer("keras fit", precision, *quickest(fits)))
        found.append(Racer("pytorch", precision, *quickest(steps)))
        found.append(Racer("ours", precision, "", training.our_loop(spec, values, images, precision, labels)))
    return found


def ratios(theirs: list[float], ours: list[float]) -> str:
    """How many times as fast ours is, turn by turn: the median, and the range."""
    found = [a / b for a, b in zip(theirs, ours, strict=True)]
    return f"{statistics.median(found):9.2f}x{min(found):>9.2f}-{max(found):.2f}"


def race(name: str, turns: int, seconds: float) -> None:
    """Prints a line for each who takes part, and one for the best."""
    taking = racers(name)
    loops = {f"{racer.by}/{racer.precision}": racer.run for racer in taking}
    times = training.by_turns(loops, turns, seconds)
    medians = {key: statistics.median(found) for key, found in times.items()}
    for key, racer in zip(loops, taking, strict=True):
        line = f"{name:13}{racer.by:11}{racer.precision:16}{racer.way:25}{1000 * medians[key]:9.2f} ms"
        print(line + ("" if racer.by == "ours" else ratios(times[key], times[f"ours/{racer.precision}"])), flush=True)
    ours = min((key for key in loops if key.startswith("ours")), key=medians.__getitem__)
    best = min((key for key in loops if not key.startswith("ours")), key=medians.__getitem__)
    print(f"{name:13}{f'the best: {best} against {ours}':64}" + ratios(times[best], times[ours]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=MODELS, help=f"which to measure: {', '.join(MODELS)}")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each who takes part in each turn")
    chosen = parser.parse_args()
    try:
        peers_torch.load_torch()
        startup.start_tensorflow()
        print(HEAD)
        for name in chosen.models:
            race(name, chosen.turns, chosen.seconds)
    except GanlabError as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
