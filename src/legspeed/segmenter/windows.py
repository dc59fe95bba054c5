"""Many windows on one curve, and their figures all at once: numpy's cost is one of calls, not of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.timeline import B1, I8

#: So many grid points are taken together: a run of a day has thousands of long windows.
_AT_ONCE: Final = 1 << 17


class Windows:
    """Windows on a grid of seconds, in any order, of any length; they may overlap, and be empty.

    Parameters
    ----------
    begin, stop : int64[n]
        First grid point of each, and the one behind its last.
    """

    def __init__(self, begin: I8, stop: I8) -> None:
        self.begin, self.stop = begin, np.maximum(begin, stop)
        self.lengths = self.stop - begin

    def count(self, marks: B1) -> I8:
        """Return how many points of each window are marked."""
        before = np.zeros(len(marks) + 1, dtype=np.int64)
        marks.cumsum(out=before[1:])
        return np.asarray(before[self.stop] - before[self.begin])

    def highest(self, curve: F8) -> F8:
        """Return the greatest value there is in each window, NaN in one without any."""
        # Every other stretch between two edges is a window; the one behind the last point is there for the edges' sake.
        edges = np.column_stack((self.begin, self.stop)).ravel()
        most = np.fmax.reduceat(np.append(curve, np.nan), edges)[::2] if len(edges) else np.zeros(0)
        return np.where(self.lengths > 0, most, np.nan)

    def lowest(self, curve: F8) -> F8:
        """Return the smallest value there is in each window, NaN in one without any."""
        return -self.highest(-curve)

    def points(self) -> Iterator[tuple[slice, I8, I8]]:
        """Yield block by block: which windows, and of each of their points its window's number in the block, its place.

        Points stand in the order of their windows.
        """
        total = self.lengths.cumsum()
        begin = done = 0
        while begin < len(total):
            stop = max(begin + 1, int(total.searchsorted(done + _AT_ONCE, side="right")))
            lengths = self.lengths[begin:stop]
            before = total[begin:stop] - lengths - done
            row = np.arange(stop - begin).repeat(lengths)
            yield slice(begin, stop), row, np.arange(len(row)) + (self.begin[begin:stop] - before)[row]
            begin, done = stop, int(total[stop - 1])

    def quantiles(self, curve: F8, *parts: float, kept: B1 | None = None) -> tuple[I8, list[F8]]:
        """Return quantiles of what is there in each window, linear between neighbours as `numpy.quantile` has them.

        Parameters
        ----------
        curve : float64[m]
        parts : float
            Which quantiles, 0 to 1.
        kept : bool[m], optional
            Points that count; by default all that are not missing.

        Returns
        -------
        counts : int64[n]
            How many values count.
        quantiles : list of float64[n]
            One per part, NaN for a window without any.
        """
        kept = curve == curve if kept is None else kept
        every = np.count_nonzero(kept) == len(kept)
        counts = self.lengths if every else self.count(kept)
        found = [np.full(len(counts), np.nan) for _ in parts]
        for block, _, at in self.points():
            values = curve[at if every else at[kept[at]]]
            there = counts[block].nonzero()[0]
            lengths = counts[block][there]
            stops = lengths.cumsum()
            first, last = stops - lengths, lengths - 1
            for begin, stop in zip(first.tolist(), stops.tolist(), strict=True):
                values[begin:stop].sort()
            for part, quantile in zip(parts, found, strict=True):
                where = part * last
                low = where.astype(np.int64)
                below = values[first + low]
                above = values[first + np.minimum(low + 1, last)]
                quantile[block][there] = below + (where - low) * (above - below)
        return counts, found

    def saddles(self, curve: F8) -> F8:
        """Return the deepest dip of each window as a share of the lower of the tops on its sides, 1 without any dip.

        The curve has a value everywhere, and none below 0; no window is empty.
        """
        deepest = np.ones(len(self.begin))
        order = curve.argsort()
        ascending, ranks = curve[order], order.argsort()
        for block, row, at in self.points():
            # The number of its window is added to a point's rank, so that a running maximum begins anew with each.
            rank, ahead, back = ranks[at], row * len(curve), (row[-1] - row) * len(curve)
            before = np.maximum.accumulate(rank + ahead) - ahead
            after = np.maximum.accumulate((rank + back)[::-1])[::-1] - back
            shares = ascending[rank] / np.maximum(ascending[np.minimum(before, after)], 1e-6)
            deepest[block] = np.minimum.reduceat(shares, row.searchsorted(np.arange(block.stop - block.start)))
        return deepest
