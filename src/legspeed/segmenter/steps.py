"""Steps that a file tells as a mean over many seconds: how many, and what a short effort shows of its own cadence.

Most sensors answer within a few seconds. Some exporters write the mean of the last 20 s; 8 s of sprint are then two
fifths of what is written, and look like no sprint at all.
"""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import median
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Evidence

#: The quickest starts and stops of a recording that are looked at.
_LOOKED_AT = 3


def smoothing_s(line: Timeline, evidence: Evidence) -> float:
    """Return over how many seconds the cadence is a mean, 0 where it answers quickly or nothing shows it.

    Nobody takes more than a second or two from standing to running steps. A mean over W seconds takes W, and rises by
    the same amount in each: so it is told from somebody who walked before he ran.
    """
    cadence = line.cadence_spm
    if cadence is None or line.interval_s > evidence.short_interval_s:
        return 0.0
    known = np.isfinite(cadence)
    running = cadence[known & (np.where(known, cadence, 0.0) > evidence.running_cadence_spm)]
    if not running.shape[0]:
        return 0.0
    usual = median(running)
    standing_spm, running_spm = evidence.steps_stands * usual, evidence.steps_runs * usual
    stands, runs = known & (cadence < standing_spm), known & (cadence > running_spm)
    either = np.flatnonzero(stands | runs)
    a, b = either[:-1], either[1:]
    silent = np.concatenate([[0], np.cumsum(~known)])
    turns = (stands[a] != stands[b]) & (line.first[a] == line.first[b]) & (silent[a] == silent[b])
    a, b = a[turns], b[turns]
    found = []
    for k in np.argsort(b - a, kind="stable")[:_LOOKED_AT]:
        rise = cadence[a[k] : b[k] + 1] if stands[a[k]] else cadence[a[k] : b[k] + 1][::-1]
        rise = rise[int(np.argmax(rise > standing_spm)) :]
        if rise.shape[0] < 2 or rise[0] > evidence.steps_seen * usual:
            return 0.0
        mean = float(rise[-1] - rise[0]) / (rise.shape[0] - 1)
        if mean <= 0 or float(np.abs(np.diff(rise)).max()) > evidence.steps_even * mean:
            return 0.0
        found.append(usual / mean)
    quickest = min(found, default=0.0)
    return quickest if quickest >= evidence.steps_smoothed_s else 0.0


def own_answer(
    answer_spm: float, cadence: F8, span: tuple[int, int], seconds: float, smoothed_s: float, evidence: Evidence
) -> float:
    """Return the cadence (steps/min) of an effort that is shorter than what its cadence is a mean over.

    Of a mean over W seconds T are the effort's: it has risen by T / W of what the steps have.

    Parameters
    ----------
    answer_spm : float
        The highest of the smoothed cadence.
    cadence : float64[m]
        In line with the speed.
    span : (int, int)
        The grid points where the stretch and the effort begin.
    seconds, smoothed_s : float
        T and W.
    evidence : Evidence
        No rise is made larger than `Evidence.steps_most` times.
    """
    first, start = span
    before = cadence[max(first, start - int(smoothed_s)) : max(first, start - int(0.5 * smoothed_s)) + 1]
    before = before[np.isfinite(before)]
    if smoothed_s <= seconds or not before.shape[0]:
        return answer_spm
    base = median(before)
    return base + max(0.0, answer_spm - base) * min(smoothed_s / max(seconds, 1.0), evidence.steps_most)
