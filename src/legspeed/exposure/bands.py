"""How near to the maximum: an effort's top speed as a share of the runner's maximal speed, in bands."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from legspeed.model import Effort, Tally, Yardstick
from legspeed.settings import Tiers


def band_names(tiers: Tiers) -> tuple[tuple[str, float], ...]:
    """Return the bands of maximal speed as (name, lower border), from below upwards: ``<80``, ``80-85`` … ``95+``."""
    count = max(1, round((1.0 - tiers.band_low) / tiers.band_step))
    borders = [tiers.band_low + i * tiers.band_step for i in range(count)]
    percents = [f"{100 * border:.3g}" for border in borders]
    names = [f"{a}-{b}" for a, b in pairwise(percents)]
    return ((f"<{percents[0]}", 0.0), *zip(names, borders, strict=False), (f"{percents[-1]}+", borders[-1]))


def top_speed_mps(effort: Effort) -> float | None:
    """Return the effort's top speed: its peak as measured, or, uphill, its plateau as on the flat if that is more."""
    known = [speed for speed in (effort.peak_speed_mps, effort.flat_speed_mps) if speed is not None]
    return max(known, default=None)


def by_band(efforts: Iterable[Effort], yardstick: Yardstick, tiers: Tiers) -> dict[str, Tally]:
    """Tally efforts by top speed as a share of the maximum, every band; those of unknown speed are in none."""
    borders = band_names(tiers)
    tallies = {name: Tally() for name, _ in borders}
    for effort in efforts:
        top = top_speed_mps(effort)
        if top is not None:
            # An effort exactly at a border belongs above it, whatever the last bit of the division says.
            share = top / yardstick.max_speed_mps + 1e-9
            name = next(name for name, low in reversed(borders) if share >= low)
            tallies[name] = tallies[name].plus(effort)
    return tallies
