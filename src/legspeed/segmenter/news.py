"""How often a channel has something new to tell: a file may have a record every second and a distance every five.

Apps that join two devices, and treadmills that tell their speed when asked, leave records without a value or write the
last one again. Whatever is seen of it comes at their own pace, not at the file's. Others write a mean over a minute, or
over each kilometre, into all of its records: no effort is seen in that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.model.figures import SD_OF_MAD, median, quantile
from legspeed.settings import Signal

B1 = npt.NDArray[np.bool_]

_HALF_MINUTE_S: Final = 30.0


def told_every(t: F8, values: npt.NDArray[np.inexact], interval_s: float, signal: Signal) -> tuple[float, B1 | None]:
    """Return the seconds between new values of a channel, and the records that only repeat the one before.

    A channel that changes in most records is as quick as they are. Else its values come at a tick if most of the steps
    from one change to the next are about equally long, near their lower quartile; what changes now and then, a belt's
    even speed, has no tick and is as quick as it is written.

    Parameters
    ----------
    t : f8[n], s
        Times of the records.
    values : f8[n] or c16[n]
        The channel (of two numbers: as a complex one), NaN where a record has none.
    interval_s : float
        The usual interval of the records: no channel is quicker.
    signal : Signal
        Thresholds.

    Returns
    -------
    every_s : float
        At least `interval_s`.
    repeats : bool[n] or None
        Records between two ticks; None where no value is held.
    """
    changed = values[1:] != values[:-1]
    known = np.isfinite(values)
    all_known = bool(known.all())
    if all_known and np.count_nonzero(changed) >= signal.tick_share * changed.shape[0]:
        return interval_s, None
    at = np.arange(t.shape[0]) if all_known else np.flatnonzero(known)
    if at.shape[0] < 2:
        return interval_s, None
    written_s = max(interval_s, median(np.diff(t[at])))
    own = values[at]
    new = np.flatnonzero(np.concatenate([[True], own[1:] != own[:-1]]))
    if new.shape[0] <= signal.tick_count:
        return written_s, None
    steps = np.diff(t[at[new]])
    tick = quantile(steps, 0.25)
    even = (steps >= tick) & (steps <= signal.tick_spread * tick)
    if tick <= written_s or np.count_nonzero(even) < signal.tick_share * steps.shape[0]:
        return written_s, None
    repeats = np.zeros(t.shape[0], dtype=np.bool_)
    held = np.repeat(np.concatenate([even, [False]]), np.diff(np.append(new, at.shape[0])))
    held[new] = False
    repeats[at] = held
    return tick, repeats


def held(t: F8, way_m: npt.NDArray[np.inexact], longest_s: float, signal: Signal) -> B1 | None:
    """Return which records only repeat the place before while the runner ran on, or None.

    Phones write the last fix again until there is a new one, and records of other sensors in between. Who stands is
    repeated, too, but does not leap then. Where fewer than ``tick_share`` of the records have a new place, the file is
    of that kind, and no wait is too long.

    Parameters
    ----------
    t : f8[n], s
        Times of the records.
    way_m : f8[n] or c16[n], m
        Distance, or position on a plane as a complex number; NaN where a record has none.
    longest_s : float, s
        How long a repeat may last in a file that is not of that kind.
    signal : Signal
        ``moving_mps`` and ``tick_share``.
    """
    known = np.isfinite(way_m)
    whole = bool(known.all())
    own = way_m if whole else way_m[known]
    same = np.concatenate([[False], own[1:] == own[:-1]])
    if not same.any():
        return None
    at = t if whole else t[known]
    new = np.flatnonzero(~same)
    if new.shape[0] < signal.tick_share * own.shape[0]:
        longest_s = float("inf")
    seconds = np.diff(at[new])
    went = np.abs(np.diff(own[new])) > signal.moving_mps * seconds
    waited = (np.diff(new) > 1) & went & (seconds <= longest_s)
    if not waited.any():
        return None
    repeats = same & np.concatenate([np.repeat(waited, np.diff(new)), np.zeros(len(own) - new[-1], dtype=np.bool_)])
    if whole:
        return np.asarray(repeats)
    spread = np.zeros(t.shape[0], dtype=np.bool_)
    spread[known] = repeats
    return spread


def drawn_every(t: F8, way_m: npt.NDArray[np.inexact], signal: Signal) -> float:
    """Return the seconds between the nearer fixes of a way that was drawn straight between them, 0 for any other way.

    Exporters that make a record for every second out of fewer fixes let the runner go straight on, at one speed to the
    centimetre, until the next one. No receiver does: the smoothest one known keeps its velocity in half of the
    seconds. Parameters are those of `held`.
    """
    known = np.flatnonzero(np.isfinite(way_m))
    if known.shape[0] < 3:
        return 0.0
    at, way = t[known], way_m[known]
    velocity = np.diff(way) / np.diff(at)
    moving = np.abs(velocity[1:]) > signal.moving_mps
    turns = moving & (np.abs(np.diff(velocity)) > signal.drawn_mps)
    corners = at[1:-1][turns]
    if not signal.tick_count < corners.shape[0] < (1.0 - signal.drawn_share) * np.count_nonzero(moving):
        return 0.0
    return quantile(np.diff(corners), 0.25)


def is_mean(t: F8, values: F8, ways_m: Sequence[npt.NDArray[np.inexact]], interval_s: float, signal: Signal) -> bool:
    """Tell whether a channel of cadence or speed is a mean over more than an effort.

    It hardly changes while the runner moves, though his way shows that he does not run that evenly.

    Parameters
    ----------
    t, values : f8[n]
        Times of the records (s), and the channel.
    ways_m : sequence of f8[n] or c16[n], m
        Distance and positions, as in `held`; one that varies is enough.
    interval_s : float
        The usual interval of the records.
    signal : Signal
        ``mean_s``, ``mean_spread_mps``, ``mean_intervals``.
    """
    moving = np.flatnonzero(values > 0)
    if moving.shape[0] < 2:
        return False
    at, own = t[moving], values[moving]
    most = (at[-1] - at[0]) / max(signal.mean_s, signal.mean_intervals * interval_s)
    if np.count_nonzero(own[1:] != own[:-1]) >= most:
        return False
    return any(_spread_mps(t, way_m, signal) > signal.mean_spread_mps for way_m in ways_m)


def _spread_mps(t: F8, way_m: npt.NDArray[np.inexact], signal: Signal) -> float:
    """Return the robust standard deviation of the speed over half a minute, while moving."""
    known = np.flatnonzero(np.isfinite(way_m))
    at, way = t[known], way_m[known]
    then = np.searchsorted(at, at + _HALF_MINUTE_S)
    first = np.flatnonzero(then < at.shape[0])
    then = then[first]
    seconds = at[then] - at[first]
    speed = np.abs(way[then] - way[first]) / seconds
    speed = speed[(speed > signal.moving_mps) & (seconds < 2 * _HALF_MINUTE_S)]
    return SD_OF_MAD * median(np.abs(speed - median(speed))) if speed.shape[0] else 0.0
