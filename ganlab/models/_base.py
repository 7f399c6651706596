"""What every trainable model has: networks, optimisers, a step, and all its state by name."""

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from ganlab.models._draws import fold
from ganlab.models._following import Follower
from ganlab.models._stage import Stage

Pixels = Literal["signed", "unit"]
SEED_STATE = "seed_generator_state"  # Keras's name for the variable behind a dropout layer's seed


class LiveModel(keras.Model):
    """Owns networks and optimisers; one iteration is one `step`, without I/O or Python state.

    `pixels` is the range that the networks were made for: "signed" is [-1, 1], "unit" is [0, 1].
    Images come and go as uint8 `[n, 28, 28]`; in between they are float32 `[n, 28, 28, 1]`.

    What is kept of every iteration has the shape `kept_shape`.

    Where `uses_labels` is true, each draw's images are followed by their classes, uint8 `[n]`. `judge` may be given to
    models that are judged by another: logits `[n, 10]` from uint8 `[n, 28, 28]`.
    """

    uses_labels = False
    probability = True  # whether what a discriminator says is P(real); else it is a score without a scale
    kept_shape, kept_type = (28, 28), tf.uint8
    judge: Callable[[tf.Tensor], tf.Tensor] | None = None
    follower: Follower | None = None  # while an iteration is followed in slow motion

    def __init__(
        self, networks: dict[str, keras.Model], optimizers: dict[str, keras.optimizers.Optimizer], pixels: Pixels
    ) -> None:
        super().__init__()
        self.networks = networks
        self.optimizers = optimizers
        self.pixels = pixels
        self.seed = 0
        self.built = True
        # Keras's fit wants a compiled model; XLA slows convolutions down on a CPU.
        self.compile(optimizer=next(iter(optimizers.values())), jit_compile=False)

    def step(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """One iteration as the source does it.

        `batches` are uint8 `[n, 28, 28]`, one for each of the architecture's draws, with their classes where they are
        used; `key` is int32 `[2]` and decides all randomness. Returns the named curves (float32 scalars) and
        the images that were generated anyway (float32 `[n, 28, 28, 1]`, in the networks' own range).
        """
        raise NotImplementedError

    def kept(self, generated: tf.Tensor) -> tf.Tensor:
        """What is kept of an iteration, of what it generated: the first image, uint8 `[28, 28]`."""
        return self.display(generated[:1])[0]

    def turn(self, name: str, value: float) -> None:
        """Gives a knob another value from here on: see `ModelSpec.turnable`. The optimiser of a learning rate that is
        no network's own is called `both`."""
        network = name.removesuffix("learning_rate").removesuffix("_")
        self.optimizers[network or "both"].learning_rate = value

    def told_again(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, before: dict[str, list[tf.Tensor]]
    ) -> tf.Tensor | None:
        """The mean P(real), a scalar, that the images of the generator's latest update would have now: drawn from the
        same numbers and judged by the same discriminator. What it was before that update is the curve
        `p_real_told_generator`. Where a discriminator gives scores, the mean score. None where there is neither.

        To be asked right after `iterate`, whose batches and key these are; `before` holds what each optimiser changes
        as it was before. Nothing is changed.
        """
        return None

    def slowly(
        self, batches: tuple[tf.Tensor, ...], key: tf.Tensor, learns: bool = True, unknown: Sequence[str] = ()
    ) -> Iterable[Stage]:
        """`step`, eagerly, in stages. Where it is not to learn, no network makes a step; `unknown` are networks whose
        weights are not at hand, which ends it before the first stage that needs them."""
        return Follower(self, learns, unknown).follow(batches, key)

    def stage(self, name: str, network: str = "", figures: Mapping[str, Any] | None = None, **seen: Any) -> None:
        """Says which stage of an iteration the step has come to; see `Follower.note`. Costs nothing in training."""
        if self.follower is not None:
            self.follower.note(name, network, figures, **seen)

    def looks(self) -> dict[str, tf.Tensor]:
        """What is shown of the networks as they are, in slow motion, without changing anything."""
        return {}

    def preview_inputs(self, n: int, seed: int) -> np.ndarray:
        """Latents, float32 `[n, latent_size]`: a function of `n` and `seed` alone."""
        raise NotImplementedError

    def preview(self, inputs: tf.Tensor) -> tf.Tensor:
        """uint8 `[n, 28, 28]` that the model draws from latents, without changing anything."""
        raise NotImplementedError

    def trained_by(self, optimizer: str) -> list[keras.Variable]:
        """The variables that an optimiser changes."""
        return self.networks[optimizer].trainable_variables

    def descend(self, optimizer: str, tape: tf.GradientTape, loss: tf.Tensor) -> None:
        """One update of what the optimiser trains, from a loss that the tape has seen."""
        self.make_steps(**{optimizer: tape.gradient(loss, self.trained_by(optimizer))})

    def make_steps(self, **gradients: Sequence[tf.Tensor]) -> None:
        """The steps of optimisers, in this order, each from the gradients of what it trains."""
        if self.follower is not None:
            for optimizer, found in gradients.items():
                self.follower.gradients(optimizer, found)
        for optimizer, found in gradients.items():
            step = partial(self.optimizers[optimizer].apply, found, self.trained_by(optimizer))
            if self.follower is None:
                step()
            else:
                self.follower.step(optimizer, step)

    def watch_inputs(self, n: int, seed: int, test: np.ndarray) -> np.ndarray:
        """What `watch` is always given: a function of the test images uint8 `[m, 28, 28]`, `n` and `seed` alone."""
        return self.preview_inputs(n, seed)

    def watch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """The images of a preview, uint8 `[n, 28, 28]`, and two numbers of each input, `[m, 2]`: see
        `ModelSpec.places`."""
        return self.preview(inputs), None

    def validate(self, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        """Curves over test images, uint8 `[n, 28, 28]`, of the classes uint8 `[n]`; for architectures that declare
        `validation`."""
        raise NotImplementedError

    def train_step(self, data: Any) -> dict[str, tf.Tensor]:
        """The same step for plain `model.fit(images)`, or `model.fit(images, labels)` where labels are used."""
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        iteration = tf.cast(next(iter(self.optimizers.values())).iterations, tf.int32)
        curves, _ = self.iterate((images, labels) if self.uses_labels else (images,), iteration)
        return curves

    def iterate(self, batches: tuple[tf.Tensor, ...], iteration: tf.Tensor) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        """`step` with its randomness, dropout included, set by the model's seed and the iteration alone."""
        return self.step(batches, self.seeded(iteration))

    def seeded(self, iteration: tf.Tensor) -> tf.Tensor:
        """The key of an iteration, once dropout is set by it, too."""
        key = iteration_key(self.seed, iteration)
        for index, state in enumerate(self.seed_states):
            state.assign(tf.cast(fold(key, 1000 + index), state.dtype))
        return key

    @property
    def seed_states(self) -> list[keras.Variable]:
        return [v for network in self.networks.values() for v in network.variables if v.name == SEED_STATE]

    def prepare_training(self) -> None:
        """Makes what the optimisers remember of each weight, which a model that is only used does without."""
        for name, optimizer in self.optimizers.items():
            if not optimizer.built:
                optimizer.build(self.trained_by(name))

    def fit(self, *args: Any, **kwargs: Any) -> Any:
        self.prepare_training()
        return super().fit(*args, **kwargs)

    def state(self) -> dict[str, keras.Variable]:
        """Every variable that training changes, by a name that is the same in every process."""
        self.prepare_training()
        state = self.weights_of(*self.networks)
        for name, optimizer in self.optimizers.items():
            for index, variable in enumerate(optimizer.variables):
                state[f"{name}-optimizer/{index:03}"] = variable  # its name counts the models of this process
        return state

    def inference_state(self) -> dict[str, keras.Variable]:
        """The variables that a finished run needs to be used."""
        return self.weights_of(*self.networks)

    def weights_of(self, *networks: str) -> dict[str, keras.Variable]:
        return {
            f"{name}/{index:03}-{variable.name}": variable
            for name in networks
            for index, variable in enumerate(v for v in self.networks[name].variables if v.name != SEED_STATE)
        }

    def scale(self, images: tf.Tensor) -> tf.Tensor:
        """uint8 `[n, 28, 28]` to the networks' range, float32 `[n, 28, 28, 1]`."""
        pixels = tf.cast(images, tf.float32)[..., tf.newaxis]
        return pixels / 127.5 - 1.0 if self.pixels == "signed" else pixels / 255.0

    def display(self, images: tf.Tensor) -> tf.Tensor:
        """float32 `[n, 28, 28, 1]` in the networks' range to uint8 `[n, 28, 28]`."""
        pixels = images[..., 0]
        pixels = pixels * 127.5 + 127.5 if self.pixels == "signed" else pixels * 255.0
        return tf.cast(tf.clip_by_value(tf.round(pixels), 0.0, 255.0), tf.uint8)


def average(averaged: keras.Model, own: keras.Model, keep: float, updates: tf.Tensor) -> None:
    """Moves the averaged weights towards a network's own after so many updates; faster in the beginning, when the
    average knows little. `keep` is how much of it an update keeps in the long run."""
    done = tf.cast(updates, tf.float32)
    keep = tf.minimum(keep, (1.0 + done) / (10.0 + done))
    for slow, fast in zip(averaged.variables, own.variables, strict=True):
        slow.assign(slow + (1.0 - keep) * (fast - slow))


def draw_again(network: keras.Model, inputs: tf.Tensor) -> tf.Tensor:
    """What a network in training gives, without changing its moving statistics."""
    weights, others = network.trainable_variables, network.non_trainable_variables
    return network.stateless_call(weights, others, inputs, training=True)[0]


def judge_again(network: keras.Model, weights: list[tf.Tensor], images: tf.Tensor, calls: int = 1) -> tf.Tensor:
    """What a network in training gives with these weights, where its latest call, or the one so many calls ago, has
    dropped the same signals."""
    back = tf.constant([0, calls], tf.uint32)  # each call moves the seeds of dropout on by one
    others = [v - back if v.name == SEED_STATE else v for v in network.non_trainable_variables]
    return network.stateless_call(weights, others, images, training=True)[0]


def iteration_key(seed: int, iteration: tf.Tensor) -> tf.Tensor:
    """The key, int32 `[2]`, of one iteration of a run."""
    return fold(tf.constant([seed, 0], tf.int32), iteration)


def seed_weights(model: LiveModel, seed: int) -> None:
    """Draws all initial weights anew from `seed`.

    Keras draws them from Python's global generator, which other threads of the app use as well.
    """
    model.seed = seed
    for name, network in model.networks.items():
        for index, layer in enumerate(network.layers):
            for weight in ("kernel", "embeddings"):
                initializer = getattr(layer, f"{weight}_initializer", None)
                if initializer is not None:
                    own_seed = zlib.crc32(f"{seed}/{name}/{index}/{weight}".encode()) & 0x7FFFFFFF
                    seeded = type(initializer).from_config({**initializer.get_config(), "seed": own_seed})
                    variable = getattr(layer, weight)
                    variable.assign(seeded(variable.shape, dtype=variable.dtype))
    if "averaged" in model.networks:  # the average of one is that one
        for slow, fast in zip(model.networks["averaged"].variables, model.networks["generator"].variables, strict=True):
            slow.assign(fast)
