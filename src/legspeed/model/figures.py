"""Figures of a few numbers, without the detours that numpy makes for arrays of every kind."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_FEW: Final = 500  # numbers that are sorted as quickly as parted


def lowest(values: npt.NDArray[Any]) -> float:
    """Return the smallest of at least one number; NaN if one is missing."""
    return float(np.minimum.reduce(values))


def highest(values: npt.NDArray[Any]) -> float:
    """Return the greatest of at least one number; NaN if one is missing."""
    return float(np.maximum.reduce(values))


def has_value(values: npt.NDArray[np.float64]) -> bool:
    """Tell whether any of the numbers is there; most often the one in the middle is."""
    if not len(values):
        return False
    middle = values[len(values) // 2]
    return bool(middle == middle or np.count_nonzero(np.isnan(values)) < len(values))


def median(values: npt.NDArray[Any]) -> float:
    """Return the median of at least one number, none of them missing; what `numpy.median` gives."""
    half, odd = divmod(len(values), 2)
    ordered = values.copy()
    if len(values) <= _FEW:
        ordered.sort()
    elif odd:
        ordered.partition(half)
    else:
        ordered.partition((half - 1, half))
    return float(ordered[half]) if odd else float((ordered[half - 1] + ordered[half]) / 2.0)
