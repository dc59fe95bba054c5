"""Many marks in little memory: what most runs show is a date and a speed."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Sequence
from typing import overload

from legspeed.model.numbers import Moments
from legspeed.model.packed import Likened, Made
from legspeed.segmenter.ladder import Mark


class ManyMarks(Likened[Mark]):
    """Marks in sixteen bytes each; reads like a tuple of them, and equals one."""

    __slots__ = ("_days", "_speeds_mps")

    def __init__(self) -> None:
        self._days, self._speeds_mps = Moments(), array("d")

    def add(self, when: dt.datetime, speed_mps: float) -> None:
        """Add what one more run shows."""
        self._days.add(when)
        self._speeds_mps.append(speed_mps)

    def __len__(self) -> int:
        return len(self._speeds_mps)

    def __iter__(self) -> Iterator[Mark]:
        return map(Mark, self._days, self._speeds_mps)

    @overload
    def __getitem__(self, at: int) -> Mark: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mark]: ...
    def __getitem__(self, at: int | slice) -> Mark | Sequence[Mark]:
        if isinstance(at, slice):
            return Made.chosen(self, range(len(self))[at])
        return Mark(self._days[at], self._speeds_mps[at])
