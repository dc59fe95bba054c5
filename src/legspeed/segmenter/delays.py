"""The delay that all streams of a watch share: invisible in one run, shown by a season of the runner's presses.

A runner sets off within half a second of starting the timer, and presses the lap key at both ends of a rep. What is
recorded later than that, press after press, is late in the watch. Both are measured at half of a rise, which takes its
own time: that of a brisk one is known, and a gentle one is known by its length.
"""

from __future__ import annotations

import math
import statistics
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from legspeed.model import RunDigest, WatchDelay
from legspeed.model.figures import SD_OF_MAD
from legspeed.settings import Judging

#: Decimals of what edges are moved by: no delay is known better, and one run more must not move all runs' edges.
_TENTHS: Final = 1


def _numbers() -> array[float]:
    return array("d")


@dataclass(slots=True)
class _Seen:
    """What the presses of one watch showed: see :class:`legspeed.model.RunDigest`."""

    starts: array[float] = field(default_factory=_numbers)
    ramps: array[float] = field(default_factory=_numbers)
    lap_starts: array[float] = field(default_factory=_numbers)
    lap_ends: array[float] = field(default_factory=_numbers)
    lap_runs: int = 0


class Presses:
    """What the presses of the keys show, by the watch they were made on."""

    def __init__(self, *, laps: bool = True) -> None:
        self._laps = laps
        self._seen: dict[str, _Seen] = {}

    def add(self, digest: RunDigest) -> None:
        """Add what one run shows: indoors nothing, where a belt takes its time to get up to speed."""
        seen = self._seen.setdefault(digest.device, _Seen())
        if digest.indoors:
            return
        for half, ramp in zip_longest(digest.timer_delays_s, digest.timer_ramps_s, fillvalue=0.0):
            seen.starts.append(half)
            seen.ramps.append(ramp)
        if self._laps and (digest.lap_starts_s or digest.lap_ends_s):
            seen.lap_starts.extend(digest.lap_starts_s)
            seen.lap_ends.extend(digest.lap_ends_s)
            seen.lap_runs += 1

    def delays(self, judging: Judging) -> dict[str, WatchDelay]:
        """Return what each watch is late by, in the order of their names."""
        return {device: _told(device, seen, judging) for device, seen in sorted(self._seen.items())}


def _told(device: str, seen: _Seen, judging: Judging) -> WatchDelay:
    """Return the delay of one watch: the mean of what starts and laps show, weighted by their errors.

    Where the two differ by more than their errors allow, the mean's error grows by as much.
    """
    starts, laps = _by_starts(seen, judging), _by_laps(seen, judging)
    both = [one for one in (starts, laps) if one is not None]
    measured = error = None
    if both:
        weights = [1.0 / se**2 for _, se in both]
        measured = sum(w * value for w, (value, _) in zip(weights, both, strict=True)) / sum(weights)
        excess = sum(w * (value - measured) ** 2 for w, (value, _) in zip(weights, both, strict=True))
        # Birge: weighted means whose parts differ by more than their errors have an error larger by that ratio.
        error = math.sqrt(max(1.0, excess / max(1, len(both) - 1)) / sum(weights))
    clear = measured is not None and error is not None and measured >= judging.delay_sure * error
    return WatchDelay(
        device=device,
        delay_s=round(min(measured, judging.delay_most_s), _TENTHS) if clear and measured is not None else 0.0,
        measured_s=measured,
        se_s=error,
        starts=len(seen.starts),
        starts_s=starts and starts[0],
        starts_se_s=starts and starts[1],
        laps=len(seen.lap_starts) + len(seen.lap_ends),
        laps_s=laps and laps[0],
        laps_se_s=laps and laps[1],
    )


def _by_starts(seen: _Seen, judging: Judging) -> tuple[float, float] | None:
    """Return the delay that starts of the timer show and its standard error: the runner's part is taken off.

    Every start counts, also one pressed while running already: it shows no delay, which keeps a watch from being called
    late where its runner may only have been early. Where most starts were pressed so, they tell nothing.
    """
    if len(seen.starts) < judging.delay_least_starts:
        return None
    excess = [max(0.0, ramp - judging.delay_brisk_s) for ramp in seen.ramps]
    brisk = [
        max(0.0, half - judging.delay_gentle * over) if half > 0 else 0.0
        for half, over in zip(seen.starts, excess, strict=True)
    ]
    middle = _quantile(brisk, judging.delay_quantile)
    if middle <= 0:
        return None
    gentle = judging.delay_gentle_error * statistics.median(excess)
    error = math.hypot(_error_of_median(brisk, middle), judging.delay_habit_s, gentle)
    return middle - judging.delay_reaction_s - judging.delay_ramp_s, error


def _by_laps(seen: _Seen, judging: Judging) -> tuple[float, float] | None:
    """Return the delay that the edges of timed laps show and its standard error.

    A runner who presses late does so at both ends of a rep; one who presses first and then sets off is late at the
    start only. In the mean of both edges either habit is halved. A mean longer than any watch is late tells nothing.
    """
    onsets, ends = seen.lap_starts, seen.lap_ends
    least = judging.delay_least_starts
    if len(onsets) + len(ends) < least or min(len(onsets), len(ends)) < least / 4:
        return None
    if seen.lap_runs < judging.delay_least_runs:
        return None
    on, off = statistics.median(onsets), statistics.median(ends)
    found = 0.5 * (on + off) - judging.delay_ramp_s
    error = 0.5 * math.hypot(_error_of_median(onsets, on), _error_of_median(ends, off))
    return None if found > judging.delay_most_s else (found, math.hypot(error, judging.delay_habit_s))


def _error_of_median(values: Iterable[float], middle: float) -> float:
    """Return the standard error of a median: √(π/2) · σ/√n, σ from the median absolute deviation."""
    apart = sorted(abs(value - middle) for value in values)
    return 1.2533 * SD_OF_MAD * statistics.median(apart) / math.sqrt(len(apart))


def _quantile(values: Iterable[float], part: float) -> float:
    ranked = sorted(values)
    return ranked[int(part * (len(ranked) - 1))]
