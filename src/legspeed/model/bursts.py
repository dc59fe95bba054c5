"""Candidate bursts in columns: a season has tens of thousands of them, and nearly all are passed over at a glance."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, overload

import numpy as np

from legspeed.model.channels import F8
from legspeed.model.digest import Burst

_FIELDS: Final = dataclasses.fields(Burst)
_PLACES: Final[Mapping[str, int]] = MappingProxyType({field.name: at for at, field in enumerate(_FIELDS)})
_FLAGS: Final = tuple(at for at, field in enumerate(_FIELDS) if field.type == "bool")
#: The number of columns.
WIDTH: Final = len(_FIELDS)


class Bursts(Sequence[Burst]):
    """The candidates of a run as a table, one row each, columns in the order of the fields of :class:`Burst`.

    Reads like a tuple of :class:`Burst`, and equals one; rows become values only when they are asked for.

    Parameters
    ----------
    table : float64[n, WIDTH]
        NaN stands for ``None``, 0 and 1 for false and true. Made read-only.
    """

    __slots__ = ("table",)

    def __init__(self, table: F8) -> None:
        table.setflags(write=False)
        self.table = table

    @classmethod
    def of(cls, bursts: Sequence[Burst]) -> Bursts:
        """Return any candidates in columns (a NaN in them would read back as ``None``: no candidate has one)."""
        if isinstance(bursts, Bursts):
            return bursts
        rows = [[getattr(burst, field.name) for field in _FIELDS] for burst in bursts]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), WIDTH)
        return cls(table)

    def column(self, name: str) -> F8:
        """Return one field of every candidate, NaN where it is ``None``."""
        column: F8 = self.table[:, _PLACES[name]]
        return column

    def laps(self) -> list[tuple[float, float]]:
        """Return the laps beside the candidates as (start, end), sorted, each once."""
        pairs = self.table[:, [_PLACES["lap_start_s"], _PLACES["lap_end_s"]]]
        return sorted({(start, end) for start, end in pairs[~np.isnan(pairs).any(axis=1)].tolist()})

    def nearest(self, start_s: float, end_s: float) -> Burst:
        """Return the candidate whose edges are nearest, the first of equals.

        Raises
        ------
        ValueError
            When there is none.
        """
        off = np.abs(self.column("start_s") - start_s) + np.abs(self.column("end_s") - end_s)
        return self[int(np.argmin(off))]

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, at: int) -> Burst: ...
    @overload
    def __getitem__(self, at: slice) -> Bursts: ...
    def __getitem__(self, at: int | slice) -> Burst | Bursts:
        if isinstance(at, slice):
            return Bursts(self.table[at])
        return _burst(self.table[at].tolist())

    def __iter__(self) -> Iterator[Burst]:
        return map(_burst, self.table.tolist())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Bursts):
            return np.array_equal(self.table, other.table, equal_nan=True)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a table is compared, not looked up

    def __reduce__(self) -> tuple[Any, ...]:
        return Bursts, (np.ascontiguousarray(self.table),)

    def __repr__(self) -> str:
        return f"Bursts{tuple(self)!r}"


def _burst(row: list[Any]) -> Burst:
    """Return the candidate of a row."""
    values: list[Any] = [None if value != value else value for value in row]
    for at in _FLAGS:
        values[at] = bool(values[at])
    return Burst(*values)
