"""A distance counted in steps: it shows only a part of every change of speed, and always the same part.

Bands and phones multiply steps by a stride that they take for constant. Who runs faster takes longer strides, so half
of what a stride is faster is missing in such a distance; beside positions it would refuse whatever is fast.
"""

from __future__ import annotations

import math

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import median
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Signal


def with_whole_changes(line: Timeline, distance_mps: F8, position_mps: F8, signal: Signal) -> F8:
    """Return the speed by distance as fast, and its changes as large, as the positions', where it shows a fixed part.

    Both are compared while moving, about their medians. Where they go up and down together throughout the run
    (``signal.steps_correlation``), but the distance by far less (``signal.steps_share``), it is the steps. A jump of
    the position has no counterpart in the distance: the two do not go together, and nothing is changed.

    Parameters
    ----------
    line : Timeline
        The grid.
    distance_mps, position_mps : f8[m], m/s
        In line with one another.
    signal : Signal
        Thresholds.
    """
    half = int(signal.steps_mean_s) // 2
    ours, theirs = line.mean(distance_mps, half), line.mean(position_mps, half)
    moving = (ours > signal.moving_mps) & (theirs > signal.moving_mps)
    if np.count_nonzero(moving) < signal.steps_least_s:
        return distance_mps
    usual, usually = median(ours[moving]), median(theirs[moving])
    x, y = ours[moving] - usual, theirs[moving] - usually
    least, most = float(np.dot(x, x)), float(np.dot(y, y))
    together = float(np.dot(x, y)) > signal.steps_correlation * math.sqrt(least * most)
    if not together or least >= signal.steps_share**2 * most:
        return distance_mps
    whole = usually + (distance_mps - usual) * math.sqrt(most / least)
    return np.maximum(whole, np.minimum(distance_mps, signal.moving_mps))
