"""Simulated half years in which the runner's form moves: the 5 km speed of every run's day."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table, told
from benchmarks.accuracy_simulated import ATHLETES_S, DENSE
from legspeed import digest
from legspeed.segmenter import judge
from legspeed.simulate import Runner, plan_season, simulate_season

WEEKS: Final = 26
_FIRST: Final = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
_WITHIN: Final = 0.04
_SPEED_PER_WEEK: Final = 1.2
#: Weeks without running, after which a runner comes back.
_HURT: Final = (9, 13)


def _between(start: dt.datetime, *, weeks: Sequence[float], shares: Sequence[float]) -> float:
    return float(np.interp((start - _FIRST) / dt.timedelta(weeks=1), weeks, shares))


#: What becomes of the 5 km speed, as a share of the first day's.
FORMS: Final[Mapping[str, Callable[[dt.datetime], float]]] = {
    "steady": lambda _: 1.0,
    "8 % faster in 26 weeks": partial(_between, weeks=(0, WEEKS), shares=(1.0, 1.08)),
    "6 % slower in 26 weeks": partial(_between, weeks=(0, WEEKS), shares=(1.0, 0.94)),
    "four weeks hurt, 6 % lost": partial(_between, weeks=(0, *_HURT, 22, WEEKS), shares=(1.0, 1.0, 0.94, 1.0, 1.01)),
}


@dataclass(frozen=True)
class Days:
    """One half year: by how much the 5 km speed of each run's day is wrong, as a share of the true one."""

    form: str
    errors: tuple[float, ...]


def season_days(which: tuple[int, str, int]) -> Days:
    """Plan, simulate and judge one half year of an athlete (5 km time in s) on one watch."""
    five_k_s, name, seed = which
    runner = Runner.of(five_k_s=five_k_s, seed=five_k_s + seed)
    chance = seed * 10_007 + five_k_s + 1009 * list(FORMS).index(name)
    watch = DENSE[chance % len(DENSE)]
    plan = plan_season(_FIRST.date(), WEEKS, chance, watches=(watch,), speed_per_week=_SPEED_PER_WEEK)
    if name.startswith("four weeks hurt"):
        hurt = [_FIRST + dt.timedelta(weeks=week) for week in _HURT]
        plan = tuple(planned for planned in plan if not hurt[0] <= planned.start < hurt[1])
    runs = simulate_season(runner, plan, chance, form=FORMS[name])
    known = judge([digest(run.activity, laps=False) for run in runs], laps=False).yardsticks
    true = [runner.five_k_speed_mps * FORMS[name](planned.start) for planned in plan]
    return Days(name, tuple(one.five_k_speed_mps / mps - 1.0 for one, mps in zip(known, true, strict=True)))


def section(measured: Measured) -> Section:
    """Print how far the 5 km speed follows."""
    seeds = range((measured.seeds + 1) // 2)
    which = [(five_k_s, name, seed) for seed in seeds for name in FORMS for five_k_s in ATHLETES_S]
    found: list[Days] = measured.spread("half years", season_days, which)
    everything = [error for one in found for error in one.errors]
    rows = [_row(name, [error for one in found if one.form == name for error in one.errors]) for name in FORMS]
    lines = (
        told("5 km speed of the day within 4 %", f"{_share(everything):.1%}"),
        told("5 km speed of the day, median error", f"{statistics.median(map(abs, everything)):.1%}"),
    )
    title = f"{len(found)} simulated half years of {WEEKS} weeks in which form moves, {len(everything)} runs"
    head = ("", "runs", "within", "median", "19 of 20")
    return Section("form", title, lines, (Table(head, rows, first=34, other=9),))


def _row(name: str, errors: Sequence[float]) -> Sequence[str]:
    worst = sorted(map(abs, errors))[int(0.95 * len(errors))]
    return name, str(len(errors)), f"{_share(errors):.1%}", f"{statistics.median(errors):+.1%}", f"{worst:.1%}"


def _share(errors: Sequence[float]) -> float:
    return sum(abs(error) <= _WITHIN for error in errors) / len(errors)
