"""What the body does: phases with intended speeds, integrated over the ground to true motion at 10 Hz."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.simulate.course import Course
from legspeed.simulate.noise import wander
from legspeed.simulate.runner import GRADE_LIMIT, GRADE_STEP, Runner, sprint_factor, steady_factor

#: Seconds between two samples of the true motion.
STEP_S: Final = 0.1
#: How long a phase that ends by distance may take before it is given up.
_LONGEST_PHASE_S: Final = 4 * 3600

#: What the slowing down before a turn is called, and the speed at which one can turn round.
TURN: Final = "turn"
_TURNING_MPS: Final = 1.2

_GRADES: Final = np.arange(-GRADE_LIMIT, GRADE_LIMIT + GRADE_STEP / 2, GRADE_STEP)
_FACTORS: Final = {
    "steady": steady_factor(_GRADES).tolist(),
    "sprint": sprint_factor(_GRADES).tolist(),
    "none": [1.0] * _GRADES.size,
}


@dataclass(frozen=True, slots=True, eq=False)
class Phase:
    """One thing the runner does, with the speed he intends as on the level.

    Parameters
    ----------
    what : str
        In plain words: ``easy``, ``walk``, ``stand``, ``stride``, ``traffic light`` …
    target_mps : float64[n]
        Intended level speed every 0.1 s; its end ends the phase unless a distance does (then the last value holds on).
    rule : {"steady", "sprint", "none"}
        How speed reacts to the slope.
    until_m, until_x_m : float, optional
        The phase ends after this distance, or on reaching this place of the course.
    turn : bool
        Whether he turns round before it; he slows to a step for that.
    tau_up_s, tau_down_s : float
        Time constants of speeding up and slowing down.
    effort_set : str, optional
        Name of the set of efforts this phase belongs to; None is no effort.
    rest : bool
        Whether a runner who stops his watch in recoveries would do so here.
    on_foot : bool
        False in a car or on a bike: the watch moves, the legs take no steps.
    """

    what: str
    target_mps: F8
    rule: str = "steady"
    until_m: float | None = None
    until_x_m: float | None = None
    turn: bool = False
    tau_up_s: float = 1.6
    tau_down_s: float = 1.8
    effort_set: str | None = None
    rest: bool = False
    on_foot: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """Sample indices ``[first, stop)`` of one phase in a :class:`Motion`."""

    first: int
    stop: int
    phase: Phase


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """True motion at 10 Hz: float64[n] each, from the moment the runner stands ready.

    ``level_mps`` is the speed as it would be on the level, ``along_m`` the place on the course (it runs back where he
    does), ``odometer_m`` the distance covered, ``grade`` what he feels (uphill positive).
    """

    runner: Runner
    course: Course
    time_s: F8
    speed_mps: F8
    level_mps: F8
    along_m: F8
    odometer_m: F8
    east_m: F8
    north_m: F8
    altitude_m: F8
    grade: F8
    cadence_spm: F8
    heart_rate_bpm: F8
    spans: tuple[Span, ...]

    def index(self, time_s: float) -> int:
        """Return the sample at `time_s`, within the motion."""
        return int(min(max(round(time_s / STEP_S), 0), self.time_s.size - 1))


def move(
    runner: Runner, course: Course, phases: tuple[Phase, ...], rng: np.random.Generator, start_m: float = 0.0
) -> Motion:
    """Integrate `phases` over `course`.

    Speed follows the intention as a first-order system (mono-exponential acceleration), scaled by the slope at the
    place where he is; the place follows speed.

    Raises
    ------
    ValueError
        When the course ends before the run does, or a phase by distance never ends.
    """
    slope = course.grade.tolist()
    last = len(slope) - 1
    sprint = _FACTORS["sprint"]
    speed, x, way, fast = 0.0, start_m, 1.0, False
    speeds: list[float] = []
    levels: list[float] = []
    places: list[float] = []
    spans: list[Span] = []
    for phase in _with_turns(phases):
        if phase.what == TURN and speed < _TURNING_MPS:
            continue
        way = -way if phase.turn else way
        first = len(speeds)
        factors = _FACTORS[phase.rule]
        up, down = 1.0 - exp(-STEP_S / phase.tau_up_s), 1.0 - exp(-STEP_S / phase.tau_down_s)
        by_distance = phase.until_m is not None or phase.until_x_m is not None
        targets = phase.target_mps.tolist()
        goal = phase.until_x_m if phase.until_x_m is not None else None
        if phase.until_m is not None:
            goal = x + way * phase.until_m
        limit = int(_LONGEST_PHASE_S / STEP_S) if by_distance else len(targets)
        for i in range(limit):
            target = targets[i] if i < len(targets) else targets[-1]
            at = int(x)
            if at < 0 or at > last:
                raise ValueError(f"the course of {last} m ends before the run does (in {phase.what!r})")
            felt = int((way * slope[at] + GRADE_LIMIT) / GRADE_STEP + 0.5)
            factor = factors[felt]
            wanted = target * factor
            # While he runs out of a sprint, his legs still turn over for the sprint.
            fast = phase.rule == "sprint" or (fast and speed > wanted + 0.2)
            speed += (wanted - speed) * (up if wanted > speed else down)
            x += way * speed * STEP_S
            speeds.append(speed)
            levels.append(speed / (sprint[felt] if fast else factor))
            places.append(x)
            if goal is not None and (x - goal) * way >= 0:
                break
        else:
            if by_distance:
                raise ValueError(f"the phase {phase.what!r} never reaches its end")
        spans.append(Span(first, len(speeds), phase))
    return _complete(runner, course, np.array(speeds), np.array(levels), np.array(places), tuple(spans), rng)


def _with_turns(phases: tuple[Phase, ...]) -> Iterator[Phase]:
    """Yield the phases, before each one that begins with a turn 3 s of slowing down to it."""
    for phase in phases:
        if phase.turn:
            slow = np.full(round(3.0 / STEP_S), 0.7 * _TURNING_MPS)
            yield Phase(TURN, slow, rule="none", tau_down_s=1.1, rest=phase.rest)
        yield phase


def _complete(
    runner: Runner, course: Course, speed: F8, level: F8, along: F8, spans: tuple[Span, ...], rng: np.random.Generator
) -> Motion:
    """Add place, grade, steps and heart to a speed curve."""
    n = speed.size
    east, north, altitude = course.at(along)
    forth = np.sign(np.diff(along, prepend=along[0]))
    grade = np.interp(along, np.arange(course.grade.size, dtype=np.float64), course.grade) * forth
    # The legs turn over for the speed they drive at: in an acceleration that is ahead of the speed reached.
    gain = np.clip(np.diff(level, prepend=0.0) / STEP_S, 0.0, 3.0)
    cadence = runner.cadence_spm(np.minimum(level + 0.66 * gain, np.maximum(level, 1.02 * runner.max_speed_mps)))
    whole = np.arange(0, n + 10, 10)
    habit = wander(rng, whole.size, sd=1.8, tau_s=40.0) + wander(rng, whole.size, sd=0.9, tau_s=3.0)
    for span in spans:
        if span.phase.effort_set is not None:
            habit[span.first // 10 : span.stop // 10 + 1] += rng.normal(0.0, 2.0)
    cadence = np.where(cadence > 0, cadence + np.interp(np.arange(n), whole, habit), 0.0)
    exertion = level
    for span in spans:
        if not span.phase.on_foot:
            cadence[span.first : span.stop] = 0.0
            exertion = exertion.copy()
            exertion[span.first : span.stop] = 0.5
    heart = _heart_rate(runner, exertion, grade, rng)
    return Motion(
        runner=runner,
        course=course,
        time_s=np.arange(1, n + 1, dtype=np.float64) * STEP_S,
        speed_mps=speed,
        level_mps=level,
        along_m=along,
        odometer_m=np.cumsum(speed) * STEP_S,
        east_m=east,
        north_m=north,
        altitude_m=altitude,
        grade=grade,
        cadence_spm=cadence,
        heart_rate_bpm=heart,
        spans=spans,
    )


def _heart_rate(runner: Runner, level: F8, grade: F8, rng: np.random.Generator) -> F8:
    """Return the heart rate at 10 Hz: late by half a minute, drifting upwards over an hour."""
    per_second = np.arange(0, level.size, 10)
    # Short hills change speed as much as effort; what the heart sees is the level speed, a little more uphill.
    demand = level[per_second] * (1.0 + 0.8 * np.clip(grade[per_second], 0.0, 0.2))
    target = runner.heart_rate_target_bpm(demand)
    up, down = 1.0 - exp(-1 / 28.0), 1.0 - exp(-1 / 42.0)
    rate, rates = runner.rest_heart_rate_bpm + 12.0, []
    for wanted in target.tolist():
        rate += (wanted - rate) * (up if wanted > rate else down)
        rates.append(rate)
    drift = 8.0 * (1.0 - np.exp(-per_second / 10.0 / 3600.0))
    heart = np.array(rates) + drift + wander(rng, per_second.size, sd=1.2, tau_s=15.0)
    heart = np.minimum(heart, runner.max_heart_rate_bpm + 1.0)
    return np.asarray(np.interp(np.arange(level.size), per_second, heart), dtype=np.float64)
