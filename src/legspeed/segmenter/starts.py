"""Running that sets in again and again from a stand or a walk, at traffic lights or in run-walk: told as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from legspeed.model import Bursts, Effort, Refusal, RunDigest
from legspeed.segmenter.choose import gate_of
from legspeed.segmenter.context import Context
from legspeed.settings import Settings


def restarts(
    digest: RunDigest, context: Context, told: Sequence[Effort | Refusal], settings: Settings
) -> Refusal | None:
    """Return one refusal for all candidates that set in from a stand or a walk and stay far below their gates.

    Each of them rises as an effort does, and a runner asks why it is none; one by one they would fill a page. None
    where there are fewer than `Judging.alike_count` beside what is `told` of the run anyway.
    """
    table = Bursts.of(digest.bursts)
    start, end = table.column("start_s"), table.column("end_s")
    plateau, base = table.column("plateau_speed_mps"), table.column("base_speed_mps")
    walk = settings.evidence.walk_mps
    rising = np.flatnonzero((base < walk) & (plateau > walk) & (table.column("carried") == 0))
    free_s = -np.inf
    spans: list[tuple[float, float, float]] = []
    for at in rising[np.lexsort((-end[rising], start[rising]))].tolist():
        begin, stop = float(start[at]), float(end[at])
        if begin >= free_s and all(stop <= one.start_s or begin >= one.end_s for one in told):
            gate = gate_of(stop - begin, False, context.yardstick, settings)
            spans.append((begin, stop, float(plateau[at]) / gate))
            free_s = stop
    below = [one for one in spans if one[2] < settings.judging.near_miss]
    if len(below) < settings.judging.alike_count:
        return None
    fastest = max(share for *_, share in below)
    said = f"{len(below)} starts from a stand or a walk", f"the fastest {fastest - 1:+.0%} against its gate"
    return Refusal(below[0][0], below[-1][1], "too-slow", said)
