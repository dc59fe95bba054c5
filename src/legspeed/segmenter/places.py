"""Repeats at the same place share their grade: what one visit cannot know, several can."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.altimeter import heights
from legspeed.segmenter.bursts import Rises
from legspeed.segmenter.grade import Grades, grades_between
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Settings, Slope

#: So many pairs of rises are held against each other at once: a long recording has thousands of rises.
_PAIRS: Final = 1 << 14


def grades_of(line: Timeline, speed_mps: F8, found: Rises, noise_m: float | None, settings: Settings) -> tuple[F8, F8]:
    """Return every rise's grade and its whole standard error, NaN where it is not known.

    The visits to one place are averaged, but an altitude that is late is late at each of them.
    """
    slope = settings.slope
    known = heights(line, speed_mps, noise_m, settings.signal, slope)
    if known is None or not len(found.first):
        unknown = np.full(len(found.first), np.nan)
        return unknown, unknown
    told = grades_between(line, speed_mps, known, found.first, found.last, slope)
    grade, error, late = shared_grades(line, found, told, slope)
    foot = slope.lag_foot * grade * max(0.0, known.lag_s) / np.maximum(slope.window_s, found.last - found.first)
    return grade, np.hypot(np.hypot(error, late), foot)


def shared_grades(line: Timeline, found: Rises, grades: Grades, slope: Slope) -> Grades:
    """Return every rise's grade averaged over the visits to its place in its direction, with the smaller error.

    Visits are rises of alike duration whose middles lie within `Slope.same_place_m`, run the same way and share no
    time; their altitude errors are minutes apart and count as independent, so the mean's error is 1/√(Σ 1/se²).
    """
    if line.east_m is None or line.north_m is None or len(found.first) < 2:
        return grades
    first, last, seconds = found.first, found.last, found.end_s - found.start_s
    middle = (first + last) // 2
    east, north = line.east_m[middle], line.north_m[middle]
    way_east, way_north = line.east_m[last] - line.east_m[first], line.north_m[last] - line.north_m[first]
    length = np.hypot(way_east, way_north)
    known = ~np.isnan(grades.grade)
    placed = known & np.isfinite(east + length) & (length > 0)
    shared = Grades(*(column.copy() for column in grades))
    single = list(zip(*(column.tolist() for column in grades), strict=True))
    spans = list(zip(first.tolist(), last.tolist(), strict=True))
    at_once = max(1, _PAIRS // len(first))
    for begin in range(0, len(first), at_once):
        rows = np.arange(begin, min(begin + at_once, len(first)))[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            near = (east - east[rows]) ** 2 + (north - north[rows]) ** 2 < slope.same_place_m**2
            along = (way_east * way_east[rows] + way_north * way_north[rows]) / (length * length[rows])
        apart = (first > last[rows]) | (last < first[rows])
        own, other = (near & (along > slope.same_way_cos) & apart & known & placed[rows]).nonzero()
        own += begin
        unlike = np.abs(np.log(seconds[other] / seconds[own]))
        alike = unlike < slope.alike_log
        own, other, unlike = own[alike], other[alike], unlike[alike]
        order = np.lexsort((unlike, own))  # the likest visits first
        own, other = own[order], other[order]
        likest = np.arange(len(own)) - own.searchsorted(own) < slope.visits_most
        visits: dict[int, list[int]] = {}
        for k, visit in zip(own[likest].tolist(), other[likest].tolist(), strict=True):
            visits.setdefault(k, [k]).append(visit)
        for k, of_place in visits.items():
            chosen = _disjoint(of_place, spans)
            for column, mean in zip(shared, _mean(single, chosen), strict=True):
                column[k] = mean
    return shared


def _disjoint(visits: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return the visits that share no time with one before them in the list."""
    chosen: list[int] = []
    for i in visits:
        begin, end = spans[i]
        if all(begin > spans[j][1] or end < spans[j][0] for j in chosen):
            chosen.append(i)
    return chosen


def _mean(grades: Sequence[tuple[float, float, float]], visits: Sequence[int]) -> tuple[float, float, float]:
    """Return the mean of some grades, weighted by their errors, its error, and its lateness."""
    weight = total = lateness = 0.0
    for grade, error, late in [grades[i] for i in visits]:
        weight += 1.0 / error**2
        total += grade / error**2
        lateness += late / error**2
    return total / weight, 1.0 / math.sqrt(weight), lateness / weight
