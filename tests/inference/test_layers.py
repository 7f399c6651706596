"""What the layers of a network give, and what is seen in it: against Keras, SciPy, and by hand."""

import numpy as np
import pytest
from scipy.signal import correlate2d
from scipy.special import erf

from ganlab import inference
from ganlab.data.offline import load_offline
from ganlab.errors import GanlabError
from ganlab.inference import layers
from ganlab.models._layer_names import named_layers
from ganlab.runs import Run, layout
from tests.conftest import trained_run

IMAGES = load_offline().x_test[:5]


@pytest.fixture(scope="module")
def classifier():
    return inference.load("classifier")


@pytest.fixture(scope="module")
def repairer(tmp_path_factory):
    return inference.load(trained_run(tmp_path_factory.mktemp("runs"), "repair-gan"))


@pytest.fixture(scope="module")
def gan(tmp_path_factory):
    return inference.load(trained_run(tmp_path_factory.mktemp("runs"), "dcgan"))


def scaled(model, images=IMAGES):
    return model.given(images)


# Names and outputs


def test_layers_have_names_that_say_what_they_do_and_are_the_same_every_time(classifier):
    names = list(classifier.activations(IMAGES[:1]))
    assert names[:4] == ["convolution 1", "normalisation 1", "activation 1", "convolution 2"]
    assert names[-3:] == ["pooling 1", "dropout 1", "output"] and len(names) == len(set(names)) == 18
    again = inference.load("classifier")  # in this process Keras counts its layers further
    assert list(again.inside().layers) == names
    assert again.inside().network.layers[0].name != classifier.inside().network.layers[0].name


def test_what_the_architecture_has_named_keeps_its_name():
    found = inference.load("vae").activations(IMAGES, "encoder")
    assert list(found) == ["flattening 1", "dense 1", "mean", "log variance", "output"]
    np.testing.assert_array_equal(found["output"], np.concatenate([found["mean"], found["log variance"]], axis=1))


def test_outputs_are_those_of_the_layers_one_after_the_other(classifier):
    found = classifier.activations(IMAGES)
    given = scaled(classifier)
    for name, layer in named_layers(classifier.inside().network).items():
        given = layer(given, training=False)
        assert found[name].dtype == np.float32 and found[name].shape == tuple(given.shape)
        np.testing.assert_allclose(found[name], given, atol=1e-4, err_msg=name)
    logits = found["output"] / classifier.temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), classifier.classify(IMAGES), atol=1e-5)


def test_the_outputs_of_networks_that_draw_are_their_images(gan):
    latents = gan.latents(4)
    found = gan.activations(latents)["output"]
    np.testing.assert_array_equal(np.round(found[..., 0] * 127.5 + 127.5), gan.decode(latents))
    asked = inference.load("conditional-gan")
    latents, digits = asked.latents(3), np.array([7, 0, 2])
    told = np.concatenate([latents, np.eye(10, dtype=np.float32)[digits]], axis=1)
    found = asked.activations(told)["output"]
    np.testing.assert_array_equal(np.round(found[..., 0] * 255), asked.decode(latents, digits))
    in_turn = asked.activations(latents)["output"]
    np.testing.assert_array_equal(np.round(in_turn[..., 0] * 255), asked.decode(latents))
    for wrong in (told[:, :-1], np.where(told == 1, 0.5, told), latents[0]):
        with pytest.raises(GanlabError, match="atents"):
            asked.activations(wrong)


def test_a_repairer_is_told_no_damage_and_no_noise(repairer):
    assert list(repairer.kept_networks()) == ["averaged", "critic"]
    model, images = repairer._model, scaled(repairer)
    nothing = np.zeros_like(images)
    network = model.networks["averaged"]
    given = [np.concatenate([images, nothing, nothing], axis=3), np.zeros([len(images), model.noise_size])]
    np.testing.assert_allclose(repairer.activations(IMAGES)["output"], network(given, training=False), atol=1e-6)
    judged = repairer.activations(IMAGES, "critic")["output"][:, 0]
    np.testing.assert_allclose(judged, model.rank(IMAGES, np.zeros(IMAGES.shape, bool)), atol=1e-5)


def test_the_discriminator_is_there_where_the_run_has_kept_it(gan):
    assert list(gan.kept_networks()) == ["generator", "discriminator"]
    found = gan.activations(IMAGES, "discriminator")["output"]
    np.testing.assert_allclose(found[:, 0], gan.p_real(IMAGES), atol=1e-6)
    with pytest.raises(GanlabError, match=r"has not kept its discriminator\. It can be asked for: generator\."):
        inference.load("dcgan").activations(IMAGES, "discriminator")
    with pytest.raises(GanlabError, match=r"no network 'judge'\. It can be asked for: generator, discriminator"):
        gan.activations(IMAGES, "judge")


def test_an_earlier_copy_has_its_own_outputs_and_no_discriminator(gan):
    path = gan.run.path
    first = layout.snapshots(path)[0]
    earlier = inference.load_weights(Run(path), first)
    latents = gan.latents(2)
    before = earlier.activations(latents)["output"]
    assert np.abs(before - gan.activations(latents)["output"]).max() > 1e-3
    assert list(earlier.kept_networks()) == ["generator"]
    earlier.take_weights(gan.run.weights)
    np.testing.assert_allclose(earlier.activations(latents)["output"], gan.activations(latents)["output"], atol=1e-6)


def test_what_does_not_fit_is_said(classifier):
    with pytest.raises(GanlabError, match="28 x 28"):
        classifier.activations(IMAGES.astype(float))
    with pytest.raises(GanlabError, match="shown in the Lab"):
        inference.load("plane-ring").activations(np.zeros([1, 2]))


# Units


def test_ranges_dead_units_and_top_inputs_by_hand():
    outputs = np.zeros([3, 2, 2, 3], np.float32)
    outputs[0, 0, 1, 0], outputs[2, 1, 1, 0] = 5, 7
    outputs[1, 0, 0, 2] = -4
    found = layers.summarise(outputs)
    np.testing.assert_array_equal(found.highest, [[5, 0, 0], [0, 0, 0], [7, 0, 0]])
    np.testing.assert_array_equal(found.lowest, [[0, 0, 0], [0, 0, -4], [0, 0, 0]])
    assert found.range == (-4, 7) and found.dead.tolist() == [False, True, False]
    assert found.top(0, 2).tolist() == [2, 0] and found.top(1, 3).tolist() == [0, 1, 2]
    halves = layers.summarise_all([{"a": outputs[:2]}, {"a": outputs[2:]}])["a"]
    np.testing.assert_array_equal(halves.highest, found.highest)
    np.testing.assert_array_equal(layers.summarise(outputs[:, 0, 0]).lowest, [[0, 0, 0], [0, 0, -4], [0, 0, 0]])


def test_dead_units_are_those_that_the_network_never_uses(repairer):
    """With a kernel of 0 and no bias, a unit gives 0 for every input, and GELU leaves that 0."""
    layer = repairer.inside().layers["convolution 1"]
    kept = [variable.numpy() for variable in layer.keras.weights]
    try:
        for variable in layer.keras.weights:
            changed = variable.numpy()
            changed[..., 1] = 0
            variable.assign(changed)
        found = layers.summarise(repairer.activations(IMAGES)["convolution 1"])
        assert found.dead[1] and found.dead.sum() == 1
    finally:
        for variable, value in zip(layer.keras.weights, kept, strict=True):
            variable.assign(value)


# Sums


def whole_map(layer: layers.Layer, image: np.ndarray, unit: int) -> np.ndarray:
    """A unit's map by SciPy: of the whole picture with zeros around, the places where the kernel comes to lie."""
    kernel, stride = layer.kernel(unit), layer.keras.strides[0]
    assert kernel is not None
    size = kernel.shape[0]
    before = layers.padding(28, size, stride, layer.keras.padding == "same")
    wide = np.pad(image, [(before, size), (before, size), (0, 0)])
    full = np.sum([correlate2d(wide[..., c], kernel[..., c], "valid") for c in range(kernel.shape[2])], axis=0)
    rows, columns = layer.shape[:2]
    return full[::stride, ::stride][:rows, :columns] + layer.bias(unit)


@pytest.mark.parametrize(
    "name, network, linear",
    [
        ("classifier", "classifier", True),  # 3 x 3, stride 1, same
        ("dcgan", "discriminator", True),  # 3 x 3, stride 2, same: a row of zeros below, none above
        ("digit-gan", "discriminator", True),  # 4 x 4, stride 1, valid
        ("repair-gan", "averaged", False),  # 4 x 4, stride 2, same; three channels, and GELU
        ("repair-gan", "critic", True),
        ("vae-conv", "encoder", False),
    ],
)
def test_the_sliding_sum_is_the_number_on_the_map(name, network, linear, tmp_path, classifier):
    model = classifier if name == "classifier" else inference.load(trained_run(tmp_path, name))
    inside = model.inside(network)
    layer = inside.layers["convolution 1"]
    assert layer.sees_input and not any(one.sees_input for key, one in inside.layers.items() if key != layer.name)
    given = inside.inputs(model.given(IMAGES[:1], network))[0][0]
    found = model.activations(IMAGES[:1], network)[layer.name][0]
    assert layer.activation == ("" if linear else "gelu")
    for unit in range(min(3, layer.units)):
        total = whole_map(layer, given, unit)
        shown = total if linear else 0.5 * total * (1 + erf(total / np.sqrt(2)))
        np.testing.assert_allclose(found[..., unit], shown, atol=1e-5)


@pytest.mark.parametrize("side, kernel, stride, before", [(28, 3, 1, 1), (28, 3, 2, 0), (28, 4, 2, 1), (28, 4, 1, 1)])
def test_zeros_before_the_first_row(side, kernel, stride, before):
    assert layers.padding(side, kernel, stride, same=True) == before
    assert layers.padding(side, kernel, stride, same=False) == 0


def test_kernels_are_those_of_their_unit(gan):
    generator = gan.inside().layers
    dense, transposed = generator["dense 1"], generator["transposed convolution 1"]
    latents = gan.latents(1)
    by_hand = latents[0] @ dense.kernel(5) + dense.bias(5)
    assert gan.activations(latents)["dense 1"][0, 5] == pytest.approx(by_hand, abs=1e-5)
    # a single 1 that comes in, in the middle of channel 2, lays that channel's kernel down
    one = np.zeros([1, 7, 7, transposed.kernel(0).shape[2]], np.float32)
    one[0, 3, 3, 2] = 1
    made = transposed.keras(one).numpy()[0, ..., 1] - transposed.bias(1)
    np.testing.assert_allclose(made[6:9, 6:9], transposed.kernel(1)[..., 2], atol=1e-6)
    assert generator["normalisation 1"].kernel(0) is None and generator["normalisation 1"].bias(0) == 0


# What is covered, and what is spread


def test_a_patch_covers_every_place_once():
    image = np.full([28, 28], 9, np.uint8)
    copies = layers.covered(image, 7)
    assert len(copies) == 22 * 22 and (image == 9).all()
    assert ((copies == 0).sum(axis=(1, 2)) == 49).all() and len(np.unique(copies, axis=0)) == len(copies)
    for number, corner in ((0, 0), (23, 1), (-1, 21)):
        assert (copies[number][corner : corner + 7, corner : corner + 7] == 0).all()


def test_the_answer_with_a_part_covered_is_the_answer_to_that_image(classifier):
    found = classifier.classify(layers.covered(IMAGES[0], 10))
    row, column = divmod(100, 19)
    by_hand = IMAGES[0].copy()
    by_hand[row : row + 10, column : column + 10] = 0
    np.testing.assert_allclose(found[100], classifier.classify(by_hand[None])[0], atol=1e-5)
    assert np.abs(found - classifier.classify(IMAGES[:1])).max() > 0.1  # it hangs on something


def test_normalisation_by_its_own_formula_and_its_spread(classifier):
    found = classifier.activations(IMAGES)
    layer = classifier.inside().layers["normalisation 1"]
    assert layer.fed_by == "convolution 1"
    gamma, beta, mean, variance = (np.asarray(one)[4] for one in layer.keras.weights)
    before, after = found["convolution 1"][..., 4], found["normalisation 1"][..., 4]
    by_formula = gamma * (before - mean) / np.sqrt(variance + layer.keras.epsilon) + beta
    np.testing.assert_allclose(after, by_formula, atol=1e-4)
    counts, low, high = layers.histogram(before)
    assert counts.sum() == before.size and (low, high) == (before.min(), before.max())
    assert counts.tolist() == np.histogram(before, 40)[0].tolist()
    assert layers.histogram(np.zeros(7, np.float32))[0].sum() == 7  # of a dead unit
