"""A part of a season to show. Yardstick, gaps and scores stay those of the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from legspeed.model import Period, Season


def window(season: Season, since: dt.date | None, until: dt.date | None) -> Season:
    """Return the season with what belongs to the days from `since` to `until` only, both included.

    A gap, week, month or block that reaches into the window is shown whole.
    """
    first, last = since or dt.date.min, until or dt.date.max
    whole = season.exposure
    exposure = replace(
        whole,
        score=tuple(day for day in whole.score if first <= day.date <= last),
        days=_within(whole.days, first, last),
        weeks=_within(whole.weeks, first, last),
        months=_within(whole.months, first, last),
        blocks=_within(whole.blocks, first, last),
        plyometrics=tuple(one for one in whole.plyometrics if first <= one.date <= last),
    )
    return replace(
        season,
        runs=tuple(run for run in season.runs if first <= run.local_date <= last),
        gaps=tuple(gap for gap in season.gaps if gap.start <= last and gap.end >= first),
        exposure=exposure,
    )


def _within(periods: Sequence[Period], first: dt.date, last: dt.date) -> tuple[Period, ...]:
    """Return the periods that share a day with the window."""
    return tuple(one for one in periods if one.start <= last and one.end >= first)
