"""Small edits of the athlete file: one row more, one row less; all else stays as the runner wrote it, to the byte.

An edit is made in the text, read back, and taken only if it says exactly what was meant; so it cannot do harm.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from legspeed import athlete
from legspeed.athlete import ManualSession, Strike
from legspeed.errors import SettingsError

Value = str | int | float | dt.date

_BOM: Final = "\ufeff"


def add_session(data: bytes, session: ManualSession, *, name: str) -> bytes:
    """Return the athlete file `name` with one more ``[[session]]``.

    Raises
    ------
    SettingsError
        When the file as it is has a mistake, or is written so that no row can be added safely.
    """
    row: dict[str, Value] = {"date": session.date, "kind": session.kind, "count": session.count}
    if session.seconds is not None:
        row["seconds"] = session.seconds
    return _with_row(data, "session", row, name)


def remove_session(data: bytes, session: ManualSession, *, name: str) -> bytes:
    """Return the file without the last session like this one (any seconds, where none are given).

    Raises
    ------
    SettingsError
        When there is no such session, or as for :func:`add_session`.
    """
    rows = athlete.parse(data, name).sessions
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if (row.date, row.kind, row.count) == (session.date, session.kind, session.count) and (
            session.seconds in (None, row.seconds)
        ):
            return _without_row(data, "session", index, name)
    same_day = [f"{r.kind} {r.count}" for r in rows if r.date == session.date]
    known = f"on that day there are {', '.join(same_day)}" if same_day else "that day has none"
    raise SettingsError(f"{name}: no session {session.kind} {session.count} on {session.date}: {known}")


def add_strike(data: bytes, strike: Strike, *, name: str) -> bytes:
    """Return the file with one more ``[[strike]]``; unchanged where this effort is struck out already."""
    if _struck(data, strike, name):
        return data
    return _with_row(data, "strike", {"source": strike.source, "start_s": strike.start_s}, name)


def remove_strike(data: bytes, strike: Strike, *, name: str) -> bytes:
    """Return the file without the strikes of this effort.

    Raises
    ------
    SettingsError
        When there is none, or as for :func:`add_session`.
    """
    found = _struck(data, strike, name)
    if not found:
        others = [f"{s.start_s:g}" for s in athlete.parse(data, name).strikes if s.source == strike.source]
        known = f"struck out in it are {', '.join(others)}" if others else "nothing in it is struck out"
        raise SettingsError(f"{name}: no strike of {strike.source} at {strike.start_s:g} s: {known}")
    for index in reversed(found):
        data = _without_row(data, "strike", index, name)
    return data


def _struck(data: bytes, strike: Strike, name: str) -> list[int]:
    """Return which strikes mean this effort: its source, and its start as nearly as a report shows it."""
    who = athlete.parse(data, name)
    near = who.settings.together.strike_s
    return [
        index
        for index, row in enumerate(who.strikes)
        if row.source == strike.source and abs(row.start_s - strike.start_s) <= near
    ]


# ------------------------------------------------------------------------------------------------- text


def _with_row(data: bytes, table: str, row: Mapping[str, Value], name: str) -> bytes:
    """Return the file with a row after its last one of that table, or else at the end."""
    athlete.parse(data, name)
    text = data.decode("utf-8-sig")
    content = tomllib.loads(text)
    wanted = {**content, table: [*content.get(table, []), dict(row)]}
    lines = text.split("\n")
    added = [f"[[{table}]]", *(f"{key} = {_toml(value, name)}" for key, value in row.items())]
    last = [stop for _, stop in _rows(lines, table)][-1:]
    for place in (*last, len(lines)):
        before, after = lines[:place], lines[place:]
        while place == len(lines) and before and not before[-1].strip():
            before.pop()
        made = [*before, *([""] if before else []), *added, *(after or [""])]
        if (found := _checked(data, made, wanted, lines)) is not None:
            athlete.parse(found, name)
            return found
    raise SettingsError(f"{name}: this file cannot be edited safely; write it in yourself: {'; '.join(added)}")


def _without_row(data: bytes, table: str, index: int, name: str) -> bytes:
    """Return the file without the `index`-th row of a table; comments after it stay."""
    athlete.parse(data, name)
    text = data.decode("utf-8-sig")
    content = tomllib.loads(text)
    left = [row for number, row in enumerate(content[table]) if number != index]
    wanted = {key: value for key, value in {**content, table: left}.items() if key != table or left}
    lines = text.split("\n")
    places = list(_rows(lines, table))
    # Counted by their headings the row is this one, unless a text of several lines holds what looks like a heading.
    for first, stop in [*places[index : index + 1], *places]:
        before, after = lines[:first], lines[stop:]
        if before and not before[-1].strip() and (not after or not after[0].strip()):
            before.pop()  # of the blank lines around it one is enough
        if (found := _checked(data, [*before, *after], wanted, lines)) is not None:
            return found
    raise SettingsError(f"{name}: this file cannot be edited safely; take the row out of [[{table}]] yourself")


def _rows(lines: list[str], table: str) -> Iterator[tuple[int, int]]:
    """Yield first line, and one behind the last line with a value, of every row of a table as people write them."""
    headings = [number for number, line in enumerate(lines) if re.match(r"\s*\[", line)]
    for number, following in pairwise([*headings, len(lines)]):
        if re.match(rf"\s*\[\[\s*[\"']?{table}[\"']?\s*\]\]", lines[number]):
            stop = following
            while stop > number + 1 and re.match(r"\s*(#.*)?$", lines[stop - 1]):
                stop -= 1
            yield number, stop


def _checked(data: bytes, lines: list[str], wanted: Mapping[str, Any], old: list[str]) -> bytes | None:
    """Return the lines as a file with the old one's byte order mark and line ends, if it says what is wanted."""
    ends = "\r" if any(line.endswith("\r") for line in old) else ""
    kept = {line for line in old if line}
    last = len(lines) - 1
    text = "\n".join(
        line if line in kept or number == last or line.endswith("\r") else line + ends
        for number, line in enumerate(lines)
    )
    try:
        if tomllib.loads(text) != wanted:
            return None
    except ValueError:
        return None
    return ((_BOM if data.startswith(_BOM.encode()) else "") + text).encode()


def _toml(value: Value, name: str) -> str:
    """Return a value as TOML."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise SettingsError(
                f"{name}: {value!r} holds characters that no text file can: rename that file"
            ) from error
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(int(value)) if float(value).is_integer() else repr(value)
