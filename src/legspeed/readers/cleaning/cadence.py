"""Cadence in steps of both feet per minute: files count one leg or both, and do not always do as their format says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from legspeed.model import F8, Problem
from legspeed.model.figures import median
from legspeed.readers.cleaning.positions import METRES_PER_DEGREE
from legspeed.settings import Cleaning

_SPEED_SPAN_S = 4.0  # positions and distances are differenced over this: 1 s is noise


def steps_per_minute(
    cadence: F8, time_s: F8, columns: Mapping[str, F8], unit: str, sport: str, cleaning: Cleaning
) -> tuple[F8 | None, bool | None, Problem | None]:
    """Decide once for the whole file what its cadence counts, and return it in steps per minute.

    The median while running (faster than ``cleaning.cadence_moving_mps``) tells: runners take 120 to 220 steps per
    minute, 60 to 110 per leg. What could be a sprinter's leg or a brisk walker's two feet is what the format says, and
    where that says nothing, what the speed says. Without running, a walker's median tells (90 to 130 steps); without
    any speed, the format's own meaning decides what could be both.

    Parameters
    ----------
    cadence : f8[n], 1/min
        As written; NaN where missing.
    time_s : f8[n], s
        Strictly increasing.
    columns : mapping of str to f8[n]
        The cleaned columns; speed, distance or positions are used.
    unit : str
        What the format says: ``leg``, ``both`` or ``unknown``.
    sport : str
        The sport, in FIT's words.
    cleaning : Cleaning
        Thresholds.

    Returns
    -------
    cadence_spm : f8[n] or None, steps/min
        None where the unit cannot be told.
    per_leg : bool or None
        Whether one leg was counted.
    problem : Problem or None
        ``cadence-unit`` where the file is not as its format says, or nothing can be told.
    """
    stepping = cadence > 0
    speed = moving_speed(time_s, columns)
    decided: bool | None
    samples = np.count_nonzero(stepping)
    if samples < cleaning.cadence_samples:
        middle = median(cadence[stepping]) if stepping.any() else 0.0
        decided = {"leg": True, "both": False}.get(unit, False if not middle else None)
    else:
        running = None if speed is None else stepping & (speed > cleaning.cadence_moving_mps)
        if running is not None and np.count_nonzero(running) >= cleaning.cadence_samples:
            middle = median(cadence[running])
            decided = _of_runners(middle, cleaning, unit, lambda: 0.0 if speed is None else median(speed[running]))
        else:
            middle = median(cadence[stepping])
            decided = _of_walkers(middle, cleaning, unit, walks=speed is not None or sport in {"walking", "hiking"})
    if decided is None:
        what = f"'s median of {middle:.0f} is neither one leg's nor both feet's"
        if samples < cleaning.cadence_samples:
            what = f" has too few samples to tell one leg's from both feet's ({samples})"
        message = f"the cadence{what}; the cadence was left out"
        return None, None, Problem("cadence-unit", message)
    problem = None
    if unit != "unknown" and decided != (unit == "leg"):
        counts, usual = ("one leg", "both feet") if decided else ("both feet", "one leg")
        message = f"the cadence counts {counts} (median {middle:.0f}), though it is said to count {usual}"
        problem = Problem("cadence-unit", message)
    return (cadence * 2.0 if decided else cadence), decided, problem


def _of_runners(median: float, cleaning: Cleaning, unit: str, pace_mps: Callable[[], float]) -> bool | None:
    """Tell whether a median while running is one leg's; None if it is no cadence. The pace is rarely asked for."""
    if cleaning.leg_cadence_low <= median <= cleaning.leg_cadence_sure:
        return True
    if cleaning.leg_cadence_sure < median <= cleaning.leg_cadence_high:
        return unit == "leg" if unit != "unknown" else pace_mps() > cleaning.walk_speed_max_mps
    return False if cleaning.leg_cadence_high < median <= cleaning.step_cadence_high else None


def _of_walkers(median: float, cleaning: Cleaning, unit: str, *, walks: bool) -> bool | None:
    """Tell whether a median without running is one leg's; `walks` if it is known that nobody ran."""
    if median > cleaning.step_cadence_high:
        return None
    if median <= cleaning.walk_leg_cadence_high:
        return True
    if walks or median > cleaning.leg_cadence_high:
        return False
    return unit != "both"  # one leg of a runner, or both feet of a walker


def moving_speed(time_s: F8, columns: Mapping[str, F8]) -> F8 | None:
    """Return a rough speed in m/s at each record: recorded, else from distance, else from positions; else None.

    A column that never rises above 0 was written without anything that measures, and says nothing.
    """
    written = columns.get("speed_mps")
    if written is not None and np.count_nonzero(written > 0):
        return written
    return _from_the_way(time_s, columns)


def _from_the_way(time_s: F8, columns: Mapping[str, F8]) -> F8 | None:
    """Return the speed from the distance counted, else from positions; None where there is neither."""
    n = len(time_s)
    if n < 3:
        return None
    step = max(1, min(n - 1, round(_SPEED_SPAN_S / median(time_s[1:] - time_s[:-1]))))
    speed = np.full(n, np.nan)
    distance = columns.get("distance_m")
    if distance is not None and np.count_nonzero(distance > 0):
        metres = distance[step:] - distance[:-step]
    elif "latitude_deg" in columns and "longitude_deg" in columns:
        latitude, longitude = columns["latitude_deg"], columns["longitude_deg"]
        north, east = latitude[step:] - latitude[:-step], longitude[step:] - longitude[:-step]
        metres = np.hypot(north, east * np.cos(np.radians(latitude[step:]))) * METRES_PER_DEGREE
    else:
        return None
    speed[step:] = metres / (time_s[step:] - time_s[:-step])
    return speed
