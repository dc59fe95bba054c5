"""Speed work per day, ISO week, month and training block: how often, how much, of what, how quick on the feet."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import Final

from legspeed.athlete import Block
from legspeed.exposure.bands import by_band, top_speed_mps
from legspeed.exposure.days import SpeedDay, counted
from legspeed.exposure.weeks import monday, week_label
from legspeed.model import Effort, Jumps, Period, PlyometricSession, Run, Tally, Yardstick
from legspeed.settings import Tiers

#: Seconds over which the best mean speed is reported.
BEST_S: Final = (5, 10, 20)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One day's running, efforts and jumps, added up once; longer periods add up days."""

    date: dt.date
    runs: int
    distance_m: float
    by_kind: Mapping[str, Tally]
    by_tier: Mapping[str, Tally]
    by_band: Mapping[str, Tally]
    efforts: tuple[Effort, ...]
    best_speeds: Mapping[int, float]
    jumps: tuple[PlyometricSession, ...]

    @property
    def holds_something(self) -> bool:
        """Whether there was speed work or jumps, not only running."""
        return bool(self.by_kind or self.jumps)


def ledgers(
    runs: Sequence[Run],
    speed: Sequence[SpeedDay],
    jumps: Sequence[PlyometricSession],
    *,
    yardstick: Yardstick,
    tiers: Tiers,
) -> tuple[Ledger, ...]:
    """Return every day with a run, speed work or jumps, in order.

    Parameters
    ----------
    runs : sequence of Run
        All of them count as running; their counted efforts have tier, band, cadence and speed.
    speed : sequence of SpeedDay
        The days of speed work, sessions by hand among them.
    jumps : sequence of PlyometricSession
        See :func:`legspeed.exposure.days.plyometric_sessions`.
    yardstick, tiers
        For the bands of maximal speed.
    """
    run_on: dict[dt.date, list[Run]] = defaultdict(list)
    for run in runs:
        run_on[run.local_date].append(run)
    jumps_on: dict[dt.date, list[PlyometricSession]] = defaultdict(list)
    for one in jumps:
        jumps_on[one.date].append(one)
    kinds_on = {day.date: day.by_kind for day in speed}
    found = []
    for date in sorted({*run_on, *jumps_on, *kinds_on}):
        here = run_on.get(date, [])
        efforts = tuple(effort for run in here for effort in counted(run))
        found.append(
            Ledger(
                date=date,
                runs=len(here),
                distance_m=sum(run.distance_m or 0.0 for run in here),
                by_kind=kinds_on.get(date, {}),
                by_tier=_by_tier(efforts),
                by_band={k: t for k, t in by_band(efforts, yardstick, tiers).items() if t.efforts} if efforts else {},
                efforts=efforts,
                best_speeds=_highest(_best_speeds(run) for run in here),
                jumps=tuple(jumps_on.get(date, ())),
            )
        )
    return tuple(found)


def days(held: Sequence[Ledger]) -> tuple[Period, ...]:
    """Return the days with speed work or jumps."""
    return tuple(_period(day.date.isoformat(), day.date, day.date, [day]) for day in held if day.holds_something)


def weeks(held: Sequence[Ledger], *, first: dt.date, last: dt.date) -> tuple[Period, ...]:
    """Return every ISO week from that of `first` to that of `last`, empty ones too.

    A session is a day with at least one counted effort: whoever stops the watch between warm-up and strides has done
    one session, not two.
    """
    count = (monday(last) - monday(first)).days // 7 + 1
    starts = [monday(first) + dt.timedelta(weeks=i) for i in range(count)]
    return _periods([(week_label(start), start, start + dt.timedelta(days=6)) for start in starts], held)


def months(held: Sequence[Ledger], *, first: dt.date, last: dt.date) -> tuple[Period, ...]:
    """Return every calendar month from that of `first` to that of `last`, empty ones too."""
    spans = []
    start = first.replace(day=1)
    while start <= last:
        end = (start + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        spans.append((f"{start:%Y-%m}", start, end))
        start = end + dt.timedelta(days=1)
    return _periods(spans, held)


def blocks(
    held: Sequence[Ledger], *, first: dt.date, last: dt.date, named: Sequence[Block], length_d: int
) -> tuple[Period, ...]:
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


def _periods(spans: Iterable[tuple[str | None, dt.date, dt.date]], held: Sequence[Ledger]) -> tuple[Period, ...]:
    """Return a period for each span of days."""
    date = attrgetter("date")
    return tuple(
        _period(name, start, end, held[bisect_left(held, start, key=date) : bisect_right(held, end, key=date)])
        for name, start, end in spans
    )


def _period(name: str | None, start: dt.date, end: dt.date, held: Sequence[Ledger]) -> Period:
    """Add up some days."""
    if not held:
        return Period(name, start, end, 0, 0.0, 0, Tally(), {}, {}, {}, Jumps(), None, None, {})
    kinds = _added([day.by_kind for day in held])
    efforts = [effort for day in held for effort in day.efforts]
    cadences = [e.cadence_spm for e in efforts if e.cadence_spm is not None]
    steps = [e.step_length_m for e in efforts if e.step_length_m is not None]
    return Period(
        name=name,
        start=start,
        end=end,
        runs=sum(day.runs for day in held),
        distance_m=sum(day.distance_m for day in held),
        sessions=sum(bool(day.by_kind) for day in held),
        total=sum(kinds.values(), Tally()),
        by_kind=kinds,
        by_tier=_added([day.by_tier for day in held]),
        by_band=_added([day.by_band for day in held]),
        plyometrics=Jumps.of(tuple(one for day in held for one in day.jumps)),
        cadence_spm=median(cadences) if cadences else None,
        step_length_m=median(steps) if steps else None,
        best_speeds=_highest(day.best_speeds for day in held),
    )


def _by_tier(efforts: Sequence[Effort]) -> dict[str, Tally]:
    """Tally counted efforts by tier."""
    tallies: dict[str, Tally] = {}
    for effort in efforts:
        if effort.tier is not None:
            tallies[effort.tier] = tallies.get(effort.tier, Tally()).plus(effort)
    return tallies


def _best_speeds(run: Run) -> dict[int, float]:
    """Return the run's best mean speeds, where its speed work can be where they were run.

    A mean over 5 s and more cannot exceed the best 3 s of the effort that it was run in. What is faster than all
    counted efforts of the run was run elsewhere: down a hill, in a vehicle, or by a position that jumped.
    """
    top = max((top for effort in counted(run) if (top := top_speed_mps(effort)) is not None), default=0.0)
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
