"""The lap key times an effort that the signals already show."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from legspeed.model import Bursts, RunDigest
from legspeed.segmenter.choose import Verdict


def lap_timed(chosen: Sequence[Verdict], digest: RunDigest, least: float) -> list[Verdict]:
    """Give a burst the edges of the lap that agrees with it, where no neighbour is in the way.

    Parameters
    ----------
    chosen : sequence of Verdict
        Disjoint, sorted by start.
    digest : RunDigest
        Its bursts name the laps that cover them.
    least : float
        Shared over joint time from which a lap agrees.
    """
    laps = [(start, end) for start, end in Bursts.of(digest.bursts).laps() if end] if chosen else []
    if not laps:
        return list(chosen)
    out: list[Verdict] = []
    for k, v in enumerate(chosen):
        floor = out[-1].end_s if out else 0.0
        ceiling = chosen[k + 1].start_s if k + 1 < len(chosen) else float("inf")
        free = [(a, b) for a, b in laps if a >= floor and b <= ceiling]
        start, end = max(free, key=lambda lap: _overlap(lap, v), default=(0.0, 0.0))
        if _overlap((start, end), v) < least:
            out.append(v)
        else:
            out.append(dataclasses.replace(v, start_s=start, end_s=end, evidence=(*v.evidence, "lap-timed")))
    return out


def _overlap(lap: tuple[float, float], v: Verdict) -> float:
    """Return shared over joint time of a lap and a burst."""
    both = min(lap[1], v.end_s) - max(lap[0], v.start_s)
    return max(0.0, both) / (max(lap[1], v.end_s) - min(lap[0], v.start_s))
