"""Candidate bursts: every rise of the speed curve, at whatever bar one would set, with its edges at half the rise.

No pace of the runner is known here. The curve is cut at a ladder of bars; what stands above a bar in one piece is a
component. A component that stays the same burst over several bars is one candidate, which remembers the lowest and the
highest bar that shows it by itself. Later the runner's own bar picks, from this tree, disjoint bursts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.timeline import B1, I8, Timeline
from legspeed.segmenter.windows import Windows
from legspeed.settings import Picking


class Rise(NamedTuple):
    """A component of the curve above a bar, with its edges at half the rise.

    ``first``, ``last`` are grid points above the bar; ``bar_low_mps``, ``bar_high_mps`` the bars between which it
    stands alone; ``open_start``, ``open_end`` tell that the stretch begins or ends before the half-rise was seen.
    """

    first: int
    last: int
    start_s: float
    end_s: float
    plateau_mps: float
    base_mps: float
    after_mps: float
    bar_low_mps: float
    bar_high_mps: float
    open_start: bool
    open_end: bool


class Rises(NamedTuple):
    """Rises in columns, one array of shape (n,) per field of :class:`Rise`."""

    first: I8
    last: I8
    start_s: F8
    end_s: F8
    plateau_mps: F8
    base_mps: F8
    after_mps: F8
    bar_low_mps: F8
    bar_high_mps: F8
    open_start: B1
    open_end: B1


def in_columns(found: Sequence[Rise]) -> Rises:
    """Return rises in columns."""
    columns = Rises._make(np.array(found, dtype=np.float64).reshape(-1, len(Rises._fields)).T)
    return columns._replace(
        first=columns.first.astype(np.int64),
        last=columns.last.astype(np.int64),
        open_start=columns.open_start > 0,
        open_end=columns.open_end > 0,
    )


def one_by_one(columns: Rises) -> Iterator[Rise]:
    """Yield the rises of some columns."""
    return map(Rise._make, zip(*(column.tolist() for column in columns), strict=True))


def rises(line: Timeline, speed_mps: F8, picking: Picking) -> tuple[Rise, ...]:
    """Return every candidate, sorted by start; candidates of neighbouring bars may contain one another."""
    top = float(speed_mps.max()) if line.m else 0.0
    # Where nothing lies between two bars, the same seconds stand above both: they are one component.
    bars: dict[tuple[int, int], tuple[float, float]] = {}
    bar = picking.bar_low_mps
    while bar < min(top, picking.bar_high_mps):
        upper = bar * picking.bar_step
        for a, b in components(speed_mps >= bar, line, int(picking.dip_s)):
            if picking.least_s <= b - a + 1 <= picking.longest_s:
                lowest, _ = bars.get((a, b), (bar, upper))
                bars[a, b] = lowest, upper
        bar = upper
    found: dict[tuple[int, int], Rise] = {}
    for rise in _with_edges(line, speed_mps, bars, picking):
        key = round(rise.start_s), round(rise.end_s)
        lower = found.setdefault(key, rise)
        if rise.bar_high_mps > lower.bar_high_mps:
            found[key] = lower._replace(bar_high_mps=rise.bar_high_mps)
    return tuple(sorted(found.values(), key=lambda r: (r.start_s, r.bar_low_mps)))


def components(mask: B1, line: Timeline, dip_s: int) -> Iterator[tuple[int, int]]:
    """Yield first and last index of every run of True inside one stretch, bridging dips of at most `dip_s` points."""
    if not mask.shape[0]:
        return
    border = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    begins, ends = border[::2], border[1::2] - 1
    pending: tuple[int, int] | None = None
    for a, b in zip(begins.tolist(), ends.tolist(), strict=True):
        start = a
        while start <= b:
            stop = min(b, int(line.last[start]))
            if pending is not None and line.first[pending[0]] == line.first[start] and start - pending[1] - 1 <= dip_s:
                pending = (pending[0], stop)
            else:
                if pending is not None:
                    yield pending
                pending = (start, stop)
            start = stop + 1
    if pending is not None:
        yield pending


def _with_edges(
    line: Timeline, speed_mps: F8, bars: Mapping[tuple[int, int], tuple[float, float]], picking: Picking
) -> Iterator[Rise]:
    """Put the edges of components where the curve crosses half of their rise; leave out those that hardly rise."""
    if not bars:
        return
    begin, end = np.array([*bars]).T
    first, last = line.first[begin], line.last[begin]
    plateau, base, after = _levels(speed_mps, (begin, end), (first, last), picking)
    rising = (plateau - base >= picking.least_rise_mps).nonzero()[0]
    lowest, highest = np.array([*bars.values()]).T
    columns = (begin, end, first, last, plateau, base, after, lowest, highest)
    # The edges are found second by second, in some hundred components a run: there a list is quicker than an array.
    v, t_s, dip = speed_mps.tolist(), line.t_s.tolist(), int(picking.dip_s)
    rows = zip(*[column[rising].tolist() for column in columns], strict=True)
    for a, b, low, high, top, before, behind, bar_low, bar_high in rows:
        half = before + 0.5 * (top - before)
        i = a
        while v[i] < top:
            i += 1
        i = _reach(v, i, low, -1, half, dip)
        start = t_s[i] - (0.0 if i == low else _part(v[i - 1], v[i], half))
        half = behind + 0.5 * (top - behind)
        j = b
        while v[j] < top:
            j -= 1
        j = _reach(v, j, high, 1, half, dip)
        end_s = t_s[j] + (0.0 if j == high else _part(v[j + 1], v[j], half))
        yield Rise(a, b, start, end_s, top, before, behind, bar_low, bar_high, i == low, j == high)


def _levels(speed_mps: F8, at: tuple[I8, I8], stretch: tuple[I8, I8], picking: Picking) -> tuple[F8, F8, F8]:
    """Return plateaus, and the levels before and after them: low, but not the single lowest second.

    0 where the stretch begins or ends.
    """
    (a, b), (first, last), beside = at, stretch, int(picking.beside_s)
    _, (plateau,) = Windows(a, b + 1).quantiles(speed_mps, picking.plateau_part)
    before, (base,) = Windows(np.maximum(first, a - beside), a).quantiles(speed_mps, picking.beside_part)
    behind, (after,) = Windows(b + 1, np.minimum(last, b + beside) + 1).quantiles(speed_mps, picking.beside_part)
    return plateau, np.where(before >= 2, base, 0.0), np.where(behind >= 2, after, 0.0)


def _reach(v: list[float], i: int, stop: int, step: int, half: float, dip: int) -> int:
    """Walk from `i` towards `stop` while the curve stays above `half`, over dips of at most `dip` points."""
    held = i
    while i != stop and abs(i - held) <= dip:
        i += step
        if v[i] >= half:
            held = i
    return held


def _part(outside: float, inside: float, half: float) -> float:
    """Return which part of a second before `inside` the curve crossed `half`."""
    return min(max((inside - half) / max(inside - outside, 1e-6), 0.0), 1.0)
