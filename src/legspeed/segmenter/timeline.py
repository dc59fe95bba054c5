"""True time: an activity laid on a 1 s grid, stretch by stretch, nothing bridged.

A *stretch* is what lies between two pauses. All stretches stand one behind the other in the same arrays; `first`
and `last` tell for every grid point where its stretch begins and ends, so that windows can be clipped and never look
across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8, Activity, Pause
from legspeed.model.channels import EARTH_RADIUS_M
from legspeed.model.figures import median
from legspeed.segmenter.news import drawn_every, held, is_mean, told_every
from legspeed.settings import Signal

I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The 1 s grid of an activity and its streams, NaN where nothing was recorded nearby.

    ``t_s`` f8[m] seconds since the first record; ``first``, ``last`` i8[m] index of the first and last grid point of
    the same stretch; ``interval_s`` median recording interval. Streams are f8[m] or None where the file has none.
    ``every_s`` tells of each stream of speed (``position``, ``distance``, ``speed``), ``cadence`` and ``altitude`` how
    often it has a new value; a cadence that is a mean has one every `Signal.mean_s` or more.
    """

    t_s: F8
    first: I8
    last: I8
    interval_s: float
    east_m: F8 | None = None
    north_m: F8 | None = None
    distance_m: F8 | None = None
    speed_mps: F8 | None = None
    cadence_spm: F8 | None = None
    altitude_m: F8 | None = None
    heart_bpm: F8 | None = None
    every_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def m(self) -> int:
        """Number of grid points."""
        return int(self.t_s.shape[0])

    def shifted(self, stream: F8, lag_s: float) -> F8:
        """Return `stream` as it was `lag_s` seconds later: a late stream comes into line. Held at a stretch's ends."""
        at = np.arange(self.m) + lag_s
        low = np.clip(np.floor(at).astype(np.int64), self.first, self.last)
        high = np.minimum(low + 1, self.last)
        part = np.clip(at - low, 0.0, 1.0)
        return np.asarray(stream[low] * (1.0 - part) + stream[high] * part)

    def window(self, half_s: int) -> tuple[I8, I8]:
        """Return for every grid point the first and last index within ±`half_s`, clipped to its stretch."""
        at = np.arange(self.m)
        return np.maximum(at - half_s, self.first), np.minimum(at + half_s, self.last)

    def mean(self, stream: F8, half_s: int) -> F8:
        """Return the mean over ±`half_s` of what is there (NaN where nothing is)."""
        low, high = self.window(half_s)
        high += 1
        good = np.isfinite(stream)
        total = np.zeros(self.m + 1)
        if good.all():
            np.cumsum(stream, out=total[1:])
            return np.asarray((total[high] - total[low]) / (high - low))
        np.cumsum(np.where(good, stream, 0.0), out=total[1:])
        count = np.zeros(self.m + 1, dtype=np.int64)
        np.cumsum(good, out=count[1:])
        n = count[high] - count[low]
        return np.where(n > 0, (total[high] - total[low]) / np.maximum(n, 1), np.nan)

    def slope(self, stream: F8, half_s: int) -> F8:
        """Return the rise per second between the ends of a window of ±`half_s` (NaN where either end is missing)."""
        low, high = self.window(half_s)
        with np.errstate(invalid="ignore"):
            return np.where(high > low, (stream[high] - stream[low]) / np.maximum(high - low, 1), np.nan)


def timeline(activity: Activity, signal: Signal) -> Timeline:
    """Lay `activity` on the grid.

    Values are interpolated between neighbouring records no further apart than `Signal.fill_s` (or `fill_intervals`
    usual recording intervals); what lies in a longer silence or in a pause has no grid point.
    """
    t = activity.time_s
    if t.shape[0] < 2:
        nowhere = np.zeros(0, dtype=np.int64)
        return Timeline(t_s=np.zeros(0), first=nowhere, last=nowhere, interval_s=1.0)
    interval = median(np.diff(t))
    fill = max(signal.fill_s, signal.fill_intervals * interval)
    grid = _grid(t, activity.pauses, fill)

    def lay(column: F8 | None) -> F8 | None:
        return None if column is None else _lay(grid.records_at, column, grid.points_at, fill)

    every_s: dict[str, float] = {}

    def new(name: str, column: F8) -> F8:
        """Return a channel without the records that only write its last value again."""
        every_s[name], repeats = told_every(t, column, interval, signal)
        return _without(column, repeats)

    east = north = None
    drawn_s = 0.0
    ways_m: list[npt.NDArray[np.inexact]] = []
    placed = _on_a_plane(activity)
    if placed is not None:
        east_m, north_m = _fixes(t, *placed, signal)
        ways_m.append(east_m + 1j * north_m)
        drawn_s = drawn_every(t, ways_m[0], signal)
        every_s["position"] = max(told_every(t, ways_m[0], interval, signal)[0], drawn_s)
        east, north = lay(east_m), lay(north_m)
    distance, speed = activity.distance_m, activity.speed_mps
    if distance is not None:
        distance = new("distance", _without(distance, held(t, distance, 0.0, signal)))
        ways_m.append(distance)
        if drawn_s:  # a belt's distance is even in truth, but a belt has no positions
            every_s["distance"] = max(every_s["distance"], drawn_every(t, distance, signal))
    if speed is not None:
        # A mean is no second witness; a belt's speed, which is the only one, is even in truth.
        seen = east is not None and float(np.isfinite(east).mean()) >= signal.usable_share
        speed = None if seen and is_mean(t, speed, ways_m[:1], interval, signal) else new("speed", speed)
    every_s |= _witnesses_every(activity, ways_m, interval, signal)
    return Timeline(
        t_s=grid.t_s,
        first=grid.first,
        last=grid.last,
        interval_s=interval,
        east_m=east,
        north_m=north,
        distance_m=lay(distance),
        speed_mps=lay(speed),
        cadence_spm=lay(activity.cadence_spm),
        altitude_m=lay(activity.altitude_m),
        heart_bpm=lay(activity.heart_rate_bpm),
        every_s=every_s,
    )


class _Grid(NamedTuple):
    """The points of the grid: their time, the ends of their stretches, and where they and the records are.

    A sample tells nothing about another stretch, however near in time: for the interpolation the stretches lie apart,
    with the records at `records_at` and the points at `points_at`.
    """

    t_s: F8
    first: I8
    last: I8
    records_at: F8
    points_at: F8


def _grid(t: F8, pauses: Sequence[Pause], fill_s: float) -> _Grid:
    """Return one point a second, and none in a pause or between records more than `fill_s` apart."""
    cut = np.diff(t) > fill_s
    for pause in pauses:
        # A pause may begin and end between two records: cut the step that holds its middle.
        at = int(np.searchsorted(t, 0.5 * (pause.start_s + pause.end_s), "right")) - 1
        if 0 <= at < cut.shape[0]:
            cut[at] = True
    begins = np.concatenate([[0], np.flatnonzero(cut) + 1])
    ends = np.concatenate([np.flatnonzero(cut), [t.shape[0] - 1]])
    lengths = np.floor(t[ends] - t[begins] + 1e-6).astype(np.int64) + 1
    starts_at = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first = np.repeat(starts_at, lengths)
    last = np.repeat(starts_at + lengths - 1, lengths)
    t_s = np.repeat(t[begins], lengths) + (np.arange(int(lengths.sum())) - first)
    away_s = 10.0 * fill_s * np.arange(begins.shape[0])
    return _Grid(t_s, first, last, t + np.repeat(away_s, ends - begins + 1), t_s + np.repeat(away_s, lengths))


def _on_a_plane(activity: Activity) -> tuple[F8, F8] | None:
    """Return the positions as metres east and north of the run's middle, each float64[n]; None without any."""
    if activity.latitude_deg is None or activity.longitude_deg is None or not np.isfinite(activity.latitude_deg).any():
        return None
    latitude, longitude = np.radians(activity.latitude_deg), np.radians(activity.longitude_deg)
    here = median(latitude[np.isfinite(latitude)])
    # Unwrapped, so that a run across the date line does not jump around the globe.
    good = np.isfinite(longitude)
    unwrapped = longitude.copy()
    unwrapped[good] = np.unwrap(longitude[good])
    middle = median(unwrapped[good]) if good.any() else 0.0
    return EARTH_RADIUS_M * np.cos(here) * (unwrapped - middle), EARTH_RADIUS_M * (latitude - here)


def _fixes(t: F8, east_m: F8, north_m: F8, signal: Signal) -> tuple[F8, F8]:
    """Return the positions without those that only repeat the one before while the runner ran on."""
    way_m = east_m + 1j * north_m
    repeats = held(t, way_m, signal.held_s, signal)
    lost = None if repeats is None else repeats | ~np.isfinite(way_m)  # half a position is none
    return _without(east_m, lost), _without(north_m, lost)


def _witnesses_every(
    activity: Activity, ways_m: Sequence[npt.NDArray[np.inexact]], interval_s: float, signal: Signal
) -> dict[str, float]:
    """Return how often cadence and altitude, where there are, have a new value, in seconds."""
    t, every_s = activity.time_s, {}
    if activity.cadence_spm is not None:
        every_s["cadence"] = told_every(t, activity.cadence_spm, interval_s, signal)[0]
        if is_mean(t, activity.cadence_spm, ways_m, interval_s, signal):
            every_s["cadence"] = max(every_s["cadence"], signal.mean_s)
    if activity.altitude_m is not None:
        every_s["altitude"] = told_every(t, activity.altitude_m, interval_s, signal)[0]
    return every_s


def _without(column: F8, repeats: B1 | None) -> F8:
    """Return a column without some of its records."""
    return column if repeats is None else np.where(repeats, np.nan, column)


def _lay(t: F8, column: F8, grid: F8, fill_s: float) -> F8 | None:
    """Interpolate the valid samples of `column` onto `grid`; NaN where the bracketing ones are over `fill_s` apart."""
    good = np.isfinite(column)
    if good.all():
        return np.interp(grid, t, column)
    if int(good.sum()) < 2:
        return None
    known = t[good]
    laid = np.interp(grid, known, column[good])
    after = np.clip(np.searchsorted(known, grid, "left"), 0, known.shape[0] - 1)
    before = np.clip(np.searchsorted(known, grid, "right") - 1, 0, known.shape[0] - 1)
    laid[(known[after] - known[before] > fill_s) | (grid < known[0]) | (grid > known[-1])] = np.nan
    return laid
