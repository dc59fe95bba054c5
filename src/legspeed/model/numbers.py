"""Numbers and times in little memory: elsewhere, or eight bytes each."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from legspeed.model.packed import Likened

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK: Final = dt.timedelta(microseconds=1)


class NumbersElsewhere(Likened[Any]):
    """Numbers that lie elsewhere, fetched whenever they are asked for; reads like a tuple of them, and equals one.

    Parameters
    ----------
    count : int
        How many there are.
    fetch : callable
        Returns little-endian float64, other numbers around these; NaN stands for ``None``.
    begin : int
        The byte in it where these begin.
    """

    __slots__ = ("_begin", "_count", "_fetch")

    def __init__(self, count: int, fetch: Callable[[], bytes | memoryview], begin: int) -> None:
        self._count, self._fetch, self._begin = count, fetch, begin

    @property
    def place(self) -> tuple[int, int]:
        """How many there are, and the byte where they begin."""
        return self._count, self._begin

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return iter(numbers(self._count, self._fetch(), self._begin))

    def _at(self, place: int) -> Any:  # noqa: ANN401 - a number or None
        return numbers(1, self._fetch(), self._begin + 8 * place)[0]

    def _some(self, places: range) -> Sequence[Any]:
        every = tuple(self)  # fetched once
        return tuple(every[place] for place in places)


def numbers(count: int, data: bytes | memoryview, begin: int) -> tuple[Any, ...]:
    """Return so many little-endian float64 from a byte on, NaN as ``None``."""
    found = struct.unpack_from(f"<{count}d", data, begin)
    return tuple(None if value != value else value for value in found)


def packed_numbers(values: Sequence[float | None]) -> bytes:
    """Return what :func:`numbers` reads back."""
    return struct.pack(f"<{len(values)}d", *(math.nan if value is None else value for value in values))


class BySeconds(Mapping[int, float]):
    """A number for some durations in seconds; reads like a dictionary of them, and equals one."""

    __slots__ = ("_numbers", "_seconds")

    def __init__(self, pairs: Sequence[tuple[int, float]]) -> None:
        self._seconds = _once(tuple(seconds for seconds, _ in pairs))
        self._numbers = array("d", (number for _, number in pairs))

    def __getitem__(self, seconds: int) -> float:
        try:
            return self._numbers[self._seconds.index(seconds)]
        except ValueError:
            raise KeyError(seconds) from None

    def __len__(self) -> int:
        return len(self._seconds)

    def __iter__(self) -> Iterator[int]:
        return iter(self._seconds)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return BySeconds.of, self.packed

    @property
    def packed(self) -> tuple[tuple[int, ...], bytes]:
        """What :meth:`of` makes it from."""
        return self._seconds, self._numbers.tobytes()

    @classmethod
    def of(cls, seconds: tuple[int, ...], data: bytes) -> BySeconds:
        """Return what was packed."""
        made = cls.__new__(cls)
        made._seconds = _once(seconds)
        made._numbers = array("d", data)
        return made


@functools.lru_cache(maxsize=256)
def _once(seconds: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same tuple for the same durations: nearly all runs of a season have one set of them."""
    return seconds


class Moments(Likened[dt.datetime]):
    """Times (UTC) to the microsecond, in eight bytes each; reads like a tuple of them, and equals one."""

    __slots__ = ("_ticks",)

    def __init__(self, moments: Iterable[dt.datetime] = ()) -> None:
        self._ticks = array("q", map(ticks_of, moments))

    def add(self, moment: dt.datetime) -> None:
        """Add a time."""
        self._ticks.append(ticks_of(moment))

    @property
    def ticks(self) -> Sequence[int]:
        """The times in whole microseconds: these can be compared, and added to without end."""
        return self._ticks

    def equal(self, moment: dt.datetime, order: Sequence[int]) -> Sequence[int]:
        """Return the places of the times that equal one, of all places in the order of their times."""
        ticks = ticks_of(moment)
        first, last = (find(order, ticks, key=self._ticks.__getitem__) for find in (bisect_left, bisect_right))
        return order[first:last]

    def __len__(self) -> int:
        return len(self._ticks)

    def __iter__(self) -> Iterator[dt.datetime]:
        return map(_moment, self._ticks)

    def _at(self, place: int) -> dt.datetime:
        return _moment(self._ticks[place])


def ticks_of(moment: dt.datetime) -> int:
    """Return a time in whole microseconds: unlike dates, these can be added to without end."""
    return (moment - _EPOCH) // _TICK


def _moment(ticks: int) -> dt.datetime:
    return _EPOCH + ticks * _TICK


def in_order(values: Sequence[int]) -> array[int]:
    """Return the places of some numbers from the lowest up, of equals the first one first."""
    if all(one <= other for one, other in itertools.pairwise(values)):  # as they nearly always come
        return array("I", range(len(values)))
    return array("I", sorted(range(len(values)), key=values.__getitem__))
