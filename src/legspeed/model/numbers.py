"""Numbers of a run in little memory: elsewhere, or eight bytes each."""

from __future__ import annotations

import functools
import math
import struct
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from legspeed.model.packed import Likened


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

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    @overload
    def __getitem__(self, at: int) -> Any: ...  # noqa: ANN401 - a number or None
    @overload
    def __getitem__(self, at: slice) -> Sequence[Any]: ...
    def __getitem__(self, at: int | slice) -> Any | Sequence[Any]:
        return numbers(self._count, self._fetch(), self._begin)[at]


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
        return BySeconds, (list(self.items()),)


@functools.lru_cache(maxsize=256)
def _once(seconds: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same tuple for the same durations: nearly all runs of a season have one set of them."""
    return seconds
