"""How fast a runner is all-out over a time, between his maximal speed and what he holds for minutes.

v(t) = v_aer + (v_max - v_aer) · e^(-k (t - t0)), v_aer a multiple of 5 km speed (Bundle, Hoyt & Weyand 2003); the edges
of an effort at half its rise leave t0 of the start in.
"""

from __future__ import annotations

import math

from legspeed.settings import Yardsticks


def all_out_mps(seconds: float, five_k_mps: float, max_mps: float, rules: Yardsticks) -> float:
    """Return the best mean speed over `seconds` of a runner with these two speeds, m/s."""
    aerobic = rules.aerobic_ratio * five_k_mps
    return aerobic + max(0.0, max_mps - aerobic) * math.exp(-rules.fade_per_s * max(0.0, seconds - rules.start_s))


def as_maximum(speed_mps: float, seconds: float, five_k_mps: float, rules: Yardsticks) -> float:
    """Return the maximal speed of a runner for whom `speed_mps` over `seconds` is all-out, m/s."""
    aerobic = rules.aerobic_ratio * five_k_mps
    if speed_mps <= aerobic:
        return speed_mps
    return aerobic + (speed_mps - aerobic) * math.exp(rules.fade_per_s * max(0.0, seconds - rules.start_s))
