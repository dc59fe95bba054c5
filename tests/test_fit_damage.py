"""Damaged FIT files: complete records are kept, nothing is read in a shifted way, nothing goes unsaid, nothing leaks.

Damage is made on purpose and, but for cuts, with size and check sums mended, so that only the content can tell.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

import builders_fit as fit
from legspeed.errors import DamagedError, ReadError, UnknownFormatError
from legspeed.model import PROBLEM_CODES
from legspeed.readers.fit import messages, read
from legspeed.readers.recording import Recording
from legspeed.settings import Limits

LIMITS = Limits()
HEADER = 14


def rows(recordings: tuple[Recording, ...]) -> Counter[tuple[float, ...]]:
    """All records with all their values, countable."""
    out: Counter[tuple[float, ...]] = Counter()
    for r in recordings:
        columns = [np.nan_to_num(r.columns[name], nan=-1e9).tolist() for name in sorted(r.columns)]
        out.update(zip(r.unix_s.tolist(), *columns, strict=True))
    return out


def codes(recordings: tuple[Recording, ...]) -> set[str]:
    return {p.code for r in recordings for p in r.problems}


def interleaved(n: int = 150) -> bytes:
    """Records and beat-to-beat intervals in turn, as chest straps make watches write."""
    record, beats = fit.record_layout(fit.default_columns(1), local=3), fit.Layout(4, 78, [(0, "uint16", 8)])
    columns = fit.default_columns(n)
    body = [fit.file_id(), record.definition(), beats.definition()]
    for k in range(n):
        body.append(record.data(fit.START + k, *(fit.RECORD_FIELDS[c][2](v[k]) for c, v in columns.items())))
        body.append(beats.data([700 + k % 50, 650, None, None]))
    end = fit.START + n - 1
    body += [fit.SESSION.definition(), fit.SESSION.data(end, fit.START, n * 1000, n * 1000, None, 1, 0)]
    return fit.fit_file(body)


BASES = {
    "plain": fit.simple_run(150),
    "local 0": fit.simple_run(150, local=0),
    "big-endian": fit.simple_run(150, big=True),
    "laps": fit.simple_run(
        150,
        columns={**fit.default_columns(150), "power_w": [210.0] * 150, "stance_time_s": [0.24] * 150},
        laps=[{"start_s": 15 * k, "end_s": 15 * k + 15} for k in range(10)],
        events=[(40, "stop"), (60, "start")],
    ),
    "interleaved": interleaved(),
}


class TestCuts:
    @pytest.mark.case(2)
    def test_at_every_byte(self):
        """Header, definitions, records, summaries: cut anywhere, what is complete before the cut is read."""
        whole = fit.simple_run(50)
        (full,) = read(whole, LIMITS)
        ends = record_ends(whole)
        assert len(ends) == 50
        for k in range(len(whole)):
            complete = sum(end <= k for end in ends)
            if not complete:
                with pytest.raises((DamagedError, UnknownFormatError)):
                    read(whole[:k], LIMITS)
                continue
            (recording,) = read(whole[:k], LIMITS)
            assert np.array_equal(recording.unix_s, full.unix_s[:complete]), k
            assert {p.code for p in recording.problems} == {"truncated"}, k

    def test_at_every_byte_of_a_file_without_size(self):
        whole = fit.simple_run(12, data_size=0, with_crc=False, summaries=False)
        ends = record_ends(whole)
        for k in range(ends[0], len(whole)):
            (recording,) = read(whole[:k], LIMITS)
            # two bytes that are left over may be a check sum; nothing is wrong with that
            assert {p.code for p in recording.problems} <= {"size", "truncated"}
            assert len(recording.unix_s) == sum(end <= k for end in ends)

    def test_a_second_part_that_is_cut(self):
        whole = fit.simple_run(50) + fit.simple_run(30, start=fit.START + 9000)
        recordings = read(whole[:-300], LIMITS)
        assert len(recordings[0].unix_s) == 50
        assert 10 < len(recordings[1].unix_s) < 30
        assert "truncated" not in {p.code for p in recordings[0].problems}
        assert "truncated" in {p.code for p in recordings[1].problems}


def record_ends(blob: bytes) -> list[int]:
    """Where the records of a `simple_run` end, by the builder's own arithmetic."""
    shape = fit.record_layout(fit.default_columns(1))
    at = blob.index(shape.definition()) + len(shape.definition())
    size = len(shape.payload(*[None] * len(shape.fields))) + 1
    ends = []
    while at < len(blob) and blob[at] & 0xC0 != 0x40:
        if blob[at] != shape.local:
            at += len(fit.EVENT.payload(*[None] * 4)) + 1
            continue
        at += size
        ends.append(at)
    return ends


def spliced(base: bytes, rng: random.Random) -> bytes:
    """One stretch of 1 to 16 bytes too many or too few, somewhere behind the first definitions."""
    at, length = rng.randrange(250, len(base) - 2), rng.randint(1, 16)
    kind = rng.randrange(4)
    if kind == 0:
        damaged = base[:at] + bytes(length) + base[at:]
    elif kind == 1:
        damaged = base[:at] + rng.randbytes(length) + base[at:]
    elif kind == 2:
        damaged = base[:at] + base[at + length :]
    else:
        damaged = base[:at] + bytes([rng.choice((0x09, 0x2A, 0xFF, 0x00))]) + base[at:]
    return fit.refit(damaged)


class TestSplices:
    @pytest.mark.case(24)
    @pytest.mark.parametrize("name", BASES)
    @pytest.mark.parametrize("seed", range(2))
    def test_at_most_a_few_records_are_lost_and_it_is_said(self, name, seed):
        base = BASES[name]
        before = rows(read(base, LIMITS))
        total = before.total()
        rng = random.Random(f"{name} {seed}")
        trials, silent, wrong = 120, 0, 0
        for _ in range(trials):
            after = read(spliced(base, rng), LIMITS)
            found = rows(after)
            assert (before - found).total() <= 0.05 * total
            strange = (found - before).total()
            # the record that was hit may keep wrong values in its last bytes, never another one
            assert strange <= 1
            wrong += strange
            silent += found != before and not codes(after)
        # eleven bytes that happen to be a whole message of another kind are a legal file
        assert silent <= 0.02 * trials
        assert wrong <= 0.08 * trials

    @pytest.mark.case(24)
    @pytest.mark.parametrize("local", [0, 5])
    @pytest.mark.parametrize("zeros", [1, 2, 5, 16, 27, 54, 4096])
    def test_zeros_between_records(self, local, zeros):
        whole = fit.simple_run(60, local=local)
        at = record_ends_of(whole, local)[30]
        recordings = read(fit.refit(whole[:at] + bytes(zeros) + whole[at:]), LIMITS)
        assert rows(recordings) == rows(read(whole, LIMITS))
        assert "resync" in codes(recordings)

    @pytest.mark.case(24)
    @pytest.mark.parametrize("stray", [0x09, 0x1F, 0x3A, 0x7F, 0xFF, 0x5B])
    def test_one_stray_byte_between_records(self, stray):
        whole = fit.simple_run(60)
        at = record_ends_of(whole, 5)[30]
        recordings = read(fit.refit(whole[:at] + bytes([stray]) + whole[at:]), LIMITS)
        assert rows(recordings) == rows(read(whole, LIMITS))
        assert "resync" in codes(recordings)

    def test_several_places(self):
        whole = fit.simple_run(200)
        ends = record_ends_of(whole, 5)
        damaged = whole
        for k in (160, 120, 80, 40):
            damaged = damaged[: ends[k]] + b"\x09\x0a\x0b" + damaged[ends[k] :]
        (recording,) = recordings = read(fit.refit(damaged), LIMITS)
        assert rows(recordings) == rows(read(whole, LIMITS))
        (resync,) = (p for p in recording.problems if p.code == "resync")
        assert (resync.count, resync.message[:16]) == (4, "12 damaged bytes")

    def test_the_rest_is_dropped_where_damage_never_ends(self):
        whole = fit.simple_run(300)
        ends = record_ends_of(whole, 5)
        damaged = whole
        for k in range(290, 5, -3):
            damaged = damaged[: ends[k]] + b"\x09" + damaged[ends[k] :]
        (recording,) = read(fit.refit(damaged), Limits(fit_resyncs=10))
        assert 20 <= len(recording.unix_s) <= 50
        assert "resync" in {p.code for p in recording.problems}

    @pytest.mark.case(11)
    def test_a_field_declared_twice_with_a_short_second(self):
        """A definition that says 14 + 7 bytes of text where 14 + 14 are written: seven bytes too many each time."""
        record, beside = fit.record_layout(fit.default_columns(1)), fit.default_columns(120)
        text = [(253, "uint32"), (19, "string", 14), (19, "string", 7)]
        device = fit.Layout(7, 23, text)
        body = [fit.file_id(), record.definition(), device.definition()]
        for k in range(120):
            if k % 30 == 15:
                body.append(device.data(fit.START + k, "Apple Watch", "Series")[:-7] + b"Series WATCH 8")
            body.append(record.data(fit.START + k, *(fit.RECORD_FIELDS[c][2](v[k]) for c, v in beside.items())))
        recordings = read(fit.fit_file(body), LIMITS)
        assert len(recordings[0].unix_s) == 120
        assert np.array_equal(np.diff(recordings[0].unix_s), np.ones(119))
        assert {"resync", "bad-field"} <= codes(recordings)

    def test_sound_files_with_oddities_are_not_called_damaged(self):
        """Zeros in messages, a sensor's clock of 1989, long pauses, a redefinition between two records."""
        sensor = fit.Layout(6, 23, [(253, "uint32"), (0, "uint8")])
        zero = fit.Layout(0, 65_281, [(0, "uint32", 8)])
        stamps = [fit.START + k for k in range(40)] + [fit.START + 90_000 + k for k in range(40)]
        run = fit.records(
            stamps,
            fit.default_columns(80),
            between=[
                (fit.START + 10, sensor.definition() + sensor.data(5, 1) + sensor.data(0xFFFFFFFE, 2)),
                (fit.START + 20, zero.definition() + zero.data([0, 0])),
            ],
        )
        (recording,) = read(fit.fit_file([fit.file_id(), *run]), LIMITS)
        assert len(recording.unix_s) == 80
        assert recording.problems == ()


def record_ends_of(blob: bytes, local: int) -> list[int]:
    """Where the records of a `simple_run` end."""
    shape = fit.record_layout(fit.default_columns(1), local=local)
    at = blob.index(shape.definition()) + len(shape.definition())
    size = len(shape.payload(*[None] * len(shape.fields))) + 1
    ends = []
    while blob[at] == local:
        at += size
        ends.append(at)
    return ends


def mutants(seed: int, count: int) -> Iterator[bytes]:
    """Files with one to sixteen random changes, most of them mended outside so that the changes are reached."""
    rng = random.Random(seed)
    strap = fit.Layout(1, 20, [(3, "uint8"), (8, "byte", 3)])
    sources = [
        fit.simple_run(40),
        fit.simple_run(40, local=0, big=True),
        fit.simple_run(30, laps=[{"start_s": 0, "end_s": 9, "intensity": "rest", "step": 1}], events=[(5, "stop")]),
        fit.simple_run(20) + fit.simple_run(20, header_size=12),
        interleaved(20),
        fit.fit_file(
            [fit.file_id(), fit.EVENT.definition(), fit.EVENT.data(fit.START, 0, 0, 0), strap.definition()]
            + [strap.compressed(fit.START + k, 100 + k, bytes([k, 0x10, 2 * k])) for k in range(50)]
        ),
        fit.fit_file(
            [fit.file_id(), fit.FIELD_DESCRIPTION.definition(), fit.FIELD_DESCRIPTION.data(0, 1, 0x84, "p", "W", 20, 7)]
            + [(shape := fit.Layout(2, 20, [(253, "uint32")], dev_fields=[(1, 2, 0)])).definition()]
            + [shape.data(fit.START + k, dev=bytes([k, 1])) for k in range(40)]
        ),
    ]
    for _ in range(count):
        blob = bytearray(rng.choice(sources))
        for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
            at, kind = rng.randrange(len(blob)), rng.randrange(8)
            if kind == 0:
                blob[at] = rng.randrange(256)
            elif kind == 1:
                blob[at] ^= 1 << rng.randrange(8)
            elif kind == 2:
                blob[at:at] = rng.randbytes(rng.randint(1, 20))
            elif kind == 3:
                del blob[at : at + rng.randint(1, 20)]
            elif kind == 4:
                blob[at : at + 4] = rng.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"))
            elif kind == 5:
                source = rng.randrange(len(blob))
                blob[at:at] = blob[source : source + rng.randint(1, 60)]
            elif kind == 6:
                del blob[max(at, 20) :]
            else:  # somewhere in a definition
                mark = blob.find(bytes([0x40 | rng.randrange(16)]), at)
                if 0 <= mark < len(blob) - 8:
                    blob[mark + rng.randint(1, 8)] = rng.randrange(256)
            if len(blob) < 20:
                break
        yield fit.refit(bytes(blob)) if rng.random() < 0.6 and len(blob) > 20 else bytes(blob)


def endure(seed: int, count: int) -> None:
    """Read mutants: only a ReadError may come out, and values as promised; quickly."""
    slowest, errors = 0.0, []
    for blob in mutants(seed, count):
        begin = time.perf_counter()
        try:
            recordings = read(blob, LIMITS)
        except ReadError as error:
            errors.append(error)
        else:
            for r in recordings:
                assert all(c.shape == r.unix_s.shape and c.dtype == np.float64 for c in r.columns.values())
                assert all(c.shape == r.unix_s.shape for c in r.developer.values())
                assert r.device.isprintable()
                assert len(r.unix_s) or r.strength_sets
        slowest = max(slowest, time.perf_counter() - begin)
        try:
            messages(blob, LIMITS)
        except ReadError as error:
            errors.append(error)
    assert {error.code for error in errors} <= set(PROBLEM_CODES)
    assert slowest < 1.0


class TestMutants:
    def test_some(self):
        endure(1, 2500)

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(100, 110))
    def test_many(self, seed):
        endure(seed, 10_000)

    def test_pure_noise_behind_a_header(self):
        rng = random.Random(3)
        for _ in range(150):
            blob = fit.fit_file(rng.randbytes(rng.randrange(0, 3000)))
            try:
                read(blob, LIMITS)
            except ReadError:
                continue

    @pytest.mark.parametrize("filler", [b"\0", b"\x40", b"\xff", b"\x05", b"\x40\0\0\x14\0\0"])
    def test_megabytes_of_one_thing(self, filler):
        """Nothing quadratic: a few megabytes of the worst take seconds at most."""
        whole = fit.simple_run(40)
        at = record_ends_of(whole, 5)[20]
        blob = fit.refit(whole[:at] + filler * (3_000_000 // len(filler)) + whole[at:])
        begin = time.perf_counter()
        try:
            (recording,) = read(blob, LIMITS)
        except ReadError:
            pass
        else:
            assert len(recording.unix_s) >= 19
        assert time.perf_counter() - begin < 5.0
