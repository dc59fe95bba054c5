"""The stretches without speed work in words: the open one first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from legspeed.model import Gap, Season
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title, Tone

LEVEL_TONES: Final[Mapping[str | None, Tone]] = MappingProxyType(
    {None: "good", "notice": "", "caution": "notice", "flag": "bad", "restart": "bad"}
)
_CAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "muted": "muted",
        "no-runs": "no runs",
        "break": "a break",
        "unseen": "not visible",
        "no-speed-work": "none seen",
    }
)


def gaps_blocks(season: Season, *, units: str, name: str = "", open_elsewhere: bool = False) -> Iterator[Block]:
    """Yield the page of ``legspeed gaps``: the open stretch, then all of them, the latest first.

    Parameters
    ----------
    season : Season
        Its gaps, and as of which day the open one is counted.
    units : {"km", "mi"}
        Of distances.
    name : str
        What the season is of, where the athlete has no name.
    open_elsewhere : bool
        Whether the season is a part of one whose open stretch is not in it.
    """
    exposure = season.exposure
    yield Title(season.name or name, f"as of {words.day(exposure.as_of)}")
    if not season.runs and not season.gaps and exposure.last_date is None:
        yield Fact("No run was found.", "", "bad")
        return
    gap = next((gap for gap in season.gaps if gap.open), None)
    last = "no speed work seen" if exposure.last_date is None else words.day(exposure.last_date)
    days = "" if exposure.days_since is None else f", {words.count(exposure.days_since, 'day')} ago"
    said: tuple[str, Tone] = ("not in the days shown", "notice") if open_elsewhere else open_gap(gap)
    yield Facts((Fact("Last speed work", last + days), Fact("Open gap", *said)))
    yield from gap_grid(season.gaps, units)


def open_gap(gap: Gap | None) -> tuple[str, Tone]:
    """Return the open gap in words, and its tone."""
    if gap is None:
        return "none", "good"
    least = f" (at least {gap.days_min})" if gap.days_min < gap.days else ""
    text = f"{gap.days} days{least} since {gap.start}: {'muted' if gap.muted else gap.level}"
    text += _unmuted(gap)
    if gap.runs:
        text += f"; {words.count(gap.runs, 'run')}{_unseen(gap)}"
    return text, "dim" if gap.muted else LEVEL_TONES[gap.level]


def _unmuted(gap: Gap) -> str:
    """Return what of a partly muted gap is not, in words."""
    return f", {gap.days_unmuted} days not muted" if gap.days_unmuted < gap.days and not gap.muted else ""


def _unseen(gap: Gap) -> str:
    """Return how many of a gap's runs could not show short efforts, in words."""
    unseen = gap.runs - gap.assessable_runs
    if not unseen:
        return ""
    if unseen < gap.runs:
        return f", {unseen} of them could not show short efforts"
    return ", which could not show short efforts" if gap.runs == 1 else ", none of which could show short efforts"


def gap_grid(gaps: Sequence[Gap], units: str, *, shown: int | None = None) -> Iterator[Block]:
    """Yield a table of the stretches, the latest first, at most `shown`."""
    if not gaps:
        return
    columns = (
        Column("from"), Column("to"), Column("days", right=True), Column("level"),
        Column("runs", right=True), Column("could show", right=True), Column(units, right=True),
        Column("because", wraps=True),
    )  # fmt: skip
    latest = tuple(reversed(gaps))[:shown]
    rows = tuple(
        Row(
            (
                gap.start.isoformat(),
                "open" if gap.open else gap.end.isoformat(),
                str(gap.days) if gap.days_min == gap.days else f"{gap.days_min}-{gap.days}",
                gap.level or "",
                str(gap.runs),
                str(gap.assessable_runs),
                f"{gap.distance_km * 1000 / words.METRES_PER[units]:.0f}",
                _CAUSES.get(gap.cause, gap.cause) + _unmuted(gap),
            ),
            "dim" if gap.muted else LEVEL_TONES[gap.level],
        )
        for gap in latest
    )
    remarks = []
    if any(gap.days_min < gap.days for gap in latest):
        remarks.append("two numbers, as in 12-40: 40 days, or 12 if the runs that could not show an effort had one")
    if any(gap.days_unmuted < gap.days and not gap.muted for gap in latest):
        remarks.append("partly muted: the level is that of the longest part outside muted weeks")
    if len(gaps) > len(rows):
        remarks.append(f"and {len(gaps) - len(rows)} before; `legspeed gaps` lists all")
    yield Title("Stretches without speed work")
    yield Grid(columns, rows, "\n".join(remarks))
