"""The lap key times an effort that the signals already show."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from legspeed.segmenter.choose import Verdict
from legspeed.segmenter.spans import shared_over_joint


def lap_timed(chosen: Sequence[Verdict], least: float) -> list[Verdict]:
    """Give a burst the edges of the lap that agrees with it, where no neighbour is in the way.

    Parameters
    ----------
    chosen : sequence of Verdict
        Disjoint, sorted by start; their bursts name the laps that time them.
    least : float
        Shared over joint time from which a lap agrees.
    """
    out: list[Verdict] = []
    for k, v in enumerate(chosen):
        floor = out[-1].end_s if out else 0.0
        ceiling = chosen[k + 1].start_s if k + 1 < len(chosen) else float("inf")
        start, end = v.burst.lap_start_s, v.burst.lap_end_s
        if start is None or end is None or start < floor or end > ceiling:
            out.append(v)
            continue
        agrees = shared_over_joint(v.start_s, v.end_s, start, end) >= least
        timed = dataclasses.replace(v, start_s=start, end_s=end, evidence=(*v.evidence, "lap-timed"))
        out.append(timed if agrees else v)
    return out
