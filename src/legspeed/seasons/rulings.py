"""What was decided about a season, kept in the book: the same runs by the same rules are not judged again.

What a run's file, its runner's times, the thresholds and our code decide is named by their check sum. What is only
shown otherwise (dates, units, struck-out efforts, days since) is worked out afresh every time.

Beside a judgement lies what each run's rests on. A season with one more run differs from the last one in that run, and
in those few that it throws another light on: only these are judged.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from legspeed.athlete import Athlete
from legspeed.model import (
    Duplicate,
    Effort,
    EffortSet,
    Findings,
    JudgedRun,
    Judgement,
    Packed,
    Refusal,
    RunDigest,
    Yardstick,
)
from legspeed.model.packed import values
from legspeed.seasons.pages import plain, sealed, unsealed
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.seasons.book import Book
    from legspeed.segmenter.grounds import Before, Grounds

#: The place of the one value of a yardstick that JSON does not know: its date.
AS_OF: Final = 4
#: So much of a page is unpacked at once.
_AT_ONCE_BYTES: Final = 65_536
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
    digests: Sequence[RunDigest],
    *,
    athlete: Athlete,
    settings: Settings,
    laps: bool,
    book: Book | None = None,
    place: str = "",
    part: bool = False,
) -> Ruling:
    """Return these runs without their duplicates, and judged; what was decided comes from the book, or goes into it.

    Parameters
    ----------
    digests : sequence of RunDigest
        As read from files; with a book none may have been changed since.
    athlete, settings, laps
        As for :func:`legspeed.segmenter.judge`.
    book : Book, optional
        Where to look for it, and to keep it.
    place : str
        Where the runs are from: by this the book knows the season again once it has more of them.
    part : bool
        Whether other runs have been put among those of the place: then its own judgement stays the one that is kept.
    """
    from legspeed.readers.registry import BUILT_IN

    if book is None or not {digest.format for digest in digests} <= {reader.name for reader in BUILT_IN}:
        return _judged(digests, {}, athlete=athlete, settings=settings, laps=laps)[0]
    rules = _rules(settings, laps)
    name = _check_sum(rules, _said(athlete), [_recording(digest) for digest in digests])
    page = book.ruling(name)
    ruling = None if page is None else _read_back(page, digests)
    if ruling is not None:
        return ruling
    season = _check_sum(rules, place)
    last = book.last_ruling(season)
    before = {} if last is None else _before(*last, digests)
    ruling, grounds = _judged(digests, before, athlete=athlete, settings=settings, laps=laps)
    kept = None if part and last is not None else _written(ruling, grounds, digests)
    if kept is not None:
        book.keep_ruling(name, season, *kept)
    return ruling


def _judged(
    digests: Sequence[RunDigest], before: Mapping[str, Before], *, athlete: Athlete, settings: Settings, laps: bool
) -> tuple[Ruling, tuple[Grounds, ...]]:
    """Judge these runs without their duplicates, those that were judged before only where they must be."""
    from legspeed.seasons.duplicates import without_duplicates
    from legspeed.segmenter import judge_again

    kept, duplicates = without_duplicates(digests, settings.together)
    was = [before.get(_recording(digest)) if before else None for digest in kept]
    judgement, grounds = judge_again(kept, was, athlete=athlete, settings=settings, laps=laps)
    return Ruling(kept, duplicates, judgement), grounds


# ------------------------------------------------------------------------------------------------------ by what name


def _check_sum(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _rules(settings: Settings, laps: bool) -> tuple[str, str]:
    """Return what names our code and all thresholds."""
    from legspeed.seasons.ways import way_of_reading

    return way_of_reading(settings, laps=laps, strict=False), settings.fingerprint()


def _said(athlete: Athlete) -> list[tuple[str, object]]:
    """Return what the athlete says that judging looks at."""
    return [
        (field.name, getattr(athlete, field.name)) for field in dataclasses.fields(athlete) if field.name not in _LATER
    ]


def _recording(d: RunDigest) -> str:
    """Return what names one recording: the check sum of its file, and which of the runs in it this is."""
    row = d.source, d.digest, d.start.isoformat(), d.elapsed_s, d.moving_s, d.records
    return hashlib.blake2b(repr(row).encode(), digest_size=16).hexdigest()


# ---------------------------------------------------------------------------------------------------------- as a page
#
# A page is lines of JSON, packed: one for the season, then one for each run, so that neither writing nor reading needs
# more memory at once than a run takes.

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=plain, allow_nan=False)


def _written(ruling: Ruling, grounds: Sequence[Grounds], digests: Sequence[RunDigest]) -> tuple[bytes, bytes] | None:
    """Return what was decided about `digests` as a page, and its grounds as another; None when JSON cannot say it."""
    places = {id(digest): place for place, digest in enumerate(digests)}
    kept = [places[id(digest)] for digest in ruling.digests]
    twice = [values(one) for one in ruling.duplicates]
    season: list[Any] = [kept, twice, _yardstick_row(ruling.judgement.yardstick)]
    runs = (
        [
            [values(effort) for effort in run.efforts],
            [values(refusal) for refusal in run.refused],
            [values(one) for one in run.sets],
            _yardstick_row(yardstick),
        ]
        for run, yardstick in zip(ruling.judgement.runs, ruling.judgement.yardsticks, strict=True)
    )
    beside = (
        [_recording(digest), one.reps, one.brief_reps, one.at_floor, one.sprints and values(one.sprints)[1:], one.final]
        for digest, one in zip(ruling.digests, grounds, strict=True)
    )
    try:
        return _packed(itertools.chain([season], runs)), _packed(beside)
    except ValueError:
        return None


def _packed(rows: Iterable[list[Any]]) -> bytes:
    """Return rows as a page."""
    packer = zlib.compressobj(1)
    parts = [packer.compress(f"{_ENCODER.encode(row)}\n".encode()) for row in rows]
    return sealed(b"".join((*parts, packer.flush())))


def _unpacked(page: bytes) -> Iterator[Any]:
    """Yield the rows of a page.

    Raises
    ------
    ValueError, zlib.error
        When the page is damaged.
    """
    packed, _ = unsealed(page)
    if packed is None:
        raise ValueError("the page is damaged")
    unpacker, rest, begun = zlib.decompressobj(), bytes(packed), b""
    while not unpacker.eof:
        more = unpacker.decompress(rest, _AT_ONCE_BYTES)
        if not more and not unpacker.eof:
            raise ValueError("the page ends too soon")
        rest = unpacker.unconsumed_tail
        *lines, begun = (begun + more).split(b"\n")
        for line in lines:
            yield json.loads(line)


def _read_back(page: bytes, digests: Sequence[RunDigest]) -> Ruling | None:
    """Return what a page says of `digests`; None when the page is damaged."""
    findings, yardsticks = Findings(), Packed[Yardstick]()
    runs = []
    try:
        rows = _unpacked(page)
        kept, twice, last = next(rows)
        for row in rows:
            runs.append(_judged_run(row, findings))
            yardsticks.keep([_yardstick(row[-1])])
        found = tuple(digests[place] for place in kept)
        if len(runs) != len(found):
            return None
        return Ruling(
            found, tuple(Duplicate(*row) for row in twice), Judgement(tuple(runs), yardsticks, _yardstick(last))
        )
    except (ValueError, TypeError, IndexError, StopIteration, zlib.error):
        return None


def _before(page: bytes, grounds: bytes, digests: Sequence[RunDigest]) -> dict[str, Before]:
    """Return what an earlier page says of those of its recordings that are among `digests`; nothing when damaged."""
    from legspeed.segmenter.grounds import Before, Grounds
    from legspeed.segmenter.top_speed import Sprints

    runs = {_recording(digest): digest for digest in digests}
    findings, before = Findings(), {}
    try:
        rows = itertools.islice(_unpacked(page), 1, None)
        for row, (recording, reps, brief_reps, at_floor, sprints, final) in zip(rows, _unpacked(grounds), strict=True):
            run = runs.get(recording)
            if run is not None:
                before[recording] = Before(
                    _judged_run(row, findings),
                    Grounds(
                        None if reps is None else tuple(reps),
                        None if brief_reps is None else tuple(brief_reps),
                        at_floor,
                        None if sprints is None else Sprints(run.start, *sprints),
                        final,
                    ),
                )
    except (ValueError, TypeError, zlib.error):
        return {}
    return before


def _judged_run(row: list[Any], findings: Findings) -> JudgedRun:
    """Return a run as it was judged."""
    efforts, refused, sets, _ = row
    return findings.run(
        [Effort(*_tuples(row)) for row in efforts],
        [Refusal(*_tuples(row)) for row in refused],
        [EffortSet(*row) for row in sets],
    )


def _tuples(row: list[Any]) -> list[Any]:
    """Return a row, its lists as the tuples they were."""
    return [tuple(value) if type(value) is list else value for value in row]


def _yardstick_row(yardstick: Yardstick) -> list[Any]:
    row = values(yardstick)
    return [value.isoformat() if isinstance(value, dt.date) else value for value in row]


def _yardstick(row: list[Any]) -> Yardstick:
    if row[AS_OF]:
        row = [*row[:AS_OF], dt.date.fromisoformat(row[AS_OF]), *row[AS_OF + 1 :]]
    return Yardstick(*row)
