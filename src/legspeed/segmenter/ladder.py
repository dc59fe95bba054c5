"""A season's marks from the fastest down, ready to be asked for those near any day: every run asks several times."""

from __future__ import annotations

import datetime as dt
import itertools
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import numpy as np

from legspeed.settings import Yardsticks

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK: Final = dt.timedelta(microseconds=1)


class Dated(Protocol):
    """Anything that a run shows, with its date and a speed in m/s to rank it by."""

    @property
    def when(self) -> dt.datetime:
        """When the run began."""

    @property
    def speed_mps(self) -> float:
        """The speed to rank it by."""


M = TypeVar("M", bound=Dated)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one run shows of the runner: its date and a speed in m/s."""

    when: dt.datetime
    speed_mps: float


class Ladder(Generic[M]):
    """The marks of one kind.

    Parameters
    ----------
    marks : sequence of Mark
        In any order.
    rules : Yardsticks
        How far a day looks on either side, and how few marks are too few: then all of them are near.
    """

    def __init__(self, marks: Sequence[M], rules: Yardsticks) -> None:
        self._fastest = sorted(marks, key=lambda m: (-m.speed_mps, m.when))
        self._ticks = array("q", (_ticks(mark.when) for mark in self._fastest))
        by_time = sorted(range(len(marks)), key=lambda at: (self._ticks[at], self._fastest[at].speed_mps))
        self._times = array("q", (self._ticks[at] for at in by_time))
        self._speeds = np.array([self._fastest[at].speed_mps for at in by_time])
        self._reach = dt.timedelta(days=rules.lookback_d) // _TICK
        self._least = rules.least_sessions
        self._seen: tuple[tuple[int, int], tuple[M, ...]] = (-1, -1), ()

    def ranked(self, on: dt.datetime, rank: int, guard: float) -> tuple[M, str] | None:
        """Return the best mark near a day from `rank` on and its rank in words: one spike or ride sets no yardstick.

        A mark more than `guard` above the two that follow it is passed over: a jump, a slope or a ride gone unnoticed.
        """
        first, last = self._window(on)
        count = last - first
        if not count:
            return None
        rank = min(rank, count)
        near = self._near(on, count)
        best = list(itertools.islice(near, rank + 2))
        while rank + 2 <= count and best[rank - 1].speed_mps > (1.0 + guard) * best[rank + 1].speed_mps:
            rank += 1
            best += itertools.islice(near, 1)
        return best[rank - 1], {1: "best", 2: "second best"}.get(rank, f"best but {rank - 1}")

    def near(self, on: dt.datetime) -> tuple[int, Iterator[M]]:
        """Return how many marks are near a day, and those, the fastest first."""
        window = self._window(on)
        if self._seen[0] != window:  # near days, asked for one after another, see the same
            self._seen = window, tuple(self._near(on, window[1] - window[0]))
        found = self._seen[1]
        return len(found), iter(found)

    def middle_mps(self, on: dt.datetime) -> float | None:
        """Return the median speed of the marks near a day (the upper of two), None without any."""
        first, last = self._window(on)
        if first == last:
            return None
        middle = (last - first) // 2
        return float(np.partition(self._speeds[first:last], middle)[middle])

    def _window(self, on: dt.datetime) -> tuple[int, int]:
        """Return the places, by time, of the marks within reach of a day; of all where those are too few."""
        day = _ticks(on)
        first, last = bisect_left(self._times, day - self._reach), bisect_right(self._times, day + self._reach)
        return (first, last) if last - first >= self._least else (0, len(self._times))

    def _near(self, on: dt.datetime, count: int) -> Iterator[M]:
        """Yield the marks in the window of a day, the fastest first."""
        day, reach = _ticks(on), self._reach
        everything = count == len(self._times)
        if everything:
            return iter(self._fastest)
        both = zip(self._ticks, self._fastest, strict=True)
        return (mark for ticks, mark in both if -reach <= ticks - day <= reach)


def _ticks(when: dt.datetime) -> int:
    """Return a time in whole microseconds: unlike dates, these can be added to without end."""
    return (when - _EPOCH) // _TICK
