"""Sessions of jumps from recordings: sets in strength sessions and in runs, each session once, on its local date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from legspeed.model import PlyometricSession, RunDigest, StrengthSession
from legspeed.seasons.dates import Dated, local_dates


def jumps_in(run: RunDigest) -> StrengthSession | None:
    """Return the jumps in a recording of a run as a session, None where there are none."""
    jumps = tuple(one for one in run.strength_sets if one.is_plyometric)
    return StrengthSession(run.source, run.start, run.utc_offset_s, jumps) if jumps else None


def sessions_of(
    found: Sequence[StrengthSession], runs: Sequence[RunDigest], time_zone: str | None
) -> tuple[PlyometricSession, ...]:
    """Return the recorded sessions of jumps by start.

    Parameters
    ----------
    found : sequence of StrengthSession
        Those of strength sessions and of runs. The same from two sources counts once, the one with more sets.
    runs : sequence of RunDigest
        The runs that are kept: their offsets from UTC tell the local date of a session that names none, see
        :func:`legspeed.seasons.dates.local_dates`.
    time_zone : str or None
        The athlete's.
    """
    kept = _each_once(found)
    if not kept:
        return ()
    both: list[Dated] = [*runs, *kept]
    dated = sorted(both, key=lambda one: (one.start, one.source))
    dates = {id(one): date for one, (date, _) in zip(dated, local_dates(dated, time_zone), strict=True)}
    return tuple(_session(one, dates[id(one)]) for one in kept)


def _each_once(found: Sequence[StrengthSession]) -> list[StrengthSession]:
    """Return the sessions by start, of those that share their time the one with most sets."""
    kept: list[StrengthSession] = []
    for one in sorted(found, key=lambda one: (-len(one.sets), one.source)):
        begin, end = _span(one)
        if all(end < other_begin or begin > other_end for other_begin, other_end in map(_span, kept)):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.source))


def _span(one: StrengthSession) -> tuple[dt.datetime, dt.datetime]:
    """Return when a session's sets were done, as far as it says."""
    starts = [each.start for each in one.sets if each.start is not None] or [one.start]
    ends = [
        each.start + dt.timedelta(seconds=each.duration_s or 0.0) for each in one.sets if each.start is not None
    ] or [one.start]
    return min(starts), max(ends)


def _session(one: StrengthSession, date: dt.date) -> PlyometricSession:
    """Add up the sets of a session."""
    seconds = [each.duration_s for each in one.sets if each.duration_s is not None]
    repetitions = [each.repetitions for each in one.sets if each.repetitions is not None]
    return PlyometricSession(
        date=date,
        source=one.source,
        sets=len(one.sets),
        seconds=sum(seconds) if seconds else None,
        repetitions=sum(repetitions) if repetitions else None,
    )
