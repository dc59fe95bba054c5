"""Grade of a stretch of running, with the standard error that its altitude allows."""

from __future__ import annotations

import math

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import SD_OF_MAD, median, quantile
from legspeed.segmenter.altimeter import Heights
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Slope

#: Watches write altitude in steps of 0.2 m or 1 m.
_USUAL_STEP_M = 1.0


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


def grade_of(
    line: Timeline, speed_mps: F8, known: Heights | None, start: int, stop: int, slope: Slope
) -> tuple[float | None, float | None, float]:
    """Return grade (rise over run) and its standard error between two grid points, both included.

    The third value is by how much the grade would change were the altitude later by its lag's standard error.

    A straight line through altitude against distance covered, over at least `Slope.window_s`. Errors of altitude hang
    together from second to second, so the standard error falls more slowly with time than that of a line through
    independent points: as T^-0.65 in simulated barometers and GPS altitudes alike. Whether a late altitude is delayed
    or filtered cannot be told, so the grade lies midway between what it is in either case.
    """
    if known is None:
        return None, None, 0.0
    lack = max(0, math.ceil((slope.window_s - (stop - start)) / 2))
    a = max(int(line.first[start]), start - lack)
    b = min(int(line.last[start]), stop + lack)
    altitude, climb = known.altitude_m[a : b + 1], known.climb_mps[a : b + 1]
    along, quick = _way(known.speed_mps[a : b + 1]), _way(speed_mps[a : b + 1])
    seconds, metres = float(b - a), float(quick[-1] - quick[0])
    good = (altitude == altitude) & (climb == climb)
    count = np.count_nonzero(good)
    if count < 4:
        return None, None, 0.0
    if count < altitude.shape[0]:
        along, quick, altitude, climb = along[good], quick[good], altitude[good], climb[good]
    x = along - np.add.reduce(along) / count
    spread = float(np.dot(x, x))
    if spread < slope.least_spread_m2:
        return None, None, 0.0
    error = slope.error_factor * known.noise_m / (metres / seconds * seconds**slope.error_power)
    edge = int(slope.leap_reach_s)
    low, high = max(a - edge, int(line.first[start])), min(b + edge, int(line.last[start]))
    leapt_m2 = max(0.0, float(known.leapt_m2[high] - known.leapt_m2[low]))
    error = math.hypot(error, slope.leap_share * math.sqrt(leapt_m2) / metres)
    filtered = float(np.dot(x, altitude)) / spread
    late = known.lag_se_s * float(np.dot(x, climb)) / spread
    x = quick - np.add.reduce(quick) / count
    delayed = float(np.dot(x, altitude)) / max(float(np.dot(x, x)), slope.least_spread_m2)
    return min(max(0.5 * (filtered + delayed), -slope.clip), slope.clip), error, late


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
