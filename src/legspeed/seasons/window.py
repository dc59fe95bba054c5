"""A part of a season to show. Yardstick, gaps and scores stay those of the whole."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace

from legspeed.model import Packed, Period, Season
from legspeed.model.packed import Made


def window(season: Season, since: dt.date | None, until: dt.date | None) -> Season:
    """Return the season with what belongs to the days from `since` to `until` only, both included.

    A gap, week, month or block that reaches into the window is shown whole.
    """
    if since is None and until is None:
        return season
    first, last = since or dt.date.min, until or dt.date.max
    shown = array("I", (at for at, run in enumerate(season.runs) if first <= run.local_date <= last))
    whole = season.exposure
    exposure = replace(
        whole,
        score=Packed(day for day in whole.score if first <= day.date <= last),
        days=Packed(_within(whole.days, first, last)),
        weeks=Packed(_within(whole.weeks, first, last)),
        months=Packed(_within(whole.months, first, last)),
        blocks=Packed(_within(whole.blocks, first, last)),
        plyometrics=tuple(one for one in whole.plyometrics if first <= one.date <= last),
    )
    return replace(
        season,
        runs=Made.chosen(season.runs, shown),
        gaps=tuple(gap for gap in season.gaps if gap.start <= last and gap.end >= first),
        exposure=exposure,
    )


def _within(periods: Sequence[Period], first: dt.date, last: dt.date) -> Iterator[Period]:
    """Yield the periods that share a day with the window."""
    return (one for one in periods if one.start <= last and one.end >= first)
