"""How much of a short effort its ramps take: a start from a stand and the stop after it are no slow parts of it."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.settings import Judging


def low_mps(
    seconds: F8 | float,
    plateau_mps: F8 | float,
    mid_mps: F8 | float,
    low_mps: F8 | float,
    before_mps: F8 | float,
    after_mps: F8 | float,
    judging: Judging,
) -> F8:
    """Return the speed above which bursts are but for their slowest quarter, or their ramps where these last longer.

    A burst begins where half of its rise is done. Out of a stand that is half of the plateau, and to `low_share` of it
    takes `ramp_s` more; back into one takes as long. The faster the runner was beside the burst the less, until its
    edges are that fast themselves. Half of an 8 s sprint from a stand is ramps, and none of a stride out of a run.

    Parameters
    ----------
    seconds : float or array
        Duration between the edges.
    plateau_mps, mid_mps, low_mps : float or array
        Plateau, median and lower quartile between them.
    before_mps, after_mps : float or array
        Speeds beside the burst.
    judging : Judging
    """
    fast_edge = 2.0 * judging.low_share - 1.0
    edge_mps = np.maximum(fast_edge * plateau_mps, 1e-6)
    before, after = (np.clip(1.0 - beside / edge_mps, 0.0, 1.0) for beside in (before_mps, after_mps))
    share = judging.ramp_s * (before + after) / np.maximum(seconds, 1e-6)
    part = np.clip(4.0 * share - 1.0, 0.0, 1.0)  # of the way from the lower quartile to the median
    return np.asarray(low_mps + (mid_mps - low_mps) * part)
