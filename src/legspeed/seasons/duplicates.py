"""The same run twice: in another format, from another source, cut, or by a clock that is hours off. One of them counts.

Nobody runs twice at the same time, so recordings that share their time are one run unless what they measured says that
a clock is wrong. A clock that is off by whole quarter hours (local time taken for UTC) leaves the metres of each minute
as they are: these tell a shifted copy from a second run of the day.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from legspeed.model import F8, Duplicate, RunDigest
from legspeed.model.numbers import Moments, in_order
from legspeed.settings import Together

_RICHEST_FIRST: Final = ("fit", "tcx", "gpx")
_QUARTER_S: Final = 900.0
_HOUR_S: Final = 3600.0
_CLOCK_STEP_S: Final = 10.0
_TICKS_A_SECOND: Final = 10**6


def each_once(
    digests: Sequence[RunDigest], together: Together, kept_before: Sequence[bool] | bytearray = ()
) -> tuple[Sequence[int], tuple[Duplicate, ...]]:
    """Return the places of the runs sorted by start, each once, and the recordings left out with what stands for them.

    The richest is kept: nearly the whole run before a part of it, FIT before TCX before GPX, then more channels and
    records, then the first source by name.

    Parameters
    ----------
    digests : sequence of RunDigest
        The recordings, in any order.
    together : Together
        How alike two recordings of one run are.
    kept_before : sequence of bool, optional
        For every recording whether the same rules have kept it before: two such are two runs, and are not compared
        again.
    """
    ticks, order, longest_s = _in_order(digests)
    left_out: list[Duplicate] = []
    copies: set[int] = set()
    reach_s = together.shift_h * _HOUR_S + longest_s
    for group in _groups(digests, ticks, order, reach_s, together, kept_before or bytearray(len(digests))):
        rest = [(at, digests[at]) for at in group]
        while rest:
            runs = [d for _, d in rest]
            best = _richest(runs, together)
            same = {at for at, d in rest if d is not best and same_run(best, d, together)}
            left_out += [Duplicate(d.source, best.source) for at, d in rest if at in same]
            copies |= same
            rest = [(at, d) for at, d in rest if d is not best and at not in same]
    kept = array("I", (at for at in order if at not in copies))
    return kept, tuple(sorted(left_out, key=lambda d: (d.source, d.of)))


def _in_order(digests: Sequence[RunDigest]) -> tuple[Sequence[int], Sequence[int], float]:
    """Return when the runs began (microseconds), their places by start and source, and the longest time of one."""
    starts, longest_s = Moments(), 0.0
    for digest in digests:
        starts.add(digest.start)
        longest_s = max(longest_s, digest.elapsed_s)
    order = in_order(starts.ticks)
    ticks = starts.ticks
    alike = {ticks[one] for one, other in itertools.pairwise(order) if ticks[one] == ticks[other]}
    if alike:
        sources = {at: digests[at].source for at in order if ticks[at] in alike}
        order = array("I", sorted(order, key=lambda at: (ticks[at], sources.get(at, ""))))
    return ticks, order, longest_s


def _groups(
    digests: Sequence[RunDigest],
    ticks: Sequence[int],
    order: Sequence[int],
    reach_s: float,
    together: Together,
    kept_before: Sequence[bool] | bytearray,
) -> Iterator[list[int]]:
    """Yield the places of runs that are connected by being the same, in order; runs that stand alone are left out.

    Only those that began within the reach of a run can be the same: no others are held.
    """
    group_of: dict[int, list[int]] = {}
    near: dict[int, RunDigest | None] = {}
    for late_at in order:
        while near and (ticks[late_at] - ticks[first := next(iter(near))]) / _TICKS_A_SECOND > reach_s:
            del near[first]
        late = digests[late_at] if near else None
        for early_at in reversed(near) if late is not None else ():
            if kept_before[late_at] and kept_before[early_at]:
                continue
            mine, its = (group_of.get(at, [at]) for at in (late_at, early_at))
            early = near[early_at] = near[early_at] or digests[early_at]
            if mine is not its and late is not None and same_run(early, late, together):
                group_of |= dict.fromkeys(both := [*its, *mine], both)
        near[late_at] = late
    seen: set[int] = set()
    for at in order if group_of else ():
        if at in group_of and at not in seen:
            group = {*group_of[at]}
            seen |= group
            yield [at for at in order if at in group]


def _richest(runs: Sequence[RunDigest], together: Together) -> RunDigest:
    """Return which of several recordings of one run to keep."""
    longest_s = max(d.elapsed_s for d in runs)

    def poverty(d: RunDigest) -> tuple[bool, int, int, int, str]:
        rank = _RICHEST_FIRST.index(d.format) if d.format in _RICHEST_FIRST else len(_RICHEST_FIRST)
        return d.elapsed_s < together.same_overlap * longest_s, rank, -d.channels, -d.records, d.source

    return min(runs, key=poverty)


def same_run(a: RunDigest, b: RunDigest, together: Together) -> bool:
    """Tell whether two recordings are of one run."""
    return seconds_later(a, b, together) is not None


def seconds_later(a: RunDigest, b: RunDigest, together: Together) -> float | None:
    """Return by how many seconds `b` began after `a` once its clock is put right; None where they are two runs."""
    ahead_s = (b.start - a.start).total_seconds()
    if abs(ahead_s) <= together.same_start_s and abs(a.elapsed_s - b.elapsed_s) <= together.same_elapsed_s:
        return ahead_s
    return next(
        (
            ahead_s + quarters * _QUARTER_S
            for quarters in _quarters(a, b, ahead_s, together)
            if (_same_at_once(a, b, together) if quarters == 0 else _same_shifted(a, b, quarters, together))
        ),
        None,
    )


def _quarters(a: RunDigest, b: RunDigest, ahead_s: float, together: Together) -> Iterator[int]:
    """Yield the quarter hours by which the clock of `b` may be moved so that the shorter lies within the longer."""
    slack_s = (1.0 - together.same_overlap) * min(a.elapsed_s, b.elapsed_s)
    spare_s = a.elapsed_s - b.elapsed_s
    low = math.ceil((min(0.0, spare_s) - slack_s - ahead_s) / _QUARTER_S)
    high = math.floor((max(0.0, spare_s) + slack_s - ahead_s) / _QUARTER_S)
    most = int(together.shift_h * _HOUR_S / _QUARTER_S)
    yield from range(max(low, -most), min(high, most) + 1)


def _same_at_once(a: RunDigest, b: RunDigest, together: Together) -> bool:
    """Tell whether two recordings of the same time are of one run: the same way in it, in like minutes."""
    ours, theirs = _common_minutes(a, b, 0)
    if ours.size and ours.any() and theirs.any():
        ratio, likeness, spread = _compared(ours, theirs)
        like = likeness >= together.same_shape or spread <= together.same_even
        if (abs(ratio - 1) <= together.same_distance and like) or likeness >= together.shift_shape:
            return True
        return _likeness_aligned(a, b, together) >= together.shift_shape
    if a.distance_m is None or b.distance_m is None:
        return a.distance_m is b.distance_m
    if min(a.elapsed_s, b.elapsed_s) < together.same_overlap * max(a.elapsed_s, b.elapsed_s):
        return False
    return _about(a.distance_m, b.distance_m, together.same_distance)


def _likeness_aligned(a: RunDigest, b: RunDigest, together: Together) -> float:
    """Return how like the metres of each minute are, once the clock of `b` is moved by the seconds that fit best.

    Phones and watches without a fix can be off by up to a minute, and with them what falls into which minute. Between
    its whole minutes `b` is taken to run evenly.
    """
    import numpy as np

    ours, theirs = (np.concatenate([[0.0], np.cumsum(one.minute_m[:])]) for one in (a, b))
    best = 0.0
    for moved_s in np.arange(-together.same_clock_s, together.same_clock_s + 1, _CLOCK_STEP_S):
        begin = _first_minute(b) - _first_minute(a) + moved_s / 60  # of `b`, in minutes of `a`
        edges = np.arange(max(0, math.ceil(begin)), min(len(a.minute_m), math.floor(begin + len(b.minute_m))) + 1)
        if edges.size <= together.shift_minutes:
            continue
        mine = np.diff(ours[edges])
        other = np.diff(np.interp(edges - begin, np.arange(len(theirs)), theirs))
        if mine.any() and other.any():
            best = max(best, _compared(mine, other)[1])
    return best


def _same_shifted(a: RunDigest, b: RunDigest, quarters: int, together: Together) -> bool:
    """Tell whether two recordings are of one run although a clock is off by so many quarter hours."""
    ahead_s = (b.start - a.start).total_seconds() + quarters * _QUARTER_S
    begins = abs(ahead_s) <= together.same_start_s
    whole = begins and abs(a.elapsed_s - b.elapsed_s) <= together.same_start_s
    if _same_heart(a, b, quarters, together):
        return True
    ours, theirs = _common_minutes(a, b, quarters)
    if ours.size >= together.shift_minutes:
        if not (ours.any() and theirs.any()):
            return False
        _, likeness, spread = _compared(ours, theirs)
        if whole:
            return likeness >= together.shift_shape and spread <= together.shift_spread
        return likeness >= together.shift_cut_shape and spread <= together.shift_cut_spread
    if a.distance_m is None or b.distance_m is None:
        return False
    return whole and _about(a.distance_m, b.distance_m, together.same_distance)


def _same_heart(a: RunDigest, b: RunDigest, quarters: int, together: Together) -> bool:
    """Tell whether two recordings hold the same heartbeats; no heart beats the same in two runs."""
    import numpy as np

    if not (a.minute_bpm and b.minute_bpm):
        return False
    ours, theirs = _common_minutes(a, b, quarters, "minute_bpm")
    both = np.isfinite(ours) & np.isfinite(theirs)
    if np.count_nonzero(both) < together.shift_minutes or np.std(ours[both]) < together.heart_varies_bpm:
        return False
    return float(np.mean(np.abs(ours[both] - theirs[both]))) <= together.same_heart_bpm


def _common_minutes(a: RunDigest, b: RunDigest, quarters: int, name: str = "minute_m") -> tuple[F8, F8]:
    """Return what the minutes hold that both have, once the clock of `b` is moved by so many quarter hours.

    NaN where it is not known.
    """
    import numpy as np

    one, other = getattr(a, name), getattr(b, name)
    first = _first_minute(b) + 15 * quarters - _first_minute(a)
    begin, end = max(0, first), min(len(one), first + len(other))
    if end <= begin:
        return np.zeros(0), np.zeros(0)
    return np.array(one[begin:end], np.float64), np.array(other[begin - first : end - first], np.float64)


def _first_minute(d: RunDigest) -> int:
    """Return the number of the first whole minute of a recording."""
    return math.ceil(d.start.timestamp() / 60)


def _compared(ours: F8, theirs: F8) -> tuple[float, float, float]:
    """Compare the metres of the same minutes.

    Returns
    -------
    tuple of float
        The ratio of the sums; the correlation (0 where one does not vary); and the root mean square of what is left
        once the sums are made equal, as a share of the mean.
    """
    import numpy as np

    ratio = float(ours.sum() / theirs.sum())
    spread = float(np.sqrt(np.mean((ours - theirs * ratio) ** 2)) / ours.mean())
    x, y = ours - ours.mean(), theirs - theirs.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return ratio, float(x @ y) / size if size > 0 else 0.0, spread


def _about(one: float, other: float, share: float) -> bool:
    """Tell whether two lengths agree, give or take this share of the longer."""
    return abs(one - other) <= share * max(one, other)
