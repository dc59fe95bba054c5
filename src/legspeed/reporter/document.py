"""The season as JSON: the schema ``legspeed.season/1``. Keys may be added, never renamed; unknown is null."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from legspeed.model import (
    Effort,
    EffortSet,
    Exposure,
    Gap,
    Jumps,
    Period,
    Problem,
    Refusal,
    Run,
    Season,
    Tally,
    WatchDelay,
)
from legspeed.version import __version__

SCHEMA: Final = "legspeed.season/1"

#: What an exposure holds of periods, and by what key each is named.
PERIODS: Final[Mapping[str, str]] = MappingProxyType(
    {"days": "date", "weeks": "week", "months": "month", "blocks": "block"}
)
_ENCODER: Final = json.JSONEncoder(indent=1, ensure_ascii=False, allow_nan=False)

_SECONDS, _METRES, _SPEED, _SHARE, _GRADE, _YARDSTICK = 1, 1, 2, 2, 3, 3


def season_json(season: Season, *, why: bool = False) -> str:
    """Return the season as JSON text: the same season, the same bytes.

    Parameters
    ----------
    season : Season
        What to write.
    why : bool
        Whether to list the refused candidates of every run, too.
    """
    return "".join(season_pieces(season, why=why))


def season_pieces(season: Season, *, why: bool = False) -> Iterator[str]:
    """Yield the text of :func:`season_json` piece by piece, so that a long season needs no more memory than a run."""
    yield from encoded(_document(season, why, Many), "\n")
    yield "\n"


def season_document(season: Season, *, why: bool = False) -> dict[str, Any]:
    """Return the season in the shape of the schema: plain dicts and lists, dates as text, no coordinates."""
    return _document(season, why, list)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of which there may be thousands of rows: made one by one, while they are written."""

    rows: Iterable[Any]


def encoded(value: Any, line: str) -> Iterator[str]:  # noqa: ANN401 - a part of the document
    """Yield a part of the document as the encoder writes it, its lines begun by `line`."""
    if isinstance(value, Many):
        before = f"[{line} "
        for row in value.rows:
            yield before + _ENCODER.encode(row).replace("\n", f"{line} ")
            before = f",{line} "
        yield "[]" if before.startswith("[") else f"{line}]"
    elif isinstance(value, dict) and any(isinstance(part, Many) for part in value.values()):
        before = f"{{{line} "
        for key, part in value.items():
            yield f"{before}{_ENCODER.encode(key)}: "
            yield from encoded(part, f"{line} ")
            before = f",{line} "
        yield f"{line}}}"
    else:
        yield _ENCODER.encode(value).replace("\n", line)


def _document(season: Season, why: bool, many: Callable[[Iterable[Any]], Any]) -> dict[str, Any]:
    """Return the season in the shape of the schema, its long lists as `many` makes them."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "settings_id": season.settings_id,
        "athlete": _athlete(season),
        "runs": many(run_document(run, why=why) for run in season.runs),
        "not_runs": [{"source": text(n.source), "reason": text(n.reason)} for n in season.not_runs],
        "duplicates": [{"source": text(d.source), "of": text(d.of)} for d in season.duplicates],
        "failed": [{"source": text(f.source), "code": f.code, "message": text(f.message)} for f in season.failed],
        "exposure": _exposure(season.exposure, many),
        "gaps": [gap_document(gap) for gap in season.gaps],
        "notes": [
            {"code": n.code, "text": text(n.text), "efforts": [text(e) for e in n.efforts]} for n in season.notes
        ],
        "among": season.among,
        "watches": [_watch(watch) for watch in season.watches],
    }


def rounded(value: float | None, digits: int) -> float | None:
    """Return a number with a sensible count of digits; None for what is unknown or no number."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0  # + 0.0 turns -0.0 into 0.0


def text(value: str) -> str:
    """Return a text that every encoder accepts: half characters, which no file can hold, replaced."""
    return value.encode("utf-8", "replace").decode("utf-8")


def instant(moment: dt.datetime) -> str:
    """Return a UTC time as ISO 8601 with ``Z``, with milliseconds only where there are any."""
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds") + "Z"


def _date(date: dt.date | None) -> str | None:
    """Return a date as ISO 8601."""
    return None if date is None else date.isoformat()


def _athlete(season: Season) -> dict[str, Any]:
    """Return name and yardstick."""
    yardstick = season.yardstick
    return {
        "name": None if season.name is None else text(season.name),
        "five_k_speed_mps": rounded(yardstick.five_k_speed_mps, _YARDSTICK),
        "five_k_source": text(yardstick.five_k_source),
        "max_speed_mps": rounded(yardstick.max_speed_mps, _YARDSTICK),
        "max_speed_source": text(yardstick.max_speed_source),
        "as_of": _date(yardstick.as_of),
    }


def _watch(watch: WatchDelay) -> dict[str, Any]:
    """Return how late a watch is, and what shows it."""
    return {
        "device": text(watch.device) or None,
        "delay_s": rounded(watch.delay_s, 2),
        "measured_s": rounded(watch.measured_s, 2),
        "se_s": rounded(watch.se_s, 2),
        **{
            name: {"count": count, "delay_s": rounded(found, 2), "se_s": rounded(error, 2)}
            for name, count, found, error in (
                ("starts", watch.starts, watch.starts_s, watch.starts_se_s),
                ("laps", watch.laps, watch.laps_s, watch.laps_se_s),
            )
        },
    }


def run_document(run: Run, *, why: bool = False) -> dict[str, Any]:
    """Return one run; refused candidates only where they are asked for."""
    refused = {"refused": [_refusal(refusal) for refusal in run.refused]} if why else {}
    return {
        "source": text(run.source),
        "start": instant(run.start),
        "local_date": _date(run.local_date),
        "sport": text(run.sport),
        "device": text(run.device) or None,
        "elapsed_s": rounded(run.elapsed_s, _SECONDS),
        "moving_s": rounded(run.moving_s, _SECONDS),
        "distance_m": rounded(run.distance_m, _METRES),
        "assessable": {
            "strides": run.assessable.strides,
            "hill_sprints": run.assessable.hill_sprints,
            "why": run.assessable.why,
        },
        "efforts": [_effort(effort) for effort in run.efforts],
        **refused,
        "sets": [_set(one) for one in run.sets],
        "problems": [_problem(problem) for problem in run.problems],
        "name": None if run.name is None else text(run.name),
        "type": None if run.type is None else text(run.type),
        "five_k_speed_mps": rounded(run.five_k_speed_mps, _YARDSTICK),
        "max_speed_mps": rounded(run.max_speed_mps, _YARDSTICK),
    }


def _effort(effort: Effort) -> dict[str, Any]:
    """Return one effort."""
    return {
        "start_s": rounded(effort.start_s, _SECONDS),
        "end_s": rounded(effort.end_s, _SECONDS),
        "kind": effort.kind,
        "tier": effort.tier,
        "counts": effort.counts,
        "confidence": rounded(effort.confidence, _SHARE),
        "distance_m": rounded(effort.distance_m, _METRES),
        "mean_speed_mps": rounded(effort.mean_speed_mps, _SPEED),
        "mean_speed_se_mps": rounded(effort.mean_speed_se_mps, _SPEED),
        "peak_speed_mps": rounded(effort.peak_speed_mps, _SPEED),
        "flat_speed_mps": rounded(effort.flat_speed_mps, _SPEED),
        "grade": rounded(effort.grade, _GRADE),
        "grade_se": rounded(effort.grade_se, _GRADE),
        "cadence_spm": rounded(effort.cadence_spm, 1),
        "step_length_m": rounded(effort.step_length_m, 2),
        "recovery_s": rounded(effort.recovery_s, _SECONDS),
        "evidence": [text(line) for line in effort.evidence],
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    """Return one refused candidate."""
    return {
        "start_s": rounded(refusal.start_s, _SECONDS),
        "end_s": rounded(refusal.end_s, _SECONDS),
        "reason": text(refusal.reason),
        "evidence": [text(line) for line in refusal.evidence],
    }


def _set(one: EffortSet) -> dict[str, Any]:
    """Return one set."""
    return {
        "text": text(one.text),
        "kind": one.kind,
        "count": one.count,
        "start_s": rounded(one.start_s, _SECONDS),
        "end_s": rounded(one.end_s, _SECONDS),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    """Return one problem."""
    return {"code": problem.code, "message": text(problem.message), "count": problem.count}


def _tally(tally: Tally) -> dict[str, Any]:
    """Return efforts, seconds and metres."""
    return {
        "efforts": tally.efforts,
        "seconds": rounded(tally.seconds, _SECONDS),
        "metres": rounded(tally.metres, _METRES),
    }


def _exposure(exposure: Exposure, many: Callable[[Iterable[Any]], Any]) -> dict[str, Any]:
    """Return the exposure."""
    return {
        "last_date": _date(exposure.last_date),
        "days_since": exposure.days_since,
        "days_since_by_kind": dict(exposure.days_since_by_kind),
        "as_of": _date(exposure.as_of),
        "bands": {name: _tally(tally) for name, tally in exposure.bands.items()},
        "best": {name: None if best is None else _best(best) for name, best in exposure.best.items()},
        "weeks": many(period_documents(exposure, "weeks")),
        "score": many(
            {"date": _date(day.date), "score": rounded(day.score, 1), "habit": rounded(day.habit, 1)}
            for day in exposure.score
        ),
        **{name: many(period_documents(exposure, name)) for name in ("days", "months", "blocks")},
        "plyometrics": _plyometrics(exposure),
    }


def period_documents(exposure: Exposure, name: str) -> Iterator[dict[str, Any]]:
    """Yield the days, weeks, months or blocks, whichever is the `name`."""
    periods: Sequence[Period] = getattr(exposure, name)
    return (_period(PERIODS[name], period) for period in periods)


def _period(key: str, period: Period) -> dict[str, Any]:
    """Return a day, week, month or block, its name under `key`."""
    best = period.best_speeds
    return {
        key: None if period.name is None else text(period.name),
        "sessions": period.sessions,
        **_tally(period.total),
        "by_kind": {kind: _tally(tally) for kind, tally in period.by_kind.items()},
        "from": _date(period.start),
        "to": _date(period.end),
        "runs": period.runs,
        "distance_m": rounded(period.distance_m, _METRES),
        "by_tier": {tier: _tally(tally) for tier, tally in period.by_tier.items()},
        "by_band": {band: _tally(tally) for band, tally in period.by_band.items()},
        "plyometrics": _jumps(period.plyometrics),
        "cadence_spm": rounded(period.cadence_spm, 1),
        "step_length_m": rounded(period.step_length_m, 2),
        **{f"best_{seconds}_s_mps": rounded(best.get(seconds), _SPEED) for seconds in (5, 10, 20)},
        "five_k_speed_mps": rounded(period.five_k_speed_mps, _YARDSTICK),
    }


def _jumps(jumps: Jumps) -> dict[str, Any]:
    """Return plyometrics added up."""
    return {
        "sessions": jumps.sessions,
        "sets": jumps.sets,
        "seconds": rounded(jumps.seconds, _SECONDS),
        "repetitions": jumps.repetitions,
    }


def _plyometrics(exposure: Exposure) -> dict[str, Any]:
    """Return the plyometrics of the season and each session of them; they close no gap."""
    days = exposure.days_since_by_kind.get("plyometrics")
    last = None if days is None or exposure.as_of is None else exposure.as_of - dt.timedelta(days=days)
    return {
        "last_date": _date(last),
        "days_since": days,
        "total": _jumps(Jumps.of(exposure.plyometrics)),
        "sessions": [
            {
                "date": _date(one.date),
                "source": None if one.source is None else text(one.source),
                "sets": one.sets,
                "seconds": rounded(one.seconds, _SECONDS),
                "repetitions": one.repetitions,
            }
            for one in exposure.plyometrics
        ],
    }


def _best(best: Mapping[str, Any]) -> dict[str, Any]:
    """Return one best: numbers rounded, dates and names as text."""
    document: dict[str, Any] = {}
    for key, value in best.items():
        if isinstance(value, dt.date):
            document[key] = _date(value)
        elif isinstance(value, str):
            document[key] = text(value)
        else:
            document[key] = rounded(value, _SECONDS if key in ("start_s", "seconds", "cadence_spm") else _SPEED)
    return document


def gap_document(gap: Gap) -> dict[str, Any]:
    """Return one gap."""
    return {
        "from": _date(gap.start),
        "to": _date(gap.end),
        "days": gap.days,
        "days_min": gap.days_min,
        "level": gap.level,
        "open": gap.open,
        "muted": gap.muted,
        "days_unmuted": gap.days_unmuted,
        "cause": gap.cause,
        "runs": gap.runs,
        "assessable_runs": gap.assessable_runs,
        "distance_km": rounded(gap.distance_km, 1),
    }
