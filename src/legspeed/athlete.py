"""The athlete file ``legspeed.toml``: what the runner knows better than his watch.

::

    [athlete]   name, five_k ("17:45"), max_speed_mps, units ("km" or "mi"), time_zone ("Europe/Berlin")
    [[race]]    date, distance_m, time ("17:45")
    [[session]] date, kind, count, seconds          a session that no watch saw
    [[strike]]  source, start_s                     this effort was not one
    [[mute]]    from, to, reason                    weeks in which a gap is nobody's business
    [notes]     mute = ["twice-a-week"]             remarks you do not want, by their codes
    [settings.GROUP]                                thresholds, see `legspeed settings`

It is the only place where a user's own words live; every key is optional, every error names the line and the way out.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from legspeed.errors import SettingsError
from legspeed.model import COUNTING_KINDS, NOTE_CODES
from legspeed.settings import Settings

T = TypeVar("T")

FILE_NAME: Final = "legspeed.toml"
PLYOMETRICS: Final = "plyometrics"
#: What a session by hand may be called: the counting kinds of effort, and jumps, which never close a gap.
SESSION_KINDS: Final[frozenset[str]] = COUNTING_KINDS | {PLYOMETRICS}
UNITS: Final[tuple[str, ...]] = ("km", "mi")

_FILE_BYTES: Final = 2**20
_FIVE_K_M: Final = 5000.0


@dataclass(frozen=True, slots=True)
class Race:
    """A race the runner names: its date, metres and seconds."""

    date: dt.date
    distance_m: float
    time_s: float


@dataclass(frozen=True, slots=True)
class ManualSession:
    """Speed work that no watch saw: `count` efforts of `seconds` each."""

    date: dt.date
    kind: str
    count: int
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """An effort that the runner has struck out: its run's source and its start in seconds."""

    source: str
    start_s: float


@dataclass(frozen=True, slots=True)
class Mute:
    """A stretch (both days included) in which gaps are listed but raise no alarm."""

    start: dt.date
    end: dt.date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Athlete:
    """Who ran, and what he says about himself. ``Athlete()`` knows nothing, which is fine."""

    name: str | None = None
    five_k_speed_mps: float | None = None
    max_speed_mps: float | None = None
    units: str = "km"
    time_zone: str | None = None
    races: tuple[Race, ...] = ()
    sessions: tuple[ManualSession, ...] = ()
    strikes: tuple[Strike, ...] = ()
    mutes: tuple[Mute, ...] = ()
    muted_notes: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)


# ------------------------------------------------------------------------------------------------- one value
#
# Each check takes what stands in the file or behind an option, and returns the value or raises SettingsError saying
# what is wanted instead; `_Page.error` adds the place.


def clock_seconds(text: object) -> float:
    """Return the seconds of a race time such as ``"17:45"``, ``"1:23:45"`` or ``"59.8"``."""
    found = (
        re.fullmatch(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,2}(?:\.\d{1,3})?)", text.strip(), re.ASCII)
        if isinstance(text, str)
        else None
    )
    if found is None:
        raise SettingsError(f'a time such as "17:45" or "1:23:45" is wanted (in quotes in the file), not {text!r}')
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
    return _number(3.0, 12.5, "m/s")(value)


def time_zone(value: object) -> str:
    """Return the name of a time zone that this computer knows."""
    name = _text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = _nearest(name, zoneinfo.available_timezones()) or '; write it as "Europe/Berlin"'
        raise SettingsError(f"{name!r} is no known time zone{hint}") from None
    return name


def units(value: object) -> str:
    """Return ``km`` or ``mi``."""
    if value not in UNITS:
        raise SettingsError(f'"km" or "mi" is wanted, not {value!r}')
    return str(value)


def calendar_date(value: object) -> dt.date:
    """Return a date from TOML's own (``2024-05-01``) or the same in quotes."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise SettingsError(f"a date such as 2024-05-01 is wanted, not {str(value)!r}")


def _text(value: object) -> str:
    """Return a text as it stands."""
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"a text in quotes is wanted, not {value!r}")
    return value


def _number(low: float, high: float, unit: str) -> Callable[[object], float]:
    """Return a check for a number between `low` and `high`."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise SettingsError(f"a number from {low:g} to {high:g} {unit} is wanted, not {value!r}".replace("  ", " "))
        return float(value)

    return check


def _count(value: object) -> int:
    """Return a whole number of efforts."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise SettingsError(f"a whole number from 1 to 1000 is wanted, not {value!r}")
    return value


def _kind(value: object) -> str:
    """Return the kind of a session by hand."""
    name = _text(value)
    if name not in SESSION_KINDS:
        hint = _nearest(name, SESSION_KINDS) or f"; known are {', '.join(sorted(SESSION_KINDS))}"
        raise SettingsError(f"{name!r} is no kind of session{hint}")
    return name


def _codes(value: object) -> tuple[str, ...]:
    """Return the codes of notes that are not wanted."""
    codes = value if isinstance(value, list) else [value]
    for code in codes:
        if not isinstance(code, str) or code not in NOTE_CODES:
            hint = _nearest(str(code), NOTE_CODES) or f"; known are {', '.join(NOTE_CODES)}"
            raise SettingsError(f"{code!r} is no code of a note{hint}")
    return tuple(codes)


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint naming the nearest known spelling, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


# ------------------------------------------------------------------------------------------------- the file

_Checks = Mapping[str, tuple[str, Callable[[object], Any]]]

#: Per table: key in the file -> (field of the dataclass, check).
_ATHLETE: Final[_Checks] = {
    "name": ("name", _text),
    "five_k": ("five_k_speed_mps", five_k_speed),
    "max_speed_mps": ("max_speed_mps", max_speed),
    "units": ("units", units),
    "time_zone": ("time_zone", time_zone),
}
_RACE: Final[_Checks] = {
    "date": ("date", calendar_date),
    "distance_m": ("distance_m", _number(60, 200_000, "m")),
    "time": ("time_s", clock_seconds),
}
_SESSION: Final[_Checks] = {
    "date": ("date", calendar_date),
    "kind": ("kind", _kind),
    "count": ("count", _count),
    "seconds": ("seconds", _number(1, 3600, "s")),
}
_STRIKE: Final[_Checks] = {"source": ("source", _text), "start_s": ("start_s", _number(0, 1e7, "s"))}
_MUTE: Final[_Checks] = {
    "from": ("start", calendar_date),
    "to": ("end", calendar_date),
    "reason": ("reason", _text),
}
_NOTES: Final[_Checks] = {"mute": ("muted_notes", _codes)}
_OPTIONAL: Final = frozenset({"seconds", "reason"})
_TABLES: Final = ("athlete", "race", "session", "strike", "mute", "notes", "settings")


@dataclass(frozen=True, slots=True)
class _Page:
    """The file's name and text, to say where a mistake stands."""

    name: str
    text: str

    def error(self, message: str, table: str, key: str | None = None, index: int = 0) -> SettingsError:
        """Return an error that names file, line, table and key."""
        line = _line_of(self.text, table, key, index)
        where = f"{self.name}, line {line}" if line else self.name
        what = f"[{table}] {key}" if key else f"[{table}]"
        return SettingsError(f"{where}: {what}: {message}")


def find(paths: Iterable[str | Path]) -> Path | None:
    """Return the athlete file in, or else beside, the folders, files or archives given; None where there is none."""
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        places = (path, path.absolute().parent) if path.is_dir() else (path.absolute().parent,)
        here = next((place / FILE_NAME for place in places if (place / FILE_NAME).is_file()), None)
        if here is not None:
            found.setdefault(here.resolve(), here)
    if len(found) > 1:
        names = ", ".join(str(p) for p in found.values())
        raise SettingsError(f"several athlete files lie beside these runs ({names}): choose one with --athlete FILE")
    return next(iter(found.values()), None)


def load(path: str | Path) -> Athlete:
    """Read an athlete file.

    Raises
    ------
    SettingsError
        When it cannot be read, or a key in it is unknown or unusable: the message names line, key and remedy.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(_FILE_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}: name a file that can be read") from error
    if len(data) > _FILE_BYTES:
        raise SettingsError(f"{path}: larger than 1 MiB: that is no athlete file")
    return parse(data, str(path))


def parse(data: bytes, name: str) -> Athlete:
    """Return what an athlete file of this name says; raises as :func:`load`."""
    try:
        text = data.decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not in UTF-8 (byte {error.start}): save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{name}: {error or 'nested too deeply'}: mend that line; the file is TOML") from error
    return _athlete(_Page(name, text), content)


def _athlete(page: _Page, content: Mapping[str, Any]) -> Athlete:
    """Build the athlete from the parsed file."""
    for name in content:
        if name not in _TABLES:
            hint = _nearest(name, _TABLES) or f"; known are {', '.join(_TABLES)}"
            raise SettingsError(
                f"{page.name}, line {_line_of(page.text, name, None, 0) or 1}: [{name}]: no such table{hint}"
            )
    given, remarks = content.get("athlete", {}), content.get("notes", {})
    for name, table in (("athlete", given), ("notes", remarks)):
        if not isinstance(table, Mapping):
            raise page.error(f"a table [{name}] is wanted", name)
    mutes = _rows(page, content, "mute", _MUTE, Mute)
    for index, mute in enumerate(mutes):
        if mute.start > mute.end:
            raise page.error(f"ends ({mute.end}) before it begins ({mute.start}): swap them", "mute", "from", index)
    return Athlete(
        **_fields(page, given, "athlete", _ATHLETE, 0),
        **_fields(page, remarks, "notes", _NOTES, 0),
        races=_rows(page, content, "race", _RACE, Race),
        sessions=_rows(page, content, "session", _SESSION, ManualSession),
        strikes=_rows(page, content, "strike", _STRIKE, Strike),
        mutes=mutes,
        settings=_settings(page, content.get("settings", {})),
    )


def _rows(
    page: _Page, content: Mapping[str, Any], table: str, checks: _Checks, kind: Callable[..., T]
) -> tuple[T, ...]:
    """Return the rows of ``[[table]]``, each checked."""
    rows = content.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise page.error(f"write each one under its own [[{table}]] (two brackets)", table)
    made = []
    for index, row in enumerate(rows):
        missing = [key for key in checks if key not in row and key not in _OPTIONAL]
        if missing:
            raise page.error(f"{missing[0]} is missing: add it", table, None, index)
        made.append(kind(**_fields(page, row, table, checks, index)))
    return tuple(made)


def _fields(page: _Page, row: Mapping[str, Any], table: str, checks: _Checks, index: int) -> dict[str, Any]:
    """Return the checked fields of one table."""
    fields: dict[str, Any] = {}
    for key, value in row.items():
        if key not in checks:
            hint = _nearest(key, checks) or f"; known are {', '.join(checks)}"
            raise page.error(f"no such key{hint}", table, key, index)
        field, check = checks[key]
        try:
            fields[field] = check(value)
        except SettingsError as error:
            raise page.error(str(error), table, key, index) from None
    return fields


def _settings(page: _Page, given: object) -> Settings:
    """Return the thresholds of ``[settings]``; errors get file and line."""
    if not isinstance(given, Mapping):
        raise page.error("a table is wanted, such as [settings.gaps]", "settings")
    try:
        return Settings.from_mapping(given)
    except SettingsError as error:
        named = re.match(r"settings\.([\w-]+)(?:\.([\w-]+))?", str(error))
        group, key = named.groups() if named else (None, None)
        line = _line_of(page.text, f"settings.{group}", key, 0)
        raise SettingsError(f"{page.name}{f', line {line}' if line else ''}: {error}") from None


def _line_of(text: str, table: str, key: str | None, index: int) -> int | None:
    """Return the line (from 1) of `key` in the `index`-th table of that name, or of its heading; None if not seen.

    TOML parsers for Python give values without places; this reads headings and keys as people write them, and where
    they are written in another way (inline tables, quoted keys) the error simply names no line.
    """
    assigned = rf"\s*[\"']?{re.escape(key or table)}[\"']?\s*{'=' if key else '[.=]'}"
    seen, inside = -1, False
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}", line)
        if heading:
            inside = heading.group(1).replace(" ", "") == table
            seen += inside
            if inside and seen == index and key is None:
                return number
        elif (inside and seen == index if key else seen < 0) and re.match(assigned, line):
            return number
    return None
