"""Messages of one kind as rows: where they stand in the file, and when they were written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.model.figures import highest
from legspeed.readers.fit.stream import Found, spread

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


class Records:
    """All messages of one kind in file order.

    They stand at ``places``, ascending; ``which`` tells the definition of each by its number in ``found``, None where
    all have the first. The rows of a definition are laid out only when they are asked for: most readings need none.
    """

    __slots__ = ("_rows", "data", "found", "places", "which")

    def __init__(
        self,
        data: bytes,
        found: Sequence[Found],
        places: npt.NDArray[np.int64],
        which: npt.NDArray[np.int64] | None = None,
    ) -> None:
        self.data, self.found, self.places, self.which = data, found, places, which
        self._rows: dict[int, Rows] = {}

    def rows_of(self, number: int) -> Rows:
        """Return the messages under one of the definitions."""
        rows = self._rows.get(number)
        if rows is None:
            which = self.which
            own = slice(0, len(self.places)) if which is None else _place((which == number).nonzero()[0])
            rows = self._rows[number] = Rows(self.data, self.found[number], self.places[own], own)
        return rows

    @property
    def rows(self) -> list[Rows]:
        """The messages under each of the definitions."""
        which = self.which
        if which is None:
            return [self.rows_of(0)]
        ends = np.bincount(which, minlength=len(self.found)).cumsum()
        own = map(_place, np.split(which.argsort(kind="stable"), ends[:-1]))
        return [Rows(self.data, f, self.places[place], place) for f, place in zip(self.found, own, strict=True)]


def _place(own: npt.NDArray[np.int64]) -> Place:
    """Return ascending numbers as a slice where they are without a gap."""
    first, last = int(own[0]), int(own[-1])
    return slice(first, last + 1) if last - first == len(own) - 1 else own


def gather(data: bytes, found: Sequence[Found]) -> Records:
    """Put the messages under some definitions into one order; each definition has at least one."""
    if len(found) == 1:
        return Records(data, found, found[0].offsets())
    # all definitions in one go: watches that note only what changed have a dozen, with a few messages each
    counts = [len(f.marks) for f in found]
    marks = np.fromiter(chain.from_iterable([f.marks for f in found]), np.int64, sum(counts))
    which = np.arange(len(found)).repeat(counts)
    if any([f.repeats for f in found]):
        marks, counted = spread(marks, np.array([f.size for f in found])[which])
        which = which.repeat(counted)
    order = marks.argsort(kind="stable")
    return Records(data, found, marks[order], which[order])


def record_times(data: bytes, records: Records, found: Iterable[Found], *, compressed: bool) -> F8:
    """Return the FIT time of each record in seconds, NaN where it has none.

    From its timestamp field, else (asked for only where any message is `compressed`) from its header, which counts on
    from the last timestamp of any of `found`.
    """
    times = _written_times(data, records)
    if highest(times) == _NO_TIME:  # no time is later
        times[times == _NO_TIME] = np.nan
    if compressed and np.frombuffer(data, np.uint8)[records.places].max() >= _COMPRESSED:
        where, stamps = compressed_clock(data, found)
        counted = stamps[np.minimum(np.searchsorted(where, records.places), len(where) - 1)]
        times = np.where(np.isnan(times), counted, times)
    return times


def _written_times(data: bytes, records: Records) -> F8:
    """Return the raw timestamp fields as numbers, the sentinel where there is none."""
    shapes = {(f.definition.time_at, f.definition.order) for f in records.found}
    time_at, order = min(shapes)
    if len(shapes) == 1 and time_at:
        return anywhere(data, order + "u4")[records.places + time_at].astype(np.float64)
    times = np.full(len(records.places), _NO_TIME)
    for rows in records.rows:
        definition = rows.found.definition
        if definition.time_at:
            times[rows.place] = rows.view(definition.time_at, definition.order + "u4").astype(np.float64)
    return times


def anywhere(data: bytes, dtype: str | np.dtype[Any]) -> npt.NDArray[Any]:
    """View a file as numbers that begin at each of its bytes."""
    kind = np.dtype(dtype)
    return np.ndarray((len(data) - kind.itemsize + 1,), kind, data, 0, (1,))


def compressed_clock(data: bytes, found: Iterable[Found]) -> tuple[npt.NDArray[np.int64], F8]:
    """Resolve compressed timestamps: five bits that count on from the last full timestamp of any message.

    Returns
    -------
    tuple of ndarray
        Positions, ascending, and FIT times of all messages that have a time of either kind.
    """
    positions, stamps, low = [], [], []
    bytes_ = np.frombuffer(data, np.uint8)
    for f in found:
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
