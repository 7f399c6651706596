"""A GAN whose data are points of the plane, for the Lab; after GAN Lab (Kahng and others, 2019) and the papers that its
presets name."""

from collections.abc import Mapping
from typing import Any

from ganlab.knobs import Knob
from ganlab.models import _common
from ganlab.models._plane_presets import PRESETS
from ganlab.registry import OURS, Curve, ModelSpec, Moment, Source, Update, Updates, register

POINTS = 256
LOSSES = (
    "non-saturating",
    "minimax",
    "least-squares",
    "hinge",
    "wasserstein-clipping",
    "wasserstein-penalty",
)
LIVE = ("generator_updates", "discriminator_updates", "instance_noise", "penalty", "r1")


def _network(
    name: str,
    inputs: int,
    outputs: int,
    layers: int,
    units: int,
    activation: str,
    dtype: str,
    scales: tuple[float, float],
) -> Any:
    """`scales` multiply what goes in and what comes out."""
    import keras

    last = [keras.layers.Dense(outputs, dtype=dtype), keras.layers.Rescaling(scales[1], dtype="float32")]
    hidden = [keras.layers.Rescaling(scales[0], dtype=dtype)] if scales[0] != 1.0 else []
    for _ in range(layers):
        hidden.append(keras.layers.Dense(units, kernel_initializer="he_normal", dtype=dtype))
        if activation == "leaky relu":
            hidden.append(keras.layers.LeakyReLU(0.2, dtype=dtype))
        else:
            hidden.append(keras.layers.Activation(activation, dtype=dtype))
    return keras.Sequential([keras.Input([inputs]), *hidden, *last], name=name)


def build_generator(values: Mapping[str, Any], dtype: str, name: str = "generator") -> Any:
    layers, units = values["generator_layers"], values["generator_units"]
    scales = (1.0, values["scale"])
    return _network(name, values["latent_size"], 2, layers, units, values["activation"], dtype, scales)


def build_discriminator(values: Mapping[str, Any], dtype: str) -> Any:
    layers, units = values["discriminator_layers"], values["discriminator_units"]
    scales = (1.0 / values["scale"], 1.0)
    return _network("discriminator", 2 * values["packing"], 1, layers, units, values["activation"], dtype, scales)


def build(values: Mapping[str, Any], dtype: str) -> Any:
    import keras

    from ganlab.errors import GanlabError
    from ganlab.models._optimizers import Adam, RMSprop
    from ganlab.models._points_gan import PlaneGAN

    if values["batch_size"] % values["packing"]:
        raise GanlabError(
            f"A batch of {values['batch_size']} points cannot be split into packs of {values['packing']}. Choose a "
            "batch size that is a multiple of it."
        )

    def optimizer(rate: float) -> Any:
        if values["optimizer"] == "adam":
            return Adam(rate, beta_1=values["beta_1"], beta_2=values["beta_2"])
        if values["optimizer"] == "rmsprop":
            return RMSprop(rate)
        return keras.optimizers.SGD(rate, momentum=values["momentum"])

    averaged = build_generator(values, dtype, "averaged") if values["averaging"] else None
    return PlaneGAN(
        build_generator(values, dtype),
        averaged,
        build_discriminator(values, dtype),
        optimizer(values["generator_learning_rate"]),
        optimizer(values["discriminator_learning_rate"]),
        values,
        Moment(POINTS),
    )


def _layers(network: str) -> Knob:
    return Knob(
        f"{network}_layers",
        f"{network.capitalize()}'s hidden layers",
        2,
        f"How many layers the {network} has between what goes in and what comes out.",
        low=1,
        high=5,
        step=1,
        group="Networks",
    )


def _units(network: str) -> Knob:
    return Knob(
        f"{network}_units",
        f"{network.capitalize()}'s units",
        64,
        f"How many neurons each hidden layer of the {network} has.",
        low=1,
        high=256,
        step=1,
        group="Networks",
    )


def _updates(network: str, help: str) -> Knob:
    label = f"{network.capitalize()}'s updates"
    return Knob(f"{network}_updates", label, 1, help, low=0, high=10, step=1)


KNOBS = (
    Knob("iterations", "Iterations", 20_000, "How long it trains.", low=1, high=10_000_000, step=1000),
    Knob("batch_size", "Batch size", 128, "How many points each update learns from.", low=1, high=4096, step=1),
    Knob("loss", "Loss", "non-saturating", "What the two networks play for.", choices=LOSSES),
    _common.learning_rate(0.001, "generator"),
    _common.learning_rate(0.001, "discriminator"),
    _updates("generator", "How many times the generator learns in an iteration, each time from new noise."),
    _updates(
        "discriminator",
        "How many times the discriminator learns in an iteration, from the same real points and new fakes.",
    ),
    Knob(
        "instance_noise",
        "Instance noise",
        0.0,
        "How far every point, real or generated, is moved at random before the discriminator sees it: the standard "
        "deviation, in units of the plane. It keeps the two apart from being told with certainty.",
        low=0.0,
        high=2.0,
        step=0.05,
    ),
    Knob(
        "penalty",
        "Gradient penalty",
        1.0,
        "How much it costs the discriminator to be steeper or flatter than 1 between real and generated points. Only "
        "the loss wasserstein-penalty has it.",
        low=0.0,
        high=100.0,
        step=0.1,
    ),
    Knob(
        "r1",
        "R1 penalty",
        0.0,
        "How much it costs the discriminator to be steep at real points.",
        low=0.0,
        high=100.0,
        step=0.1,
    ),
    Knob(
        "clip",
        "Clipping",
        0.05,
        "How large a weight of the discriminator may become. Only the loss wasserstein-clipping has it.",
        low=0.001,
        high=1.0,
        step=0.001,
    ),
    Knob(
        "unrolling",
        "Unrolling",
        0,
        "How many answers of the discriminator the generator foresees when it learns. 0 is none.",
        low=0,
        high=10,
        step=1,
    ),
    Knob(
        "unrolled_rate",
        "Unrolling's learning rate",
        0.001,
        "The learning rate of the foreseen answers. Each is a step of the discriminator's own optimiser.",
        low=1e-5,
        high=10.0,
        step=0.0005,
    ),
    Knob("optimizer", "Optimiser", "adam", "How gradients become steps.", choices=("adam", "rmsprop", "sgd")),
    _common.beta_1(0.5),
    Knob(
        "beta_2",
        "Adam's beta 2",
        0.999,
        "How long the Adam optimiser remembers the size of past gradients.",
        low=0.0,
        high=0.9999,
        step=0.001,
    ),
    Knob(
        "momentum",
        "Momentum",
        0.0,
        "How much of the last step plain gradient descent (sgd) goes on with.",
        low=0.0,
        high=0.99,
        step=0.01,
    ),
    Knob(
        "averaging",
        "Averaged weights",
        0.0,
        "How much of a running average of the generator's weights an update keeps; samples then come from the average. "
        "0 is no average.",
        low=0.0,
        high=0.9999,
        step=0.001,
    ),
    Knob(
        "latent_size",
        "Noise dimensions",
        2,
        "How many random numbers the generator makes a point from.",
        low=1,
        high=16,
        step=1,
        group="Networks",
    ),
    Knob("noise", "Noise", "normal", "How those numbers are spread.", choices=("normal", "uniform"), group="Networks"),
    _layers("generator"),
    _units("generator"),
    _layers("discriminator"),
    _units("discriminator"),
    Knob(
        "activation",
        "Activation",
        "relu",
        "What each neuron makes of its sum.",
        choices=("relu", "leaky relu", "tanh"),
        group="Networks",
    ),
    Knob(
        "scale",
        "Scale of the plane",
        1.0,
        "How large the plane is for the networks: what the generator gives is multiplied by it, and what the "
        "discriminator gets is divided by it.",
        low=0.1,
        high=10.0,
        step=0.1,
        group="Networks",
    ),
    Knob(
        "packing",
        "Packing",
        1,
        "How many points the discriminator judges at once. More than one makes it notice a lack of variety.",
        low=1,
        high=8,
        step=1,
        group="Networks",
    ),
)

CURVES = (
    Curve("generator_loss", "Generator's loss", "How badly the generator fools the discriminator."),
    Curve(
        "discriminator_loss",
        "Discriminator's loss",
        "How badly the discriminator tells real points from generated ones.",
    ),
    Curve(
        "p_real_of_reals",
        "P(real) of real points",
        "The discriminator's probability that real points are real, on average; with a loss that has no probability, "
        "its score.",
    ),
    Curve(
        "p_real_of_fakes",
        "P(real) of generated points",
        "The discriminator's probability that generated points are real, on average; with a loss that has no "
        "probability, its score.",
    ),
)


def _order(values: Mapping[str, Any]) -> Updates:
    n = values["batch_size"]
    order = [Update("discriminator", f"on {n} real and {n} generated points")] * int(values["discriminator_updates"])
    order += [Update("generator", f"on {n} new points from fresh noise")] * int(values["generator_updates"])
    return Updates(tuple(order))


def _idle(values: Mapping[str, Any]) -> tuple[str, ...]:
    out = []
    if values["loss"] != "wasserstein-penalty":
        out.append("penalty")
    if values["loss"] != "wasserstein-clipping":
        out.append("clip")
    if not values["unrolling"]:
        out.append("unrolled_rate")
    out += ["momentum"] if values["optimizer"] != "sgd" else []
    out += ["beta_1", "beta_2"] if values["optimizer"] != "adam" else []
    return tuple(out)


register(
    ModelSpec(
        name="plane-gan",
        title="GAN in the plane",
        family="plane",
        summary="A GAN that learns points of the plane in place of images, so that all of it can be seen at once.",
        source=Source(OURS, "the Lab", 2026),
        knobs=KNOBS,
        presets=PRESETS,
        build=build,
        draws=("replacement",),
        curves=CURVES,
        updates=_order,
        idle=_idle,
        scores=_common.scores,
        parameters={"generator": 4_482, "averaged": 4_482, "discriminator": 4_545},
        card="Two dimensions: everything that a GAN does is visible.",
        keeps="256 points after every iteration, and what the discriminator thinks of the whole plane.",
        dataset="ring",
        points=POINTS,
        live=LIVE,
    )
)
