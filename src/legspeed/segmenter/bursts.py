"""Candidate bursts: every rise of the speed curve, at whatever bar one would set, with its edges at half the rise.

No pace of the runner is known here. The curve is cut at a ladder of bars; what stands above a bar in one piece is a
component. A component that stays the same burst over several bars is one candidate, which remembers the lowest and the
highest bar that shows it by itself. Later the runner's own bar picks, from this tree, disjoint bursts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from legspeed.model import F8
from legspeed.segmenter.order import quantile
from legspeed.segmenter.timeline import B1, Timeline
from legspeed.settings import Picking


@dataclass(frozen=True, slots=True)
class Rise:
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


def rises(line: Timeline, speed_mps: F8, picking: Picking) -> tuple[Rise, ...]:
    """Return every candidate, sorted by start; candidates of neighbouring bars may contain one another."""
    top = float(speed_mps.max()) if line.m else 0.0
    found: dict[tuple[int, int], Rise] = {}
    bar = picking.bar_low_mps
    while bar < min(top, picking.bar_high_mps):
        upper = bar * picking.bar_step
        for a, b in components(speed_mps >= bar, line, int(picking.dip_s)):
            if b - a + 1 < picking.least_s or b - a + 1 > picking.longest_s:
                continue
            rise = _with_edges(line, speed_mps, a, b, bar, upper, int(picking.dip_s))
            if rise.plateau_mps - rise.base_mps < picking.least_rise_mps:
                continue
            key = (round(rise.start_s), round(rise.end_s))
            same = found.get(key)
            if same is not None:
                rise = _joined(same, rise)
            found[key] = rise
        bar = upper
    return tuple(sorted(found.values(), key=lambda r: (r.start_s, r.bar_low_mps)))


def _joined(lower: Rise, upper: Rise) -> Rise:
    """Return one candidate that stands from the lower one's bar to the upper one's."""
    return Rise(
        lower.first,
        lower.last,
        lower.start_s,
        lower.end_s,
        lower.plateau_mps,
        lower.base_mps,
        lower.after_mps,
        lower.bar_low_mps,
        upper.bar_high_mps,
        lower.open_start,
        lower.open_end,
    )


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


def _with_edges(line: Timeline, v: F8, a: int, b: int, bar: float, upper: float, dip: int) -> Rise:
    """Put the edges of the component [a, b] where the curve crosses half of its rise."""
    core = v[a : b + 1]
    plateau = quantile(core, 0.7)
    first, last = int(line.first[a]), int(line.last[a])
    base = _level(v[max(first, a - 12) : a])
    after = _level(v[b + 1 : min(last, b + 12) + 1])
    high = np.flatnonzero(core >= plateau)
    half = base + 0.5 * (plateau - base)
    i = _reach(v, a + int(high[0]), first, -1, half, dip)
    open_start = i == first
    start = float(line.t_s[i]) - (0.0 if open_start else _part(v[i - 1], v[i], half))
    half = after + 0.5 * (plateau - after)
    j = _reach(v, a + int(high[-1]), last, 1, half, dip)
    open_end = j == last
    end = float(line.t_s[j]) + (0.0 if open_end else _part(v[j + 1], v[j], half))
    return Rise(a, b, start, end, plateau, base, after, bar, upper, open_start, open_end)


def _reach(v: F8, i: int, stop: int, step: int, half: float, dip: int) -> int:
    """Walk from `i` towards `stop` while the curve stays above `half`, over dips of at most `dip` points."""
    while i != stop:
        for ahead in range(1, dip + 2):
            k = i + step * ahead
            if (k - stop) * step > 0:
                return i
            if v[k] >= half:
                i = k
                break
        else:
            return i
    return i


def _level(around: F8) -> float:
    """Return the speed beside a burst: low, but not its single lowest second; 0 where the stretch begins or ends."""
    return quantile(around, 0.3) if around.shape[0] >= 2 else 0.0


def _part(outside: float, inside: float, half: float) -> float:
    """Return which part of a second before `inside` the curve crossed `half`."""
    return min(max(float(inside - half) / max(inside - outside, 1e-6), 0.0), 1.0)
