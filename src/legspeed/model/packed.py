"""Many small values in little memory: packed in groups as they come, and made anew whenever they are asked for.

A season of years holds tens of thousands of efforts and refusals. As objects each takes 500 bytes, packed 50; and to
make one anew takes two microseconds.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar, overload

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
    """A sequence that equals a tuple of the same values."""

    __slots__ = ()

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

    Notes
    -----
    The bytes never leave this process: what is unpickled is what was pickled here.
    """

    __slots__ = ("_groups", "_last", "_open")

    def __init__(self, values: Iterable[T] = ()) -> None:
        self._groups: list[bytes] = []
        self._open: list[T] = []
        self._last: tuple[int, Sequence[T]] = (-1, ())
        for value in values:
            self._add(value)

    def keep(self, values: Sequence[T]) -> Sequence[T]:
        """Add some values and return what reads like a tuple of just these."""
        begin = len(self)
        for value in values:
            self._add(value)
        return Part(self, begin, len(self)) if len(self) > begin else ()

    def _add(self, value: T) -> None:
        self._open.append(value)
        if len(self._open) == _GROUP:
            self._groups.append(zlib.compress(pickle.dumps(self._open, 5), 1))
            self._open = []

    def within(self, begin: int, end: int) -> Iterator[T]:
        """Yield the values of these places."""
        while begin < end:
            number, first = divmod(begin, _GROUP)
            group = self._group(number)[first : first + end - begin]
            yield from group
            begin += len(group)

    def _group(self, number: int) -> Sequence[T]:
        if number == len(self._groups):
            return self._open
        held, group = self._last
        if held != number:
            group = pickle.loads(zlib.decompress(self._groups[number]))
            self._last = number, group
        return group

    def __len__(self) -> int:
        return _GROUP * len(self._groups) + len(self._open)

    def __iter__(self) -> Iterator[T]:
        return self.within(0, len(self))

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        places = range(len(self))[at]
        if isinstance(places, range):
            return tuple(self[place] for place in places)
        number, place = divmod(places, _GROUP)
        return self._group(number)[place]


class Part(Likened[T]):
    """Neighbours among packed values: reads like a tuple of just these, and equals one."""

    __slots__ = ("_begin", "_end", "_of")

    def __init__(self, of: Packed[T], begin: int, end: int) -> None:
        self._of, self._begin, self._end = of, begin, end

    def __len__(self) -> int:
        return self._end - self._begin

    def __iter__(self) -> Iterator[T]:
        return self._of.within(self._begin, self._end)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        places = range(self._begin, self._end)[at]
        if isinstance(places, range):
            return tuple(self._of[place] for place in places)
        return self._of[places]
