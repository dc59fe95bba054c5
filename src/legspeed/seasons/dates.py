"""The local date of a run, from what the file, the athlete and the neighbouring runs know. Never the host's zone."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from legspeed.model import Problem, RunDigest, StrengthSession
from legspeed.model.numbers import Moments
from legspeed.model.packed import Made

Dated = RunDigest | StrengthSession

_NO_LOCAL_TIME: Final = Problem("no-local-time", "no time zone is known: the date is UTC's; --tz names one")


class Starts:
    """When each of many runs began, and how far its local time is ahead of UTC where it says so."""

    def __init__(self, dated: Iterable[Dated] = ()) -> None:
        self.moments, self.offsets_s = Moments(), array("d")
        for one in dated:
            self.add(one)

    def add(self, one: Dated) -> None:
        """Add a run."""
        self.moments.add(one.start)
        self.offsets_s.append(math.nan if one.utc_offset_s is None else one.utc_offset_s)


def local_dates(digests: Iterable[Dated] | Starts, time_zone: str | None) -> Sequence[tuple[dt.date, Problem | None]]:
    """Return each run's local date, with the problem ``no-local-time`` where it is only the UTC date.

    The file's own offset decides; else the athlete's time zone; else the offset of the nearest run in time that has
    one; else UTC.

    Parameters
    ----------
    digests : iterable of RunDigest or StrengthSession, or Starts
        Sorted by start.
    time_zone : str or None
        The athlete's, by its IANA name.
    """
    zone = _zone(time_zone) if time_zone else None
    when = digests if isinstance(digests, Starts) else Starts(digests)
    starts, offsets_s = when.moments, when.offsets_s
    known = array("I", (at for at, offset_s in enumerate(offsets_s) if not math.isnan(offset_s)))
    days, undated = array("i"), bytearray()
    for at, start in enumerate(starts):
        offset_s: float | None = offsets_s[at]
        if offset_s != offset_s:
            offset_s = offsets_s[_nearest(known, starts.ticks, at)] if zone is None and known else None
        unknown = offset_s is None and zone is None
        days.append((start.date() if unknown else _local(start, offset_s, zone)).toordinal())
        undated.append(unknown)
    return Made(len(days), lambda at: (dt.date.fromordinal(days[at]), _NO_LOCAL_TIME if undated[at] else None))


def _zone(name: str) -> dt.tzinfo:
    """Return a time zone."""
    import zoneinfo

    return zoneinfo.ZoneInfo(name)


def _nearest(known: Sequence[int], ticks: Sequence[int], at: int) -> int:
    """Return which of the known runs starts nearest in time to another one; of two as near, the earlier."""
    after = bisect_left(known, ticks[at], key=ticks.__getitem__)
    return min(known[max(0, after - 1) : after + 1], key=lambda one: abs(ticks[one] - ticks[at]))


def _local(start: dt.datetime, offset_s: float | None, zone: dt.tzinfo | None) -> dt.date:
    """Return the local date; at the ends of the calendar, where none can be computed, the UTC date."""
    try:
        if offset_s is not None:
            return (start + dt.timedelta(seconds=offset_s)).date()
        return start.astimezone(zone).date()
    except OverflowError:
        return start.date()
