"""Two stretches of time held against each other: a lap and what was run in it."""

from __future__ import annotations


def shared_over_joint(start_s: float, end_s: float, other_start_s: float, other_end_s: float) -> float:
    """Return what two stretches share as a part of all that either covers: 1 if they are the same, 0 if apart."""
    shared = min(end_s, other_end_s) - max(start_s, other_start_s)
    return max(0.0, shared) / (max(end_s, other_end_s) - min(start_s, other_start_s))
