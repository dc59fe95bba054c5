"""What every reader must do, whoever wrote it: the same class runs for each that is registered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from builders_archives import gpx_run, gz, zip_of
from builders_fit import file_id, fit_file, simple_run
from legspeed.errors import DamagedError, LimitError, NotActivityError, ReadError, UnknownFormatError
from legspeed.model import CHANNEL_NAMES, PROBLEM_CODES, Activity, Problem
from legspeed.readers import Entry, Reader, Registry, decode, discover, read, read_all, registered
from legspeed.readers.containers.inflate import Content
from legspeed.readers.recording import Recording
from legspeed.settings import Limits, Settings


def tcx_run(n: int) -> bytes:
    """A run of `n` points as a TCX."""
    points = "".join(
        f"<Trackpoint><Time>2024-03-09T07:00:{k % 60:02d}Z</Time><Position><LatitudeDegrees>{47 + k * 3e-5:.7f}"
        f"</LatitudeDegrees><LongitudeDegrees>8.0</LongitudeDegrees></Position><DistanceMeters>{3.3 * k:.1f}"
        f"</DistanceMeters><HeartRateBpm><Value>{140 + k % 5}</Value></HeartRateBpm><Cadence>84</Cadence>"
        "</Trackpoint>\n"
        for k in range(n)
    )
    return (
        '<?xml version="1.0"?>\n<TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities><Activity Sport="Running">'
        f'<Id>2024-03-09T07:00:00Z</Id><Lap StartTime="2024-03-09T07:00:00Z"><TotalTimeSeconds>{n}</TotalTimeSeconds>'
        f"<Track>{points}</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


N = 40
#: A run of so many records in each format.
SAMPLES_OF: dict[str, Callable[[int], bytes]] = {"fit": simple_run, "gpx": gpx_run, "tcx": tcx_run}
READERS = registered().readers


def values(activity: Activity) -> Activity:
    """The activity without its name, to compare where only that may differ."""
    return dataclasses.replace(activity, source="")


@pytest.fixture(params=READERS, ids=[r.name for r in READERS])
def reader(request) -> Reader:
    return request.param


@pytest.fixture
def sample(reader: Reader) -> bytes:
    assert reader.name in SAMPLES_OF, f"a new reader needs a sample here: {reader.name}"
    return SAMPLES_OF[reader.name](N)


def sound(error: ReadError) -> ReadError:
    """The error, after a look at what it says."""
    assert error.message.isprintable()
    assert error.code in PROBLEM_CODES
    assert error.code != "internal", error
    return error


def attempt(data: bytes) -> tuple[Activity, ...] | ReadError:
    """What reading gives, be it a typed error."""
    try:
        return read_all(data)
    except ReadError as error:
        return sound(error)


class TestContract:
    """One reader."""

    def test_it_is_described(self, reader):
        assert reader.name == reader.name.lower().strip()
        assert all(e.startswith(".") and e == e.lower() for e in reader.extensions)
        assert reader.doc

    def test_it_knows_its_own_content_and_nothing_else(self, reader, sample):
        others = [make(N) for name, make in SAMPLES_OF.items() if name != reader.name]
        assert reader.sniff(sample[:512])
        for head in [*others, b"", b"\0", b"\xff" * 512, b"<", b"<html>", b"{}", b"PK\x03\x04", gz(sample)]:
            assert not reader.sniff(head[:512])

    def test_what_it_reads_holds_what_an_activity_promises(self, reader, sample):
        activity = read(sample)
        assert activity.format == reader.name
        assert activity.n == N
        assert activity.start.tzinfo is dt.UTC
        assert activity.sport == "running"
        assert activity.time_s[0] == 0
        assert np.all(np.diff(activity.time_s) > 0)
        for name in CHANNEL_NAMES:
            column = getattr(activity, name)
            assert column is None or (column.shape == (N,) and column.dtype == np.float64)
            assert column is None or not column.flags.writeable
        assert activity.latitude_deg is not None
        assert 46 < np.nanmin(activity.latitude_deg) < 48
        assert not [p for p in activity.problems if p.code in ("internal", "truncated", "crc", "size", "resync")]

    def test_bytes_path_file_gzip_zip_and_entry_give_the_same(self, reader, sample, tmp_path):
        ending = reader.extensions[0]
        plain, packed, archive = (tmp_path / name for name in ("a" + ending, "b" + ending + ".gz", "c.zip"))
        plain.write_bytes(sample)
        packed.write_bytes(gz(sample))
        archive.write_bytes(zip_of({"d/a" + ending: sample, "notes.txt": b"none"}))
        first = read(sample)
        assert first.source == ""
        ways: list[Activity] = [read(plain), read(str(packed)), read(archive), read(io.BytesIO(sample))]
        ways += [read(gz(sample)), read(archive.read_bytes()), *map(read, discover(tmp_path))]
        with plain.open("rb") as file, gzip.open(packed) as unpacked:
            ways += [read(file), read(unpacked)]
        assert len(ways) == 11
        assert all(values(way).same_as(values(first)) for way in ways)
        assert [w.source for w in ways[:3]] == [plain.name, packed.name, "c.zip!d/a" + ending]
        assert read(plain, source="mine").source == read(sample, source="mine").source == "mine"

    def test_the_input_is_left_as_it_was(self, sample, tmp_path):
        path = tmp_path / "a"
        path.write_bytes(sample)
        before = path.stat()
        buffer = bytearray(sample)
        assert values(read(memoryview(buffer))).same_as(values(read(path)))
        assert bytes(buffer) == path.read_bytes() == sample
        assert path.stat().st_mtime_ns == before.st_mtime_ns
        assert [p.name for p in tmp_path.iterdir()] == ["a"]

    def test_reading_twice_gives_the_same(self, sample):
        assert read(sample).same_as(read(sample))

    def test_nothing_one_byte_and_other_formats_are_typed_errors(self, reader, sample):
        wrong = [b"", b"\0", sample[:1], b"\xff" * 4000, b"<html><body></body></html>", b" " * 5000]
        wrong += [make(N) for name, make in SAMPLES_OF.items() if name != reader.name]
        for data in wrong:
            with pytest.raises(ReadError) as caught:
                reader.read(data, Limits())
            sound(caught.value)

    def test_a_cut_anywhere_gives_a_prefix_with_a_problem_or_a_typed_error(self, sample):
        whole = read(sample)
        seen = 0
        for cut in range(0, len(sample) - 1, max(1, len(sample) // 120)):
            result = attempt(sample[:cut])
            if isinstance(result, ReadError):
                continue
            (activity,) = result
            seen = max(seen, activity.n)
            assert activity.n <= N
            assert np.array_equal(activity.time_s, whole.time_s[: activity.n])
            assert activity.n == N or activity.problems
        assert seen >= N - 2

    def test_damage_anywhere_is_read_or_refused_but_never_a_fault(self, sample):
        rng = np.random.default_rng(20)
        for _ in range(300):
            mutant = bytearray(sample)
            at = int(rng.integers(len(mutant)))
            mutant[at : at + int(rng.integers(0, 4))] = rng.bytes(int(rng.integers(0, 5)))
            result = attempt(bytes(mutant))
            for activity in () if isinstance(result, ReadError) else result:
                assert activity.start.tzinfo is dt.UTC
                assert all(problem.message and problem.message.isprintable() for problem in activity.problems)

    def test_what_is_too_much_is_a_limit(self, reader, sample):
        with pytest.raises(ReadError) as caught:
            read(sample, settings=Settings(limits=Limits(file_bytes=1000)))
        assert caught.value.code == "limit"
        with pytest.raises(LimitError):
            read(SAMPLES_OF[reader.name](1100), settings=Settings(limits=Limits(samples=1000)))


# ---------------------------------------------------------------------------------------------------- around readers


def failing(error: Exception) -> Registry:
    """A registry of one reader that fails."""

    def read_nothing(_data: bytes, _limits: Limits) -> tuple[Recording, ...]:
        raise error

    return Registry((Reader("bad", (".bad",), lambda _: True, read_nothing, ""),))


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), MemoryError(), KeyError("k")])
def test_a_fault_in_a_reader_is_said_to_be_ours(error):
    with pytest.raises(DamagedError) as caught:
        decode(b"...", source="a.bad", readers=failing(error))
    assert (caught.value.code, caught.value.source) == ("internal", "a.bad")
    assert "report" in caught.value.message


def test_typed_errors_are_said_of_the_file():
    with pytest.raises(NotActivityError, match=r"^a\.bad: settings$"):
        decode(b"...", source="a.bad", readers=failing(NotActivityError("settings")))


def test_the_digest_is_of_the_content_not_of_its_packing():
    run = simple_run(5)
    assert read(run).digest == read(gz(run)).digest == read(zip_of({"a": run})).digest
    assert len(read(run).digest) == 64
    assert read(run).digest != read(simple_run(6)).digest


def test_a_file_of_several_activities_says_so_when_one_is_asked_for():
    both = simple_run(5) + simple_run(7, start=1_066_302_400)
    first, second = read_all(both)
    assert (first.n, second.n) == (5, 7)
    one = read(both)
    assert one.n == 5
    assert [p.count for p in one.problems if p.code == "several-activities"] == [2]
    assert not [p for p in read(simple_run(5)).problems if p.code == "several-activities"]


def test_problems_of_unpacking_join_those_of_reading():
    run = simple_run(5)
    problem = Problem("crc", "wrong")
    assert problem in decode(Content(run, (problem,)), source="")[0].problems
    assert "trailing-data" in [p.code for p in read(gz(run) + b"junk").problems]


def test_strict_turns_the_first_problem_into_an_error():
    run = simple_run(5)
    assert read(run, strict=True).same_as(read(run))
    with pytest.raises(DamagedError) as caught:
        read(run[:-20], strict=True, source="a.fit")
    assert caught.value.code == read(run[:-20]).problems[0].code
    with pytest.raises(DamagedError):
        read_all(gz(run)[:-4], strict=True)


def test_an_archive_of_one_recording_is_read_and_of_more_refused(tmp_path):
    run, other = simple_run(5), fit_file(file_id(32))
    assert read(zip_of({"1_ACTIVITY.fit": run, "2.fit": other, "readme.txt": b"x"})).n == 5
    assert read(zip_of({"inner.zip": zip_of({"a.fit": run})})).n == 5
    with pytest.raises(ReadError, match=r"b\.zip: .*legspeed season"):
        read(zip_of({"a.fit": run, "b.fit": run}), source="b.zip")
    with pytest.raises(ReadError, match="holds no recording"):
        read(zip_of({"readme.txt": b"x"}))
    with pytest.raises(NotActivityError):
        read(zip_of({"2.fit": other}))
    with pytest.raises(ReadError, match="legspeed season"):
        read(tmp_path)


def test_what_was_given_by_mistake_is_said():
    with pytest.raises(TypeError, match="binary"):
        read(io.StringIO("text"))  # type: ignore[arg-type]
    with pytest.raises(UnknownFormatError, match="empty"):
        read(io.BytesIO())
    with pytest.raises(ReadError, match="limit"):
        read(io.BytesIO(bytes(3000)), settings=Settings(limits=Limits(file_bytes=2000)))


def test_entries_keep_their_own_name(tmp_path):
    (tmp_path / "a.gpx").write_bytes(gpx_run(5))

    def entries() -> Iterator[Entry]:
        return discover(tmp_path)

    assert [read(e).source for e in entries()] == ["a.gpx"]
    assert [read(e, source="b").source for e in entries()] == ["b"]
