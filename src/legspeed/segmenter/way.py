"""The way covered in a burst: what smoothing has carried over its edges is given back, and how sure that is."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.bursts import Rise
from legspeed.segmenter.speed import SpeedCurve
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Signal

#: Half the mean absolute deviation of a normal distribution, over its standard deviation: 1/√(2π).
_OUTSIDE: Final = 1.0 / math.sqrt(2.0 * math.pi)
#: Seconds beside an edge in which a rise from there is over: three standard deviations of the smoothing.
_REACH_S: Final = 4.0
#: An edge is no wider than this, over the smoothing's own standard deviation: a start of 2.4 s to 63 % and all of that.
_WIDEST: Final = 2.0


class Way:
    """Distance along a speed curve, by grid point and between them.

    Parameters
    ----------
    line : Timeline
    curve : SpeedCurve
        The speed and the streams that it was made from.
    signal : Signal
        How they were smoothed: a chord of ± `Signal.chord_s` and a mean over three seconds; and what they are off by.
    """

    def __init__(self, line: Timeline, curve: SpeedCurve, signal: Signal) -> None:
        self._line = line
        self._signal = signal
        self._metres = _added(0.5 * (curve.speed_mps[1:] + curve.speed_mps[:-1]))
        self._apart: list[float] = []
        if curve.position_mps is not None and curve.distance_mps is not None:
            self._apart = _added(np.nan_to_num((curve.position_mps - curve.distance_mps)[:-1], nan=0.0))
        self._blur_known = curve.basis != ("speed",)
        chord = (2.0 * int(signal.chord_s)) ** 2 / 12.0 if self._blur_known else 0.0
        self._blur_s2 = chord + 2.0 / 3.0
        self._noise_m = signal.way_noise_s * curve.noise_mps
        self._scale = signal.way_scale if "position" in curve.basis else signal.way_scale_steps

    @property
    def whole_m(self) -> float:
        """The metres of the whole run."""
        return self._metres[-1]

    def before_m(self, point: int) -> float:
        """Return the metres up to a grid point."""
        return self._metres[point]

    def mean_mps(self, rise: Rise) -> tuple[float, float]:
        """Return the mean speed of a burst between its edges, and its standard error, m/s.

        Smoothing carries part of a burst over its edges: of a step of height h with the standard deviation s of all
        that rounded it, h·s/√(2π) lies outside. That is measured; what is left of it when the smoothing's own
        variance is taken off belongs there, as runners do not start at full speed. The rest goes back.

        The error adds up, in squares: by how much positions drift from one end to the other, what they jitter, half of
        what position and distance differ by, a share of what was given back (where the watch's smoothing is unknown,
        of all that lies outside), and the scale of the stream.
        """
        first, last = int(self._line.first[rise.first]), int(self._line.last[rise.last])
        begin = float(self._line.t_s[first])
        low, high = first + rise.start_s - begin, first + rise.end_s - begin
        sides: list[tuple[float, float, float]] = []
        if not rise.open_start:
            sides.append((max(low - _REACH_S, first), low, rise.base_mps))
        if not rise.open_end:
            sides.append((high, min(high + _REACH_S, last), rise.after_mps))
        back_m = perhaps_m = 0.0
        for start, end, level_mps in sides:
            outside_m = _between(self._metres, start, end) - (end - start) * level_mps
            lost_m, most_m = self._lost(outside_m, rise.plateau_mps - level_mps)
            back_m, perhaps_m = back_m + lost_m, perhaps_m + most_m
        seconds = max(high - low, 1.0)
        mean = (_between(self._metres, low, high) + back_m) / seconds
        apart_m = _between(self._apart, low, high) if self._apart else 0.0
        return mean, self._error(mean, seconds, back_m if self._blur_known else perhaps_m, apart_m)

    def _error(self, mean_mps: float, seconds: float, doubt_m: float, apart_m: float) -> float:
        """Return the standard error of a mean speed, m/s."""
        signal = self._signal
        ends_m = math.hypot(signal.way_ends_m, self._noise_m) if self._blur_known else self._noise_m
        way_m = math.hypot(ends_m, signal.way_apart * apart_m, signal.way_doubt * doubt_m)
        return math.hypot(way_m / seconds, self._scale * mean_mps)

    def _lost(self, outside_m: float, height_mps: float) -> tuple[float, float]:
        """Return how much of what lies outside an edge the smoothing has carried there, and how much it may have."""
        if outside_m <= 0.0 or height_mps <= 0.0:
            return 0.0, 0.0
        # Much more beside an edge than any start leaves there is running at another speed, not a part of the burst.
        spread = min(outside_m / (_OUTSIDE * height_mps), _WIDEST * math.sqrt(self._blur_s2))
        own = math.sqrt(max(0.0, spread * spread - self._blur_s2))
        return _OUTSIDE * height_mps * (spread - own), min(outside_m, _OUTSIDE * height_mps * _REACH_S)


def _added(steps: F8) -> list[float]:
    """Return the sums up to each grid point."""
    sums: list[float] = np.concatenate([[0.0], np.cumsum(steps)]).tolist()
    return sums


def _between(added: list[float], low: float, high: float) -> float:
    """Return what was added between two places on the grid."""
    return _at(added, high) - _at(added, low)


def _at(added: list[float], where: float) -> float:
    """Return a sum between two grid points."""
    k = min(max(int(where), 0), len(added) - 2)
    return added[k] + (where - k) * (added[k + 1] - added[k])
