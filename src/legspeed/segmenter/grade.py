"""Grade of a stretch of running, with the standard error that its altitude allows."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import SD_OF_MAD, median, quantile
from legspeed.segmenter.altimeter import Heights
from legspeed.segmenter.timeline import B1, I8, Timeline
from legspeed.segmenter.windows import Windows
from legspeed.settings import Slope

#: Watches write altitude in steps of 0.2 m or 1 m.
_USUAL_STEP_M: Final = 1.0
_LEAST_POINTS: Final = 4  # of a line


def altitude_noise(line: Timeline, speed_mps: F8, slope: Slope) -> float | None:
    """Return the noise of the altitude in metres, or None without altitude.

    Taken from the second difference over 10 s while moving: terrain is smooth at that scale, a barometer nearly so
    (0.1-0.2 m), altitude from GPS is not (1 m and more). No reading is better than its own step; one that never takes a
    step was written without anything that measures.
    """
    if line.altitude_m is None:
        return None
    reach = int(slope.noise_reach_s)
    at = np.arange(line.m)
    inside = (at - reach >= line.first) & (at + reach <= line.last) & (speed_mps > slope.moving_mps)
    here = at[inside]
    bend = line.altitude_m[here - reach] - 2 * line.altitude_m[here] + line.altitude_m[here + reach]
    bend = np.abs(bend[np.isfinite(bend)])
    if bend.shape[0] < reach:
        return None
    steps = np.abs(np.diff(line.altitude_m))
    steps = steps[np.isfinite(steps) & (steps > 1e-3)]
    if not steps.shape[0]:
        return None
    step = quantile(steps, 0.1)
    if step > _USUAL_STEP_M:  # sparse records leap, too, but not always by the same
        values = np.unique(np.round(line.altitude_m[np.isfinite(line.altitude_m)], 2))
        step = max(_USUAL_STEP_M, min(step, float(np.diff(values).min())))
    # var(a - 2b + c) = 6 var for independent errors.
    quick = SD_OF_MAD * median(bend) / np.sqrt(6.0)
    wander = _disagreement(line, speed_mps, slope)
    slow = slope.wander_share * wander if wander is not None and wander > slope.wander_m else 0.0
    return max(float(quick), slow, step / float(np.sqrt(12.0)), slope.noise_floor_m)


def _disagreement(line: Timeline, speed_mps: F8, slope: Slope) -> float | None:
    """Return by how much the altitude of one place differs from visit to visit, m; None where no place is seen twice.

    Loops, laps and ways back pass the same spot minutes later. A barometer agrees with itself to a metre; altitude
    from GPS wanders by 5 m and more however smooth it looks from second to second.
    """
    if line.altitude_m is None or line.east_m is None or line.north_m is None:
        return None
    good = np.isfinite(line.altitude_m) & np.isfinite(line.east_m) & (speed_mps > slope.moving_mps)
    column = np.floor(line.east_m[good] / slope.place_m).astype(np.int64)
    row = np.floor(line.north_m[good] / slope.place_m).astype(np.int64)
    when, altitude = line.t_s[good], line.altitude_m[good]
    order = np.lexsort((when, row, column))
    same = (np.diff(column[order]) == 0) & (np.diff(row[order]) == 0)
    apart = np.diff(when[order])
    again = same & (apart > slope.visit_least_s) & (apart < slope.visit_most_s)
    if int(again.sum()) < slope.visits:
        return None
    apart_m = median(np.abs(np.diff(altitude[order])[again]))
    return SD_OF_MAD * apart_m / float(np.sqrt(2.0))


class Grades(NamedTuple):
    """Grades of n stretches (rise over run) and their standard errors, NaN where they are not known.

    ``late`` is by how much each would change were the altitude later by its lag's standard error.
    """

    grade: F8
    error: F8
    late: F8


def grades_between(line: Timeline, speed_mps: F8, known: Heights, start: I8, stop: I8, slope: Slope) -> Grades:
    """Return the grades between grid points, both included.

    A straight line through altitude against distance covered, over at least `Slope.window_s`. Errors of altitude hang
    together from second to second, so the standard error falls more slowly with time than that of a line through
    independent points: as T^-0.65 in simulated barometers and GPS altitudes alike. Whether a late altitude is delayed
    or filtered cannot be told, so the grade lies midway between what it is in either case.

    Parameters
    ----------
    start, stop : int64[n]
        First and last grid point of each stretch of running.
    """
    lack = np.maximum(0, np.ceil((slope.window_s - (stop - start)) / 2)).astype(np.int64)
    first, last = line.first[start], line.last[start]
    a, b = np.maximum(first, start - lack), np.minimum(last, stop + lack)
    good = np.isfinite(known.altitude_m) & np.isfinite(known.climb_mps)
    slow, quick = _way(known.speed_mps), _way(speed_mps)
    lines = _lines(Windows(a, b + 1), good, (slow, quick, known.altitude_m, known.climb_mps), slope)
    seconds, metres = (b - a).astype(np.float64), quick[b] - quick[a]
    with np.errstate(invalid="ignore", divide="ignore"):  # nobody moved
        error = slope.error_factor * known.noise_m / (metres / seconds * seconds**slope.error_power)
        edge = int(slope.leap_reach_s)
        leapt_m2 = known.leapt_m2[np.minimum(b + edge, last)] - known.leapt_m2[np.maximum(a - edge, first)]
        error = np.hypot(error, slope.leap_share * np.sqrt(np.maximum(0.0, leapt_m2)) / metres)
    grade = np.clip(0.5 * (lines.filtered + lines.delayed), -slope.clip, slope.clip)
    return Grades(grade, np.where(np.isnan(grade), np.nan, error), known.lag_se_s * lines.climbing)


class _Lines(NamedTuple):
    """Slopes of straight lines: of the altitude against the way as a filter shows it, and as it was; of the climb."""

    filtered: F8
    delayed: F8
    climbing: F8


def _lines(windows: Windows, good: B1, streams: tuple[F8, F8, F8, F8], slope: Slope) -> _Lines:
    """Lay straight lines in each window through what is known of two ways, altitude and climb; NaN where too little."""
    n = len(windows.begin)
    found = _Lines(np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan))
    for block, row, at in windows.points():
        row, at = row[good[at]], at[good[at]]
        of_block = block.stop - block.start
        count = np.bincount(row, minlength=of_block)

        def summed(values: F8, row: I8 = row, n: int = of_block) -> F8:
            return np.asarray(np.bincount(row, values, n), dtype=np.float64)

        slow, quick, altitude, climb = (stream[at] for stream in streams)
        some = np.maximum(count, 1)
        slow, quick, altitude = (values - (summed(values) / some)[row] for values in (slow, quick, altitude))
        spread = summed(slow * slow)
        spread[(count < _LEAST_POINTS) | (spread < slope.least_spread_m2)] = np.nan
        found.filtered[block] = summed(slow * altitude) / spread
        found.delayed[block] = summed(quick * altitude) / np.maximum(summed(quick * quick), slope.least_spread_m2)
        found.climbing[block] = summed(slow * climb) / spread
    return found


def _way(speed_mps: F8) -> F8:
    """Return the way covered by each second, m."""
    return np.asarray(speed_mps.cumsum() - 0.5 * speed_mps)


def levelled(line: Timeline, speed_mps: F8, noise_m: float | None, slope: Slope) -> F8:
    """Return the speed with the help of long ways down taken out: a fast descent is no best.

    Over a minute equal effort runs some 2 % faster per 1 % down (0.96 at -2 %, 0.92 at -4 % in heart-rate data).
    """
    if line.altitude_m is None or noise_m is None or noise_m > slope.level_noise_m:
        return speed_mps
    half = int(slope.level_s) // 2
    # Slower than running is no best; who stands has no grade.
    pace = np.maximum(line.mean(speed_mps, half), slope.moving_mps)
    grade = line.slope(line.altitude_m, half) / pace
    down = np.clip(np.nan_to_num(grade, nan=0.0), -slope.level_most, 0.0)
    return np.asarray(speed_mps * (1.0 + slope.level_per_grade * down))


def flat_speed(speed_mps: float, grade: float | None, grade_se: float | None, duration_s: float, slope: Slope) -> float:
    """Return what `speed_mps` uphill is worth on the flat for an effort of `duration_s`.

    Short efforts follow sprinting, where maximal speed falls by about e^(-grade) (Paradisis & Cooke 2001: 3 % on
    5.2 %); longer ones move towards equal heart rate. Metabolic cost curves would credit an 8 s hill sprint far too
    much.
    Only what the grade's error leaves certain (one standard error) is credited, nothing where the grade is too unsure
    to name a hill; downhill is never credited.
    """
    if grade is None or grade_se is None or grade_se > slope.kind_se:
        return speed_mps
    sure = min(max(0.0, grade - grade_se), slope.credit_most)
    sprint = float(np.exp(slope.sprint_k * sure))
    steady = 1.0 + slope.steady_linear * sure + slope.steady_square * sure * sure
    return speed_mps * (sprint + (steady - sprint) * (1.0 - float(np.exp(-slope.fade_per_s * duration_s))))
