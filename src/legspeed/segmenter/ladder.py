"""A season's marks from the fastest down, ready to be asked for those near any day: every run asks several times."""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from legspeed.model.numbers import ticks_of
from legspeed.model.packed import Likened, Made
from legspeed.settings import Yardsticks

_TICK: Final = dt.timedelta(microseconds=1)
_TICKS_A_DAY: Final = dt.timedelta(days=1) // _TICK


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
        times = np.fromiter((ticks_of(mark.when) for mark in marks), np.int64)
        speeds = np.fromiter((mark.speed_mps for mark in marks), np.float64)
        order = np.lexsort((speeds, times))
        self._marks: Sequence[M] = Made.chosen(marks, array("q", order.tobytes()))
        if not isinstance(marks, Likened):  # else they are made when they are asked for, and none is held
            self._marks = tuple(self._marks)
        self._times = array("q", times[order].tobytes())
        self._speeds = speeds[order]
        self._reach = dt.timedelta(days=rules.lookback_d) // _TICK
        self._least = rules.least_sessions
        self._rules = rules
        self._seen: tuple[tuple[int, int], tuple[M, ...]] = (-1, -1), ()

    def ranked(self, on: dt.datetime, rank: int, guard: float) -> tuple[Mark, str] | None:
        """Return the best mark for a day from `rank` on and its rank in words: one spike or ride sets no yardstick.

        A mark speaks for another day by less: form may have moved. One more than `guard` above the two that follow it
        is passed over: a jump, a slope or a ride gone unnoticed.
        """
        first, last = self._window(on)
        count = last - first
        if not count:
            return None
        speeds = self._speeds[first:last] * np.exp(-self._moved(on, first, last))
        order = np.argsort(-speeds, kind="stable")
        rank = min(rank, count)
        while rank + 2 <= count and speeds[order[rank - 1]] > (1.0 + guard) * speeds[order[rank + 1]]:
            rank += 1
        best = int(order[rank - 1])
        said = {1: "best", 2: "second best"}.get(rank, f"best but {rank - 1}")
        return Mark(self._marks[first + best].when, float(speeds[best])), said

    def near(self, on: dt.datetime) -> tuple[M, ...]:
        """Return the marks near a day, the fastest first."""
        window = self._window(on)
        if self._seen[0] != window:  # near days, asked for one after another, see the same
            found = sorted(self._marks[slice(*window)], key=lambda m: (-m.speed_mps, m.when))
            self._seen = window, tuple(found)
        return self._seen[1]

    def near_moved(self, on: dt.datetime) -> Iterator[tuple[M, float]]:
        """Return the marks near a day in their order, and by what share form may have moved between."""
        first, last = self._window(on)
        return zip(self._marks[first:last], self._moved(on, first, last).tolist(), strict=True)

    def count(self, on: dt.datetime) -> int:
        """Return how many marks are near a day."""
        first, last = self._window(on)
        return last - first

    def middle_mps(self, on: dt.datetime) -> float | None:
        """Return the median speed of the marks near a day (the upper of two), None without any."""
        first, last = self._window(on)
        if first == last:
            return None
        middle = (last - first) // 2
        return float(np.partition(self._speeds[first:last], middle)[middle])

    def _moved(self, on: dt.datetime, first: int, last: int) -> NDArray[np.float64]:
        """Return by what share form may have moved between a day and these marks: in whole days, none on the day."""
        apart = np.abs(np.frombuffer(self._times, np.int64)[first:last] - ticks_of(on))
        return form_moved(apart // _TICKS_A_DAY, self._rules)

    def _window(self, on: dt.datetime) -> tuple[int, int]:
        """Return the places, by time, of the marks within reach of a day; of all where those are too few."""
        day = ticks_of(on)
        first, last = bisect_left(self._times, day - self._reach), bisect_right(self._times, day + self._reach)
        return (first, last) if last - first >= self._least else (0, len(self._times))


Days = TypeVar("Days", float, NDArray[np.float64])


def form_moved(days: Days, rules: Yardsticks) -> Days:
    """Return by what share a runner's speed may have moved in so many days: no further than within reach."""
    least = (
        days + rules.lookback_d - abs(days - rules.lookback_d)
    ) / 2.0  # the smaller one, of numbers and arrays alike
    return rules.form_per_day * least
