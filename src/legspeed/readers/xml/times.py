"""Time stamps of text formats, in bulk: ISO 8601 and the spellings that apps write instead.

The fixed layout ``YYYY-MM-DDTHH:MM:SS[.f…][Z|±HH:MM]`` is read as a table of digits, all stamps at once; whatever is
spelled otherwise is read one by one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8

_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()
_FRACTION_DIGITS: Final = 15  # more would not fit a float
#: Characters of a stamp in the fixed layout; nothing longer is a stamp at all.
SHORTEST: Final = 19
LONGEST: Final = 64

#: The fixed layout: columns of its punctuation and digits, and what the digits of the clock weigh in seconds.
_PUNCTUATION: Final = ((4, b"-"), (7, b"-"), (13, b":"), (16, b":"))
_DIGITS: Final = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18)
_CLOCK_WEIGHTS: Final = np.array([36_000, 3_600, 600, 60, 10, 1], dtype=np.float64)

_ODD: Final = re.compile(
    r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:\s*t\s*|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?"
    r"\s*(z|utc|gmt|[+-]\d{1,2}(?::?\d{2})?)?\s*",
    re.ASCII | re.IGNORECASE,
)
#: Seconds since 1970, or milliseconds: as digits, or as Java writes numbers.
_NUMBER: Final = re.compile(r"\s*(\d+(?:[.,]\d*)?(?:e\+?\d{1,2})?)\s*", re.ASCII | re.IGNORECASE)
_NUMBERS_FROM_S: Final = 631_152_000.0  # 1990: numbers before were meant otherwise
_NUMBERS_TO_S: Final = 4_102_444_800.0  # 2100


def parse_times(texts: Sequence[str]) -> tuple[F8, F8]:
    """Return the instants that `texts` name.

    Parameters
    ----------
    texts : sequence of str, n
        Time stamps. Leading and trailing white space, offsets, fractions of any length, missing leading zeros, a blank
        or lower-case letter for ``T``, slashes for dashes and a comma for the decimal point are all understood; so are
        seconds or milliseconds since 1970, where that gives a year from 1990 to 2099.

    Returns
    -------
    unix_s : f8[n], s
        Seconds since 1970-01-01T00:00Z; NaN where the text is no time stamp.
    offset_s : f8[n], s
        The stamp's offset from UTC, 0 for ``Z``; NaN where the stamp has no zone (then UTC was assumed) or is none.
    """
    n = len(texts)
    unix_s, offset_s = np.full(n, np.nan), np.full(n, np.nan)
    lengths = np.fromiter(map(len, texts), np.intp, n)
    for length in set(lengths.tolist()):
        rows = np.flatnonzero(lengths == length)
        joined = "".join(texts if len(rows) == n else [texts[i] for i in rows.tolist()])
        if SHORTEST <= length <= LONGEST and joined.isascii():
            table = np.frombuffer(joined.encode("ascii"), np.uint8).reshape(len(rows), length)
            unix_s[rows], offset_s[rows], read = parse_time_table(table)
            rows = rows[~read]
        for i in rows.tolist():
            unix_s[i], offset_s[i] = _parse_odd(texts[i])
    return unix_s, offset_s


def stamp_table(raw: bytes, begins: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> npt.NDArray[np.uint8] | None:
    """Return the stamps that stand in `raw` between these places, one per row; None if they are not of one length."""
    lengths = ends - begins
    length = int(lengths.max(initial=0))
    if not SHORTEST <= length <= LONGEST or (lengths != length).any():
        return None
    stamps: npt.NDArray[np.uint8] = np.ndarray((len(raw) - length + 1, length), np.uint8, raw, strides=(1, 1))[begins]
    return stamps


def parse_time_table(table: npt.NDArray[np.uint8]) -> tuple[F8, F8, npt.NDArray[np.bool_]]:
    """Return the instants of stamps of one length, as `parse_times` does, and which rows could be read this way.

    Parameters
    ----------
    table : u1[n, length]
        ASCII characters, one stamp per row, between `SHORTEST` and `LONGEST` characters long. Rows that do not have the
        layout of the first one are left at NaN.
    """
    n = len(table)
    nothing = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, dtype=bool)
    first = table[0].tobytes().decode("ascii") if n else ""
    zone = _zone_column(first)
    if zone is None:
        return nothing
    digits = table[:, [*_DIGITS, *range(20, zone)]] - np.uint8(48)
    same = (digits <= 9).all(axis=1)
    for column, mark in _PUNCTUATION:
        same &= table[:, column] == mark[0]
    same &= (table[:, 10] | 32) == ord("t")
    if zone > 19:
        same &= (table[:, 19] == ord(".")) | (table[:, 19] == ord(","))
    offset_s, zone_same = _offsets(table[:, zone:])
    clock = digits[:, 8:14]
    same &= (clock[:, 0] * 10 + clock[:, 1] <= 23) & (clock[:, 2] <= 5) & (clock[:, 4] * 10 + clock[:, 5] <= 60)
    days = _days(table)
    same &= zone_same & np.isfinite(days)
    seconds = clock @ _CLOCK_WEIGHTS
    if zone > 20:  # an integer over a power of ten is the nearest float, as reading the text would give
        places = min(zone - 20, _FRACTION_DIGITS)
        weights = 10.0 ** np.arange(places - 1, -1, -1)
        seconds += (digits[:, 14 : 14 + places] @ weights) / 10.0**places
    unix_s = days * 86_400.0 + (seconds - np.nan_to_num(offset_s))
    if not same.all():
        unix_s[~same] = offset_s[~same] = np.nan
    return unix_s, offset_s, same


def _zone_column(stamp: str) -> int | None:
    """Return where the zone of a stamp in the fixed layout begins; None if it has no such layout."""
    found = re.fullmatch(r".{19}(?:[.,]\d+)?()(?:z|[+-]\d\d:\d\d)?", stamp, re.ASCII | re.IGNORECASE | re.DOTALL)
    return found.start(1) if found else None


def _offsets(zone: npt.NDArray[np.uint8]) -> tuple[F8, npt.NDArray[np.bool_]]:
    """Return the offset in seconds that each row of `zone` spells, and which rows spell one as the layout has it."""
    n, width = zone.shape
    if width == 0:
        return np.full(n, np.nan), np.ones(n, dtype=bool)
    if width == 1:
        return np.zeros(n), (zone[:, 0] | 32) == ord("z")
    digits = zone[:, [1, 2, 4, 5]] - np.uint8(48)
    minus = zone[:, 0] == ord("-")
    same = (minus | (zone[:, 0] == ord("+"))) & (zone[:, 3] == ord(":")) & (digits <= 9).all(axis=1)
    seconds = digits @ np.array([36_000.0, 3_600.0, 600.0, 60.0])
    return np.where(minus, -seconds, seconds), same


def _days(table: npt.NDArray[np.uint8]) -> F8:
    """Return days since 1970-01-01 of each row's date; NaN where the calendar has no such day."""
    n = len(table)
    if (table[:, :10] == table[0, :10]).all():  # most recordings lie within one day
        return np.full(n, _day(table[0, :10].tobytes()))
    dates = np.ascontiguousarray(table[:, :10]).view("S10").ravel()
    names, inverse = np.unique(dates, return_inverse=True)
    return np.array([_day(name) for name in names.tolist()])[inverse]


def _day(date: bytes) -> float:
    """Return days since 1970-01-01 of an ISO date, NaN if there is no such day."""
    try:
        return float(dt.date.fromisoformat(date.decode("ascii")).toordinal() - _EPOCH_DAY)
    except ValueError:
        return float("nan")


def _parse_odd(text: str) -> tuple[float, float]:
    """Read one stamp in any spelling; (NaN, NaN) where it is none."""
    nothing = float("nan"), float("nan")
    if len(text) > LONGEST:
        text = text.strip()
    found = _ODD.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        unix_s = _parse_number(text)
        return (unix_s, 0.0) if unix_s is not None else nothing
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second, fraction, zone = int(found[6] or 0), found[7], found[8]
    if hour > 23 or minute > 59 or second > 60:
        return nothing
    try:
        days = dt.date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return nothing
    offset_s = _offset_of(zone)
    seconds = 3600 * hour + 60 * minute + second + (float(f"0.{fraction}") if fraction else 0.0)
    return days * 86_400.0 + (seconds - (offset_s or 0.0)), float("nan") if offset_s is None else offset_s


def _parse_number(text: str) -> float | None:
    """Return the instant that a number of seconds or milliseconds since 1970 names, None where it is none."""
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    for per_s in (1.0, 1000.0):
        if _NUMBERS_FROM_S <= number / per_s < _NUMBERS_TO_S:
            return number / per_s
    return None


def says_a_time(text: str) -> bool:
    """Tell whether a text that is no time stamp looks as if it were meant to be one; nulls and zeros do not."""
    return any(figure in text for figure in "123456789")


def _offset_of(zone: str | None) -> float | None:
    """Return the offset in seconds that a zone spells, None if there is none."""
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0.0
    figures = zone[1:].replace(":", "")
    hours, minutes = (figures[:-2], figures[-2:]) if len(figures) > 2 else (figures, "0")
    seconds = 3600.0 * int(hours) + 60.0 * int(minutes)
    return -seconds if zone[0] == "-" else seconds
