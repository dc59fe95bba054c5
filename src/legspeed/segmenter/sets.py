"""Sets in a coach's words: "6 × 20 s strides, 1:15 rest, after 8.1 km easy"."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from legspeed.model import Effort, EffortSet, RunDigest
from legspeed.settings import Sets

_NAMES = {
    "stride": ("stride", "strides"),
    "hill_sprint": ("hill sprint", "hill sprints"),
    "sprint": ("sprint", "sprints"),
    "fast_rep": ("fast rep", "fast reps"),
    "finish_kick": ("finish kick", "finish kicks"),
    "interval": ("interval", "intervals"),
    "downhill": ("downhill surge", "downhill surges"),
}


def sets_of(
    efforts: Sequence[Effort], digest: RunDigest, sets: Sets
) -> tuple[tuple[Effort, ...], tuple[EffortSet, ...]]:
    """Group a run's efforts; return them with their recoveries filled in, and the sets.

    Efforts of one kind with recoveries no longer than `Sets.rest_s` and alike durations are one set. Efforts that do
    not count stand in no set.
    """
    groups: list[list[int]] = []
    for k, effort in enumerate(efforts):
        if not effort.counts:
            continue
        if groups and _joins(effort, [efforts[i] for i in groups[-1]], sets):
            groups[-1].append(k)
        else:
            groups.append([k])
    out = list(efforts)
    for group in groups:
        for here, after in itertools.pairwise(group):
            out[here] = dataclasses.replace(efforts[here], recovery_s=efforts[after].start_s - efforts[here].end_s)
    return tuple(out), tuple(_set([out[i] for i in group], digest) for group in groups)


def _joins(effort: Effort, group: Sequence[Effort], sets: Sets) -> bool:
    last = group[-1]
    middle = float(np.median([e.duration_s for e in group]))
    return (
        effort.kind == last.kind
        and effort.start_s - last.end_s <= sets.rest_s
        and abs(effort.duration_s - middle) <= max(4.0, sets.duration_share * middle)
    )


def _set(group: Sequence[Effort], digest: RunDigest) -> EffortSet:
    kind, count = group[0].kind, len(group)
    name = _NAMES[kind][0 if count == 1 else 1]
    seconds = float(np.median([e.duration_s for e in group]))
    text = f"{count} × {_seconds(seconds)} {name}" if count > 1 else f"{_seconds(seconds)} {name}"
    rests = [e.recovery_s for e in group if e.recovery_s is not None]
    if rests:
        text += f", {_clock(float(np.median(rests)))} rest"
    place = _place(group[0], digest)
    return EffortSet(f"{text}, {place}" if place else text, kind, count, group[0].start_s, group[-1].end_s)


def _place(effort: Effort, digest: RunDigest) -> str:
    """Say where in the run the set begins."""
    before = min(digest.bursts, key=lambda b: abs(b.start_s - effort.start_s), default=None)
    if before is None:
        return ""
    if before.way_before_m < 400:
        return "from the start"
    return f"after {before.way_before_m / 1000:.1f} km"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
