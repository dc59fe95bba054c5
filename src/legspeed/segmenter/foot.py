"""Which part of a recording was not run at all: the ride home with a forgotten watch, a bike saved as a run."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import median
from legspeed.segmenter.timeline import B1, Timeline
from legspeed.settings import RECORD_SPEEDS_MPS, Evidence


def rolling(line: Timeline, speed_mps: F8, evidence: Evidence) -> B1:
    """Return where the runner was carried, bool[m].

    Two signs: moving fast for most of a minute without a single step (where steps are counted elsewhere in the file),
    or faster over some duration than the world record for it. Without cadence the ride is all that lies between the
    steady running before and after such a stretch: in traffic most of it is no faster than a runner.

    Parameters
    ----------
    speed_mps : float64[m]
        Speed, with what nobody runs left in.
    """
    carried = np.zeros(line.m, dtype=np.bool_)
    moved = speed_mps[speed_mps > evidence.walk_mps]
    stepping = line.cadence_spm is not None and counts_steps(line.cadence_spm, evidence)
    if line.cadence_spm is not None and stepping:
        carried |= _stepless(line, speed_mps, line.cadence_spm, evidence)
    elif line.cadence_spm is not None and moved.shape[0] and median(moved) > evidence.stepless_ride_mps:
        # Not one step in the whole recording, at a pace that nobody runs on the whole: a bike.
        return np.ones(line.m, dtype=np.bool_)
    total = np.concatenate([[0.0], np.cumsum(speed_mps)])
    for seconds, record in RECORD_SPEEDS_MPS.items():
        if line.m <= seconds:
            break
        mean = (total[seconds:] - total[:-seconds]) / seconds
        inside = line.last[: line.m - seconds + 1] >= np.arange(seconds - 1, line.m)
        beyond = np.flatnonzero((mean > evidence.record_margin * record) & inside)
        if not beyond.shape[0]:
            continue
        pace = line.mean(speed_mps, min(10, seconds // 4))
        for start in beyond[:: max(1, seconds // 4)].tolist():
            # The window may begin or end with running: only its fast part is the ride.
            fast = start + np.flatnonzero(pace[start : start + seconds] > evidence.ride_part * mean[start])
            if fast.shape[0]:
                carried[fast[0] : fast[-1] + 1] = True
    return carried if stepping or not carried.any() else _whole_ride(line, speed_mps, carried, evidence)


def _stepless(line: Timeline, speed_mps: F8, cadence_spm: F8, evidence: Evidence) -> B1:
    """Return where most of a minute moves fast without a step; less than half a minute shows nothing."""
    half = int(evidence.stepless_s) // 2
    at = np.clip(np.arange(line.m), np.minimum(line.first + half, line.last), np.maximum(line.last - half, line.first))
    steps, moving = line.mean(cadence_spm, half)[at], line.mean(speed_mps, half)[at]
    # A sprint alone, its steps lost, is fast on the mean of a minute, but not for much of it.
    lasting = line.mean((speed_mps > evidence.stepless_mps).astype(np.float64), half)[at] > evidence.stepless_share
    whole = line.last - line.first >= half
    with np.errstate(invalid="ignore"):
        return np.asarray(whole & lasting & (moving > evidence.stepless_mps) & (steps < evidence.stepless_spm))


def _whole_ride(line: Timeline, speed_mps: F8, carried: B1, evidence: Evidence) -> B1:
    """Return the ride from the last steady running before it to the first one after it."""
    moved = speed_mps[(speed_mps > evidence.walk_mps) & ~carried]
    usual = median(moved) if moved.shape[0] else 0.0
    like = (speed_mps > evidence.walk_mps) & (speed_mps < evidence.steady_most * usual)
    steady = line.mean(like.astype(np.float64), int(evidence.steady_s) // 2) > evidence.steady_share
    if not steady.any():
        return np.ones(line.m, dtype=np.bool_)
    episode = np.cumsum(np.diff(steady, prepend=steady[0]))
    return np.asarray(carried | (~steady & np.isin(episode, np.unique(episode[carried]))))


def counts_steps(cadence_spm: F8, evidence: Evidence) -> bool:
    """Tell whether the sensor counts at all: one that never saw a running step is as good as none."""
    known = cadence_spm[np.isfinite(cadence_spm)]
    return bool((known > evidence.running_cadence_spm).any())
