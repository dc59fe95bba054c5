"""Distance and speed that do not mean metres since the start and metres per second, as the rest of the file shows.

Some apps count the distance of each lap, or each record, for itself, small counters overflow, and the run of a
triathlon is counted on from the ride; GPX and TCX say in which unit a speed is, and some apps write what they show on
the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from legspeed.model import CHANNELS, F8, Problem
from legspeed.model.figures import median
from legspeed.readers.cleaning.cadence import moving_speed
from legspeed.readers.cleaning.positions import METRES_PER_DEGREE
from legspeed.settings import Cleaning

#: Units that people are shown: how many of them one metre per second, or one metre, is.
_SPEEDS: Final[Mapping[str, float]] = {"km/h": 3.6, "mph": 1 / 0.44704}
_DISTANCES: Final[Mapping[str, float]] = {"km": 1 / 1000.0, "miles": 1 / 1609.344}
_LOW_M, _HIGH_M = next((c.low, c.high) for c in CHANNELS if c.name == "distance_m")


def as_meant(
    time_s: F8, columns: Mapping[str, F8], cleaning: Cleaning, *, typed: bool, later: bool
) -> tuple[Mapping[str, F8], list[Problem]]:
    """Return the columns with distance in metres since the start and speed in m/s.

    Parameters
    ----------
    time_s : f8[n], s
        Strictly increasing.
    columns : mapping of str to f8[n]
        As written; they are not changed.
    cleaning : Cleaning
        Thresholds.
    typed : bool
        Whether the format itself fixes the units, as FIT does.
    later : bool
        Whether these records are a later leg of a recording: its distance counts on from the legs before.

    Returns
    -------
    columns : mapping of str to f8[n]
        The same where nothing was to be done.
    problems : list of Problem
        ``distance-count``, ``way-unit``.
    """
    problems: list[Problem] = []
    if not typed:
        columns = _added_up(time_s, columns, cleaning, problems)
        columns = _in_metres("distance_m", _DISTANCES, time_s, columns, cleaning, problems)
        columns = _in_metres("speed_mps", _SPEEDS, time_s, columns, cleaning, problems)
    distance = columns.get("distance_m")
    if distance is not None:
        counted, problem = _since_the_start(time_s, distance, cleaning, later=later)
        if counted is not distance:
            columns = {**columns, "distance_m": counted}
        problems += [] if problem is None else [problem]
    return columns, problems


def _added_up(time_s: F8, columns: Mapping[str, F8], cleaning: Cleaning, problems: list[Problem]) -> Mapping[str, F8]:
    """Return the columns with the distance since the start where it was written from record to record.

    Such a distance falls about as often as it rises, and its sum is the way.
    """
    distance = columns.get("distance_m")
    if distance is None:
        return columns
    rows = np.flatnonzero((distance >= _LOW_M) & (distance <= _HIGH_M))
    metres = distance[rows]
    falls, rises = np.count_nonzero(metres[1:] < metres[:-1]), np.count_nonzero(metres[1:] > metres[:-1])
    if len(rows) < cleaning.way_unit_samples or falls < cleaning.way_falls * rises:
        return columns
    way_m = _length(time_s[rows], {name: column[rows] for name, column in columns.items()})
    if not abs(float(metres[1:].sum()) - way_m) < cleaning.way_unit_tolerance * way_m:
        return columns
    added = distance.copy()
    added[rows] = np.cumsum(metres) - metres[0]
    message = "the distance is that from record to record, as its sum shows: it was added up"
    problems.append(Problem("distance-count", message))
    return {**columns, "distance_m": added}


def _length(time_s: F8, columns: Mapping[str, F8]) -> float:
    """Return the length of the way by positions, else by speed, in metres; NaN where there is neither."""
    if "latitude_deg" in columns and "longitude_deg" in columns:
        latitude, longitude = columns["latitude_deg"], columns["longitude_deg"]
        north, east = np.diff(latitude), np.diff(longitude) * np.cos(np.radians(latitude[1:]))
        return float(np.nansum(np.hypot(north, east))) * METRES_PER_DEGREE
    if "speed_mps" in columns:
        return float(np.nansum(columns["speed_mps"][1:] * np.diff(time_s)))
    return float("nan")


def _in_metres(
    name: str,
    units: Mapping[str, float],
    time_s: F8,
    columns: Mapping[str, F8],
    cleaning: Cleaning,
    problems: list[Problem],
) -> Mapping[str, F8]:
    """Return the columns with one of them in metres, or metres per second, if the others show that it is in `units`."""
    if name not in columns:
        return columns
    others = {other: column for other, column in columns.items() if other != name}
    if name == "distance_m" and "latitude_deg" in columns:
        others.pop("speed_mps", None)  # whose own unit is not known; positions have but one
    own, way = moving_speed(time_s, {name: columns[name]}), moving_speed(time_s, others)
    if own is None or way is None:
        return columns
    moving = (way > cleaning.cadence_moving_mps) & (own > 0)
    if np.count_nonzero(moving) < cleaning.way_unit_samples:
        return columns
    ratio = median(own[moving] / way[moving])
    for unit, size in units.items():
        if abs(ratio / size - 1) < cleaning.way_unit_tolerance:
            what = name.partition("_")[0]
            problems.append(
                Problem("way-unit", f"the {what} is in {unit}, as the rest of the file shows; it was converted")
            )
            return {**columns, name: columns[name] / size}
    return columns


def _since_the_start(time_s: F8, distance: F8, cleaning: Cleaning, *, later: bool) -> tuple[F8, Problem | None]:
    """Return the distance since the first record, and what had to be done for it."""
    counted, said = distance, []
    restarts = 0
    if not (distance[1:] >= distance[:-1]).all():  # a fall, or a hole that may hide one
        counted, restarts = _carried_on(time_s, distance, cleaning)
        if restarts:
            said.append(f"begins again {'once' if restarts == 1 else f'{restarts} times'}: it was carried on")
    nearby_m = cleaning.position_speed_max_mps * cleaning.gap_s + cleaning.position_slack_m
    if later or not _LOW_M <= counted[0] <= nearby_m:
        known = counted[(counted >= _LOW_M) & (counted <= _HIGH_M)]
        if len(known) and (later or known[0] > nearby_m):
            counted = counted - known[0]
            if not later:
                said.append(f"begins at {known[0]:,.0f} m: it was counted from there")
    message = f"the distance {' and '.join(said)}"
    return counted, Problem("distance-count", message, max(restarts, 1)) if said else None


def _carried_on(time_s: F8, distance: F8, cleaning: Cleaning) -> tuple[F8, int]:
    """Return a distance that goes on where it began again, and how often it did.

    It begins again where it falls to what may have been covered since, and goes on from there. A file in which it also
    falls or leaps in another way has another fault, and is left as it is.
    """
    rows = np.flatnonzero((distance >= _LOW_M) & (distance <= _HIGH_M))
    metres, step_s = distance[rows], np.diff(time_s[rows])
    steps = np.diff(metres)
    slack_m, fastest_mps = cleaning.position_slack_m, cleaning.position_speed_max_mps
    falls = steps < -slack_m
    begins = falls & (metres[1:] <= fastest_mps * np.minimum(step_s, cleaning.gap_s) + slack_m)
    begins[-1:] = False  # nothing shows that it goes on
    odd = (falls & ~begins) | (steps > fastest_mps * step_s + slack_m)
    count = int(np.count_nonzero(begins))
    if not count or np.count_nonzero(odd):
        return distance, 0
    carried = distance.copy()
    carried[rows[1:]] += np.cumsum(np.where(begins, metres[:-1], 0.0))
    return carried, count
