"""Errors of satellite positions: slow, white, reflections, jumps and the first half minute."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8
from legspeed.simulate.motion import Motion
from legspeed.simulate.noise import wander
from legspeed.simulate.watch import Watch


def position_error(motion: Motion, watch: Watch, clock: F8, rng: np.random.Generator) -> tuple[F8, F8]:
    """Return the error of the position at every tick, metres east and north.

    Reflections displace the position mostly along the way at 2-5 m/s for 5-11 s: on top of the running that makes a
    position speed of 4-7 m/s, as seen in real recordings with a flat cadence. They stay a while and then go again.
    """
    n, step = clock.size, 1.0 / watch.rate_hz
    east = wander(rng, n, sd=watch.position_error_m, tau_s=watch.position_error_tau_s, step_s=step)
    north = wander(rng, n, sd=watch.position_error_m, tau_s=watch.position_error_tau_s, step_s=step)
    east += rng.normal(0.0, watch.position_white_m, n)
    north += rng.normal(0.0, watch.position_white_m, n)
    since = clock - clock[0]
    if watch.settle_m > 0:
        size, angle = float(rng.exponential(watch.settle_m)), float(rng.uniform(0, 2 * np.pi))
        fade = np.exp(-since / 11.0)
        rough = 1.0 + wander(rng, n, sd=0.35, tau_s=3.0, step_s=step)
        east += size * np.cos(angle) * fade * rough
        north += size * np.sin(angle) * fade * rough
    heading = np.arctan2(np.gradient(motion.east_m), np.gradient(motion.north_m))
    hours = float(since[-1]) / 3600.0
    for _ in range(int(rng.poisson(watch.multipath_per_h * hours))):
        _displace(east, north, clock, motion, heading, rng, lasts_s=(5.0, 11.0), creep_mps=(2.0, 5.0), spread=0.5)
    for _ in range(int(rng.poisson(watch.jumps_per_h * hours))):
        _displace(east, north, clock, motion, heading, rng, lasts_s=(1.0, 3.0), creep_mps=(10.0, 30.0), spread=3.0)
    return east, north


def _displace(
    east: F8,
    north: F8,
    clock: F8,
    motion: Motion,
    heading: F8,
    rng: np.random.Generator,
    *,
    lasts_s: tuple[float, float],
    creep_mps: tuple[float, float],
    spread: float,
) -> None:
    """Add one displacement: it creeps in at a speed, stays, and goes as it came or more slowly."""
    at = float(rng.uniform(clock[0] + 30.0, max(clock[-1] - 30.0, clock[0] + 31.0)))
    lasts, speed = float(rng.uniform(*lasts_s)), float(rng.uniform(*creep_mps))
    stays, goes = float(rng.exponential(25.0)) + 2.0, lasts * float(rng.uniform(0.8, 4.0))
    way = float(heading[motion.index(at)]) + float(rng.normal(0.0, spread))
    size = speed * lasts
    knots = [at, at + lasts, at + lasts + stays, at + lasts + stays + goes]
    metres = np.interp(clock, knots, [0.0, size, size, 0.0])
    east += metres * np.sin(way)
    north += metres * np.cos(way)
