"""What an effort is called: its kind and its tier, from measured or simulated values alike."""

from __future__ import annotations

import math
from collections.abc import Sequence

from legspeed.settings import Judging, Tiers


def kind_of(
    *,
    duration_s: float,
    grade: float | None,
    peak_share: float,
    hard_before_s: float,
    in_long_set: bool,
    tiers: Tiers,
) -> str:
    """Return the kind of an effort; the first rule that fits decides.

    Parameters
    ----------
    duration_s : float
        Seconds between the edges.
    grade : float or None
        Rise over run as a fraction, None where it is unknown (then neither hill nor downhill).
    peak_share : float
        Best 3 s speed, as on the flat, as a share of the runner's maximal speed.
    hard_before_s : float
        Seconds of continuous hard running that run into the effort; 0 after a recovery.
    in_long_set : bool
        Whether the effort repeats with others of at least `Tiers.fast_rep_set_s`.
    tiers : Tiers
        The borders.
    """
    if grade is not None and grade < tiers.downhill_grade:
        return "downhill"
    if duration_s > tiers.interval_s:
        return "interval"
    if grade is not None and grade >= tiers.hill_grade and duration_s <= tiers.hill_sprint_s:
        return "hill_sprint"
    if hard_before_s >= tiers.finish_hard_s:
        return "finish_kick"
    if duration_s <= tiers.sprint_s and peak_share >= tiers.sprint_peak:
        return "sprint"
    if duration_s > tiers.stride_max_s or (in_long_set and duration_s >= tiers.fast_rep_set_s):
        return "fast_rep"
    return "stride"


def is_dash(kind: str, tier: str | None, duration_s: float, tiers: Tiers, *, sure: bool = True) -> bool:
    """Tell whether what stands alone was a dash for a bus: too short for a stride, and no faster than one.

    Where the runner's speeds are not `sure`, they are rather too low, and "near maximal" is no proof.
    """
    low = ("turnover",) if sure else ("turnover", "near_max")
    return kind == "stride" and tier in low and duration_s < tiers.dash_s


def stand_alone(spans: Sequence[tuple[float, float]], rest_s: float) -> list[bool]:
    """Tell of each span (start and end in s, sorted) whether no other lies within `rest_s` of it."""
    ends, starts = [-math.inf, *(end for _, end in spans)], [*(start for start, _ in spans[1:]), math.inf]
    return [
        start - before > rest_s and after - end > rest_s
        for (start, end), before, after in zip(spans, ends, starts, strict=False)
    ]


def gate_mps(
    duration_s: float, *, uphill: bool, five_k_mps: float, max_mps: float, tiers: Tiers, judging: Judging
) -> float:
    """Return the speed on the flat from which an effort of `duration_s` is near-maximal running.

    Up to `Judging.short_s` it is a share of maximal speed, from `Judging.long_s` on a multiple of 5 km speed (nobody
    holds two thirds of his maximum for a minute and is relaxed), never below the latter.
    """
    long_gate = tiers.five_k_ratio * five_k_mps
    short_gate = (tiers.turnover_hill if uphill else tiers.turnover) * max_mps
    return max(long_gate, short_gate + (long_gate - short_gate) * longness(duration_s, judging))


def longness(duration_s: float, judging: Judging) -> float:
    """Return 0 for a short effort, 1 for a long one, and what lies between."""
    return min(1.0, max(0.0, (duration_s - judging.short_s) / (judging.long_s - judging.short_s)))


def tier_of(peak_share: float, tiers: Tiers) -> str:
    """Return the tier of a counting effort from its best 3 s speed, as on the flat, over maximal speed."""
    if peak_share >= tiers.max:
        return "max"
    return "near_max" if peak_share >= tiers.near_max else "turnover"
