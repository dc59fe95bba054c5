"""Forty FIT files, each with one peculiarity: every record that is in them, and exactly the problems they have.

Numbers 00 to 39. The six parsers this list was made with reach 36 of 40 at best.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import builders_fit as fit
from legspeed.errors import DamagedError, NotActivityError, NoTimeError, ReadError, UnknownFormatError
from legspeed.readers import read as read_file
from legspeed.readers.fit import read
from legspeed.settings import Limits

N = 50
START = fit.START
TIMES = np.arange(N) + START + fit.FIT_EPOCH_S
HEART = 120.0 + np.arange(N) % 40

RECORD = fit.Layout(5, 20, [(253, "uint32"), (3, "uint8"), (5, "uint32"), (73, "uint32")])


def rows(k: int, shape: fit.Layout = RECORD) -> bytes:
    """Record k of the file: a second, a heart rate, 3 m further, 3 m/s."""
    return shape.data(START + k, 120 + k % 40, 300 * k, 3000)


def body(*, before: bytes = b"", shape: fit.Layout = RECORD, middle: bytes = b"", at: int = N // 2) -> bytes:
    """File id, definition, all records with something in between, and the closing messages."""
    end = START + N - 1
    return (
        fit.file_id(created=START)
        + before
        + shape.definition()
        + b"".join(rows(k, shape) for k in range(at))
        + middle
        + b"".join(rows(k, shape) for k in range(at, N))
        + fit.SESSION.definition()
        + fit.SESSION.data(end, START, (N - 1) * 1000, (N - 1) * 1000, 300 * N, 1, 0)
        + fit.ACTIVITY.definition()
        + fit.ACTIVITY.data(end, 49_000, 1, 0, 26, 1, end + 7200)
    )


def ok(**options: object) -> bytes:
    return fit.fit_file(body(), **options)  # type: ignore[arg-type]


def dev_record(size: int = 2) -> fit.Layout:
    return fit.Layout(5, 20, RECORD.fields, dev_fields=[(7, size, 0)])


def dev_file(
    *, description_after: bool = False, described: bool = True, dev_id: bool = True, base: int = 0x84
) -> bytes:
    """Every record with one developer field of `base`, its value 1000 + k."""
    size = 8 if base == 0x8F else 2
    shape = dev_record(size)
    about = fit.DEVELOPER_ID.definition() + fit.DEVELOPER_ID.data(bytes(range(16)), 0) if dev_id else b""
    about += fit.FIELD_DESCRIPTION.definition() if described else b""
    about += fit.FIELD_DESCRIPTION.data(0, 7, base, "Form Power", "Watts", None, None) if described else b""
    records = shape.definition() + b"".join(
        shape.data(START + k, 120 + k % 40, 300 * k, 3000, dev=(1000 + k).to_bytes(size, "little")) for k in range(N)
    )
    parts = [fit.file_id(), records, about] if description_after else [fit.file_id(), about, records]
    return fit.fit_file(parts)


def compressed_times() -> bytes:
    """One full time, then five bits each, over more than one turn of 32 s."""
    first = fit.Layout(0, 20, [(253, "uint32"), (3, "uint8")])
    rest = fit.Layout(1, 20, [(3, "uint8")])
    out = fit.file_id() + first.definition() + first.data(START, 120) + rest.definition()
    return fit.fit_file(out + b"".join(rest.compressed(START + k, 120 + k % 40) for k in range(1, N)))


def records_of(fields: list[tuple[int, str]], value: Callable[[int], tuple[object, ...]], **layout: object) -> bytes:
    shape = fit.Layout(5, 20, fields, **layout)  # type: ignore[arg-type]
    return fit.fit_file([fit.file_id(), shape.definition(), *(shape.data(*value(k)) for k in range(N))])


def coros_event() -> bytes:
    event = fit.Layout(6, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (3, "uint32", 1)])
    return fit.fit_file(body(before=event.definition() + event.data(START, 0, 0, 0)))


def odd_field(kind: str | int, size: int) -> bytes:
    """A record with one more field, of no use and declared in an odd way, between the others."""
    shape = fit.Layout(5, 20, [RECORD.fields[0], (200, kind, size), *RECORD.fields[1:]])
    messages = [shape.data(START + k, None, 120 + k % 40, 300 * k, 3000) for k in range(N)]
    return fit.fit_file([fit.file_id(), shape.definition(), *messages])


def text_file(text: bytes) -> bytes:
    device = fit.Layout(6, 23, [(253, "uint32"), (0, "uint8"), (27, "string", len(text))])
    return fit.fit_file(body(before=device.definition() + device.data(START, 0, text)))


def field_twice() -> bytes:
    shape = fit.Layout(5, 20, [(253, "uint32"), (3, "uint8"), (4, "uint8"), (4, "uint16"), (73, "uint32")])
    messages = [shape.data(START + k, 120 + k % 40, 80, 81, 3000) for k in range(N)]
    return fit.fit_file([fit.file_id(), shape.definition(), *messages])


def time_back_and_twice() -> bytes:
    stamps = [START + k for k in range(N)]
    stamps[20], stamps[30] = stamps[17], stamps[29]
    messages = [RECORD.data(t, 120 + k % 40, 300 * k, 3000) for k, t in enumerate(stamps)]
    return fit.fit_file([fit.file_id(), RECORD.definition(), *messages])


def redefined() -> bytes:
    """Local type 5 is a record, then an event, then a record of other fields."""
    event = fit.Layout(5, 21, [(253, "uint32"), (0, "enum"), (1, "enum")])
    second = fit.Layout(5, 20, [(3, "uint8"), (253, "uint32")])
    out = fit.file_id() + RECORD.definition() + b"".join(rows(k) for k in range(25))
    out += event.definition() + event.data(START + 24, 0, 0) + second.definition()
    return fit.fit_file(out + b"".join(second.data(120 + k % 40, START + k) for k in range(25, N)))


def unknown_between() -> bytes:
    unknown = fit.Layout(6, 65_300, [(0, "uint32"), (1, "byte", 7)])
    out = fit.file_id() + RECORD.definition() + unknown.definition()
    return fit.fit_file(out + b"".join(rows(k) + unknown.data(k, b"\x05\x45\x00\x80\x06") for k in range(N)))


def chained_heart_rates() -> bytes:
    strap = fit.Layout(1, 132, [(253, "uint32"), (6, "uint8", 8)])
    second = fit.file_id() + strap.definition() + b"".join(strap.data(START + k, [130] * 8) for k in range(20))
    return ok() + fit.fit_file(second)


@dataclass(frozen=True)
class Case:
    name: str
    build: Callable[[], bytes]
    problems: frozenset[str] = frozenset()
    recordings: int = 1


@dataclass(frozen=True)
class Empty:
    name: str
    build: Callable[[], bytes]
    error: type[ReadError]


def case(name: str, build: Callable[[], bytes], *problems: str, recordings: int = 1) -> Case:
    return Case(name, build, frozenset(problems), recordings)


CASES = [
    case("00 ok", ok),
    case("01 bad file crc", lambda: ok(crc=0x1234), "crc"),
    case("02 zero file crc", lambda: ok(crc=0), "crc"),
    case("03 zero header crc", lambda: ok(header_crc=0)),
    case("04 12-byte header", lambda: ok(header_size=12)),
    case("06 no crc bytes", lambda: ok(with_crc=False), "truncated"),
    case("07 data_size 0", lambda: ok(data_size=0), "size"),
    case("08 data_size too big", lambda: ok(data_size=len(body()) + 11), "size"),
    case("09 trailing junk", lambda: ok() + bytes((31 * k + 7) % 256 for k in range(37)), "trailing-data"),
    case("10 trailing text", lambda: ok() + b"this is no message of any kind\n", "trailing-data"),
    case("11 chained activities", lambda: ok() + ok(), "several-activities", recordings=2),
    case("12 chained heart rates", chained_heart_rates, "trailing-data"),
    case("13 developer field without description", lambda: dev_file(described=False), "no-description"),
    case("14 developer description after use", lambda: dev_file(description_after=True)),
    case("15 developer description without id", lambda: dev_file(dev_id=False)),
    case("16 no file_id", lambda: fit.fit_file(body()[len(fit.file_id()) :])),
    case("17 compressed timestamps", compressed_times),
    case("18 big-endian records", lambda: fit.fit_file(body(shape=fit.Layout(5, 20, RECORD.fields, big=True)))),
    case(
        "19 architecture byte 84",
        lambda: fit.fit_file(body(shape=fit.Layout(5, 20, RECORD.fields, architecture=84))),
        "byte-order",
    ),
    case("20 unknown message interleaved", unknown_between),
    case("21 uint32 of one byte", coros_event, "bad-field"),
    case("22 field of size 0", lambda: odd_field("uint16", 0), "bad-field"),
    case("23 unknown base type", lambda: odd_field(0x4F, 3), "bad-field"),
    case("24 string without NUL, bad UTF-8", lambda: text_file(b"Pace\xff\xfe\xc3 3")),
    case("25 string with a script", lambda: text_file(b"<script>alert(1)</script>")),
    case("26 field declared twice", field_twice, "bad-field"),
    case("27 time back and twice", time_back_and_twice),
    case("28 plain speed only", lambda: records_of([(253, "uint32"), (6, "uint16")], lambda k: (START + k, 3000))),
    case("29 invalid plain speed", lambda: records_of([(253, "uint32"), (6, "uint16")], lambda k: (START + k, None))),
    case("30 local type redefined", redefined),
    case("31 record without timestamp", lambda: records_of([(3, "uint8")], lambda k: (120 + k % 40,))),
    case(
        "32 undefined local type midway",
        lambda: fit.fit_file(body(middle=b"\x09\x01\x02\x03")),
        "undefined-local",
        "resync",
    ),
    case("33 uint64 developer field", lambda: dev_file(dev_id=False, base=0x8F)),
    case("34 five zero bytes midway", lambda: fit.fit_file(body(middle=bytes(5))), "resync"),
    case("39 protocol 3.0", lambda: ok(protocol=0x30)),
]
ONE_LESS = [case("05 cut inside the last record", lambda: cut_in_last_record(), "truncated")]
EMPTY = [
    Empty("35 only file_id", lambda: fit.fit_file(fit.file_id()), NotActivityError),
    Empty("36 empty file", lambda: b"", UnknownFormatError),
    Empty("37 14 bytes", lambda: ok()[:14], DamagedError),
    Empty("38 lower-case .fit", lambda: ok(magic=b".fit"), UnknownFormatError),
]


def cut_in_last_record() -> bytes:
    whole = fit.fit_file([fit.file_id(), RECORD.definition(), *(rows(k) for k in range(N))])
    return whole[:-10]


def test_there_are_forty() -> None:
    numbers = sorted(int(c.name[:2]) for c in [*CASES, *ONE_LESS, *EMPTY])
    assert numbers == list(range(40))


@pytest.mark.parametrize("item", CASES, ids=lambda c: c.name)
def test_every_record_and_the_right_problems(item: Case) -> None:
    recordings = read(item.build(), Limits())
    assert [len(r.unix_s) for r in recordings] == [N] * item.recordings
    for recording in recordings:
        assert {p.code for p in recording.problems} == item.problems


@pytest.mark.parametrize(
    ("build", "harmless"),
    [
        (coros_event, True),
        (lambda: odd_field("uint16", 0), True),
        (lambda: odd_field(0x4F, 3), True),
        (field_twice, False),
        (lambda: records_of([(253, "uint32"), (3, "uint16", 3), (4, "uint8")], lambda k: (START + k, None, 80)), False),
        (lambda: records_of([(253, "uint32"), (3, "uint16", 1), (4, "uint8")], lambda k: (START + k, 99, 80)), False),
        (lambda: fit.fit_file(body(before=fit.definition(6, 206, [(3, "uint16", 3)]) + bytes((6, 1, 2, 3)))), False),
    ],
)
def test_strict_lets_an_odd_field_pass_only_where_it_costs_no_value(build, harmless) -> None:
    (recording,) = read(build(), Limits())
    (problem,) = (p for p in recording.problems if p.code == "bad-field")
    assert problem.harmless is harmless
    assert ("no value in use is lost" in problem.message) is harmless
    if harmless:
        assert any(p.code == "bad-field" for p in read_file(build(), strict=True).problems)
    else:
        with pytest.raises(DamagedError, match="strict"):
            read_file(build(), strict=True)


@pytest.mark.case(3, 5, 6, 8, 10, 12, 24)
@pytest.mark.parametrize(
    "item",
    [c for c in CASES if c.name[:2] not in {"27", "28", "29", "31"}],
    ids=lambda c: c.name,
)
def test_values_are_untouched(item: Case) -> None:
    for recording in read(item.build(), Limits()):
        assert np.array_equal(recording.unix_s, TIMES)
        assert np.array_equal(recording.columns["heart_rate_bpm"], HEART)


@pytest.mark.parametrize("item", ONE_LESS, ids=lambda c: c.name)
def test_cut_keeps_all_complete_records(item: Case) -> None:
    (recording,) = read(item.build(), Limits())
    assert np.array_equal(recording.unix_s, TIMES[:-1])
    assert {p.code for p in recording.problems} == item.problems


@pytest.mark.parametrize("item", EMPTY, ids=lambda c: c.name)
def test_nothing_in_it_is_said_so(item: Empty) -> None:
    with pytest.raises(item.error) as caught:
        read(item.build(), Limits())
    assert len(str(caught.value)) > 20


def test_time_back_and_twice_is_left_as_written_and_cleaned_afterwards() -> None:
    (recording,) = read(time_back_and_twice(), Limits())
    expected = TIMES.copy()
    expected[20], expected[30] = TIMES[17], TIMES[29]
    assert np.array_equal(recording.unix_s, expected)
    activity = read_file(time_back_and_twice())
    assert np.array_equal(activity.time_s, [k for k in range(N) if k not in (20, 30)])
    assert {p.code: p.count for p in activity.problems} == {"time-backwards": 1, "time-duplicate": 1}


def test_plain_speed_and_its_sentinel() -> None:
    by_number = {c.name[:2]: c for c in CASES}
    (valid,) = read(by_number["28"].build(), Limits())
    assert np.array_equal(valid.columns["speed_mps"], np.full(N, 3.0))
    (invalid,) = read(by_number["29"].build(), Limits())
    assert np.isnan(invalid.columns["speed_mps"]).all()


def test_records_without_a_time_have_none() -> None:
    (recording,) = read(records_of([(3, "uint8")], lambda k: (120 + k % 40,)), Limits())
    assert np.isnan(recording.unix_s).all()
    assert np.array_equal(recording.columns["heart_rate_bpm"], HEART)
    with pytest.raises(NoTimeError, match="50 records without a single time"):
        read_file(records_of([(3, "uint8")], lambda k: (120 + k % 40,)))


@pytest.mark.case(8)
@pytest.mark.parametrize(("after", "base"), [(False, 0x84), (True, 0x84), (False, 0x8F)])
def test_developer_values(after: bool, base: int) -> None:
    (recording,) = read(dev_file(description_after=after, base=base), Limits())
    assert recording.developer_units == {"Form Power": "Watts"}
    assert np.array_equal(recording.developer["Form Power"], 1000.0 + np.arange(N))
    assert "power_w" not in recording.columns


def test_texts_are_made_safe() -> None:
    (bad,) = read(text_file(b"Pace\xff\xfe\xc3 3"), Limits())
    assert bad.device.isprintable()
    (script,) = read(
        fit.fit_file(b"".join([_nameless_id(), text_message(b"<b>\x1b[2J\x07X\n</b>"), *_tail()])), Limits()
    )
    assert script.device == "manufacturer 9999 <b>[2JX</b>"


def _nameless_id() -> bytes:
    return fit.FILE_ID.definition() + fit.FILE_ID.data(4, 9999, None, None, START)


def text_message(text: bytes) -> bytes:
    device = fit.Layout(6, 23, [(253, "uint32"), (0, "uint8"), (27, "string", len(text))])
    return device.definition() + device.data(START, 0, text)


def _tail() -> list[bytes]:
    return [RECORD.definition(), *(rows(k) for k in range(N))]


def test_header_size_is_stated_little_endian() -> None:
    """The builder and the reader must agree on the outside before anything else is believed."""
    blob = ok()
    assert struct.unpack_from("<I", blob, 4)[0] == len(blob) - 16
