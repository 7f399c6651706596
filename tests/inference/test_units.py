"""What units give is what Keras computes from the same weights."""

import numpy as np
import pytest

from ganlab import inference
from ganlab.errors import GanlabError
from ganlab.inference.units import MOST_UNITS, kept_weights, units
from ganlab.runs import Run, layout
from tests.conftest import trained_run

UNITS = {"generator_units": 20, "discriminator_units": 5, "generator_layers": 1, "packing": 1, "noise": "normal"}


@pytest.mark.parametrize(
    "changes",
    [{}, {"activation": "tanh", "latent_size": 3, "packing": 2, "noise": "uniform"}, {"activation": "leaky relu"}],
)
def test_outputs_are_those_of_the_networks(tmp_path, changes):
    values = {**UNITS, **changes}
    run = Run(trained_run(tmp_path, "plane-gan", 4, dataset="ring", values=values))
    iteration, weights = kept_weights(run) or (0, run.path)
    assert iteration == 4
    generator, discriminator = units(run, weights)
    assert (generator.over, discriminator.over) == ("noise", "plane")
    assert [layer.count for layer in generator.layers] == [20, 2]
    assert [len(layer.values) for layer in generator.layers] == [MOST_UNITS, 2]
    assert discriminator.reach == run.config.extent
    model = inference.load(run)
    steps = np.linspace(-generator.reach, generator.reach, 40)
    latents = np.zeros([40, model.latent_size], np.float32)
    latents[:, 0], latents[:, 1] = steps, generator.reach
    points = model.decode(latents)  # the top row
    np.testing.assert_allclose(generator.layers[-1].values[:, 0], points.T, atol=1e-5)
    if values["packing"] == 1:
        places = np.stack(
            [np.linspace(-discriminator.reach, discriminator.reach, 40), np.full(40, -discriminator.reach)]
        )
        p = model.discriminate(places.T)
        found = 1 / (1 + np.exp(-discriminator.layers[-1].values[0, -1]))
        np.testing.assert_allclose(found, p, atol=1e-5)


def test_the_weights_are_the_newest_up_to_an_iteration_else_the_oldest(tmp_path):
    run = Run(trained_run(tmp_path, "plane-gan", 4, dataset="ring", values=UNITS))
    iterations = sorted({int(file.stem) for file in layout.snapshots(run.path)} | {4})
    for at in range(6):
        found = kept_weights(run, at)
        assert found and found[0] == max([one for one in iterations if one <= at], default=found[0])
    weights = (kept_weights(run) or (0, run.path))[1]
    weights.write_bytes(b"damaged")
    with pytest.raises(GanlabError, match="damaged"):
        units(run, weights)
