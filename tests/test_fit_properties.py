"""Whatever a watch writes comes back as it was written: random columns through the builder and the reader."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import builders_fit as fit
from legspeed.readers.fit import read
from legspeed.readers.fit.definitions import parse_definition
from legspeed.readers.fit.records import gather
from legspeed.readers.fit.stream import Found, Walker
from legspeed.settings import Limits

LIMITS = Limits()
#: Channel in the recording, field number, base type, scale, offset, factor; raw values below the type's sentinel.
CHANNELS = [
    ("latitude_deg", 0, "sint32", 2.0**31, 0.0, 180.0),
    ("altitude_m", 2, "uint16", 5.0, 500.0, 1.0),
    ("heart_rate_bpm", 3, "uint8", 1.0, 0.0, 1.0),
    ("distance_m", 5, "uint32", 100.0, 0.0, 1.0),
    ("speed_mps", 6, "uint16", 1000.0, 0.0, 1.0),
    ("power_w", 7, "uint16", 1.0, 0.0, 1.0),
    ("temperature_c", 13, "sint8", 1.0, 0.0, 1.0),
    ("step_length_m", 85, "uint16", 10_000.0, 0.0, 1.0),
]
RANGES = {"sint8": (-128, 126), "uint8": (0, 254), "uint16": (0, 65_534), "sint32": (-(2**31), 2**31 - 2)}
RANGES["uint32"] = (0, 2**32 - 2)


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[tuple], int, list[list[int | None]], bool, list[int]]:
    """Some channels in any order, rows of raw values with gaps, a byte order, and where other messages come between."""
    channels = draw(st.lists(st.sampled_from(CHANNELS), unique=True, max_size=len(CHANNELS)))
    n = draw(st.integers(1, 60))
    columns = [
        draw(st.lists(st.none() | st.integers(*RANGES[kind]), min_size=n, max_size=n)) for _, _, kind, *_ in channels
    ]
    breaks = draw(st.lists(st.integers(0, n - 1), max_size=8))
    return channels, n, columns, draw(st.booleans()), breaks


@settings(max_examples=150, deadline=None)
@given(runs(), st.integers(0, 15), st.booleans())
def test_values_come_back_as_written(run, local, resend):
    channels, n, columns, big, breaks = run
    fields = [(253, "uint32"), *((number, kind) for _, number, kind, *_ in channels)]
    shape = fit.Layout(local, 20, fields, big=big)
    other = fit.Layout((local + 1) % 16, 65_299, [(0, "byte", 9)])
    body = [fit.file_id(), other.definition(), shape.definition()]
    for k in range(n):
        if k in breaks:
            body.append(other.data(b"\x40\x0b\x05\x40\0\0\x14\0\1"))
            body.append(shape.definition() if resend else b"")
        body.append(shape.data(fit.START + 2 * k, *(column[k] for column in columns)))
    (recording,) = read(fit.fit_file(body), LIMITS)
    assert recording.problems == ()
    assert np.array_equal(recording.unix_s, fit.START + fit.FIT_EPOCH_S + 2.0 * np.arange(n))
    assert set(recording.columns) == {name for name, *_ in channels}
    for (name, _, _, scale, offset, factor), column in zip(channels, columns, strict=True):
        expected = [np.nan if v is None else v / scale * factor - offset for v in column]
        assert np.array_equal(recording.columns[name], expected, equal_nan=True), name


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 31), min_size=1, max_size=60), st.integers(0, 2**31))
def test_compressed_times_count_on(offsets, first):
    """Five bits at a time: each later than the one before by less than 32 s."""
    anchor = fit.Layout(0, 21, [(253, "uint32"), (0, "enum")])
    short = fit.Layout(1, 20, [(3, "uint8")])
    times, now = [], first
    for step in offsets:
        now += step
        times.append(now)
    body = [fit.file_id(), anchor.definition(), short.definition(), anchor.data(first, 9)]
    (recording,) = read(fit.fit_file([*body, *(short.compressed(t, 100) for t in times)]), LIMITS)
    assert np.array_equal(recording.unix_s, np.array(times, float) + fit.FIT_EPOCH_S)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 90)), min_size=1, max_size=12))
def test_every_message_is_found_where_it_is(pieces):
    """Runs of any length of four kinds in any order: the walk finds all positions, the rows hold the right bytes."""
    shapes = [fit.Layout(k, 60_000 + k, [(0, "byte", 3 + 5 * k)]) for k in range(4)]
    body = b"".join(s.definition() for s in shapes)
    expected: dict[int, list[int]] = {k: [] for k in range(4)}
    for kind, length in pieces:
        for _ in range(length):
            expected[kind].append(len(body))
            body += shapes[kind].data(bytes([len(body) % 251]))
    walker = Walker(body, LIMITS, all_messages=True)
    assert walker.run(0, len(body)) == (len(body), "")
    found = {f.definition.number - 60_000: f for f in walker.found.values() if f.marks}
    assert {k: f.offsets().tolist() for k, f in found.items()} == {k: v for k, v in expected.items() if v}
    records = gather(body, list(found.values()))
    assert records.places.tolist() == sorted(p for v in expected.values() for p in v)
    for rows in records.rows:
        assert rows.view(1, "u1").tolist() == [p % 251 for p in rows.offsets.tolist()]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_as_a_definition(raw):
    definition, after = parse_definition(raw, 0, len(raw))
    if definition is not None:
        assert 0 < after <= len(raw)
        assert definition.size >= 1
        assert Found(definition).offsets().tolist() == []


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 3), st.sampled_from([12, 14]), st.binary(max_size=11))
def test_chained_parts_and_junk(n, more, header_size, junk):
    one = fit.simple_run(n, header_size=header_size)
    recordings = read(one * (more + 1) + junk, LIMITS)
    assert [len(r.unix_s) for r in recordings] == [n] * (more + 1)
    last = {p.code for p in recordings[-1].problems}
    assert last == {c for c, said in (("several-activities", more), ("trailing-data", junk)) if said}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_nobody_reads_is_passed_over_exactly(data):
    """The quick walk stops where the plain one does and notes the same messages, those that nobody reads left out."""
    sizes = data.draw(st.lists(st.integers(1, 60), min_size=2, max_size=8))
    read = data.draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    shapes = [fit.Layout(k, 20 if read[k] else 61_000 + k, [(1, "byte", size)]) for k, size in enumerate(sizes)]
    body = b"".join(shape.definition() for shape in shapes)
    kinds = data.draw(st.lists(st.integers(0, len(sizes) - 1), min_size=50, max_size=400))
    for at, kind in enumerate(kinds):
        if at == 40:  # a local number changes its meaning on the way
            shapes[0] = fit.Layout(0, 61_900, [(1, "byte", 7)])
            sizes[0] = 7
            body += shapes[0].definition()
        body += fit.data(kind, bytes([at % 256]) * sizes[kind])
    body += data.draw(st.binary(max_size=3))
    quick, plain = Walker(body, LIMITS), Walker(body, LIMITS, all_messages=True)
    assert quick.run(0, len(body)) == plain.run(0, len(body))
    for raw, found in plain.found.items():
        if not found.definition.idle:
            assert quick.found[raw].positions() == found.positions()
