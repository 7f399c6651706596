"""One iteration followed stage by stage: the same step as in training, eagerly, with somebody who takes notes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from ganlab.models import _captions, _stage
from ganlab.models._layer_names import learning_layers
from ganlab.models._stage import Stage

if TYPE_CHECKING:
    from ganlab.models._base import LiveModel

IMAGES = ("reals", "fakes", "between", "damaged", "damage")
SCALARS = ("loss", "nats", "kl", "sure")  # of what is asked again: means alone are told


class UnknownNetworkError(Exception):
    """The step has come to a network whose weights are not at hand."""


class Follower:
    """Takes notes of a step: which stages it comes to, and what is known then.

    Where it is not to learn, optimisers make no step. `unknown` are networks whose weights are not at hand: the
    iteration is followed up to the first stage that needs one of them.
    """

    def __init__(self, model: "LiveModel", learns: bool = True, unknown: Sequence[str] = ()) -> None:
        self.model = model
        self.learns = learns
        self.unknown = set(unknown)
        self.stages: list[Stage] = []
        self.done: Counter[str] = Counter()  # updates, by network
        self.again: dict[str, tuple[Callable[[], Mapping[str, tf.Tensor]], Mapping[str, float]]] = {}  # by network

    def follow(self, batches: tuple[tf.Tensor, ...], key: tf.Tensor) -> list[Stage]:
        """The stages of one iteration; changes the model as it does."""
        self.model.follower = self
        try:
            curves, _ = self.model.step(batches, key)
        except UnknownNetworkError as missing:
            self._add("unknown", str(missing), {})
            curves = {}
        finally:
            self.model.follower = None
        told = {name: value for stage in self.stages for name, value in stage.figures.items()}
        rest = {name: float(value) for name, value in curves.items() if float(value) != told.get(name)}
        self.stages[-1] = replace(self.stages[-1], figures={**self.stages[-1].figures, **rest})
        return [replace(stage, update=self._of_all(stage)) for stage in self.stages]

    def note(
        self,
        name: str,
        network: str,
        figures: Mapping[str, Any] | None = None,
        again: Callable[[], Mapping[str, tf.Tensor]] | None = None,
        pull: Callable[[tf.Tensor], tf.Tensor] | None = None,
        **seen: Any,
    ) -> None:
        """A stage that the step has come to, by the names of `Stage`.

        `again` gives tensors of the stage (images, P(real), the loss) as they would be with the weights of any later
        moment, without changing anything: it is asked once the network has learned. `pull` gives, from the fakes, the
        loss that they are judged by, summed over them: its slope says how each pixel would have to change for it to
        fall.
        """
        if network in self.unknown:
            raise UnknownNetworkError(network)
        if again is not None:
            self.again[network] = again, {**self._means(seen), **_losses(figures)}
        found = {key: _array(key, value) for key, value in seen.items() if value is not None}
        numbers = {key: float(value) for key, value in (figures or {}).items()}
        if pull is not None:
            self._add(name, network, found, numbers)
            kind = "fakes" if "fakes" in seen else "reals"
            images = tf.identity(seen[kind])  # Keras hangs the logits on what a sigmoid gives, and would use these
            with tf.GradientTape() as tape:
                tape.watch(images)
                loss = self._quietly(lambda: pull(images))
            seen = {name: found[name] for name in (kind, f"of_{kind}") if name in found}
            self._add("pull", network, {**seen, "pull": _array(kind, -tape.gradient(loss, images))})
        else:
            self._add(name, network, found, numbers)

    def gradients(self, optimizer: str, slopes: Sequence[tf.Tensor]) -> None:
        """What the weights that an optimiser trains learn from their loss."""
        at = 0
        for network in self._trained(optimizer):
            names, variables = self._layers(network)
            own = list(slopes[at : at + len(variables)])
            at += len(variables)
            norms = _stage.norms(names, [np.zeros(1) if slope is None else slope for slope in own])
            self._add("gradients", network, norms=norms, sizes=_stage.norms(names, variables))

    def step(self, optimizer: str, make: Callable[[], object]) -> None:
        """What an optimiser's step does, which `make` makes."""
        networks = self._trained(optimizer)
        if not self.learns:
            return
        several = len(networks) > 1
        names, variables, keys = [], [], []
        for network in networks:
            layers, own = self._layers(network)
            names += [f"{network}, {layer}" if several else layer for layer in layers]
            variables += own
            of_all = self.model.weights_of(network)
            places = {id(variable): key for key, variable in of_all.items()}
            keys += [places[id(variable)] for variable in own]
        sizes = _stage.norms(names, [variable.numpy() for variable in variables])
        changed, new, share = _stage.stepped(names, variables, make)
        figures, tensors = {"share": share}, {}
        network = "" if several else networks[0]
        if network in self.again:
            again, before = self.again[network]
            now = self._quietly(again)
            tensors = {name: _array(name, value) for name, value in now.items() if name not in SCALARS}
            after = {name: value for name, value in self._means(now).items() if name in before}
            figures |= {f"{name}_before": before[name] for name in after}
            figures |= {f"{name}_after": value for name, value in after.items()}
        weights = dict(zip(keys, new, strict=True))
        self._add("step", network, tensors, figures, norms=changed, sizes=sizes, weights=weights)
        self.done[network] += 1

    def _quietly(self, function: Callable[[], Any]) -> Any:
        """What a function gives that is no part of the step, so that no notes are taken of it."""
        self.model.follower = None
        try:
            return function()
        finally:
            self.model.follower = self

    def _trained(self, optimizer: str) -> list[str]:
        """The networks whose weights an optimiser changes."""
        return [optimizer] if optimizer in self.model.networks else list(self.model.networks)

    def _layers(self, network: str) -> tuple[list[str], list[Any]]:
        """A layer's name for each of the network's variables, and these."""
        found = learning_layers(self.model.networks[network])
        names = [name for name, variables in found for _ in variables]
        variables = [variable for _, variables in found for variable in variables]
        own = self.model.networks[network].trainable_variables
        assert [id(one) for one in variables] == [id(one) for one in own], "in the order of the gradients"
        return names, variables

    def _add(
        self,
        name: str,
        network: str,
        tensors: Mapping[str, Any] | None = None,
        figures: Mapping[str, float] | None = None,
        **more: Any,
    ) -> None:
        update = (
            (self.done[network] + 1, 0)
            if name in ("loss", "gradients", "step", "pull", "answers", "between")
            else (0, 0)
        )
        stage = Stage(name, network, "", update, figures or {}, tensors or {}, **more)
        self.stages.append(replace(stage, caption=_captions.caption(self.model, stage)))

    def _means(self, tensors: Mapping[str, Any]) -> dict[str, float]:
        """The means of what the discriminator says, and the like, by name."""
        said = "p_real" if self.model.probability else "score"
        return {
            f"{said}_{name}" if name in ("of_reals", "of_fakes") else name: float(np.mean(value))
            for name, value in tensors.items()
            if name in ("of_reals", "of_fakes", "nats", "kl", "sure", "loss")
        }

    def _of_all(self, stage: Stage) -> tuple[int, int]:
        """The how manyth update of all of that network's."""
        one, _ = stage.update
        return (one, max(self.done[stage.network], one)) if one else (0, 0)


def _array(name: str, value: Any) -> np.ndarray:
    array = np.asarray(value, np.float32)
    return array[..., 0] if name in IMAGES and array.ndim == 4 and array.shape[-1] == 1 else array


def _losses(figures: Mapping[str, Any] | None) -> dict[str, float]:
    """The loss among a stage's figures, as what it is called after a step."""
    found = [float(value) for name, value in (figures or {}).items() if "loss" in name]
    return {"loss": found[0]} if found else {}
