"""Runs without a season around them: what one file, or a few, show of a runner whom nobody knows yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Line, Section, told
from benchmarks.accuracy_real import absent
from benchmarks.accuracy_truth import TimedRun, counted, scored
from legspeed import digest, read_all, season
from legspeed.errors import ReadError
from legspeed.model import RunDigest
from legspeed.readers import Entry, discover

_RUNNERS: Final = {"A": "runner_a", "B": "runner_b", "C": "runner_c", "E": "runner_e"}
#: So many runs that follow each other are all that is known; beside them the whole season.
_TOGETHER: Final = (1, 3, 10)


def section(measured: Measured) -> Section:
    """Hold the runners' runs, each judged by itself and in short stretches, against their timed laps."""
    title = "each run by itself, or the few around it: laps ignored, nothing else known of the runner"
    lines: list[Line] = []
    for who, name in _RUNNERS.items():
        folder = measured.folder(name)
        if folder is not None:
            read = measured.spread(f"{name}, runs", _digests, list(discover(folder)))
            digests = sorted((d for some in read for d in some), key=lambda d: d.start)
            lines += _lines(who, digests, measured.timed(name))
    return Section("alone", title, tuple(lines)) if lines else absent("alone", title)


def _digests(entry: Entry) -> list[RunDigest]:
    try:
        return [digest(dataclasses.replace(one, source=entry.source), laps=False) for one in read_all(entry)]
    except ReadError:
        return []


def _lines(who: str, digests: Sequence[RunDigest], timed: Sequence[TimedRun]) -> list[Line]:
    """Return a line for every length of what is known."""
    lines = []
    for together in (*_TOGETHER, len(digests)):
        found = {}
        for first in range(0, len(digests), together):
            found.update(counted(season(digests[first : first + together], laps=False)))
        score = scored(found, timed)
        known = "the season" if together == len(digests) else f"{together} run{'s' * (together > 1)}"
        note = f"{score.missed} of {score.true} missed, {score.false_per_10h:.2f} false per 10 h"
        lines.append(told(f"{who}, known by {known}: F1 at IoU 0.5", f"{score.f1:.3f}", score.f1, note))
    return lines
