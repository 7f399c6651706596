"""What the view of the Lab is sent, and how large that is."""

import numpy as np
import pytest

from ganlab.runs import Run, plane_pictures
from ganlab.runs.plane_history import PlaneHistory
from ganlab.ui.lab import frames
from tests.conftest import unpack, watched_run

MOST = 100_000  # bytes of a poll


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return Run(watched_run(tmp_path_factory.mktemp("plane"), 120))


def ask(run: Run, sent: int = 0, **wanted) -> tuple[dict, dict[str, np.ndarray], int, int]:
    """Head, arrays, up to where moments were sent, and the size of an answer."""
    content, sent = frames.frame(run, {"state": "finished"}, {"run": run.id, **wanted}, sent, {"r1": "R1 penalty"})
    return *unpack(content), sent, len(content)


def places(packed: np.ndarray, run: Run) -> np.ndarray:
    """Points as the browser reads them."""
    return ((packed.reshape(-1, 2).astype(float) / 65535) * 4 - 2) * run.config.extent


def test_moments_are_sent_one_after_the_other_until_all_are_there(run):
    made = [iteration for iteration in PlaneHistory(run).made if iteration]
    head, arrays, sent, size = ask(run)
    assert head["from"] == 0 and sent == made[-1] == arrays["moments"][-1] and size < MOST
    assert len(arrays["moments"]) <= frames.NEWEST and set(arrays["moments"].tolist()) <= set(made)
    assert head["columns"][:2] == ["generator_loss", "discriminator_loss"] and head["done"] == 120
    assert len(arrays["rows"]) == len(head["columns"]) * len(arrays["iterations"])
    head, arrays, again, size = ask(run, sent, reals=True)
    assert again == sent and "moments" not in arrays and "reals" not in arrays and size < MOST / 3
    assert head["from"] == sent, "a browser that has missed a frame finds out"


def test_points_come_back_as_they_were_but_for_the_rounding(run):
    _, arrays, _, _ = ask(run)
    last = run.first_images(119, 120)[0].astype(float)
    reach = 2 * run.config.extent
    expected = np.clip(last, -reach, reach)
    found = places(arrays["points"], run).reshape(-1, 256, 2)[-1]
    assert np.abs(found - expected).max() <= 2 * reach / 65535
    np.testing.assert_allclose(places(arrays["reals"], run), run.reals(), atol=2 * reach / 65535)


def test_heat_and_arrows_come_back_within_a_step_of_their_range(run):
    _, arrays, _, _ = ask(run)
    kept = run.preview()
    assert kept is not None and kept[0] == arrays["moments"][-1]
    parts = plane_pictures.moment_parts(run, kept[1])
    low, high = arrays["heat_range"].reshape(-1, 2)[-1]
    heat = arrays["heat"].reshape(-1, 40, 40)[-1] / 255 * (high - low) + low
    assert np.abs(heat - parts["heat"]).max() <= (high - low) / 255 + 1e-6
    reach = arrays["arrow_range"][-1]
    arrows = (arrays["arrows"].reshape(-1, 256, 2)[-1].astype(float) - 128) / 127 * reach
    assert np.abs(arrows - parts["arrows"]).max() <= reach / 127
    far = 2 * run.config.extent
    nodes = places(arrays["nodes"], run).reshape(-1, 13, 13, 2)[-1]
    np.testing.assert_allclose(nodes, np.clip(parts["nodes"], -far, far), atol=2 * far / 65535)


def test_a_range_is_answered_with_moments_of_it_and_the_newest_wait(run):
    head, arrays, sent, size = ask(run, 0, range=[30, 90], reals=True)
    assert head["range"] == [30, 90] and sent == 0 and "from" not in head and size < 2 * MOST
    assert arrays["moments"].min() >= 30 and arrays["moments"].max() <= 90 and len(arrays["moments"]) <= frames.RANGE


def test_iterations_are_sent_exactly_but_never_many(run):
    _, arrays, _, size = ask(run, 120, exact=[40, 10_000], reals=True)
    assert arrays["exact"].tolist() == list(range(40, 40 + frames.EXACT)) and size < MOST
    far = 2 * run.config.extent
    expected = np.clip(run.first_images(39, 39 + frames.EXACT).astype(float), -far, far)
    assert np.abs(places(arrays["exact_points"], run).reshape(-1, 256, 2) - expected).max() < 1e-3


@pytest.mark.parametrize(
    "wanted",
    [
        {"range": "all"},
        {"range": [1]},
        {"range": [float("nan"), 3]},
        {"range": [None, 3]},
        {"exact": {"a": 1}},
        {"gif": [float("inf"), 1]},
        {"window": ["1", "2"]},
        {"range": [[1], [2]]},
    ],
)
def test_what_makes_no_sense_is_not_answered(run, wanted):
    head, arrays, _, _ = ask(run, 120, **wanted)
    assert not {"range", "gif", "window"} & set(head) and "exact" not in arrays


def test_another_runs_question_and_none_are_no_question(run):
    for asked in (None, "gif", {"run": "another", "gif": [1, 9]}, {"gif": [1, 9]}):
        head, arrays = unpack(frames.frame(run, {}, asked, 120, {})[0])
        assert "gif" not in head and "iterations" in arrays


def test_numbers_beyond_the_run_are_brought_into_it(run):
    head, *_ = ask(run, 120, range=[-5, 1e12])
    assert head["range"] == [1, 120]
    head, *_ = ask(run, 120, range=[90, 30])
    assert head["range"] == [30, 90]


def test_a_gif_is_a_file_of_its_own(run):
    head, arrays, sent, _ = ask(run, 7, gif=[1, 120])
    assert head["gif"] == [1, 120] and sent == 7 and arrays["gif"].tobytes().startswith(b"GIF89a")


def test_points_that_are_no_numbers_break_nothing(run):
    packed = frames._places(np.array([[np.nan, np.inf], [-np.inf, 1e30]]), 5.0)
    assert packed.tolist() == [[32768, 65535], [0, 65535]]
