"""What a season says about the runner's maximal speed: his fastest sure efforts, and how near to all-out such are run.

Nobody sprints all-out by chance. Short efforts with long rests are meant to be nearly so; strides are not.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from legspeed.all_out import as_maximum
from legspeed.model import Effort, RunDigest
from legspeed.segmenter.five_k import Estimate
from legspeed.segmenter.grade import flat_speed
from legspeed.segmenter.ladder import Ladder
from legspeed.settings import Settings, Slope, Yardsticks

#: Standard errors beyond which nothing is expected, and points of the grid in one.
_SURE: Final = 4.0
_STEPS_AN_ERROR: Final = 8.0


@dataclass(frozen=True, slots=True)
class Sprints:
    """What one run shows: the speed reached, m/s on the level; the maximal speed that it amounts to if it was all-out.

    ``sort`` is "sprints" where the efforts were short and well apart, as those are that are meant to be all-out
    ("sprints, grade unknown" where they may have been run up a hill), else "strides", or "reps" where they were longer.
    ``repeated`` tells that there were several: then the speed is not that of a single jump, nor of a dash over a road.
    ``credit`` is the share of the speed that a slope is taken to have cost.
    """

    when: dt.datetime
    reached_mps: float
    speed_mps: float
    sort: str
    repeated: bool = True
    credit: float = 0.0


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
    amounts, reached, credit = shown[0 if len(shown) == 1 else 1 if len(shown) < rules.many_efforts else 2]
    rests = [b.start_s - a.end_s for a, b in itertools.pairwise(sure)]
    seconds = statistics.median(e.duration_s for e in sure)
    if bool(rests) and seconds <= rules.rested_s and statistics.median(rests) >= rules.rest_ratio * seconds:
        known = sum(_grade(e, settings.slope) is not None for e in sure)
        sort = "sprints" if 2 * known >= len(sure) else "sprints, grade unknown"
    else:
        sort = "strides" if seconds <= settings.tiers.stride_max_s else "reps"
    return Sprints(digest.start, reached, amounts, sort, len(shown) >= settings.judging.alike_count, credit)


def _shown(effort: Effort, five_k_mps: float, settings: Settings) -> tuple[float, float, float]:
    """Return the maximal speed that the effort amounts to, the plateau reached, both as on the level, and the credit.

    It is told by the best 3 s, but by no more than the plateau supports: a jump of the position is a peak alone.
    """
    rules, slope = settings.yardstick, settings.slope
    flat, credit = effort.flat_speed_mps or 0.0, 0.0
    known = _grade(effort, slope)
    if known is not None:
        grade, grade_se = known
        factor = flat_speed(1.0, grade, grade_se, effort.duration_s, slope)
        if grade - grade_se > slope.credit_most:
            # Steeper than hill sprints are run: the altitude is in doubt, or how it slows him. He ran it all the same.
            flat /= factor
        else:
            # Efforts are credited only what the grade's error leaves certain; a maximum is wanted without that bias.
            bias = slope.sprint_k * min(grade_se, max(0.0, grade))
            flat *= math.exp(bias)
            credit = abs(math.log(factor) + bias)
    peak = min(effort.peak_speed_mps or 0.0, rules.peak_most * flat)
    mean = min(flat, (effort.mean_speed_mps or flat) * math.exp(credit))  # all-out speed is a mean over the time
    return max(peak, as_maximum(mean, effort.duration_s, five_k_mps, rules)), flat, credit


def _grade(effort: Effort, slope: Slope) -> tuple[float, float] | None:
    """Return the effort's grade and its standard error, None where it is not known well enough to name a hill."""
    if effort.grade is None or effort.grade_se is None or effort.grade_se > slope.kind_se:
        return None
    return effort.grade, effort.grade_se


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
    """Join what the sessions near a day show with what is usual for runners of this 5 km speed, by their errors.

    The usual session of each sort falls short of maximal speed by about as much as coaches ask and runners give:
    sprints by what they amount to; strides, meant at a share of it whatever they last, by the plateau reached. Reps are
    as fast as their length lets them be. And nothing that was run was faster than all-out.
    """
    sessions = ladder.near(on)
    told = [(math.log(rules.usual_max_mps + rules.usual_max_ratio * five_k_mps), rules.usual_max_error)]
    sorts = []
    for sort, short, spread, error in (
        ("sprints", rules.sprint_short, rules.sprint_spread, rules.sprint_error),
        ("sprints, grade unknown", rules.unknown_short, rules.unknown_spread, rules.sprint_error),
        ("strides", rules.stride_short, rules.stride_spread, rules.stride_error),
    ):
        usual = _usual([one for one in sessions if one.sort == sort], spread, rules)
        if usual is not None:
            log, of_sessions = usual
            told.append((log + short, math.hypot(error, of_sessions)))
            sorts.append((told[-1][1], sort))
    mean, error = _weighed(told)
    mean, error = _not_below(mean, error, sessions, rules)
    _, sort = min(sorts, default=(0.0, "reps"))
    first = next((one for one in sessions if one.sort == sort), None)  # they are the fastest first
    others = f" and {len(sessions) - 1} more" if len(sessions) > 1 else ""
    source = "usual for this 5 km speed" if first is None else f"{sort} of {first.when.date()}{others}"
    return Estimate(math.exp(mean), source, error)


def _weighed(told: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of numbers weighted by their standard errors, and its own standard error."""
    weights = [(error**-2, value) for value, error in told]
    total = sum(weight for weight, _ in weights)
    return sum(weight * value for weight, value in weights) / total, total**-0.5


def _usual(alike: Sequence[Sprints], spread: float, rules: Yardsticks) -> tuple[float, float] | None:
    """Return the logarithm of what the usual session of a sort shows, m/s, and its standard error; None without any.

    Left out is what is far from the middle session, and a single effort wherever others were repeated: a jump, or a
    dash over a road. Of two sessions the faster one is the middle: the other one says only that he held back.
    """
    if not alike:
        return None
    chosen = [one for one in alike if one.repeated] or alike
    shown = sorted(
        (math.log(one.reached_mps if one.sort == "strides" else one.speed_mps), one.credit) for one in chosen
    )
    middle, _ = shown[len(shown) // 2]
    return _weighed(
        (log, math.hypot(spread, rules.slope_unsure * credit))
        for log, credit in shown
        if abs(log - middle) <= rules.apart_spreads * spread
    )


def _not_below(mean: float, error: float, sessions: Sequence[Sprints], rules: Yardsticks) -> tuple[float, float]:
    """Return mean and standard error of the logarithm of maximal speed, known that no session was faster than all-out.

    What a session amounts to is known to `Yardsticks.shown_error` and a share of what its slope has cost, but for some
    that are jumps (`Yardsticks.jump_share`). The posterior is summed up on a grid: with bounds it has no closed form.
    """
    logs = np.log([one.speed_mps for one in sessions])
    errors = np.hypot(rules.shown_error, rules.slope_unsure * np.array([one.credit for one in sessions]))
    near = logs > mean - _SURE * (error + errors)
    if not near.any():
        return mean, error
    logs, scales = logs[near, None], errors[near, None] * math.sqrt(3.0) / math.pi  # logistic curves with these errors
    grid = np.arange(mean - _SURE * error, max(mean, float(logs.max())) + _SURE * error, error / _STEPS_AN_ERROR)
    above = 1.0 / (1.0 + np.exp((logs - grid) / scales))
    likely = -0.5 * ((grid - mean) / error) ** 2
    likely += np.log(rules.jump_share + (1.0 - rules.jump_share) * above).sum(axis=0)
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    mean = float(weights @ grid)
    return mean, math.sqrt(float(weights @ (grid - mean) ** 2))
