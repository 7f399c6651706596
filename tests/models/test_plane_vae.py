"""The VAE of points in the plane: its likelihood is one, its knobs turn, and it learns."""

import numpy as np
import pytest
import tensorflow as tf

from ganlab import data, models, registry
from ganlab.models import _plane_vae
from ganlab.runs import RunWriter, plane_pictures

SPEC = registry.get("plane-vae")
SMALL = {"encoder_units": 16, "decoder_units": 16, "encoder_layers": 1, "decoder_layers": 1, "batch_size": 64}


def make(**changes):
    return models.create(SPEC, SPEC.values(changes={**SMALL, **changes}))


def places(side: int, reach: float) -> tf.Tensor:
    steps = np.linspace(-reach, reach, side, dtype=np.float32)
    return tf.constant(np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2))


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_likelihood_is_that_of_a_density_whose_sum_over_the_plane_is_1(size):
    model = make(decoder_noise=1.0, latent_size=size)
    *hidden, bias = model.networks["encoder"].trainable_variables
    for variable in hidden:
        variable.assign(tf.zeros_like(variable))
    bias.assign([0.2] * size + [0.3] * size)  # of the means, and of the log-variances: not the prior
    side, reach = 80, 10.0
    cell = (2 * reach / (side - 1)) ** 2
    assert float(tf.reduce_sum(tf.exp(model.judge(places(side, reach))))) * cell == pytest.approx(1.0, abs=0.1)


def test_with_a_decoder_that_says_nothing_the_likelihood_is_that_of_its_noise():
    model = make(decoder_noise=0.5)
    for variable in model.sampler.variables:
        variable.assign(tf.zeros_like(variable))
    for variable in model.networks["encoder"].variables:
        variable.assign(tf.zeros_like(variable))  # which then is the prior, so that the bound is tight
    points = tf.constant([[0.0, 0.0], [1.0, 0.0], [0.0, -2.0]])
    distances = np.array([0.0, 1.0, 4.0])
    wanted = -distances / (2 * 0.25) - np.log(2 * np.pi * 0.25)
    assert model.judge(points).numpy() == pytest.approx(wanted, abs=1e-4)
    assert model.push(points).numpy() == pytest.approx(-points.numpy() / 0.25, abs=1e-4)
    curves, _ = model.iterate((points,), tf.constant(0))
    assert curves["kl"].numpy() == pytest.approx(0.0, abs=1e-6)
    assert curves["loss"].numpy() == pytest.approx(-wanted.mean(), rel=1e-5), "the bound of a model that says nothing"


def test_the_push_is_the_gradient_of_the_likelihood():
    model, step = make(decoder_noise=0.8), 1e-2
    points = tf.constant([[0.4, -0.3], [-1.0, 0.7]])
    found = model.push(points).numpy()
    for axis in range(2):
        along = np.zeros([1, 2], np.float32)
        along[0, axis] = step
        ahead, behind = (model.likelihood(points + way, _plane_vae.QUICK).numpy() for way in (along, -along))
        slope = (ahead - behind) / (2 * step)
        assert found[:, axis] == pytest.approx(slope, abs=0.02, rel=0.02)


def test_samples_have_the_decoders_noise_and_the_lattice_has_none():
    model = make(decoder_noise=0.3)
    latents = tf.constant(model.preview_inputs(4000, 1))
    noise = (model.preview(latents) - model.preview(latents[:, :2])).numpy()
    assert noise.std() == pytest.approx(0.3, rel=0.05)
    assert (model.preview_inputs(10, 1) == latents[:10].numpy()).all(), "the first ones are the same for a larger n"


def test_what_can_be_turned_is_its_one_learning_rate_its_noise_and_the_weight_of_the_kl():
    values = SPEC.values(changes=SMALL)
    knobs = {knob.name: knob.default for knob in SPEC.turnable(values)}
    names = ("learning_rate", "decoder_noise", "kl_weight")
    assert knobs == {name: values[name] for name in names}
    model = make()
    points = tf.constant(data.load("ring").x_train[:8])
    before = model.judge(points).numpy()
    for name, value in (("learning_rate", 0.5), ("decoder_noise", 1.5), ("kl_weight", 0.0)):
        assert SPEC.turned(values, name, value) == value
        model.turn(name, value)
    assert float(model.optimizers["both"].learning_rate) == 0.5
    assert float(model.knobs["kl_weight"]) == 0.0
    assert (model.judge(points).numpy() > before).all(), "wide noise reaches all points"
    gan = registry.get("plane-gan")
    rates = [knob.name for knob in gan.turnable(gan.values()) if knob.name.endswith("rate")]
    assert rates == ["generator_learning_rate", "discriminator_learning_rate"]


def test_a_moment_says_no_less_than_the_floor_and_is_finite():
    model = make(decoder_noise=0.02)
    watched = model.watch_inputs(1, 0, data.load("ring").x_test)
    numbers = model.watch(tf.constant(watched))[0].numpy()
    heat = numbers[: SPEC.moment.heat**2]
    assert numbers.shape == (SPEC.moment.size,) and np.isfinite(numbers).all()
    assert heat.min() == _plane_vae.LEAST and float(tf.reduce_min(model.judge(tf.constant(watched)))) < _plane_vae.LEAST


def test_it_learns_where_the_points_are():
    model = make(decoder_noise=0.3, learning_rate=0.01, encoder_units=32, decoder_units=32)
    used = data.load("islands")
    step = tf.function(model.iterate, autograph=False)
    before = float(tf.reduce_mean(model.judge(tf.constant(used.x_test[:500]))))
    for number in range(300):
        step((tf.constant(used.x_train[number * 64 : (number + 1) * 64]),), tf.constant(number))
    after = float(tf.reduce_mean(model.judge(tf.constant(used.x_test[:500]))))
    assert after > before + 1.0 and after > -3.5, "an even spread over the square has -4.6 nats"


def test_a_runs_heat_is_a_score_where_its_model_says_so(tmp_path):
    def gives(model: str, **values) -> bool:
        spec = registry.get(model)
        about = {"model": model, "preset": "tuned", "values": spec.values(changes=values), "iterations": 1}
        writer = RunWriter.create(tmp_path, **about, curves=["seconds"], points=1, heat=1, nodes=1)
        writer.close()
        return plane_pictures.gives_probability(writer.run)

    assert gives("plane-gan") and gives("plane-gan", loss="hinge")
    assert not gives("plane-gan", loss="least-squares") and not gives("plane-gan", loss="wasserstein-penalty")
    assert not gives("plane-vae")
    for loss in ("minimax", "least-squares", "wasserstein-clipping"):
        spec = registry.get("plane-gan")
        model = models.create(spec, spec.values(changes={"loss": loss}))
        assert model.probability is (loss == "minimax")
