"""How fast running is commonly told from the rest: two threshold rules, for comparison.

Both take the speed as it stands in the file (where there is none, distance or position over time), the moments when it
crosses the threshold, and a least dwell time. Neither knows about lag, cadence or grade.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.accuracy_scoring import Span
from legspeed import Activity
from legspeed.model import F8

_EARTH_RADIUS_M: Final = 6_371_000.0
_MOVING_MPS: Final = 1.5
#: Records further apart are not one stretch.
_APART_S: Final = 10.0


def above_five_k(activity: Activity, five_k_mps: float) -> list[Span]:
    """Return the stretches of 4 s and more above 1.05 × the 5 km speed."""
    return dwells(activity, 1.05 * five_k_mps, 4.0)


def above_easy(activity: Activity) -> list[Span]:
    """Return the stretches of 8 s and more above 1.15 × the run's own easy speed, the median while moving."""
    speed = file_speed(activity)
    moving = speed[speed > _MOVING_MPS]
    return dwells(activity, 1.15 * float(np.median(moving)), 8.0) if moving.size else []


def dwells(activity: Activity, least_mps: float, dwell_s: float) -> list[Span]:
    """Return the stretches of at least `dwell_s` seconds whose every record is at `least_mps` or faster."""
    time, fast = activity.time_s, file_speed(activity) >= least_mps
    joined = fast[1:] & fast[:-1] & (np.diff(time) <= _APART_S)
    border = np.flatnonzero(np.diff(np.concatenate([[0], joined.astype(np.int8), [0]])))
    spans = [(float(time[a]), float(time[b])) for a, b in zip(border[::2], border[1::2], strict=True)]
    return [(a, b) for a, b in spans if b - a >= dwell_s]


def file_speed(activity: Activity) -> F8:
    """Return the speed that the file states, else that of its distance, else that of its positions; 0 for none, m/s."""
    if activity.speed_mps is not None:
        return np.nan_to_num(activity.speed_mps, nan=0.0)
    if activity.distance_m is not None:
        return _per_second(activity, np.diff(activity.distance_m, prepend=np.nan))
    latitude, longitude = activity.latitude_deg, activity.longitude_deg
    if latitude is None or longitude is None:
        return np.zeros(activity.n)
    north = np.radians(np.diff(latitude, prepend=np.nan)) * _EARTH_RADIUS_M
    east = np.radians(np.diff(longitude, prepend=np.nan)) * np.cos(np.radians(latitude)) * _EARTH_RADIUS_M
    return _per_second(activity, np.hypot(north, east))


def _per_second(activity: Activity, way_m: F8) -> F8:
    return np.asarray(np.nan_to_num(way_m / np.diff(activity.time_s, prepend=np.nan), nan=0.0))
