"""What a value in the athlete file, or behind an option, must be.

Each check takes what stands there and returns the value, or raises SettingsError saying what is wanted instead; whoever
calls it adds the place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable
from typing import Final

from legspeed.errors import SettingsError
from legspeed.model import COUNTING_KINDS, NOTE_CODES

PLYOMETRICS: Final = "plyometrics"
#: What a session by hand may be called: the counting kinds of effort, and jumps, which never close a gap.
SESSION_KINDS: Final[frozenset[str]] = COUNTING_KINDS | {PLYOMETRICS}
UNITS: Final[tuple[str, ...]] = ("km", "mi")

_FIVE_K_M: Final = 5000.0
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2199
#: Mean speeds of a race: from walking a hundred miles to a little more than the world records (10.4 m/s over 100 m, 7.3
#: over 1500 m).
_RACE_MPS: Final = (1.0, 7.5)
_SHORT_RACE_M: Final = 1500.0
_SHORT_RACE_MPS: Final = 10.5


def clock_seconds(text: object) -> float:
    """Return the seconds of a race time such as ``"17:45"``, ``"1:23:45"`` or ``"59.8"``."""
    found = (
        re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2}(?:\.\d{1,3})?)", text.strip(), re.ASCII)
        if isinstance(text, str)
        else None
    )
    if found is None:
        said = text.isoformat() if isinstance(text, dt.time) else repr(text)
        raise SettingsError(f'a time such as "17:45" or "1:23:45" is wanted (in quotes in the file), not {said}')
    hours, minutes, seconds = found.groups()
    if (minutes is not None and float(seconds) >= 60) or (hours is not None and int(minutes) >= 60):
        raise SettingsError(f'{text!r} has more than 59 seconds or minutes in one place; write it as "17:45"')
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


def five_k_speed(text: object) -> float:
    """Return the speed in m/s of a 5 km time such as ``"17:45"``."""
    seconds = clock_seconds(text)
    if not 12 * 60 <= seconds <= 60 * 60:
        raise SettingsError(f'{text!r}: a 5 km time between "12:00" and "60:00" is wanted')
    return _FIVE_K_M / seconds


def max_speed(value: object) -> float:
    """Return a maximal speed in m/s, checked to be one of a human runner."""
    return number_between(3.0, 12.5, "m/s")(value)


def time_zone(value: object) -> str:
    """Return the name of a time zone that this computer knows."""
    import zoneinfo

    name = any_text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(name, zoneinfo.available_timezones()) or '; write it as "Europe/Berlin"'
        raise SettingsError(f"{name!r} is no known time zone{hint}") from None
    return name


def units(value: object) -> str:
    """Return ``km`` or ``mi``."""
    if value not in UNITS:
        raise SettingsError(f'"km" or "mi" is wanted, not {value!r}')
    return str(value)


def check_race(distance_m: float, time_s: float) -> None:
    """Check that so many metres in so many seconds are a runner's race.

    Raises
    ------
    SettingsError
        When nobody could run that fast, or would call that slow a race.
    """
    low, high = _RACE_MPS[0], _SHORT_RACE_MPS if distance_m < _SHORT_RACE_M else _RACE_MPS[1]
    if not low * time_s <= distance_m <= high * time_s:
        speed = f"{distance_m / time_s:.3g} m/s" if time_s else "at once"
        raise SettingsError(
            f"{distance_m:g} m in {time_s:g} s ({speed}) is no race of a runner: mend the time "
            '("19:30" is minutes and seconds) or the distance (in metres)'
        )


def calendar_date(value: object) -> dt.date:
    """Return a date from TOML's own (``2024-05-01``) or the same in quotes, of a year in which somebody may run."""
    found = value if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else None
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
        with contextlib.suppress(ValueError):
            found = dt.date.fromisoformat(value.strip())
    if found is None:
        raise SettingsError(f"a date such as 2024-05-01 is wanted, not {str(value)!r}")
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise SettingsError(f"a date from {_FIRST_YEAR} to {_LAST_YEAR} is wanted, not {found}: mend the year")
    return found


def any_text(value: object) -> str:
    """Return a text as it stands."""
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"a text in quotes is wanted, not {value!r}")
    return value


def number_between(low: float, high: float, unit: str) -> Callable[[object], float]:
    """Return a check for a number between `low` and `high`."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise SettingsError(f"a number from {low:g} to {high:g} {unit} is wanted, not {value!r}".replace("  ", " "))
        return float(value)

    return check


def session_seconds(value: object) -> float:
    """Return how long each effort of a session by hand was, in seconds."""
    return number_between(1, 3600, "s")(value)


def whole_count(value: object) -> int:
    """Return a whole number of efforts."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise SettingsError(f"a whole number from 1 to 1000 is wanted, not {value!r}")
    return value


def session_kind(value: object) -> str:
    """Return the kind of a session by hand."""
    name = any_text(value)
    if name not in SESSION_KINDS:
        hint = nearest(name, SESSION_KINDS) or f"; known are {', '.join(sorted(SESSION_KINDS))}"
        raise SettingsError(f"{name!r} is no kind of session{hint}")
    return name


def note_codes(value: object) -> tuple[str, ...]:
    """Return the codes of notes that are not wanted."""
    codes = value if isinstance(value, list) else [value]
    for code in codes:
        if not isinstance(code, str) or code not in NOTE_CODES:
            hint = nearest(str(code), NOTE_CODES) or f"; known are {', '.join(NOTE_CODES)}"
            raise SettingsError(f"{code!r} is no code of a note{hint}")
    return tuple(codes)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint naming the nearest known spelling, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
