"""Texts of points into columns of numbers: in bulk where they are written as they should be, one by one where not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.errors import DamagedError
from legspeed.model import F8, Problem
from legspeed.readers.labels import label
from legspeed.readers.xml.numbers import parse_number_table, parse_numbers
from legspeed.readers.xml.plain import Block
from legspeed.readers.xml.times import parse_time_table, parse_times, says_a_time, stamp_table

#: The column of time stamps; every other column holds plain numbers.
TIME: Final = "time"
_SHOWN: Final = 40  # characters of a text that cannot be read

_Index = npt.NDArray[np.intp]


class Columns:
    """Columns of points under construction; texts come in pieces, in any order."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[tuple[_Index, F8]]] = {}
        self._offsets: list[F8] = []
        self._odd: dict[str, int] = {}
        self._commas = 0
        self._unread = ""

    def add(self, column: str, rows: Sequence[int] | _Index, texts: Sequence[str]) -> None:
        """Take the texts that stand in `column` of the points `rows`."""
        if column == TIME:
            values, offsets = parse_times(texts)
            known = np.isfinite(values)
            self._offsets.append(offsets[known])
            if not self._unread and not known.all():
                others = (texts[row] for row in np.flatnonzero(~known).tolist())
                self._unread = next((text for text in others if says_a_time(text)), "")
        else:
            values, odd, commas = parse_numbers(texts)
            self._commas += commas
            if odd:
                self._odd[column] = self._odd.get(column, 0) + odd
        self._pieces.setdefault(column, []).append((np.asarray(rows, dtype=np.intp), values))

    def add_block(self, block: Block, first: int) -> None:
        """Take the texts of a stretch of points, the first of which is number `first`."""
        for span in block.spans:
            rows = span.rows + first
            if span.column == TIME:
                stamps = stamp_table(block.raw, span.begins, span.ends)
                if stamps is not None:
                    unix_s, offset_s, read = parse_time_table(stamps)
                    if read.all():
                        self._offsets.append(offset_s)
                        self._pieces.setdefault(TIME, []).append((rows, unix_s))
                        continue
            else:
                values = parse_number_table(block.raw, span.begins, span.ends)
                if values is not None:
                    self._pieces.setdefault(span.column, []).append((rows, values))
                    continue
            spans = zip(span.begins.tolist(), span.ends.tolist(), strict=True)
            self.add(span.column, rows, [block.raw[a:b].decode("ascii") for a, b in spans])

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

    def unread_time(self) -> DamagedError | None:
        """Return the error for times of which not one can be read; None where there was none to read."""
        if not self._unread:
            return None
        shown = label(" ".join(self._unread.split())[:_SHOWN])
        return DamagedError(
            f"times such as '{shown}' cannot be read, and without them nothing can be timed; "
            "export the activity as FIT or with times like 2024-03-09T07:00:00Z",
            code="no-time",
        )

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
