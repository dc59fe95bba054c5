"""What was decided about a season, kept in the book: the same runs by the same rules are not judged again.

What a run's file, its runner's times, the thresholds and our code decide is named by their check sum. What is only
shown otherwise (dates, units, struck-out efforts, days since) is worked out afresh every time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from legspeed.athlete import Athlete
from legspeed.model import Duplicate, Effort, EffortSet, JudgedRun, Judgement, Refusal, RunDigest, Yardstick
from legspeed.seasons.pages import plain, sealed, unsealed, values
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.seasons.book import Book

#: The place of the one value of a yardstick that JSON does not know: its date.
AS_OF: Final = 4
#: What the athlete says that is looked at only after judging.
_LATER: Final = frozenset(
    ("name", "units", "time_zone", "sessions", "strikes", "mutes", "blocks", "muted_notes", "settings", "folder")
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided about a season's runs: those that count once, what they stand for, and what each holds."""

    digests: tuple[RunDigest, ...]
    duplicates: tuple[Duplicate, ...]
    judgement: Judgement


def ruled(
    digests: Sequence[RunDigest], *, athlete: Athlete, settings: Settings, laps: bool, book: Book | None
) -> Ruling:
    """Return these runs without their duplicates, and judged; from the book where that is in it.

    Parameters
    ----------
    digests : sequence of RunDigest
        As read from files; with a book none may have been changed since.
    athlete, settings, laps
        As for :func:`legspeed.segmenter.judge`.
    book : Book or None
        Where to look, and to keep what is new.
    """
    name = "" if book is None else _name(digests, athlete, settings, laps)
    if book is not None and name:
        page = book.ruling(name)
        known = None if page is None else _read_back(page, digests)
        if known is not None:
            return known
    from legspeed.seasons.duplicates import without_duplicates
    from legspeed.segmenter import judge

    kept, duplicates = without_duplicates(digests, settings.together)
    ruling = Ruling(kept, duplicates, judge(kept, athlete=athlete, settings=settings, laps=laps))
    if book is not None and name:
        page = _written(ruling, digests)
        if page is not None:
            book.keep_ruling(name, page)
    return ruling


def _name(digests: Sequence[RunDigest], athlete: Athlete, settings: Settings, laps: bool) -> str:
    """Return the check sum of all that decides the judgement; nothing where not all of it is known."""
    from legspeed.readers.registry import BUILT_IN
    from legspeed.seasons.book import way_of_reading

    if not {digest.format for digest in digests} <= {reader.name for reader in BUILT_IN}:
        return ""
    said = [
        (field.name, getattr(athlete, field.name)) for field in dataclasses.fields(athlete) if field.name not in _LATER
    ]
    rows = [
        (d.source, d.digest, d.start.isoformat(), d.elapsed_s, d.moving_s, d.records, len(d.bursts)) for d in digests
    ]
    way = way_of_reading(settings, laps=laps, strict=False)
    return hashlib.sha256(repr((way, settings.fingerprint(), said, rows)).encode()).hexdigest()


def _written(ruling: Ruling, digests: Sequence[RunDigest]) -> bytes | None:
    """Return what was decided about `digests` as a page; None when JSON cannot say it."""
    places = {id(digest): place for place, digest in enumerate(digests)}
    kept = [places[id(digest)] for digest in ruling.digests]
    twice = [values(one) for one in ruling.duplicates]
    judgement = ruling.judgement
    rows = [
        [
            [values(effort) for effort in run.efforts],
            [values(refusal) for refusal in run.refused],
            [values(one) for one in run.sets],
            _yardstick_row(run.yardstick),
        ]
        for run in judgement.runs
    ]
    try:
        text = json.dumps(
            [kept, twice, rows, _yardstick_row(judgement.yardstick)],
            separators=(",", ":"),
            default=plain,
            allow_nan=False,
        )
    except ValueError:
        return None
    packed = zlib.compress(text.encode(), 1)
    return sealed(packed, len(packed))


def _read_back(page: bytes, digests: Sequence[RunDigest]) -> Ruling | None:
    """Return what a page says of `digests`; None when the page is damaged."""
    opened = unsealed(page)
    if opened is None:
        return None
    try:
        kept, twice, rows, last = json.loads(zlib.decompress(opened[0]))
        runs = [
            JudgedRun(
                tuple(Effort(*_tuples(row)) for row in efforts),
                tuple(Refusal(*_tuples(row)) for row in refused),
                tuple(EffortSet(*_tuples(row)) for row in sets),
                _yardstick(own),
            )
            for efforts, refused, sets, own in rows
        ]
        return Ruling(
            tuple(digests[place] for place in kept),
            tuple(Duplicate(*row) for row in twice),
            Judgement(tuple(runs), _yardstick(last)),
        )
    except (ValueError, TypeError, IndexError, zlib.error):
        return None


def _tuples(row: list[Any]) -> list[Any]:
    """Return a row, its lists as the tuples they were."""
    return [tuple(value) if type(value) is list else value for value in row]


def _yardstick_row(yardstick: Yardstick) -> list[Any]:
    row = values(yardstick)
    return [value.isoformat() if isinstance(value, dt.date) else value for value in row]


def _yardstick(row: list[Any]) -> Yardstick:
    found = Yardstick(*row)
    return dataclasses.replace(found, as_of=dt.date.fromisoformat(row[AS_OF])) if row[AS_OF] else found
