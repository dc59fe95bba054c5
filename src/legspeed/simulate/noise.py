"""Random series with memory, drawn from a generator that is passed in."""

from __future__ import annotations

from itertools import accumulate
from math import exp, sqrt

import numpy as np

from legspeed.model import F8


def wander(rng: np.random.Generator, n: int, *, sd: float, tau_s: float, step_s: float = 1.0) -> F8:
    """Return n samples of a first-order Gauss-Markov (Ornstein-Uhlenbeck) process.

    Parameters
    ----------
    sd : float
        Stationary standard deviation, in the unit of the result.
    tau_s, step_s : float
        Correlation time and distance of the samples, s.
    """
    if n <= 0 or sd <= 0:
        return np.zeros(max(n, 0))
    keep = exp(-step_s / tau_s)
    kicks = rng.normal(0.0, sd * sqrt(1.0 - keep * keep), n)
    kicks[0] = rng.normal(0.0, sd)
    return np.fromiter(accumulate(kicks.tolist(), lambda x, kick: keep * x + kick), np.float64, n)


def smooth(values: F8, tau_s: float, step_s: float = 1.0) -> F8:
    """Return `values` behind a first-order low-pass with time constant `tau_s`; 0 leaves them as they are."""
    if tau_s <= 0 or values.size == 0:
        return values
    keep = exp(-step_s / tau_s)
    gain = 1.0 - keep
    follow = accumulate(values.tolist(), lambda y, x: keep * y + gain * x)
    return np.fromiter(follow, np.float64, values.size)
