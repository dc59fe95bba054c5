"""How often a channel has something new to tell: a file may have a record every second and a distance every five.

Apps that join two devices, and treadmills that tell their speed when asked, leave records without a value or write the
last one again. Whatever is seen of it comes at their own pace, not at the file's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.model.figures import median, quantile
from legspeed.settings import Signal

B1 = npt.NDArray[np.bool_]


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
