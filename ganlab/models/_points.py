"""GANs and autoencoders whose data are points of the plane: everything about them can be seen at once."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlab.models._base import LiveModel, average, fold
from ganlab.registry import Moment

COMPANIONS = 8  # packs in which a place is judged where the discriminator judges several points at once
FAR = 60_000.0  # the largest number that half precision keeps is a little above it


class PointsModel(LiveModel):
    """A model that makes points, float32 `[n, 2]`, from latents, float32 `[n, latent_size]`, and says of each place of
    the plane what it thinks of it.

    `extent` is half the side of the square that is shown. The points that are followed in every iteration, and the
    lattice of latents whose places are shown, are always the same.
    """

    kept_type = tf.float16
    probability = False  # whether `judge` gives logits of being real

    def __init__(
        self,
        networks: dict[str, keras.Model],
        optimizers: dict[str, keras.optimizers.Optimizer],
        moment: Moment,
        latent_size: int,
        uniform: bool = False,
    ) -> None:
        super().__init__(networks, optimizers, pixels="unit")
        self.moment, self.latent_size, self.uniform = moment, latent_size, uniform
        self.kept_shape = (moment.points, 2)
        self.extent = 5.0
        self.companions: tf.Tensor | None = None
        self.followed = tf.constant(self.preview_inputs(moment.points, 0))
        self.lattice = tf.constant(self._lattice())

    @property
    def sampler(self) -> keras.Model:
        """The network that makes points."""
        raise NotImplementedError

    def judge(self, points: tf.Tensor) -> tf.Tensor:
        """What the model gives at places `[n, 2]`, float32 `[n]`; higher is more like the data."""
        raise NotImplementedError

    def p_real_at(self, points: tf.Tensor) -> tf.Tensor:
        """What people are told of places `[n, 2]`, float32 `[n]`: the probability of being real where there is one."""
        return tf.sigmoid(self.judge(points)) if self.probability else self.judge(points)

    def push(self, points: tf.Tensor) -> tf.Tensor:
        """Along which way each generated point `[n, 2]` would have to move, and how strongly, float32 `[n, 2]`."""
        raise NotImplementedError

    def draw(self, latents: tf.Tensor) -> tf.Tensor:
        """Points, float32 `[n, 2]`, without changing anything."""
        return tf.cast(self.sampler(latents, training=False), tf.float32)

    def kept(self, generated: tf.Tensor) -> tf.Tensor:
        """The points that are followed, float16 `[points, 2]`."""
        return _half(self.draw(self.followed))

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents, float32 `[n, latent_size]`; the first of them are the same for every larger n."""
        drawn = np.random.default_rng(seed)
        if self.uniform:
            return drawn.uniform(-1.0, 1.0, [n, self.latent_size]).astype(np.float32)
        return drawn.standard_normal([n, self.latent_size], np.float32)

    def preview(self, inputs: tf.Tensor) -> tf.Tensor:
        """Points, float32 `[n, 2]`, from latents float32 `[n, latent_size]`."""
        return self.draw(inputs)

    def noise(self, n: tf.Tensor | int, key: tf.Tensor) -> tf.Tensor:
        if self.uniform:
            return tf.random.stateless_uniform([n, self.latent_size], key, -1.0, 1.0)
        return tf.random.stateless_normal([n, self.latent_size], key)

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        """The places that are judged, float32 `[heat * heat, 2]`, from the top left corner of the square to its bottom
        right one, in rows."""
        steps = np.linspace(-self.extent, self.extent, self.moment.heat, dtype=np.float32)
        if len(test):  # else they are in the middle
            chosen = np.random.default_rng(seed).integers(0, len(test), COMPANIONS)
            self.companions = tf.constant(np.asarray(test, np.float32)[chosen])
        return np.stack(np.meshgrid(steps, -steps), axis=-1).reshape(-1, 2).astype(np.float32)

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """What `Moment` says, float16 `[size]`."""
        nodes, points = self.draw(self.lattice), self.draw(self.followed)
        parts = (self.judge(inputs), nodes, self.push(points))
        return tf.concat([tf.reshape(_half(part), [-1]) for part in parts], axis=0), None

    def _lattice(self) -> np.ndarray:
        """Latents, float32 `[nodes * nodes, latent_size]`, that divide the first two numbers evenly, as they are drawn;
        all others are in the middle."""
        from scipy.special import ndtri

        side = self.moment.nodes
        shares = np.linspace(0.02, 0.98, side)
        steps = 2.0 * shares - 1.0 if self.uniform else ndtri(shares)
        found = np.zeros([side * side, self.latent_size], np.float32)
        spread = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        width = min(2, self.latent_size)
        found[:, :width] = spread[:, :width]
        return found


def _half(numbers: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.clip_by_value(numbers, -FAR, FAR), tf.float16)


class PlaneGAN(PointsModel):
    """A generator and a discriminator of points, trained with one of the losses in `LOSSES`.

    `values` are the settings of `ganlab.models.plane_gan`. Those that may be turned while it trains are variables.
    """

    LIVE = ("generator_updates", "discriminator_updates", "instance_noise", "penalty", "r1")

    def __init__(
        self,
        generator: keras.Model,
        averaged: keras.Model | None,
        discriminator: keras.Model,
        generator_optimizer: keras.optimizers.Optimizer,
        discriminator_optimizer: keras.optimizers.Optimizer,
        values: Mapping[str, Any],
        moment: Moment,
    ) -> None:
        super().__init__(
            {"generator": generator, **({"averaged": averaged} if averaged else {}), "discriminator": discriminator},
            {"generator": generator_optimizer, "discriminator": discriminator_optimizer},
            moment,
            values["latent_size"],
            values["noise"] == "uniform",
        )
        self.kind, self.packing, self.unrolling = values["loss"], values["packing"], values["unrolling"]
        self.unrolled_rate, self.clip = values["unrolled_rate"], values["clip"]
        self.averaging = values["averaging"]
        self.critic = self.kind.startswith("wasserstein")
        self.probability = not self.critic and self.kind != "least-squares"
        self.knobs: dict[str, tf.Variable] = {}
        for name in self.LIVE:
            kind = tf.int32 if name.endswith("_updates") else tf.float32
            self.knobs[name] = tf.Variable(values[name], dtype=kind, trainable=False, name=name)
        # What costs is left out where it is not used from the start and is not the loss's own.
        self.uses_penalty = self.kind == "wasserstein-penalty"

    @property
    def generator(self) -> keras.Model:
        return self.networks["generator"]

    @property
    def sampler(self) -> keras.Model:
        return self.networks.get("averaged", self.generator)

    @property
    def discriminator(self) -> keras.Model:
        return self.networks["discriminator"]

    def call(self, latents, training=None):
        """Points, float32 `[n, 2]`, from latents `[n, latent_size]`."""
        return self.sampler(latents, training=training)

    def turn(self, name: str, value: float) -> None:
        if name in self.knobs:
            self.knobs[name].assign(tf.cast(value, self.knobs[name].dtype))
        else:
            super().turn(name, value)

    def judge(self, points: tf.Tensor) -> tf.Tensor:
        """What the discriminator gives at places `[n, 2]`, float32 `[n]`: logits, or a critic's score. Where it judges
        points in packs, the mean over packs of which the others are real."""
        if self.packing == 1:
            return self.discriminator(points, training=False)[:, 0]
        others = self.companions if self.companions is not None else tf.zeros([COMPANIONS, 2])
        found = []
        for number in range(COMPANIONS):
            beside = tf.reshape(
                tf.gather(others, [(number + k) % COMPANIONS for k in range(self.packing - 1)]), [1, -1]
            )
            packs = tf.concat([points, tf.repeat(beside, tf.shape(points)[0], axis=0)], axis=1)
            found.append(self.discriminator(packs, training=False)[:, 0])
        return tf.add_n(found) / COMPANIONS

    def push(self, points: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(points)
            loss = tf.reduce_sum(self.fooling(self.judge(points)))
        return -tape.gradient(loss, points)

    # Losses: of reals and of fakes for the discriminator, and for the generator; outputs are `[n]`.

    def telling(self, reals: tf.Tensor, fakes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The discriminator's loss on its outputs for reals and for fakes, each `[n]`."""
        if self.kind == "least-squares":
            return (reals - 1.0) ** 2, fakes**2
        if self.kind == "hinge":
            return tf.nn.relu(1.0 - reals), tf.nn.relu(1.0 + fakes)
        if self.critic:
            return -reals, fakes
        return tf.nn.softplus(-reals), tf.nn.softplus(fakes)

    def fooling(self, fakes: tf.Tensor) -> tf.Tensor:
        """The generator's loss on the discriminator's outputs for fakes, `[n]`."""
        if self.kind == "minimax":
            return -tf.nn.softplus(fakes)
        if self.kind == "non-saturating":
            return tf.nn.softplus(-fakes)
        if self.kind == "least-squares":
            return (fakes - 1.0) ** 2
        return -fakes

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """As often as is set, the discriminator learns from the batch and from new fakes; then, as often as is set,
        the generator from new noise."""
        reals = tf.cast(batches[0], tf.float32)
        n = tf.shape(reals)[0]
        start = self.generator(self.noise(n, fold(key, 0)), training=True)
        before = self._outputs(reals, start, fold(key, 1))

        def tell(number: tf.Tensor, d_real: tf.Tensor, d_fake: tf.Tensor) -> tuple[tf.Tensor, ...]:
            own = fold(fold(key, 2), number)
            fakes = self.generator(self.noise(n, fold(own, 0)), training=True)
            variables = self.discriminator.trainable_variables
            with tf.GradientTape() as tape:
                d_real, d_fake, extra = self._discriminator_loss(None, reals, fakes, own)
                loss = d_real + d_fake + extra
            self.optimizers["discriminator"].apply(tape.gradient(loss, variables), variables)
            if self.kind == "wasserstein-clipping":
                for variable in variables:
                    variable.assign(tf.clip_by_value(variable, -self.clip, self.clip))
            return number + 1, d_real, d_fake

        def fool(number: tf.Tensor, g_loss: tf.Tensor) -> tuple[tf.Tensor, ...]:
            own = fold(fold(key, 3), number)
            variables = self.generator.trainable_variables
            with tf.GradientTape() as tape:
                fakes = self.generator(self.noise(n, fold(own, 0)), training=True)
                weights = self._unrolled(reals, fakes, own)
                outputs = self._judged(weights, self._noised(fakes, fold(own, 1)))
                g_loss = tf.reduce_mean(self.fooling(outputs))
            self.optimizers["generator"].apply(tape.gradient(g_loss, variables), variables)
            if self.averaging:
                average(self.sampler, self.generator, self.averaging, self.optimizers["generator"].iterations)
            return number + 1, g_loss

        d_real, d_fake = (tf.reduce_mean(part) for part in self.telling(*before))
        g_loss = tf.reduce_mean(self.fooling(before[1]))
        _, d_real, d_fake = tf.while_loop(
            lambda number, *_: number < self.knobs["discriminator_updates"], tell, (tf.constant(0), d_real, d_fake)
        )
        _, g_loss = tf.while_loop(
            lambda number, *_: number < self.knobs["generator_updates"], fool, (tf.constant(0), g_loss)
        )
        shown = [tf.reduce_mean(tf.sigmoid(part) if self.probability else part) for part in before]
        curves = {
            "generator_loss": g_loss,
            "discriminator_loss": d_real + d_fake,
            "p_real_of_reals": shown[0],
            "p_real_of_fakes": shown[1],
        }
        return curves, start

    def _outputs(self, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The discriminator's outputs for reals and fakes, `[n / packing]` each, in one pass."""
        both = tf.concat([self._noised(reals, fold(key, 0)), self._noised(fakes, fold(key, 1))], axis=0)
        first, second = tf.split(self._judged(None, both), 2)
        return first, second

    def _noised(self, points: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        return points + self.knobs["instance_noise"] * tf.random.stateless_normal(tf.shape(points), key)

    def _judged(self, weights: list[tf.Tensor] | None, points: tf.Tensor) -> tf.Tensor:
        """The outputs, `[n / packing]`, for points `[n, 2]`, with these weights in place of the discriminator's own."""
        packs = tf.reshape(points, [-1, 2 * self.packing])
        if weights is None:
            return self.discriminator(packs, training=True)[:, 0]
        return self.discriminator.stateless_call(weights, [], packs, training=True)[0][:, 0]

    def _discriminator_loss(
        self, weights: list[tf.Tensor] | None, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """On reals, on fakes, and what penalties add."""
        reals, fakes = self._noised(reals, fold(key, 2)), self._noised(fakes, fold(key, 3))
        outputs = tf.split(self._judged(weights, tf.concat([reals, fakes], axis=0)), 2)
        d_real, d_fake = (tf.reduce_mean(part) for part in self.telling(*outputs))
        extra = tf.constant(0.0)
        if self.uses_penalty:  # Gulrajani and others, 2017: the slope between reals and fakes is to be 1
            mix = tf.random.stateless_uniform([tf.shape(reals)[0], 1], fold(key, 4))
            slope = self._slopes(weights, reals + mix * (fakes - reals))
            extra += self.knobs["penalty"] * tf.reduce_mean((tf.sqrt(slope + 1e-12) - 1.0) ** 2)
        if weights is None:
            r1 = self.knobs["r1"]  # Mescheder, Geiger and Nowozin, 2018; its passes are skipped while it weighs nothing
            extra += tf.cond(
                r1 > 0.0, lambda: 0.5 * r1 * tf.reduce_mean(self._slopes(weights, reals)), lambda: tf.constant(0.0)
            )
        return d_real, d_fake, extra

    def _slopes(self, weights: list[tf.Tensor] | None, points: tf.Tensor) -> tf.Tensor:
        """The discriminator's squared slope at each pack, `[n / packing]`."""
        with tf.GradientTape() as tape:
            tape.watch(points)
            outputs = tf.reduce_sum(self._judged(weights, points))
        slope = tape.gradient(outputs, points)
        return tf.reduce_sum(tf.reshape(slope, [-1, 2 * self.packing]) ** 2, axis=1)

    def _unrolled(self, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor) -> list[tf.Tensor] | None:
        """The discriminator's weights after it would have answered these fakes so many times, as a function of the
        fakes (Metz and others, 2017); None where the generator does not look ahead."""
        if not self.unrolling:
            return None
        weights = [tf.convert_to_tensor(variable) for variable in self.discriminator.trainable_variables]
        for _ in range(self.unrolling):
            with tf.GradientTape() as tape:
                tape.watch(weights)
                loss = tf.add_n(list(self._discriminator_loss(weights, reals, fakes, key)))
            slopes = tape.gradient(loss, weights)
            weights = [w - self.unrolled_rate * slope for w, slope in zip(weights, slopes, strict=True)]
        return weights
