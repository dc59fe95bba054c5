"""The best mean speeds of a run over a ladder of durations, and the heart rate that they cost."""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from legspeed.model import F8, Activity
from legspeed.model.figures import quantile
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Evidence

#: Durations in seconds whose best mean speed is kept, for the speed-duration curve.
BEST_DURATIONS_S = (5, 10, 20, 30, 60, 120, 180, 240, 300, 420, 480, 600, 900, 1200, 1800, 2400, 3600)


#: Windows tried between two of these durations.
_TRIED: Final = 4


def best_windows(line: Timeline, speed_mps: F8, evidence: Evidence) -> dict[int, tuple[float, int]]:
    """Return, by duration, the best mean speed in m/s and the index where it begins; never across a pause.

    The ladder's rungs are far apart beside what a race lasts: the best long one is given the length that was held.
    """
    total = np.concatenate([[0.0], np.cumsum(speed_mps)])
    best: dict[int, tuple[float, int]] = {}
    for seconds in BEST_DURATIONS_S:
        _try(seconds, line, total, best)

    def worth(seconds: int) -> float:
        return best[seconds][0] * float(seconds**evidence.held_fade) if seconds in best else 0.0

    rung = max((seconds for seconds in best if seconds >= evidence.long_best_s), key=worth, default=None)
    if rung is None:
        return best
    place = BEST_DURATIONS_S.index(rung)
    around = BEST_DURATIONS_S[max(0, place - 1) : place + 2]
    tried = [
        round(below * (above / below) ** (step / (_TRIED + 1)))
        for below, above in itertools.pairwise(around)
        for step in range(1, _TRIED + 1)
    ]
    for seconds in tried:
        _try(seconds, line, total, best)
    held = max((rung, *tried), key=worth)
    return {seconds: window for seconds, window in sorted(best.items()) if seconds == held or seconds not in tried}


def _try(seconds: int, line: Timeline, total: F8, best: dict[int, tuple[float, int]]) -> None:
    """Add the best window of so many seconds, where the line holds one; `total` are metres up to each second."""
    if line.m < seconds:
        return
    whole = np.flatnonzero(line.last[: line.m - seconds + 1] >= np.arange(seconds - 1, line.m))
    if whole.shape[0]:
        sums = total[whole + seconds] - total[whole]
        at = int(sums.argmax())
        best[seconds] = round(float(sums[at]) / seconds, 4), int(whole[at])


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
