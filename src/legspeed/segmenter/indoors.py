"""What a run without positions reads: a belt or a wrist is 5-15 % off, and nothing in the file says so.

The same runner's easy running outdoors does. By how much an indoor run's easy speed differs from it is partly what its
watch reads (the same in all of them), partly that belt, partly how he ran that day; each share goes by its variance.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections import defaultdict
from collections.abc import Sequence

from legspeed.model import RunDigest
from legspeed.settings import Yardsticks


def is_indoors(digest: RunDigest) -> bool:
    """Tell whether a run's speed has no position behind it, or one of a place that does not exist."""
    return "position" not in digest.basis or digest.sub_sport == "virtual_activity"


def shown_outdoors(digests: Sequence[RunDigest], rules: Yardsticks) -> bool:
    """Tell whether enough runs with positions show how the runner runs, so that those without can be held against them.

    Without these, all of his speeds are what his belt or his sensor reads, and agree among themselves.
    """
    return sum(d.easy_speed_mps is not None and not is_indoors(d) for d in digests) >= rules.least_sessions


def readings(digests: Sequence[RunDigest], rules: Yardsticks) -> list[float]:
    """Return what each run reads of a true speed, as a share to the percent: 1 outdoors, and where nobody can know.

    A random effect each for the watch and for the belt, estimated from easy running, whose own scatter is known. Most
    sensors are set about right and some are far off: what is small is taken for none, and off what is not.

    Parameters
    ----------
    digests : sequence of RunDigest
        Runs of one runner, at least `Yardsticks.least_sessions` of them outdoors: else all are 1.
    rules : Yardsticks
        The three spreads.
    """
    if not shown_outdoors(digests, rules):
        return [1.0] * len(digests)
    usual = statistics.median(math.log(d.easy_speed_mps) for d in digests if d.easy_speed_mps and not is_indoors(d))
    offs = [_off(d, usual, rules) if is_indoors(d) else None for d in digests]
    seen: dict[str, list[float]] = defaultdict(list)
    for d, off in zip(digests, offs, strict=True):
        if off is not None:
            seen[d.device].append(off)
    scatter = rules.indoor_belt**2 + rules.indoor_easy**2
    watch = {
        device: statistics.median(them) * rules.indoor_watch**2 / (rules.indoor_watch**2 + scatter / len(them))
        for device, them in seen.items()
    }
    found = []
    for d, off in zip(digests, offs, strict=True):
        share = watch.get(d.device, 0.0) if is_indoors(d) else 0.0
        if off is not None and off - share < math.log(rules.easy_span):  # faster was no easy running
            share += (off - share) * rules.indoor_belt**2 / scatter
        share = math.copysign(max(0.0, abs(share) - rules.indoor_small), share)
        found.append(round(math.exp(min(max(share, -rules.indoor_most), rules.indoor_most)), 2))
    return found


def _off(digest: RunDigest, usual: float, rules: Yardsticks) -> float | None:
    """Return by how much (logarithm) easy running read more than usual; None where too little of it was run."""
    if not digest.easy_speed_mps or digest.moving_s < rules.indoor_least_s:
        return None
    return math.log(digest.easy_speed_mps) - usual


def as_outdoors(digest: RunDigest, reading: float) -> RunDigest:
    """Return the digest with the speeds that a yardstick looks at as they would have been outdoors."""
    if reading == 1.0:
        return digest
    return dataclasses.replace(
        digest,
        best_speeds={seconds: speed / reading for seconds, speed in digest.best_speeds.items()},
        easy_speed_mps=digest.easy_speed_mps and digest.easy_speed_mps / reading,
        distance_m=digest.distance_m and digest.distance_m / reading,
    )
