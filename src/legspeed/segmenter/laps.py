"""The lap key times an effort that the signals already show."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from legspeed.segmenter.choose import Verdict
from legspeed.segmenter.spans import shared_over_joint


def lap_timed(chosen: Sequence[Verdict], least: float, apart_s: float) -> list[Verdict]:
    """Give a burst the edges of the lap that agrees with it, where no neighbour is in the way.

    Parameters
    ----------
    chosen : sequence of Verdict
        Disjoint, sorted by start; their bursts name the laps that time them.
    least : float
        Shared over joint time from which a lap agrees.
    apart_s : float
        By so much a lap and a burst may differ because of their edges alone: each is known to a second.
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
        out.append(_timed(v, start, end, apart_s) if agrees else v)
    return out


def _timed(v: Verdict, start_s: float, end_s: float, apart_s: float) -> Verdict:
    """Return a burst with the lap's edges, and the mean speed of what lies between these.

    What a longer lap has more than the burst was run at the speed beside it: a key pressed before the start, a rep of
    which only a part stood above the bar. A lap that is only earlier or later is the watch's delay, and adds nothing.
    """
    burst, seconds = v.burst, end_s - start_s
    more_s = max(0.0, seconds - v.duration_s)
    more_s -= 0.5 * min(more_s, apart_s)  # so little may as well be an edge that was found too late
    before_s = min(max(0.0, v.start_s - start_s), more_s)
    before_mps, after_mps = (min(mps, burst.mean_speed_mps) for mps in (burst.base_speed_mps, burst.after_speed_mps))
    way_m = (seconds - more_s) * burst.mean_speed_mps + before_s * before_mps + (more_s - before_s) * after_mps
    burst = dataclasses.replace(burst, mean_speed_mps=way_m / seconds)
    return dataclasses.replace(v, burst=burst, start_s=start_s, end_s=end_s, evidence=(*v.evidence, "lap-timed"))
