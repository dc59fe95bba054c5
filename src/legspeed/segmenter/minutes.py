"""What each whole minute of the clock (UTC) holds: by this the same run is known again in another recording.

Clocks that differ by whole quarter hours, and recordings cut at either end, leave these minutes the same.
"""

from __future__ import annotations

import math

import numpy as np

from legspeed.model import F8, Activity
from legspeed.segmenter.timeline import Timeline


def metres_by_minute(activity: Activity, line: Timeline, speed_mps: F8) -> tuple[float, ...]:
    """Return the metres covered in each whole minute from the first record to the last."""
    first, count = _span(activity)
    minute, inside = _places(activity, line.t_s, first, count)
    metres = np.bincount(minute[inside], speed_mps[inside], minlength=count)
    return tuple(round(float(m), 1) for m in metres)


def heart_by_minute(activity: Activity) -> tuple[float | None, ...]:
    """Return the mean heart rate of the records in each whole minute, in beats/min; None where none has one.

    Empty where the recording has no heart rate at all.
    """
    beats = activity.heart_rate_bpm
    if beats is None:
        return ()
    first, count = _span(activity)
    minute, inside = _places(activity, activity.time_s, first, count)
    inside &= np.isfinite(beats)
    records = np.bincount(minute[inside], minlength=count)
    total = np.bincount(minute[inside], beats[inside], minlength=count)
    return tuple(round(float(t / n), 1) if n else None for t, n in zip(total, records, strict=True))


def _span(activity: Activity) -> tuple[int, int]:
    """Return the number of the first whole minute of a recording, and how many there are."""
    begin_s = activity.start.timestamp()
    first, end = math.ceil(begin_s / 60), math.floor((begin_s + activity.elapsed_s) / 60)
    return first, max(0, end - first)


def _places(
    activity: Activity, time_s: F8, first: int, count: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Return the minute of every moment, counted from the first, and whether it is one of the whole ones."""
    minute = np.floor((activity.start.timestamp() + time_s) / 60).astype(np.int64) - first
    return minute, (minute >= 0) & (minute < count)
