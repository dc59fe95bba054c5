"""What files call a sport, in FIT's words."""

from __future__ import annotations

import functools
import re
from typing import Final

#: Sports done on foot: a runner's limits of speed and the two feet of cadence hold for them.
ON_FOOT: Final = frozenset({"running", "walking", "hiking"})

#: Words of GPX and TCX files, and Strava's numbers, for FIT's sport and sub-sport.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "": ("unknown", "generic"),
    "unknown": ("unknown", "generic"),
    "other": ("unknown", "generic"),  # TCX: neither running nor biking
    "run": ("running", "generic"),
    "jog": ("running", "generic"),
    "jogging": ("running", "generic"),
    "9": ("running", "generic"),
    "laufen": ("running", "generic"),
    "course_a_pied": ("running", "generic"),
    "hardlopen": ("running", "generic"),
    "correr": ("running", "generic"),
    "corsa": ("running", "generic"),
    "street_running": ("running", "street"),
    "road_running": ("running", "street"),
    "trail_running": ("running", "trail"),
    "trail_run": ("running", "trail"),
    "trailrun": ("running", "trail"),
    "trail": ("running", "trail"),
    "track_running": ("running", "track"),
    "track_run": ("running", "track"),
    "treadmill": ("running", "treadmill"),
    "treadmill_running": ("running", "treadmill"),
    "treadmill_run": ("running", "treadmill"),
    "indoor_running": ("running", "indoor_running"),
    "indoor_run": ("running", "indoor_running"),
    "virtual_run": ("running", "virtual_activity"),
    "virtualrun": ("running", "virtual_activity"),
    "ultra_run": ("running", "ultra"),
    "obstacle_run": ("running", "obstacle"),
    "race": ("running", "generic"),
    "walk": ("walking", "generic"),
    "10": ("walking", "generic"),
    "casual_walking": ("walking", "casual_walking"),
    "speed_walking": ("walking", "speed_walking"),
    "gehen": ("walking", "generic"),
    "spaziergang": ("walking", "generic"),
    "hike": ("hiking", "generic"),
    "4": ("hiking", "generic"),
    "wandern": ("hiking", "generic"),
    "bike": ("cycling", "generic"),
    "biking": ("cycling", "generic"),
    "ride": ("cycling", "generic"),
    "1": ("cycling", "generic"),
    "bicycle": ("cycling", "generic"),
    "radfahren": ("cycling", "generic"),
    "road_biking": ("cycling", "road"),
    "road_cycling": ("cycling", "road"),
    "mountain_biking": ("cycling", "mountain"),
    "gravel_cycling": ("cycling", "gravel_cycling"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "virtual_ride": ("cycling", "virtual_activity"),
    "virtualride": ("cycling", "virtual_activity"),
    "e_bike": ("e_biking", "generic"),
    "ebikeride": ("e_biking", "generic"),
    "swim": ("swimming", "generic"),
    "16": ("swimming", "generic"),
    "lap_swimming": ("swimming", "lap_swimming"),
    "open_water_swimming": ("swimming", "open_water"),
}

_LONGEST: Final = 40  # characters of a sport's name; longer ones are notes


@functools.lru_cache(maxsize=256)  # the words of a season are few
def sport_of(word: str, sub_word: str = "") -> tuple[str, str]:
    """Return sport and sub-sport as FIT spells them.

    A word that is not known stays as it is, in lower case with ``_`` for blanks, so that it can be shown; FIT's own
    words are unchanged. Where the word itself says nothing of the sub-sport, `sub_word` is kept.
    """
    plain = plain_word(word)
    own = plain_word(sub_word) or "generic"
    sport, sub_sport = _WORDS.get(plain, (plain, "generic"))
    return sport, sub_sport if own == "generic" else own


def plain_word(word: str) -> str:
    """Return a word in lower case, of printable characters only, with ``_`` between its parts."""
    kept = "".join(character if character.isprintable() else " " for character in word[: 4 * _LONGEST])
    return re.sub(r"[\s/-]+", "_", kept.strip().lower())[:_LONGEST].strip("_").replace("à", "a")
