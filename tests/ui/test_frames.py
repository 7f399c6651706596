"""What the live view is sent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganlab.runs import Run, RunWriter
from ganlab.runs.files import Records
from ganlab.ui.shared import curve_means, packing
from ganlab.ui.train import frames
from tests.conftest import unpack

CURVES = ["seconds", "generator_loss", "discriminator_loss"]


def writer_in(folder, iterations=5000) -> RunWriter:
    return RunWriter.create(
        folder,
        model="dense-gan",
        preset="published",
        values={},
        iterations=iterations,
        curves=CURVES,
        preview_images=16,
    )


def record(writer: RunWriter, count: int, start: int = 0) -> np.ndarray:
    """Rows whose second curve is the iteration's number; the first image of iteration i is filled with i % 251."""
    numbers = np.arange(start + 1, start + count + 1)
    rows = np.stack([numbers / 100, numbers, -numbers / 2], axis=1).astype(np.float32)
    writer.iterations(rows, np.broadcast_to((numbers % 251)[:, None, None], [count, 28, 28]).astype(np.uint8))
    return rows


def ask(writer: RunWriter, **wanted):
    run = Run(writer.path)
    question = {"run": run.id, **wanted}
    return unpack(frames.frame(run, {"state": "running"}, CURVES[1:], question))


@pytest.fixture
def writer(tmp_path):
    writer = writer_in(tmp_path)
    yield writer
    writer.close()


@given(
    st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 255), max_size=9)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=9)),
)
def test_what_is_packed_is_unpacked(arrays, head):
    packed = packing.pack(head, {name: np.array(values, np.uint8) for name, values in arrays.items()})
    found, unpacked = unpack(packed)
    assert {name: array.tolist() for name, array in unpacked.items()} == arrays
    assert {**found, "arrays": 0} == {**head, "arrays": 0}


def test_a_short_run_is_sent_point_by_point(writer):
    rows = record(writer, 30)
    head, arrays = ask(writer)
    assert head["done"] == 30 and head["columns"] == CURVES[1:]
    assert arrays["iterations"].tolist() == list(range(1, 31))
    np.testing.assert_array_equal(arrays["rows"].reshape(2, 30), rows[:, 1:].T)


@pytest.mark.parametrize("chunks", [[4000], [1] * 600 + [3400], [511, 2, 1, 3486]])
def test_a_long_run_is_sent_as_means_whatever_the_chunks(writer, chunks):
    written = []
    for count in chunks:
        written.append(record(writer, count, sum(len(rows) for rows in written)))
        if len(written) % 50 == 0:
            ask(writer)
    _, arrays = ask(writer)
    ends, means = arrays["iterations"], arrays["rows"].reshape(2, -1)
    assert len(ends) <= curve_means.MOST_POINTS and ends[-1] == 4000
    rows = np.concatenate(written)
    parts = np.split(rows[:, 1:], ends[:-1])
    np.testing.assert_allclose(means.T, [part.mean(axis=0) for part in parts], rtol=1e-6)


def test_a_value_that_is_no_number_spoils_no_other(writer):
    rows = record(writer, 2000)
    rows[7, 1] = np.nan
    writer.rewind(0)
    writer.iterations(rows, np.zeros([2000, 28, 28], np.uint8))
    _, arrays = ask(writer)
    assert np.isfinite(arrays["rows"]).all()


def test_a_run_that_was_cut_by_a_resume_is_read_anew(writer):
    record(writer, 100)
    ask(writer)
    writer.rewind(40)
    record(writer, 100, 1000)
    head, arrays = ask(writer)
    assert head["done"] == 140
    assert arrays["rows"].reshape(2, -1)[0].tolist() == [*range(1, 41), *range(1001, 1101)]


def test_a_window_shows_what_the_whole_hides(writer):
    record(writer, 4000)
    head, arrays = ask(writer, window=[1000.4, 1100])
    assert head["window"] == [1000, 1100] and arrays["iterations"].tolist() == list(range(1000, 1101))


@pytest.mark.parametrize("piece", [700, 3, 10_000])
def test_a_long_run_and_a_wide_window_are_read_piece_by_piece(writer, monkeypatch, piece):
    monkeypatch.setattr(curve_means, "PIECE", piece)
    rows = record(writer, 4000)[:, 1:]
    read: list[int] = []
    whole = Records.read
    monkeypatch.setattr(Records, "read", lambda *given: read.append(len(found := whole(*given))) or found)
    for window in (None, [2, 3999], [11, 30]):
        _, arrays = ask(writer, **({"window": window} if window else {}))
        ends, means = arrays["iterations"], arrays["rows"].reshape(2, -1)
        first, last = window or (1, 4000)
        parts = np.split(rows[first - 1 : last], ends[:-1] - first + 1)
        np.testing.assert_allclose(means.T, [part.mean(axis=0) for part in parts], rtol=1e-6)
        assert ends[-1] == last and len(ends) == min(last - first + 1, len(ends)) <= curve_means.MOST_POINTS
    assert max(read) <= max(piece, 9), "9 first images are read whole, too"
    read.clear()
    ask(writer, window=[2, 3999])
    assert sum(read) < 100, "what does not change is gone through once"


def test_a_window_is_read_anew_after_a_resume(writer):
    record(writer, 100)
    assert ask(writer, window=[51, 60])[1]["rows"][0] == 51
    writer.rewind(40)
    record(writer, 100, 1000)
    assert ask(writer, window=[51, 60])[1]["rows"][0] == 1011


def test_looking_back_shows_an_iterations_first_image_its_neighbours_and_the_nearest_preview(writer):
    for iteration in (10, 50, 90):
        writer.preview(iteration, np.full([16, 28, 28], iteration, np.uint8))
    record(writer, 100)
    head, arrays = ask(writer, at=47)
    assert head["at"] == 47 and head["strip"] == 43 and head["kept"] == 50
    assert arrays["strip"].reshape(-1, 784)[:, 0].tolist() == list(range(43, 52))
    assert set(arrays["kept"].tolist()) == {50} and "preview" not in arrays
    head, arrays = ask(writer, at=1)
    assert head["strip"] == 1 and len(arrays["strip"]) == 9 * 784
    head, arrays = ask(writer, at=99)
    assert head["strip"] == 92 and len(arrays["strip"]) == 9 * 784
    head, arrays = ask(writer)
    assert head["strip"] == 92 and "kept" not in arrays


@pytest.mark.parametrize("at, kept", [(1, 2), (2, 2), (4, 6), (3, 2), (5, 6), (100, 6)])
def test_of_two_previews_as_near_the_later_one_is_shown(writer, at, kept):
    for iteration in (0, 2, 6):
        writer.preview(iteration, np.full([16, 28, 28], iteration, np.uint8))
    record(writer, 100)
    head, arrays = ask(writer, at=at)
    assert head["kept"] == kept and set(arrays["kept"].tolist()) == {kept}


def test_a_sheet_shows_a_hundred_of_a_range_and_comes_alone(writer):
    record(writer, 1000)
    _, arrays = ask(writer, sheet=[1, 1000])
    assert set(arrays) == {"sheet", "sheet_iterations"}
    chosen = arrays["sheet_iterations"]
    assert len(chosen) == 100 and chosen[0] == 1 and chosen[-1] == 1000
    assert arrays["sheet"].reshape(-1, 784)[:, 0].tolist() == (chosen % 251).tolist()
    _, arrays = ask(writer, sheet=[60, 21])
    assert arrays["sheet_iterations"].tolist() == list(range(21, 61))


def test_the_real_images_are_sent_until_they_are_there(writer):
    writer.reals(np.ones([64, 28, 28], np.uint8))
    record(writer, 3)
    assert len(ask(writer)[1]["reals"]) == 64 * 784
    assert "reals" not in ask(writer, reals=True)[1]


def test_no_frame_is_larger_than_100_kilobytes(tmp_path):
    writer = writer_in(tmp_path)
    writer.reals(np.ones([64, 28, 28], np.uint8))
    writer.preview(5, np.ones([16, 28, 28], np.uint8))
    record(writer, 4000)
    run = Run(writer.path)
    for wanted in ({}, {"at": 50}, {"at": 50, "reals": True}, {"sheet": [1, 4000]}, {"sheet": [1, 100], "at": 3}):
        assert len(frames.frame(run, {}, CURVES * 2, {"run": run.id, **wanted})) < 100_000
    writer.close()


@pytest.mark.parametrize(
    "wanted",
    [
        {"at": "x"},
        {"at": None},
        {"at": float("nan")},
        {"at": -5},
        {"at": 10**12},
        {"window": [1]},
        {"window": "ab"},
        {"window": [None, 3]},
        {"sheet": {}},
        {"run": 7},
    ],
)
def test_nonsense_from_the_browser_does_no_harm(writer, wanted):
    record(writer, 10)
    head, arrays = ask(writer, **wanted)
    assert head["done"] == 10 and len(arrays["iterations"])
    run = Run(writer.path)
    for question in (None, "text", 5, [1, 2]):
        assert unpack(frames.frame(run, {}, CURVES[1:], question))[0]["done"] == 10


def test_a_pruned_run_shows_what_it_has_kept(writer):
    writer.preview(90, np.full([16, 28, 28], 90, np.uint8))
    record(writer, 100)
    writer.prune()
    record(writer, 50, 100)
    head, arrays = ask(writer, at=30)
    assert len(arrays["strip"]) == 0 and head["kept"] == 90 and len(arrays["iterations"]) == 150
    _, arrays = ask(writer, sheet=[1, 150])
    assert len(arrays["sheet"]) == 784 * len(arrays["sheet_iterations"])
    assert arrays["sheet_iterations"][0] == Run(writer.path).pruned + 1
    _, arrays = ask(writer, sheet=[1, 50])
    assert len(arrays["sheet"]) == len(arrays["sheet_iterations"]) == 0


def test_a_run_without_any_iteration_is_an_empty_frame(writer):
    head, arrays = ask(writer, at=3, window=[1, 2], sheet=[1, 100])
    assert head["done"] == 0 and len(arrays["iterations"]) == 0 and len(arrays["strip"]) == 0


@pytest.mark.parametrize(("images", "places"), [(16, 1000), (32, 200)])
def test_what_is_known_of_test_images_comes_with_each_preview(tmp_path, images, places):
    config = {"model": "classifier", "preset": "published", "values": {}, "iterations": 100, "curves": CURVES}
    writer = RunWriter.create(tmp_path, **{**config, "preview_images": images, "places": places})
    count = places - 30  # of a data set with few test images
    writer.reals(np.ones([64, 28, 28], np.uint8), (np.arange(count) % 10).astype(np.uint8))
    for iteration in (10, 50):
        read = np.stack([np.arange(count) % 10, np.full(count, iteration / 100)], axis=1)
        writer.preview(iteration, np.full([images, 28, 28], iteration, np.uint8), read)
    record(writer, 100)
    head, arrays = ask(writer)
    assert head["preview"] == 50 and len(arrays["labels"]) == count
    found = arrays["places"].reshape(count, 2)
    assert found[:, 0].tolist() == arrays["labels"].tolist() and found[:, 1] == pytest.approx(0.5)
    head, arrays = ask(writer, at=12)
    assert head["kept"] == 10 and set(arrays["kept"].tolist()) == {10}
    assert arrays["places"].reshape(count, 2)[:, 1] == pytest.approx(0.1, abs=1e-3)
    run = Run(writer.path)
    fresh = (77, np.zeros([images, 28, 28], np.uint8), -np.ones([count, 2], np.float32))
    head, arrays = unpack(frames.frame(run, {}, CURVES[1:], {"run": run.id}, fresh))
    assert head["preview"] == 77 and set(arrays["places"].tolist()) == {-1.0}
    assert len(frames.frame(run, {}, CURVES * 2, {"run": run.id})) < 100_000
    writer.close()


def test_figures_of_what_is_held_out_come_with_their_names(tmp_path):
    config = {"model": "repair-gan", "preset": "tuned", "values": {}, "iterations": 100, "curves": CURVES}
    names = ["accuracy_damaged", "accuracy_repaired"]
    writer = RunWriter.create(tmp_path, **{**config, "preview_images": 32, "validation": names})
    record(writer, 100)
    assert "validation" not in ask(writer)[0]
    writer.validation(50, dict(zip(names, (0.5, 0.75), strict=True)))
    writer.validation(100, dict.fromkeys(names, float("nan")))
    head, arrays = ask(writer)
    assert head["validation"] == names and arrays["validated"].tolist() == [50, 100]
    values = arrays["validation"].reshape(2, 2)
    assert values[:, 0].tolist() == [0.5, 0.75] and np.isnan(values[:, 1]).all()

    record(writer, 20_000, 100)
    for iteration in range(110, 20_001, 10):
        writer.validation(iteration, dict.fromkeys(names, 0.5))
    _, arrays = ask(writer)
    assert arrays["validated"][0] == 50 and arrays["validated"][-1] == 20_000, "the first ones are shown, too"
    assert 400 < len(arrays["validated"]) <= curve_means.MOST_POINTS
    assert ask(writer, window=[45, 130])[1]["validated"].tolist() == [50, 100, 110, 120, 130]
    assert ask(writer, window=[1, 9])[1]["validated"].tolist() == []
    writer.close()
