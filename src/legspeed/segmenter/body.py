"""What the body shows around a burst, beside its speed: the steps before it, and the heart's answer."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import quantile, quantiles
from legspeed.segmenter.timeline import I8
from legspeed.segmenter.windows import Windows
from legspeed.settings import Evidence


def easy_speed_of(running_mps: F8, steps: bool, evidence: Evidence) -> float | None:
    """Return the speed (m/s) of a run's easy running, None for less than a minute.

    The median; but a recording that holds a session and little else has two speeds, that of the work and that around
    it: its easy running is the slower one, told apart half-way between the means of both (Ridler & Calvard 1978).

    Parameters
    ----------
    running_mps : float64[k]
        The seconds run, walking and riding left out.
    steps : bool
        Whether steps were counted. Without, it may have been a ride, whose slower half is no running.
    """
    if running_mps.shape[0] < 60:
        return None
    low, middle, high = quantiles(running_mps, 0.25, 0.5, 0.75)
    if not steps or high - low <= evidence.easy_spread * middle:
        return middle
    border = float(running_mps.mean())
    for _ in range(8):
        slower = running_mps < border
        border = 0.5 * float(running_mps[slower].mean() + running_mps[~slower].mean())
    return quantile(running_mps[running_mps < border], evidence.easy_rank)


def base_cadences(cadence: F8 | None, first: I8, a: I8, evidence: Evidence) -> F8:
    """Return the cadence (steps/min) that was run with just before grid points `a`; NaN from a walk or a stand.

    Parameters
    ----------
    cadence : float64[m] or None
        In line with the speed.
    first, a : int64[n]
        Where the stretches begin; the grid points.
    """
    if cadence is None:
        return np.full(len(a), np.nan)
    begin, stop = np.maximum(first, a - int(evidence.base_cadence_s)), np.maximum(first, a - 1)
    counts, (steps,) = Windows(begin, stop).quantiles(cadence, 0.5)
    ran = (counts >= evidence.base_cadence_s / 3) & (steps > evidence.running_cadence_spm)
    return np.where(ran, steps, np.nan)


def heart_ceiling(heart: F8 | None, evidence: Evidence) -> float:
    """Return the heart rate (1/min) of a run above which it has no room left to answer; infinite without any."""
    known = heart[np.isfinite(heart)] if heart is not None else np.zeros(0)
    return evidence.heart_full * quantile(known, 0.95) if known.shape[0] else float("inf")


def heart_gains(
    heart: F8 | None, ceiling: float, stretch: tuple[I8, I8], span: tuple[I8, I8], evidence: Evidence
) -> F8:
    """Return by how many beats/min the heart rate rose with each burst; NaN where it could not tell.

    It answers 10-30 s late, so a recording stopped before that has nothing to say, nor has a heart at its limit.

    Parameters
    ----------
    heart : float64[m] or None, 1/min
    ceiling : float, 1/min
        Above this it has no room left.
    stretch, span : two int64[n] each
        First and last grid point of the stretches, and of the bursts in them.
    """
    (first, last), (a, b) = stretch, span
    if heart is None:
        return np.full(len(a), np.nan)
    _, (base,) = Windows(np.maximum(first, a - int(evidence.heart_before_s)), a + 1).quantiles(heart, 0.5)
    gain = Windows(a, np.minimum(last, b + int(evidence.heart_answer_s)) + 1).highest(heart) - base
    silent = (last - b < evidence.heart_silent * evidence.heart_answer_s) | (base > ceiling)
    return np.where(silent & (gain < evidence.heart_sure_bpm), np.nan, gain)
