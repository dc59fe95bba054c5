"""Speed work per ISO week: how often, how much, of what."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from legspeed.exposure.days import SpeedDay
from legspeed.model import Tally, Week


def week_label(date: dt.date) -> str:
    """Return the ISO week of a date: ``2024-W07``. The first days of a year may belong to the last week before."""
    year, week, _ = date.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday(date: dt.date) -> dt.date:
    """Return the first day of the date's ISO week."""
    return date - dt.timedelta(days=date.weekday())


def weeks(days: Sequence[SpeedDay], *, first: dt.date, last: dt.date) -> tuple[Week, ...]:
    """Return every ISO week from that of `first` to that of `last`, empty ones too.

    A session is a day with at least one counted effort: whoever stops the watch between warm-up and strides has done
    one session, not two.
    """
    by_week: dict[dt.date, list[SpeedDay]] = defaultdict(list)
    for day in days:
        by_week[monday(day.date)].append(day)
    count = (monday(last) - monday(first)).days // 7 + 1
    starts = [monday(first) + dt.timedelta(weeks=i) for i in range(count)]
    return tuple(_week(start, by_week.get(start, [])) for start in starts)


def _week(start: dt.date, days: Sequence[SpeedDay]) -> Week:
    """Add up one week."""
    by_kind: dict[str, Tally] = {}
    for day in days:
        for kind, tally in day.by_kind.items():
            by_kind[kind] = _sum(by_kind.get(kind, Tally()), tally)
    total = Tally()
    for tally in by_kind.values():
        total = _sum(total, tally)
    return Week(week_label(start), len(days), total, dict(sorted(by_kind.items())))


def _sum(a: Tally, b: Tally) -> Tally:
    """Return both tallies as one."""
    return Tally(a.efforts + b.efforts, a.seconds + b.seconds, a.metres + b.metres)
