"""A squad as a page, CSV and JSON (``legspeed.squad/1``): who is most overdue comes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from legspeed.model import Member
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title
from legspeed.reporter.document import season_document, text
from legspeed.reporter.gaps_text import LEVEL_TONES
from legspeed.reporter.tables import csv_text
from legspeed.version import __version__

SCHEMA: Final = "legspeed.squad/1"
_WEEKS: Final = 4
_NAME_CHARS: Final = 20

COLUMNS: Final = (
    "name", "source", "as_of", "last_date", "days_since", "gap_days", "gap_days_min", "level", "muted",
    "sessions_4_weeks", "efforts_4_weeks", "runs", "failed", "error",
)  # fmt: skip


def squad_json(members: Sequence[Member]) -> str:
    """Return the squad as JSON text; an athlete who could not be read has an error and null for the rest."""
    athletes = [_document(member) for member in members]
    document = {"schema": SCHEMA, "version": __version__, "athletes": athletes}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def squad_csv(members: Sequence[Member]) -> str:
    """Return one row per athlete as CSV text."""
    return csv_text(COLUMNS, [_row(member) for member in members])


def squad_blocks(members: Sequence[Member], name: str) -> Iterator[Block]:
    """Yield the page: a row per athlete, who is most overdue first."""
    days = {m.season.exposure.as_of for m in members if m.season and m.season.exposure.as_of}
    yield Title(name, f"as of {words.day(max(days))}" if days else "")
    columns = (
        Column("athlete", wraps=True), Column("last speed work"), Column("days", right=True), Column("level"),
        Column("4 weeks", right=True), Column("runs since", right=True), Column("could show", right=True),
    )  # fmt: skip
    yield Grid(
        columns,
        tuple(_cells(member) for member in members),
        "4 weeks: sessions of speed work in this week and three before",
    )
    wrong = [Fact(member.name, member.error, "bad") for member in members if member.error]
    if wrong:
        yield Title("Not read")
        yield Facts(tuple(wrong))


def _document(member: Member) -> dict[str, Any]:
    """Return one athlete in the shape of the schema."""
    season = None if member.season is None else season_document(replace(member.season, runs=()))
    return {
        "name": text(member.name),
        "source": text(member.source),
        "error": None if member.error is None else text(member.error),
        "runs": None if member.season is None else len(member.season.runs),
        "failed": None if season is None else season["failed"],
        "exposure": None if season is None else season["exposure"],
        "gaps": None if season is None else season["gaps"],
        "notes": None if season is None else season["notes"],
    }


def _row(member: Member) -> dict[str, str | int | bool | None]:
    """Return one athlete's row."""
    row: dict[str, str | int | bool | None] = dict.fromkeys(COLUMNS)
    row |= {"name": member.name, "source": member.source, "error": member.error}
    if member.season is None:
        return row
    exposure, gap = member.season.exposure, member.open_gap
    row |= {
        "as_of": exposure.as_of.isoformat() if exposure.as_of else None,
        "last_date": exposure.last_date.isoformat() if exposure.last_date else None,
        "days_since": exposure.days_since,
        "sessions_4_weeks": sum(week.sessions for week in exposure.weeks[-_WEEKS:]),
        "efforts_4_weeks": sum(week.total.efforts for week in exposure.weeks[-_WEEKS:]),
        "runs": len(member.season.runs),
        "failed": len(member.season.failed),
    }
    if gap is not None:
        row |= {"gap_days": gap.days, "gap_days_min": gap.days_min, "level": gap.level, "muted": gap.muted}
    return row


def _cells(member: Member) -> Row:
    """Return one athlete's row of the page."""
    name = words.shortened(member.name, _NAME_CHARS)
    if member.season is None or not member.season.runs:
        return Row((name, "not read" if member.season is None else "no run found", "", "", "", "", ""), "bad")
    exposure, gap = member.season.exposure, member.open_gap
    last = "none seen" if exposure.last_date is None else words.day(exposure.last_date)
    sessions = str(sum(week.sessions for week in exposure.weeks[-_WEEKS:]))
    if gap is None:
        days = "" if exposure.days_since is None else str(exposure.days_since)
        return Row((name, last, days, "", sessions, "", ""), "good")
    days = str(gap.days) if gap.days_min == gap.days else f"{gap.days_min}-{gap.days}"
    cells = (name, last, days, "muted" if gap.muted else gap.level or "", sessions, str(gap.runs))
    return Row((*cells, str(gap.assessable_runs)), "dim" if gap.muted else LEVEL_TONES[gap.level])
