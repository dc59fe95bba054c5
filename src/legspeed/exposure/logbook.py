"""The runs of a season by day. What is asked of every run lies in columns; the rest is looked up where it is needed."""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from legspeed.model import COUNTING_KINDS, Effort, Packed, Run
from legspeed.model.numbers import in_order
from legspeed.model.packed import Value
from legspeed.model.scratch import Scratch

_IMPLAUSIBLE = "date-implausible"


class Logged(NamedTuple):
    """What the logbook says of one run: its day, whether it could have shown strides, seconds and metres."""

    date: dt.date
    strides: bool
    elapsed_s: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class FastRun(Value):
    """What is asked of a run with counted efforts: its source and day, its best speeds, and these efforts."""

    source: str
    local_date: dt.date
    best_speeds: Mapping[int, float]
    efforts: tuple[Effort, ...]


class Logbook:
    """The runs of a season, in the order in which they came.

    Parameters
    ----------
    runs : sequence of Run
        All runs.
    scratch : Scratch, optional
        Where what is made of them may be put aside.

    Notes
    -----
    Runs whose clock was so wrong that no day can be given to them are left out: they are shown, and counted nowhere.
    """

    def __init__(self, runs: Sequence[Run], scratch: Scratch | None = None) -> None:
        self.scratch = scratch
        self._runs = runs
        self._places, self._days = array("I"), array("i")
        self._strides = bytearray()
        self._fast, self._fast_at = Packed[FastRun](scratch=scratch), array("i")
        self._elapsed_s, self._distance_m, self._five_k_mps = array("d"), array("d"), array("d")
        for at, run in enumerate(runs):
            if any(problem.code == _IMPLAUSIBLE for problem in run.problems):
                continue
            self._places.append(at)
            self._days.append(run.local_date.toordinal())
            self._strides.append(run.assessable.strides)
            efforts = counted(run)
            self._fast_at.append(len(self._fast) if efforts else -1)
            if efforts:
                self._fast.add(FastRun(run.source, run.local_date, run.best_speeds, efforts))
            self._elapsed_s.append(run.elapsed_s)
            self._distance_m.append(run.distance_m or 0.0)
            self._five_k_mps.append(run.five_k_speed_mps or 0.0)
        self._by_day = in_order(self._days)
        self._sorted = array("i", map(self._days.__getitem__, self._by_day))

    @property
    def first(self) -> dt.date | None:
        """The day of the earliest run."""
        return dt.date.fromordinal(self._sorted[0]) if self._sorted else None

    @property
    def last(self) -> dt.date | None:
        """The day of the latest run."""
        return dt.date.fromordinal(self._sorted[-1]) if self._sorted else None

    def __len__(self) -> int:
        return len(self._days)

    def __getitem__(self, at: int) -> Run:
        return self._runs[self._places[at]]

    def logged(self, at: int) -> Logged:
        """Return what is in the logbook of a run."""
        day = dt.date.fromordinal(self._days[at])
        return Logged(day, bool(self._strides[at]), self._elapsed_s[at], self._distance_m[at])

    def five_k_speed_mps(self, at: int) -> float | None:
        """Return the runner's 5 km speed of a run's day, None where it is not known."""
        return self._five_k_mps[at] or None

    def until(self, last: dt.date) -> Iterator[int]:
        """Yield the places of the runs up to a day."""
        return (at for at, day in enumerate(self._days) if day <= last.toordinal())

    def between(self, first: dt.date, last: dt.date) -> array[int]:
        """Return the places of the runs from one day to another, both included, day by day."""
        begin, end = bisect_left(self._sorted, first.toordinal()), bisect_right(self._sorted, last.toordinal())
        return self._by_day[begin:end]

    def effort_days(self, until: dt.date) -> Iterator[dt.date]:
        """Yield the days on which there was a counted effort, in order; a day with several such runs several times."""
        last = until.toordinal()
        return (
            dt.date.fromordinal(day)
            for day, at in zip(self._sorted, self._by_day, strict=True)
            if self._fast_at[at] >= 0 and day <= last
        )

    def fast(self, places: Iterable[int]) -> Iterator[FastRun]:
        """Yield those of the runs at these places that have counted efforts."""
        return (self._fast[found] for at in places if (found := self._fast_at[at]) >= 0)


def counted(run: Run) -> tuple[Effort, ...]:
    """Return the efforts of a run that count as true speed."""
    return tuple(e for e in run.efforts if e.counts and e.kind in COUNTING_KINDS)
