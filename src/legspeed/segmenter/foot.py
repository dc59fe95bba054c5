"""Which part of a recording was not run at all: the ride home with a forgotten watch, a bike saved as a run."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.timeline import B1, Timeline
from legspeed.settings import RECORD_SPEEDS_MPS, Evidence


def rolling(line: Timeline, speed_mps: F8, evidence: Evidence) -> B1:
    """Return where the runner was carried, bool[m].

    Two signs: moving fast for most of a minute without a single step (where steps are counted elsewhere in the file),
    or faster over some duration than the world record for it, with what lies around.
    """
    carried = np.zeros(line.m, dtype=np.bool_)
    moved = speed_mps[speed_mps > evidence.walk_mps]
    if line.cadence_spm is not None and counts_steps(line.cadence_spm, evidence):
        half = int(evidence.stepless_s) // 2
        steps = line.mean(line.cadence_spm, half)
        moving = line.mean(speed_mps, half)
        with np.errstate(invalid="ignore"):
            carried |= (moving > evidence.stepless_mps) & (steps < evidence.stepless_spm)
    elif line.cadence_spm is not None and moved.shape[0] and float(np.median(moved)) > evidence.stepless_ride_mps:
        # Not one step in the whole recording, at a pace that nobody runs on the whole: a bike.
        return np.ones(line.m, dtype=np.bool_)
    total = np.concatenate([[0.0], np.cumsum(speed_mps)])
    reach_s = evidence.carried_reach_s if line.cadence_spm is None else 0.0
    pace = line.mean(speed_mps, 10)
    for seconds, record in RECORD_SPEEDS_MPS.items():
        if line.m <= seconds:
            break
        mean = (total[seconds:] - total[:-seconds]) / seconds
        inside = line.last[: line.m - seconds + 1] >= np.arange(seconds - 1, line.m)
        beyond = np.flatnonzero((mean > evidence.record_margin * record) & inside)
        for start in beyond[:: max(1, seconds // 4)].tolist():
            # The window may begin or end with running: only its fast part is the ride, and what lies close to it by
            # the clock, unless steps were counted there.
            fast = start + np.flatnonzero(pace[start : start + seconds] > evidence.ride_part * mean[start])
            first, last = line.t_s[fast[0]], line.t_s[fast[-1]]
            around = np.searchsorted(line.t_s, (first - reach_s, last + reach_s))
            carried[around[0] : around[1]] = True
    return carried


def counts_steps(cadence_spm: F8, evidence: Evidence) -> bool:
    """Tell whether the sensor counts at all: one that never saw a running step is as good as none."""
    known = cadence_spm[np.isfinite(cadence_spm)]
    return bool((known > evidence.running_cadence_spm).any())
