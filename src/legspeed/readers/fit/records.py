"""Messages of one kind as rows: where they stand in the file, and when they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit.stream import Found

_NO_TIME: Final = float(0xFFFFFFFF)
_COMPRESSED: Final = 0x80  # header bytes from here on hold five bits of the time

#: Which of all records the rows under one definition are, in file order.
Place = slice | npt.NDArray[np.int64]


class Rows:
    """All messages under one definition, as bytes at a fixed stride: in the file itself or gathered from it.

    ``n`` messages stand at ``offsets``; among all records they are those at ``place``.
    """

    __slots__ = ("_buffer", "_data", "_start", "found", "n", "offsets", "place")

    def __init__(self, data: bytes, found: Found, offsets: npt.NDArray[np.int64], place: Place) -> None:
        self.found, self.n, self.offsets, self.place = found, len(offsets), offsets, place
        self._data, self._start = data, 0
        self._buffer: Any = None

    def view(self, at: int, dtype: str | np.dtype[Any]) -> npt.NDArray[Any]:
        """Return the elements that stand `at` bytes behind each message's header byte; no element is copied."""
        if self._buffer is None:
            self._lay_out()
        return np.ndarray((self.n,), dtype, self._buffer, self._start + at, (self.found.size,))

    def _lay_out(self) -> None:
        """View messages that follow each other where they are; copy others together once."""
        size, where = self.found.size, self.offsets
        if where[-1] - where[0] == size * (self.n - 1):
            self._buffer, self._start = self._data, int(where[0])
        else:
            self._buffer = np.ndarray((len(self._data) - size + 1,), f"V{size}", self._data, 0, (1,))[where]


class Records(NamedTuple):
    """All messages of one kind: rows per definition, and their positions in file order."""

    rows: list[Rows]
    places: npt.NDArray[np.int64]


def gather(data: bytes, found: Sequence[Found]) -> Records:
    """Lay the messages of some definitions out as rows; each definition has at least one."""
    if len(found) == 1:
        places = found[0].offsets()
        return Records([Rows(data, found[0], places, slice(0, len(places)))], places)
    offsets = [f.offsets() for f in found]
    places = np.concatenate(offsets)
    order = places.argsort(kind="stable")
    rank = np.empty(len(places), np.int64)
    rank[order] = np.arange(len(places))
    rows, begin = [], 0
    for f, where in zip(found, offsets, strict=True):
        end = begin + len(where)
        first, last = int(rank[begin]), int(rank[end - 1])
        place = slice(first, last + 1) if last - first == end - begin - 1 else rank[begin:end]
        rows.append(Rows(data, f, where, place))
        begin = end
    return Records(rows, places[order])


def record_times(data: bytes, records: Records, found: Mapping[bytes, Found]) -> F8:
    """Return the FIT time of each record in seconds, NaN where it has none.

    From its timestamp field, else from a compressed header, which counts on from the last timestamp of any of `found`.
    """
    times = _written_times(data, records)
    missing = times == _NO_TIME
    if missing.any():
        times[missing] = np.nan
    heads = np.frombuffer(data, np.uint8)[records.places]
    if heads.max() >= _COMPRESSED:
        where, stamps = compressed_clock(data, found)
        counted = stamps[np.minimum(np.searchsorted(where, records.places), len(where) - 1)]
        times = np.where(np.isnan(times), counted, times)
    return times


def _written_times(data: bytes, records: Records) -> F8:
    """Return the raw timestamp fields as numbers, the sentinel where there is none."""
    shapes = {(r.found.definition.time_at, r.found.definition.order) for r in records.rows}
    time_at, order = min(shapes)
    if len(shapes) == 1 and time_at:
        return anywhere(data, order + "u4")[records.places + time_at].astype(np.float64)
    times = np.full(len(records.places), _NO_TIME)
    for r in records.rows:
        definition = r.found.definition
        if definition.time_at:
            times[r.place] = r.view(definition.time_at, definition.order + "u4")
    return times


def anywhere(data: bytes, dtype: str | np.dtype[Any]) -> npt.NDArray[Any]:
    """View a file as numbers that begin at each of its bytes."""
    kind = np.dtype(dtype)
    return np.ndarray((len(data) - kind.itemsize + 1,), kind, data, 0, (1,))


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
            full = anywhere(data, f.definition.order + "u4")[where + f.definition.time_at].astype(np.float64)
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
