"""Positions of record messages to numpy columns: one strided view per field, sentinel first, then scale."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit.profile import (
    CADENCE256_FIELD,
    CADENCE256_SCALE,
    CADENCE_FIELD,
    COMPRESSED_DISTANCE_SCALE,
    COMPRESSED_SPEED_DISTANCE_FIELD,
    COMPRESSED_SPEED_SCALE,
    FRACTIONAL_CADENCE_FIELD,
    FRACTIONAL_CADENCE_SCALE,
    RECORD_SOURCES,
    BaseType,
    Source,
)
from legspeed.readers.fit.stream import Definition, Field, Found, find_field
from legspeed.readers.recording import CADENCE

#: Every field of the record that feeds a channel.
_FIELDS = (
    *(source.number for sources in RECORD_SOURCES.values() for source in sources),
    CADENCE_FIELD,
    FRACTIONAL_CADENCE_FIELD,
    CADENCE256_FIELD,
    COMPRESSED_SPEED_DISTANCE_FIELD,
)
_NO_TIME = float(0xFFFFFFFF)
_COMPRESSED = 0x80  # header bytes from here on hold five bits of the time


#: Which of all records the rows under one definition are, in file order.
Place = slice | npt.NDArray[np.int64]


class Rows(NamedTuple):
    """All messages under one definition, as bytes at a fixed stride: in the file itself or gathered from it."""

    found: Found
    n: int
    buffer: Any
    start: int
    stride: int
    place: Place
    offsets: npt.NDArray[np.int64]

    def view(self, at: int, order: str, letter: str) -> npt.NDArray[Any]:
        """Return the elements that stand `at` bytes behind each message's header byte; nothing is copied."""
        return np.ndarray((self.n,), order + letter, self.buffer, self.start + at, (self.stride,))


class Part(NamedTuple):
    """Where one definition has a field: its rows, size and offset in bytes, and base type."""

    rows: Rows
    size: int
    at: int
    kind: BaseType | None


class Records(NamedTuple):
    """All messages of one kind: rows per definition, and their positions in file order."""

    rows: list[Rows]
    places: npt.NDArray[np.int64]


def gather(data: bytes, found: Sequence[Found]) -> Records:
    """Lay the messages of some definitions out as rows.

    Messages that follow each other in the file are viewed where they are; others are copied together once.
    """
    offsets = [f.offsets() for f in found]
    places = offsets[0] if len(found) == 1 else np.concatenate(offsets)
    rank = None
    if len(found) > 1:
        order = places.argsort(kind="stable")
        rank = np.empty(len(places), np.int64)
        rank[order] = np.arange(len(places))
        places = places[order]
    rows, begin = [], 0
    for f, where in zip(found, offsets, strict=True):
        size, n = f.size, len(where)
        place: Place = slice(begin, begin + n)
        if rank is not None:
            place = rank[begin : begin + n]
            if place[-1] - place[0] == n - 1:
                place = slice(int(place[0]), int(place[0]) + n)
        begin += n
        if where[-1] - where[0] == size * (n - 1):
            rows.append(Rows(f, n, data, int(where[0]), size, place, where))
        else:
            everywhere = np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))
            rows.append(Rows(f, n, everywhere[where], 0, size, place, where))
    return Records(rows, places)


def record_times(data: bytes, records: Records, found: Mapping[bytes, Found]) -> F8:
    """Return the FIT time of each record in seconds, NaN where it has none.

    From its timestamp field, else from a compressed header, which counts on from the last timestamp of any of `found`.
    """
    times = np.empty(len(records.places))
    compressed = False
    for r in records.rows:
        definition = r.found.definition
        times[r.place] = r.view(definition.time_at, definition.order, "u4") if definition.time_at else _NO_TIME
        compressed = compressed or bool(r.view(0, "|", "u1").max() >= _COMPRESSED)
    missing = times == _NO_TIME
    if missing.any():
        times[missing] = np.nan
    if compressed:
        where, stamps = compressed_clock(data, found)
        counted = stamps[np.minimum(np.searchsorted(where, records.places), len(where) - 1)]
        times = np.where(np.isnan(times), counted, times)
    return times


def column(parts: Sequence[Part], total: int, widened: int | None = None) -> F8 | None:
    """Return a numeric field of all records as float64, unscaled, NaN where a record has none.

    None where no definition declares it as a number. Of an array the first valid element counts. `widened` is another
    value that means *none*.
    """
    parts = [p for p in parts if p.kind is not None and p.kind.numpy and p.size and p.size % p.kind.width == 0]
    if not parts:
        return None
    kind = parts[0].kind
    assert kind is not None
    if any(p.kind is not kind or p.size != kind.width for p in parts):
        return _mixed_column(parts, total, widened)
    values = np.empty(total) if len(parts) == 1 and parts[0].rows.n == total else _nothing(total, kind)
    for rows, _size, at, _kind in parts:
        values[rows.place] = rows.view(at, rows.found.definition.order, kind.numpy)
    return _without(values, kind, widened)


def _nothing(total: int, kind: BaseType) -> F8:
    """Return a column in which every value is the type's sentinel."""
    return np.full(total, np.nan if kind.sentinel is None else float(kind.sentinel))


def _without(values: F8, kind: BaseType, widened: int | None) -> F8:
    """Make NaN, in place, of raw values that mean *none*."""
    if kind.sentinel is None:
        missing = ~np.isfinite(values)
    else:
        missing = values == float(kind.sentinel)
        if widened is not None and kind.width > 2:
            missing |= values == float(widened)
    if missing.any():
        values[missing] = np.nan
    return values


def _mixed_column(parts: Sequence[Part], total: int, widened: int | None) -> F8:
    """Return a field that is declared with several types, or as an array."""
    values = np.full(total, np.nan)
    for rows, size, at, kind in parts:
        assert kind is not None
        for k in range(at, at + size, kind.width):
            own = values[rows.place]
            missing = np.isnan(own)
            if not missing.any():
                break
            further = rows.view(k, rows.found.definition.order, kind.numpy).astype(np.float64)
            values[rows.place] = np.where(missing, _without(further, kind, widened), own)
    return values


def record_columns(records: Records) -> dict[str, F8]:
    """Decode the channels of all records.

    Returns
    -------
    dict of str to ndarray
        Channel names, and :data:`~legspeed.readers.recording.CADENCE` in revolutions per minute with its fraction, to
        float64 in SI units, NaN where a record has none; only channels that some record declares.
    """
    decode = _Decoder(records)
    columns: dict[str, F8] = {}
    for channel, sources in RECORD_SOURCES.items():
        values = decode.best(sources)
        if values is not None:
            columns[channel] = values
    values = decode.cadence()
    if values is not None:
        columns[CADENCE] = values
    bits = decode.packed()
    if bits is not None:
        _unpack(columns, bits)
    return columns


@functools.lru_cache(maxsize=512)  # a watch uses the same definitions in every file of a season
def _channel_fields(definition: Definition) -> tuple[Field, ...]:
    """Return the fields of a record's definition that feed channels."""
    return tuple(f for number in _FIELDS if (f := find_field(definition, number)) is not None)


class _Decoder:
    """Fields of the records by their number."""

    def __init__(self, records: Records) -> None:
        self.total = len(records.places)
        self.parts: dict[int, list[Part]] = {}
        for r in records.rows:
            for number, size, at, kind in _channel_fields(r.found.definition):
                self.parts.setdefault(number, []).append(Part(r, size, at, kind))

    def column(self, number: int, widened: int | None = None) -> F8 | None:
        """Return a field as :func:`column` does; all NaN where it is declared but is no number."""
        parts = self.parts.get(number)
        if parts is None:
            return None
        values = column(parts, self.total, widened)
        return np.full(self.total, np.nan) if values is None else values

    def best(self, sources: Sequence[Source]) -> F8 | None:
        """Return a channel's SI values, each from the best source that has one; None where none is declared."""
        best: F8 | None = None
        for number, scale, offset, widened, factor in sources:
            if number not in self.parts or (best is not None and not np.isnan(best).any()):
                continue
            values = self.column(number, widened)
            assert values is not None
            if scale != 1.0:
                values /= scale
            if factor != 1.0:
                values *= factor
            if offset:
                values -= offset
            best = values if best is None else np.where(np.isnan(best), values, best)
        return best

    def cadence(self) -> F8 | None:
        """Return revolutions per minute: whole and fraction, else the one fine-grained field; None if undeclared."""
        values = self.column(CADENCE_FIELD)
        part = self.column(FRACTIONAL_CADENCE_FIELD)
        if values is not None and part is not None:
            part /= FRACTIONAL_CADENCE_SCALE
            part[np.isnan(part)] = 0.0
            values += part
        if CADENCE256_FIELD in self.parts and (values is None or np.isnan(values).any()):
            finer = self.column(CADENCE256_FIELD)
            assert finer is not None
            finer /= CADENCE256_SCALE
            values = finer if values is None else np.where(np.isnan(values), finer, values)
        return values

    def packed(self) -> F8 | None:
        """Return the 24 bits of the compressed speed and distance, NaN where invalid; None if undeclared."""
        parts = [p for p in self.parts.get(COMPRESSED_SPEED_DISTANCE_FIELD, ()) if p.size >= 3]
        if not parts:
            return None
        bits = np.full(self.total, np.nan)
        for rows, _size, at, _kind in parts:
            low, middle, high = (rows.view(at + k, "|", "u1").astype(np.float64) for k in range(3))
            bits[rows.place] = low + 256.0 * middle + 65536.0 * high
        bits[bits == float(0xFFFFFF)] = np.nan
        return bits


def _unpack(columns: dict[str, F8], bits: F8) -> None:
    """Fill speed and distance from the compressed field where no better field has them.

    The distance counts 1/16 m in 12 bits and wraps every 256 m; invalid entries in between are skipped.
    """
    valid = np.flatnonzero(~np.isnan(bits))
    whole = bits[valid].astype(np.int64)
    speed, distance = np.full(len(bits), np.nan), np.full(len(bits), np.nan)
    speed[valid] = (whole & 0xFFF) / COMPRESSED_SPEED_SCALE
    steps = np.diff(whole >> 12, prepend=0) & 0xFFF
    distance[valid] = np.cumsum(steps) / COMPRESSED_DISTANCE_SCALE
    for channel, values in (("speed_mps", speed), ("distance_m", distance)):
        better = columns.get(channel)
        columns[channel] = values if better is None else np.where(np.isnan(better), values, better)


def compressed_clock(data: bytes, found: Mapping[bytes, Found]) -> tuple[npt.NDArray[np.int64], F8]:
    """Resolve compressed timestamps: five bits that count on from the last full timestamp of any message.

    Returns
    -------
    tuple of ndarray
        Positions, ascending, and FIT times of all messages that have a time of either kind.
    """
    positions, stamps, low = [], [], []
    bytes_ = np.frombuffer(data, np.uint8)
    for f in found.values():
        if not f.marks:
            continue
        where = f.offsets()
        heads = bytes_[where]
        short = heads >= _COMPRESSED
        full = np.full(len(where), np.nan)
        if f.definition.time_at:
            everywhere = np.ndarray((len(data) - 3,), f.definition.order + "u4", data, 0, (1,))
            full = everywhere[where + f.definition.time_at].astype(np.float64)
            full[full == _NO_TIME] = np.nan
        timed = short | ~np.isnan(full)
        positions.append(where[timed])
        stamps.append(full[timed])
        low.append((heads[timed] & 31).astype(np.int64))
    order = np.argsort(np.concatenate(positions), kind="stable")
    where, full = np.concatenate(positions)[order], np.concatenate(stamps)[order]
    return where, _count_on(full, np.concatenate(low)[order])


def _count_on(full: F8, low: npt.NDArray[np.int64]) -> F8:
    """Return times where `full` has them, else counted on from the time before by the low five bits."""
    known = ~np.isnan(full)
    bits = np.where(known, np.where(known, full, 0.0).astype(np.int64) & 31, low)
    steps = np.where(known, 0, np.diff(bits, prepend=bits[:1]) & 31)
    counted = np.cumsum(steps)
    last = np.maximum.accumulate(np.where(known, np.arange(len(full)), -1))
    times = full[last] + (counted - counted[last])
    times[last < 0] = np.nan
    return np.asarray(times, np.float64)
