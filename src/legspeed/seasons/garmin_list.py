"""Names and types from a Garmin account export: ``*_summarizedActivities.json`` lists every activity by its start.

``[{"summarizedActivitiesExport": [{"name": "Tempo", "activityType": "running", "beginTimestamp": 1700000000000}]}]``,
milliseconds since 1970 in UTC. The names of the recordings say nothing of it: they are matched by their start.
"""

from __future__ import annotations

import json
import math
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from legspeed.errors import ReadError
from legspeed.model import FileResult
from legspeed.readers.containers import archives
from legspeed.readers.containers.entries import Entry, archive_at, bounded, decompressed, opened
from legspeed.settings import Settings

_TOP: Final = "DI_CONNECT/"
_ENDING: Final = "summarizedActivities.json"
_KEY: Final = "summarizedActivitiesExport"


@dataclass(frozen=True, slots=True)
class Listed:
    """What an export's list says of an activity: its name, and its type in that list's words; both may be empty."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class _Export:
    """Where an export lies: on disk (a folder's path) or in an archive, and the way inside that."""

    path: str
    members: tuple[archives.Member, ...]
    folder: str | None


def garmin_names(entries: Sequence[Entry], results: Sequence[FileResult], settings: Settings) -> dict[str, Listed]:
    """Return names and types by the runs' sources, of the runs that lie in an export with such a list."""
    found: dict[_Export, set[str]] = {}
    for entry in entries:
        place = _export(entry)
        if place is not None and entry.error is None:
            found.setdefault(place, set()).add(entry.source)
    named: dict[str, Listed] = {}
    for place, sources in found.items():
        listed = sorted(_listed(place, settings), key=lambda row: row[0])
        starts = [start for start, _ in listed]
        for digest in (d for result in results if result.source in sources for d in result.digests):
            at = digest.start.timestamp()
            after = bisect_left(starts, at)
            near = min(listed[max(0, after - 1) : after + 1], key=lambda row: abs(row[0] - at), default=None)
            if near is not None and abs(near[0] - at) <= settings.together.listed_s:
                named[digest.source] = near[1]
    return named


def _export(entry: Entry) -> _Export | None:
    """Return the export that an entry lies in, None where it is in none."""
    path = with_slashes(entry.path)
    if f"/{_TOP}" in path:
        return _Export("", (), path.partition(f"/{_TOP}")[0] + "/" + _TOP)
    for depth, member in enumerate(entry.members):
        if f"/{_TOP}" in f"/{member.name}":
            return _Export(entry.path, entry.members[:depth], None)
    return None


def with_slashes(path: str) -> str:
    """Return a path on disk as it is written elsewhere."""
    return path if os.sep == "/" else path.replace(os.sep, "/")


def _listed(place: _Export, settings: Settings) -> Iterator[tuple[float, Listed]]:
    """Yield start (Unix seconds) and names of every activity that an export lists; nothing of a damaged list."""
    try:
        for data in _lists(place, settings):
            yield from _activities(json.loads(data))
    except (ReadError, OSError, ValueError, RecursionError):
        return  # the list is a help, not an input


def _lists(place: _Export, settings: Settings) -> Iterator[bytes]:
    """Yield the content of every list in an export."""
    limits = settings.limits
    if place.folder is not None:
        for file in sorted(Path(place.folder).glob(f"*/*{_ENDING}")):
            with opened(file) as stream:
                yield bounded(stream, limits)
        return
    with archive_at(place.path, place.members, limits) as inner:
        for member in archives.members(inner, limits):
            if member.name.endswith(_ENDING) and f"/{_TOP}" in f"/{member.name}":
                yield decompressed(archives.extract(inner, member, limits), limits).data


def _activities(content: Any) -> Iterable[tuple[float, Listed]]:  # noqa: ANN401 - whatever the file holds
    """Yield start, name and type of the activities in a parsed list; what is not as expected is left out."""
    for part in content if isinstance(content, list) else [content]:
        rows = part.get(_KEY) if isinstance(part, dict) else None
        for row in rows if isinstance(rows, list) else ():
            begin = row.get("beginTimestamp") if isinstance(row, dict) else None
            if isinstance(begin, int | float) and not isinstance(begin, bool) and math.isfinite(begin):
                texts = (row.get(key) for key in ("name", "activityType"))
                yield begin / 1000.0, Listed(*(value if isinstance(value, str) else "" for value in texts))
