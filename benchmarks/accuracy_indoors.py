"""Simulated seasons of which a part is run indoors, on a belt or by a sensor that reads wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table
from benchmarks.accuracy_scoring import Score, total
from benchmarks.accuracy_seasons import WEEKS
from benchmarks.accuracy_simulated import ATHLETES_S, Truth, outcome
from legspeed import Activity, digest, season
from legspeed.simulate import Runner, plan_season, simulate_season

#: What the watch reads of a true speed, and by how much (a share) each run differs from that.
READINGS: Final = (0.85, 1.0, 1.15)
_BELTS: Final = 0.03
_INDOORS: Final = 0.4
_WATCH: Final = "steady 1 s"
_FIRST: Final = dt.date(2026, 1, 5)


@dataclass(frozen=True)
class Part:
    """One season at one reading: the error of its 5 km speed (a share), what was found outdoors, and indoors."""

    reading: float
    five_k_error: float
    outdoors: Score
    indoors: Score


def taken_indoors(activity: Activity, reading: float) -> Activity:
    """Return a recording as it would be without positions and altitude, its speed and distance read wrong."""
    speed, way = activity.speed_mps, activity.distance_m
    return replace(
        activity,
        sub_sport="treadmill",
        latitude_deg=None,
        longitude_deg=None,
        altitude_m=None,
        speed_mps=None if speed is None else speed * reading,
        distance_m=None if way is None else way * reading,
    )


def season_parts(which: tuple[int, int]) -> list[Part]:
    """Simulate one season of an athlete (5 km time in s) and judge it at every reading; which runs are in is chance."""
    five_k_s, seed = which
    runner, rng = Runner.of(five_k_s=five_k_s, seed=five_k_s + seed), np.random.default_rng([seed, five_k_s])
    plan = plan_season(_FIRST, WEEKS, seed, watches=(_WATCH,))
    runs = list(simulate_season(runner, plan, seed))
    inside = rng.random(len(runs)) < _INDOORS
    belts = np.exp(rng.normal(0.0, _BELTS, len(runs)))
    parts = []
    for reading in READINGS:
        seen = [
            taken_indoors(run.activity, reading * belt) if indoors else run.activity
            for run, indoors, belt in zip(runs, inside, belts, strict=True)
        ]
        named = [replace(activity, source=f"run {number}") for number, activity in enumerate(seen)]
        result = season([digest(activity, laps=False) for activity in named], laps=False)
        judged = {run.source: run for run in result.runs}
        scores: dict[bool, list[Score]] = {True: [], False: []}
        for number, (run, indoors) in enumerate(zip(runs, inside, strict=True)):
            truth = replace(Truth.of(run), source=f"run {number}")
            scores[bool(indoors)].append(outcome(truth, judged[truth.source], five_k_s, _WATCH).score)
        error = result.yardstick.five_k_speed_mps / runner.five_k_speed_mps - 1.0
        parts.append(Part(reading, error, total(scores[False]), total(scores[True])))
    return parts


def section(measured: Measured) -> Section:
    """Print, for every reading, what was found where, and the 5 km speed that it led to."""
    which = [(five_k_s, seed) for five_k_s in ATHLETES_S for seed in range(measured.seeds)]
    found = measured.spread("seasons partly indoors", season_parts, which)
    rows: list[Sequence[str]] = []
    for reading in READINGS:
        parts = [part for season in found for part in season if part.reading == reading]
        errors = [part.five_k_error for part in parts]
        outdoors, indoors = total([p.outdoors for p in parts]), total([p.indoors for p in parts])
        rows.append(
            (
                f"read: {reading:.2f} of the true speed",
                f"{float(np.median(errors)):+.1%}",
                f"{float(np.mean(np.abs(errors) <= 0.04)):.0%}",
                *(_told(score) for score in (outdoors, indoors)),
            )
        )
    heads = (f"{len(found)} seasons", "5 km", "within 4 %", "outdoors", "indoors")
    title = f"simulated seasons of {WEEKS} weeks, {_INDOORS:.0%} of the runs without positions, read wrong"
    return Section("indoors", title, (), (Table(heads, tuple(rows), first=34, other=20),))


def _told(score: Score) -> str:
    return f"{score.hits} of {score.hits + score.missed}, {score.stray} false"
