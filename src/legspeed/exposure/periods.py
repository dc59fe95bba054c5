"""Speed work per day, ISO week, month and training block: how often, how much, of what, how quick on the feet."""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Final

from legspeed.athlete import Block
from legspeed.exposure.bands import by_band, top_speed_mps
from legspeed.exposure.days import SpeedDay
from legspeed.exposure.logbook import FastRun, Logbook
from legspeed.exposure.weeks import monday, week_label
from legspeed.model import Effort, Jumps, Packed, Period, PlyometricSession, Tally, Yardstick
from legspeed.settings import Tiers

#: Seconds over which the best mean speed is reported.
BEST_S: Final = (5, 10, 20)


class Ledgers:
    """What the days of a season hold, and by what the bands of speed are told.

    Parameters
    ----------
    log : Logbook
        All of its runs count as running; their counted efforts have tier, band, cadence and speed.
    speed : sequence of SpeedDay
        The days of speed work in order, sessions by hand among them.
    jumps : sequence of PlyometricSession
        See :func:`legspeed.exposure.days.plyometric_sessions`.
    yardstick, tiers
        For the bands of maximal speed.
    until : date, optional
        Later runs are left out.
    """

    def __init__(
        self,
        log: Logbook,
        speed: Sequence[SpeedDay],
        jumps: Sequence[PlyometricSession],
        *,
        yardstick: Yardstick,
        tiers: Tiers,
        until: dt.date = dt.date.max,
    ) -> None:
        self.log, self._speed, self._yardstick, self._tiers, self._until = log, speed, yardstick, tiers, until
        self._speed_days = array("i", (day.date.toordinal() for day in speed))
        self._jumps = sorted(jumps, key=attrgetter("date"))

    def special(self) -> Iterator[dt.date]:
        """Yield the days with speed work or jumps, not only running."""
        speed = map(dt.date.fromordinal, self._speed_days)
        return (date for date, _ in groupby(merge(speed, (one.date for one in self._jumps))))

    def period(self, name: str | None, start: dt.date, end: dt.date) -> Period:
        """Add up the days from `start` to `end`."""
        places = self.log.between(start, min(end, self._until))
        first, last = bisect_left(self._speed_days, start.toordinal()), bisect_right(self._speed_days, end.toordinal())
        jumps = tuple(one for one in self._jumps if start <= one.date <= end)
        if not (places or first < last or jumps):
            return Period(
                name=name,
                start=start,
                end=end,
                runs=0,
                distance_m=0.0,
                sessions=0,
                total=Tally(),
                by_kind={},
                by_tier={},
                by_band={},
                plyometrics=Jumps(),
                cadence_spm=None,
                step_length_m=None,
                best_speeds={},
            )
        fast = list(self.log.fast(places))
        most_mps = self._tiers.believed * self._yardstick.max_speed_mps
        efforts = [effort for run in fast for effort in run.efforts]
        cadences = [e.cadence_spm for e in efforts if e.cadence_spm is not None]
        steps = [e.step_length_m for e in efforts if e.step_length_m is not None]
        kinds = _added(self._speed[at].by_kind for at in range(first, last))
        bands = by_band(efforts, self._yardstick, self._tiers) if efforts else {}
        return Period(
            name=name,
            start=start,
            end=end,
            runs=len(places),
            distance_m=sum(self.log.logged(at).distance_m for at in places),
            sessions=last - first,
            total=sum(kinds.values(), Tally()),
            by_kind=kinds,
            by_tier=_by_tier(efforts),
            by_band=dict(sorted((name, tally) for name, tally in bands.items() if tally.efforts)),
            plyometrics=Jumps.of(jumps),
            cadence_spm=median(cadences) if cadences else None,
            step_length_m=median(steps) if steps else None,
            best_speeds=_highest(_best_speeds(run, most_mps) for run in fast),
            five_k_speed_mps=self.log.five_k_speed_mps(places[-1]) if places else None,
        )


def days(held: Ledgers) -> Iterator[Period]:
    """Yield the days with speed work or jumps."""
    return (held.period(date.isoformat(), date, date) for date in held.special())


def weeks(held: Ledgers, *, first: dt.date, last: dt.date) -> Sequence[Period]:
    """Return every ISO week from that of `first` to that of `last`, empty ones too.

    A session is a day with at least one counted effort: whoever stops the watch between warm-up and strides has done
    one session, not two.
    """
    count = (monday(last) - monday(first)).days // 7 + 1
    starts = (monday(first) + dt.timedelta(weeks=i) for i in range(count))
    return _periods(((week_label(start), start, start + dt.timedelta(days=6)) for start in starts), held)


def months(held: Ledgers, *, first: dt.date, last: dt.date) -> Sequence[Period]:
    """Return every calendar month from that of `first` to that of `last`, empty ones too."""
    spans = []
    start = first.replace(day=1)
    while start <= last:
        end = (start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        spans.append((f"{start:%Y-%m}", start, end))
        start = end + dt.timedelta(days=1)
    return _periods(spans, held)


def blocks(held: Ledgers, *, first: dt.date, last: dt.date, named: Sequence[Block], length_d: int) -> Sequence[Period]:
    """Return the training blocks: the runner's own or, where he names none, blocks of `length_d` days.

    The latter are counted back from `last`, so that all but the first are of full length and the latest is about the
    days that matter now; they have no name. Of his own, those that begin after `last` are left out; one without an end
    reaches to the next, or to `last`.
    """
    if named:
        ordered = sorted(named, key=lambda block: block.start)
        spans: list[tuple[str | None, dt.date, dt.date]] = []
        for block, following in zip(ordered, [*ordered[1:], None], strict=True):
            until = last if following is None else following.start - dt.timedelta(days=1)
            if block.start <= last:
                spans.append((block.name, block.start, until if block.end is None else block.end))
        return _periods(spans, held)
    count = -(-((last - first).days + 1) // length_d)
    ends = [last - dt.timedelta(days=length_d * i) for i in reversed(range(count))]
    return _periods([(None, max(first, end - dt.timedelta(days=length_d - 1)), end) for end in ends], held)


def _periods(spans: Iterable[tuple[str | None, dt.date, dt.date]], held: Ledgers) -> Sequence[Period]:
    """Return a period for each span of days."""
    return Packed((held.period(*span) for span in spans), held.log.scratch)


def _by_tier(efforts: Sequence[Effort]) -> dict[str, Tally]:
    """Tally counted efforts by tier, the tiers sorted."""
    tallies: dict[str, Tally] = {}
    for effort in efforts:
        if effort.tier is not None:
            tallies[effort.tier] = tallies.get(effort.tier, Tally()).plus(effort)
    return dict(sorted(tallies.items()))


def _best_speeds(run: FastRun, most_mps: float) -> dict[int, float]:
    """Return the best mean speeds (m/s) of a run, by seconds, as far as its counted efforts can have been so fast.

    A mean over 5 s and more cannot exceed the best 3 s of the effort that it was run in. What is faster than all
    counted efforts of the run was run elsewhere: down a hill, in a vehicle, or by a position that jumped. Faster than
    `most_mps` nothing was run at all: a sensor on a treadmill reads a third too much now and then.
    """
    tops = (top for effort in run.efforts if (top := top_speed_mps(effort)) is not None)
    top = min(most_mps, max(tops, default=0.0))
    return {seconds: run.best_speeds[seconds] for seconds in BEST_S if 0.0 < run.best_speeds.get(seconds, 0.0) <= top}


def _added(parts: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """Add up tallies by name, the names sorted."""
    total: dict[str, Tally] = {}
    for part in parts:
        for name, tally in part.items():
            total[name] = total[name] + tally if name in total else tally
    return dict(sorted(total.items()))


def _highest(parts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Return the highest value per key."""
    best: dict[int, float] = {}
    for part in parts:
        for seconds, speed in part.items():
            best[seconds] = max(speed, best.get(seconds, speed))
    return dict(sorted(best.items()))
