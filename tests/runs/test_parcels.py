"""What changes in a run's folder arrives in its copy, in whatever order it happened; nothing else is touched."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganlab.errors import GanlabError
from ganlab.runs.parcels import News, Parcel, apply, contents, unpack

GROWN = st.sampled_from(["metrics.f32", "first_images.u8", "previews.bin", "tensorboard/events.1.ganlab"])
WHOLE = st.sampled_from(["status.json", "config.json", "checkpoint-00000010.npz", "snapshots/00000001.npz"])
BYTES = st.binary(max_size=6)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("append"), GROWN, BYTES),
        st.tuples(st.just("replace"), WHOLE, BYTES),
        st.tuples(st.just("remove"), WHOLE, st.just(b"")),
        st.tuples(st.just("send"), st.just(""), st.just(b"")),
    ),
    max_size=20,
)


def write(file: Path, content: bytes, mode: str = "wb") -> None:
    file.parent.mkdir(exist_ok=True)
    with file.open(mode) as opened:
        opened.write(content)


def replace(file: Path, content: bytes) -> None:
    write(file.with_name(file.name + ".tmp"), content)
    file.with_name(file.name + ".tmp").replace(file)


@settings(max_examples=150)
@given(
    before=st.dictionaries(st.one_of(GROWN, WHOLE), BYTES, max_size=4),
    cut=st.dictionaries(GROWN, st.tuples(st.integers(0, 6), BYTES), max_size=3),
    changes=CHANGES,
)
def test_the_copy_is_what_the_folder_is_whatever_happened(before, cut, changes):
    """First some records are cut and others appended, as where a training goes on from its checkpoint."""
    with tempfile.TemporaryDirectory() as place:
        here, there = Path(place, "here"), Path(place, "there")
        unpack(before, here)
        unpack(contents(here), there)
        write(there / "lock", b"")
        news = News(there, contents(there))
        for name, (length, content) in cut.items():
            write(there / name, (before.get(name, b"")[:length]) + content)
        for what, name, content in changes:
            if what == "append":
                write(there / name, content, "ab")
            elif what == "replace":
                replace(there / name, content)
            elif what == "remove":
                (there / name).unlink(missing_ok=True)
            else:
                apply(here, news.take())
                assert contents(here) == contents(there)
        apply(here, news.take())
        assert contents(here) == contents(there) and not (here / "lock").exists()
        assert not news.take(), "nothing is sent twice"


def test_of_records_only_what_is_new_is_sent_and_a_part_that_is_missing_is_noticed(tmp_path):
    write(tmp_path / "metrics.f32", bytes(1000))
    news = News(tmp_path, contents(tmp_path))
    write(tmp_path / "metrics.f32", b"first", "ab")
    first = news.take()
    write(tmp_path / "metrics.f32", b"then", "ab")
    second = news.take()
    assert (first.grown, second.grown) == ({"metrics.f32": (1000, b"first")}, {"metrics.f32": (1005, b"then")})
    here = tmp_path / "here"
    unpack({"metrics.f32": bytes(1000)}, here)
    with pytest.raises(GanlabError, match="got lost"):
        apply(here, second)
    assert contents(here) == {"metrics.f32": bytes(1000)}


@pytest.mark.parametrize(
    "name", ["../other", "/etc/passwd", "..", "", ".", "a/../b", "a/b/c", "a//b", "C:\\x", "a\\b", "lock", "a\n", "a/"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused_and_nothing_is_written(tmp_path, name):
    for parcel in (Parcel(grown={name: (0, b"x")}), Parcel(whole={name: b"x"}), Parcel(gone=(name,))):
        with pytest.raises(GanlabError, match="is not the name of a file of a run"):
            apply(tmp_path / "run", Parcel({"metrics.f32": (0, b"x"), **parcel.grown}, parcel.whole, parcel.gone))
    assert not list(tmp_path.iterdir())
