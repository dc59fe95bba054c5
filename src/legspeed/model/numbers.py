"""Numbers of a run in little memory: eight bytes each, and their names once for all runs."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

from legspeed.model.packed import Likened


class Numbers(Likened[float]):
    """Numbers; reads like a tuple of float, and equals one."""

    __slots__ = ("_values",)

    def __init__(self, values: Iterable[float]) -> None:
        self._values = array("d", values)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[float]:
        return iter(self._values)

    @overload
    def __getitem__(self, at: int) -> float: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[float]: ...
    def __getitem__(self, at: int | slice) -> float | Sequence[float]:
        return self._values[at]


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
