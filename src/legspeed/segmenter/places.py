"""Repeats at the same place share their grade: what one visit cannot know, several can."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.altimeter import heights
from legspeed.segmenter.bursts import Rise
from legspeed.segmenter.grade import grade_of
from legspeed.segmenter.timeline import I8, Timeline
from legspeed.settings import Settings, Slope

Grade = tuple[float | None, float | None, float]
"""Grade, its standard error, and by how much it would change were the altitude later by its lag's standard error."""

#: So many pairs of rises are held against each other at once: a long recording has thousands of rises.
_PAIRS: Final = 1 << 14


def grades_of(
    line: Timeline, speed_mps: F8, found: Sequence[Rise], noise_m: float | None, settings: Settings
) -> list[tuple[float | None, float | None]]:
    """Return every rise's grade and its whole standard error.

    The visits to one place are averaged, but an altitude that is late is late at each of them.
    """
    slope = settings.slope
    known = heights(line, speed_mps, noise_m, settings.signal, slope)
    if known is None:
        return [(None, None)] * len(found)
    told = [grade_of(line, speed_mps, known, r.first, r.last, slope) for r in found]
    whole: list[tuple[float | None, float | None]] = []
    for rise, (grade, error, late) in zip(found, shared_grades(line, found, told, slope), strict=True):
        if grade is None or error is None:
            whole.append((None, None))
            continue
        foot = slope.lag_foot * grade * max(0.0, known.lag_s) / max(slope.window_s, rise.last - rise.first)
        whole.append((grade, math.hypot(error, late, foot)))
    return whole


def shared_grades(line: Timeline, found: Sequence[Rise], grades: Sequence[Grade], slope: Slope) -> list[Grade]:
    """Return every rise's grade averaged over the visits to its place in its direction, with the smaller error.

    Visits are rises of alike duration whose middles lie within `Slope.same_place_m`, run the same way and share no
    time; their altitude errors are minutes apart and count as independent, so the mean's error is 1/√(Σ 1/se²).
    """
    if line.east_m is None or line.north_m is None or len(found) < 2:
        return list(grades)
    first = np.array([r.first for r in found])
    last = np.array([r.last for r in found])
    middle = (first + last) // 2
    east, north = line.east_m[middle], line.north_m[middle]
    way_east, way_north = line.east_m[last] - line.east_m[first], line.north_m[last] - line.north_m[first]
    length = np.hypot(way_east, way_north)
    seconds = np.array([r.end_s - r.start_s for r in found])
    known = np.array([g is not None for g, _, _ in grades])
    shared: list[Grade] = []
    spans = [(r.first, r.last) for r in found]
    at_once = max(1, _PAIRS // len(found))
    for begin in range(0, len(found), at_once):
        rows = np.arange(begin, min(begin + at_once, len(found)))[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            near = np.hypot(east - east[rows], north - north[rows]) < slope.same_place_m
            along = (way_east * way_east[rows] + way_north * way_north[rows]) / (length * length[rows])
        alike = np.abs(np.log(seconds / seconds[rows])) < slope.alike_log
        apart = (first > last[rows]) | (last < first[rows])
        alike &= near & (along > slope.same_way_cos) & apart & known
        for k, visits in zip(rows[:, 0].tolist(), alike, strict=True):
            grade, error, _ = grades[k]
            if grade is None or error is None or not np.isfinite(east[k] + length[k]) or length[k] <= 0:
                shared.append(grades[k])
            else:
                own = np.flatnonzero(visits)
                shared.append(_mean(k, own, spans, seconds, grades, int(slope.visits_most)))
    return shared


def _mean(
    k: int, visits: I8, spans: Sequence[tuple[int, int]], seconds: F8, grades: Sequence[Grade], most: int
) -> Grade:
    """Return the weighted mean of rise `k` and its visits; of candidates that share time only the likest counts."""
    chosen = [k]
    likest = visits[np.argsort(np.abs(np.log(seconds[visits] / seconds[k])), kind="stable")[:most]]
    for i in likest.tolist():
        begin, end = spans[i]
        if all(begin > spans[j][1] or end < spans[j][0] for j in chosen):
            chosen.append(i)
    weight = total = lateness = 0.0
    for i in chosen:
        grade, error, late = grades[i]
        if grade is not None and error is not None:
            weight += 1.0 / error**2
            total += grade / error**2
            lateness += late / error**2
    return total / weight, float(1.0 / np.sqrt(weight)), lateness / weight
