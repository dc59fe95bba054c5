"""Simulated seasons of ten weeks: the yardstick that they lead to, and the days since the last speed work."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table, at_least, told
from benchmarks.accuracy_simulated import ATHLETES_S, DENSE, UNDECIDABLE
from legspeed import digest, season
from legspeed.simulate import Runner, TrueEffort, plan_season, simulate_season

WEEKS: Final = 10
_FIRST: Final = dt.date(2026, 1, 5)
_FIVE_K_WITHIN: Final = 0.04
_MAX_WITHIN: Final = 0.06
#: So many sessions are told where the days are wrong.
_LAST_RUNS: Final = 6


@dataclass(frozen=True)
class SeasonOutcome:
    """One season: errors of both speeds (shares of the true one), and the days since the last effort.

    ``last`` names its last sessions; ``raced`` and ``sprinted`` tell whether it held a race, and sprints or hill
    sprints: all-out running, without which neither speed can be known for sure.
    """

    athlete_s: int
    watch: str
    seed: int
    five_k_error: float
    five_k_source: str
    max_error: float
    max_source: str
    days_since: int | None
    allowed: frozenset[int | None]
    last: tuple[str, ...]
    raced: bool = True
    sprinted: bool = True

    @property
    def exact(self) -> bool:
        """Whether the days since the last effort are right."""
        return self.days_since in self.allowed


def allowed_days(days: Sequence[tuple[dt.date, Sequence[TrueEffort]]]) -> frozenset[int | None]:
    """Return what "days since" may say as of the last run.

    That of the last day with a sure effort; and, where later days hold only some that no measurement can tell from
    what just counts, theirs too. None, where there are no sure efforts at all.
    """
    end = max(day for day, _ in days)
    sure = [day for day, truth in days if any(t.counts and t.gate_ratio > UNDECIDABLE[1] for t in truth)]
    low, high = UNDECIDABLE
    near = [day for day, truth in days if any(low <= t.gate_ratio <= high for t in truth)]
    last = max(sure, default=None)
    return frozenset(
        [None if last is None else (end - last).days] + [(end - day).days for day in near if last is None or day > last]
    )


def season_outcome(which: tuple[int, str, int]) -> SeasonOutcome:
    """Plan, simulate and judge one season of an athlete (5 km time in s) on one watch."""
    five_k_s, watch, seed = which
    runner = Runner.of(five_k_s=five_k_s, seed=five_k_s + seed)
    chance = seed * 10_007 + five_k_s + 101 * DENSE.index(watch)  # every watch sees weeks of its own
    plan = plan_season(_FIRST, WEEKS, chance, watches=(watch,))
    days, digests = [], []
    for run in simulate_season(runner, plan, chance):
        digests.append(digest(run.activity, laps=False))
        days.append((run.recorded.start.date(), run.truth))
    result = season(digests, laps=False)
    known = result.yardstick
    return SeasonOutcome(
        five_k_s,
        watch,
        seed,
        known.five_k_speed_mps / runner.five_k_speed_mps - 1.0,
        known.five_k_source,
        known.max_speed_mps / runner.max_speed_mps - 1.0,
        known.max_speed_source,
        result.exposure.days_since,
        allowed_days(days),
        tuple(f"{planned.session} {planned.start:%d %b}" for planned in plan[-_LAST_RUNS:]),
        any(planned.session == "race" for planned in plan),
        any(planned.session in ("flat_sprints", "hill_sprints") for planned in plan),
    )


def section(measured: Measured) -> Section:
    """Print both yardsticks and the days since the last effort."""
    which = [(s, watch, seed) for s in ATHLETES_S for watch in DENSE for seed in range(measured.seeds)]
    seasons: list[SeasonOutcome] = measured.spread("ten-week seasons", season_outcome, which)
    five_k = [abs(s.five_k_error) for s in seasons]
    fastest = [abs(s.max_error) for s in seasons]
    exact = sum(s.exact for s in seasons) / len(seasons)
    lines = (
        at_least("5 km speed within 4 %", _within(five_k, _FIVE_K_WITHIN), 1.0, ".1%", _spread(five_k)),
        told("5 km speed, median error with its sign", f"{statistics.median(s.five_k_error for s in seasons):+.1%}"),
        at_least("maximal speed within 6 %", _within(fastest, _MAX_WITHIN), 1.0, ".1%", _spread(fastest)),
        told("maximal speed, median error with its sign", f"{statistics.median(s.max_error for s in seasons):+.1%}"),
        at_least("days since the last effort exact", exact, 0.98, ".1%"),
    )
    rows: list[Sequence[str]] = []
    keys: tuple[Callable[[SeasonOutcome], str], ...] = (
        lambda s: f"{s.athlete_s // 60}:{s.athlete_s % 60:02} for 5 km",
        lambda s: s.watch,
        lambda s: "with a race" if s.raced else "without a race",
        lambda s: "with sprints" if s.sprinted else "strides and reps only",
    )
    for key in keys:
        for value in dict.fromkeys(map(key, seasons)):
            part = [s for s in seasons if key(s) == value]
            rows.append(
                (
                    value,
                    str(len(part)),
                    f"{_within([abs(s.five_k_error) for s in part], _FIVE_K_WITHIN):.0%}",
                    f"{statistics.median(s.five_k_error for s in part):+.1%}",
                    f"{_within([abs(s.max_error) for s in part], _MAX_WITHIN):.0%}",
                    f"{statistics.median(s.max_error for s in part):+.1%}",
                    f"{sum(s.exact for s in part) / len(part):.0%}",
                )
            )
    head = ("", "seasons", "5 km", "median", "maximum", "median", "days")
    wrong = [
        f"{s.athlete_s} s, {s.watch}, seed {s.seed}: {s.days_since} days, not "
        f"{' or '.join(sorted(map(str, s.allowed)))}; last {', '.join(s.last)}"
        for s in seasons
        if not s.exact
    ]
    title = f"{len(seasons)} simulated seasons of {WEEKS} weeks, 1 s recordings with speed or distance"
    return Section("seasons", title, lines, (Table(head, rows, first=34, other=9),), tuple(wrong))


def _within(errors: Sequence[float], most: float) -> float:
    return sum(error <= most for error in errors) / max(1, len(errors))


def _spread(errors: Sequence[float]) -> str:
    ranked = sorted(errors)
    return f"of the seasons; median {statistics.median(ranked):.1%}, worst {ranked[-1]:.1%}"
