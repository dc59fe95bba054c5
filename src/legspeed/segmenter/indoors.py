"""What a run without positions reads: a belt or a wrist is 5-15 % off, and nothing in the file says so.

The same runner's easy running outdoors does. By how much an indoor run's easy speed differs from it is partly what its
watch reads (the same in all of them), partly that belt, partly how he ran that day; each share goes by its variance.
"""

from __future__ import annotations

import dataclasses
import math
import statistics
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

from legspeed.model import RunDigest
from legspeed.settings import Yardsticks


def shown_outdoors(digests: Sequence[RunDigest], rules: Yardsticks) -> bool:
    """Tell whether enough runs with positions show how the runner runs, so that those without can be held against them.

    Without these, all of his speeds are what his belt or his sensor reads, and agree among themselves.
    """
    return sum(d.easy_speed_mps is not None and not d.indoors for d in digests) >= rules.least_sessions


def readings(digests: Iterable[RunDigest], rules: Yardsticks) -> list[float]:
    """Return what each run reads of a true speed, as a share to the percent: 1 outdoors, and where nobody can know.

    A random effect each for the watch and for the belt, estimated from easy running, whose own scatter is known. Most
    sensors are set about right and some are far off: what is small is taken for none, and off what is not.

    Parameters
    ----------
    digests : iterable of RunDigest
        Runs of one runner, at least `Yardsticks.least_sessions` of them outdoors: else all are 1.
    rules : Yardsticks
        The three spreads.
    """
    outdoors, offs, devices = array("d"), array("d"), []
    for d in digests:
        indoors = d.indoors
        if d.easy_speed_mps is not None and not indoors:
            outdoors.append(d.easy_speed_mps)
        # Of a run indoors the logarithm of its easy speed, where enough of it was run.
        known = indoors and d.easy_speed_mps and d.moving_s >= rules.indoor_least_s
        offs.append(math.log(d.easy_speed_mps) if known and d.easy_speed_mps else math.nan)
        devices.append(sys.intern(d.device) if indoors else None)
    if len(outdoors) < rules.least_sessions:
        return [1.0] * len(offs)
    usual = statistics.median(math.log(speed) for speed in outdoors if speed)
    seen: dict[str, list[float]] = defaultdict(list)
    for device, off in zip(devices, offs, strict=True):
        if device is not None and not math.isnan(off):
            seen[device].append(off - usual)
    scatter = rules.indoor_belt**2 + rules.indoor_easy**2
    watch = {
        device: statistics.median(them) * rules.indoor_watch**2 / (rules.indoor_watch**2 + scatter / len(them))
        for device, them in seen.items()
    }
    found = []
    for device, log in zip(devices, offs, strict=True):
        share, off = 0.0 if device is None else watch.get(device, 0.0), log - usual
        if not math.isnan(off) and off - share < math.log(rules.easy_span):  # faster was no easy running
            share += (off - share) * rules.indoor_belt**2 / scatter
        share = math.copysign(max(0.0, abs(share) - rules.indoor_small), share)
        found.append(round(math.exp(min(max(share, -rules.indoor_most), rules.indoor_most)), 2))
    return found


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
