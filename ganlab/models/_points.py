"""Models whose data are points of the plane: everything about them can be seen at once."""

import keras
import numpy as np
import tensorflow as tf

from ganlab.models import _draws
from ganlab.models._base import LiveModel
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
    packing = 1  # how many points it judges at once

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

    def seen(self, places: tf.Tensor) -> tf.Tensor:
        """What a moment keeps of places `[n, 2]`, float32 `[n]`."""
        return self.judge(places)

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
            return _draws.uniform([n, self.latent_size], key, -1.0, 1.0)
        return _draws.normal([n, self.latent_size], key)

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        """The places that are judged, float32 `[heat * heat, 2]`, from the top left corner of the square to its bottom
        right one, in rows."""
        if len(test):  # else they are in the middle
            chosen = np.random.default_rng(seed).integers(0, len(test), COMPANIONS)
            self.companions = tf.constant(np.asarray(test, np.float32)[chosen])
        return self._places()

    def _places(self) -> np.ndarray:
        steps = np.linspace(-self.extent, self.extent, self.moment.heat, dtype=np.float32)
        return np.stack(np.meshgrid(steps, -steps), axis=-1).reshape(-1, 2).astype(np.float32)

    def looks(self) -> dict[str, tf.Tensor]:
        """`moment`, float16 `[size]`, and `followed`, float32 `[points, 2]`."""
        return {"moment": self.watch(tf.constant(self._places()))[0], "followed": self.draw(self.followed)}

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """What `Moment` says, float16 `[size]`."""
        nodes, points = self.draw(self.lattice), self.draw(self.followed)
        parts = (self.seen(inputs), nodes, self.push(points))
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
