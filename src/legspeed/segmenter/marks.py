"""Many marks in little memory: what most runs show is a date and a speed."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator

from legspeed.model.numbers import Moments
from legspeed.model.packed import Likened
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

    def _at(self, place: int) -> Mark:
        return Mark(self._days[place], self._speeds_mps[place])
