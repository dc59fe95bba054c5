"""Candidate bursts in columns: a season has tens of thousands of them, and nearly all are passed over at a glance."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, overload

from legspeed.model.channels import F8
from legspeed.model.digest import Burst

if TYPE_CHECKING:
    import numpy.typing as npt

_FIELDS: Final = dataclasses.fields(Burst)
_PLACES: Final[Mapping[str, int]] = MappingProxyType({field.name: at for at, field in enumerate(_FIELDS)})
_FLAGS: Final = tuple(at for at, field in enumerate(_FIELDS) if field.type == "bool")
#: The number of columns.
WIDTH: Final = len(_FIELDS)


def places(names: Sequence[str]) -> list[int]:
    """Return the columns of some fields."""
    return [_PLACES[name] for name in names]


class Bursts(Sequence[Burst]):
    """The candidates of a run as a table, one row each, columns in the order of the fields of :class:`Burst`.

    Reads like a tuple of :class:`Burst`, and equals one; rows become values only when they are asked for.

    Parameters
    ----------
    data : bytes
        The rows, little-endian float64. NaN stands for ``None``, 0 and 1 for false and true. They are looked at when
        something is asked of them.
    """

    __slots__ = ("_data", "_table")

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = data
        self._table: F8 | None = None

    @property
    def table(self) -> F8:
        """The rows as float64[n, WIDTH], read-only."""
        if self._table is None:
            import numpy as np

            self._table = np.frombuffer(self._data, "<f8").reshape(-1, WIDTH)
        return self._table

    @classmethod
    def of(cls, bursts: Sequence[Burst]) -> Bursts:
        """Return any candidates in columns (a NaN in them would read back as ``None``: no candidate has one)."""
        if isinstance(bursts, Bursts):
            return bursts.at_hand()
        import numpy as np

        rows = [[getattr(burst, field.name) for field in _FIELDS] for burst in bursts]
        return cls(np.array(rows, dtype="<f8").tobytes())

    @classmethod
    def of_columns(cls, **columns: npt.NDArray[Any]) -> Bursts:
        """Return candidates from arrays of shape (n,), one for each field of :class:`Burst`; NaN stands for None."""
        import numpy as np

        return cls(np.array([columns[field.name] for field in _FIELDS], dtype="<f8").T.tobytes())

    def at_hand(self) -> Bursts:
        """Return these candidates in memory, wherever they lie."""
        return self

    def column(self, name: str) -> F8:
        """Return one field of every candidate, NaN where it is ``None``."""
        column: F8 = self.table[:, _PLACES[name]]
        return column

    def nearest(self, start_s: float, end_s: float) -> Burst:
        """Return the candidate whose edges are nearest, the first of equals.

        Raises
        ------
        ValueError
            When there is none.
        """
        import numpy as np

        off = np.abs(self.column("start_s") - start_s) + np.abs(self.column("end_s") - end_s)
        return self[int(np.argmin(off))]

    def tobytes(self) -> bytes:
        """Return the rows, little-endian float64."""
        return bytes(self._data)

    def __len__(self) -> int:
        return len(self._data) // (8 * WIDTH)

    @overload
    def __getitem__(self, at: int) -> Burst: ...
    @overload
    def __getitem__(self, at: slice) -> Bursts: ...
    def __getitem__(self, at: int | slice) -> Burst | Bursts:
        if isinstance(at, slice):
            return Bursts(self.table[at].tobytes())
        return _burst(self.table[at].tolist())

    def __iter__(self) -> Iterator[Burst]:
        return map(_burst, self.table.tolist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Bursts):
            import numpy as np

            return np.array_equal(self.table, other.table, equal_nan=True)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a table is compared, not looked up

    def __reduce__(self) -> tuple[Any, ...]:
        return Bursts, (self.tobytes(),)

    def __repr__(self) -> str:
        return f"Bursts{tuple(self)!r}"


class BurstsElsewhere(Bursts):
    """The candidates of a run that lie elsewhere: they are fetched whenever something is asked of them, and not kept.

    Parameters
    ----------
    count : int
        How many there are.
    fetch : callable
        Returns the data of :class:`Bursts`, those of other runs around it.
    begin : int
        Where in it this run's begin.
    """

    __slots__ = ("_begin", "_count", "_fetch")

    def __init__(self, count: int, fetch: Callable[[], bytes | memoryview], begin: int = 0) -> None:
        self._count = count
        self._fetch = fetch
        self._begin = begin

    @property
    def fetch(self) -> Callable[[], bytes | memoryview]:
        """What returns the data, those of other runs around it."""
        return self._fetch

    @property
    def place(self) -> tuple[int, int]:
        """How many there are, and where this run's begin."""
        return self._count, self._begin

    def at_hand(self) -> Bursts:
        """Fetch them."""
        return Bursts(self._fetch()[self._begin : self._begin + 8 * WIDTH * self._count])

    @property
    def table(self) -> F8:
        """The rows as float64[n, WIDTH], read-only."""
        return self.at_hand().table

    def tobytes(self) -> bytes:
        """Return the rows, little-endian float64."""
        return self.at_hand().tobytes()

    def __len__(self) -> int:
        return self._count


def _burst(row: list[Any]) -> Burst:
    """Return the candidate of a row."""
    values: list[Any] = [None if value != value else value for value in row]
    for at in _FLAGS:
        values[at] = bool(values[at])
    return Burst(*values)
