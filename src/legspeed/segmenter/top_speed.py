"""What a season says about the runner's maximal speed: his fastest sure efforts, and how near to all-out such are run.

Nobody sprints all-out by chance. Short efforts with long rests are meant to be nearly so; strides are not.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.model import Effort, RunDigest
from legspeed.segmenter.five_k import Estimate
from legspeed.segmenter.ladder import Ladder
from legspeed.settings import Settings, Yardsticks


@dataclass(frozen=True, slots=True)
class Sprints:
    """What one run shows: the speed reached, m/s on the level; the maximal speed that it amounts to if it was all-out.

    ``rested`` tells that the efforts were short and well apart, as those are that are meant to be all-out.
    """

    when: dt.datetime
    reached_mps: float
    speed_mps: float
    rested: bool


def as_maximum(speed_mps: float, seconds: float, five_k_mps: float, rules: Yardsticks) -> float:
    """Return the maximal speed of a runner for whom `speed_mps` over `seconds` is all-out.

    v(t) = v_aer + (v_max - v_aer) · e^(-k t) (Bundle, Hoyt & Weyand 2003), solved for v_max.
    """
    aerobic = rules.aerobic_ratio * five_k_mps
    if speed_mps <= aerobic:
        return speed_mps
    return aerobic + (speed_mps - aerobic) * math.exp(rules.fade_per_s * max(0.0, seconds - rules.start_s))


def sprints_of(digest: RunDigest, efforts: Sequence[Effort], five_k_mps: float, settings: Settings) -> Sprints | None:
    """Return what a run's sure efforts show; None where it has none.

    Efforts of a few records only are left out: what lies between records is guessed. The second or third fastest
    stands for the run: what was reached once may be a jump.
    """
    rules = settings.yardstick
    least_s = settings.judging.sparse_intervals * digest.interval_s
    sure = [
        e
        for e in efforts
        if e.counts
        and e.confidence >= rules.max_confidence
        and e.flat_speed_mps is not None
        and e.duration_s >= least_s
    ]
    shown = sorted((_shown(e, five_k_mps, settings) for e in sure), reverse=True)
    if not shown:
        return None
    amounts, reached = shown[0 if len(shown) == 1 else 1 if len(shown) < rules.many_efforts else 2]
    rests = [b.start_s - a.end_s for a, b in itertools.pairwise(sure)]
    seconds = statistics.median(e.duration_s for e in sure)
    rested = bool(rests) and seconds <= rules.rested_s and statistics.median(rests) >= rules.rest_ratio * seconds
    return Sprints(digest.start, reached, amounts, rested)


def _shown(effort: Effort, five_k_mps: float, settings: Settings) -> tuple[float, float]:
    """Return the maximal speed that the effort amounts to, and the plateau that was reached; both as on the level.

    The best 3 s tell it as they are, within what a plateau supports: a jump of the position has a peak alone.
    """
    rules, slope = settings.yardstick, settings.slope
    flat = effort.flat_speed_mps or 0.0
    # Efforts are credited only what the grade's error leaves certain; a maximum is wanted without that bias.
    if effort.grade is not None and effort.grade_se is not None and effort.grade_se <= slope.kind_se:
        flat *= math.exp(slope.sprint_k * min(effort.grade_se, max(0.0, effort.grade)))
    peak = min(effort.peak_speed_mps or 0.0, rules.peak_most * flat)
    return max(peak, as_maximum(flat, effort.duration_s, five_k_mps, rules)), flat


def joined(ladder: Ladder[Sprints], on: dt.datetime, five_k_mps: float, rules: Yardsticks) -> Estimate:
    """Join what the sessions near a day show with what is usual for runners of this 5 km speed, by their errors."""
    count, near = ladder.near(on)
    sessions = list(itertools.islice(near, count))
    usual = rules.usual_max_mps + rules.usual_max_ratio * five_k_mps
    chosen = [(usual, rules.usual_max_error, "usual for this 5 km speed")]
    for rested, short, error, what in (
        (True, rules.sprint_short, rules.sprint_error, "sprints"),
        (False, rules.stride_short, rules.stride_error, "strides and reps"),
    ):
        one = _ranked([s for s in sessions if s.rested is rested], rules)
        if one is not None:
            chosen.append((one.speed_mps * math.exp(short), error, f"{what} of {one.when.date()}"))
    # Nobody is faster than he is, but anybody may hold back: the faster sort speaks, tempered by what is usual.
    chosen = [chosen[0], *sorted(chosen[1:], reverse=True)[:1]]
    weights = [error**-2 for _, error, _ in chosen]
    mean = sum(w * math.log(v) for w, (v, _, _) in zip(weights, chosen, strict=True)) / sum(weights)
    reached = _ranked(sorted(sessions, key=lambda s: (-s.reached_mps, s.when)), rules)
    speed = max(math.exp(mean), reached.reached_mps if reached else 0.0)
    return Estimate(speed, chosen[-1][2], math.sqrt(1.0 / sum(weights)))


def _ranked(fastest: Sequence[Sprints], rules: Yardsticks) -> Sprints | None:
    """Return the session from `Yardsticks.rank` on; of many a share is passed over."""
    if not fastest:
        return None
    rank = max(int(rules.rank), math.ceil(rules.rank_share * len(fastest)))
    return fastest[min(rank, len(fastest)) - 1]
