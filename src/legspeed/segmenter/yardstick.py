"""The runner's own yardstick: 5 km speed and maximal speed, dated, from the season's best efforts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.athlete import Athlete
from legspeed.model import RunDigest, Yardstick
from legspeed.settings import Yardsticks


@dataclass(frozen=True, slots=True)
class Mark:
    """What one run shows of the runner: its date and a speed in m/s."""

    when: dt.datetime
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What a season shows, run by run: 5 km equivalents, easy speeds, and sprint speeds where a burst is sure."""

    five_k: tuple[Mark, ...]
    easy: tuple[Mark, ...]
    sprint: tuple[Mark, ...] = ()


def season_marks(digests: Sequence[RunDigest], rules: Yardsticks) -> Marks:
    """Read the marks off a season's digests (all but the sprints, which need judged bursts)."""
    equals = [(d.start, five_k_equivalent(d, rules)) for d in digests]
    return Marks(
        tuple(Mark(when, speed) for when, speed in equals if speed is not None),
        tuple(Mark(d.start, d.easy_speed_mps) for d in digests if d.easy_speed_mps is not None),
    )


def five_k_equivalent(digest: RunDigest, rules: Yardsticks) -> float | None:
    """Return the 5 km speed in m/s that the run's best long efforts amount to, None where it has none.

    A best mean speed over T seconds becomes a 5 km speed by speed ∝ T^-fatigue (Riegel's law, written for speed).
    """
    if is_ride(digest, rules):
        return None
    equals = [
        as_five_k(speed, seconds, rules.fatigue)
        for seconds, speed in digest.best_speeds.items()
        if rules.shortest_s <= seconds <= rules.longest_s and speed > 0
    ]
    return max(equals, default=None)


def is_ride(digest: RunDigest, rules: Yardsticks) -> bool:
    """Tell whether this was a bike or a car, whatever the file says."""
    return digest.best_speeds.get(int(rules.vehicle_s), 0.0) > rules.vehicle_mps


def as_five_k(speed_mps: float, seconds: float, fatigue: float) -> float:
    """Solve v = speed · (T / (5000 / v))^fatigue for v, the speed over 5 km."""
    return float((speed_mps * (seconds / 5000.0) ** fatigue) ** (1.0 / (1.0 - fatigue)))


def yardstick(marks: Marks, on: dt.datetime, athlete: Athlete, rules: Yardsticks) -> Yardstick:
    """Return the yardstick of a day: given values win, then the season's own within `Yardsticks.lookback_d`."""
    five_k, five_k_source, sure = _five_k(marks, on, athlete, rules)
    max_speed, max_source = _max_speed(marks, on, athlete, rules, five_k)
    return Yardstick(five_k, five_k_source, max_speed, max_source, on.date(), sure)


def _five_k(marks: Marks, on: dt.datetime, athlete: Athlete, rules: Yardsticks) -> tuple[float, str, bool]:
    if athlete.five_k_speed_mps is not None:
        return athlete.five_k_speed_mps, "given", True
    if athlete.races:
        race = min(athlete.races, key=lambda r: abs((r.date - on.date()).days))
        speed = as_five_k(race.distance_m / race.time_s, race.time_s, rules.fatigue)
        return speed, f"race of {race.date} over {race.distance_m:.0f} m", True
    best = _ranked(marks.five_k, on, rules)
    if best is None:
        return rules.five_k_default_mps, "default: nothing to go by yet", False
    easy = sorted(mark.speed_mps for mark in _near(marks.easy, on, rules))
    floor = rules.easy_ratio * easy[len(easy) // 2] if easy else 0.0
    if best[0].speed_mps < floor:
        return floor, f"no hard running yet: {rules.easy_ratio:g} × easy speed", False
    return best[0].speed_mps, f"{best[1]} session, {best[0].when.date()}", True


def _max_speed(
    marks: Marks, on: dt.datetime, athlete: Athlete, rules: Yardsticks, five_k_mps: float
) -> tuple[float, str]:
    if athlete.max_speed_mps is not None:
        return athlete.max_speed_mps, "given"
    floor, cap = rules.max_floor * five_k_mps, min(rules.max_cap * five_k_mps, rules.hard_max_mps)
    best = _ranked(marks.sprint, on, rules)
    if best is None or best[0].speed_mps < floor:
        return floor, f"at least {rules.max_floor:g} × 5 km speed"
    if best[0].speed_mps > cap:
        return cap, f"no more than {rules.max_cap:g} × 5 km speed"
    return best[0].speed_mps, f"{best[1]} session, {best[0].when.date()}"


def _ranked(marks: Sequence[Mark], on: dt.datetime, rules: Yardsticks) -> tuple[Mark, str] | None:
    """Return the n-th best mark in reach and its rank in words: one spike or ride must not set the yardstick."""
    near = sorted(_near(marks, on, rules), key=lambda m: (-m.speed_mps, m.when))
    if not near:
        return None
    rank = min(int(rules.rank), len(near))
    return near[rank - 1], {1: "best", 2: "second best"}.get(rank, f"best but {rank - 1}")


def _near(marks: Sequence[Mark], on: dt.datetime, rules: Yardsticks) -> Sequence[Mark]:
    """Return the marks within the look-back on either side, or all where those are too few."""
    reach = dt.timedelta(days=rules.lookback_d)
    near = [mark for mark in marks if abs(mark.when - on) <= reach]
    return near if len(near) >= rules.least_sessions else marks
