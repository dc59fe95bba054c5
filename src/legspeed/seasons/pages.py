"""What one file gave, as a page of the book: a line of JSON, the candidate bursts as a table; nothing in it can run.

A page is its JSON and the rows of all its tables as little-endian float64, each behind a check sum and its length (4
bytes each). Numbers do not pack well: left as they are a whole season is read in the time that unpacking takes. Who
needs no candidates leaves the rows where they lie.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import struct
import sys
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from legspeed.model import (
    Assessability,
    Bursts,
    Failure,
    FileResult,
    NotRun,
    Problem,
    RunDigest,
    StreamLag,
    StrengthSession,
    StrengthSet,
)
from legspeed.model.bursts import WIDTH, BurstsElsewhere
from legspeed.model.numbers import BySeconds, NumbersElsewhere, numbers, packed_numbers
from legspeed.model.packed import values

_DIGEST: Final = tuple(field.name for field in dataclasses.fields(RunDigest) if field.name != "source")
#: Fields keyed by seconds: JSON knows only texts as keys.
_BY_DURATION: Final = ("best_speeds", "best_heart_bpm")
#: The streams whose lag a season asks for; those of the others are for who looks at one file.
LAGS_KEPT: Final = ("speed",)
#: A few numbers each, of which JSON makes lists.
_TUPLES: Final = ("timer_delays_s", "timer_ramps_s", "lap_starts_s", "lap_ends_s", "rested_bests_s")
#: Texts of which a season has only a few.
_ALIKE: Final = ("sport", "sub_sport", "device", "format")
_HEAD: Final = struct.Struct("<II")
#: Fields whose numbers lie behind the page, in this order, and how many each of their values has.
_ELSEWHERE: Final[Mapping[str, int]] = MappingProxyType({"bursts": WIDTH, "minute_m": 1, "minute_bpm": 1})


def written(result: FileResult) -> bytes:
    """Return a result as a page, without its file's name: the same content may lie anywhere.

    Raises
    ------
    ValueError
        When it could not be read back as it is: a candidate burst holds NaN.
    """
    tables = [Bursts.of(digest.bursts) for digest in result.digests]
    pairs = [(digest.bursts, table) for digest, table in zip(result.digests, tables, strict=True)]
    if any(bursts is not table and list(bursts) != list(table) for bursts, table in pairs):
        raise ValueError("a candidate burst holds NaN")
    page = [
        [[d.source.removeprefix(result.source), *_digest_row(d)] for d in result.digests],
        [row.reason for row in result.not_runs],
        [[row.code, row.message] for row in result.failures],
        [[one.start.isoformat(), one.utc_offset_s, _sets(one.sets)] for one in result.strength],
    ]
    text = json.dumps(page, separators=(",", ":"), default=plain).encode()
    numbers = [
        part
        for digest, table in zip(result.digests, tables, strict=True)
        for part in (table.tobytes(), packed_numbers(digest.minute_m), packed_numbers(digest.minute_bpm))
    ]
    return sealed(text) + sealed(b"".join(numbers))


def parts(page: bytes) -> tuple[bytes, bytes]:
    """Return a page without its tables, and these."""
    end = _HEAD.size + _HEAD.unpack_from(page)[1]
    return page[:end], page[end:]


def read_back(page: bytes, source: str, fetch: Callable[[], bytes | memoryview] | None = None) -> FileResult | None:
    """Return the result on a page, said of `source`; None when the page is damaged.

    With `fetch` the page ends where its tables begin, and they are fetched by it, unsealed, when the candidates of a
    run are asked for.
    """
    text, rest = unsealed(page)
    rows, _ = (b"", b"") if fetch else unsealed(rest)
    if text is None or rows is None:
        return None
    try:
        digests, reasons, failures, strength = json.loads(bytes(text))
        found, begin = [], 0
        for mark, *row in digests:
            for name, width in _ELSEWHERE.items():
                place = _DIGEST.index(name)
                count = row[place]
                end = begin + 8 * width * count
                if name == "bursts":
                    row[place] = BurstsElsewhere(count, fetch, begin) if fetch else Bursts(rows[begin:end])
                elif count:
                    row[place] = NumbersElsewhere(count, fetch, begin) if fetch else numbers(count, rows, begin)
                else:
                    row[place] = ()
                begin = end
            found.append(_digest(source + mark, row))
        return FileResult(
            source,
            tuple(found),
            tuple(NotRun(source, reason) for reason in reasons),
            tuple(Failure(source, code, message) for code, message in failures),
            tuple(
                StrengthSession(source, dt.datetime.fromisoformat(start), offset_s, _sets_back(sets))
                for start, offset_s, sets in strength
            ),
        )
    except (ValueError, TypeError, KeyError, struct.error):
        return None


def sealed(data: bytes) -> bytes:
    """Return data with a check sum and their length before them."""
    return _HEAD.pack(zlib.crc32(data, len(data)), len(data)) + data


def unsealed(page: bytes | memoryview) -> tuple[bytes | memoryview | None, bytes | memoryview]:
    """Return what was sealed, None when it is not what was written, and what follows it."""
    if not isinstance(page, bytes | memoryview) or len(page) < _HEAD.size:
        return None, b""
    check_sum, count = _HEAD.unpack_from(page)
    end = _HEAD.size + count
    data = memoryview(page)[_HEAD.size : end]
    if len(data) < count or zlib.crc32(data, count & 0xFFFFFFFF) != check_sum:
        return None, b""
    return data, memoryview(page)[end:]


def plain(value: Any) -> Any:  # noqa: ANN401 - any number
    """Return a number of numpy's as Python's."""
    return value.item()


def _digest_row(digest: RunDigest) -> list[Any]:
    """Return the values of a digest in the order of its fields."""
    row = {name: getattr(digest, name) for name in _DIGEST}
    row["start"] = digest.start.isoformat()
    row["assessable"] = values(digest.assessable)
    for name in _BY_DURATION:
        row[name] = list(getattr(digest, name).items())
    row["lags"] = [values(lag) for lag in digest.lags if lag.stream in LAGS_KEPT]
    for name in _ELSEWHERE:
        row[name] = len(getattr(digest, name))
    row["problems"] = [values(problem) for problem in digest.problems]
    row["strength_sets"] = _sets(digest.strength_sets)
    return list(row.values())


def _sets(sets: tuple[StrengthSet, ...]) -> list[list[Any]]:
    """Return the values of strength sets, their times as text."""
    return [[None if one.start is None else one.start.isoformat(), *values(one)[1:]] for one in sets]


def _sets_back(rows: list[list[Any]]) -> tuple[StrengthSet, ...]:
    """Return the strength sets of their rows."""
    return tuple(
        StrengthSet(None if start is None else dt.datetime.fromisoformat(start), *others) for start, *others in rows
    )


def _digest(source: str, row: list[Any]) -> RunDigest:
    """Return the digest of a row."""
    found = dict(zip(_DIGEST, row, strict=True))
    found["start"] = dt.datetime.fromisoformat(found["start"])
    found["assessable"] = assessability_of(*found["assessable"])
    for name in _BY_DURATION:
        found[name] = BySeconds(found[name]) if found[name] else _NONE
    found["problems"] = tuple(problem_of(*one) for one in found["problems"])
    found["strength_sets"] = _sets_back(found["strength_sets"])
    for name in _ALIKE:
        found[name] = sys.intern(found[name])
    found["basis"] = tuple(map(sys.intern, found["basis"]))
    found["lags"] = tuple(StreamLag(*map(_known_word, lag)) for lag in found["lags"])
    for name in _TUPLES:
        found[name] = tuple(found[name])
    return RunDigest(source=source, **found)


def _known_word(value: Any) -> Any:  # noqa: ANN401 - any value of a lag
    return sys.intern(value) if isinstance(value, str) else value


# What many runs have alike is there once.
_NONE: Final = BySeconds(())
assessability_of: Final = functools.lru_cache(maxsize=256)(Assessability)
problem_of: Final = functools.lru_cache(maxsize=256)(Problem)
