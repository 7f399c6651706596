"""What the Train page offers once a run is over: its files, and training it further."""

import pytest
from streamlit.testing.v1 import AppTest

from ganlab.metrics import metric_catalog
from ganlab.runs import Run
from ganlab.runs.tables import quality_csv, validation_csv
from tests.evaluation.test_comparison import with_figures
from tests.pages.steps import finish, labels, make, open_page, words

SETTLED = "has fallen to a hundredth by now, so more iterations change little. Start a new run"


def downloads(test: AppTest) -> list[str]:
    return [str(button.proto.label) for button in test.get("download_button")]


def shown(run: Run) -> AppTest:
    return open_page("train", run=run.path.name)


def in_list(run: Run) -> AppTest:
    return open_page("runs", search=run.id)


def test_curves_figures_of_merit_and_validation_are_there_as_csv(runs):
    plain, measured = finish(runs), with_figures(runs, {10: 40.0, 30: 20.0}, seed=1)
    assert "Curves as CSV" in downloads(shown(plain)) and "Metrics as CSV" not in downloads(shown(plain))
    found = downloads(shown(measured))
    assert {"Curves as CSV", "Metrics as CSV"} <= set(found) and "Validation as CSV" not in found
    head, first, second = quality_csv(measured).splitlines()
    assert head == ",".join(["iteration", *metric_catalog.COLUMNS])
    assert first.startswith("10,40,0.5,") and second.startswith("30,20,0.5,")

    writer = make(runs, model="vae", validation=["loss", "reconstruction", "kl"], seed=2)
    writer.validation(30, {"loss": 3.0, "reconstruction": 2.0, "kl": 1.0})
    writer.status("finished")
    writer.close()
    assert "Validation as CSV" in downloads(shown(Run(writer.path)))
    assert validation_csv(Run(writer.path)).splitlines() == ["iteration,loss,reconstruction,kl", "30,3,2,1"]


def test_the_settings_give_the_length_that_the_run_was_extended_to(runs):
    from ganlab import registry

    values = {**registry.get("dense-gan").values(), "iterations": 30}
    settings = shown(finish(runs, values=values, iterations=70)).table[-1].value.set_index("Setting")
    assert settings.loc["Iterations", "Value"] == "70"


@pytest.mark.parametrize("place", [shown, in_list])
@pytest.mark.parametrize(
    ("model", "values", "is_said"),
    [
        ("swift-gan", {"iterations": 30}, True),
        ("swift-gan", {"iterations": 31}, False),
        ("digit-gan", {"iterations": 30, "recipe": "swift"}, True),
        ("digit-gan", {"iterations": 30}, False),
        ("dense-gan", {"iterations": 30}, False),
        ("classifier", {"decay_iterations": 20}, True),
    ],
)
def test_where_learning_rates_have_fallen_extending_is_advised_against(runs, place, model, values, is_said):
    from ganlab import registry

    run = finish(runs, model=model, values=registry.get(model).values(changes=values))
    test = place(run)
    if place is in_list:
        test.session_state[f"more-{run.path.name}"] = True
        test.run()
    assert "Extend" in labels(test) and (SETTLED in words(test)) == is_said
