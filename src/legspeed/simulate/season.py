"""A season: runs over weeks on a plan, with stretches that are known to hold no speed work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np

from legspeed.simulate.run import SimulatedRun, simulate_run
from legspeed.simulate.runner import Runner
from legspeed.simulate.sessions import SESSIONS
from legspeed.simulate.watch import WATCHES, Watch

#: What a distance runner does in a week besides speed work; the numbers are how often, relative to one another.
_STEADY: Final = {
    "easy_run": 6.0,
    "long_run": 1.5,
    "tempo": 1.0,
    "progression": 0.7,
    "five_k_reps": 0.8,
    "run_walk": 0.2,
}
#: A race is among them for its fast end; a runner in training starts every six to eight weeks or so, which leaves three
#: ten-week seasons in ten without any.
_SPEED: Final = {
    "race": 0.8,
    "strides_after_easy": 4.0,
    "hill_sprints": 1.5,
    "track_reps": 1.5,
    "uphill_strides": 0.7,
    "flat_sprints": 0.5,
    "strides_before_session": 0.8,
    "fartlek": 0.7,
}


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run of a plan: when it starts (UTC), a name in :data:`SESSIONS`, its details, the watch."""

    start: dt.datetime
    session: str
    watch: str | Watch = "steady 1 s"
    details: Mapping[str, Any] = field(default_factory=dict)


def plan_season(
    first: dt.date,
    weeks: int,
    seed: int,
    *,
    runs_per_week: float = 4.0,
    speed_per_week: float = 1.5,
    without: Sequence[tuple[dt.date, dt.date]] = (),
    watches: Sequence[str | Watch] = ("steady 1 s",),
) -> tuple[PlannedRun, ...]:
    """Return a season's plan.

    Parameters
    ----------
    first : date
        Its first day.
    weeks : int
        Its length.
    seed : int
        Source of all chance.
    runs_per_week, speed_per_week : float
        Runs, and how many of them hold speed work, on average.
    without : sequence of (date, date)
        Stretches, both days included, in which no run holds any.
    watches : sequence
        Worn in turn at random; the season's truth does not depend on them.
    """
    rng = np.random.default_rng([seed, 77])
    unknown = [watch for watch in watches if isinstance(watch, str) and watch not in WATCHES]
    if unknown:
        raise ValueError(f"no watch {unknown[0]!r}; there are {', '.join(WATCHES)}")
    runs: list[PlannedRun] = []
    for number in range(7 * weeks):
        day = first + dt.timedelta(days=number)
        if rng.random() >= runs_per_week / 7.0:
            continue
        minute = int(np.clip(rng.normal(7 * 60, 40), 300, 1200)) if rng.random() < 0.6 else int(rng.uniform(960, 1170))
        start = dt.datetime.combine(day, dt.time(minute // 60, minute % 60, int(rng.integers(60))), dt.UTC)
        barred = any(a <= day <= b for a, b in without)
        fast = rng.random() < speed_per_week / runs_per_week and not barred
        session = _pick(_SPEED if fast else _STEADY, rng)
        details: dict[str, Any] = {}
        if session == "long_run":
            details = {"strides": int(rng.integers(4, 8)) if fast else 0}
        elif session == "easy_run":
            details = {"bus": False}
        elif session == "race":
            details = {"metres": float(rng.choice([3000.0, 5000.0, 5000.0, 10_000.0]))}
        elif session == "five_k_reps":
            details = _reps(rng)
        runs.append(PlannedRun(start, session, watches[int(rng.integers(len(watches)))], details))
    return tuple(runs)


def _reps(rng: np.random.Generator) -> dict[str, Any]:
    """Return the details of a session of long reps, as coaches write them.

    Two in five are four to five kilometres at 5 km pace in all, whatever the length of one; the others reps of 3-5
    minutes, 15-20 minutes in all, from 1500 m to 3 km pace: runners whose race times stand beside their files run
    such reps at 1.00-1.12 of 5 km speed.
    """
    if rng.random() < 0.4:
        metres, total = float(rng.choice([400.0, 600.0, 800.0, 1000.0])), float(rng.uniform(4000.0, 5000.0))
        return {"metres": metres, "reps": round(total / metres)}
    seconds, total = float(rng.uniform(175.0, 295.0)), float(rng.uniform(900.0, 1200.0))
    return {"seconds": seconds, "reps": round(total / seconds), "race_s": float(rng.uniform(350.0, 750.0))}


def simulate_season(
    runner: Runner,
    plan: Sequence[PlannedRun],
    seed: int = 0,
    *,
    utc_offset_s: int = 0,
    form: Callable[[dt.datetime], float] | None = None,
) -> Iterator[SimulatedRun]:
    """Yield the runs of a plan one by one; run k depends on `seed` and k only.

    Runs are named by their start: ``2026-04-14T0530``. `form` tells the runner's 5 km speed at a start, as a share of
    `runner`'s (:meth:`Runner.in_form`); without it, it stays as it is.
    """
    for number, planned in enumerate(plan):
        yield simulate_run(
            runner if form is None else runner.in_form(form(planned.start)),
            partial(SESSIONS[planned.session], **planned.details),
            planned.watch,
            planned.start,
            seed * 100_003 + number,
            utc_offset_s=utc_offset_s,
            source=planned.start.strftime("%Y-%m-%dT%H%M"),
        )


def _pick(shares: Mapping[str, float], rng: np.random.Generator) -> str:
    """Return one of the names, as often as its share says."""
    weights = np.array(list(shares.values()))
    return str(rng.choice(list(shares), p=weights / weights.sum()))
