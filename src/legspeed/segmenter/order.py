"""Quantiles of short runs of numbers, some 40 times as fast as numpy's general one: a run asks for a thousand."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8

#: Up to so many numbers Python's own sort beats the call into numpy.
_FEW = 128


def quantile(values: F8 | list[float], part: float) -> float:
    """Return the quantile of a non-empty sequence without NaN, linear between neighbours."""
    listed = values if isinstance(values, list) else values.tolist()
    n = len(listed)
    ordered = sorted(listed) if n <= _FEW else np.sort(values).tolist()
    at = part * (n - 1)
    low = int(at)
    below = float(ordered[low])
    return below + (at - low) * (float(ordered[min(low + 1, n - 1)]) - below)
