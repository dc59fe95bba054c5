"""The season as CSV, one table at a time: units in the column names, unknown is an empty cell, no cell a formula."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from legspeed.model import COUNTING_KINDS, TIERS, Season
from legspeed.reporter.columns import TABLE_COLUMNS
from legspeed.reporter.document import PERIODS, gap_document, period_documents, run_document
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
    table : str
        Which one of `TABLES`.
    """
    return "".join(season_csv_pieces(season, table))


def season_csv_pieces(season: Season, table: str) -> Iterator[str]:
    """Yield the text of :func:`season_csv` row by row, so that a long season needs no more memory than a run."""
    columns, rows = TABLES[table]
    return csv_pieces(columns, rows(season))


def csv_text(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV text under the names of their columns."""
    return "".join(csv_pieces(columns, rows))


def csv_pieces(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield rows as CSV text under the names of their columns."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for cells in itertools.chain([columns], ([_cell(row[name]) for name in columns] for row in rows)):
        writer.writerow(cells)
        yield stream.getvalue()
        stream.seek(0)
        stream.truncate()


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


def _efforts(season: Season) -> Iterable[Row]:
    """Yield a row per effort."""
    for run in map(run_document, season.runs):
        for effort in run["efforts"]:
            yield {
                **{key: run[key] for key in ("source", "start", "local_date")},
                **effort,
                "seconds": round(effort["end_s"] - effort["start_s"], 1),
                "evidence": "; ".join(effort["evidence"]),
            }


def _runs(season: Season) -> Iterable[Row]:
    """Yield a row per run."""
    for run in map(run_document, season.runs):
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


def _periods(name: str) -> Callable[[Season], Iterable[Row]]:
    """Return what yields a row per day, week, month or block; a kind that was not run is 0, which is known."""

    def rows(season: Season) -> Iterable[Row]:
        for period in period_documents(season.exposure, name):
            parts = {
                f"{part}_{value}": period[by].get(part, {}).get(value, 0)
                for by, names in (("by_kind", COUNTING_KINDS), ("by_tier", TIERS))
                for part in names
                for value in ("efforts", "seconds", "metres")
            }
            jumps = {f"plyometric_{key}": value for key, value in period["plyometrics"].items()}
            yield {**period, **parts, **jumps}

    return rows


def _gaps(season: Season) -> Iterable[Row]:
    """Yield a row per gap."""
    yield from map(gap_document, season.gaps)


_ROWS: Final[Mapping[str, Callable[[Season], Iterable[Row]]]] = MappingProxyType(
    {
        "efforts": _efforts,
        "runs": _runs,
        **{name: _periods(name) for name in PERIODS},
        "gaps": _gaps,
    }
)

#: Per table the names of its columns and what yields its rows.
TABLES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[Season], Iterable[Row]]]]] = MappingProxyType(
    {name: (tuple(column.name for column in TABLE_COLUMNS[name]), rows) for name, rows in _ROWS.items()}
)
