"""Choosing runs on the list and comparing them, in each state of a run, without a browser and without TensorFlow."""

import json
import shutil
from functools import partial

from streamlit.testing.v1 import AppTest

from ganlab.metrics import metric_catalog
from ganlab.runs import Run, RunWriter, prune
from ganlab.runs.folders import PRETRAINED
from ganlab.ui.runs import comparison_page, run_list
from ganlab.ui.shared.theme import RUNS
from tests.conftest import HEAVY, imported_by
from tests.evaluation.test_comparison import about, with_figures
from tests.pages.steps import asked, finish, labels, make, open_page, press, sent, words
from tests.pages.test_race import raced

page = partial(open_page, "runs")
EARLY = "2026-01-01T00:00:00+00:00"  # before any run that is made now


def compared(*runs: Run, **query: str) -> AppTest:
    return page(compare=",".join(run.path.name for run in runs), **query)


def charts(test: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def names(chart: dict) -> list[str]:
    return [line["name"] for line in chart["data"]]


def tick(test: AppTest, run: Run) -> AppTest:
    box = test.checkbox(key=f"tick-{run.path.name}")
    return (box.uncheck() if box.value else box.check()).run()


def test_runs_are_ticked_on_the_list_and_the_address_knows(runs):
    one, two = finish(runs), finish(runs, digits=[8])
    test = tick(page(), one)
    assert "1 to compare:" in words(test) and "Tick one more" in words(test)
    assert asked(test, "ticked") == one.path.name
    assert next(button for button in test.button if button.label == "Compare").disabled
    test = tick(test, two)
    assert "2 to compare:" in words(test) and "Compare 2 runs" in labels(test)
    test = press(test, "Compare 2 runs")
    assert test.title[0].value == "Compare runs" and "ticked" not in test.query_params
    assert asked(test, "compare") == f"{one.path.name},{two.path.name}"
    test = press(test, "Back to all runs")
    assert test.title[0].value == "Runs" and "compare" not in test.query_params
    assert test.checkbox(key=f"tick-{one.path.name}").value and test.checkbox(key=f"tick-{two.path.name}").value
    test = tick(test, one)
    assert "1 to compare:" in words(test) and not test.checkbox(key=f"tick-{one.path.name}").value
    assert "to compare" not in words(press(test, "Clear"))


def test_no_more_than_four_can_be_ticked_and_what_is_ticked_outlives_a_search(runs):
    made = [finish(runs, digits=[digit]) for digit in range(5)]
    test = page(ticked=",".join(run.path.name for run in made[:4]), search="class 4")
    last = test.checkbox(key=f"tick-{made[4].path.name}")
    assert last.disabled and "no more can be compared at once" in last.help and "4 to compare:" in words(test)
    test = page(ticked=",".join(run.path.name for run in made[:4]))
    test = tick(test, made[0])
    assert not test.checkbox(key=f"tick-{made[4].path.name}").disabled


def test_two_runs_beside_each_other(runs):
    one = with_figures(runs, {10: 40.0, 30: 20.0}, digits=[5], created=EARLY)
    two = with_figures(runs, {10: 50.0, 30: 10.0}, digits=[8], seed=4, model="dcgan")
    test = compared(one, two)
    losses, figures = charts(test)
    assert names(losses) == names(figures) == ["A: Dense GAN, class 5", "B: DCGAN, class 8"]
    assert losses["data"][0]["x"] == list(range(1, 31)) and figures["data"][1]["y"] == [50.0, 10.0]
    assert figures["layout"]["shapes"], "the floor"
    head, arrays = sent(test, "ganlab_grids")
    assert head["stops"] == [0, 10, 20, 30] and [grid["title"] for grid in head["grids"]] == names(losses)
    assert len(arrays["images0"]) == 4 * 4 * 28 * 28
    differ, ends, everything = (table.value for table in test.table)
    rows = differ.set_index("Setting").to_dict("index")
    assert list(rows["Model"].values()) == ["Dense GAN", "DCGAN"] and "Seed" in rows
    assert "Preset" not in rows and "Device" not in rows
    last = ends.set_index("At the end").to_dict("index")
    assert list(last["Fréchet distance"].values()) == ["20.0", "10.0", "low; real images get 0.50"]
    assert list(last) == ["Iterations", "Time spent training", "Fréchet distance"]
    folded = everything.set_index("At the end").to_dict("index")
    assert (
        list(folded["Fréchet distance"].values()) == ["20.0 (real images 0.50)", "10.0 (real images 0.50)"]
        and "Generator's loss" in folded
    )
    assert [box.label for box in test.expander] == ["All numbers"]
    assert test.expander[0].table[0].value.equals(everything)
    assert "means of the last 30 iterations" in words(test)


def test_a_run_has_one_letter_and_colour_in_whatever_order_it_was_ticked(runs):
    one, two = (with_figures(runs, {10: 40.0}, digits=[digit]) for digit in (5, 8))
    looks = []
    for order in ((one, two), (two, one)):
        test = compared(*order)
        lines = charts(test)[0]["data"]
        looks.append([(line["name"], line["line"]["color"]) for line in lines])
        grids = sent(test, "ganlab_grids")[0]["grids"]
        assert [(grid["title"], grid["colour"]) for grid in grids] == looks[-1]
    assert looks[0] == looks[1] == [("A: Dense GAN, class 5", RUNS[0][0]), ("B: Dense GAN, class 8", RUNS[1][0])]


def test_a_run_has_the_colour_in_the_comparison_that_it_has_in_its_race(runs):
    left, right = raced(runs)
    in_race = {line["name"]: line["line"]["color"] for line in charts(open_page("train", race=right.id))[0]["data"]}
    lines = charts(compared(right, left))[0]["data"]
    assert [line["line"]["color"] for line in lines] == [in_race["Dense GAN"], in_race["DCGAN"]]


def test_the_share_that_is_read_is_told_with_and_without_ground(runs):
    left, right = raced(runs, read=(0.98, 0.6))
    text = compared(left, right).table[1].value.set_index("At the end").to_dict("index")
    row = "Samples read as the class asked for, faint ground made black"
    assert list(text[row].values()) == ["98.0%", "60.0%", "high"]
    writer = make(runs, quality=list(metric_catalog.COLUMNS), digits=[5], seed=7, created="2999-01-01T00:00:00+00:00")
    writer.quality(10, {"coverage": 0.00112, "class_5": 0.012})
    writer.close()
    test = compared(left, Run(writer.path))
    rows = test.table[1].value.set_index("At the end").to_dict("index")
    assert list(rows["Samples read as the class asked for, as they were drawn"].values()) == ["1.0%", "1.2%", "high"]
    assert list(rows["Coverage"].values()) == ["–", "0.11%", "high"] and "grey ground" in words(test)


def test_the_headings_go_down_in_steps(runs):
    test = compared(finish(runs), finish(runs, seed=1))
    assert len(test.title) == 1 and not test.subheader and len(test.header) == 5


def test_what_figures_are_of_is_said_below_the_chart(runs):
    one, two = (with_figures(runs, {10: 40.0}, digits=[5], seed=seed, measuring=about()) for seed in (0, 1))
    text = words(compared(one, two))
    assert (
        "1,000 samples of each run, with the pretrained classifier “classifier”" in text
        and "do not compare" not in text
    )
    other = with_figures(runs, {10: 50.0}, digits=[8], measuring=about())
    text = words(compared(one, other))
    assert "do not compare between the runs: they were measured beside different real images" in text


def test_a_chart_can_be_saved_as_a_picture_and_has_no_other_button(runs):
    test = compared(*(with_figures(runs, {10: 40.0}, seed=seed) for seed in (0, 1)))
    settings = [json.loads(chart.proto.config) for chart in test.get("plotly_chart")]
    assert len(settings) == 2
    for one, name in zip(settings, ("Generator's loss", "Fréchet distance"), strict=True):
        assert one["modeBarButtons"] == [["toImage"]] and one.get("displayModeBar", "hover") == "hover"
        assert (one["toImageButtonOptions"]["format"], one["toImageButtonOptions"]["filename"]) == ("png", name)


def test_by_seconds_and_by_another_curve(runs):
    one, two = finish(runs), finish(runs, seed=1)
    test = compared(one, two)
    test.button_group(key="compare-by").set_value("seconds").run()
    test.selectbox(key="compare-curve").set_value("discriminator_loss").run()
    (losses,) = charts(test)
    assert losses["layout"]["xaxis"]["title"]["text"] == "seconds of training"
    assert losses["layout"]["yaxis"]["title"]["text"] == "Discriminator's loss"
    head, _ = sent(test, "ganlab_grids")
    assert head["by"] == "seconds" and 0 <= head["stops"][0] < head["stops"][-1] <= 1
    assert "None of these runs has kept metrics" in words(test)


def test_runs_with_the_same_settings(runs):
    test = compared(finish(runs), finish(runs))
    assert "started with the same settings" in words(test) and len(test.table) == 2


def test_runs_of_different_kinds_share_no_curve_but_the_rest_is_there(runs):
    test = compared(finish(runs), finish(runs, model="vae", digits=None))
    assert "share no curve" in words(test) and not charts(test)
    assert len(sent(test, "ganlab_grids")[0]["grids"]) == 2 and len(test.table) == 3
    moments = (f"2026-01-0{day}T00:00:00+00:00" for day in (1, 2, 3))
    chosen = (finish(runs, model=model, created=next(moments)) for model in ("dense-gan", "vae", "dcgan"))
    test = compared(*chosen)
    assert names(charts(test)[0]) == ["A: Dense GAN, class 5", "C: DCGAN, class 5"]
    assert "Without this curve: B: " in words(test)


def test_a_run_that_still_trains_is_shown_as_far_as_it_is(runs):
    one, writer = finish(runs, created=EARLY), make(runs, 12)
    writer.status("running")
    test = compared(one, writer.run)
    assert "B: Dense GAN, class 5 is still training" in words(test)
    assert [len(line["x"]) for line in charts(test)[0]["data"]] == [30, 12]
    writer.iterations(one.metrics(12), one.first_images(12))
    writer.close()
    test = press(test, "Show the latest")
    assert [len(line["x"]) for line in charts(test)[0]["data"]] == [30, 30] and "Show the latest" not in labels(test)


def test_a_run_that_has_not_begun(runs):
    fresh = finish(runs, "failed", done=0)
    (fresh.path / "previews.bin").unlink()
    test = compared(finish(runs, created=EARLY), fresh)
    assert "has recorded no iteration yet" in words(test)
    assert sent(test, "ganlab_grids")[0]["grids"][1]["words"] == "No samples yet."


def test_a_pruned_run(runs):
    one, two = finish(runs), finish(runs, done=1000, iterations=1000)
    prune(two)
    test = compared(one, two)
    assert "was pruned to save space" in words(test) and len(charts(test)[0]["data"]) == 2
    assert len(sent(test, "ganlab_grids")[0]["grids"][1]["iterations"]) <= 20


def test_a_pretrained_run_without_a_history(runs):
    test = compared(finish(runs), Run(PRETRAINED / "dcgan"))
    assert "came without its history" in words(test)
    grid = next(one for one in sent(test, "ganlab_grids")[0]["grids"] if one["words"])
    assert grid["iterations"] == [20_000] and grid["words"] == "At the end,"
    assert "30 or 1,000 iterations" in words(test)


def test_a_run_that_was_deleted_and_the_others_are_shown(runs):
    one, two, gone = finish(runs), finish(runs), finish(runs)
    shutil.rmtree(gone.path)
    test = compared(one, gone, two)
    assert f"There is no run '{gone.path.name}'" in words(test) and len(charts(test)[0]["data"]) == 2
    shutil.rmtree(two.path)
    test = compared(one, two)
    assert "It takes two runs to compare" in words(test) and len(sent(test, "ganlab_grids")[0]["grids"]) == 1


def test_a_run_that_vanishes_while_it_is_read(runs, monkeypatch):
    def vanish(*args):
        raise FileNotFoundError

    monkeypatch.setattr(comparison_page.comparison, "ends", vanish)
    assert "has just been deleted" in words(compared(finish(runs), finish(runs)))


def test_nothing_one_and_five_runs(runs):
    made = [finish(runs) for _ in range(5)]
    assert "It takes two runs" in words(page(compare=""))
    test = compared(*made)
    assert "These are the first 4 of the 5 that you chose" in words(test) and len(charts(test)[0]["data"]) == 4
    assert "It takes two runs" in words(compared(made[0], made[0]))


def test_an_architecture_that_is_no_more(runs):
    test = compared(finish(runs), finish(runs, model="old-gan"))
    assert "old-gan, has been removed" in words(test) and len(charts(test)[0]["data"]) == 2


def test_a_users_title_is_shown_as_it_is(runs):
    one = finish(runs)
    run_list.rename(one, "*Mine* <b>$x$")
    test = compared(one, finish(runs))
    assert names(charts(test)[0])[0] == "A: *Mine* &lt;b&gt;$x$"
    assert sent(test, "ganlab_grids")[0]["grids"][0]["title"] == "A: *Mine* <b>$x$"


def test_it_is_all_drawn_without_tensorflow(runs):
    one, two = with_figures(runs, {10: 4.0}), finish(runs)
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('pages/runs.py', default_timeout=120)\n"
        f"test.query_params['compare'] = '{one.path.name},{two.path.name}'\ntest.run()\n"
        "assert not test.exception and len(test.get('plotly_chart')) == 2, test.exception"
    )
    assert not HEAVY & imported_by(code)


def test_the_writer_is_left_alone(runs):
    one, two = finish(runs), finish(runs)
    compared(one, two)
    for run in (one, two):
        RunWriter(run.path).close()
