"""Texts of points into columns of numbers: in bulk where they are written as they should be, one by one where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8, Problem
from legspeed.readers.xml.plain import Block
from legspeed.readers.xml.times import LONGEST, SHORTEST, parse_time_table, parse_times

#: The column of time stamps; every other column holds plain numbers.
TIME: Final = "time"

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SAMPLE: Final = 64  # texts that tell whether a column repeats itself
_NOTHING: Final = frozenset({"", "nan", "null", "none", "-", "--"})

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


class Columns:
    """Columns of points under construction; texts come in pieces, in any order."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[tuple[_Index, F8]]] = {}
        self._offsets: list[F8] = []
        self._odd: dict[str, int] = {}
        self._commas = 0

    def add(self, column: str, rows: Sequence[int] | _Index, texts: Sequence[str]) -> None:
        """Take the texts that stand in `column` of the points `rows`."""
        if column == TIME:
            values, offsets = parse_times(texts)
            self._offsets.append(offsets[np.isfinite(values)])
        else:
            values, odd, commas = parse_numbers(texts)
            self._commas += commas
            if odd:
                self._odd[column] = self._odd.get(column, 0) + odd
        self._pieces.setdefault(column, []).append((np.asarray(rows, dtype=np.intp), values))

    def add_block(self, block: Block, first: int) -> None:
        """Take the texts of a stretch of points, the first of which is number `first`."""
        text, table = block.raw.decode("ascii"), np.frombuffer(block.raw, np.uint8)
        for span in block.spans:
            rows, lengths = span.rows + first, span.ends - span.begins
            length = int(lengths.max(initial=0))
            if span.column == TIME and SHORTEST <= length <= LONGEST and (lengths == length).all():
                unix_s, offset_s, read = parse_time_table(table[span.begins[:, None] + np.arange(length)])
                if read.all():
                    self._offsets.append(offset_s)
                    self._pieces.setdefault(TIME, []).append((rows, unix_s))
                    continue
            spans = zip(span.begins.tolist(), span.ends.tolist(), strict=True)
            self.add(span.column, rows, [text[a:b] for a, b in spans])

    def take(self, first: int, last: int) -> tuple[F8, dict[str, F8]]:
        """Return time and columns of the points from `first` to before `last`.

        Where a point holds an element twice, the last one that is a number counts. Columns without any value in these
        points are left out.
        """
        n = last - first
        unix_s, columns = np.full(n, np.nan), {}
        for name, pieces in self._pieces.items():
            column = np.full(n, np.nan)
            for rows, values in pieces:
                good = ~np.isnan(values) & (rows >= first) & (rows < last)
                if good.all():
                    column[rows - first] = values
                else:
                    column[rows[good] - first] = values[good]
            if name == TIME:
                unix_s = column
            elif not np.isnan(column).all():
                columns[name] = column
        return unix_s, columns

    @property
    def zones(self) -> tuple[bool, int | None]:
        """Whether every time stamp has a zone, and the one offset in seconds, other than 0, that all of them carry."""
        offsets = np.concatenate(self._offsets) if self._offsets else np.empty(0)
        if not len(offsets):
            return True, None
        known = not bool(np.isnan(offsets).any())
        same = known and offsets[0] != 0 and bool((offsets == offsets[0]).all())
        return known, int(offsets[0]) if same else None

    def problems(self) -> tuple[Problem, ...]:
        """Return what had to be read otherwise or left out."""
        found = []
        if self._commas:
            message = f"{self._commas} numbers have a decimal comma, which was read as a point"
            found.append(Problem("number-format", message, self._commas))
        if self._odd:
            what = ", ".join(f"{name} {count}" for name, count in sorted(self._odd.items()))
            message = f"texts that are no numbers were left out: {what}"
            found.append(Problem("value-range", message, sum(self._odd.values())))
        return tuple(found)
