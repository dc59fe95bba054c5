"""The best mean speeds of a run over a ladder of durations, and the heart rate that they cost."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8, Activity
from legspeed.model.figures import quantile
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Evidence

#: Durations in seconds whose best mean speed is kept, for the speed-duration curve.
BEST_DURATIONS_S = (5, 10, 20, 30, 60, 120, 180, 240, 300, 420, 480, 600, 900, 1200, 1800, 2400, 3600)


def best_windows(line: Timeline, speed_mps: F8) -> dict[int, tuple[float, int]]:
    """Return, by duration, the best mean speed in m/s and the index where it begins; never across a pause."""
    total = np.concatenate([[0.0], np.cumsum(speed_mps)])
    best: dict[int, tuple[float, int]] = {}
    for seconds in BEST_DURATIONS_S:
        if line.m < seconds:
            break
        whole = np.flatnonzero(line.last[: line.m - seconds + 1] >= np.arange(seconds - 1, line.m))
        if whole.shape[0]:
            sums = total[whole + seconds] - total[whole]
            at = int(sums.argmax())
            best[seconds] = round(float(sums[at]) / seconds, 4), int(whole[at])
    return best


def with_rests(
    line: Timeline, speed_mps: F8, windows: dict[int, tuple[float, int]], evidence: Evidence
) -> tuple[int, ...]:
    """Return the durations (s) of the long bests in which recoveries lie: these were not held, but added up.

    Parameters
    ----------
    speed_mps : float64[m]
        That of which `windows` are the bests (:func:`best_windows`).
    """
    smooth = line.mean(speed_mps, int(evidence.rest_mean_s) // 2)
    return tuple(
        seconds
        for seconds, (mean, begin) in windows.items()
        if seconds >= evidence.long_best_s
        and quantile(smooth[begin : begin + seconds], evidence.rest_part) < evidence.rest_share * mean
    )


def heart_of_bests(
    activity: Activity,
    line: Timeline,
    cadence_spm: F8 | None,
    windows: dict[int, tuple[float, int]],
    evidence: Evidence,
) -> tuple[dict[int, float], float | None]:
    """Return the heart rate of the long bests, and the highest that was held in this run.

    Parameters
    ----------
    cadence_spm : float64[m] or None
        In line with the speed. An optical sensor that has locked on to the steps shows them instead of the heart, and
        is not believed.
    windows : dict
        Of :func:`best_windows`.

    Returns
    -------
    dict
        Mean heart rate in beats/min over the last third of each best of `Evidence.long_best_s` and more: the first
        minutes lag behind. Empty where none was recorded.
    float or None
        The best mean over `Evidence.heart_window_s`.
    """
    if activity.heart_rate_bpm is None:
        return {}, None
    known = np.isfinite(activity.heart_rate_bpm)
    if float(known.mean()) < evidence.coverage or line.m < 2 * evidence.heart_window_s:
        return {}, None
    beats = np.interp(line.t_s, activity.time_s[known], activity.heart_rate_bpm[known])
    locked = np.zeros(line.m, dtype=np.bool_)
    if cadence_spm is not None:
        with np.errstate(invalid="ignore"):
            locked = np.abs(beats - cadence_spm) <= evidence.heart_lock_spm
    costs: dict[int, float] = {}
    for seconds, (_, begin) in windows.items():
        if seconds < evidence.long_best_s:
            continue
        end = slice(begin + seconds - seconds // 3, begin + seconds)
        if float(locked[end].mean()) <= evidence.heart_lock_share:
            costs[seconds] = round(float(beats[end].mean()), 1)
    half = int(evidence.heart_window_s) // 2
    held = line.mean(beats, half)[line.mean(locked.astype(np.float64), half) <= 1.0 - evidence.heart_lock_share]
    return costs, round(float(held.max()), 1) if held.shape[0] else None
