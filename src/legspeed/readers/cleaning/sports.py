"""What files call a sport, in FIT's words: apps write it in their user's language (OpenTracks, old Strava, by hand).

Known are running and what is often recorded beside it, in the languages that watches and their apps speak. A word that
is not known says nothing of the sport: it is shown, and the data decide.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

from legspeed.model import Problem
from legspeed.readers.cleaning.sport_words import FIT_OTHERS, OTHERS, RUN, RUNNING

#: Sports done on foot: a runner's limits of speed and the two feet of cadence hold for them.
ON_FOOT: Final = frozenset({"running", "walking", "hiking"})

#: FIT's sport and sub-sport for words of GPX and TCX files that say more than a sport, and for those that no stem below
#: knows, such as Strava's numbers.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "": ("unknown", "generic"),
    "other": ("unknown", "generic"),  # TCX: neither running nor biking
    "9": ("running", "generic"),
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
    "10": ("walking", "generic"),
    "casual_walking": ("walking", "casual_walking"),
    "speed_walking": ("walking", "speed_walking"),
    "4": ("hiking", "generic"),
    "1": ("cycling", "generic"),
    "bicycle": ("cycling", "generic"),
    "road_biking": ("cycling", "road"),
    "road_cycling": ("cycling", "road"),
    "mountain_biking": ("cycling", "mountain"),
    "gravel_cycling": ("cycling", "gravel_cycling"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "virtual_ride": ("cycling", "virtual_activity"),
    "virtualride": ("cycling", "virtual_activity"),
    "e_bike": ("e_biking", "generic"),
    "ebikeride": ("e_biking", "generic"),
    "16": ("swimming", "generic"),
    "lap_swimming": ("swimming", "lap_swimming"),
    "open_water_swimming": ("swimming", "open_water"),
}

#: FIT's sports without a name here: running has a number of its own.
_FIT_NUMBER: Final = re.compile(r"sport_\d+")
#: Words that leave open what was done.
_NO_SPORT: Final = frozenset(
    {"", "unknown", "generic", "other", "all", "none", "training", "workout", "activity", "fitness_equipment"}
)

#: Accents over and under Latin, Greek and Cyrillic letters; those of other scripts make other letters.
_ACCENTS: Final = re.compile("[\u0300-\u036f]")

_LONGEST: Final = 40  # characters of a sport's name; longer ones are notes


@functools.lru_cache(maxsize=256)  # the words of a season are few
def sport_of(word: str, sub_word: str = "") -> tuple[str, str]:
    """Return sport and sub-sport as FIT spells them.

    A word that is not known stays as it is, in lower case with ``_`` for blanks, so that it can be shown; FIT's own
    words are unchanged. Where the word itself says nothing of the sub-sport, `sub_word` is kept.
    """
    plain = plain_word(word)
    own = plain_word(sub_word) or "generic"
    sport, sub_sport = _WORDS.get(plain) or (_in_any_language(plain), "generic")
    return sport, sub_sport if own == "generic" else own


def names_another_sport(sport: str) -> bool:
    """Tell whether a sport, as :func:`sport_of` returns it, is known and is not running."""
    known = sport in FIT_OTHERS or _FIT_NUMBER.fullmatch(sport) is not None
    return known or (_in_any_language(sport) == sport != "running" and _another(_bare(sport)) is not None)


def names_running(word: str) -> bool:
    """Tell whether a word, a sub-sport's too, means running whatever else stands in the file."""
    return _in_any_language(plain_word(word)) == "running"


def names_no_sport(sport: str) -> bool:
    """Tell whether a sport's word leaves open on purpose what was done: there is none, or it says `other`."""
    return sport in _NO_SPORT


def is_unknown_word(sport: str) -> bool:
    """Tell whether a sport, as :func:`sport_of` returns it, is a word that stands in no list."""
    return sport != "running" and not names_no_sport(sport) and not names_another_sport(sport)


def unknown_word(sport: str) -> tuple[Problem, ...]:
    """Say a sport's word that stands in no list: the data decide then, and the user may know better."""
    if not is_unknown_word(sport):
        return ()
    shown = sport.replace("_", " ")
    message = f"{shown!r} is no sport we know: whether it is a run is told by speed and steps"
    return (Problem("unknown-sport", message, harmless=True),)


def _in_any_language(plain: str) -> str:
    """Return FIT's word for a sport in any language that is known here, else the word itself."""
    if plain == "running" or plain in _NO_SPORT or plain in FIT_OTHERS or _FIT_NUMBER.fullmatch(plain):
        return plain
    bare = _bare(plain)
    if RUN.search(bare) and "wheelchair" not in bare:
        return "running"
    sport = _another(bare)
    if sport is not None:
        return sport or plain
    return "running" if RUNNING.search(bare) else plain


def _another(bare: str) -> str | None:
    """Return FIT's word for another sport than running, "" for one that keeps its own, None where none is known."""
    return next((sport for sport, stems in OTHERS if stems.search(bare)), None)


def _bare(plain: str) -> str:
    """Return a word without accents, with blanks between its parts: people leave accents out."""
    apart = unicodedata.normalize("NFKD", plain.replace("_", " "))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart))


def plain_word(word: str) -> str:
    """Return a word in lower case, of printable characters only, with ``_`` between its parts."""
    kept = "".join(character if character.isprintable() else " " for character in word[: 4 * _LONGEST])
    return re.sub(r"[\s/-]+", "_", kept.strip().lower())[:_LONGEST].strip("_").replace("à", "a")
