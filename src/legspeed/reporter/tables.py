"""The season as CSV, one table at a time: units in the column names, unknown is an empty cell, no cell a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from legspeed.model import COUNTING_KINDS, Season
from legspeed.reporter.document import season_document
from legspeed.reporter.words import plain

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]

#: A spreadsheet reads a cell that begins with one of these as a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def season_csv(season: Season, table: str) -> str:
    """Return one table of the season as CSV text: commas, one line feed per row.

    Parameters
    ----------
    season : Season
        What to write.
    table : {"efforts", "runs", "weeks", "gaps"}
        Which table; `TABLES` names them.
    """
    columns, rows = TABLES[table]
    return csv_text(columns, rows(season))


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV text under the names of their columns."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row[name]) for name in columns] for row in rows])
    return stream.getvalue()


def _cell(value: Cell) -> str | int | float:
    """Return a cell: texts that a spreadsheet would compute get a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        safe = plain(value)  # a bare carriage return would end the row for some readers
        return f"'{safe}" if value.lstrip(" ").startswith(_FORMULA) else safe
    return value


_EFFORTS: Final = (
    "source", "start", "local_date", "start_s", "end_s", "seconds", "kind", "tier", "counts", "confidence",
    "distance_m", "mean_speed_mps", "peak_speed_mps", "flat_speed_mps", "grade", "grade_se", "cadence_spm",
    "step_length_m", "recovery_s", "evidence",
)  # fmt: skip
_RUNS: Final = (
    "source", "start", "local_date", "sport", "device", "elapsed_s", "moving_s", "distance_m", "strides_assessable",
    "hill_sprints_assessable", "why_not_assessable", "efforts", "counted_efforts", "counted_s", "sets", "problems",
)  # fmt: skip
_GAPS: Final = (
    "from", "to", "days", "days_min", "level", "open", "muted", "cause", "runs", "assessable_runs", "distance_km",
)  # fmt: skip
_KINDS: Final = tuple(sorted(COUNTING_KINDS))
_WEEKS: Final = (
    "week", "sessions", "efforts", "seconds", "metres",
    *(f"{kind}_{name}" for kind in _KINDS for name in ("efforts", "seconds", "metres")),
)  # fmt: skip


def _efforts(season: Season) -> Iterable[Row]:
    """Yield a row per effort."""
    for run in season_document(season)["runs"]:
        for effort in run["efforts"]:
            yield {
                **{key: run[key] for key in ("source", "start", "local_date")},
                **effort,
                "seconds": round(effort["end_s"] - effort["start_s"], 1),
                "evidence": "; ".join(effort["evidence"]),
            }


def _runs(season: Season) -> Iterable[Row]:
    """Yield a row per run."""
    for run in season_document(season)["runs"]:
        counted = [effort for effort in run["efforts"] if effort["counts"]]
        yield {
            **run,
            "strides_assessable": run["assessable"]["strides"],
            "hill_sprints_assessable": run["assessable"]["hill_sprints"],
            "why_not_assessable": run["assessable"]["why"],
            "efforts": len(run["efforts"]),
            "counted_efforts": len(counted),
            "counted_s": round(sum(effort["end_s"] - effort["start_s"] for effort in counted), 1),
            "sets": "; ".join(one["text"] for one in run["sets"]),
            "problems": "; ".join(f"{p['code']}: {p['message']}" for p in run["problems"]),
        }


def _weeks(season: Season) -> Iterable[Row]:
    """Yield a row per ISO week; a kind that was not run is 0, which is known."""
    for week in season_document(season)["exposure"]["weeks"]:
        by_kind = {
            f"{kind}_{name}": week["by_kind"].get(kind, {}).get(name, 0)
            for kind in _KINDS
            for name in ("efforts", "seconds", "metres")
        }
        yield {**week, **by_kind}


def _gaps(season: Season) -> Iterable[Row]:
    """Yield a row per gap."""
    yield from season_document(season)["gaps"]


TABLES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Season], Iterable[Row]]]]] = MappingProxyType(
    {"efforts": (_EFFORTS, _efforts), "runs": (_RUNS, _runs), "weeks": (_WEEKS, _weeks), "gaps": (_GAPS, _gaps)}
)
