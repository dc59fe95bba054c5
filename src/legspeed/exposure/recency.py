"""How recently and how near to the maximum: days since, bands, bests, and the decaying score."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from legspeed.athlete import PLYOMETRICS, Athlete
from legspeed.exposure.days import SpeedDay, counted, plyometric_dates, speed_days
from legspeed.exposure.weeks import weeks
from legspeed.model import Effort, Exposure, Run, ScoreDay, Tally, Yardstick
from legspeed.settings import Score, Settings, Tiers


def exposure(
    runs: Sequence[Run], *, athlete: Athlete, yardstick: Yardstick, settings: Settings, as_of: dt.date | None
) -> Exposure:
    """Add up the counted efforts of a season, seen on the evening of `as_of`; later ones are left out.

    With neither runs nor sessions by hand there is nothing to see: dates are None and the rest is empty.
    """
    runs = [run for run in runs if as_of is None or run.local_date <= as_of]
    days = speed_days(runs, athlete=athlete, settings=settings, as_of=as_of)
    dates = [run.local_date for run in runs] + [day.date for day in days]
    if as_of is None or not dates:
        return Exposure(as_of, None, None, {}, _bands((), yardstick, settings.tiers), _best(()), (), ())
    last = days[-1].date if days else None
    return Exposure(
        as_of=as_of,
        last_date=last,
        days_since=(as_of - last).days if last else None,
        days_since_by_kind=_days_since_by_kind(days, plyometric_dates(athlete, as_of), as_of),
        bands=_bands(runs, yardstick, settings.tiers),
        best=_best(runs),
        weeks=weeks(days, first=min(dates), last=as_of),
        score=score(days, first=min(dates), last=as_of, settings=settings.score),
    )


def score(days: Sequence[SpeedDay], *, first: dt.date, last: dt.date, settings: Score) -> tuple[ScoreDay, ...]:
    """Return the decaying score and the slow trace at the end of every day from `first` to `last`.

    Each day's load fades by ``exp(-1/tau)`` per day. Both traces are scaled so that the reference habit
    (`reference_sessions` a week of `reference_reps` times `reference_rep_s` seconds, weight 1) has mean 100.
    """
    loads = {day.date: day.load for day in days}
    reference = settings.reference_sessions / 7 * settings.reference_reps * settings.reference_rep_s
    fades = [math.exp(-1.0 / tau) for tau in (settings.tau_d, settings.habit_tau_d)]
    scales = [100.0 * (1.0 - fade) / reference for fade in fades]
    values = [0.0, 0.0]
    trace = []
    for offset in range((last - first).days + 1):
        date = first + dt.timedelta(days=offset)
        values = [v * fade + loads.get(date, 0.0) * scale for v, fade, scale in zip(values, fades, scales, strict=True)]
        trace.append(ScoreDay(date, values[0], values[1]))
    return tuple(trace)


def band_names(tiers: Tiers) -> tuple[tuple[str, float], ...]:
    """Return the bands of maximal speed as (name, lower border), from below upwards: ``<80``, ``80-85`` … ``95+``."""
    count = max(1, round((1.0 - tiers.band_low) / tiers.band_step))
    borders = [tiers.band_low + i * tiers.band_step for i in range(count)]
    percents = [f"{100 * border:.3g}" for border in borders]
    names = [f"{a}-{b}" for a, b in pairwise(percents)]
    return ((f"<{percents[0]}", 0.0), *zip(names, borders, strict=False), (f"{percents[-1]}+", borders[-1]))


def top_speed_mps(effort: Effort) -> float | None:
    """Return the effort's top speed: its peak as measured, or, uphill, its plateau as on the flat if that is more."""
    known = [speed for speed in (effort.peak_speed_mps, effort.flat_speed_mps) if speed is not None]
    return max(known, default=None)


def _bands(runs: Iterable[Run], yardstick: Yardstick, tiers: Tiers) -> Mapping[str, Tally]:
    """Tally counted efforts by top speed as a share of the maximum; those of unknown speed are in none."""
    borders = band_names(tiers)
    tallies = {name: Tally() for name, _ in borders}
    for run in runs:
        for effort in counted(run):
            top = top_speed_mps(effort)
            if top is not None:
                # An effort exactly at a border belongs above it, whatever the last bit of the division says.
                share = top / yardstick.max_speed_mps + 1e-9
                name = next(name for name, low in reversed(borders) if share >= low)
                tallies[name] = tallies[name].plus(effort)
    return tallies


def _best(runs: Iterable[Run]) -> Mapping[str, Any]:
    """Return the fastest, the quickest-stepping and the longest-striding counted effort; None where none is known."""
    efforts = [(run, effort) for run in runs for effort in counted(run)]
    return {
        "speed": _bester(efforts, "peak_speed_mps"),
        "cadence": _bester(efforts, "cadence_spm"),
        "step_length": _bester(efforts, "step_length_m"),
    }


def _bester(efforts: Sequence[tuple[Run, Effort]], name: str) -> Mapping[str, Any] | None:
    """Return where and when the largest value of one field was run; the earliest of equals."""
    known = [(getattr(effort, name), run, effort) for run, effort in efforts if getattr(effort, name) is not None]
    if not known:
        return None
    value, run, effort = max(known, key=lambda row: row[0])
    return {
        name: value,
        "date": run.local_date,
        "source": run.source,
        "start_s": effort.start_s,
        "seconds": effort.duration_s,
        "kind": effort.kind,
    }


def _days_since_by_kind(days: Sequence[SpeedDay], jumps: Sequence[dt.date], as_of: dt.date) -> Mapping[str, int]:
    """Return the days since the last effort of each kind that was ever seen."""
    last = {kind: day.date for day in days for kind in day.by_kind}
    if jumps:
        last[PLYOMETRICS] = jumps[-1]
    return {kind: (as_of - date).days for kind, date in sorted(last.items())}
