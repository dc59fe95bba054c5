"""Problems: what was repaired or left out while reading, each with a stable code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from legspeed.model.packed import Value

PROBLEM_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "truncated": "the file ends in the middle of a message; everything before the cut was kept",
        "crc": "a check sum does not match; the content was read all the same",
        "size": "the header states a wrong size; the file was read to its real end",
        "trailing-data": "bytes after the end of the recording were left out",
        "resync": "damaged bytes in the middle were skipped and reading went on behind them",
        "undefined-local": "data without a definition; what could not be read was left out",
        "bad-field": "a field is declared with a size or type that cannot be right; no other field was touched",
        "no-description": "a developer field is used without being described; only that field was left out",
        "developer-channel": "a channel the watch did not write was taken from a developer field; see the message",
        "byte-order": "an impossible byte-order mark; the order was chosen by what makes sense",
        "encoding": "the text is in another encoding than stated, or holds forbidden characters",
        "number-format": "numbers are written in another way than the format says (a decimal comma); they were read",
        "time-backwards": "records step back in time and were left out or cut apart",
        "time-order": "records stand in another order than their times; they were put in order",
        "time-duplicate": "several records of one second were merged into one",
        "time-forward": "the clock jumped forward by days: records were left out or cut apart",
        "date-implausible": "the date cannot be right (before 2000 or in the future); it was left as it is",
        "no-time": "points without a time were left out",
        "no-zone": "times without a zone were taken as UTC",
        "no-local-time": "the file does not say the local time; the date is the UTC date",
        "unknown-sport": "the sport is a word that no list knows; speed and steps decide whether it is a run",
        "cadence-unit": "the cadence's unit is not the format's own, or cannot be told; see the message",
        "way-unit": "speed or distance is in km/h, mph, km or miles, as the rest of the file shows; it was converted",
        "distance-count": "the distance does not count from the start (laps, an overflow, an earlier way); it does now",
        "position-jump": "positions that no runner can have reached were left out",
        "value-range": "values outside what the channel can measure were left out",
        "several-activities": "the file holds more than one activity",
        "not-activity": "the file holds no activity (monitoring, settings, a course …)",
        "not-run": "the activity is not a run",
        "encrypted": "the archive's entry is protected by a password",
        "limit": "larger, deeper or denser than the limits allow",
        "unreadable": "the content is of no known format, or nothing of it could be read",
        "missing": "no such file or folder",
        "no-effort": "the athlete file strikes out what is no effort: nothing was struck out there",
        "no-laps": "lap times cannot be right and were left out",
        "internal": "a fault of legspeed itself: please report it",
    }
)

#: Codes of what takes parts of a recording away, or shows that its bytes are not those that were written.
DAMAGE: Final = frozenset({"truncated", "crc", "resync", "undefined-local", "bad-field"})


@dataclass(frozen=True, slots=True)
class Problem(Value):
    """Something that was repaired or left out: a stable code, what happened, how often.

    ``harmless`` where it cost no value that legspeed uses: said, but no reason for ``--strict`` to refuse the file.
    """

    code: str
    message: str
    count: int = 1
    harmless: bool = False

    def __post_init__(self) -> None:
        if self.code not in PROBLEM_CODES:
            raise ValueError(f"unknown problem code {self.code!r}")
