"""Numbers out of texts: thousands at once where they are plain decimals, one by one where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SAMPLE: Final = 64  # texts that tell whether a column repeats itself
_NOTHING: Final = frozenset({"", "nan", "null", "none", "-", "--"})
#: Characters of a text up to which its digits are a whole number that a float holds exactly.
_WIDEST: Final = 15
_WEIGHTS: Final = 10.0 ** np.arange(_WIDEST - 1, -1, -1)
_POWERS: Final = 10 ** np.arange(_WIDEST + 2)
_ZERO, _POINT, _MINUS = b"0.-"

_Index = npt.NDArray[np.intp]


def parse_numbers(texts: Sequence[str]) -> tuple[F8, int, int]:
    """Return the numbers that `texts` spell.

    Returns
    -------
    values : f8[n]
        NaN where a text is empty or no number.
    odd : int
        How many are neither empty nor a number.
    commas : int
        How many have a decimal comma, which was read as a point.
    """
    read: Callable[[str], float] = float
    try:
        if len(set(texts[:_SAMPLE])) * 2 <= min(_SAMPLE, len(texts)):  # altitudes, heart rates: few different texts
            read = {text: float(text) for text in set(texts)}.__getitem__
        values = np.fromiter(map(read, texts), np.float64, len(texts))
    except ValueError:
        return _parse_odd(texts)
    if "_" in "".join(texts):  # which Python takes for a number
        return _parse_odd(texts)
    return values, 0, 0


def _parse_odd(texts: Sequence[str]) -> tuple[F8, int, int]:
    """Read numbers of which at least one is no plain number."""
    values = np.full(len(texts), np.nan)
    odd = commas = 0
    for i, text in enumerate(texts):
        text = text.strip()
        if text.lower() in _NOTHING:
            continue
        if not _NUMBER.fullmatch(text):
            odd += 1
            continue
        if "," in text:
            commas += 1
            text = text.replace(",", ".")
        values[i] = float(text)
    return values, odd, commas


def parse_number_table(raw: bytes, begins: _Index, ends: _Index) -> F8 | None:
    """Return the numbers that stand in `raw` between these places; None if any is not plain digits, ``-`` and ``.``.

    The digits are taken for one whole number, and that is divided by the power of ten that the point asks for: both are
    exact, so the quotient is the float nearest to the decimal, as reading the text gives it.

    Parameters
    ----------
    raw : bytes
        The texts and what is around them.
    begins, ends : intp[n]
        Where each text begins and ends.
    """
    lengths = ends - begins
    if not len(lengths) or lengths.min() < 1 or lengths.max() > _WIDEST:
        return None
    width = int(lengths.max())
    padded = b"0" * width + raw  # so that every text has enough before it to stand at the right of a row
    rows = np.ndarray((len(raw) + 1, width), np.uint8, padded, strides=(1, 1))[ends]
    minus = rows[np.arange(len(rows)), width - lengths] == _MINUS
    places = np.arange(width)
    rows[places < (width - lengths + minus)[:, None]] = _ZERO
    point = rows == _POINT
    digits = rows - np.uint8(_ZERO)
    digits[point] = 0
    points = point.sum(axis=1)
    if (digits > 9).any() or points.max() > 1 or (lengths - minus - points < 1).any():
        return None
    whole = (digits @ _WEIGHTS[-width:]).astype(np.int64)
    if points.any():  # the point was taken for one more digit, a nought: out with it
        behind = np.where(points > 0, width - 1 - point.argmax(axis=1), 0)
        scale = _POWERS[behind]
        upper, lower = np.divmod(whole, np.where(points > 0, 10 * scale, 1))
        values = (upper * scale + lower) / scale
    else:
        values = whole.astype(np.float64)
    return np.where(minus, -values, values)
