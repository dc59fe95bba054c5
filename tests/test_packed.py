"""What a long season holds takes little memory, and reads like the tuples and dictionaries that it stands for."""

import concurrent.futures as cf
import copy
import datetime as dt
import gc
import pickle
import random
import shutil
import struct
import sys
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders_season import effort
from builders_segmenter import measured
from legspeed import season as read_season
from legspeed.model import Effort, FileResult, Packed, Refusal
from legspeed.model.numbers import BySeconds, Moments, NumbersElsewhere, in_order
from legspeed.model.packed import Made, Some
from legspeed.model.scratch import Scratch
from legspeed.reporter.document import season_json
from legspeed.seasons.book import Book
from legspeed.seasons.pages import LAGS_KEPT, read_back, written
from legspeed.segmenter import judge
from legspeed.segmenter.context import habits
from legspeed.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.season import write_runs

values = st.lists(st.one_of(st.integers(), st.floats(allow_nan=False), st.text(), st.none(), st.just(effort())))


class TestPacked:
    @given(st.lists(st.lists(st.integers(-9, 9), max_size=70), max_size=8), st.data())
    def test_reads_like_the_tuple_of_its_values(self, groups, data):
        packed = Packed[int]()
        parts = [packed.keep(group) for group in groups]
        whole = [value for group in groups for value in group]
        for found, wanted in [(packed, whole), *zip(parts, groups, strict=True)]:
            begin, end = data.draw(st.tuples(st.integers(-80, 80), st.integers(-80, 80)))
            assert found == tuple(wanted)
            assert tuple(wanted) == found
            assert (list(found), len(found), bool(found)) == (wanted, len(wanted), bool(wanted))
            assert list(reversed(found)) == wanted[::-1]
            assert tuple(found[begin:end]) == tuple(wanted[begin:end])
            assert found != (*wanted, 1)
            if wanted:
                at = data.draw(st.integers(-len(wanted), len(wanted) - 1))
                assert found[at] == wanted[at]
            for beyond in (len(wanted), -len(wanted) - 1):
                with pytest.raises(IndexError):
                    found[beyond]

    @given(values)
    def test_a_copy_is_a_tuple(self, some):
        packed = Packed(some)
        for found in (packed, packed.keep(some), Packed(some).keep(())):
            for copied in (pickle.loads(pickle.dumps(found)), copy.copy(found)):
                assert type(copied) is tuple
                assert copied == found

    def test_values_come_back_as_they_were_whatever_was_asked_before(self):
        chance = random.Random(1)
        efforts = [effort(start_s=float(k), grade=chance.random(), evidence=("a", str(k))) for k in range(200)]
        packed = Packed(efforts)
        for _ in range(300):
            at = chance.randrange(200)
            assert packed[at] == efforts[at]
            assert type(packed[at]) is Effort

    def test_each_value_takes_a_fraction_of_its_size(self):
        def made():
            return (
                Refusal(1.5 * k, 1.5 * k + 9.25, "too-slow", (f"{k / 7:.2f} m/s", "no rise of cadence"))
                for k in range(2000)
            )

        def held(kind):
            gc.collect()
            tracemalloc.start()
            found = kind(made())
            size, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert len(found) == 2000
            return size

        assert held(Packed) < 0.25 * held(tuple)

    @given(st.lists(st.one_of(st.none(), st.integers()), max_size=90), st.booleans())
    def test_values_in_some_places_read_like_a_tuple(self, wanted, aside):
        found = Some(len(wanted), Scratch() if aside else None)
        for at in random.Random(1).sample(range(len(wanted)), len(wanted)):
            found.keep(at, wanted[at])
        assert found == tuple(wanted)
        assert [found[at] for at in range(-len(wanted), len(wanted))] == [*wanted, *wanted]
        assert found[1:3] == tuple(wanted[1:3])

    @given(st.lists(st.integers(-9, 9), max_size=90), st.data())
    def test_put_aside_they_are_the_same(self, wanted, data):
        scratch = Scratch()
        found, others = Packed(wanted, scratch), Packed(reversed(wanted), scratch)
        assert (found, others) == (tuple(wanted), tuple(reversed(wanted)))
        places = data.draw(st.lists(st.integers(0, len(wanted) - 1), max_size=20)) if wanted else []
        assert Made.chosen(found, places) == tuple(wanted[at] for at in places)
        assert pickle.loads(pickle.dumps(found)) == tuple(wanted)


class TestNumbers:
    @given(st.lists(st.datetimes(timezones=st.just(dt.UTC)), max_size=30))
    def test_moments_read_like_a_tuple(self, wanted):
        found = Moments(wanted)
        assert found == tuple(wanted)
        assert [wanted[at] for at in in_order(found.ticks)] == sorted(wanted)
        for moment in wanted:
            assert {wanted[at] for at in found.equal(moment, in_order(found.ticks))} == {moment}

    @given(st.dictionaries(st.integers(1, 7200), st.floats(0, 20)))
    def test_by_seconds_reads_like_a_dictionary(self, wanted):
        found = BySeconds(list(wanted.items()))
        assert found == wanted
        assert wanted == found
        assert pickle.loads(pickle.dumps(found)) == wanted
        assert (list(found), list(found.values()), len(found)) == (list(wanted), list(wanted.values()), len(wanted))
        assert all(found.get(seconds) == wanted.get(seconds) for seconds in range(0, 7300, 60))
        with pytest.raises(KeyError):
            found[0]

    @given(st.lists(st.floats(allow_nan=False)), st.lists(st.floats(allow_nan=False)))
    def test_numbers_elsewhere_read_like_a_tuple(self, before, wanted):
        data = struct.pack(f"<{len(before) + len(wanted) + 1}d", *before, *wanted, 1.0)
        found = NumbersElsewhere(len(wanted), lambda: data, 8 * len(before))
        assert found == tuple(wanted)
        assert (list(found), len(found), found[1:]) == (wanted, len(wanted), tuple(wanted[1:]))


class TestPages:
    def test_every_lag_that_a_season_asks_for_is_on_the_page(self):
        """Judging from the page is judging from the recording, though other lags are left out."""
        runs = [measured(name, watch) for name in ("strides_after_easy", "easy_run") for watch in ("steady 1 s",)]
        back = [read_back(written(FileResult(run.source, (run,))), run.source).digests[0] for run in runs]
        assert any(len(run.lags) > len(kept.lags) > 0 for run, kept in zip(runs, back, strict=True))
        assert {lag.stream for run in back for lag in run.lags} == set(LAGS_KEPT)
        assert habits(back, Settings()) == habits(runs, Settings())
        assert judge(back) == judge(runs)


class TestScratch:
    def test_gives_back_what_was_put_aside(self):
        scratch = Scratch()
        data = [random.Random(k).randbytes(1997 * k) for k in range(30)]
        fetched = [scratch.aside(one) for one in data]
        assert scratch._written > 0
        assert [fetch() for fetch in reversed(fetched)] == data[::-1]
        assert [fetch() for fetch in (scratch.aside(b""), fetched[3])] == [b"", data[3]]

    def test_a_few_bytes_need_no_file(self, monkeypatch):
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: pytest.fail("a file was begun"))
        scratch = Scratch()
        assert [scratch.aside(one)() for one in (b"a", b"few", memoryview(b"bytes"))] == [b"a", b"few", b"bytes"]

    def test_without_a_place_to_write_it_holds_them(self, monkeypatch):
        def full(**_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(tempfile, "TemporaryFile", full)
        scratch = Scratch()
        fetched = [scratch.aside(bytes([k]) * 50_000) for k in range(9)]
        assert [fetch() for fetch in fetched] == [bytes([k]) * 50_000 for k in range(9)]

    def test_a_squad_does_not_use_up_the_files_that_may_be_open(self, monkeypatch):
        with tempfile.TemporaryFile() as next_one:
            most = next_one.fileno() + 20
        monkeypatch.setattr(sys.modules["legspeed.model.scratch"], "_MOST_FILES", most)
        seasons = [Scratch() for _ in range(60)]
        fetched = [scratch.aside(bytes([at]) * 200_000) for at, scratch in enumerate(seasons)]
        assert 0 < sum(scratch._file is not None for scratch in seasons) <= 20
        assert [fetch() for fetch in fetched] == [bytes([at]) * 200_000 for at in range(60)]

    def test_a_disk_that_fills_up_loses_nothing(self):
        scratch = Scratch()
        first = scratch.aside(b"first" * 40_000)

        def full(_):
            raise OSError(28, "No space left on device")

        real = scratch._file

        class Full:
            def __getattr__(self, name):
                return full if name == "write" else getattr(real, name)

        scratch._file = Full()
        others = [scratch.aside(word * 40_000) for word in (b"second", b"third")]
        assert [fetch() for fetch in (first, *others)] == [word * 40_000 for word in (b"first", b"second", b"third")]

    def test_what_the_disk_has_lost_is_an_error(self):
        scratch = Scratch()
        fetch = scratch.aside(b"candidates" * 20_000)
        scratch._file.truncate(4)
        with pytest.raises(OSError, match="gone"):
            fetch()

    def test_many_threads_fetch_at_once(self):
        scratch = Scratch()
        data = [random.Random(k).randbytes(5000) for k in range(200)]
        fetched = [scratch.aside(one) for one in data]
        with cf.ThreadPoolExecutor(8) as threads:
            for _ in range(5):
                assert list(threads.map(lambda fetch: fetch(), fetched)) == data


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    """Return folders with a few runs, and two with many."""
    top = tmp_path_factory.mktemp("seasons")
    for count in (8, 120, 240):
        write_runs(top / str(count), count)
    return top


def test_a_season_too_long_to_be_held_reads_alike(tmp_path, monkeypatch):
    """Every file and run made anew for every look: the same bytes, also from the book and with a file more."""
    samples = Path(__file__).parents[1] / "sample_files"
    expected = season_json(read_season(samples, jobs=1))
    for module in ("legspeed.segmenter.judge", "legspeed.seasons.results"):
        monkeypatch.setattr(sys.modules[module], "HELD_RUNS", 0)
    folder = tmp_path / "runs"
    shutil.copytree(samples, folder)
    last = max(folder.glob("*.fit"))
    content = last.read_bytes()
    last.unlink()
    with Book(tmp_path / "b.sqlite") as book:
        assert season_json(read_season(folder, jobs=1, book=book)) != expected
        last.write_bytes(content)
        for held in (book, book, None):
            assert season_json(read_season(folder, jobs=1, book=held)) == expected


@pytest.mark.slow
@pytest.mark.parametrize("how", ["cold", "warm", "without a book"])
def test_a_run_more_takes_hardly_any_memory(seasons, tmp_path, how, monkeypatch):
    """Nothing of a recording is held, and of its run where it lies: what grows is a list here and there in passing.

    But for short seasons, of up to 800 runs: here of eight.
    """
    for module in ("legspeed.segmenter.judge", "legspeed.seasons.results"):
        monkeypatch.setattr(sys.modules[module], "HELD_RUNS", 8)
    peaks = []
    for count in (8, 120, 240):  # with the first all that is needed is imported
        with Book(tmp_path / f"{count}.sqlite") as book:
            held = None if how == "without a book" else book
            if how == "warm":
                read_season(seasons / str(count), book=held)
            gc.collect()
            tracemalloc.start()
            found = read_season(seasons / str(count), book=held, jobs=2)  # recordings are the workers'
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert sum(len(run.efforts) for run in found.runs) > 4 * count
    assert peaks[2] - peaks[1] < 120 * 2000
