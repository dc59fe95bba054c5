"""What one file gave, as a page of the book: compact JSON, compressed; nothing in it can run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zlib
from typing import Any

from legspeed.model import (
    Assessability,
    Burst,
    Failure,
    FileResult,
    NotRun,
    Problem,
    RunDigest,
    StreamLag,
    StrengthSession,
    StrengthSet,
)

_DIGEST = tuple(field.name for field in dataclasses.fields(RunDigest) if field.name != "source")


def written(result: FileResult) -> bytes:
    """Return a result as a page, without its file's name: the same content may lie anywhere."""
    page = [
        [[d.source.removeprefix(result.source), *_digest_row(d)] for d in result.digests],
        [row.reason for row in result.not_runs],
        [[row.code, row.message] for row in result.failures],
        [[one.start.isoformat(), one.utc_offset_s, _sets(one.sets)] for one in result.strength],
    ]
    return zlib.compress(json.dumps(page, separators=(",", ":"), default=_plain).encode(), 1)


def read_back(page: bytes, source: str) -> FileResult | None:
    """Return the result on a page, said of `source`; None when the page is damaged."""
    try:
        digests, reasons, failures, strength = json.loads(zlib.decompress(page))
        return FileResult(
            source,
            tuple(_digest(source + mark, row) for mark, *row in digests),
            tuple(NotRun(source, reason) for reason in reasons),
            tuple(Failure(source, code, message) for code, message in failures),
            tuple(
                StrengthSession(source, dt.datetime.fromisoformat(start), offset_s, _sets_back(sets))
                for start, offset_s, sets in strength
            ),
        )
    except (ValueError, TypeError, KeyError, zlib.error):
        return None


def _plain(value: Any) -> Any:  # noqa: ANN401 - a numpy number becomes Python's
    return value.item()


def _digest_row(digest: RunDigest) -> list[Any]:
    """Return the values of a digest in the order of its fields."""
    row = {name: getattr(digest, name) for name in _DIGEST}
    row["start"] = digest.start.isoformat()
    row["assessable"] = _values(digest.assessable)
    row["best_speeds"] = list(digest.best_speeds.items())
    row["bursts"] = [_values(burst) for burst in digest.bursts]
    row["lags"] = [_values(lag) for lag in digest.lags]
    row["problems"] = [_values(problem) for problem in digest.problems]
    row["strength_sets"] = _sets(digest.strength_sets)
    return list(row.values())


def _sets(sets: tuple[StrengthSet, ...]) -> list[list[Any]]:
    """Return the values of strength sets, their times as text."""
    return [[None if one.start is None else one.start.isoformat(), *_values(one)[1:]] for one in sets]


def _sets_back(rows: list[list[Any]]) -> tuple[StrengthSet, ...]:
    """Return the strength sets of their rows."""
    return tuple(
        StrengthSet(None if start is None else dt.datetime.fromisoformat(start), *others) for start, *others in rows
    )


def _values(value: Any) -> list[Any]:  # noqa: ANN401 - any of the small frozen values
    """Return the values of a flat dataclass."""
    return [getattr(value, field.name) for field in dataclasses.fields(value)]


def _digest(source: str, row: list[Any]) -> RunDigest:
    """Return the digest of a row."""
    values = dict(zip(_DIGEST, row, strict=True))
    values["start"] = dt.datetime.fromisoformat(values["start"])
    values["assessable"] = Assessability(*values["assessable"])
    values["best_speeds"] = {int(seconds): speed for seconds, speed in values["best_speeds"]}
    values["bursts"] = tuple(Burst(*burst) for burst in values["bursts"])
    values["lags"] = tuple(StreamLag(*lag) for lag in values["lags"])
    values["problems"] = tuple(Problem(*problem) for problem in values["problems"])
    values["strength_sets"] = _sets_back(values["strength_sets"])
    for name in ("basis", "timer_delays_s", "minute_m"):
        values[name] = tuple(values[name])
    return RunDigest(source=source, **values)
