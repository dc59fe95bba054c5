"""What a season says about the runner's maximal speed: his fastest sure efforts, and how near to all-out such are run.

Nobody sprints all-out by chance. Short efforts with long rests are meant to be nearly so; strides are not.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from legspeed.all_out import as_maximum
from legspeed.model import Effort, RunDigest
from legspeed.segmenter.five_k import Estimate
from legspeed.segmenter.grade import flat_speed
from legspeed.segmenter.ladder import Ladder
from legspeed.settings import Settings, Yardsticks


@dataclass(frozen=True, slots=True)
class Sprints:
    """What one run shows: the speed reached, m/s on the level; the maximal speed that it amounts to if it was all-out.

    ``rested`` tells that the efforts were short and well apart, as those are that are meant to be all-out; ``repeated``
    that there were several: then the speed is not that of a single jump, nor of a dash over a road.
    """

    when: dt.datetime
    reached_mps: float
    speed_mps: float
    rested: bool
    repeated: bool = True


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
    return Sprints(digest.start, reached, amounts, rested, len(shown) >= settings.judging.alike_count)


def _shown(effort: Effort, five_k_mps: float, settings: Settings) -> tuple[float, float]:
    """Return the maximal speed that the effort amounts to, and the plateau that was reached; both as on the level.

    It is told by the best 3 s, but by no more than the plateau supports: a jump of the position is a peak alone.
    """
    rules, slope = settings.yardstick, settings.slope
    flat = effort.flat_speed_mps or 0.0
    if effort.grade is not None and effort.grade_se is not None and effort.grade_se <= slope.kind_se:
        if effort.grade - effort.grade_se > slope.credit_most:
            # Steeper than hill sprints are run: the altitude is in doubt, or how it slows him. He ran it all the same.
            flat /= flat_speed(1.0, effort.grade, effort.grade_se, effort.duration_s, slope)
        else:
            # Efforts are credited only what the grade's error leaves certain; a maximum is wanted without that bias.
            flat *= math.exp(slope.sprint_k * min(effort.grade_se, max(0.0, effort.grade)))
    peak = min(effort.peak_speed_mps or 0.0, rules.peak_most * flat)
    return max(peak, as_maximum(flat, effort.duration_s, five_k_mps, rules)), flat


def sure_sprints(
    digests: Sequence[RunDigest], sprints: Sequence[Sprints | None], reading: Sequence[float], rules: Yardsticks
) -> tuple[Sprints, ...]:
    """Return what runs show of maximal speed: those outdoors where there are enough, else all, set right.

    A sensor on the wrist is right at easy running, where it has been set, and no longer in a sprint.
    """
    every = zip(digests, sprints, reading, strict=True)
    shown = [(d.indoors, one, share) for d, one, share in every if one is not None]
    outdoors = tuple(one for indoors, one, _ in shown if not indoors)
    if len(outdoors) >= rules.least_sessions:
        return outdoors
    return tuple(
        replace(one, reached_mps=one.reached_mps / share, speed_mps=one.speed_mps / share) for _, one, share in shown
    )


def joined(ladder: Ladder[Sprints], on: dt.datetime, five_k_mps: float, rules: Yardsticks) -> Estimate:
    """Join what the sessions near a day show with what is usual for runners of this 5 km speed, by their errors."""
    sessions = ladder.near(on)
    usual = rules.usual_max_mps + rules.usual_max_ratio * five_k_mps
    chosen = [(usual, rules.usual_max_error, "usual for this 5 km speed")]
    for rested, short, spread, error, what in (
        (True, rules.sprint_short, rules.sprint_spread, rules.sprint_error, "sprints"),
        (False, rules.stride_short, rules.stride_spread, rules.stride_error, "strides and reps"),
    ):
        alike = [s for s in sessions if s.rested is rested]
        rank = _rank(alike, rules)
        if alike:
            left = max(0.0, short - spread * _ahead(rank, len(alike)))
            shown = _at(rank, [one.speed_mps for one in alike])
            chosen.append((shown * math.exp(left), error, f"{what} of {alike[round(rank) - 1].when.date()}"))
    # Nobody is faster than he is, but anybody may hold back: the faster sort speaks, tempered by what is usual.
    chosen = [chosen[0], *sorted(chosen[1:], reverse=True)[:1]]
    weights = [error**-2 for _, error, _ in chosen]
    mean = sum(w * math.log(v) for w, (v, _, _) in zip(weights, chosen, strict=True)) / sum(weights)
    fastest = sorted(sessions, key=lambda s: (-s.reached_mps, s.when))
    reached = _at(_rank(fastest, rules), [one.reached_mps for one in fastest]) if fastest else 0.0
    return Estimate(max(math.exp(mean), reached), chosen[-1][2], math.sqrt(1.0 / sum(weights)))


def _rank(sessions: Sequence[Sprints], rules: Yardsticks) -> float:
    """Return which of the sessions, from the fastest, speaks; it may lie between two.

    That from `Yardsticks.rank` on, and of many a share is passed over: what was fast once may be a jump. Where there
    are too few for that, a faster one that repeats speaks: the slower of two says only that he held back.
    """
    count = len(sessions)
    rank = min(max(rules.rank, rules.rank_share * count), count)
    if count < 2 * rules.rank:
        return next((place for place, one in enumerate(sessions[: int(rank)], 1) if one.repeated), rank)
    return rank


def _at(rank: float, speeds: Sequence[float]) -> float:
    """Return the speed of that rank, between two ranks what lies between: one more session moves it by little."""
    above, below = speeds[math.floor(rank) - 1], speeds[math.ceil(rank) - 1]
    return above + (below - above) * (rank % 1.0)


def _ahead(rank: float, count: int) -> float:
    """Return by how many standard deviations the one of that rank among so many is expected above their mean.

    Blom's (1958) approximation of normal order statistics.
    """
    return statistics.NormalDist().inv_cdf((count - rank + 0.625) / (count + 0.25))
