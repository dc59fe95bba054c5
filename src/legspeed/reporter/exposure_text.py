"""What a season adds up to, in words: totals by kind, training blocks, plyometrics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from legspeed.model import Exposure, Jumps, Period, PlyometricSession, Tally
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title

_BLOCKS_SHOWN: Final = 6


def plyometric_facts(exposure: Exposure) -> Iterator[Fact]:
    """Yield the last jumps and all of them, where there are any."""
    days = exposure.days_since_by_kind.get("plyometrics")
    if days is None or exposure.as_of is None:
        return
    last = exposure.as_of - dt.timedelta(days=days)
    ago = f"{words.count(days, 'day')} before {exposure.as_of}" if days else "the last day looked at"
    latest = tuple(one for one in exposure.plyometrics if one.date == last)
    yield Fact("Plyometrics", f"{words.day(last)}, {ago}" + (f": {_jumps(latest)}" if latest else ""))
    every = Jumps.of(exposure.plyometrics)
    if every.sessions > 1:
        yield Fact("", f"in all {words.count(every.sessions, 'session')}: {_jumps(exposure.plyometrics)}")
    yield Fact("", "by themselves they close no gap", "dim")


def _jumps(sessions: tuple[PlyometricSession, ...]) -> str:
    """Return jumps added up, in words."""
    jumps = Jumps.of(sessions)
    parts = [words.count(jumps.sets, "set")]
    if jumps.repetitions is not None:
        parts.append(words.count(jumps.repetitions, "repetition"))
    if jumps.seconds is not None:
        parts.append(words.clock(jumps.seconds))
    return ", ".join(parts)


def block_grid(blocks: Sequence[Period]) -> Iterator[Block]:
    """Yield the training blocks with any running, the latest first: how often, how much, how quick on the feet."""
    blocks = tuple(block for block in blocks if block.runs or block.sessions)
    if len(blocks) < 2 and not any(block.name for block in blocks):
        return
    if not any(block.sessions for block in blocks):
        return
    named = any(block.name is not None for block in blocks)
    columns = (
        *((Column("block", wraps=True),) if named else ()),
        # A name takes the room of the last day, which is mostly the one before the next block.
        Column("from"), *(() if named else (Column("to"),)), Column("runs", right=True), Column("sessions", right=True),
        Column("efforts", right=True), Column("time", right=True), Column("spm", right=True),
        Column("step", right=True), Column("10 s", right=True), Column("5 km", right=True),
    )  # fmt: skip
    latest = tuple(reversed(blocks))[:_BLOCKS_SHOWN]
    remark = "spm, step (m): medians at speed; 10 s (m/s): the best of runs with speed work\n5 km: as of the last run"
    if len(blocks) > len(latest):
        remark += f"\nand {words.count(len(blocks) - len(latest), 'block')} before; --format csv --table blocks"
    yield Title("Training blocks")
    yield Grid(columns, tuple(Row(_block(block, named), "" if block.sessions else "dim") for block in latest), remark)


def _block(block: Period, named: bool) -> tuple[str, ...]:
    """Return the cells of one block."""
    return (
        *((block.name or "",) if named else ()),
        block.start.isoformat(),
        *(() if named else (block.end.isoformat(),)),
        str(block.runs),
        str(block.sessions),
        str(block.total.efforts),
        words.clock(block.total.seconds),
        words.number(block.cadence_spm, 0),
        words.number(block.step_length_m, 2),
        words.number(block.best_speeds.get(10), 2),
        words.clock(5000.0 / block.five_k_speed_mps if block.five_k_speed_mps else None),
    )


def kind_grid(exposure: Exposure) -> Iterator[Block]:
    """Yield totals by kind and by band of the runner's maximum."""
    totals: dict[str, Tally] = {}
    for week in exposure.weeks:
        for kind, tally in week.by_kind.items():
            totals[kind] = totals.get(kind, Tally()) + tally
    if not totals:
        return
    since = exposure.days_since_by_kind
    columns = (
        Column("kind"), Column("efforts", right=True), Column("time", right=True), Column("metres", right=True),
        Column("last, days ago", right=True),
    )  # fmt: skip
    rows = tuple(
        Row((words.kind(kind), str(t.efforts), words.clock(t.seconds), f"{t.metres:.0f}", str(since.get(kind, ""))))
        for kind, t in sorted(totals.items(), key=lambda item: -item[1].efforts)
    )
    yield Title("By kind")
    yield Grid(columns, rows)
    # Of the weeks shown, as the kinds above: the season's own bands are of all of it.
    in_band = {name: sum(week.by_band.get(name, Tally()).efforts for week in exposure.weeks) for name in exposure.bands}
    bands = [f"{name} %: {count}" for name, count in in_band.items() if count]
    if bands:
        yield Facts((Fact("by top speed", f"{', '.join(bands)}  of maximal speed", "dim"),))
