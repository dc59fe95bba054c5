"""A watch's altitude beside its speed: rounded off alike, and in time. Barometers answer slowly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import SD_OF_MAD, median
from legspeed.segmenter.timeline import I8, Timeline
from legspeed.settings import Signal, Slope

#: Rounds of reweighting: the estimate settles in three or four.
_ROUNDS: Final = 8
#: Steps of shifting the altitude by what was found so far.
_STEPS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Heights:
    """Altitude as it can be held against the way covered.

    ``altitude_m`` f8[m] in line with the speed, NaN where the recording ends before it answered; ``climb_mps`` f8[m]
    its rise per second; ``noise_m`` its noise; ``lag_s`` by how much it trailed the position, with ``lag_se_s``;
    ``speed_mps`` f8[m] the speed, rounded off as by a low-pass filter that answers so late; ``leapt_m2`` f8[m] the
    sum of the squares of the altitude's leaps up to each second.
    """

    altitude_m: F8
    climb_mps: F8
    noise_m: float
    lag_s: float
    lag_se_s: float
    speed_mps: F8
    leapt_m2: F8


def heights(line: Timeline, speed_mps: F8, noise_m: float | None, signal: Signal, slope: Slope) -> Heights | None:
    """Return the run's altitude as it can be held against the way covered, None without any.

    Speed is differenced over ± `Signal.chord_s` and averaged over 3 s, so that running turns into standing slowly, and
    a sprint of 10 s from a stand seems a tenth shorter than it was. Held against an altitude that turns at once its
    hill would be a tenth too steep; rounded off alike, the two keep their ratio.
    """
    if line.altitude_m is None or noise_m is None:
        return None
    rounded = line.mean(line.mean(line.altitude_m, int(signal.chord_s)), 1)
    lag_s, error_s = altitude_lag(line, speed_mps, rounded, slope)
    asked = np.arange(line.m) + lag_s
    answered = (asked >= line.first) & (asked <= line.last)
    altitude = np.where(answered, line.shifted(rounded, lag_s), np.nan)
    late = line.shifted(_answered(line, speed_mps, lag_s), lag_s) if lag_s > 0 else speed_mps
    leapt = np.zeros(line.m)
    if noise_m <= slope.level_noise_m:  # of an altitude from satellites leaps are part of the noise
        leapt = line.shifted((_leaps(line, line.altitude_m, speed_mps, slope) ** 2).cumsum(), lag_s)
    return Heights(altitude, line.slope(altitude, 1), noise_m, lag_s, error_s, late, leapt)


def _leaps(line: Timeline, altitude_m: F8, speed_mps: F8, slope: Slope) -> F8:
    """Return the changes of altitude from second to second that nobody runs, m, 0 elsewhere: the watch corrected it."""
    change = np.abs(np.diff(altitude_m, prepend=altitude_m[:1]))
    most = slope.clip * line.mean(speed_mps, 2) + slope.leap_m
    with np.errstate(invalid="ignore"):
        leapt = (change > most) & (np.arange(line.m) > line.first)
    return np.where(leapt, change, 0.0)


def _answered(line: Timeline, speed_mps: F8, lag_s: float) -> F8:
    """Return the speed as a low-pass filter of the first order shows it whose mean delay is `lag_s`."""
    at, kept = np.arange(line.m), lag_s / (1.0 + lag_s)
    shown, weight, total = np.zeros(line.m), 1.0 - kept, 0.0
    for k in range(math.ceil(4.0 * lag_s) + 1):
        shown += weight * speed_mps[np.maximum(at - k, line.first)]
        total += weight
        weight *= kept
    return shown / total


def altitude_lag(line: Timeline, speed_mps: F8, altitude_m: F8, slope: Slope) -> tuple[float, float]:
    """Return by how many seconds the altitude trails the position, and the standard error.

    Who passes one place on the way up and again on the way down sees it at two altitudes, where these are late: too low
    going up, too high going down. That difference over the difference of the rates of climb is the lag. It is weighed
    against what is usual (`Slope.lag_s`), which is what a run shows that passes no place twice.
    """
    if line.east_m is None or line.north_m is None:
        return 0.0, slope.lag_sd_s  # speed and distance that a watch counts by itself are late, too
    usual = slope.lag_s, slope.lag_sd_s
    before, after = _visits(line, speed_mps, slope)
    own_s = error_s = 0.0
    # Of a short hill the rates of climb change within the lag itself: what is left is looked at again.
    for _ in range(_STEPS):
        seen = line.shifted(altitude_m, own_s)
        climb_mps = line.slope(seen, 3)
        climb, higher = climb_mps[before] - climb_mps[after], seen[after] - seen[before]
        told = np.abs(climb) > slope.lag_climb_mps  # False where one is missing
        told &= np.isfinite(higher)
        if np.count_nonzero(told) < slope.visits:
            return usual
        more_s, error_s = _quotient(higher[told], climb[told], slope)
        own_s = min(max(own_s + more_s, -slope.lag_most_s), slope.lag_most_s)
    own, prior = 1.0 / error_s**2, 1.0 / slope.lag_sd_s**2
    return (own * own_s + prior * slope.lag_s) / (own + prior), 1.0 / math.sqrt(own + prior)


def _visits(line: Timeline, speed_mps: F8, slope: Slope) -> tuple[I8, I8]:
    """Return the grid points of a place's visits and of the next ones to it."""
    none = np.zeros(0, dtype=np.int64)
    if line.east_m is None or line.north_m is None:
        return none, none
    east, north = line.mean(line.east_m, 1), line.mean(line.north_m, 1)
    good = np.flatnonzero(np.isfinite(east + north) & (speed_mps > slope.lag_moving_mps))
    column = np.floor(east[good] / slope.lag_place_m).astype(np.int64)
    row = np.floor(north[good] / slope.lag_place_m).astype(np.int64)
    order = np.lexsort((good, row, column))
    good, column, row = good[order], column[order], row[order]
    before, after = good[:-1], good[1:]
    apart = line.t_s[after] - line.t_s[before]
    again = (np.diff(column) == 0) & (np.diff(row) == 0) & (apart > slope.lag_visit_s) & (apart < slope.visit_most_s)
    return before[again], after[again]


def _quotient(higher: F8, climb: F8, slope: Slope) -> tuple[float, float]:
    """Return by how many seconds of `climb` the visits are `higher`, and its standard error.

    Pairs far off are another road, a bridge, a storm: they count by less (Cauchy's weights). Pairs of neighbouring
    seconds tell the same: only every so many are independent.
    """
    weight = np.ones(climb.shape[0])
    lag = spread = 0.0
    for _ in range(_ROUNDS):
        lag = float(np.dot(weight * climb, higher) / np.dot(weight * climb, climb))
        rest = higher - lag * climb
        spread = SD_OF_MAD * median(np.abs(rest)) + slope.lag_noise_m
        weight = 1.0 / (1.0 + (rest / spread) ** 2)
    return lag, spread * math.sqrt(slope.lag_together / float(np.dot(weight * climb, climb)))
