"""Numbers and names as people read them: paces, clocks, distances; unknown is ``–``; names made safe to print."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import Final

UNKNOWN: Final = "–"
_KM: Final = re.compile(r"\b(\d+(?:\.\d+)?) km\b")
METRES_PER: Final = {"km": 1000.0, "mi": 1609.344}

#: Unicode categories that a terminal may obey or cannot show: control, format (direction marks), surrogate, private,
#: unassigned, line and paragraph separator.
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def plain(text: str) -> str:
    """Return the text with every character that a terminal may obey replaced, so that it only shows."""
    return "".join("\ufffd" if unicodedata.category(c) in _UNSHOWN else c for c in text)


def shortened(text: str, width: int) -> str:
    """Return a name cut in its middle to `width` characters: the end of a path says more than its middle."""
    if len(text) <= width:
        return text
    head = (width - 1) // 3
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"


def cut(text: str, width: int) -> str:
    """Return a title cut at its end to `width` characters."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with a fixed count of digits."""
    return UNKNOWN if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def clock(seconds: float | None) -> str:
    """Return ``41:07`` or ``1:02:03``."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def pace(speed_mps: float | None, units: str) -> str:
    """Return minutes and seconds per km or mile: ``3:25``."""
    if speed_mps is None or not math.isfinite(speed_mps) or speed_mps <= 0.1:
        return UNKNOWN
    return clock(METRES_PER[units] / speed_mps)


def distance(metres: float | None, units: str) -> str:
    """Return ``8.1 km`` or ``5.0 mi``."""
    if metres is None or not math.isfinite(metres):
        return UNKNOWN
    return f"{metres / METRES_PER[units]:.1f} {units}"


def in_units(text: str, units: str) -> str:
    """Return a text with its kilometres in these units: ``after 8.1 km easy``, ``after 5.0 mi easy``."""
    return text if units == "km" else _KM.sub(lambda found: distance(1000.0 * float(found[1]), units), text)


def percent(fraction: float | None) -> str:
    """Return a grade with its sign: ``+6 %``."""
    if fraction is None or not math.isfinite(fraction):
        return UNKNOWN
    return f"{100 * fraction:+.0f} %".replace("-0 %", "0 %").replace("+0 %", "0 %")


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 run`` or ``12 runs``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def day(date: dt.date | None) -> str:
    """Return a date with its weekday: ``Thu 2024-05-30``."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return UNKNOWN if date is None else f"{names[date.weekday()]} {date.isoformat()}"


def kind(name: str) -> str:
    """Return a kind in words: ``hill sprint``."""
    return name.replace("_", " ")
