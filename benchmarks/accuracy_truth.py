"""Timed efforts of real runs, and seasons held against them.

Beside each folder ``runner_x`` of recordings lies ``runner_x_truth.json``: per file its seconds, the laps that the
runner timed himself (``efforts``), stretches of fast running that nobody timed (``ignore``), and timed hill sprints.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.accuracy_scoring import RIGHT, Score, Span, constant_shift_s, score, shifted, total
from legspeed.model import Effort, Season

#: The lap key is pressed late and early: an untimed stretch reaches this far beyond its ends.
REACH_S: Final = 6.0


@dataclass(frozen=True)
class TimedRun:
    """One run with what its runner timed; spans in seconds since the first record."""

    file: str
    seconds: float
    efforts: tuple[Span, ...]
    ignore: tuple[Span, ...]
    hill_sprints: tuple[Span, ...]


def timed_runs(root: Path, runner: str) -> tuple[TimedRun, ...]:
    """Read the timed runs of a runner (``runner_a``)."""
    rows = json.loads((root / f"{runner}_truth.json").read_text("utf-8"))

    def spans(row: Mapping[str, Sequence[Sequence[float]]], key: str) -> tuple[Span, ...]:
        return tuple((float(span[0]), float(span[1])) for span in row.get(key, ()))

    return tuple(
        TimedRun(
            Path(row["file"]).name,
            float(row["seconds"]),
            spans(row, "efforts"),
            spans(row, "ignore"),
            spans(row, "hill_sprints"),
        )
        for row in rows
    )


def spans_of(efforts: Sequence[Effort]) -> list[Span]:
    """Return the counted efforts as spans."""
    return [(e.start_s, e.end_s) for e in efforts if e.counts]


def counted(season: Season) -> dict[str, list[Span]]:
    """Return the counted efforts of every run by the name of its file."""
    found: dict[str, list[Span]] = {}
    for run in season.runs:
        found.setdefault(file_of(run.source), []).extend(spans_of(run.efforts))
    return found


def file_of(source: str) -> str:
    """Return the file's own name of a source."""
    return source.rpartition("!")[2].partition("#")[0].rpartition("/")[2]


def shift_of(found: Mapping[str, Sequence[Span]], timed: Sequence[TimedRun]) -> float:
    """Return the season's constant shift, s."""
    return constant_shift_s((found.get(run.file, ()), run.efforts) for run in timed)


def scored(
    found: Mapping[str, Sequence[Span]],
    timed: Sequence[TimedRun],
    *,
    align: bool = True,
    least: float = RIGHT,
    shift_s: float | None = None,
) -> Score:
    """Hold a season against its timed runs; a run that could not be read has missed everything.

    Parameters
    ----------
    found : mapping
        Efforts by file name.
    timed : sequence of TimedRun
    align : bool
        Whether the season's constant shift is taken out first.
    least : float
        IoU of a match.
    shift_s : float, optional
        The shift, where it is not to be found anew.
    """
    if shift_s is None:
        shift_s = shift_of(found, timed) if align else 0.0
    return total(
        score(
            shifted(found[run.file], shift_s),
            run.efforts,
            seconds=run.seconds,
            ignore=run.ignore,
            reach_s=REACH_S,
            least=least,
        )
        if run.file in found
        else Score(missed=len(run.efforts))
        for run in timed
    )
