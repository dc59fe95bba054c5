"""Runners and watches drawn at random: what holds beyond the watches that the simulator has names for.

Every watch is put together by chance, within what watches are known to do: delays, smoothing, noise, missing streams.
Nothing was set with these in view, and most combinations stand in no preset.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table, told
from benchmarks.accuracy_simulated import HEAD, Outcome, Sum, held, row
from legspeed.simulate import SESSIONS, Runner, Watch, simulate_run

#: Watches drawn for each seed of the benchmark, and the span of 5 km times in seconds: 13:20 to 34:10.
_WATCHES: Final = 16
_FIVE_K_S: Final = (800.0, 2050.0)
_FIRST: Final = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)


def drawn_watch(seed: int) -> Watch:
    """Return a watch put together by chance.

    A third of the recorded speeds are smoothed over 5-10 s or averaged over 8-16 s, the others over 1.5-4 s, all of
    them 1-2 s late. Positions drift by 2-4 m in half a minute to two, altitude by the barometer's 0.3 m or the wind's
    0.8 m; one watch in ten has no recorded speed, no distance or a pod, one in seven no cadence.
    """
    rng = np.random.default_rng([seed, 777])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def one_of(names: str, *shares: float) -> str:
        return str(rng.choice(names.split(), p=shares))

    def sometimes(share: float) -> bool:
        return bool(rng.random() < share)

    smart, heavy, windy = sometimes(0.12), sometimes(0.35), sometimes(0.25)
    averaged = heavy and sometimes(0.4)
    return Watch(
        name=f"drawn {seed}",
        smart=smart,
        smart_gap_s=between(5, 8),
        rate_hz=2.0 if sometimes(0.07) and not smart else 1.0,
        shared_delay_s=between(0, 0.5),
        position_delay_s=between(0, 0.4),
        position_tau_s=between(0.1, 0.8),
        position_error_m=between(2, 4),
        position_error_tau_s=between(30, 120),
        position_white_m=between(0.05, 0.15),
        multipath_per_h=between(0, 3),
        jumps_per_h=between(0, 0.5),
        settle_m=between(0, 20),
        speed=one_of("gps pod none", 0.8, 0.1, 0.1),
        speed_delay_s=between(1, 2),
        speed_tau_s=0.0 if averaged else between(5, 10) if heavy else between(1.5, 4),
        speed_boxcar_s=between(8, 16) if averaged else 0.0,
        speed_error_mps=between(0.02, 0.12),
        speed_step_mps=float(rng.choice([0.001, 0.009, 0.01])),
        speed_glitches_per_h=between(0, 2) if sometimes(0.2) else 0.0,
        pod_range=between(0.95, 1),
        distance=one_of("own speed position none", 0.5, 0.2, 0.2, 0.1),
        distance_delay_s=between(0, 0.5),
        distance_tau_s=between(0.2, 1),
        cadence=one_of("integer half none", 0.6, 0.25, 0.15),
        cadence_delay_s=between(0, 3),
        cadence_boxcar_s=between(1, 5),
        altitude=one_of("barometer gps none", 0.75, 0.2, 0.05),
        altitude_step_m=float(rng.choice([0.1, 0.2, 0.2, 1.0])),
        altitude_error_m=0.8 if windy else 0.3,
        altitude_error_tau_s=15.0 if windy else 30.0,
        altitude_white_m=between(0.05, 0.2),
        altitude_drift_m_per_h=between(0, 10),
        timer=one_of("runs rests auto-pause", 0.7, 0.15, 0.15).replace("-", " "),
        laps=one_of("none km key", 0.3, 0.5, 0.2),
        drop_outs_per_h=between(0, 2) if sometimes(0.2) else 0.0,
        position_losses_per_h=between(0, 2) if sometimes(0.2) else 0.0,
        cadence_losses_per_h=between(0, 2) if sometimes(0.2) else 0.0,
    )


def drawn_season(seed: int) -> tuple[Outcome, ...]:
    """Simulate and judge one season: a runner drawn by chance, each session once, on a watch drawn by chance."""
    watch = drawn_watch(seed)
    five_k_s = int(np.random.default_rng([seed, 99]).uniform(*_FIVE_K_S))
    runner = Runner.of(five_k_s=five_k_s, seed=seed)
    runs = (
        simulate_run(runner, name, watch, _FIRST + dt.timedelta(days=k), seed=1009 * seed + k, source=f"{name} {seed}")
        for k, name in enumerate(SESSIONS)
    )
    return held(runs, five_k_s, watch.name)


def section(measured: Measured) -> Section:
    """Print how well efforts are found on watches drawn at random, in all and by what the watches have."""
    seeds = range(_WATCHES * measured.seeds)
    watches = {drawn_watch(seed).name: drawn_watch(seed) for seed in seeds}
    seasons = measured.spread("watches drawn at random", drawn_season, list(seeds))
    outcomes = [one for some in seasons for one in some]
    every = Sum.of(outcomes)
    lines = (
        told("F1 at IoU 0.5", f"{every.score.strict_f1:.3f}", every.score.strict_f1, f"{every.score.true} efforts"),
        told("kinds right", f"{every.kinds_right:.1%}", every.kinds_right),
        told("false per 10 h on runs with none", f"{every.empty.false_per_10h:.2f}", every.empty.false_per_10h),
    )
    groups: Sequence[tuple[str, Callable[[Watch], bool]]] = (
        ("recorded speed smoothed by up to 4 s", lambda w: w.speed != "none" and not _slow(w)),
        ("… by more", lambda w: w.speed != "none" and _slow(w)),
        ("no recorded speed", lambda w: w.speed == "none"),
        ("distance of its own", lambda w: w.distance == "own"),
        ("distance from speed or positions, or none", lambda w: w.distance != "own"),
        ("no cadence", lambda w: w.cadence == "none"),
        ("barometer", lambda w: w.altitude == "barometer"),
        ("altitude from GPS", lambda w: w.altitude == "gps"),
        ("no altitude: a stride down a hill looks like one", lambda w: w.altitude == "none"),
        ("smart recording", lambda w: w.smart),
        ("timer stopped in recoveries", lambda w: w.timer == "rests"),
    )
    rows = [row(name, Sum.of([o for o in outcomes if has(watches[o.watch])])) for name, has in groups]
    by_session = [row(name, Sum.of([o for o in outcomes if o.session == name])) for name in SESSIONS]
    title = f"{len(watches)} watches drawn at random, each on a runner of 13:20 to 34:10 and {len(SESSIONS)} sessions"
    table = Table(HEAD, [("by watch",), *rows, ("by session",), *by_session], first=52, other=9)
    return Section("drawn", title, lines, (table,), tuple(_worst(outcomes, watches, measured.show)))


def _slow(watch: Watch) -> bool:
    return watch.speed_tau_s > 4.0 or watch.speed_boxcar_s > 0.0


def _worst(outcomes: Sequence[Outcome], watches: dict[str, Watch], show: int) -> list[str]:
    """Return the watches with the lowest F1, and what each of them is."""
    sums = {name: Sum.of([o for o in outcomes if o.watch == name]).score.strict_f1 for name in watches}
    return [f"F1 {sums[name]:.3f}: {watches[name]}" for name in sorted(watches, key=sums.__getitem__)[:show]]
