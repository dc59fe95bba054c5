"""Struck-out efforts find their run, whichever PATH it is read through, and no other run of the same name.

A strike names its run by the way from the athlete file's folder. Where a file lies there, that very file is meant, be
it read as ``runs/a.fit`` from above, as ``a.fit`` from its folder, or alone. Only where none does (the athlete file
lies elsewhere, the run has moved) is the name held against the one in the report.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from legspeed.athlete import Athlete
from legspeed.model import RunDigest

if TYPE_CHECKING:
    from legspeed.model import Duplicate
    from legspeed.readers.containers.entries import Entry
    from legspeed.settings import Together


def struck_starts(
    digests: Sequence[RunDigest], entries: Iterable[Entry], athlete: Athlete
) -> Mapping[str, tuple[float, ...]]:
    """Return, by source, where in a run efforts are struck out: their starts in seconds.

    Parameters
    ----------
    digests : sequence of RunDigest
        The runs.
    entries : iterable of Entry
        The files they were read from; a run of none of them is known by its name alone.
    athlete : Athlete
        His strikes, and the folder of his file.
    """
    if not athlete.strikes:
        return {}
    meant: dict[str, list[float]] = {}
    named: dict[str, list[float]] = {}
    for strike in athlete.strikes:
        place = _place_meant(strike.source, athlete.folder)
        (named if place is None else meant).setdefault(place or strike.source, []).append(strike.start_s)
    places = _places(entries) if meant else {}
    found = {}
    for digest in digests:
        source, mark, number = digest.source.rpartition("#")
        file, tail = (source, mark + number) if digest.source not in places and mark else (digest.source, "")
        starts = meant.get(places.get(file, "") + tail, []) + named.get(digest.source, [])
        if starts:
            found[digest.source] = tuple(starts)
    return found


def with_copies(
    struck: Mapping[str, tuple[float, ...]],
    digests: Sequence[RunDigest],
    duplicates: Sequence[Duplicate],
    together: Together,
) -> Mapping[str, tuple[float, ...]]:
    """Return the starts of struck-out efforts with those that were struck out in another recording of the same run.

    A strike was written when that recording was the only one, or the richest; it outlives a richer one.

    Parameters
    ----------
    struck : mapping
        Starts by source, as :func:`struck_starts` returns them for all recordings.
    digests : sequence of RunDigest
        All recordings.
    duplicates : sequence of Duplicate
        Which of them stand for others.
    together : Together
        Tells how the clocks of two recordings differ.
    """
    from legspeed.seasons.duplicates import seconds_later

    found = dict(struck)
    by_source = {digest.source: digest for digest in digests} if struck else {}
    for one in duplicates if struck else ():
        starts = struck.get(one.source, ())
        later_s = seconds_later(by_source[one.of], by_source[one.source], together) if starts else None
        if later_s is not None:
            found[one.of] = (*found.get(one.of, ()), *(start + later_s for start in starts))
    return found


def _place_meant(source: str, folder: str | None) -> str | None:
    """Return the place of the run that a strike names, None where no such file lies there."""
    if folder is None:
        return None
    for on_disk in names_on_disk(source):
        path = Path(folder) / on_disk
        if os.path.isfile(path):  # noqa: PTH113 - bears names that no file can have
            return _real(path) + source[len(on_disk) :]
    return None


def names_on_disk(source: str) -> list[str]:
    """Return what of a source may be the name of a file on disk: all of it, before ``#2``, before each ``!``."""
    cuts = [found.start() for found in re.finditer(r"!|#\d+$", source)]
    return [source, *(source[:cut] for cut in reversed(cuts))]


def _places(entries: Iterable[Entry]) -> dict[str, str]:
    """Return where each source's file lies, inside archives behind ``!``, as the report writes it."""
    from legspeed.readers.labels import label

    real: dict[str, str] = {}
    places = {}
    for entry in entries:
        lies = real.get(entry.path)
        if lies is None:
            lies = real[entry.path] = _real(Path(entry.path))
        inside = "".join(f"!{label(member.name)}" for member in entry.members)
        again = re.search(r"~\d+$", entry.source)  # the second file of one name in an archive
        tail = again.group() if inside and again and not inside.endswith(again.group()) else ""
        places[entry.source] = lies + inside + tail
    return places


def _real(path: Path) -> str:
    """Return one spelling for each file, whatever links and capitals lead to it."""
    return os.path.normcase(path.resolve())
