"""The way covered in a burst: what smoothing has carried over its edges is given back."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.bursts import Rise
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
    speed_mps : float64[m]
    basis : tuple of str
        The streams that the speed was made from.
    signal : Signal
        How they were smoothed: a chord of ± `Signal.chord_s` and a mean over three seconds.
    """

    def __init__(self, line: Timeline, speed_mps: F8, basis: tuple[str, ...], signal: Signal) -> None:
        steps = 0.5 * (speed_mps[1:] + speed_mps[:-1])
        self._metres: list[float] = np.concatenate([[0.0], np.cumsum(steps)]).tolist()
        self._line = line
        chord = (2.0 * int(signal.chord_s)) ** 2 / 12.0 if basis != ("speed",) else 0.0
        self._blur_s2 = chord + 2.0 / 3.0

    @property
    def whole_m(self) -> float:
        """The metres of the whole run."""
        return self._metres[-1]

    def before_m(self, point: int) -> float:
        """Return the metres up to a grid point."""
        return self._metres[point]

    def mean_mps(self, rise: Rise) -> float:
        """Return the mean speed of a burst between its edges, m/s.

        Smoothing carries part of a burst over its edges: of a step of height h with the standard deviation s of all
        that rounded it, h·s/√(2π) lies outside. That is measured; what is left of it when the smoothing's own
        variance is taken off belongs there, as runners do not start at full speed. The rest goes back.
        """
        first, last = int(self._line.first[rise.first]), int(self._line.last[rise.last])
        begin = float(self._line.t_s[first])
        low, high = first + rise.start_s - begin, first + rise.end_s - begin
        metres = self._between(low, high)
        if not rise.open_start:
            reach = min(_REACH_S, low - first)
            metres += self._lost(
                self._between(low - reach, low) - reach * rise.base_mps, rise.plateau_mps - rise.base_mps
            )
        if not rise.open_end:
            reach = min(_REACH_S, last - high)
            out = self._between(high, high + reach) - reach * rise.after_mps
            metres += self._lost(out, rise.plateau_mps - rise.after_mps)
        return metres / max(high - low, 1.0)

    def _between(self, low: float, high: float) -> float:
        """Return the metres between two places on the grid."""
        return self._at(high) - self._at(low)

    def _at(self, where: float) -> float:
        k = min(max(int(where), 0), len(self._metres) - 2)
        return self._metres[k] + (where - k) * (self._metres[k + 1] - self._metres[k])

    def _lost(self, outside_m: float, height_mps: float) -> float:
        """Return how much of what lies outside an edge the smoothing has carried there."""
        if outside_m <= 0.0 or height_mps <= 0.0:
            return 0.0
        # Much more beside an edge than any start leaves there is running at another speed, not a part of the burst.
        spread = min(outside_m / (_OUTSIDE * height_mps), _WIDEST * math.sqrt(self._blur_s2))
        own = math.sqrt(max(0.0, spread * spread - self._blur_s2))
        return _OUTSIDE * height_mps * (spread - own)
