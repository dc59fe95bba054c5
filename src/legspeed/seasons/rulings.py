"""What was decided about a season, kept in the book: the same runs by the same rules are not judged again.

What a run's file, its runner's times, the thresholds and our code decide is named by their check sum. What is only
shown otherwise (dates, units, struck-out efforts, days since) is worked out afresh every time.

Beside a judgement lies what each run's rests on. A season with one more run differs from the last one in that run, and
in those few that it throws another light on: only these are judged.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import functools
import hashlib
import itertools
import json
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from legspeed.athlete import Athlete
from legspeed.model import (
    Duplicate,
    Effort,
    EffortSet,
    Findings,
    Judgement,
    Packed,
    Refusal,
    RunDigest,
    WatchDelay,
    Yardstick,
)
from legspeed.model.packed import Likened, Made, values
from legspeed.model.scratch import Scratch
from legspeed.seasons.pages import plain, sealed, unsealed
from legspeed.seasons.results import Digests
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.seasons.book import Book
    from legspeed.segmenter.grounds import Before, Grounds
    from legspeed.segmenter.top_speed import Sprints

#: The place of the one value of a yardstick that JSON does not know: its date.
AS_OF: Final = 4
#: So many runs are written together: fewer pack worse, more are more at once.
_RUNS_ON_A_PAGE: Final = 32
_NAME_BYTES: Final = 16
#: Where in a run's row its yardstick is.
_YARDSTICK: Final = 3
#: What the athlete says that is looked at only after judging.
_LATER: Final = frozenset(
    ("name", "units", "time_zone", "sessions", "strikes", "mutes", "blocks", "muted_notes", "settings", "folder")
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided about a season's runs.

    ``kept`` are the places of the recordings that count as runs, sorted by start; ``duplicates`` are the others, with
    what stands for each; ``judgement`` is what was found in the runs.
    """

    kept: Sequence[int]
    duplicates: tuple[Duplicate, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was decided of each recording before: whether it was ``kept`` as a run, and what it was judged on."""

    kept: bytearray
    judged: Sequence[Before | None]


def ruled(
    digests: Digests,
    *,
    athlete: Athlete,
    settings: Settings,
    laps: bool,
    book: Book | None = None,
    place: str = "",
    part: bool = False,
    scratch: Scratch | None = None,
) -> Ruling:
    """Return which of these runs are no duplicates, judged; what was decided comes from the book, or goes into it.

    Parameters
    ----------
    digests : Digests
        As read from files; with a book none may have been changed since.
    athlete, settings, laps
        As for :func:`legspeed.segmenter.judge`.
    book : Book, optional
        Where to look for it, and to keep it.
    place : str
        Where the runs are from: by this the book knows the season again once it has more of them.
    part : bool
        Whether other runs have been put among those of the place: then its own judgement stays the one that is kept.
    scratch : Scratch, optional
        Where to put aside what was found.
    """
    scratch = scratch or Scratch()
    judged = functools.partial(_judged, digests, athlete=athlete, settings=settings, laps=laps, scratch=scratch)
    recordings = None if book is None else _recordings(digests)
    if book is None or recordings is None:
        return judged(None)[0]
    rules = _rules(settings, laps)
    name = _check_sum(rules, _said(athlete), recordings.tobytes())
    ruling = _read_back(book.ruling(name), len(digests), scratch)
    if ruling is not None:
        return ruling
    season = _check_sum(rules, place)
    last = book.last_ruling(season)
    before = None if last is None else _before(last, digests, recordings, scratch)
    ruling, grounds = judged(before)
    if not part or last is None:
        with contextlib.suppress(ValueError):  # JSON cannot say it
            named = Made.chosen(recordings, ruling.kept)
            book.keep_ruling(name, season, lambda: _written(ruling, grounds, named))
    return ruling


def _judged(
    digests: Digests,
    before: _Earlier | None,
    *,
    athlete: Athlete,
    settings: Settings,
    laps: bool,
    scratch: Scratch,
) -> tuple[Ruling, Sequence[Grounds]]:
    """Judge these runs without their duplicates, those that were judged `before` only where they must be."""
    from legspeed.seasons.duplicates import each_once
    from legspeed.segmenter import judge_again

    kept, duplicates = each_once(digests, settings.together, () if before is None else before.kept)
    runs, was = digests.chosen(kept), Made(len(kept), lambda at: None if before is None else before.judged[kept[at]])
    judgement, grounds = judge_again(runs, was, athlete=athlete, settings=settings, laps=laps, scratch=scratch)
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


class Recordings(Likened[bytes]):
    """What names each of many recordings, one after another."""

    def __init__(self) -> None:
        self._names = bytearray()

    def add(self, d: RunDigest) -> None:
        """Add a name: the check sum of a recording's file, and which of the runs in it this is."""
        row = d.source, d.digest, d.start.isoformat(), d.elapsed_s, d.moving_s, d.records
        self._names += hashlib.blake2b(repr(row).encode(), digest_size=_NAME_BYTES).digest()

    def tobytes(self) -> bytes:
        """Return all names."""
        return bytes(self._names)

    def __len__(self) -> int:
        return len(self._names) // _NAME_BYTES

    def _at(self, place: int) -> bytes:
        return bytes(self._names[_NAME_BYTES * place : _NAME_BYTES * (place + 1)])


def _recordings(digests: Digests) -> Recordings | None:
    """Return the names of these recordings; None where a foreign reader has read one: of these we know no version."""
    from legspeed.readers.registry import BUILT_IN

    ours = {reader.name for reader in BUILT_IN}
    found = Recordings()
    for digest in digests:
        if digest.format not in ours:
            return None
        found.add(digest)
    return found


# ---------------------------------------------------------------------------------------------------------- as a page
#
# Pages hold lines of JSON, packed, one for each run, so many on a page that neither writing nor reading needs much
# memory at once. The first page is the season's own line.

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), default=plain, allow_nan=False)


def _written(ruling: Ruling, grounds: Sequence[Grounds], recordings: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield what was decided as pages, each with another of its grounds.

    Raises
    ------
    ValueError
        When JSON cannot say it.
    """
    twice = [values(one) for one in ruling.duplicates]
    judgement = ruling.judgement
    watches = [values(one) for one in judgement.watches]
    yield _packed([[len(ruling.kept), twice, _yardstick_row(judgement.yardstick), watches]]), b""
    runs = (
        [
            [values(effort) for effort in run.efforts],
            [values(refusal) for refusal in run.refused],
            [values(one) for one in run.sets],
            _yardstick_row(yardstick),
            at,
        ]
        for at, run, yardstick in zip(ruling.kept, judgement.runs, judgement.yardsticks, strict=True)
    )
    beside = (
        [name.hex(), one.reps, one.brief_reps, one.at_floor, one.sprints and _sprints_row(one.sprints), one.final]
        for name, one in zip(recordings, grounds, strict=True)
    )
    while page := list(itertools.islice(runs, _RUNS_ON_A_PAGE)):
        yield _packed(page), _packed(list(itertools.islice(beside, len(page))))


def _packed(rows: Sequence[list[Any]]) -> bytes:
    """Return rows as a page."""
    return sealed(zlib.compress("\n".join(map(_ENCODER.encode, rows)).encode(), 1))


def _unpacked(page: object) -> list[Any]:
    """Return the rows of a page.

    Raises
    ------
    ValueError, TypeError, zlib.error
        When the page is damaged.
    """
    packed, _ = unsealed(page) if isinstance(page, bytes) else (None, b"")
    if packed is None:
        raise ValueError("the page is damaged")
    return [json.loads(line) for line in zlib.decompress(packed).split(b"\n")]


def _read_back(pages: Iterator[tuple[object, object]], runs: int, scratch: Scratch) -> Ruling | None:
    """Return what pages say of so many runs; None when there are none, or one is damaged."""
    findings, yardsticks, kept = Findings(scratch), Packed[Yardstick](scratch=scratch), array("I")
    try:
        ((count, twice, last, watches),) = _unpacked(next(pages)[0])
        for page, _ in pages:
            for row in _unpacked(page):
                findings.add(*_found(row))
                yardsticks.add(_yardstick(row[_YARDSTICK]))
                kept.append(row[-1])
        if len(kept) != count or any(at >= runs for at in kept):
            return None
        judgement = Judgement(findings, yardsticks, _yardstick(last), tuple(WatchDelay(*row) for row in watches))
        return Ruling(kept, tuple(Duplicate(*row) for row in twice), judgement)
    except (ValueError, TypeError, IndexError, OverflowError, StopIteration, zlib.error):
        return None


def _before(
    pages: Iterator[tuple[object, object]], digests: Digests, recordings: Sequence[bytes], scratch: Scratch
) -> _Earlier | None:
    """Return what earlier pages say of these recordings; None when one is damaged."""
    from legspeed.segmenter.grounds import Before, Grounds
    from legspeed.segmenter.top_speed import Sprints

    places = {name: at for at, name in enumerate(recordings)}
    findings, known, where = Findings(scratch), Packed[Grounds](scratch=scratch), array("i", [-1]) * len(digests)
    try:
        next(pages)
        for page, beside in pages:
            for row, (name, reps, brief_reps, at_floor, sprints, final) in zip(
                _unpacked(page), _unpacked(beside), strict=True
            ):
                at = places.get(bytes.fromhex(name))
                if at is None:
                    continue
                where[at] = findings.add(*_found(row))
                known.add(
                    Grounds(
                        None if reps is None else tuple(reps),
                        None if brief_reps is None else tuple(brief_reps),
                        at_floor,
                        None if sprints is None else Sprints(digests[at].start, *sprints),
                        final,
                    )
                )
    except (ValueError, TypeError, StopIteration, zlib.error):
        return None
    judged = Made(len(where), lambda at: None if where[at] < 0 else Before(findings[where[at]], known[where[at]]))
    return _Earlier(bytearray(place >= 0 for place in where), judged)


def _found(row: list[Any]) -> tuple[list[Effort], list[Refusal], list[EffortSet]]:
    """Return what was found in a run."""
    efforts, refused, sets, *_ = row
    return (
        [Effort(*_tuples(row)) for row in efforts],
        [Refusal(*_tuples(row)) for row in refused],
        [EffortSet(*row) for row in sets],
    )


def _sprints_row(sprints: Sprints) -> tuple[Any, ...]:
    """Return what a run shows of maximal speed, without its date."""
    return values(sprints)[1:]


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
