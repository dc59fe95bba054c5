"""Whether a confidence means what it says: of efforts given 0.9, nine in ten are right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Line, Section, Table, at_least, at_most, told
from benchmarks.accuracy_scoring import RIGHT, matches, overlap_s
from benchmarks.accuracy_truth import REACH_S, counted, file_of, shift_of
from legspeed.model import COUNTING_KINDS

Sure = tuple[float, bool]

_BORDERS: Final = (0.0, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97, 1.0)
_HIGH: Final = 0.9
_RUNNERS: Final = ("runner_a", "runner_c", "runner_e")


def timed_confidences(measured: Measured, runner: str) -> list[Sure]:
    """Return confidence and rightness of the efforts of one runner, those that nobody timed left out."""
    season = measured.season(runner)
    timed = {run.file: run for run in measured.timed(runner)}
    shift = shift_of(counted(season), measured.timed(runner))
    sure: list[Sure] = []
    for run in season.runs:
        truth = timed.get(file_of(run.source))
        if truth is None:
            continue
        shown = [e for e in run.efforts if e.kind in COUNTING_KINDS]
        spans = [(e.start_s - shift, e.end_s - shift) for e in shown]
        right = matches(spans, truth.efforts, RIGHT)
        unknown = [(a - REACH_S, b + REACH_S) for a, b in truth.ignore]
        sure += [
            (effort.confidence, i in right)
            for i, effort in enumerate(shown)
            if i in right or not any(overlap_s(spans[i], span) for span in unknown)
        ]
    return sure


def reliability(name: str, sure: Sequence[Sure]) -> tuple[Table, float]:
    """Return the table of confidence against the share right, and the mean difference weighted by number."""
    rows, off = [], 0.0
    for low, high in pairwise(_BORDERS):
        inside = [s for s in sure if low <= s[0] < high or (high == _BORDERS[-1] == s[0])]
        if not inside:
            continue
        said = sum(s[0] for s in inside) / len(inside)
        right = sum(s[1] for s in inside) / len(inside)
        off += abs(said - right) * len(inside) / len(sure)
        rows.append((f"{low:.2f} to {high:.2f}", str(len(inside)), f"{said:.2f}", f"{right:.2f}"))
    return Table((name, "efforts", "mean", "right"), rows, first=16), off


def section(measured: Measured) -> Section:
    """Print reliability on simulation, and on the timed laps where those are at hand."""
    lines: list[Line] = []
    tables: list[Table] = []
    groups: dict[str, list[Sure]] = {"simulated": [s for o in measured.grid for s in o.sure]}
    at_hand = [runner for runner in _RUNNERS if measured.folder(runner) is not None]
    if at_hand:
        groups["timed laps"] = [s for runner in at_hand for s in timed_confidences(measured, runner)]
    for name, sure in groups.items():
        table, off = reliability(name, sure)
        high = [right for confidence, right in sure if confidence >= _HIGH]
        share = sum(high) / max(1, len(high))
        lines.append(
            at_least(f"{name}: right among those of {_HIGH:g} and more", share, _HIGH, note=f"{len(high)} efforts")
        )
        lines.append(at_most(f"{name}: mean difference of confidence and share right", off, 0.05, ".3f"))
        tables.append(table)
    if not at_hand:
        lines.append(told("timed laps", "no real recordings at hand"))
    return Section("calibration", "confidence against the share that is right", tuple(lines), tuple(tables))
