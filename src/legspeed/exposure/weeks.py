"""ISO weeks by name."""

from __future__ import annotations

import datetime as dt


def week_label(date: dt.date) -> str:
    """Return the ISO week of a date: ``2024-W07``. The first days of a year may belong to the last week before."""
    year, week, _ = date.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday(date: dt.date) -> dt.date:
    """Return the first day of the date's ISO week."""
    return date - dt.timedelta(days=date.weekday())
