"""What a runner's presses of the keys show of how late his watch is, in one run: starts of the timer, timed laps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from legspeed.model import F8, Activity, Burst, Bursts, Lap
from legspeed.model.figures import median
from legspeed.segmenter.spans import shared_over_joint
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Evidence

#: Records into a stretch over which smoothing that stops at its first one rounds off a rise.
_ROUNDED: Final = 2
#: What made a lap that may have been pressed.
_PRESSED: Final = ("manual", None)


def timer_delays(
    activity: Activity, line: Timeline, speed_mps: F8, evidence: Evidence
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how late the movement is seen after every start of the timer that leads to running.

    Parameters
    ----------
    activity : Activity
    line : Timeline
    speed_mps : float64[m]
    evidence : Evidence

    Returns
    -------
    delays_s : tuple of float
        Seconds from each start until half of the rise is recorded, 0 where the recording sets in while he runs.
    ramps_s : tuple of float
        Seconds that each rise takes from a quarter to three quarters of its height, by which a gentle start is told
        from a late watch; smoothing as in the curve.
    """
    found = []
    reach = int(evidence.delay_window_s)
    for begun_s in (0.0, *(pause.end_s for pause in activity.pauses if pause.kind == "timer")):
        i = int(np.searchsorted(line.t_s, begun_s - 0.5))
        if i >= line.m or line.t_s[i] - begun_s > evidence.delay_gap_s or i != line.first[i]:
            continue
        seen = speed_mps[i : min(int(line.last[i]), i + reach) + 1]
        if seen.shape[0] < reach // 2:
            continue
        settled = median(seen[reach // 3 :])
        if settled >= evidence.delay_speed_mps:
            found.append(_rise(seen, settled, float(line.t_s[i]) - begun_s, evidence))
    return tuple(delay for delay, _ in found), tuple(ramp for _, ramp in found)


def _rise(seen: F8, settled: float, gap_s: float, evidence: Evidence) -> tuple[float, float]:
    """Return when half of the rise to `settled` is there, and how long it takes from a quarter to three quarters.

    The rise begins at 0 for a runner who stood, and at the speed of his walk for one who walked. A walk is told from
    the smoothed foot of a rise by its speed and by lasting longer.
    """
    top = int(np.argmax(seen >= 0.9 * settled))
    if top == 0:
        return 0.0, 0.0
    base = float(seen[: top + 1].min())
    begun = seen[_ROUNDED] >= seen[0] + 0.25 * (settled - seen[0])
    if base < evidence.delay_walk * settled or begun:
        base = 0.0 if seen[0] < 0.5 * settled else settled
    if settled - base < 0.5 * settled:
        return 0.0, 0.0
    quarter, half, most = (_below(seen[: top + 1], base + part * (settled - base)) for part in (0.25, 0.5, 0.75))
    return round(half + gap_s, 2), round(most - quarter, 2)


def _below(seen: F8, level: float) -> float:
    """Return how many seconds of the curve lie below a level: noise leads to no earlier and no later a crossing."""
    low, high = np.minimum(seen[:-1], seen[1:]), np.maximum(seen[:-1], seen[1:])
    return float(np.clip((level - low) / np.maximum(high - low, 1e-6), 0.0, 1.0).sum())


def lap_delays(bursts: Bursts, laps: Sequence[Lap], evidence: Evidence) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return by how many seconds the rise, and the fall, of reps that laps time come after the press of the lap key.

    Both are measured at half of the rise or fall. Each lap that the runner pressed speaks for the burst that it covers
    best. Laps that the watch makes by itself, at a kilometre or at a step of a workout, are no presses; where a file
    does not say which they are, laps as short as a rep are taken for the runner's.
    """
    pressed = [lap for lap in laps if lap.trigger in _PRESSED]
    best: dict[tuple[float, float], tuple[float, Burst]] = {}
    timed = bursts.column("lap_start_s")
    for at in np.flatnonzero(timed == timed).tolist():
        burst = bursts[at]
        start, end = burst.lap_start_s, burst.lap_end_s
        if start is None or end is None or end - start > evidence.delay_lap_s:
            continue
        if not any(lap.start_s <= start and end <= lap.end_s for lap in pressed):
            continue
        share = shared_over_joint(burst.start_s, burst.end_s, start, end)
        if share > best.get((start, end), (0.0, burst))[0]:
            best[start, end] = share, burst
    chosen = [(start, end, burst) for (start, end), (_, burst) in sorted(best.items(), key=lambda item: item[0])]
    return (
        tuple(round(burst.start_s - start, 2) for start, _, burst in chosen if not burst.open_start),
        tuple(round(burst.end_s - end, 2) for _, end, burst in chosen if not burst.open_end),
    )
