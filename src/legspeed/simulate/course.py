"""The ground under a run: a path with corners and an altitude, by distance along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.simulate.noise import smooth, wander

#: Radius at the surface; good enough for a few kilometres around one place.
EARTH_RADIUS_M: Final = 6_371_000.0
#: Where simulated runs lie, in degrees: in the open Atlantic, so that no track can be taken for somebody's.
MID_ATLANTIC: Final = (44.0, -31.0)
_START_M: Final = 120.0  # altitude


@dataclass(frozen=True, slots=True)
class Slope:
    """A stretch of constant grade, put into the terrain: from `start_m` to `end_m` along the course."""

    start_m: float
    end_m: float
    grade: float


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A path sampled every metre: east and north of its beginning, altitude and grade (rise over run), float64[n].

    Running the other way round changes the sign of the grade. ``indoor`` is a treadmill: no position, level.
    """

    east_m: F8
    north_m: F8
    altitude_m: F8
    grade: F8
    indoor: bool = False

    def at(self, along_m: F8) -> tuple[F8, F8, F8]:
        """Return east, north and altitude (m) at these metres along the course."""
        grid = np.arange(self.grade.size, dtype=np.float64)
        return (
            np.interp(along_m, grid, self.east_m),
            np.interp(along_m, grid, self.north_m),
            np.interp(along_m, grid, self.altitude_m),
        )


def make_course(
    rng: np.random.Generator,
    length_m: float,
    *,
    style: str = "road",
    hilliness: float = 0.01,
    slopes: tuple[Slope, ...] = (),
) -> Course:
    """Lay out a course: one big round, or, where no slope is asked for, as often out and back the same way.

    A road or path meets itself again only on its way back, so that a place has one altitude.

    Parameters
    ----------
    rng : numpy Generator
        Source of all chance.
    length_m : float
        How long at least; one metre is one sample.
    style : {"road", "path", "track", "treadmill"}
        Straights with street corners; a winding path; a 400 m oval; none at all.
    hilliness : float
        Standard deviation of the terrain's grade, as a fraction; 0.005 is flat, 0.03 hilly.
    slopes : tuple of Slope
        Stretches whose grade is given; the terrain there is level but for them.
    """
    n = int(length_m) + 2
    if style == "treadmill":
        level = np.zeros(n)
        return Course(level, level, np.full(n, _START_M), level, indoor=True)
    along = np.arange(n, dtype=np.float64)
    grade = _terrain(rng, n, 0.0 if style == "track" else hilliness)
    for slope in slopes:
        # 8 m of easing at each end: no road bends within a step.
        inside = np.clip((along - slope.start_m) / 8.0 + 0.5, 0, 1) * np.clip((slope.end_m - along) / 8.0 + 0.5, 0, 1)
        calm = np.clip((along - slope.start_m + 30) / 30, 0, 1) * np.clip((slope.end_m - along + 30) / 30, 0, 1)
        grade = grade * (1 - calm) + slope.grade * inside
    heading = _oval(rng, n) if style == "track" else _round(rng, n, winding=style == "path")
    if style != "track" and not slopes and rng.random() < 0.5:
        heading, grade = _out_and_back(heading, grade, rng.uniform(0.3, 0.5))
    altitude = _START_M + np.concatenate([[0.0], np.cumsum(0.5 * (grade[1:] + grade[:-1]))])
    east = np.concatenate([[0.0], np.cumsum(np.sin(heading[:-1]))])
    north = np.concatenate([[0.0], np.cumsum(np.cos(heading[:-1]))])
    return Course(east, north, altitude, grade)


def degrees(east_m: F8, north_m: F8) -> tuple[F8, F8]:
    """Return latitude and longitude of points given in metres east and north of `MID_ATLANTIC`."""
    latitude, longitude = MID_ATLANTIC
    east_deg = np.degrees(east_m / (EARTH_RADIUS_M * np.cos(np.radians(latitude))))
    return latitude + np.degrees(north_m / EARTH_RADIUS_M), longitude + east_deg


def _terrain(rng: np.random.Generator, n: int, hilliness: float) -> F8:
    """Return the grade of open terrain: long swells (300 m) and short ramps (40 m), never steeper than 15 %."""
    if hilliness <= 0:
        return np.zeros(n)
    grid = np.arange(0, n + 20, 10, dtype=np.float64)
    rough = wander(rng, grid.size, sd=0.85 * hilliness, tau_s=300.0, step_s=10.0)
    rough += wander(rng, grid.size, sd=0.5 * hilliness, tau_s=40.0, step_s=10.0)
    rough -= rough.mean()
    rough = np.convolve(np.pad(rough, 2, mode="edge"), np.array([1, 2, 3, 2, 1]) / 9, mode="valid")
    return np.asarray(np.clip(np.interp(np.arange(n), grid, rough), -0.15, 0.15), dtype=np.float64)


def _oval(rng: np.random.Generator, n: int) -> F8:
    """Return the compass heading (rad) at every metre of a track: straights of 84.39 m, bends of radius 36.5 m."""
    bend = np.pi / 115.61
    where = np.arange(n, dtype=np.float64) % 400.0
    turning = ((where >= 84.39) & (where < 200.0)) | (where >= 284.39)
    return np.asarray(rng.uniform(0, 2 * np.pi) - np.cumsum(np.where(turning, bend, 0.0)), dtype=np.float64)


def _round(rng: np.random.Generator, n: int, *, winding: bool) -> F8:
    """Return the compass heading (rad) at every metre of one big round with bends and corners.

    Corners never lead more than 75° away from the round's own direction: a path that turned as it liked would soon
    run beside itself, at another altitude.
    """
    bends = smooth(wander(rng, n // 10 + 2, sd=0.5 if winding else 0.25, tau_s=120.0, step_s=10.0), 30.0, 10.0)
    along = np.arange(n, dtype=np.float64)
    heading = rng.uniform(0, 2 * np.pi) + rng.choice([-1.0, 1.0]) * 2 * np.pi * along / n
    heading += np.interp(along, np.arange(bends.size) * 10.0, bends)
    corner_every_m = 260.0 if winding else 380.0
    off, most = 0.0, np.radians(75)
    at = float(rng.exponential(corner_every_m))
    while at < n:
        angle = rng.choice([-1.0, 1.0]) * np.radians(rng.uniform(35, 95))
        angle = -angle if abs(off + angle) > max(most, abs(off)) else angle
        off += angle
        radius_m = float(rng.uniform(3, 9))
        heading += angle * np.clip((along - at) / (abs(angle) * radius_m), 0, 1)
        at += 25.0 + float(rng.exponential(corner_every_m))
    return np.asarray(heading, dtype=np.float64)


def _out_and_back(heading: F8, grade: F8, share: float) -> tuple[F8, F8]:
    """Return heading and grade of `share` of the way (up to a half), a turn of radius 3 m, the way back, and beyond."""
    turn = np.linspace(0.0, np.pi, 11)[1:-1]
    turn_at = int((heading.size - turn.size) * share)
    if turn_at < 1:
        return heading, grade
    way_back = turn_at + turn.size
    on = heading.size - way_back - turn_at
    there, up = heading[:turn_at], grade[:turn_at]
    beyond = there[0] + np.pi + (heading[:on] - heading[0])
    return (
        np.concatenate([there, there[-1] + turn, there[::-1] + np.pi, beyond]),
        np.concatenate([up, np.zeros(turn.size), -up[::-1], grade[turn_at : turn_at + on]]),
    )
