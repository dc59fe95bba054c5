"""The local date of a run, from what the file, the athlete and the neighbouring runs know. Never the host's zone."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from legspeed.model import Problem, RunDigest, StrengthSession

Dated = RunDigest | StrengthSession

_NO_LOCAL_TIME: Final = Problem("no-local-time", "no time zone is known: the date is UTC's; --tz names one")


def local_dates(digests: Sequence[Dated], time_zone: str | None) -> tuple[tuple[dt.date, Problem | None], ...]:
    """Return each run's local date, with the problem ``no-local-time`` where it is only the UTC date.

    The file's own offset decides; else the athlete's time zone; else the offset of the nearest run in time that has
    one; else UTC.

    Parameters
    ----------
    digests : sequence of RunDigest or StrengthSession
        Sorted by start.
    time_zone : str or None
        The athlete's, by its IANA name.
    """
    zone = _zone(time_zone) if time_zone else None
    known = [d for d in digests if d.utc_offset_s is not None]
    starts = [d.start for d in known]
    found: list[tuple[dt.date, Problem | None]] = []
    for digest in digests:
        offset_s = digest.utc_offset_s
        if offset_s is None and zone is None and known:
            offset_s = _nearest(known, starts, digest.start).utc_offset_s
        if offset_s is None and zone is None:
            found.append((digest.start.date(), _NO_LOCAL_TIME))
        else:
            found.append((_local(digest.start, offset_s, zone), None))
    return tuple(found)


def _zone(name: str) -> dt.tzinfo:
    """Return a time zone."""
    import zoneinfo

    return zoneinfo.ZoneInfo(name)


def _nearest(known: Sequence[Dated], starts: Sequence[dt.datetime], start: dt.datetime) -> Dated:
    """Return the run that starts nearest in time; of two as near, the earlier."""
    after = bisect_left(starts, start)
    return min(known[max(0, after - 1) : after + 1], key=lambda d: abs(d.start - start))


def _local(start: dt.datetime, offset_s: int | None, zone: dt.tzinfo | None) -> dt.date:
    """Return the local date; at the ends of the calendar, where none can be computed, the UTC date."""
    try:
        if offset_s is not None:
            return (start + dt.timedelta(seconds=offset_s)).date()
        return start.astimezone(zone).date()
    except OverflowError:
        return start.date()
