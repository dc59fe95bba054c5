"""Many small values in little memory: packed in groups as they come, and made anew whenever they are asked for.

A season of years holds tens of thousands of efforts and refusals. As objects each takes 500 bytes, packed 50, in a
scratch file nothing; and to make one anew takes two microseconds.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import pickle
import zlib
from abc import abstractmethod
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar, overload

from legspeed.model.scratch import Scratch

T = TypeVar("T")

#: So many values are packed together: fewer pack worse, more cost more when one is asked for.
_GROUP: Final = 32


class Value:
    """A small frozen value, pickled as what it is made from: in a third of the time, and the space, of its state."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return self.__class__, values(self)


def values(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any of the small frozen values
    """Return the values of a flat dataclass, in the order of its fields."""
    return _getter(value.__class__)(value)


@functools.cache
def _getter(kind: Any) -> Callable[[Any], tuple[Any, ...]]:  # noqa: ANN401 - its class
    """Return what gets all fields of a dataclass at once."""
    names = [field.name for field in dataclasses.fields(kind)]
    get = operator.attrgetter(*names)
    return get if len(names) > 1 else lambda value: (get(value),)


class Likened(Sequence[T]):
    """A sequence whose values are made when they are asked for; it equals a tuple of the same values.

    A child says how many there are, and what is at a place (from 0 on, checked here).
    """

    __slots__ = ()

    @abstractmethod
    def _at(self, place: int) -> T: ...

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if at.__class__ is int and 0 <= at < len(self):  # most often
            return self._at(at)
        places = range(len(self))[at]
        return self._some(places) if isinstance(places, range) else self._at(places)

    def _some(self, places: range) -> Sequence[T]:
        return Made.chosen(self, places)

    def __iter__(self) -> Iterator[T]:
        return map(self._at, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | Likened):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # compared, not looked up

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)


class Packed(Likened[T]):
    """Values of one kind, packed; reads like a tuple of them, and equals one.

    Parameters
    ----------
    values : iterable
        Anything that can be pickled; none of them is held.
    scratch : Scratch, optional
        Where they are put aside; without one they stay in memory, compressed.

    Notes
    -----
    The bytes never leave this process: what is unpickled is what was pickled here.
    """

    __slots__ = ("_begins", "_counts", "_full", "_groups", "_last", "_open", "_scratch")

    def __init__(self, values: Iterable[T] = (), scratch: Scratch | None = None) -> None:
        self._scratch = scratch
        self._groups: list[bytes] = []
        self._begins, self._counts = array("Q"), array("I")
        self._open: list[T] = []
        self._full = 0  # groups
        self._last: tuple[int, Sequence[T]] = (-1, ())
        for value in values:
            self.add(value)

    def keep(self, values: Sequence[T]) -> Sequence[T]:
        """Add some values and return what reads like a tuple of just these."""
        begin = len(self)
        for value in values:
            self.add(value)
        return Part(self, begin, len(self)) if len(self) > begin else ()

    def add(self, value: T) -> None:
        """Add a value."""
        self._open.append(value)
        if len(self._open) < _GROUP:
            return
        data = pickle.dumps(self._open, 5)
        if self._scratch is None:
            self._groups.append(zlib.compress(data, 1))
        else:
            self._begins.append(self._scratch.put(data))
            self._counts.append(len(data))
        self._full += 1
        self._open = []

    def within(self, begin: int, end: int) -> Iterator[T]:
        """Yield the values of these places."""
        while begin < end:
            number, first = divmod(begin, _GROUP)
            group = self._group(number)[first : first + end - begin]
            yield from group
            begin += len(group)

    def _group(self, number: int) -> Sequence[T]:
        if number == self._full:
            return self._open
        held, group = self._last
        if held != number:
            if self._scratch is None:
                data = zlib.decompress(self._groups[number])
            else:
                data = self._scratch.fetch(self._begins[number], self._counts[number])
            group = pickle.loads(data)
            self._last = number, group
        return group

    def __len__(self) -> int:
        return _GROUP * self._full + len(self._open)

    def __iter__(self) -> Iterator[T]:
        return self.within(0, len(self))

    def _at(self, place: int) -> T:
        number, within = divmod(place, _GROUP)
        return self._group(number)[within]


class Part(Likened[T]):
    """Neighbours among packed values: reads like a tuple of just these, and equals one."""

    __slots__ = ("_begin", "_end", "_of")

    def __init__(self, of: Packed[T], begin: int, end: int) -> None:
        self._of, self._begin, self._end = of, begin, end

    def __len__(self) -> int:
        return self._end - self._begin

    def __iter__(self) -> Iterator[T]:
        return self._of.within(self._begin, self._end)

    def _at(self, place: int) -> T:
        return self._of[self._begin + place]


class Some(Likened[T | None]):
    """A value in some of so many places, None in the others; reads like a tuple, and equals one.

    Parameters
    ----------
    count : int
        How many places there are.
    scratch : Scratch, optional
        Where the values are put aside.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, count: int, scratch: Scratch | None = None) -> None:
        self._values, self._places = Packed[T](scratch=scratch), array("i", [-1]) * count

    def keep(self, at: int, value: T | None) -> None:
        """Keep what is in a place."""
        if value is not None:
            self._places[at] = len(self._values)
            self._values.add(value)

    def __len__(self) -> int:
        return len(self._places)

    def _at(self, place: int) -> T | None:
        at = self._places[place]
        return None if at < 0 else self._values[at]


class Made(Likened[T]):
    """Values made one by one, whenever they are asked for; reads like a tuple of them, and equals one.

    Parameters
    ----------
    count : int
        How many there are.
    make : callable
        Makes the one at a place.
    """

    __slots__ = ("_count", "_make")

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make

    @classmethod
    def chosen(cls, values: Sequence[T], places: Sequence[int]) -> Made[T]:
        """Return those of some values that are at these places, in their order."""
        return cls(len(places), lambda at: values[places[at]])

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return map(self._make, range(self._count))

    def _at(self, place: int) -> T:
        return self._make(place)
