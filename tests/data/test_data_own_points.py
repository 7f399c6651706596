"""Proves that the user's own points and drawings are read as they are, and that each fault has its sentence."""

import base64
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from ganlab.data import own_points
from ganlab.data.own_points import (
    NOTHING_DRAWN,
    SIDE,
    is_points,
    load_own_points,
    pack_drawing,
    points_of_picture,
    read_points_csv,
    unpack_drawing,
)
from ganlab.errors import GanlabError

THREE = [[1.5, -2.0], [0.0, 3.0], [-4.0, 4.0]]


@pytest.fixture
def table(tmp_path: Path):
    def write(text: str | bytes, name: str = "points.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(GanlabError) as caught:
        load_own_points(path)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence and str(path) in sentence
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "1.5,-2\n0,3\n-4,4\n",
        "x,y\n1.5,-2\n0,3\n-4,4",
        '"x","y"\r\n"1.5","-2"\r\n\r\n"0","3"\r\n"-4","4"\r\n\r\n',
        "x;y\n1,5;-2\n0;3,0\n-4;4\n",
        "1.5\t-2\n0\t3\n-4\t4\n",
        "# first second\n  1.5   -2\n 0 3 \n-4 4\n",
        "1.50e0, -2\n0 , 3\n-4, 4.\n",
        "\ufeffx,y\n1.5,-2\n0,3\n-4,4\n",
        "1.5,-2\r0,3\r-4,4\r",
    ],
)
@pytest.mark.parametrize("name", ["points.csv", "points.TSV", "points.txt"])
def test_tables_of_two_columns_are_read_however_they_are_written(table, text: str, name: str) -> None:
    path = table(text, name)
    points, notices = read_points_csv(path)
    assert points.tolist() == THREE and points.dtype == np.float32 and notices == ()
    assert is_points(path)


def test_points_from_elsewhere_keep_their_shape_and_it_is_said(table) -> None:
    points, notices = read_points_csv(table("100,10\n120,10\n110,15\n"))
    assert points.tolist() == [[-4, -1], [4, -1], [0, 1]]
    assert notices == (
        "The points were moved by (-110, -12.5) and then scaled by 0.4 along both axes, so that they lie between -4 "
        "and 4.",
    )


numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8))
@example([(1.7e308, -1.7e308), (-1.7e308, 1.7e308)])
@example([(4.000000000000001, 0.0), (4.0, 0.0)])
def test_any_points_end_within_reach_or_are_all_the_same(tmp_path_factory, rows: list[tuple[float, float]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("\n".join(f"{x!r},{y!r}" for x, y in rows))
    values = np.array(rows)
    try:
        points, notices = read_points_csv(path)
    except GanlabError as problem:
        assert "are the same" in str(problem)
        seen = values if np.abs(values).max() > 4 else values.astype(np.float32)
        assert (seen == seen[0]).all()
        return
    assert points.shape == values.shape and np.abs(points).max() <= 4
    assert bool(notices) == (np.abs(values).max() > 4)
    if notices:
        assert np.ptp(points, axis=0).max() == pytest.approx(8)
        spans = np.ptp(values / 2, axis=0)  # halves, as the whole may be beyond a float
        np.testing.assert_allclose(np.ptp(points, axis=0), 8 * (spans / spans.max()), atol=1e-5)
    else:
        np.testing.assert_array_equal(points, values.astype(np.float32))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,2\n\n3,nan\n", "Line 3 of {} has 'nan', which is no finite number."),
        ("1,2\n-inf,3\n", "Line 2 of {} has '-inf', which is no finite number."),
        ("1,2\n3,1e400\n", "Line 2 of {} has '1e400', which is no finite number."),
        ("nan,nan\n3,1\n", "Line 1 of {} has 'nan', which is no finite number."),
        ("x,y\n1,2\n3,four\n", "Line 3 of {} has 'four' in place of a number."),
        ("one,2\n3,4\n", "Line 1 of {} has 'one' in place of a number."),
        ("1,2\n3,\n", "Line 2 of {} has '' in place of a number."),
        ("1,2\n3,4\nx,y\n", "Line 3 of {} has 'x' in place of a number."),
        ("x,y,z\n1,2,3\n", "Line 2 of {} has 3 columns, but a point has 2."),
        ("1,2\n3\n", "Line 2 of {} has 1 column, but a point has 2."),
        ("x,y\n1,2\n", "{} has fewer than 2 points."),
        ("x,y\n", "{} has fewer than 2 points."),
        ("\n\n", "{} has fewer than 2 points."),
        ("", "{} has fewer than 2 points."),
        ("1,2\n1,2\n1,2.0\n", "All points in {} are the same."),
        ("7,8\n7,8\n", "All points in {} are the same."),
        ("1,2\n" + "3" * 1001 + ",4\n", "Line 2 of {} is too long for a point."),
        ("1,2\n3,4\n".encode("utf-16"), r"Line 2 of {} has '\x003\x00' in place of a number."),
    ],
)
def test_tables_that_are_refused(table, text: str | bytes, says: str) -> None:
    path = table(text)
    assert says.format(path) in refusal(path)


@pytest.mark.parametrize("header", ["", "x,y\n"])
def test_too_many_rows_are_refused_before_they_are_read(table, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_points.MOST_ROWS == 1_000_000
    monkeypatch.setattr(own_points, "MOST_ROWS", 5)
    most = "".join(f"{row},1\n" for row in range(5))
    assert len(read_points_csv(table(f"{header}{most}\n\n"))[0]) == 5
    monkeypatch.setattr(own_points, "_point", lambda *given: pytest.fail("read"))
    assert "has more than 5 rows, which is the most." in refusal(table(f"{header}{most}9,9\n"))


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("x,y\n1,2\n", "a.csv", True),
        ("1,2\n3,4\n5,6\n7,8\n9,10\n1,2,3\n", "a.csv", True),
        ("1,2\n3,4,5\n", "a.csv", False),
        ("label,file\ncat,1.png\n", "a.csv", False),
        ("1\n2\n", "a.csv", False),
        (",".join("0" * 785) + "\n", "a.csv", False),
        ("", "a.csv", False),
        ("x,y\n", "a.csv", False),
        ("1,2\n3,4\n", "a.png", True),  # a single picture is taken for a drawing
        ("1,2\n3,4\n", "a.dat", False),
    ],
)
def test_a_quick_look_tells_points_from_other_tables(table, text: str, name: str, found: bool) -> None:
    assert is_points(table(text, name)) is found


def test_what_is_not_there_or_of_another_kind(tmp_path: Path, table) -> None:
    missing = tmp_path / "none.csv"
    assert not is_points(missing) and "could not be read (No such file" in refusal(missing)
    (tmp_path / "folder.csv").mkdir()
    assert not is_points(tmp_path / "folder.csv") and "could not be read" in refusal(tmp_path / "folder.csv")
    assert "no file of points. Choose a table" in refusal(table("1,2\n3,4\n", "points.npy"))
    assert "damaged or no picture" in refusal(table("1,2\n3,4\n", "points.png"))


def test_own_points_are_split_and_are_the_same_each_time(table) -> None:
    path = table("".join(f"{row},{row}\n" for row in range(-3, 4)) + "2,1\n1,2\n3,0\n", "mine.csv")
    data = load_own_points(path)
    assert len(data.x_train) == 8 and len(data.x_test) == 2 and data.points and data.shape == (2,)
    together = np.concatenate([data.x_train, data.x_test])
    assert sorted(together.tolist()) == sorted(read_points_csv(path)[0].tolist())
    assert (data.name, data.title, data.source) == (str(path), "mine.csv", f"own points from {path}")
    assert data.class_names == ("points",) and not data.y_train.any() and data.y_test.dtype == np.uint8
    assert data.fingerprint == load_own_points(path).fingerprint and data.layout == "table of points"
    assert data.x_train.tolist() != read_points_csv(path)[0][:8].tolist(), "a sorted file is mixed"
    two = load_own_points(table("0,0\n1,1\n"))
    assert len(two.x_train) == len(two.x_test) == 1 and two.extent > 0


def test_points_follow_the_ink_with_the_top_at_large_y() -> None:
    ink = np.zeros([4, 4])
    ink[0, 3], ink[2, 1] = 3, 1
    points = points_of_picture(ink, 4000, np.random.default_rng(0))
    assert points.dtype == np.float32 and points.shape == (4000, 2)
    right_top = (points >= [2, 2]).all(axis=1) & (points <= [4, 4]).all(axis=1)
    second = (points >= [-2, -2]).all(axis=1) & (points <= [0, 0]).all(axis=1)
    assert (right_top | second).all() and right_top.mean() == pytest.approx(0.75, abs=0.03)
    spread = points[right_top]
    np.testing.assert_allclose([spread.mean(axis=0), spread.std(axis=0)], [[3, 3], [2 / 12**0.5] * 2], atol=0.05)


def test_a_wide_picture_keeps_its_shape() -> None:
    points = points_of_picture(np.full([10, 20], 7, np.uint8), 5000, np.random.default_rng(0))
    assert np.abs(points).max(axis=0) == pytest.approx([4, 2], abs=0.02)
    assert np.abs(points_of_picture(np.ones([40, 40], bool), 5000, np.random.default_rng(0))).max() <= 4


def test_a_drawing_without_ink_or_that_is_none() -> None:
    rng = np.random.default_rng(0)
    for empty in (np.zeros([40, 40], np.uint8), np.zeros([0, 5])):
        with pytest.raises(GanlabError, match=f"^{NOTHING_DRAWN}$"):
            points_of_picture(empty, 10, rng)
    for wrong in (np.ones(5), -np.ones([2, 2]), np.full([2, 2], np.nan), np.full([2, 2], np.inf)):
        with pytest.raises(ValueError, match="ink"):
            points_of_picture(wrong, 10, rng)


def picture(tmp_path: Path, paper: int, ink: int) -> Path:
    """A filled square in the upper left quarter, so that it is seen where the points lie."""
    image = np.full([200, 200], paper, np.uint8)
    image[25:75, 25:75] = ink
    path = tmp_path / f"{paper}-{ink}.png"
    Image.fromarray(image).save(path)
    return path


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (230, 40), (0, 255), (20, 200)])
def test_a_picture_gives_points_where_its_ink_is(tmp_path: Path, paper: int, ink: int) -> None:
    data = load_own_points(picture(tmp_path, paper, ink))
    assert data.x_train.shape == (20_000, 2) and data.x_test.shape == (5_000, 2)
    assert data.x_train.min(axis=0) == pytest.approx([-3, 1], abs=0.01)
    assert data.x_train.max(axis=0) == pytest.approx([-1, 3], abs=0.01)
    assert data.notices == ("25,000 points were drawn from the picture, more where it has more ink.",)
    assert data.layout == "picture of points"
    assert data.fingerprint == load_own_points(picture(tmp_path, paper, ink)).fingerprint


def test_a_large_picture_is_made_small_by_area(tmp_path: Path) -> None:
    image = np.full([800, 400], 255, np.uint8)
    image[:, 5:25] = 0  # three quarters of the first pixel's width, a quarter of the second one's
    path = tmp_path / "tall.png"
    Image.fromarray(image).save(path)
    ink = own_points._ink(path)
    assert ink.shape == (40, 20)
    np.testing.assert_allclose(ink / 255, np.tile([0.75, 0.25] + [0] * 18, [40, 1]))


def test_pictures_that_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GanlabError, match=f"^{NOTHING_DRAWN}$"):
        load_own_points(picture(tmp_path, 200, 200))
    path = picture(tmp_path, 255, 0)
    monkeypatch.setattr(own_points, "MAX_IMAGE_PIXELS", 39_999)
    assert "has more than 39,999 pixels, which is the most." in refusal(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    assert "has more than 39,999 pixels, which is the most." in refusal(path)
    monkeypatch.undo()
    path.write_bytes(path.read_bytes()[:60])
    assert "damaged or no picture" in refusal(path)


drawings = st.lists(st.booleans(), min_size=SIDE, max_size=SIDE).map(lambda row: np.array([row] * SIDE))
drawings |= st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).random([SIDE, SIDE]) < 0.5)


@given(drawings)
def test_a_drawing_survives_being_an_address(drawing: np.ndarray) -> None:
    text = pack_drawing(drawing)
    assert len(text) <= 290 and set(text) <= set("-_") | set(
        map(chr, [*range(48, 58), *range(65, 91), *range(97, 123)])
    )
    found = unpack_drawing(text)
    assert found.dtype == bool and np.array_equal(found, drawing)
    assert pack_drawing(drawing.astype(np.uint8) * 255) == text


def test_only_a_drawing_of_40x40_is_packed() -> None:
    with pytest.raises(ValueError, match="40x40"):
        pack_drawing(np.ones([40, 41], bool))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


WHOLE = pack_drawing(np.eye(SIDE, dtype=bool))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "drawing",
        WHOLE[:-4],
        WHOLE + "AAAA",
        WHOLE[:9] + ("A" if WHOLE[9] != "A" else "B") + WHOLE[10:],
        f" {WHOLE}",
        "é" + WHOLE[1:],
        encoded(bytes(199)),
        encoded(bytes(201)),
        encoded(bytes(50_000)),
        WHOLE.ljust(401, "A"),
    ],
)
def test_a_damaged_address_has_a_sentence(text: str) -> None:
    with pytest.raises(GanlabError, match=r"^The drawing in this address is damaged or cut short\. "):
        unpack_drawing(text)


def test_an_address_is_never_unpacked_beyond_a_drawing() -> None:
    text = encoded(bytes(200_000))
    assert len(text) < own_points.LONGEST_TEXT
    tracemalloc.start()
    try:
        with pytest.raises(GanlabError, match="damaged"):
            unpack_drawing(text)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_any_text_is_a_drawing_or_has_a_sentence(text: str) -> None:
    try:
        assert unpack_drawing(text).shape == (SIDE, SIDE)
    except GanlabError as problem:
        assert "damaged" in str(problem)
