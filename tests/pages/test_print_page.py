"""The printable page of a run."""

from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from ganlab import registry
from ganlab.diagnosis import diagnose
from ganlab.runs import Run
from ganlab.ui.runs import run_list
from ganlab.ui.shared.curve_plots import PLOTS
from tests.conftest import HEAVY, imported_by
from tests.pages.steps import finish, images, labels, make, open_page, press, titles, words

page = partial(open_page, "runs")


def test_the_figures_of_a_run_on_one_page(runs):
    run = finish(runs)
    test = page(search="dense")
    test = press(test, "Printable page")
    text = words(test)
    assert test.title[0].value == "Dense GAN, class 5" and run.path.name in text and "seed 0" in text
    assert "From " in text and "64 real images" not in text, "what is in a picture's caption is not repeated"
    assert len(test.get("image")) == 3 and len(test.get("plotly_chart")) == 3
    assert "the correlation over all iterations" in text and "Back to all runs" in labels(test)
    test = press(test, "Back to all runs")
    assert titles(test) == ["Dense GAN, class 5"] and test.text_input(key="search").value == "dense"


def captions(test: AppTest) -> str:
    return " ".join(image.caption for image in images(test))


def test_the_sheet_says_which_iterations_it_shows(runs):
    assert "at an iteration, from 1 to 30" in captions(page(figures=finish(runs).path.name))
    long = finish(runs, done=1000, iterations=1000)
    shown = captions(page(figures=long.path.name))
    assert (
        "100 images" in shown
        and "from 1 to 1,000 in steps of about 10" in shown
        and "begin at iterations 1, 102, 203" in shown
    )
    run_list.prune(long)
    assert "was pruned" in captions(page(figures=long.path.name))


def test_the_printable_page_has_the_verdict_the_metric_and_the_settings(runs):
    preset = registry.get("dense-gan").values()
    values = {**preset, "batch_size": 7}
    writer = make(runs, values=values, quality=["frechet", "frechet_floor"], seed=3, done=30, iterations=30)
    writer.quality(30, {"frechet": 13.72, "frechet_floor": 0.151})
    writer.status("finished")
    writer.close()
    run = Run(writer.path)
    said, verdict = words(page(figures=run.path.name)), diagnose(run)
    assert verdict is not None and f"**Verdict: {verdict.name}.** {verdict.what}" in said
    assert "**Metric.** Fréchet distance 13.7 (real images 0.15)." in said
    assert (
        f"**Settings.** Preset published. Changed from it: 30 iterations instead of "
        f"{preset['iterations']:,}; Batch size 7 instead of {preset['batch_size']}; Seed 3. Length: 30 iterations."
    ) in said


def test_the_printable_page_says_of_losses_what_the_page_of_the_run_says(runs):
    said = words(page(figures=finish(runs).path.name))
    assert PLOTS[0]["caption"] in said and "low is good" not in said


def test_where_nothing_was_measured_or_changed_the_printable_page_says_so(runs):
    run = finish(runs, iterations=registry.get("dense-gan").values()["iterations"])
    said = words(page(figures=run.path.name))
    assert "**Metric.**" not in said and "Preset published, unchanged. Length: 20,000 iterations." in said
    said = words(page(figures="classifier"))
    assert "of test images read correctly." in said and "**Verdict" not in said


def test_what_the_source_needed_mended_is_told(runs):
    run = finish(runs, model="art-gan")
    mended = registry.get("art-gan").presets["published"].mended
    assert mended and all(sentence in words(page(figures=run.path.name)) for sentence in mended)


def test_the_figures_of_a_pretrained_run_are_its_samples_and_its_record(runs):
    test = page(figures="dcgan")
    assert "average over the last 1,000 iterations" in words(test) and not test.get("plotly_chart")
    assert "All were drawn after 20,000 iterations" in captions(test)
    assert "python -m ganlab train dcgan" in test.code[0].value


@pytest.mark.parametrize("name", ["gone", "../..", "a\0b"])
def test_the_figures_of_a_run_that_is_not_there(runs, name):
    test = page(figures=name)
    assert "There is no run" in words(test) or "is not the folder of a run" in words(test)
    assert "Train a GAN" in labels(press(test, "Back to all runs"))


def test_the_page_is_drawn_without_tensorflow(runs):
    run = finish(runs)
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('pages/runs.py', default_timeout=60).run()\n"
        f"test.query_params['figures'] = {run.path.name!r}\ntest.run()\n"
        "assert not test.exception and test.get('plotly_chart'), test.exception"
    )
    assert not HEAVY & imported_by(code)
