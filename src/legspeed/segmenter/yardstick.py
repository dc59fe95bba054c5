"""The runner's own yardstick: 5 km speed and maximal speed, dated, from the season's best efforts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.athlete import Athlete
from legspeed.model import RunDigest, Yardstick
from legspeed.segmenter.ladder import Ladder, Mark
from legspeed.settings import Yardsticks


@dataclass(frozen=True, slots=True)
class Marks:
    """What a season shows, run by run.

    ``stepped``, ``held`` and ``any`` are 5 km equivalents: of long bests backed by cadence, of long and of any bests;
    ``sprint`` the peak of a run's fastest sure effort, ``repeated`` that of its second fastest: a speed reached twice
    in a run is no jump.
    """

    stepped: tuple[Mark, ...]
    held: tuple[Mark, ...]
    any: tuple[Mark, ...]
    easy: tuple[Mark, ...]
    sprint: tuple[Mark, ...] = ()
    repeated: tuple[Mark, ...] = ()


def season_marks(digests: Sequence[RunDigest], rules: Yardsticks) -> Marks:
    """Read the marks off a season's digests (all but the sprints, which need judged bursts)."""
    usual = usual_easy_mps(digests)
    runs = [d for d in digests if not is_ride(d, usual, rules)]
    stepped = [d for d in runs if d.easy_cadence_spm is not None]
    return Marks(
        _equivalents(stepped, rules.held_s, rules),
        _equivalents(runs, rules.held_s, rules),
        _equivalents(runs, rules.shortest_s, rules),
        tuple(Mark(d.start, d.easy_speed_mps) for d in runs if d.easy_speed_mps is not None),
    )


def _equivalents(digests: Sequence[RunDigest], shortest_s: float, rules: Yardsticks) -> tuple[Mark, ...]:
    equals = [(d.start, five_k_equivalent(d, shortest_s, rules)) for d in digests]
    return tuple(Mark(when, speed) for when, speed in equals if speed is not None)


def usual_easy_mps(digests: Sequence[RunDigest]) -> float | None:
    """Return the median easy speed of a season, m/s."""
    speeds = [d.easy_speed_mps for d in digests if d.easy_speed_mps is not None]
    return statistics.median(speeds) if speeds else None


def five_k_equivalent(digest: RunDigest, shortest_s: float, rules: Yardsticks) -> float | None:
    """Return the 5 km speed in m/s that the run's bests over `shortest_s` and longer amount to, None without any.

    A best mean speed over T seconds becomes a 5 km speed by speed ∝ T^-fatigue (Riegel's law, written for speed).
    """
    equals = [
        as_five_k(speed, seconds, rules.fatigue)
        for seconds, speed in digest.best_speeds.items()
        if shortest_s <= seconds <= rules.longest_s and speed > 0
    ]
    return max(equals, default=None)


def is_ride(digest: RunDigest, usual_mps: float | None, rules: Yardsticks) -> bool:
    """Tell whether this was a bike or a car, whatever the file says.

    Carried most of the time; or, without cadence, far faster on the whole than this runner (`usual_mps`) usually is.
    """
    if digest.carried_s > rules.ride_share * (digest.carried_s + digest.moving_s):
        return True
    if digest.easy_cadence_spm is not None or digest.easy_speed_mps is None or usual_mps is None:
        return False
    return digest.easy_speed_mps > rules.ride_ratio * usual_mps


def as_five_k(speed_mps: float, seconds: float, fatigue: float) -> float:
    """Solve v = speed · (T / (5000 / v))^fatigue for v, the speed over 5 km."""
    return float((speed_mps * (seconds / 5000.0) ** fatigue) ** (1.0 / (1.0 - fatigue)))


def yardstick(marks: Marks, on: dt.datetime, athlete: Athlete, rules: Yardsticks) -> Yardstick:
    """Return the yardstick of a day: given values win, then the season's own within `Yardsticks.lookback_d`."""
    return yardsticks(marks, [on], athlete, rules)[0]


def yardsticks(marks: Marks, days: Sequence[dt.datetime], athlete: Athlete, rules: Yardsticks) -> list[Yardstick]:
    """Return the yardstick of every day; see :func:`yardstick`."""
    ladders = _ladders(marks, rules)
    found = []
    for day in days:
        five_k, five_k_source, sure = _five_k(ladders, day, athlete, rules)
        max_speed, max_source = _max_speed(ladders, day, athlete, rules, five_k)
        found.append(Yardstick(five_k, five_k_source, max_speed, max_source, day.date(), sure))
    return found


def with_sprints(
    before: Sequence[Yardstick], marks: Marks, days: Sequence[dt.datetime], athlete: Athlete, rules: Yardsticks
) -> list[Yardstick]:
    """Return the yardsticks that `before` become with the marks of sprints: 5 km speeds stay as they are."""
    ladders = _ladders(marks, rules)
    speeds = (
        _max_speed(ladders, day, athlete, rules, old.five_k_speed_mps) for day, old in zip(days, before, strict=True)
    )
    return [
        Yardstick(old.five_k_speed_mps, old.five_k_source, speed, source, old.as_of, old.sure)
        for old, (speed, source) in zip(before, speeds, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Ladders:
    """The marks of every kind, ready to be asked."""

    stepped: Ladder
    held: Ladder
    any: Ladder
    easy: Ladder
    sprint: Ladder
    repeated: Ladder


def _ladders(marks: Marks, rules: Yardsticks) -> _Ladders:
    return _Ladders(*(Ladder(getattr(marks, field.name), rules) for field in dataclasses.fields(Marks)))


def _five_k(ladders: _Ladders, on: dt.datetime, athlete: Athlete, rules: Yardsticks) -> tuple[float, str, bool]:
    if athlete.five_k_speed_mps is not None:
        return athlete.five_k_speed_mps, "given", True
    if athlete.races:
        race = min(athlete.races, key=lambda r: abs((r.date - on.date()).days))
        speed = as_five_k(race.distance_m / race.time_s, race.time_s, rules.fatigue)
        return speed, f"race of {race.date} over {race.distance_m:.0f} m", True
    best = _best(
        ladders.stepped.ranked(on, 1, rules.stepped_guard),
        ladders.held.ranked(on, 1, rules.held_guard),
        ladders.any.ranked(on, int(rules.rank), rules.guard),
    )
    if best is None:
        return rules.five_k_default_mps, "default: nothing to go by yet", False
    mark, rank = best
    floor = rules.easy_ratio * (ladders.easy.middle_mps(on) or 0.0)
    if mark.speed_mps < floor:
        return floor, f"no hard running yet: {rules.easy_ratio:g} × easy speed", False
    return mark.speed_mps, f"{rank} session, {mark.when.date()}", True


def _max_speed(
    ladders: _Ladders, on: dt.datetime, athlete: Athlete, rules: Yardsticks, five_k_mps: float
) -> tuple[float, str]:
    if athlete.max_speed_mps is not None:
        return athlete.max_speed_mps, "given"
    floor, cap = rules.max_floor * five_k_mps, min(rules.max_cap * five_k_mps, rules.hard_max_mps)
    best = _best(
        ladders.repeated.ranked(on, 1, rules.held_guard),
        ladders.sprint.ranked(on, int(rules.rank), rules.guard),
    )
    if best is None or best[0].speed_mps < floor:
        return floor, f"at least {rules.max_floor:g} × 5 km speed"
    if best[0].speed_mps > cap:
        return cap, f"no more than {rules.max_cap:g} × 5 km speed"
    return best[0].speed_mps, f"{best[1]} session, {best[0].when.date()}"


def _best(*ranked: tuple[Mark, str] | None) -> tuple[Mark, str] | None:
    """Return the faster one of those there are."""
    return max((one for one in ranked if one is not None), key=lambda one: one[0].speed_mps, default=None)
