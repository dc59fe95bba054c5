"""Stretches without speed work. Words are about time since exposure, never about lost speed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from types import MappingProxyType
from typing import Final

from legspeed.athlete import Athlete, Mute
from legspeed.exposure.days import SpeedDay
from legspeed.exposure.logbook import Logbook, Logged
from legspeed.model import Gap
from legspeed.settings import Gaps, Settings

_DAY: Final = dt.timedelta(days=1)
LEVELS: Final[tuple[str, ...]] = ("notice", "caution", "flag", "restart")

#: Why a gap is one, in the order in which they are decided.
CAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "muted": "the runner has muted it in the athlete file",
        "no-runs": "no run was recorded in it",
        "break": "most of it is one stretch without any run",
        "unseen": "too much of the running in it could not show short efforts",
        "no-speed-work": "he ran, and no near-maximal effort was seen",
    }
)


def gaps(
    log: Logbook, touched: Sequence[SpeedDay], *, athlete: Athlete, settings: Settings, as_of: dt.date | None
) -> tuple[Gap, ...]:
    """Return the stretches of more than ``gaps.notice_d`` days without a counted effort, in order.

    Parameters
    ----------
    log : Logbook
        The runs.
    touched : sequence of SpeedDay
        The days of speed work up to `as_of`: each closes a gap, sessions by hand too (jumps do not).
    athlete : Athlete
        His mutes mark a gap.
    settings : Settings
        Levels.
    as_of : date or None
        The evening on which this is asked: later runs are left out, and the open gap ends here.

    Notes
    -----
    A gap runs from the date of a counted effort to the date of the next one; the first may start at the first run, the
    last may be open. Its runs are those after its first and before its last day, where these have speed work. With
    neither runs nor sessions there is none.
    """
    if as_of is None:
        return ()
    firsts = [day for day in (log.first, touched[0].date if touched else None) if day is not None and day <= as_of]
    if not firsts:
        return ()
    first = min(firsts)
    leading = not touched or first < touched[0].date
    edges = chain([first] if leading else [], (day.date for day in touched), [as_of])
    last, found = len(touched) - 1 + leading, []
    for number, (start, end) in enumerate(pairwise(edges)):
        if level_of((end - start).days, settings.gaps) is None:
            continue
        is_first, is_open = leading and number == 0, number == last
        begin = start if is_first else start + _DAY
        inside = map(log.logged, sorted(log.between(begin, end if is_open else end - _DAY)))
        found.append(_gap(start, end, is_open, list(inside), athlete.mutes, settings.gaps))
    return tuple(found)


def level_of(days: int, settings: Gaps) -> str | None:
    """Return the level of a stretch of `days`, None where it is too short to be listed."""
    if days <= settings.notice_d:
        return None
    over = [name for name in LEVELS if days > getattr(settings, f"{name}_d")]
    return over[-1]


def is_alarm(found: Sequence[Gap], level: str, *, any_gap: bool = False) -> bool:
    """Tell whether the open gap (or any) is at this level or above; a muted one never is."""
    at = LEVELS[LEVELS.index(level) :]
    return any(gap.level in at and not gap.muted and (gap.open or any_gap) for gap in found)


def _gap(
    start: dt.date, end: dt.date, is_open: bool, runs: Sequence[Logged], mutes: Sequence[Mute], settings: Gaps
) -> Gap:
    """Build one gap from the runs inside it."""
    unmuted = _days_unmuted(start, end, mutes)
    level = level_of(unmuted, settings)
    muted = level is None
    unseen = [run for run in runs if not run.strides]
    return Gap(
        start=start,
        end=end,
        days=(end - start).days,
        days_min=_longest_between(start, end, [run.date for run in unseen]),
        level=level or level_of((end - start).days, settings),
        open=is_open,
        muted=muted,
        cause="muted" if muted else _cause(start, end, runs, settings),
        runs=len(runs),
        assessable_runs=len(runs) - len(unseen),
        distance_km=sum(run.distance_m for run in runs) / 1000,
        days_unmuted=unmuted,
    )


def _cause(start: dt.date, end: dt.date, runs: Sequence[Logged], settings: Gaps) -> str:
    """Return why there was no speed work, as a code of :data:`CAUSES`."""
    if not runs:
        return "no-runs"
    pause = _longest_between(start, end, [run.date for run in runs])
    if pause > settings.notice_d and pause >= settings.break_share * (end - start).days:
        return "break"
    return "no-speed-work" if seen_enough(runs, settings) else "unseen"


def seen_enough(runs: Sequence[Logged], settings: Gaps) -> bool:
    """Tell whether enough of this running could have shown short efforts, by its time; of none, nothing is hidden."""
    seen = sum(run.elapsed_s for run in runs if run.strides)
    return seen >= settings.seen_share * sum(run.elapsed_s for run in runs)


def _days_unmuted(start: dt.date, end: dt.date, mutes: Sequence[Mute]) -> int:
    """Return the days of the longest part of a gap that the mutes leave."""
    left, until = 0, start
    inside = [mute for mute in mutes if mute.start <= end and mute.end >= start]
    for mute in sorted(inside, key=lambda mute: mute.start):
        left, until = max(left, (mute.start - until).days), max(until, mute.end)
    return max(left, (end - until).days)


def _longest_between(start: dt.date, end: dt.date, cuts: Sequence[dt.date]) -> int:
    """Return the longest number of days between neighbours among `start`, the cuts, and `end`."""
    edges = [start, *sorted(cuts), end]
    return max((b - a).days for a, b in pairwise(edges))
