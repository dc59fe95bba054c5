"""The list that comes with an export: what the files in it are said to be, and which of them are not there.

Strava's export has ``activities.csv`` beside the folder ``activities``. Its headers are in the user's language and some
occur twice, so the column of file names is known by its cells, and the type by its place. The files are the truth:
the list decides only where a file names no sport.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from legspeed.errors import ReadError
from legspeed.model import Failure, FileResult, NotRun
from legspeed.readers.containers import archives
from legspeed.readers.containers.entries import Entry, bounded, decompressed, descend, opened
from legspeed.readers.labels import label
from legspeed.seasons.sports import names_no_sport
from legspeed.settings import Settings

_LIST: Final = "activities.csv"
_FOLDER: Final = "activities/"
_TYPE_PLACE: Final = 3
_TYPE_HEADER: Final = "activity type"
#: Types that are no run, in the languages that Strava's users export in most. What is not here decides nothing.
_NO_RUN: Final = re.compile(
    r"\b(?:e-)?(?:bike|ride|virtualride|cycling|swim|walk|hike|hiking|row|rowing|ski|snow|skat|yoga|pilates|weight|workout"
    r"|crossfit|elliptical|kayak|canoe|surf|golf|sail|climb|tennis|soccer|football"
    r"|rad|fahrrad|schwimm|spazier|geh|wander|kraft|ruder|langlauf|skifahr|ciclis|bici|nata|camina|sender|"
    r"vélo|velo|cyclisme|marche|randonn|musculation|wandel|fiets|zwem|cykl|cykel|sim|promenad|nuoto|cammin|escurs)",
    re.IGNORECASE,
)
_RUN: Final = re.compile(
    r"\brun|\bjog|^lauf|laufen|treadmill|course|carrera|correr|corrida|corsa|hardlo|löp|løb|løp|bieg", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an export lies: the file or folder on disk, the way inside archives, the folder there, how it is shown."""

    path: str
    members: tuple[archives.Member, ...]
    folder: str
    shown: str


def with_lists(entries: Sequence[Entry], results: Sequence[FileResult], settings: Settings) -> tuple[FileResult, ...]:
    """Return the results with what the exports' own lists say.

    A recording that names no sport and that its list calls a ride is no run; a run that is listed and not there is a
    failure with the code ``missing``.
    """
    kinds: dict[str, str] = {}
    missing: list[FileResult] = []
    for place, found in _places(entries).items():
        listed, there = _list_of(place, settings)
        for name, kind in listed.items():
            source = found.get(name) or found.get(name.removesuffix(".gz"))
            if source is not None:
                kinds[source] = kind
            elif name not in there and name.removesuffix(".gz") not in there and not _no_run(kind):
                shown = label(f"{place.shown}{name}")
                message = f"listed in {_LIST}, but not in the export: ask for the export again"
                missing.append(FileResult(shown, failures=(Failure(shown, "missing", message),)))
    return (*(_judged(result, kinds.get(result.source, "")) for result in results), *missing)


def _judged(result: FileResult, kind: str) -> FileResult:
    """Return a result without the runs that are none by their list."""
    if not kind or not _no_run(kind):
        return result
    runs = tuple(d for d in result.digests if not names_no_sport(d.sport, d.sub_sport))
    if len(runs) == len(result.digests):
        return result
    reason = f"names no sport, and its export's list says {label(kind.strip())}"
    return replace(result, digests=runs, not_runs=(*result.not_runs, NotRun(result.source, reason)))


def _no_run(kind: str) -> bool:
    """Tell whether a type, in whatever language, is known to be no run."""
    return _NO_RUN.search(kind) is not None and _RUN.search(kind) is None


def _places(entries: Iterable[Entry]) -> dict[_Place, dict[str, str]]:
    """Return the exports that the entries may belong to, each with the sources of its files by their listed names."""
    places: dict[_Place, dict[str, str]] = {}
    for entry in entries:
        lies = entry.members[-1].name if entry.members else Path(entry.path).as_posix()
        folder, mark, name = lies.rpartition(_FOLDER)
        if not mark or (folder and not folder.endswith("/")):
            continue
        shown = entry.source.rpartition(_FOLDER)[0]
        place = _Place(entry.path if entry.members else "", entry.members[:-1], folder, shown)
        places.setdefault(place, {})[_FOLDER + name] = entry.source
    return places


def _list_of(place: _Place, settings: Settings) -> tuple[Mapping[str, str], frozenset[str]]:
    """Return the types by file name that an export's list gives, and the files that are there; nothing without one."""
    try:
        if not place.path:
            top = Path(place.folder)
            if not (top / _LIST).is_file():
                return {}, frozenset()
            with opened(top / _LIST) as stream:
                listed = _rows(bounded(stream, settings.limits))
            return listed, frozenset(name for name in listed if PurePosixPath(name).parts[1:] and _is_there(top, name))
        with opened(place.path) as stream:
            export = Entry("", place.path, place.members, modified_ns=Path(place.path).stat().st_mtime_ns)
            inner = descend(stream, place.members, export.places(settings.limits))
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


def _rows(data: bytes) -> dict[str, str]:
    """Return the type of every file that a list names."""
    lines: Iterator[list[str]] = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    header = next(lines, [])
    rows = list(lines)
    width = max((len(row) for row in rows), default=0)
    files = max(range(width), key=lambda at: sum(_names_file(row, at) for row in rows), default=None)
    if files is None:
        return {}
    words = [cell.strip().lower() for cell in header]
    kind = words.index(_TYPE_HEADER) if _TYPE_HEADER in words else _TYPE_PLACE
    return {
        row[files].strip(): row[kind] if kind != files and kind < len(row) else ""
        for row in rows
        if _names_file(row, files)
    }


def _names_file(row: Sequence[str], at: int) -> bool:
    """Tell whether a cell is the name of a file of the export."""
    return at < len(row) and row[at].strip().startswith(_FOLDER)
