"""Slices through a space of more than two dimensions, without a browser."""

import numpy as np
import pytest

import ganlab
from ganlab.models import _planes
from ganlab.ui.latent.slices import pack_slices, reach
from ganlab.ui.shared import assets
from ganlab.ui.shared.model_picker import Places
from tests.conftest import trained_run
from tests.pages.steps import again, being_trained, find_places, pictures, press_key, sent, spoil_weights, words
from tests.pages.steps import open_latent as page


def spread_out() -> Places:
    """200 codes of four numbers, of which 3 and 1 vary most, in two classes."""
    means = (np.random.default_rng(0).standard_normal([200, 4]) * [3.0, 0.1, 5.0, 1.0]).astype(np.float32)
    return Places(means, np.arange(200).astype(np.uint8) % 2 + 4, np.zeros(200, np.float32), None, "digits")


def test_principal_directions_are_those_of_the_reference():
    from sklearn.decomposition import PCA

    points = np.random.default_rng(1).standard_normal([80, 5]).astype(np.float32) @ np.diag([1, 4, 2, 3, 5])
    directions, variances = _planes.principal(points + 7)
    pca = PCA().fit(points)
    np.testing.assert_allclose(np.abs((directions * pca.components_).sum(axis=1)), 1, atol=1e-4)
    np.testing.assert_allclose(variances, pca.explained_variance_ * 79 / 80, rtol=1e-4)
    np.testing.assert_allclose(directions @ directions.T, np.eye(5), atol=1e-5)


def test_fewer_points_than_numbers_have_all_directions_all_the_same():
    directions, variances = _planes.principal(np.ones([1, 3], np.float32))
    np.testing.assert_allclose(directions @ directions.T, np.eye(3), atol=1e-6)
    assert variances.tolist() == [0, 0, 0]


def test_the_axes_at_first_are_the_two_numbers_that_vary_most():
    where = spread_out()
    head, arrays = pack_slices(where)
    assert head["first"] == [0, 2] and head["typical"] == [4, 5]
    assert sum(head["shares"]["numbers"]) == pytest.approx(1, abs=1e-3)
    assert head["shares"]["directions"] == sorted(head["shares"]["directions"], reverse=True)
    assert head["reaches"]["numbers"][1] == 3.0 and head["reaches"]["numbers"][2] > 12
    for label, code in zip(head["typical"], arrays["typical"], strict=True):
        members = where.means[where.labels == label]
        distances = np.linalg.norm(members - members.mean(axis=0), axis=1)
        np.testing.assert_array_equal(code, members[distances.argmin()])


def test_an_axis_reaches_nearly_everything():
    values = np.random.default_rng(0).standard_normal(10_000) * 4
    assert 0.995 < (np.abs(values) < reach(values)).mean() < 1 and reach(values / 100) == 3.0


def test_the_browser_is_sent_all_numbers_of_the_decoder_and_the_map(add):
    run = ganlab.load(add("six"))
    test = page(model="six")
    head, arrays = sent(test, "ganlab_plane")
    n = len(arrays["labels"])
    assert head["size"] == 6 and len(arrays["places"]) == 6 * n and len(arrays["images"]) == 784 * n
    found = find_places(run)
    np.testing.assert_allclose(arrays["places"].reshape(n, 6), found.means[head["numbers"]], atol=1e-5)
    assert arrays["directions"].size == 36 and arrays["typical"].size == 6 * len(head["slice"]["typical"])
    said = words(test)
    assert "**slice** through a space of 6 dimensions" in said
    assert "images side by side here may be far apart in the space" in said


def test_two_dimensions_are_no_slice(run):
    test = page(model=run.name)
    head, arrays = sent(test, "ganlab_plane")
    assert head["size"] == 2 and "slice" not in head and "directions" not in arrays
    assert "slice" not in words(test)


def test_a_digit_of_many_numbers_is_shown_more_closely(add, monkeypatch):
    add("six")
    monkeypatch.setattr(assets.v2, "component", lambda name, **_: lambda **__: {"pick": 3})
    said = words(page(model="six"))
    assert "Test image 4, class" in said and ", at (" not in said and "nats" in said


@pytest.mark.parametrize("name", ["vae", "six"])
def test_digits_that_were_clicked_are_walked_between(add, monkeypatch, name):
    add(name)
    clicked = {"pick": 3}
    monkeypatch.setattr(assets.v2, "component", lambda name, **_: lambda **__: clicked)
    test = press_key(page(model=name), "plane-walk-A")
    assert "walk" in test.query_params["section"] and "A: test image 4" in pictures(test)
    clicked["pick"] = 7
    test.query_params["section"] = "plane"
    test = press_key(again(test), "plane-walk-B")
    assert {"A: test image 4", "B: test image 8", "Straight from A to B"} < pictures(test).keys()


def test_an_end_by_a_number_that_this_map_does_not_have(add):
    add("six")
    test = page("walk", walk_A_by="Test image", walk_A_image="99999")
    assert "A: test image 1" in pictures(test) and not test.error
    test.number_input(key="walk-A-image").set_value(12)
    assert "A: test image 12" in pictures(again(test))


def test_a_run_of_six_numbers_that_still_trains_or_is_damaged(add):
    path = add("six")
    with being_trained(path):
        test = page(model="six")
        assert "still training" in words(test) and sent(test, "ganlab_plane")
    spoil_weights(path)
    test = page(model="six")
    assert "missing or damaged" in test.error[0].value and not test.get("bidi_component")


def test_three_numbers_leave_one_off_the_pad(runs):
    path = trained_run(runs, "autoencoder", 6, values={"latent_size": 3})
    head, _ = sent(page(model=path.name), "ganlab_plane")
    assert head["size"] == 3 and len(head["slice"]["first"]) == 2
