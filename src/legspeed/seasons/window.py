"""A part of a season to show. Yardstick, gaps and scores stay those of the whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from legspeed.exposure.weeks import week_label
from legspeed.model import Season


def window(season: Season, since: dt.date | None, until: dt.date | None) -> Season:
    """Return the season with runs, weeks, score and gaps of the days from `since` to `until` only, both included.

    A gap or week that reaches into the window is shown whole.
    """
    first, last = since or dt.date.min, until or dt.date.max
    labels = week_label(first), week_label(last)
    exposure = replace(
        season.exposure,
        weeks=tuple(week for week in season.exposure.weeks if labels[0] <= week.week <= labels[1]),
        score=tuple(day for day in season.exposure.score if first <= day.date <= last),
    )
    return replace(
        season,
        runs=tuple(run for run in season.runs if first <= run.local_date <= last),
        gaps=tuple(gap for gap in season.gaps if gap.start <= last and gap.end >= first),
        exposure=exposure,
    )
