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
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from legspeed.athlete_places import line_of
from legspeed.athlete_values import (
    any_text,
    calendar_date,
    check_race,
    clock_seconds,
    five_k_speed,
    max_speed,
    nearest,
    note_codes,
    number_between,
    session_kind,
    session_seconds,
    time_zone,
    units,
    whole_count,
)
from legspeed.errors import SettingsError
from legspeed.settings import Settings

T = TypeVar("T")

FILE_NAME: Final = "legspeed.toml"
FILE_BYTES: Final = 2**20


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
class Block:
    """A training block (both days included); without an end it lasts until the next one."""

    name: str
    start: dt.date
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Athlete:
    """Who ran, and what he says about himself. ``Athlete()`` knows nothing, which is fine.

    ``folder`` is where his file lies: strikes name their runs from there.
    """

    name: str | None = None
    five_k_speed_mps: float | None = None
    max_speed_mps: float | None = None
    units: str = "km"
    time_zone: str | None = None
    races: tuple[Race, ...] = ()
    sessions: tuple[ManualSession, ...] = ()
    strikes: tuple[Strike, ...] = ()
    mutes: tuple[Mute, ...] = ()
    blocks: tuple[Block, ...] = ()
    muted_notes: tuple[str, ...] = ()
    settings: Settings = field(default_factory=Settings)
    folder: str | None = field(default=None, compare=False)


# ------------------------------------------------------------------------------------------------- the file

_Checks = Mapping[str, tuple[str, Callable[[object], Any]]]

#: Per table: key in the file -> (field of the dataclass, check).
_ATHLETE: Final[_Checks] = {
    "name": ("name", any_text),
    "five_k": ("five_k_speed_mps", five_k_speed),
    "max_speed_mps": ("max_speed_mps", max_speed),
    "units": ("units", units),
    "time_zone": ("time_zone", time_zone),
}
_RACE: Final[_Checks] = {
    "date": ("date", calendar_date),
    "distance_m": ("distance_m", number_between(60, 200_000, "m")),
    "time": ("time_s", clock_seconds),
}
_SESSION: Final[_Checks] = {
    "date": ("date", calendar_date),
    "kind": ("kind", session_kind),
    "count": ("count", whole_count),
    "seconds": ("seconds", session_seconds),
}
_STRIKE: Final[_Checks] = {"source": ("source", any_text), "start_s": ("start_s", number_between(0, 1e7, "s"))}
_MUTE: Final[_Checks] = {
    "from": ("start", calendar_date),
    "to": ("end", calendar_date),
    "reason": ("reason", any_text),
}
_BLOCK: Final[_Checks] = {
    "name": ("name", any_text),
    "from": ("start", calendar_date),
    "to": ("end", calendar_date),
}
_NOTES: Final[_Checks] = {"mute": ("muted_notes", note_codes)}
#: Per table, keys that may be missing.
_OPTIONAL: Final = {"session": {"seconds"}, "mute": {"reason"}, "block": {"to"}}
_TABLES: Final = ("athlete", "race", "session", "strike", "mute", "block", "notes", "settings")


@dataclass(frozen=True, slots=True)
class _Page:
    """The file's name, text and content, to say where a mistake stands."""

    name: str
    text: str
    content: Mapping[str, Any]

    def place(self, *way: str | int) -> str:
        """Return the file's name, with the line of what these keys and numbers of rows lead to."""
        line = line_of(self.text, way)
        return f"{self.name}, line {line}" if line else self.name

    def error(self, message: str, table: str, key: str | None = None, index: int = 0) -> SettingsError:
        """Return an error that names file, line, table and key."""
        row = (index,) if isinstance(self.content.get(table), list) and self.content[table] else ()
        what = f"[{table}] {key}" if key else f"[{table}]"
        return SettingsError(f"{self.place(table, *row, *((key,) if key else ()))}: {what}: {message}")


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


def beside(paths: Iterable[str | Path]) -> list[Path]:
    """Return the athlete files beside the folders given that one in the folder itself is taken instead of."""
    found = []
    for path in map(Path, paths):
        other = path.absolute().parent / FILE_NAME
        if (path / FILE_NAME).is_file() and other.is_file():
            found.append(other)
    return found


def load(path: str | Path, name: str | None = None) -> Athlete:
    """Read an athlete file; errors call it `name`, by default its path.

    Raises
    ------
    SettingsError
        When it cannot be read, or a key in it is unknown or unusable: the message names line, key and remedy.
    """
    path = Path(path)
    name = str(path) if name is None else name
    try:
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{name}: {error.strerror or error}: name a file that can be read") from error
    if len(data) > FILE_BYTES:
        raise too_large(name)
    return replace(parse(data, name), folder=str(path.absolute().parent))


def too_large(name: str) -> SettingsError:
    """Return the error for an athlete file of more than `FILE_BYTES`."""
    return SettingsError(f"{name}: larger than 1 MiB: that is no athlete file")


def parse(data: bytes, name: str) -> Athlete:
    """Return what an athlete file of this name says; raises as :func:`load`."""
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not in UTF-8 (byte {error.start}): save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        how = "mend that line: the file is TOML, with texts and times in quotes and dates as 2024-05-01"
        raise SettingsError(f"{name}: {error or 'nested too deeply'}: {how}") from error
    return _athlete(_Page(name, text, content))


def _athlete(page: _Page) -> Athlete:
    """Build the athlete from the parsed file."""
    content = page.content
    for name in content:
        if name not in _TABLES:
            hint = nearest(name, _TABLES) or f"; known are {', '.join(_TABLES)}"
            raise SettingsError(f"{page.place(name)}: [{name}]: no such table{hint}")
    given, remarks = content.get("athlete", {}), content.get("notes", {})
    for name, table in (("athlete", given), ("notes", remarks)):
        if not isinstance(table, Mapping):
            raise page.error(f"a table [{name}] is wanted", name)
    mutes, blocks = _rows(page, content, "mute", _MUTE, Mute), _rows(page, content, "block", _BLOCK, Block)
    races = _rows(page, content, "race", _RACE, Race)
    for index, race in enumerate(races):
        try:
            check_race(race.distance_m, race.time_s)
        except SettingsError as error:
            raise page.error(str(error), "race", "time", index) from None
    _check_order(page, "mute", mutes)
    _check_order(page, "block", blocks)
    _check_apart(page, blocks)
    return Athlete(
        **_fields(page, given, "athlete", _ATHLETE, 0),
        **_fields(page, remarks, "notes", _NOTES, 0),
        races=races,
        sessions=_rows(page, content, "session", _SESSION, ManualSession),
        strikes=_rows(page, content, "strike", _STRIKE, Strike),
        mutes=mutes,
        blocks=blocks,
        settings=_settings(page, content.get("settings", {})),
    )


def _check_order(page: _Page, table: str, spans: Sequence[Mute | Block]) -> None:
    """Refuse a span that ends before it begins."""
    for index, span in enumerate(spans):
        if span.end is not None and span.start > span.end:
            raise page.error(f"ends ({span.end}) before it begins ({span.start}): swap them", table, "from", index)


def _check_apart(page: _Page, blocks: Sequence[Block]) -> None:
    """Refuse blocks that share a day: it would be added up twice."""
    ordered = sorted(enumerate(blocks), key=lambda item: item[1].start)
    for (_, before), (index, block) in pairwise(ordered):
        if block.start <= (before.start if before.end is None else before.end):
            message = f"{block.name!r} begins ({block.start}) before {before.name!r} ends: give every day to one block"
            raise page.error(message, "block", "from", index)


def _rows(
    page: _Page, content: Mapping[str, Any], table: str, checks: _Checks, kind: Callable[..., T]
) -> tuple[T, ...]:
    """Return the rows of ``[[table]]``, each checked."""
    rows = content.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise page.error(f"write each one under its own [[{table}]] (two brackets)", table)
    made = []
    for index, row in enumerate(rows):
        missing = [key for key in checks if key not in row and key not in _OPTIONAL.get(table, ())]
        if missing:
            raise page.error(f"{missing[0]} is missing: add it", table, None, index)
        made.append(kind(**_fields(page, row, table, checks, index)))
    return tuple(made)


def _fields(page: _Page, row: Mapping[str, Any], table: str, checks: _Checks, index: int) -> dict[str, Any]:
    """Return the checked fields of one table."""
    fields: dict[str, Any] = {}
    for key, given in row.items():
        if key not in checks:
            hint = nearest(key, checks) or f"; known are {', '.join(checks)}"
            raise page.error(f"no such key{hint}", table, key, index)
        field, check = checks[key]
        try:
            fields[field] = check(given)
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
        way = [part for part in named.groups() if part] if named else []
        raise SettingsError(f"{page.place('settings', *way)}: {error}") from None
