"""What is in a file, for `legspeed inspect`: its activities, their lags, and on request what other readers say."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legspeed.errors import ReadError
from legspeed.model import Activity, Failure, RunDigest
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title
from legspeed.reporter.inspect_text import Inspection
from legspeed.seasons.batch import ours
from legspeed.seasons.sports import why_not_a_run
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.readers.containers.entries import Entry
    from legspeed.readers.fit.tables import MessageTable
    from legspeed.readers.reference import Verification


def inspect_files(
    paths: Sequence[Path], *, settings: Settings, strict: bool = False, verify: bool = False, messages: bool = False
) -> Iterator[Inspection | Failure]:
    """Read every file named, one after the other, and say what is in it.

    Parameters
    ----------
    paths : sequence of Path
        Files; folders and archives are looked into.
    settings : Settings
        Thresholds.
    strict : bool
        Whether any damage makes a file a failure.
    verify : bool
        Whether to hold our reading against fitparse's or gpxpy's.
    messages : bool
        Whether to list the messages of FIT files.
    """
    from legspeed.readers.containers.sources import discover

    for entry in discover(paths, settings):
        try:
            yield _inspected(entry, settings, strict, verify, messages)
        except ReadError as error:
            yield Failure(entry.source, error.code, error.message)
        except Exception as error:  # a fault of ours in one file must not cost the others
            yield Failure(entry.source, "internal", ours(error))


def _inspected(entry: Entry, settings: Settings, strict: bool, verify: bool, messages: bool) -> Inspection:
    """Read one file."""
    from legspeed.readers.api import decode

    content = entry.content(settings)
    extra: list[Block] = []
    asked: dict[str, Any] = {"source": entry.source}
    try:
        activities = decode(content, source=entry.source, settings=settings, strict=strict)
    except ReadError as error:
        if not messages:
            raise
        activities = ()
        extra += [Title(entry.source), Facts((Fact("No activity", error.message, "notice"),))]
        asked["no_activity"] = error.message
    if verify and activities:
        outcome = _second_opinion(content.data, activities[0].format, settings)
        extra += _opinion_blocks(outcome)
        asked["second_opinion"] = _opinion_document(outcome)
    if messages:
        tables = _messages(content.data, settings, activities[0].format if activities else "")
        extra += _message_blocks(tables)
        asked["messages"] = None if isinstance(tables, str) else [dataclasses.asdict(table) for table in tables]
    pairs = tuple((activity, _digest(activity, settings)) for activity in activities)
    return Inspection(pairs, tuple(extra), asked if len(asked) > 1 else None)


def _digest(activity: Activity, settings: Settings) -> RunDigest | None:
    """Return the digest of a run, for its lags; None of another sport."""
    from legspeed.segmenter import digest

    return digest(activity, settings=settings) if why_not_a_run(activity, settings.cleaning) is None else None


def _second_opinion(data: bytes, format: str, settings: Settings) -> Verification:
    """Let another package read the same file."""
    from legspeed.readers.reference import verify

    return verify(data, format, settings.limits)


def _opinion_document(outcome: Verification) -> dict[str, Any]:
    """Return a second opinion as plain values; a difference without end is null."""
    channels = [
        {**dataclasses.asdict(c), "worst": c.worst if math.isfinite(c.worst) else None} for c in outcome.channels
    ]
    return {
        "reader": outcome.reader or None,
        "agrees": outcome.agrees,
        "text": outcome.sentence,
        "records": list(outcome.records),
        "channels": channels,
        "unread": list(outcome.unread),
    }


def _opinion_blocks(outcome: Verification) -> Iterator[Block]:
    """Yield how another package reads the same file."""
    yield Title("Second opinion")
    yield Facts((Fact("", outcome.sentence, "good" if outcome.agrees else "notice"),))
    if any(c.differing for c in outcome.channels) or outcome.records[0] != outcome.records[1] > 0:
        columns = (
            Column("channel"), Column("compared", right=True), Column("differ", right=True),
            Column("at most", right=True), Column("unit"),
        )  # fmt: skip
        rows = tuple(
            Row(
                (c.channel, f"{c.compared:,}", f"{c.differing:,}", f"{c.worst:g}", c.unit), "bad" if c.differing else ""
            )
            for c in outcome.channels
        )
        yield Grid(columns, rows)


def _messages(data: bytes, settings: Settings, format: str) -> Sequence[MessageTable] | str:
    """Return what a FIT file holds, kind by kind; of another format ("" where it is not known), why it has none."""
    from legspeed.readers import fit

    if format not in ("", "fit"):
        return f"only FIT files consist of messages; this is {format.upper()}"
    try:
        return fit.messages(data, settings.limits)
    except ReadError as error:
        return error.message


def _message_blocks(tables: Sequence[MessageTable] | str) -> Iterator[Block]:
    """Yield the messages as tables."""
    if isinstance(tables, str):
        yield Title("Messages")
        yield Facts((Fact("", tables, "notice"),))
        return
    columns = (
        Column("field", wraps=True), Column("type"), Column("unit"), Column("in", right=True),
        Column("values", wraps=True),
    )  # fmt: skip
    for table in tables:
        part = f", part {table.part} of the file" if table.part > 1 else ""
        many = f"{table.definitions:,} definitions, " if table.definitions > 1 else ""
        yield Title(table.name, f"{many}{table.count:,} message{'s' * (table.count > 1)}{part}")
        rows = tuple(
            Row(
                (
                    field.name + (" (app)" if field.developer else ""),
                    field.type,
                    field.unit,
                    f"{field.count:,}",
                    field.values,
                )
            )
            for field in table.fields
        )
        yield Grid(columns, rows)
