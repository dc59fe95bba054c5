"""The sample season: who runs, and every run with its watch and file format."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from legspeed.simulate import SESSIONS, WATCHES, Runner, SimulatedRun, Watch, simulate_run

#: A runner of 19:00 for 5 km.
RUNNER = Runner.of(five_k_s=19 * 60, seed=11)
#: Local time is two hours behind UTC all year, as where the tracks lie (in the open Atlantic).
UTC_OFFSET_S = -7200

#: His watch until May; the key and the stopped timer are his habits on days of reps.
FIRST = WATCHES["steady 1 s"]
FIRST_REPS = replace(FIRST, timer="rests", laps="key")
FIRST_PAUSING = replace(FIRST, timer="auto pause")
#: From June on he wears another, which smooths much more.
SECOND = WATCHES["heavily smoothed"]
SECOND_REPS = replace(SECOND, timer="rests", laps="key")
OLD = WATCHES["smart recording"]
PHONE = WATCHES["GPS only"]
POD = replace(WATCHES["footpod"], product="Simulated steady 1 s with footpod")
TOWN = replace(WATCHES["city canyon"], product=FIRST.product)


@dataclass(frozen=True)
class Sample:
    """One file: local start, session with its details, watch, and file ending."""

    start: str
    session: str
    watch: Watch
    ending: str
    details: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or f"{self.start[:10]}.{self.ending}")


def _run(start: str, session: str, watch: Watch, ending: str, **details: float | str) -> Sample:
    return Sample(start, session, watch, ending, details)


SEASON: tuple[Sample, ...] = (
    _run("2026-03-01 08:40", "long_run", FIRST, "fit.gz", minutes=82, strides=0),
    _run("2026-03-03 18:05", "strides_after_easy", FIRST, "fit", minutes=35, reps=6, seconds=20, way="walk"),
    _run("2026-03-10 18:10", "hill_sprints", FIRST_REPS, "fit", reps=6, seconds=9, grade=0.07),
    _run("2026-03-13 06:45", "easy_run", FIRST_PAUSING, "fit.gz", minutes=45, lights=5, bus=False, downhill=False),
    _run("2026-03-15 08:30", "long_run", FIRST, "fit.gz", minutes=85, strides=6),
    _run("2026-03-19 18:20", "track_reps", FIRST_REPS, "fit", metres=200.0, reps=8),
    _run("2026-03-22 09:00", "tempo", FIRST, "fit.gz", minutes=20),
    _run("2026-03-26 18:00", "strides_after_easy", OLD, "tcx", minutes=30, reps=5, seconds=22, way="jog"),
    _run("2026-03-29 08:35", "easy_run", FIRST, "gpx.gz", minutes=58, lights=2, bus=False, downhill=False),
    _run("2026-04-02 18:15", "hill_sprints", FIRST_REPS, "fit", reps=8, seconds=10, grade=0.09),
    _run("2026-04-05 09:05", "five_k_reps", FIRST, "fit", reps=5, metres=1000.0),
    _run("2026-04-08 18:00", "strides_after_easy", FIRST, "gpx.gz", minutes=38, reps=6, seconds=20, way="walk"),
    _run("2026-04-12 10:00", "race", FIRST, "fit", kick_m=220.0),
    _run("2026-04-18 08:30", "long_run", POD, "fit.gz", minutes=90, strides=0),
    _run("2026-04-21 18:20", "track_reps", FIRST_REPS, "fit.gz", metres=300.0, reps=6),
    _run("2026-04-25 10:30", "run_walk", OLD, "tcx.gz", minutes=35),
    _run("2026-04-28 18:10", "strides_before_session", FIRST_REPS, "fit.gz", reps=4),
    _run("2026-05-02 09:00", "easy_run", PHONE, "gpx.gz", minutes=40, lights=1, bus=False, downhill=False),
    _run("2026-05-05 18:15", "hill_sprints", FIRST_REPS, "fit", reps=8, seconds=10, grade=0.08),
    # 25 days without: steady running only, and reps that are no faster than 5 km pace.
    _run("2026-05-11 18:00", "tempo", FIRST, "fit", minutes=25),
    _run("2026-05-14 06:40", "easy_run", FIRST, "fit.gz", minutes=50, lights=3, bus=False, downhill=True),
    _run("2026-05-17 08:30", "long_run", FIRST, "fit.gz", minutes=95, strides=0),
    _run("2026-05-21 12:15", "easy_run", TOWN, "fit", minutes=36, lights=6, bus=False, downhill=False),
    _run("2026-05-24 09:00", "progression", FIRST, "fit.gz", minutes=50),
    _run("2026-05-27 18:15", "five_k_reps", FIRST_REPS, "fit", reps=8, metres=400.0),
    _run("2026-05-30 09:10", "strides_after_easy", FIRST, "fit", minutes=40, reps=4, seconds=18, way="walk"),
    _run("2026-06-06 09:00", "hill_sprints", SECOND_REPS, "fit", reps=5, seconds=9, grade=0.08),
    _run("2026-06-10 18:00", "strides_after_easy", SECOND, "fit.gz", minutes=36, reps=6, seconds=20, way="walk"),
    _run("2026-06-14 08:20", "long_run", SECOND, "fit.gz", minutes=88, strides=5),
    _run("2026-06-18 18:20", "track_reps", SECOND_REPS, "fit", metres=200.0, reps=8),
    _run("2026-06-21 22:10", "easy_run", SECOND, "fit.gz", minutes=40, lights=2, bus=False, downhill=False),
    _run("2026-06-25 18:20", "flat_sprints", SECOND_REPS, "fit", reps=6, seconds=8),
    _run("2026-06-28 09:00", "fartlek", SECOND, "fit.gz", reps=8),
    _run("2026-07-02 18:10", "uphill_strides", SECOND, "fit.gz", reps=6),
    _run("2026-07-05 09:00", "tempo", SECOND, "tcx.gz", minutes=28),
    _run("2026-07-09 18:00", "strides_after_easy", SECOND, "fit", minutes=35, reps=8, seconds=22, way="walk"),
    _run("2026-07-12 10:00", "race", SECOND, "fit.gz", kick_m=180.0),
    _run("2026-07-16 06:50", "easy_run", SECOND, "fit", minutes=42, lights=3, bus=True, downhill=False),
    _run("2026-07-19 09:00", "downhill_repeats", SECOND, "fit.gz", reps=5),
    _run("2026-07-23 18:15", "hill_sprints", SECOND_REPS, "fit", reps=10, seconds=10, grade=0.08),
    _run("2026-07-26 08:10", "long_run", SECOND, "fit.gz", minutes=90, strides=0),
    _run("2026-07-29 18:00", "strides_after_easy", SECOND, "fit", minutes=34, reps=6, seconds=20, way="stand"),
)


def simulate(sample: Sample) -> SimulatedRun:
    """Return the run of a sample; its chance comes from its start."""
    local = dt.datetime.fromisoformat(sample.start).replace(tzinfo=dt.UTC)
    return simulate_run(
        RUNNER,
        functools.partial(SESSIONS[sample.session], **sample.details),
        sample.watch,
        local - dt.timedelta(seconds=UTC_OFFSET_S),
        int(local.timestamp()) // 60,
        utc_offset_s=UTC_OFFSET_S,
        source=sample.name,
    )
