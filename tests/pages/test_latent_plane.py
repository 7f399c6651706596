"""The plane of the Latent page in each of its states, without a browser."""

from pathlib import Path

import numpy as np

import ganlab
from ganlab.ui.latent.plane import SHOWN, nearest_images, shown
from tests.conftest import HEAVY, imported_by, trained_run
from tests.pages.steps import being_trained, labels, sent, spoil_weights, words
from tests.pages.steps import open_latent as page


def vae(runs: Path, **values) -> Path:
    return trained_run(runs, "vae", 6, values={"latent_size": 2, **values})


def test_without_any_model_there_is_a_way_on(runs):
    runs.rmdir()
    test = page()
    assert "no autoencoder to look into yet" in words(test) and "Train an autoencoder" in labels(test)


def test_the_browser_is_sent_the_decoder_and_the_map(runs):
    run = ganlab.load(vae(runs))
    test = page(model=run.run.id)
    head, arrays = sent(test, "ganlab_plane")
    assert [layer["kind"] for layer in head["layers"]] == ["dense", "dense", "activation"]
    kernel = arrays[head["layers"][0]["kernel"]].view(np.float16).astype(np.float32).reshape(2, -1)
    np.testing.assert_allclose(kernel, run._model.decoder.layers[0].kernel.numpy(), rtol=1e-3, atol=1e-6)
    n = len(arrays["labels"])
    assert len(arrays["places"]) == 2 * n and len(arrays["images"]) == 784 * n and head["reach"] >= 3
    assert "offline" in words(test).lower() or "Offline digits" in words(test)


def test_a_model_of_one_dimension_has_no_plane_but_a_sentence(runs):
    assert "a single latent number" in words(page(model=vae(runs, latent_size=1).name))


def test_a_run_that_still_trains_says_so(runs):
    path = vae(runs)
    with being_trained(path):
        assert "still training" in words(page(model=path.name))


def test_damaged_weights_and_a_gan_are_one_sentence_each(runs):
    path = vae(runs)
    spoil_weights(path)
    test = page(model=path.name)
    assert "cannot be read" in test.error[0].value
    gan = trained_run(runs, "dense-gan", 6)
    assert "is not an autoencoder" in words(page(model=gan.name))
    assert "no run" in words(page(model="gone"))


def test_the_map_shows_some_of_many_and_all_of_few():
    assert shown(5).tolist() == [0, 1, 2, 3, 4]
    some = shown(10_000)
    assert len(some) == SHOWN and len(set(some.tolist())) == SHOWN and some.max() > 9_000


def test_the_nearest_images_are_found_by_their_pixels():
    images = np.random.default_rng(0).integers(0, 256, [50, 28, 28], np.uint8)
    wanted = np.clip(images[7].astype(int) + 1, 0, 255).astype(np.uint8)
    found = nearest_images(images, wanted, 5)
    distances = np.square(images.astype(float) - wanted).sum(axis=(1, 2))
    assert found.tolist() == np.argsort(distances)[:5].tolist() and found[0] == 7


def test_importing_the_page_starts_no_tensorflow():
    assert not HEAVY & imported_by("import ganlab.ui.latent.plane")
