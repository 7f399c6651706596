"""GANs whose data are points of the plane; each iteration is made of stages that slow motion does one by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from ganlab.models import _common, _draws
from ganlab.models._base import average, fold
from ganlab.models._points import COMPANIONS, PointsModel
from ganlab.models._stage import Stage
from ganlab.models._unrolling import steps_of
from ganlab.registry import Moment

Batches = tuple[tf.Tensor, ...]


class Telling(NamedTuple):
    """What the discriminator learns in an update: its outputs for reals and fakes, `[n / packing]` each, its mean
    losses on them and what penalties add, and the slopes of all of it in its weights."""

    of_reals: tf.Tensor
    of_fakes: tf.Tensor
    d_real: tf.Tensor
    d_fake: tf.Tensor
    penalty: tf.Tensor
    slopes: list[tf.Tensor]


class Fooling(NamedTuple):
    """What the generator learns in an update: its points `[n, 2]`, the outputs for them, `[n / packing]`, its mean
    loss, and the loss's slopes in its weights."""

    fakes: tf.Tensor
    outputs: tf.Tensor
    loss: tf.Tensor
    slopes: list[tf.Tensor]


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
        self.probability = not _common.scores(values)
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

    def doubting(self, reals: tf.Tensor) -> tf.Tensor:
        """The part of the generator's loss, `[n]`, that the discriminator's outputs for reals make where it looks
        ahead: the mirror image of `fooling`."""
        return self.fooling(1.0 - reals if self.kind == "least-squares" else -reals)

    # The stages of an iteration: `step` does them in one graph, `slowly` one by one.

    def make(self, noise: tf.Tensor) -> tf.Tensor:
        """The points `[n, 2]` that the generator makes of noise while it learns."""
        return self.generator(noise, training=True)

    def answers(self, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The discriminator's outputs for reals and fakes, `[n / packing]` each, in one pass."""
        both = tf.concat([self._noised(reals, fold(key, 0)), self._noised(fakes, fold(key, 1))], axis=0)
        first, second = tf.split(self._judged(None, both), 2)
        return first, second

    def update_key(self, network: str, key: tf.Tensor, number: tf.Tensor | int) -> tf.Tensor:
        """The key of a network's update, by its number from 0."""
        return fold(fold(key, 2 if network == "discriminator" else 3), number)

    def update_noise(self, n: tf.Tensor | int, own: tf.Tensor) -> tf.Tensor:
        """What the fakes of an update are made of."""
        return self.noise(n, fold(own, 0))

    def tell(self, reals: tf.Tensor, fakes: tf.Tensor, own: tf.Tensor) -> Telling:
        """What the discriminator learns from these points."""
        with tf.GradientTape() as tape:
            outputs, (d_real, d_fake, penalty) = self._discriminator_loss(None, reals, fakes, own)
            loss = d_real + d_fake + penalty
        slopes = tape.gradient(loss, self.discriminator.trainable_variables)
        return Telling(*outputs, d_real, d_fake, penalty, slopes)

    def fool(self, reals: tf.Tensor, noise: tf.Tensor, own: tf.Tensor) -> Fooling:
        """What the generator learns from what the discriminator says of the points it makes of noise."""
        with tf.GradientTape() as tape:
            fakes = self.make(noise)
            outputs, loss = self.foreseen(reals, fakes, own)
        return Fooling(fakes, outputs, loss, tape.gradient(loss, self.generator.trainable_variables))

    def foreseen(self, reals: tf.Tensor, fakes: tf.Tensor, own: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The outputs for fakes that the generator learns from, `[n / packing]`, and its mean loss. Where it looks
        ahead, they are those that the discriminator would then have, and what it would then say of reals counts, too:
        its answers to the fakes change both."""
        weights = self._unrolled(reals, fakes, own)
        outputs = self._judged(weights, self._noised(fakes, fold(own, 1)))
        loss = tf.reduce_mean(self.fooling(outputs))
        if weights is not None:  # else reals do not depend on the generator
            loss += tf.reduce_mean(self.doubting(self._judged(weights, self._noised(reals, fold(own, 5)))))
        return outputs, loss

    def learn(self, network: str, slopes: list[tf.Tensor]) -> None:
        """The step that a network's optimiser makes of its slopes, and what follows from it."""
        variables = self.trained_by(network)
        self.optimizers[network].apply(slopes, variables)
        if network == "discriminator" and self.kind == "wasserstein-clipping":
            for variable in variables:
                variable.assign(tf.clip_by_value(variable, -self.clip, self.clip))
        if network == "generator" and self.averaging:
            average(self.sampler, self.generator, self.averaging, self.optimizers["generator"].iterations)

    def shown(self, outputs: tf.Tensor) -> tf.Tensor:
        """The mean of outputs as people are told of it: as P(real) where there is such a thing."""
        return tf.reduce_mean(tf.sigmoid(outputs) if self.probability else outputs)

    def step(self, batches: Batches, key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """As often as is set, the discriminator learns from the batch and from new fakes; then, as often as is set,
        the generator from new noise."""
        reals = tf.cast(batches[0], tf.float32)
        n = tf.shape(reals)[0]
        start = self.make(self.noise(n, fold(key, 0)))
        before = self.answers(reals, start, fold(key, 1))

        def tell(number: tf.Tensor, d_real: tf.Tensor, d_fake: tf.Tensor) -> tuple[tf.Tensor, ...]:
            own = self.update_key("discriminator", key, number)
            told = self.tell(reals, self.make(self.update_noise(n, own)), own)
            self.learn("discriminator", told.slopes)
            return number + 1, told.d_real, told.d_fake

        def fool(number: tf.Tensor, g_loss: tf.Tensor) -> tuple[tf.Tensor, ...]:
            own = self.update_key("generator", key, number)
            fooled = self.fool(reals, self.update_noise(n, own), own)
            self.learn("generator", fooled.slopes)
            return number + 1, fooled.loss

        d_real, d_fake = (tf.reduce_mean(part) for part in self.telling(*before))
        g_loss = tf.reduce_mean(self.fooling(before[1]))
        _, d_real, d_fake = tf.while_loop(
            lambda number, *_: number < self.knobs["discriminator_updates"], tell, (tf.constant(0), d_real, d_fake)
        )
        _, g_loss = tf.while_loop(
            lambda number, *_: number < self.knobs["generator_updates"], fool, (tf.constant(0), g_loss)
        )
        curves = {
            "generator_loss": g_loss,
            "discriminator_loss": d_real + d_fake,
            "p_real_of_reals": self.shown(before[0]),
            "p_real_of_fakes": self.shown(before[1]),
        }
        return curves, start

    def slowly(
        self, batches: Batches, key: tf.Tensor, learns: bool = True, unknown: Sequence[str] = ()
    ) -> Iterator[Stage]:
        from ganlab.models._points_slowly import stages

        return stages(self, batches, key, learns)

    def _noised(self, points: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
        return points + self.knobs["instance_noise"] * _draws.normal(tf.shape(points), key)

    def _judged(self, weights: list[tf.Tensor] | None, points: tf.Tensor) -> tf.Tensor:
        """The outputs, `[n / packing]`, for points `[n, 2]`, with these weights in place of the discriminator's own."""
        packs = tf.reshape(points, [-1, 2 * self.packing])
        if weights is None:
            return self.discriminator(packs, training=True)[:, 0]
        return self.discriminator.stateless_call(weights, [], packs, training=True)[0][:, 0]

    def _discriminator_loss(
        self, weights: list[tf.Tensor] | None, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor
    ) -> tuple[tuple[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor, tf.Tensor]]:
        """The outputs for reals and for fakes; the losses on reals, on fakes, and what penalties add."""
        reals, fakes = self._noised(reals, fold(key, 2)), self._noised(fakes, fold(key, 3))
        of_reals, of_fakes = tf.split(self._judged(weights, tf.concat([reals, fakes], axis=0)), 2)
        d_real, d_fake = (tf.reduce_mean(part) for part in self.telling(of_reals, of_fakes))
        extra = tf.constant(0.0)
        if self.uses_penalty:  # Gulrajani and others, 2017: the slope between reals and fakes is to be 1
            mix = _draws.uniform([tf.shape(reals)[0] // self.packing, 1], fold(key, 4))
            mix = tf.repeat(mix, self.packing, axis=0)  # a pack is one input, which has one place between the two
            slope = self._slopes(weights, reals + mix * (fakes - reals))
            extra += self.knobs["penalty"] * tf.reduce_mean((tf.sqrt(slope + 1e-12) - 1.0) ** 2)
        if weights is None:
            r1 = self.knobs["r1"]  # Mescheder, Geiger and Nowozin, 2018; its passes are skipped while it weighs nothing
            extra += tf.cond(
                r1 > 0.0, lambda: 0.5 * r1 * tf.reduce_mean(self._slopes(weights, reals)), lambda: tf.constant(0.0)
            )
        return (of_reals, of_fakes), (d_real, d_fake, extra)

    def _slopes(self, weights: list[tf.Tensor] | None, points: tf.Tensor) -> tf.Tensor:
        """The discriminator's squared slope at each pack, `[n / packing]`."""
        with tf.GradientTape() as tape:
            tape.watch(points)
            outputs = tf.reduce_sum(self._judged(weights, points))
        slope = tape.gradient(outputs, points)
        return tf.reduce_sum(tf.reshape(slope, [-1, 2 * self.packing]) ** 2, axis=1)

    def _unrolled(self, reals: tf.Tensor, fakes: tf.Tensor, key: tf.Tensor) -> list[tf.Tensor] | None:
        """The discriminator's weights after it would have answered these fakes so many times, with the steps of its
        own optimiser, as a function of the fakes (Metz and others, 2017); None where the generator does not look
        ahead."""
        if not self.unrolling:
            return None
        self.prepare_training()
        step = steps_of(self.optimizers["discriminator"], self.unrolled_rate)
        weights = [tf.convert_to_tensor(variable) for variable in self.discriminator.trainable_variables]
        for _ in range(self.unrolling):
            with tf.GradientTape() as tape:
                tape.watch(weights)
                loss = tf.add_n(list(self._discriminator_loss(weights, reals, fakes, key)[1]))
            weights = step(weights, tape.gradient(loss, weights))
            if self.kind == "wasserstein-clipping":
                weights = [tf.clip_by_value(weight, -self.clip, self.clip) for weight in weights]
        return weights
