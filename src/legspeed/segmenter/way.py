"""The way covered in a burst: what smoothing has carried over its edges is given back, and how sure that is."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.bursts import Rises
from legspeed.segmenter.speed import SpeedCurve
from legspeed.segmenter.timeline import I8, Timeline
from legspeed.settings import Signal

#: Half the mean absolute deviation of a normal distribution, over its standard deviation: 1/√(2π).
_OUTSIDE: Final = 1.0 / math.sqrt(2.0 * math.pi)


class Way:
    """Distance along a speed curve, by grid point and between them.

    Parameters
    ----------
    line : Timeline
    curve : SpeedCurve
        The speed and the streams that it was made from.
    signal : Signal
        How they were smoothed (a chord of ± `Signal.chord_s`, a mean over `Signal.smooth_s`), and what they are off by.
    """

    def __init__(self, line: Timeline, curve: SpeedCurve, signal: Signal) -> None:
        self._line = line
        self._signal = signal
        self._metres = _added(0.5 * (curve.speed_mps[1:] + curve.speed_mps[:-1]))
        self._apart: F8 | None = None
        if curve.position_mps is not None and curve.distance_mps is not None:
            self._apart = _added(np.nan_to_num((curve.position_mps - curve.distance_mps)[:-1], nan=0.0))
        self._blur_known = curve.basis != ("speed",)
        chord = (2.0 * int(signal.chord_s)) ** 2 / 12.0 if self._blur_known else 0.0
        self._blur_s2 = chord + (int(signal.smooth_s) ** 2 - 1.0) / 12.0
        self._noise_m = signal.way_noise_s * curve.noise_mps
        self._scale = signal.way_scale if "position" in curve.basis else signal.way_scale_steps

    @property
    def whole_m(self) -> float:
        """The metres of the whole run."""
        return float(self._metres[-1])

    def before_m(self, points: I8) -> F8:
        """Return the metres up to grid points."""
        return np.asarray(self._metres[points])

    def mean_mps(self, rises: Rises) -> tuple[F8, F8]:
        """Return the mean speeds of bursts between their edges, and their standard errors, m/s.

        Smoothing carries part of a burst over its edges: of a step of height h with the standard deviation s of all
        that rounded it, h·s/√(2π) lies outside. That is measured; what is left of it when the smoothing's own
        variance is taken off belongs there, as runners do not start at full speed. The rest goes back.

        The error adds up, in squares: by how much positions drift from one end to the other, what they jitter, what
        position and distance differ by, a share of what was given back (where the watch's smoothing is unknown, of all
        that lies outside), and the scale of the stream.
        """
        first, last = self._line.first[rises.first], self._line.last[rises.last]
        begin = self._line.t_s[first]
        low, high = first + rises.start_s - begin, first + rises.end_s - begin
        reach_s = self._signal.way_reach_s
        back_m, perhaps_m = np.zeros(len(low)), np.zeros(len(low))
        for start, end, level_mps, open_ in (
            (np.maximum(low - reach_s, first), low, rises.base_mps, rises.open_start),
            (high, np.minimum(high + reach_s, last), rises.after_mps, rises.open_end),
        ):
            outside_m = _between(self._metres, start, end) - (end - start) * level_mps
            lost_m, most_m = self._lost(np.where(open_, 0.0, outside_m), rises.plateau_mps - level_mps)
            back_m, perhaps_m = back_m + lost_m, perhaps_m + most_m
        seconds = np.maximum(high - low, 1.0)
        mean = (_between(self._metres, low, high) + back_m) / seconds
        apart_m = np.zeros(len(low)) if self._apart is None else _between(self._apart, low, high)
        return mean, self._error(mean, seconds, back_m if self._blur_known else perhaps_m, apart_m)

    def _error(self, mean_mps: F8, seconds: F8, doubt_m: F8, apart_m: F8) -> F8:
        """Return the standard errors of mean speeds, m/s."""
        signal = self._signal
        ends_m = math.hypot(signal.way_ends_m, self._noise_m) if self._blur_known else self._noise_m
        way_m = np.hypot(np.hypot(ends_m, signal.way_apart * apart_m), signal.way_doubt * doubt_m)
        return np.hypot(way_m / seconds, self._scale * mean_mps)

    def _lost(self, outside_m: F8, height_mps: F8) -> tuple[F8, F8]:
        """Return how much of what lies outside edges the smoothing has carried there, and how much it may have."""
        some = (outside_m > 0.0) & (height_mps > 0.0)
        outside_m, height_mps = np.where(some, outside_m, 0.0), np.where(some, height_mps, 1.0)
        # Much more beside an edge than any start leaves there is running at another speed, not a part of the burst.
        spread = np.minimum(outside_m / (_OUTSIDE * height_mps), self._signal.way_widest * math.sqrt(self._blur_s2))
        own = np.sqrt(np.maximum(0.0, spread * spread - self._blur_s2))
        most_m = np.minimum(outside_m, _OUTSIDE * height_mps * self._signal.way_reach_s)
        return np.where(some, _OUTSIDE * height_mps * (spread - own), 0.0), most_m


def _added(steps: F8) -> F8:
    """Return the sums up to each grid point."""
    return np.concatenate([[0.0], np.cumsum(steps)])


def _between(added: F8, low: F8, high: F8) -> F8:
    """Return what was added between places on the grid."""
    return _at(added, high) - _at(added, low)


def _at(added: F8, where: F8) -> F8:
    """Return a sum between grid points."""
    k = np.minimum(np.maximum(where.astype(np.int64), 0), len(added) - 2)
    return np.asarray(added[k] + (where - k) * (added[k + 1] - added[k]))
