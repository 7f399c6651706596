"""The published models' networks in PyTorch, each with the order of updates that it learns by."""

from collections.abc import Callable
from typing import Any

from benchmarks.peers_torch import Peer, Step, alternating, inpainting, joint, simultaneous


def dense_gan(peer: Peer) -> Step:
    nn, units, slope, latent = peer.nn, peer.values["units"], peer.values["leaky_slope"], peer.values["latent_size"]
    generator = peer.network(
        "generator",
        nn.Linear(latent, units),
        nn.LeakyReLU(slope),
        nn.Linear(units, 784),
        nn.Tanh(),
        nn.Unflatten(1, (1, 28, 28)),
    )
    discriminator = peer.network(
        "discriminator", nn.Flatten(), nn.Linear(784, units), nn.LeakyReLU(slope), nn.Linear(units, 1)
    )
    return alternating(peer, generator, discriminator)


def digit_gan(peer: Peer) -> Step:
    nn, values = peer.nn, peer.values
    maps, judges, slope = values["generator_filters"], values["discriminator_filters"], values["leaky_slope"]
    generator = peer.network(
        "generator",
        nn.Linear(values["latent_size"], 14 * 14 * maps),
        nn.LeakyReLU(slope),
        nn.Unflatten(1, (maps, 14, 14)),
        nn.Conv2d(maps, maps, 5, padding=2),
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(maps, maps, 4, 2, 1),
        nn.LeakyReLU(slope),
        nn.Conv2d(maps, 1, 5, padding=2),
        nn.Tanh(),
    )
    discriminator = peer.network(
        "discriminator",
        nn.Conv2d(1, judges, 4),
        nn.LeakyReLU(slope),
        nn.Flatten(),
        nn.Dropout(values["dropout"]),
        nn.Linear(25 * 25 * judges, 1),
    )
    return joint(peer, generator, discriminator)


def dcgan(peer: Peer) -> Step:
    nn, values = peer.nn, peer.values
    maps, judges, slope = values["generator_filters"], values["discriminator_filters"], values["leaky_slope"]
    generator = peer.network(
        "generator",
        nn.Linear(values["latent_size"], 7 * 7 * 2 * maps),
        nn.Unflatten(1, (2 * maps, 7, 7)),
        nn.ConvTranspose2d(2 * maps, maps, 3, 2, 1, 1),
        peer.normalised(maps),
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(maps, maps // 2, 3, 1, 1),
        peer.normalised(maps // 2),
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(maps // 2, 1, 3, 2, 1, 1),
        nn.Tanh(),
    )
    discriminator = peer.network(
        "discriminator",
        nn.Conv2d(1, judges, 3, 2, 1),
        nn.LeakyReLU(slope),
        nn.Conv2d(judges, 2 * judges, 3, 2, 1),
        peer.normalised(2 * judges),
        nn.LeakyReLU(slope),
        nn.Conv2d(2 * judges, 4 * judges, 3, 2, 1),
        peer.normalised(4 * judges),
        nn.LeakyReLU(slope),
        nn.Flatten(),
        nn.Linear(4 * 4 * 4 * judges, 1),
    )
    return alternating(peer, generator, discriminator)


def dcgan_tf(peer: Peer) -> Step:
    nn, values = peer.nn, peer.values
    maps, judges, slope = values["generator_filters"], values["discriminator_filters"], values["leaky_slope"]
    generator = peer.network(
        "generator",
        nn.Linear(values["latent_size"], 7 * 7 * 2 * maps, bias=False),
        peer.normalised(7 * 7 * 2 * maps, images=False),
        nn.LeakyReLU(slope),
        nn.Unflatten(1, (2 * maps, 7, 7)),
        nn.ConvTranspose2d(2 * maps, maps, 5, 1, 2, bias=False),
        peer.normalised(maps),
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(maps, maps // 2, 5, 2, 2, 1, bias=False),
        peer.normalised(maps // 2),
        nn.LeakyReLU(slope),
        nn.ConvTranspose2d(maps // 2, 1, 5, 2, 2, 1, bias=False),
        nn.Tanh(),
    )
    discriminator = peer.network(
        "discriminator",
        nn.Conv2d(1, judges, 5, 2, 2),
        nn.LeakyReLU(slope),
        nn.Dropout(values["dropout"]),
        nn.Conv2d(judges, 2 * judges, 5, 2, 2),
        nn.LeakyReLU(slope),
        nn.Dropout(values["dropout"]),
        nn.Flatten(),
        nn.Linear(7 * 7 * 2 * judges, 1),
    )
    return simultaneous(peer, generator, discriminator)


def inpaint_gan(peer: Peer) -> Step:
    nn, maps, judges = peer.nn, peer.values["generator_filters"], peer.values["discriminator_filters"]

    def convolution(before: int, after: int, normalise: bool) -> list[Any]:
        return [nn.Conv2d(before, after, 3, padding=1), *[peer.normalised(after)] * normalise, nn.ReLU()]

    def judging(before: int, after: int, stride: int) -> list[Any]:
        return [nn.Conv2d(before, after, 3, stride, 1), nn.LeakyReLU(0.2), nn.Dropout(peer.values["dropout"])]

    generator = peer.network(
        "generator",
        *convolution(1, maps, True),
        nn.AvgPool2d(2),
        *convolution(maps, 2 * maps, True),
        nn.AvgPool2d(2),
        *convolution(2 * maps, 4 * maps, True),
        *convolution(4 * maps, 4 * maps, False),
        nn.Upsample(scale_factor=2),
        *convolution(4 * maps, 2 * maps, False),
        nn.Upsample(scale_factor=2),
        nn.Conv2d(2 * maps, 1, 3, padding=1),
        nn.Tanh(),
    )
    discriminator = peer.network(
        "discriminator",
        *judging(1, judges, 2),
        *judging(judges, 2 * judges, 2),
        *judging(2 * judges, 4 * judges, 1),
        nn.Flatten(),
        nn.Linear(7 * 7 * 4 * judges, 1),
    )
    return inpainting(peer, generator, discriminator)


def vae(peer: Peer) -> Step:
    """Its encoder's last layer gives means and log-variances at once."""
    nn, units, latent = peer.nn, peer.values["units"], peer.values["latent_size"]
    encoder = peer.network("encoder", nn.Flatten(), nn.Linear(784, units), nn.ReLU(), nn.Linear(units, 2 * latent))
    decoder = peer.network("decoder", nn.Linear(latent, units), nn.ReLU(), nn.Linear(units, 784))
    learn = peer.rmsprop(encoder, decoder)

    def bound(batch: Any) -> Any:
        images = peer.unit(batch)
        mean, log_variance = encoder(images).float().chunk(2, dim=1)
        latents = mean + (0.5 * log_variance).exp() * peer.torch.randn_like(mean)
        nats = 784.0 * peer.entropy(decoder(latents), images.flatten(1))
        kl = 0.5 * (log_variance.exp() + mean.square() - 1.0 - log_variance).sum(dim=1)
        return nats + peer.values["kl_weight"] * kl.mean()

    loss = peer.made(bound)
    return lambda: learn(loss(peer.batch()))


def classifier(peer: Peer) -> Step:
    nn, maps, units = peer.nn, peer.values["filters"], peer.values["units"]

    def convolution(before: int, after: int, stride: int) -> list[Any]:
        return [nn.Conv2d(before, after, 3, stride, 1), nn.ReLU(), nn.Dropout(peer.values["dropout"])]

    network = peer.network(
        "classifier",
        *convolution(1, maps, 2),
        *convolution(maps, 2 * maps, 2),
        *convolution(2 * maps, 4 * maps, 1),
        nn.Flatten(),
        nn.Linear(7 * 7 * 4 * maps, units),
        nn.ReLU(),
        nn.Linear(units, 10),
    )
    learn = peer.adam(network)
    loss = peer.made(lambda images, labels: peer.functional.cross_entropy(network(peer.signed(images)).float(), labels))

    def step() -> None:
        chosen = next(peer.draws[0])
        learn(loss(peer.images[chosen], peer.labels[chosen]))

    return step


PEERS: dict[str, Callable[[Peer], Step]] = {
    "dense-gan": dense_gan,
    "digit-gan": digit_gan,
    "dcgan": dcgan,
    "dcgan-tf": dcgan_tf,
    "vae": vae,
    "classifier": classifier,
    "inpaint-gan": inpaint_gan,
}
