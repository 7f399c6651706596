"""The published models in PyTorch, as it is written where speed counts: what `benchmarks.peers` compares with.

Images stay where the networks are, as uint8, in PyTorch's order of dimensions with channels last in memory. Losses take
logits, Adam is the fused one, bfloat16 is autocast, and numbers too small for full precision count as 0, as they do in
TensorFlow. Networks and losses can be compiled (`torch.compile`), together with the scaling of images and the noise;
of optimisers, those that have no fused form are.

Sizes, order of updates, normalisation's constants and optimisers are those of ganlab's `published` presets. Where a
convolution halves an image, PyTorch pads both sides and Keras one, which is as much work.
"""

import importlib
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ganlab.errors import GanlabError
from ganlab.registry import ModelSpec, Order

Step = Callable[[], None]


def load_torch() -> Any:
    """PyTorch, on all cores; raises GanlabError where it is not installed."""
    try:
        torch = importlib.import_module("torch")
    except ModuleNotFoundError as error:
        words = "PyTorch, which is compared with, is not installed: pip install -r requirements-peers.txt"
        raise GanlabError(words) from error
    torch._logging.set_logs(all=logging.ERROR)  # what it says of its own steps as it compiles them
    config: Any = importlib.import_module("torch._dynamo.config")
    config.recompile_limit = 32
    config.fail_on_recompile_limit_hit = True  # else it goes on without compiling
    torch.set_num_threads(os.cpu_count() or 1)
    torch.set_flush_denormal(True)
    return torch


class Peer:
    """A model's networks, by name, and `step`, which does one iteration; `build` makes both.

    `images` are uint8 `[n, 28, 28]`, `labels` uint8 `[n]`; `precision` is float32 or mixed_bfloat16, as in ganlab.
    """

    def __init__(
        self,
        build: Callable[["Peer"], Step],
        spec: ModelSpec,
        values: Mapping[str, Any],
        images: np.ndarray,
        labels: np.ndarray,
        precision: str,
        compiled: bool,
    ) -> None:
        self.torch, self.values, self.compiled = load_torch(), values, compiled
        self.nn, self.functional = self.torch.nn, self.torch.nn.functional
        self.half = precision != "float32"
        self.images = self.torch.tensor(images).unsqueeze(1)
        self.labels = self.torch.tensor(labels).long()
        self.size = int(values["batch_size"])
        self.ones, self.zeros = self.torch.ones(self.size, 1), self.torch.zeros(self.size, 1)
        self.draws = [self.indices(order) for order in spec.draws]
        self.networks: dict[str, Any] = {}
        self.step = build(self)

    def run(self, count: int) -> None:
        for _ in range(count):
            self.step()

    def parameters(self) -> dict[str, int]:
        """How many numbers each network holds, moving statistics included, as Keras counts them."""
        return {
            name: sum(t.numel() for t in network.state_dict().values() if t.is_floating_point())
            for name, network in self.networks.items()
        }

    def indices(self, order: Order) -> Iterator[Any]:
        """Which images one batch after the other holds, int64 `[n]`."""
        torch, n = self.torch, len(self.images)
        start = 0
        while True:
            if order == "replacement":
                yield torch.randint(n, (self.size,))
            elif order == "file":
                yield torch.arange(start, start + self.size) % n
                start += self.size
            else:
                yield from reversed(
                    torch.randperm(n).split(self.size)
                )  # a smaller one first: compiled before it counts

    def batch(self, draw: int = 0) -> Any:
        """uint8 `[n, 1, 28, 28]`."""
        return self.images[next(self.draws[draw])]

    def network(self, name: str, *layers: Any) -> Any:
        made = self.nn.Sequential(*layers).to(memory_format=self.torch.channels_last)
        self.networks[name] = made
        return made

    def made(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the networks in the precision asked for, compiled if it is to be."""
        work = self.torch.compile(function, dynamic=False) if self.compiled else function

        def run(*given: Any) -> Any:
            with self.torch.autocast("cpu", self.torch.bfloat16, enabled=self.half):
                return work(*given)

        return run

    def signed(self, images: Any) -> Any:
        return images.float() / 127.5 - 1.0

    def unit(self, images: Any) -> Any:
        return images.float() / 255.0

    def noise(self, n: int = 0) -> Any:
        return self.torch.randn(n or self.size, self.values["latent_size"])

    def entropy(self, logits: Any, labels: Any) -> Any:
        return self.functional.binary_cross_entropy_with_logits(logits.float(), labels)

    def normalised(self, maps: int, images: bool = True) -> Any:
        kind = self.nn.BatchNorm2d if images else self.nn.BatchNorm1d
        return kind(maps, eps=1e-3, momentum=0.01)  # Keras's constants

    def adam(self, *networks: Any, rate: str = "learning_rate", beta_1: float = 0.9) -> Callable[[Any], None]:
        optimizer = self.torch.optim.Adam(of_all(networks), self.values[rate], (beta_1, 0.999), 1e-7, fused=True)
        return self.descent(optimizer, optimizer.step)

    def rmsprop(self, *networks: Any) -> Callable[[Any], None]:
        optimizer = self.torch.optim.RMSprop(of_all(networks), self.values["learning_rate"], 0.9, 1e-7)
        return self.descent(optimizer, self.torch.compile(optimizer.step) if self.compiled else optimizer.step)

    def descent(self, optimizer: Any, step: Step) -> Callable[[Any], None]:
        """A function of a loss that has it brought down by one step."""

        def descend(loss: Any) -> None:
            optimizer.zero_grad()
            loss.backward()
            step()

        return descend


def of_all(networks: tuple[Any, ...]) -> list[Any]:
    return [parameter for network in networks for parameter in network.parameters()]


@contextmanager
def frozen(network: Any) -> Iterator[None]:
    """While gradients only pass through a network."""
    network.requires_grad_(False)
    yield
    network.requires_grad_(True)


# Updates


def alternating(peer: Peer, generator: Any, discriminator: Any) -> Step:
    """GANs in Action: the discriminator on real images, then on fakes as the generator predicts them; then the
    generator."""
    learn, fool = peer.adam(discriminator), peer.adam(generator)
    drawn = peer.made(lambda noise: generator(noise))
    of_reals = peer.made(lambda images: peer.entropy(discriminator(peer.signed(images)), peer.ones))
    of_fakes = peer.made(lambda images: peer.entropy(discriminator(images), peer.zeros))
    fooling = peer.made(lambda noise: peer.entropy(discriminator(generator(noise)), peer.ones))

    def step() -> None:
        generator.eval()
        with peer.torch.no_grad():
            fakes = drawn(peer.noise())
        generator.train()
        learn(of_reals(peer.batch()))
        learn(of_fakes(fakes))
        with frozen(discriminator):
            fool(fooling(peer.noise()))

    return step


def joint(peer: Peer, generator: Any, discriminator: Any) -> Step:
    """Advanced Deep Learning with R: the discriminator on fakes and real images together, with noisy labels; then the
    generator on the same fakes."""
    torch, size, spread = peer.torch, (peer.size, 1), peer.values["label_noise"]
    learn, fool = peer.rmsprop(discriminator), peer.rmsprop(generator)
    drawn = peer.made(lambda noise: generator(noise))

    def labels(low: float) -> Any:
        return low + spread * torch.rand(size)

    def both(fakes: Any, reals: Any) -> Any:
        answers = discriminator(torch.cat([fakes, peer.unit(reals)]))
        return peer.entropy(answers, torch.cat([labels(1.0 - spread), labels(0.0)]))

    judged = peer.made(both)
    fooling = peer.made(lambda fakes: peer.entropy(discriminator(fakes), labels(0.0)))

    def step() -> None:
        fakes = drawn(peer.noise())
        learn(judged(fakes.detach(), peer.batch()))
        with frozen(discriminator):
            fool(fooling(fakes))

    return step


def simultaneous(peer: Peer, generator: Any, discriminator: Any) -> Step:
    """The TensorFlow tutorial: one batch of fakes serves both networks, and both gradients are taken before either is
    applied."""
    torch = peer.torch
    if peer.compiled:
        config: Any = importlib.import_module("torch._functorch.config")
        config.donated_buffer = False  # there are two gradients of one pass
    drawn, judged = peer.made(lambda noise: generator(noise)), peer.made(lambda images: discriminator(images))
    of_reals = peer.made(lambda images: discriminator(peer.signed(images)))
    learners = {network: list(network.parameters()) for network in (generator, discriminator)}
    optimizers = [
        torch.optim.Adam(parameters, peer.values["learning_rate"], eps=1e-7, fused=True)
        for parameters in learners.values()
    ]

    def step() -> None:
        fakes = drawn(peer.noise())
        real, fake = of_reals(peer.batch()), judged(fakes)
        wrong = peer.entropy(real, torch.ones_like(real)) + peer.entropy(fake, peer.zeros)
        gradients = torch.autograd.grad(wrong, learners[discriminator], retain_graph=True)
        fooled = torch.autograd.grad(peer.entropy(fake, peer.ones), learners[generator])
        for network, found in ((generator, fooled), (discriminator, gradients)):
            for parameter, gradient in zip(learners[network], found, strict=True):
                parameter.grad = gradient
        for optimizer in optimizers:
            optimizer.step()

    return step


def inpainting(peer: Peer, generator: Any, discriminator: Any) -> Step:
    """Python Deep Learning Projects: the discriminator on real images and repairs of others together; then the
    generator on images with new holes."""
    torch, values = peer.torch, peer.values
    learn = peer.adam(discriminator, rate="discriminator_learning_rate", beta_1=values["beta_1"])
    fool = peer.adam(generator, rate="generator_learning_rate", beta_1=values["beta_1"])
    labels, places = torch.cat([0.9 * peer.ones, peer.zeros]), torch.arange(28)
    size, low, high = values["hole_size"], values["hole_low"], values["hole_high"]

    def damaged(images: Any) -> Any:
        starts = torch.randint(low, high + 1, (2, len(images), 1))
        inside = (places >= starts) & (places < starts + size)
        return torch.where((inside[0][:, :, None] & inside[1][:, None, :])[:, None], -1.0, peer.signed(images))

    def both(reals: Any, repairs: Any) -> Any:
        return peer.entropy(discriminator(torch.cat([peer.signed(reals), repairs])), labels)

    repaired = peer.made(lambda images: generator(damaged(images)))
    judged = peer.made(both)
    fooling = peer.made(lambda images: peer.entropy(discriminator(generator(damaged(images))), peer.ones))

    def step() -> None:
        with torch.no_grad():
            repairs = repaired(peer.batch(1))
        learn(judged(peer.batch(0), repairs))
        with frozen(discriminator):
            fool(fooling(peer.batch(2)))

    return step
