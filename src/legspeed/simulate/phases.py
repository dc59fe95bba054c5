"""The words a session is written in: easy running, standing, walking, fast efforts; each makes one phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from legspeed.simulate.course import Course, Slope, make_course
from legspeed.simulate.motion import STEP_S, Phase
from legspeed.simulate.noise import wander
from legspeed.simulate.runner import Runner


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A run that is planned: what he does, and where; ``start_m`` is the place on the course where it begins."""

    name: str
    course: Course
    phases: tuple[Phase, ...]
    start_m: float = 0.0
    sub_sport: str = "generic"


def steps(seconds: float) -> int:
    """Return the number of 10 Hz samples in so many seconds, at least one."""
    return max(1, round(seconds / STEP_S))


def easy(
    runner: Runner,
    rng: np.random.Generator,
    seconds: float,
    *,
    share: float = 1.0,
    warm: bool = False,
    what: str = "easy",
    until_x_m: float | None = None,
) -> Phase:
    """Return steady running at `share` of easy speed: the pace wanders slowly (3 %) and quickly (1.5 %).

    ``warm`` lets the first six minutes begin 8 % slower.
    """
    grid = np.arange(0.0, seconds + 1.0)
    pace = 1.0 + wander(rng, grid.size, sd=0.03 * runner.steadiness, tau_s=90.0)
    pace += wander(rng, grid.size, sd=0.014 * runner.steadiness, tau_s=9.0)
    if warm:
        pace -= 0.08 * np.clip(1.0 - grid / 360.0, 0.0, 1.0)
    target = np.interp(np.arange(steps(seconds)) * STEP_S, grid, pace) * runner.easy_speed_mps * share
    return Phase(what, target, until_x_m=until_x_m)


def hard(
    runner: Runner,
    rng: np.random.Generator,
    speed_mps: float,
    *,
    seconds: float | None = None,
    metres: float | None = None,
    what: str = "rep",
    effort_set: str | None = None,
) -> Phase:
    """Return a longer hard stretch (tempo, rep, race) at even effort; ends after seconds or metres."""
    length = seconds if seconds is not None else (metres or 0.0) / speed_mps * 1.5
    grid = np.arange(0.0, length + 1.0)
    pace = 1.0 + wander(rng, grid.size, sd=0.012 * runner.steadiness, tau_s=25.0)
    pace += wander(rng, grid.size, sd=0.008, tau_s=5.0)
    target = np.interp(np.arange(steps(length)) * STEP_S, grid, pace) * speed_mps
    return Phase(what, target, until_m=metres, tau_up_s=1.7, tau_down_s=2.2, effort_set=effort_set)


def fast(
    runner: Runner,
    rng: np.random.Generator,
    speed_mps: float,
    *,
    seconds: float | None = None,
    metres: float | None = None,
    what: str = "stride",
    effort_set: str | None = "strides",
    build_s: float = 3.0,
    ease_s: float = 1.5,
    keenness: float = 0.8,
) -> Phase:
    """Return one fast effort on the sprint's rule of slopes.

    He builds up over `build_s`, holds, and lets go over the last `ease_s`. ``keenness`` 1 accelerates with the
    runner's own time constant, less is gentler. The intention never exceeds what he could run all out for so long.
    """
    length = seconds if seconds is not None else (metres or 0.0) / speed_mps
    # A best mean over so many seconds has a higher plateau: the first seconds go into getting there.
    top = min(speed_mps, runner.all_out_speed_mps(max(length - 6.0, 2.0)))
    if seconds is None:
        length *= 1.4
    t = np.arange(steps(length)) * STEP_S
    shape = np.interp(t, [0.0, max(build_s, 0.01)], [0.72 if build_s > 0.5 else 1.0, 1.0])
    if seconds is not None and ease_s > 0.2:
        shape = shape * np.interp(t, [length - ease_s, length], [1.0, 0.86])
    grid = np.arange(0.0, length + 1.0)
    shape = shape * (1.0 + np.interp(t, grid, wander(rng, grid.size, sd=0.010, tau_s=3.0)))
    tau_up = runner.acceleration_tau_s * (1.0 + 0.8 * (1.0 - keenness))
    return Phase(
        what,
        np.minimum(shape * top, 1.01 * runner.max_speed_mps),
        rule="sprint",
        until_m=metres,
        tau_up_s=tau_up,
        tau_down_s=1.6,
        effort_set=effort_set,
    )


def stand(
    seconds: float,
    *,
    what: str = "stand",
    rest: bool = False,
    on_foot: bool = True,
    rng: np.random.Generator | None = None,
) -> Phase:
    """Return standing, after coasting to a stop; with an `rng` he takes a few steps about now and then."""
    target = np.zeros(steps(seconds))
    if rng is not None:
        grid = np.arange(0.0, seconds + 1.0)
        about = np.clip(wander(rng, grid.size, sd=0.4, tau_s=5.0) - 0.35, 0.0, 0.8)
        target = np.interp(np.arange(target.size) * STEP_S, grid, about)
    return Phase(what, target, rule="none", tau_up_s=1.0, tau_down_s=1.3, rest=rest, on_foot=on_foot)


def ride(rng: np.random.Generator, seconds: float, speed_mps: float, *, what: str = "car") -> Phase:
    """Return being driven, or cycling, with the watch still running: fast, and no steps."""
    grid = np.arange(0.0, seconds + 1.0)
    pace = 1.0 + wander(rng, grid.size, sd=0.25 if what == "car" else 0.12, tau_s=20.0)
    target = np.interp(np.arange(steps(seconds)) * STEP_S, grid, np.clip(pace, 0.0, 1.6)) * speed_mps
    return Phase(what, target, rule="none", tau_up_s=5.0, tau_down_s=3.0, on_foot=False)


def walk(
    runner: Runner,
    rng: np.random.Generator,
    seconds: float,
    *,
    what: str = "walk",
    until_x_m: float | None = None,
    turn: bool = False,
    rest: bool = True,
) -> Phase:
    """Return walking, with the wandering of a walk; the run before it tails off over a few seconds."""
    grid = np.arange(0.0, seconds + 1.0)
    pace = 1.0 + wander(rng, grid.size, sd=0.06, tau_s=12.0)
    target = np.interp(np.arange(steps(seconds)) * STEP_S, grid, pace) * runner.walk_speed_mps
    return Phase(what, target, until_x_m=until_x_m, turn=turn, tau_down_s=2.0, rest=rest)


def lay_out(
    name: str,
    rng: np.random.Generator,
    phases: list[Phase],
    *,
    style: str = "road",
    hilliness: float = 0.008,
    slopes: tuple[Slope, ...] = (),
    start_m: float = 0.0,
    sub_sport: str = "generic",
) -> Session:
    """Return the session on a course long enough for it, standing ready before and after."""
    reach = start_m + 400.0
    for phase in phases:
        reach += 1.15 * (phase.until_m or float(phase.target_mps.sum()) * STEP_S)
    reach = max([reach, *(slope.end_m + 500.0 for slope in slopes)])
    course = make_course(rng, reach, style=style, hilliness=hilliness, slopes=slopes)
    ready, done = stand(5.0, what="ready"), stand(8.0, what="done")
    return Session(name, course, (ready, *phases, done), start_m, sub_sport)


def spread(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number between `low` and `high`."""
    return float(rng.uniform(low, high))
