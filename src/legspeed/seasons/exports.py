"""The list that comes with an export: what its files are called and said to be, and which of them are not there.

Strava's export has ``activities.csv`` beside the folder ``activities``. Its headers are in the user's language and some
occur twice, so the column of file names is known by its cells, name and type by their places. The files are the truth:
the list decides only where a file names no sport. Garmin's list is :mod:`legspeed.seasons.garmin_list`.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from legspeed.errors import ReadError
from legspeed.model import Failure, FileResult, NotRun
from legspeed.model.packed import Made
from legspeed.readers.cleaning.sports import names_another_sport, sport_of
from legspeed.readers.containers import archives
from legspeed.readers.containers.entries import Entry, archive_at, bounded, decompressed, opened
from legspeed.readers.labels import label
from legspeed.seasons.garmin_list import Listed, garmin_names, with_slashes
from legspeed.seasons.results import Results
from legspeed.seasons.sports import names_no_sport
from legspeed.settings import Settings

_LIST: Final = "activities.csv"
_FOLDER: Final = "activities/"
_MARKS: Final = (",", ";", "\t")
_NAME_CHARS: Final = 120
_NAME_PLACE: Final = 2
_NAME_HEADER: Final = "activity name"
_TYPE_PLACE: Final = 3
_TYPE_HEADER: Final = "activity type"
#: What Strava calls exercise that is no run and names no sport, in the languages that its users export in most. Sports
#: are known by the readers' list; a type that is in neither decides nothing.
_WORKOUT: Final = re.compile(
    r"workout|\btraining|entrenamiento|treino|entra[iî]nement|allenamento|ワークアウト", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an export lies: the file or folder on disk, the way inside archives, the folder there, how it is shown.

    It is `whole` where the user named it, or a folder or archive that holds it; not where he named only its folder of
    recordings or single files.
    """

    path: str
    members: tuple[archives.Member, ...]
    folder: str
    shown: str
    whole: bool


def with_lists(entries: Sequence[Entry], results: Results, places: range, settings: Settings) -> list[FileResult]:
    """Put what the exports' own lists say into the results of these files, and return what they say beside.

    Every run gets the name and the type that its list gives it. A recording that names no sport and that its list calls
    a ride is no run; a run that is listed and not there is a failure with the code ``missing``, which is returned.

    Parameters
    ----------
    entries : sequence of Entry
        All files.
    results : Results
        What they gave.
    places : range
        Which of them are meant.
    settings : Settings
    """
    entries = Made.chosen(entries, places)
    said: dict[str, Listed] = {}
    missing: list[FileResult] = []
    for place, found in _places(entries).items():
        listed, there = _list_of(place, settings)
        for name, row in listed.items():
            source = found.get(name) or found.get(name.removesuffix(".gz"))
            if source is not None:
                said[source] = row
            elif place.whole and not {name, name.removesuffix(".gz")} & there and not _no_run(row.type):
                shown = label(f"{place.shown}{name}")
                message = f"listed in {_LIST}, but not in the export: ask for the export again"
                missing.append(FileResult(shown, failures=(Failure(shown, "missing", message),)))
    said = {**garmin_names(entries, Made.chosen(results, places), settings), **said}
    for at in places if said else ():
        result = results[at]
        joined = _joined(result, said)
        if joined is not result:
            results.keep(at, joined)
    return missing


def _joined(result: FileResult, said: Mapping[str, Listed]) -> FileResult:
    """Return a result with its runs' names and types, without those that are no run by their list."""
    runs, no_runs = [], []
    for digest in result.digests:
        row = said.get(digest.source) or said.get(result.source)
        if row is None:
            runs.append(digest)
        elif _no_run(row.type) and names_no_sport(digest.sport, digest.sub_sport):
            no_runs.append(
                NotRun(result.source, f"names no sport, and its export's list says {_on_one_line(row.type)}")
            )
        else:
            runs.append(replace(digest, name=_on_one_line(row.name) or None, type=_on_one_line(row.type) or None))
    if not no_runs and all(run is digest for run, digest in zip(runs, result.digests, strict=True)):
        return result
    return replace(result, digests=tuple(runs), not_runs=(*result.not_runs, *dict.fromkeys(no_runs)))


def _on_one_line(text: str) -> str:
    """Return a text of a list on one line, with nothing in it that a terminal would obey, of bounded length."""
    kept = text[: 4 * _NAME_CHARS]
    if not kept.isprintable():
        kept = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in kept)
    return " ".join(kept.split())[:_NAME_CHARS].rstrip()


def _no_run(kind: str) -> bool:
    """Tell whether a type, in whatever language, is known to be no run."""
    sport, _ = sport_of(kind)
    return sport != "running" and (names_another_sport(sport) or _WORKOUT.search(kind) is not None)


def _places(entries: Iterable[Entry]) -> dict[_Place, dict[str, str]]:
    """Return the exports that the entries may belong to, each with the sources of its files by their listed names."""
    places: dict[_Place, dict[str, str]] = {}
    for entry in entries:
        lies = entry.members[-1].name if entry.members else with_slashes(entry.path)
        folder, mark, name = lies.rpartition(_FOLDER)
        if not mark or (folder and not folder.endswith("/")):
            continue
        shown, whole, _ = entry.source.rpartition(_FOLDER)
        place = _Place(entry.path if entry.members else "", entry.members[:-1], folder, shown, bool(whole))
        places.setdefault(place, {})[_FOLDER + name] = entry.source
    return places


def _list_of(place: _Place, settings: Settings) -> tuple[Mapping[str, Listed], frozenset[str]]:
    """Return what an export's list says by file name, and the files that are there; nothing without a list."""
    try:
        if not place.path:
            top = Path(place.folder)
            if not (top / _LIST).is_file():
                return {}, frozenset()
            with opened(top / _LIST) as stream:
                listed = _rows(bounded(stream, settings.limits))
            return listed, frozenset(name for name in listed if PurePosixPath(name).parts[1:] and _is_there(top, name))
        with archive_at(place.path, place.members, settings.limits) as inner:
            members = {m.name: m for m in archives.members(inner, settings.limits)}
            member = members.get(place.folder + _LIST)
            if member is None:
                return {}, frozenset()
            listed = _rows(decompressed(archives.extract(inner, member, settings.limits), settings.limits).data)
            return listed, frozenset(n.removeprefix(place.folder) for n in members if n.startswith(place.folder))
    except (ReadError, OSError, ValueError, csv.Error):
        return {}, frozenset()  # the list is a help, not an input: without it the files speak for themselves


def _is_there(top: Path, name: str) -> bool:
    """Tell whether a listed file is there; a name that leads out of the export is not looked for."""
    return ".." not in PurePosixPath(name).parts and (
        (top / name).is_file() or (top / name.removesuffix(".gz")).is_file()
    )


def _rows(data: bytes) -> dict[str, Listed]:
    """Return name and type of every file that a list names."""
    text = _decoded(data)
    # Strava parts cells by commas; a table that was opened and saved again has what its program likes.
    tables = ([*csv.reader(io.StringIO(text, newline=""), delimiter=mark)] for mark in _MARKS)
    header, rows, files = next(
        ((table[0], table[1:], at) for table in tables if (at := _column_of_files(table)) is not None), ([], [], None)
    )
    if files is None:
        return {}
    words = [cell.strip().lower() for cell in header]
    name = words.index(_NAME_HEADER) if _NAME_HEADER in words else _NAME_PLACE
    kind = words.index(_TYPE_HEADER) if _TYPE_HEADER in words else _TYPE_PLACE

    def cell(row: Sequence[str], at: int) -> str:
        return row[at] if at != files and at < len(row) else ""

    return {row[files].strip(): Listed(cell(row, name), cell(row, kind)) for row in rows if _names_file(row, files)}


def _decoded(data: bytes) -> str:
    """Return the text of a list: UTF-8 as exported, UTF-16 or Windows' own as a table program may have saved it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    # A letter or two may be damaged in UTF-8; where most letters beyond ASCII are, it is none.
    if broken and broken > sum(not c.isascii() for c in text) / 2:
        return data.decode("cp1252", "replace")
    return text


def _column_of_files(table: Sequence[Sequence[str]]) -> int | None:
    """Return the column with the most names of files, None where none has any."""
    counts = Counter(at for row in table[1:] for at in range(len(row)) if _names_file(row, at))
    return min(counts, key=lambda at: (-counts[at], at), default=None)


def _names_file(row: Sequence[str], at: int) -> bool:
    """Tell whether a cell is the name of a file of the export."""
    return at < len(row) and row[at].strip().startswith(_FOLDER)
