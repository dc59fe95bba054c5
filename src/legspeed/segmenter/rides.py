"""The ride home in a run's own recording, where no steps are counted: faster for longer than this runner can.

What nobody can run the map has seen (:mod:`legspeed.segmenter.foot`). A bike in traffic is no faster than an elite
runner; it is faster than its rider runs, and that only his yardstick tells.
"""

from __future__ import annotations

from collections.abc import Sequence

from legspeed.all_out import all_out_mps
from legspeed.model import RunDigest
from legspeed.segmenter.choose import Verdict
from legspeed.segmenter.context import Context
from legspeed.settings import Settings, Yardsticks


def ridden(
    verdicts: Sequence[Verdict], digest: RunDigest, context: Context, settings: Settings, *, first_look: bool = False
) -> set[int]:
    """Return the ids of the bursts that are part of a ride: without steps, and too fast for him or near one that is.

    Nothing is called a ride where too little is known of the runner, nor indoors, where sensors read sprints far too
    high. At a `first_look` his maximal speed is not known yet; then what few runners of his 5 km speed reach is taken.
    """
    if not context.familiar or digest.indoors:
        return set()
    reach = settings.judging.ride_reach_s
    stepless = [v for v in verdicts if v.burst.cadence_spm is None]
    top = _highest_mps(context, settings.yardstick) if first_look else context.yardstick.max_speed_mps
    rides = [
        (v.start_s - reach, v.end_s + reach) for v in stepless if v.burst.carried or _beyond(v, top, context, settings)
    ]
    return {id(v.burst) for v in stepless if any(v.start_s <= end and v.end_s >= start for start, end in rides)}


def _highest_mps(context: Context, rules: Yardsticks) -> float:
    """Return the maximal speed that one runner in forty of this 5 km speed has."""
    usual = rules.usual_max_mps + rules.usual_max_ratio * context.yardstick.five_k_speed_mps
    return max(context.yardstick.max_speed_mps, (1.0 + 2.0 * rules.usual_max_error) * usual)


def _beyond(v: Verdict, top_mps: float, context: Context, settings: Settings) -> bool:
    """Tell whether a burst is beyond what this runner could run all-out, whatever the error of his yardstick."""
    judging, known = settings.judging, context.yardstick
    if v.duration_s < judging.ride_least_s:
        return False
    five_k = known.five_k_speed_mps * (1.0 if known.sure else 1.0 + judging.ride_guess)
    best = all_out_mps(v.duration_s, five_k, top_mps, settings.yardstick)
    return v.burst.mean_speed_mps > (1.0 + judging.ride_margin) * best
