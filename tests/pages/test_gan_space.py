"""The section "A GAN's space" of the Latent page in each of its states, without a browser."""

import io
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from ganlab.runs import layout
from ganlab.ui.latent import gan_history, gan_parts
from ganlab.ui.latent.gan_samples import SAMPLES
from ganlab.ui.shared import model_picker
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import again, being_trained, finish, images, labels, open_latent, press_key, spoil_weights, words

page = partial(open_latent, "gan", gan_picked="1-2")


@pytest.fixture
def run(add) -> Path:
    return add("gan")


def sheet(test: AppTest) -> list[str]:
    """The image on each sample's button, as its address."""
    return [test.button(key=f"gan-sample-{n}").label.partition("(")[2] for n in range(1, SAMPLES + 1)]


def names(test: AppTest) -> list[str]:
    """What each sample's button is called: `Sample 1, picked, locked`."""
    return [
        test.button(key=f"gan-sample-{n}").label.partition("]")[0].removeprefix("![") for n in range(1, SAMPLES + 1)
    ]


def alts(test: AppTest) -> list[str]:
    return [image.alt for image in images(test)]


def test_without_any_gan_the_page_says_how_to_get_one(runs):
    finish(runs)  # has no weights
    test = page()
    assert "no GAN to look into yet" in words(test) and labels(test) == ["Train a GAN"]


def test_samples_are_picked_locked_and_drawn_anew(run):
    test = page()
    assert names(test)[:3] == ["Sample 1, picked", "Sample 2, picked", "Sample 3"]
    test = press_key(press_key(test, "gan-sample-1"), "gan-sample-5")
    assert "2-5" in test.query_params["gan-picked"]
    before = sheet(test)
    test = press_key(press_key(test, "gan-lock"), "gan-others")
    after = sheet(test)
    assert names(test)[1] == "Sample 2, picked, locked" and names(test)[4] == "Sample 5, picked, locked"
    assert [place for place in range(24) if before[place] == after[place]] == [1, 4]
    assert test.number_input(key="gan-seed").value == 1
    test = press_key(test, "gan-lock")
    assert not any("locked" in name for name in names(test)) and sheet(test)[1] != after[1]
    test = press_key(test, "gan-none")
    assert not any("picked" in name for name in names(test)) and "Pick two or more samples" in words(test)


def test_the_address_names_run_seed_truncation_and_picks(run):
    plain = page()
    test = page(gan=run.name, gan_seed="7", gan_truncation="0.5", gan_picked="3-9-3-77-x")
    assert test.number_input(key="gan-seed").value == 7 and test.slider(key="gan-truncation").value == 0.5
    assert [name for name in names(test) if "picked" in name] == ["Sample 3, picked", "Sample 9, picked"]
    assert sheet(test) != sheet(plain) and "samples 3 and 9" in words(test)


def test_a_walk_speaks_of_picking_only_where_somebody_picked(run):
    assert "samples 3 and 9, in the order in which you picked them" in words(page(gan_picked="3-9"))
    said = words(open_latent("gan"))
    assert "samples 3 and 12, with which the page begins" in said and "you picked" not in said


def test_without_truncation_there_is_one_image_in_the_middle(run):
    assert len(set(sheet(page()))) > 1
    assert len(set(sheet(page(gan_truncation="0.0")))) == 1


def test_a_walk_in_both_ways(run):
    test = page(gan_picked="1-2-3")
    assert alts(test) == [f"A walk along the {way} between samples 1, 2 and 3" for way in ("arc", "straight line")]
    assert "% of it" in words(test)
    assert "Pick two or more samples" in words(page(gan_picked="1"))


def test_a_gif_goes_there_and_back():
    file = gan_parts._there_and_back(np.arange(5, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2) * 60)
    assert file.startswith(b"GIF89a")
    with Image.open(io.BytesIO(file)) as film:
        shades = []
        for number in range(film.n_frames):  # pyright: ignore[reportAttributeAccessIssue]
            film.seek(number)
            shades.append(film.convert("L").getpixel((5, 5)))
    assert shades == [0, 60, 120, 180, 240, 180, 120, 60]


def test_a_nudge_takes_a_samples_place_and_is_locked(run):
    test = page(gan_part="Nudge", gan_picked="1-4")
    before, steps = sheet(test), [test.button(key=f"gan-neighbour-{n}").label for n in range(1, 9)]
    assert "away from sample 4" in words(test) and len(set(steps)) > 1
    test = press_key(test, "gan-steps")
    assert steps != [test.button(key=f"gan-neighbour-{n}").label for n in range(1, 9)]
    test.slider(key="gan-nudge").set_value(1.0)
    test = again(test)
    taken = test.button(key="gan-neighbour-3").label.partition("(")[2]
    test = press_key(test, "gan-neighbour-3")
    assert names(test)[3] == "Sample 4, picked, locked" and sheet(test)[3] == taken
    assert [place for place in range(24) if sheet(test)[place] != before[place]] == [3]
    test = press_key(press_key(test, "gan-others"), "gan-others")
    assert sheet(test)[3] == taken


def test_directions_move_a_sample_and_take_a_name(run):
    test = page(gan_part="Directions")
    assert [alt for alt in alts(test) if "along" in alt] == [f"Sample 2 moved along Direction {n}" for n in range(1, 6)]
    assert "of the variance" in test.slider(key=f"gan-move-0-{run}").label
    before = sheet(test)
    test.text_input(key=f"gan-name-0-{run}").set_value(" *slant* ")
    test.slider(key=f"gan-move-0-{run}").set_value(2.5)
    test = again(test)
    assert alts(test)[1] == "Sample 2 moved along *slant*"
    assert test.slider(key=f"gan-move-0-{run}").label.startswith(r"\*slant\* (")
    test = press_key(test, "gan-take")
    assert test.slider(key=f"gan-move-0-{run}").value == 0.0 and sheet(test)[1] != before[1]
    assert names(test)[1] == "Sample 2, picked, locked"
    test.slider(key=f"gan-move-1-{run}").set_value(-3.0)
    assert press_key(again(test), "gan-back").slider(key=f"gan-move-1-{run}").value == 0.0


def test_the_same_points_at_every_snapshot(run):
    test = page(gan_part="How it learned")
    count = len(layout.snapshots(run))
    assert count > 3 and f"drawn by {count} copies of" in words(test)
    assert alts(test) == [f"Sample 2 as {count} copies of the generator drew it", "All samples after 40 iterations"]
    scrubber = test.select_slider(key=f"gan-snapshot-{run}")
    scrubber.set_value(layout.iteration_of(layout.snapshots(run)[3]))
    assert alts(again(test))[1] == f"All samples after {layout.iteration_of(layout.snapshots(run)[3])} iterations"


def test_a_snapshot_draws_what_a_gan_of_that_snapshot_draws(run):
    files = layout.snapshots(run)
    latents = np.random.default_rng(0).standard_normal([3, 6], np.float32)
    drawn = gan_history._through(str(run), tuple((str(file), 0) for file in files), latents)
    for index in (0, len(files) // 2, len(files) - 1):
        fresh = gan_history.GANRun(gan_history.Run(run), files[index])
        np.testing.assert_array_equal(drawn[index], fresh.decode(latents))


def test_one_snapshot_or_none(run):
    for file in layout.snapshots(run)[1:]:
        file.unlink()
    test = page(gan_part="How it learned")
    assert "drawn by 1 copy of" in words(test) and len(alts(test)) == 2
    layout.snapshots(run)[0].unlink()
    assert "no earlier copies" in words(page(gan_part="How it learned"))


def test_a_damaged_snapshot_spoils_only_its_part(run):
    layout.snapshots(run)[2].write_bytes(b"PK")
    test = page(gan_part="How it learned")
    assert "missing or damaged" in test.error[0].value and len(names(test)) == 24


def test_damaged_weights_are_one_sentence(run, runs, trained):
    spoil_weights(run)
    shutil.copytree(trained("gan"), runs / "other")
    test = page(gan=run.name)
    assert "missing or damaged" in test.error[0].value and labels(test) == []
    test.selectbox(key="gan-choice").set_value("other")
    assert len(names(again(test))) == 24 and not test.error


def test_a_run_that_still_trains_is_drawn_with_its_newest_weights(run):
    with being_trained(run):
        test = page()
        assert "still training" in words(test) and "After 40 iterations" in words(test)
        before = sheet(test)
        newer = layout.weights(run, 41)
        with np.load(layout.all_weights(run)[0]) as file:
            arrays = {name: -file[name] if "kernel" in name else file[name] for name in file.files}
        np.savez(newer, **{**arrays, "iteration": np.asarray(41.0)})
        test = again(test)
        assert "After 41 iterations" in words(test) and sheet(test) != before
    assert "still training" not in words(page())


def test_runs_that_have_no_place_here(run, runs):
    bare = finish(runs)
    test = page(gan=bare.path.name)
    assert "has not saved any weights yet" in test.warning[0].value and len(names(test)) == 24
    assert "There is no run" in page(gan="nobody").warning[0].value
    test = page(gan=finish(runs, model="vae").path.name)
    assert "is not a GAN" in test.warning[0].value and len(names(test)) == 24
    test.selectbox(key="gan-choice").set_value(run.name)
    assert names(again(test))


def test_a_pretrained_gan_without_a_history(runs, trained):
    shipped = shutil.copytree(trained("gan"), model_picker.PRETRAINED / "fives")
    shutil.rmtree(shipped / layout.SNAPSHOTS)
    test = page(gan_part="How it learned")
    assert test.selectbox(key="gan-choice").options == ["Dense GAN, class 5, Offline digits (comes with ganlab)"]
    assert "came without the earlier copies" in words(test) and "gan-open" not in [button.key for button in test.button]


def test_a_gan_without_a_history_leads_to_one_that_has_kept_it(run, trained):
    for name in ("swift-gan", "dcgan"):
        shutil.copytree(trained("gan"), model_picker.PRETRAINED / name)
    shutil.rmtree(model_picker.PRETRAINED / "dcgan" / layout.SNAPSHOTS)
    test = page(gan_part="How it learned")
    assert test.selectbox(key="gan-choice").value == "swift-gan", "the best that ships, before own runs"
    assert "drawn by" in words(test)
    test = page(gan_part="How it learned", gan="dcgan")
    assert "came without the earlier copies" in words(test)
    assert test.button(key="gan-open").label.endswith("(comes with ganlab)")
    test = press_key(test, "gan-open")
    assert test.selectbox(key="gan-choice").value == "swift-gan" and "drawn by" in words(test)


def test_own_runs_come_first_and_locks_stay_with_their_run(run, runs, trained):
    other = shutil.copytree(trained("gan"), runs / "other")
    shutil.copytree(trained("gan"), model_picker.PRETRAINED / run.name)
    test = page()
    assert len(test.selectbox(key="gan-choice").options) == 3
    assert "comes with ganlab" in test.selectbox(key="gan-choice").options[-1]
    test.selectbox(key="gan-choice").set_value(run.name)
    test = press_key(again(test), "gan-lock")
    assert "locked" in names(test)[0]
    test.selectbox(key="gan-choice").set_value(other.name)
    test = again(test)
    assert "locked" not in names(test)[0]
    test.selectbox(key="gan-choice").set_value(run.name)
    assert "locked" in names(again(test))[0]


def test_the_page_without_a_gan_needs_no_tensorflow(runs):
    code = (
        "from pathlib import Path\nfrom streamlit.testing.v1 import AppTest\n"
        "from ganlab.ui.latent import gan_space\nfrom ganlab.ui.shared import model_picker\n"
        "model_picker.PRETRAINED = Path('/nowhere')\n"
        "test = AppTest.from_file('pages/latent.py', default_timeout=60)\ntest.query_params['section'] = 'gan'\n"
        "test.run()\nassert not test.exception, test.exception"
    )
    assert not HEAVY & imported_by(code)
