"""How recently: days since, bests, the decaying score; and the whole exposure put together."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from legspeed.athlete import Athlete
from legspeed.athlete_values import PLYOMETRICS
from legspeed.exposure import periods
from legspeed.exposure.bands import by_band
from legspeed.exposure.days import SpeedDay, plyometric_sessions
from legspeed.exposure.logbook import FastRun, Logbook
from legspeed.model import Effort, Exposure, Packed, PlyometricSession, ScoreDay, Yardstick
from legspeed.settings import Score, Settings


def exposure(
    log: Logbook,
    touched: Sequence[SpeedDay],
    *,
    athlete: Athlete,
    yardstick: Yardstick,
    settings: Settings,
    as_of: dt.date | None,
    plyometrics: Sequence[PlyometricSession] = (),
) -> Exposure:
    """Add up the counted efforts of a season, seen on the evening of `as_of`; later ones are left out.

    `touched` are the days of speed work up to then, `plyometrics` the recorded sessions of jumps; those by hand come
    from the athlete. With neither runs nor speed work by hand there is nothing to see: dates are None and the rest is
    empty.
    """
    jumps = plyometric_sessions(plyometrics, athlete=athlete, as_of=as_of)
    dates = [date for date in (log.first, touched[0].date if touched else None) if date is not None]
    if as_of is None or not dates or min(dates) > as_of:
        return Exposure(
            as_of=as_of,
            last_date=None,
            days_since=None,
            days_since_by_kind={},
            bands=by_band((), yardstick, settings.tiers),
            best=_best(()),
            weeks=(),
            score=(),
        )
    last = touched[-1].date if touched else None
    first = min([*dates, *(one.date for one in jumps)])
    held = periods.Ledgers(log, touched, jumps, yardstick=yardstick, tiers=settings.tiers, until=as_of)
    efforts = (effort for run in log.fast(log.until(as_of)) for effort in run.efforts)
    return Exposure(
        as_of=as_of,
        last_date=last,
        days_since=(as_of - last).days if last else None,
        days_since_by_kind=_days_since_by_kind(touched, jumps, as_of),
        bands=by_band(efforts, yardstick, settings.tiers),
        best=_best(log.fast(log.until(as_of))),
        weeks=periods.weeks(held, first=first, last=as_of),
        score=Packed(score(touched, first=first, last=as_of, settings=settings.score), log.scratch),
        days=Packed(periods.days(held), log.scratch),
        months=periods.months(held, first=first, last=as_of),
        blocks=periods.blocks(
            held, first=first, last=as_of, named=athlete.blocks, length_d=int(settings.periods.block_d)
        ),
        plyometrics=jumps,
    )


def score(days: Sequence[SpeedDay], *, first: dt.date, last: dt.date, settings: Score) -> Iterator[ScoreDay]:
    """Yield the decaying score and the slow trace at the end of every day from `first` to `last`.

    Each day's load fades by ``exp(-1/tau)`` per day. Both traces are scaled so that the reference habit
    (`reference_sessions` a week of `reference_reps` times `reference_rep_s` seconds, weight 1) has mean 100.
    """
    loads = iter(days)
    following = next(loads, None)
    reference = settings.reference_sessions / 7 * settings.reference_reps * settings.reference_rep_s
    fades = [math.exp(-1.0 / tau) for tau in (settings.tau_d, settings.habit_tau_d)]
    scales = [100.0 * (1.0 - fade) / reference for fade in fades]
    values = [0.0, 0.0]
    for offset in range((last - first).days + 1):
        date = first + dt.timedelta(days=offset)
        load = 0.0
        if following is not None and following.date == date:
            load, following = following.load, next(loads, None)
        values = [v * fade + load * scale for v, fade, scale in zip(values, fades, scales, strict=True)]
        yield ScoreDay(date, values[0], values[1])


def _best(runs: Iterable[FastRun]) -> Mapping[str, Any]:
    """Return the fastest, the quickest-stepping and the longest-striding counted effort; None where none is known."""
    names = {"speed": "peak_speed_mps", "cadence": "cadence_spm", "step_length": "step_length_m"}
    best: dict[str, tuple[float, FastRun, Effort]] = {}
    for run in runs:
        for effort in run.efforts:
            for of, name in names.items():
                value = getattr(effort, name)
                if value is not None and (of not in best or value > best[of][0]):
                    best[of] = value, run, effort
    return {of: _said(name, *best[of]) if of in best else None for of, name in names.items()}


def _said(name: str, value: float, run: FastRun, effort: Effort) -> Mapping[str, Any]:
    """Return where and when a value was run."""
    return {
        name: value,
        "date": run.local_date,
        "source": run.source,
        "start_s": effort.start_s,
        "seconds": effort.duration_s,
        "kind": effort.kind,
    }


def _days_since_by_kind(
    days: Sequence[SpeedDay], jumps: Sequence[PlyometricSession], as_of: dt.date
) -> Mapping[str, int]:
    """Return the days since the last effort of each kind that was ever seen."""
    last = {kind: day.date for day in days for kind in day.by_kind}
    if jumps:
        last[PLYOMETRICS] = jumps[-1].date
    return {kind: (as_of - date).days for kind, date in sorted(last.items())}
