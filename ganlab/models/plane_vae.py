"""A variational autoencoder whose data are points of the plane, for the Lab; after Kingma and Welling, "Auto-encoding
variational Bayes", 2014."""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common
from ganlab.registry import OURS, Curve, ModelSpec, Moment, Preset, Source, register

POINTS = 256
STEEPEST = 5.0  # length of a gradient: one point that is decoded far away from where it was would else undo much
LIVE = ("decoder_noise", "kl_weight")


def _network(name: str, inputs: int, outputs: int, values: Mapping[str, Any], dtype: str) -> Any:
    import keras

    layers: list[Any] = [keras.Input([inputs])]
    for _ in range(values[f"{name}_layers"]):
        layers.append(keras.layers.Dense(values[f"{name}_units"], kernel_initializer="he_normal", dtype=dtype))
        if values["activation"] == "leaky relu":
            layers.append(keras.layers.LeakyReLU(0.2, dtype=dtype))
        else:
            layers.append(keras.layers.Activation(values["activation"], dtype=dtype))
    layers += [keras.layers.Dense(outputs, dtype=dtype), keras.layers.Activation("linear", dtype="float32")]
    return keras.Sequential(layers, name=name)


def build(values: Mapping[str, Any], dtype: str) -> Any:
    from ganlab.models._optimizers import Adam
    from ganlab.models._plane_vae import PlaneVAE

    size = values["latent_size"]
    return PlaneVAE(
        _network("encoder", 2, 2 * size, values, dtype),
        _network("decoder", size, 2, values, dtype),
        Adam(values["learning_rate"], global_clipnorm=STEEPEST),
        values,
        Moment(POINTS),
    )


def _layers(network: str, default: int) -> Knob:
    words = f"How many layers the {network} has between what goes in and what comes out."
    label = f"{network.capitalize()}'s hidden layers"
    return Knob(f"{network}_layers", label, default, words, low=1, high=5, step=1, group="Networks")


def _units(network: str, default: int) -> Knob:
    words = f"How many neurons each hidden layer of the {network} has."
    return Knob(f"{network}_units", f"{network.capitalize()}'s units", default, words, 1, 256, 1, group="Networks")


KNOBS = (
    Knob("iterations", "Iterations", 30_000, "How long it trains.", low=1, high=10_000_000, step=1000),
    Knob("batch_size", "Batch size", 128, "How many points each update learns from.", low=1, high=4096, step=1),
    _common.learning_rate(0.001),
    Knob(
        "decoder_noise",
        "Decoder's noise",
        0.02,
        "How far a point may be from where the decoder puts it: the standard deviation, in units of the plane. Less "
        "has it tell places apart more finely, and takes longer to learn.",
        low=0.005,
        high=2.0,
        step=0.005,
    ),
    Knob(
        "kl_weight",
        "Weight of the KL",
        1.0,
        "How strongly the latent numbers are held together. With 1 it learns to give the points a high likelihood; "
        "with less it puts them back more exactly, and leaves holes between their latent numbers.",
        low=0.0,
        high=20.0,
        step=0.1,
    ),
    Knob(
        "latent_size",
        "Latent size",
        2,
        "By how many numbers the encoder describes a point.",
        low=1,
        high=16,
        step=1,
        group="Networks",
    ),
    _layers("encoder", 2),
    _units("encoder", 64),
    _layers("decoder", 3),
    _units("decoder", 128),
    Knob(
        "activation",
        "Activation",
        "tanh",
        "What each neuron makes of its sum.",
        choices=("relu", "leaky relu", "tanh"),
        group="Networks",
    ),
)

CURVES = (
    Curve(
        "loss",
        "Loss (the bound)",
        "Reconstruction and KL divergence together, in nats (units of information): at least minus the log-likelihood "
        "of a point. Low is good; below 0 the density is over 1.",
    ),
    Curve(
        "reconstruction",
        "Reconstruction",
        "How far points are from where the decoder puts them back, in nats: minus the log density of its noise there. "
        "Low is good.",
    ),
    Curve(
        "kl",
        "KL divergence",
        "How much the latent numbers say about a point, in nats: how far they are from a plain bell curve, N(0, I).",
    ),
)

register(
    ModelSpec(
        name="plane-vae",
        title="VAE in the plane",
        family="plane",
        summary="A variational autoencoder (VAE) that learns points of the plane in place of images: it can say how "
        "likely each place is, which a GAN cannot.",
        source=Source(OURS, "the Lab", 2026),
        knobs=KNOBS,
        presets={
            "tuned": Preset(
                "Finds all 8 parts of the ring within a minute; about four fifths of its points are well within "
                "them, the others on the way from one to the next."
            ),
            "tuned-grid": Preset(
                "Finds all 25 parts of the grid within a minute; about four fifths of its points are good.",
                {"decoder_noise": 0.04, "learning_rate": 0.002},
            ),
            "wide": Preset(
                "Learns within seconds where there are points, with a wide blur: the decoder's noise is ten times as "
                "wide.",
                {"decoder_noise": 0.2, "iterations": 10_000},
            ),
        },
        build=build,
        draws=("replacement",),
        curves=CURVES,
        parameters={"encoder": 4_612, "decoder": 33_666},
        card="It says of every place of the plane how likely a point is there.",
        keeps="256 points after every iteration, and how likely it takes each place of the plane to be.",
        dataset="ring",
        points=POINTS,
        live=LIVE,
        scores=lambda values: True,
    )
)
