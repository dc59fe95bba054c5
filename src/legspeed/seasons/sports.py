"""Is it a run? By what the file says, and where it says nothing, by its speeds."""

from __future__ import annotations

from legspeed.model import F8, Activity
from legspeed.model.channels import EARTH_RADIUS_M
from legspeed.readers.cleaning.sports import is_unknown_word, names_another_sport, names_running, sport_of
from legspeed.settings import Cleaning

_STANDING_MPS = 0.5


def why_not_a_run(activity: Activity, cleaning: Cleaning) -> str | None:
    """Return why an activity is no run, in words for the user; None where it is one.

    A file that names its sport is believed (a car ride filed under running is the segmenter's to refuse). One that
    names none, or calls it by a word that is in no list, is a run when the median of its moving speeds is a runner's.
    """
    sport, _ = sport_of(activity.sport)
    if sport == "running":
        return None
    if names_another_sport(sport):
        return sport.replace("_", " ")
    if names_running(activity.sub_sport):
        return None
    sub_sport, _ = sport_of(activity.sub_sport)
    if names_another_sport(sub_sport):
        return sub_sport.replace("_", " ")
    unnamed = f"{sport.replace('_', ' ')!r} is no sport we know" if is_unknown_word(sport) else "names no sport"
    median = moving_median_mps(activity)
    if median is None and (activity.strength_sets or "strength" in activity.sub_sport.lower()):
        return "strength training"
    if median is None:
        return f"{unnamed}, and has no speed to tell one by"
    if median < cleaning.foot_median_low_mps:
        return f"{unnamed}, and at {median:.1f} m/s is a walk"
    if median > cleaning.foot_median_high_mps:
        return f"{unnamed}, and at {median:.1f} m/s is no foot's speed"
    return None


def shows_its_sport(activity: Activity, cleaning: Cleaning) -> bool:
    """Tell whether a file says what was done, by a word or by enough of it for a speed; a scrap of a run does not."""
    if not names_no_sport(activity.sport, activity.sub_sport) or activity.strength_sets:
        return True
    return activity.elapsed_s >= cleaning.sport_least_s and moving_median_mps(activity) is not None


def names_no_sport(sport: str, sub_sport: str) -> bool:
    """Tell whether a file leaves open what its activity is, be it in a word that is in no list."""
    named = sport_of(sport)[0]
    return named != "running" and not names_another_sport(named) and not names_running(sub_sport)


def moving_median_mps(activity: Activity) -> float | None:
    """Return the median speed in m/s over the moving time, None where the file has no speed of any kind."""
    import numpy as np

    if activity.n < 2:
        return None
    step_s = np.diff(activity.time_s)
    for speed in (_recorded(activity), _from_distance(activity, step_s), _from_positions(activity, step_s)):
        if speed is None:
            continue
        moving = np.isfinite(speed) & (speed > _STANDING_MPS)
        if moving.any():
            order = np.argsort(speed[moving])
            weight = np.cumsum(step_s[moving][order])
            return float(speed[moving][order][np.searchsorted(weight, weight[-1] / 2)])
    return None


def _recorded(activity: Activity) -> F8 | None:
    """Return the recorded speed at the end of each interval."""
    return None if activity.speed_mps is None else activity.speed_mps[1:]


def _from_distance(activity: Activity, step_s: F8) -> F8 | None:
    """Return the speed over each interval, from the distance counted."""
    import numpy as np

    return None if activity.distance_m is None else np.diff(activity.distance_m) / step_s


def _from_positions(activity: Activity, step_s: F8) -> F8 | None:
    """Return the speed over each interval, from the positions (haversine)."""
    import numpy as np

    if activity.latitude_deg is None or activity.longitude_deg is None:
        return None
    latitude, longitude = np.radians(activity.latitude_deg), np.radians(activity.longitude_deg)
    half = (
        np.sin(np.diff(latitude) / 2) ** 2
        + np.cos(latitude[1:]) * np.cos(latitude[:-1]) * np.sin(np.diff(longitude) / 2) ** 2
    )
    metres: F8 = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return metres / step_s
