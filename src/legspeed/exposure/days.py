"""The days on which speed was touched: from runs and from sessions by hand, one value per local date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby

from legspeed.athlete import Athlete, ManualSession
from legspeed.athlete_values import PLYOMETRICS
from legspeed.exposure.logbook import FastRun, Logbook
from legspeed.model import Packed, PlyometricSession, Tally
from legspeed.model.packed import Value
from legspeed.settings import Score, Settings


@dataclass(frozen=True, slots=True)
class SpeedDay(Value):
    """One day's counted efforts by kind, and its load: seconds at speed, weighted and capped (see :class:`Score`)."""

    date: dt.date
    by_kind: Mapping[str, Tally]
    load: float


def speed_days(
    log: Logbook, *, athlete: Athlete, settings: Settings, as_of: dt.date | None = None
) -> Sequence[SpeedDay]:
    """Return every day with a counted effort, in order, none after `as_of`.

    Sessions by hand count like recorded ones (jumps do not: see :func:`plyometric_sessions`); where the runner gave no
    seconds none are added up, and the load takes a reference rep for each.
    """
    until = as_of or dt.date.max
    by_hand: dict[dt.date, list[ManualSession]] = defaultdict(list)
    for session in athlete.sessions:
        if session.kind != PLYOMETRICS:
            by_hand[session.date].append(session)
    found = (
        _speed_day(date, log.fast(log.between(date, date)), by_hand.get(date, ()), settings.score)
        for date, _ in groupby(merge(log.effort_days(until), sorted(date for date in by_hand if date <= until)))
    )
    return Packed((day for day in found if day.by_kind), log.scratch)


def _speed_day(date: dt.date, runs: Iterable[FastRun], by_hand: Sequence[ManualSession], score: Score) -> SpeedDay:
    """Add up one day."""
    tallies: dict[str, Tally] = {}
    loads: list[tuple[float, float]] = []
    for run in runs:
        for effort in run.efforts:
            tallies[effort.kind] = tallies.get(effort.kind, Tally()).plus(effort)
            loads.append(_load(effort.duration_s, effort.tier, score))
    for session in by_hand:
        old = tallies.get(session.kind, Tally())
        seconds = score.reference_rep_s if session.seconds is None else session.seconds
        tallies[session.kind] = Tally(
            old.efforts + session.count, old.seconds + session.count * (session.seconds or 0.0), old.metres
        )
        loads.extend([_load(seconds, None, score)] * session.count)
    return SpeedDay(date, dict(sorted(tallies.items())), _day_load(loads, score))


def plyometric_sessions(
    recorded: Sequence[PlyometricSession], *, athlete: Athlete, as_of: dt.date | None = None
) -> tuple[PlyometricSession, ...]:
    """Return all sessions of jumps by date, recorded ones and those by hand, none after `as_of`.

    By hand ``count`` is the number of sets and ``seconds`` how long each was.
    """
    by_hand = [
        PlyometricSession(s.date, None, s.count, None if s.seconds is None else s.count * s.seconds, None)
        for s in athlete.sessions
        if s.kind == PLYOMETRICS
    ]
    known = [s for s in (*recorded, *by_hand) if as_of is None or s.date <= as_of]
    return tuple(sorted(known, key=lambda s: (s.date, s.source or "")))


def _load(seconds: float, tier: str | None, score: Score) -> tuple[float, float]:
    """Return how many seconds of one effort count for the score, and their weight."""
    weight = {"near_max": score.near_max_weight, "max": score.max_weight}.get(tier or "", 1.0)
    return min(seconds, score.rep_cap_s), weight


def _day_load(efforts: Sequence[tuple[float, float]], score: Score) -> float:
    """Return a day's weighted seconds; beyond the session's cap more seconds bring nothing."""
    seconds = sum(s for s, _ in efforts)
    weighted = sum(s * weight for s, weight in efforts)
    return weighted * min(1.0, score.session_cap_s / seconds) if seconds else 0.0
