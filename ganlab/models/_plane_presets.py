"""The presets of `ganlab.models.plane_gan`, which `benchmarks.plane` measures."""

from ganlab.knobs import Value
from ganlab.registry import Preset

# What the remedies are compared on: they change one thing of it.
COLLAPSE: dict[str, Value] = {
    "iterations": 6000,
    "generator_learning_rate": 0.001,
    "discriminator_learning_rate": 0.001,
    "latent_size": 16,
}

PRESETS = {
    "tuned": Preset(
        "Finds all 8 modes of the ring within seconds: the discriminator judges two points at once (Lin and "
        "others, 2018) and learns four times as fast as the generator; samples come from averaged weights.",
        {
            "iterations": 12_000,
            "generator_learning_rate": 0.001,
            "discriminator_learning_rate": 0.004,
            "beta_1": 0.0,
            "beta_2": 0.99,
            "averaging": 0.9995,
            "activation": "tanh",
            "packing": 2,
        },
    ),
    "tuned-grid": Preset(
        "Finds all 25 modes of the grid within seconds and keeps them: deeper networks, noise that is a square as the "
        "grid is, and a penalty on how steep the discriminator is (Gulrajani and others, 2017).",
        {
            "iterations": 12_000,
            "loss": "wasserstein-penalty",
            "penalty": 0.05,
            "generator_learning_rate": 0.002,
            "discriminator_learning_rate": 0.004,
            "beta_1": 0.0,
            "beta_2": 0.99,
            "averaging": 0.999,
            "noise": "uniform",
            "generator_layers": 3,
            "discriminator_layers": 3,
            "activation": "tanh",
            "scale": 3.0,
        },
    ),
    "collapse": Preset(
        "Collapses: all points come together at one mode of the ring and stay there, whatever noise they are made of; "
        "a failure that Metz and others (2017) describe.",
        COLLAPSE,
    ),
    "unrolled": Preset(
        "The setting of collapse, but the generator foresees 5 answers of the discriminator (Metz and others, "
        "2017), so that crowding at one mode does not pay: it keeps a second one, but its points do not settle.",
        {**COLLAPSE, "unrolling": 5, "unrolled_rate": 0.002},
    ),
    "packed": Preset(
        "The setting of collapse, but the discriminator judges two points at once, so that it sees when they "
        "are too much alike (PacGAN; Lin and others, 2018).",
        {**COLLAPSE, "packing": 2},
    ),
    "wgan-gp": Preset(
        "The setting of collapse, but the discriminator is a critic with a penalty on its slope, so that every "
        "point is told where to go (WGAN-GP; Gulrajani and others, 2017).",
        {**COLLAPSE, "loss": "wasserstein-penalty", "penalty": 0.1},
    ),
    "cycle": Preset(
        "Never settles: the discriminator learns ten times as slowly as the generator, whose points hunt from mode to "
        "mode around the ring and leave each again (Metz and others, 2017).",
        {
            "iterations": 5000,
            "generator_learning_rate": 0.001,
            "discriminator_learning_rate": 0.0001,
            "noise": "uniform",
            "scale": 2.0,
        },
    ),
    "vanishing": Preset(
        "Stands still: with the minimax loss and 10 updates of the discriminator for each of the generator's, "
        "the generator's gradient is close to zero (Arjovsky and Bottou, 2017).",
        {
            "iterations": 2000,
            "loss": "minimax",
            "generator_learning_rate": 0.001,
            "discriminator_learning_rate": 0.002,
            "discriminator_updates": 10,
            "activation": "tanh",
        },
    ),
    "gan-lab": Preset(
        "The first setting that GAN Lab shows (Kahng and others, 2019), with small networks and plain gradient "
        "descent; on the ring its points hardly move.",
        {
            "iterations": 8000,
            "batch_size": 150,
            "optimizer": "sgd",
            "generator_learning_rate": 0.1,
            "discriminator_learning_rate": 0.1,
            "discriminator_updates": 2,
            "noise": "uniform",
            "generator_units": 8,
            "discriminator_units": 8,
        },
        mended=(
            "In GAN Lab the loss of real points counts 0.95 times, and the generator ends in tanh. Here it "
            "counts in full, and the generator's last layer has no limit, as the data go beyond 1.",
        ),
    ),
}
