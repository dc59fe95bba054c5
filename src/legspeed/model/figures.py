"""Figures of a few numbers, without the detours that numpy makes for arrays of every kind: a run asks for thousands."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_SORTED: Final = 256  # so many numbers are sorted as quickly as parted
_LISTED: Final = 128  # up to so many numbers Python's own sort beats the call into numpy
#: Standard deviation over median absolute deviation, of errors that are normal: 1/Φ⁻¹(3/4).
SD_OF_MAD: Final = 1.4826


def lowest(values: npt.NDArray[Any]) -> float:
    """Return the smallest of at least one number; NaN if one is missing."""
    return float(values[values.argmin()])


def highest(values: npt.NDArray[Any]) -> float:
    """Return the greatest of at least one number; NaN if one is missing."""
    return float(values[values.argmax()])


def has_value(values: npt.NDArray[np.float64]) -> bool:
    """Tell whether any of the numbers is there; most often the one in the middle is."""
    if not len(values):
        return False
    middle = values[len(values) // 2]
    return bool(middle == middle or np.count_nonzero(np.isnan(values)) < len(values))


def median(values: npt.NDArray[Any]) -> float:
    """Return the median of at least one number, none of them missing; what `numpy.median` gives."""
    half, odd = divmod(len(values), 2)
    # Intervals of records are nearly all the same, and numpy takes thirty times as long to part equal numbers.
    usual = values[half]
    if np.count_nonzero(values == usual) > half:
        return float(usual)
    ordered = values.copy()
    if len(values) <= _SORTED:
        ordered.sort()
    else:
        ordered.partition((half - 1, half))  # for a single place numpy takes another way, on some processors a slow one
    return float(ordered[half]) if odd else float((ordered[half - 1] + ordered[half]) / 2.0)


def quantile(values: npt.NDArray[np.float64] | list[float], part: float) -> float:
    """Return the quantile of a non-empty sequence without NaN, linear between neighbours, as `numpy.quantile` does."""
    return quantiles(values, part)[0]


def quantiles(values: npt.NDArray[np.float64] | list[float], *parts: float) -> list[float]:
    """Return several quantiles of a non-empty sequence without NaN, each as :func:`quantile` does."""
    n = len(values)
    places = [part * (n - 1) for part in parts]
    ordered: list[float] | npt.NDArray[np.float64]
    if n <= _LISTED:
        ordered = sorted(values if isinstance(values, list) else values.tolist())
    else:
        ordered = np.array(values)
        ordered.partition([k for place in places for k in (int(place), min(int(place) + 1, n - 1))])
    found = []
    for place in places:
        low = int(place)
        below = float(ordered[low])
        found.append(below + (place - low) * (float(ordered[min(low + 1, n - 1)]) - below))
    return found
