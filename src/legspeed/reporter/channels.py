"""What a channel of a file covers and between which values it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from legspeed.model import CHANNELS, F8, Activity


@dataclass(frozen=True, slots=True)
class ChannelSummary:
    """One channel: the share of records that have it, its own interval, and percentiles; None where there are none.

    Positions have no percentiles: a report can be passed on without saying where somebody lives.
    """

    name: str
    unit: str
    developer: bool
    coverage: float
    interval_s: float | None
    low: float | None
    median: float | None
    high: float | None
    top: float | None


def channel_summaries(activity: Activity) -> Iterator[ChannelSummary]:
    """Yield a summary of every channel that the file has, those of apps and pods last."""
    for channel in CHANNELS:
        column: F8 | None = getattr(activity, channel.name)
        if column is not None and channel.name != "time_s":
            private = channel.name in ("latitude_deg", "longitude_deg")
            yield _summary(channel.name, channel.unit, False, column, activity.time_s, private)
    for name, column in sorted(activity.developer.items()):
        yield _summary(name, activity.developer_units.get(name, ""), True, column, activity.time_s, False)


def interval(time_s: F8) -> tuple[float, float] | None:
    """Return the usual seconds between records, and those that 95 % do not pass; None for fewer than two records."""
    if time_s.size < 2:
        return None
    steps = np.diff(time_s)
    return float(np.median(steps)), float(np.percentile(steps, 95))


def total_distance_m(activity: Activity) -> float | None:
    """Return the metres that the watch counted, None where it did not."""
    column = activity.distance_m
    return float(np.nanmax(column)) if column is not None and np.isfinite(column).any() else None


def _summary(name: str, unit: str, developer: bool, column: F8, time_s: F8, private: bool) -> ChannelSummary:
    """Summarise one column."""
    known = np.isfinite(column)
    values = column[known]
    between = interval(time_s[known])
    levels: list[float | None] = [None] * 4
    if values.size and not private:
        levels = [float(v) for v in (*np.percentile(values, (5, 50, 95)), values.max())]
    coverage = float(known.mean()) if column.size else 0.0
    return ChannelSummary(name, unit, developer, coverage, between[0] if between else None, *levels)
