"""Candidate bursts: every rise of the speed curve, at whatever bar one would set, with its edges at half the rise.

No pace of the runner is known here. The curve is cut at a ladder of bars; what stands above a bar in one piece is a
component. A component that stays the same burst over several bars is one candidate, which remembers the lowest and the
highest bar that shows it by itself. Later the runner's own bar picks, from this tree, disjoint bursts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import quantile
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
    # The edges are found second by second, in some hundred components a run: there a list is quicker than an array.
    seconds = speed_mps.tolist()
    edges: dict[tuple[int, int], tuple[int, int] | None] = {}
    highest: dict[tuple[int, int], float] = {}
    bar = picking.bar_low_mps
    while bar < min(top, picking.bar_high_mps):
        upper = bar * picking.bar_step
        for a, b in components(speed_mps >= bar, line, int(picking.dip_s)):
            if b - a + 1 < picking.least_s or b - a + 1 > picking.longest_s:
                continue
            if (a, b) in edges:  # nothing lies between the two bars: the same seconds have the same edges
                key = edges[a, b]
            else:
                rise = _with_edges(line, seconds, (a, b), (bar, upper), picking)
                key = edges[a, b] = None if rise is None else (round(rise.start_s), round(rise.end_s))
                if rise is not None and key is not None:
                    found.setdefault(key, rise)
            if key is not None:
                highest[key] = upper
        bar = upper
    every = (replace(rise, bar_high_mps=highest[key]) for key, rise in found.items())
    return tuple(sorted(every, key=lambda r: (r.start_s, r.bar_low_mps)))


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
    line: Timeline, v: list[float], at: tuple[int, int], bars: tuple[float, float], picking: Picking
) -> Rise | None:
    """Put the edges of the component `at` where the curve crosses half of its rise; None where it hardly rises."""
    a, b = at
    dip, beside = int(picking.dip_s), int(picking.beside_s)
    plateau = quantile(v[a : b + 1], picking.plateau_part)
    first, last = int(line.first[a]), int(line.last[a])
    base = _level(v[max(first, a - beside) : a], picking)
    if plateau - base < picking.least_rise_mps:
        return None
    after = _level(v[b + 1 : min(last, b + beside) + 1], picking)
    half = base + 0.5 * (plateau - base)
    i = _reach(v, next(k for k in range(a, b + 1) if v[k] >= plateau), first, -1, half, dip)
    open_start = i == first
    start = float(line.t_s[i]) - (0.0 if open_start else _part(v[i - 1], v[i], half))
    half = after + 0.5 * (plateau - after)
    j = _reach(v, next(k for k in range(b, a - 1, -1) if v[k] >= plateau), last, 1, half, dip)
    open_end = j == last
    end = float(line.t_s[j]) + (0.0 if open_end else _part(v[j + 1], v[j], half))
    return Rise(a, b, start, end, plateau, base, after, *bars, open_start, open_end)


def _reach(v: list[float], i: int, stop: int, step: int, half: float, dip: int) -> int:
    """Walk from `i` towards `stop` while the curve stays above `half`, over dips of at most `dip` points."""
    held = i
    while i != stop and abs(i - held) <= dip:
        i += step
        if v[i] >= half:
            held = i
    return held


def _level(around: list[float], picking: Picking) -> float:
    """Return the speed beside a burst: low, but not its single lowest second; 0 where the stretch begins or ends."""
    return quantile(around, picking.beside_part) if len(around) >= 2 else 0.0


def _part(outside: float, inside: float, half: float) -> float:
    """Return which part of a second before `inside` the curve crossed `half`."""
    return min(max((inside - half) / max(inside - outside, 1e-6), 0.0), 1.0)
