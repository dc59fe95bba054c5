"""The timed runs as other runners and other watches would have recorded them: their noise is real, and so is the truth.

A recording is changed before it is measured: positions scaled about the first one make a slower or faster runner,
records are left out, columns dropped, rounded or smoothed. What was timed stays where it was.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table
from benchmarks.accuracy_real import absent
from benchmarks.accuracy_truth import TimedRun, counted, file_of, scored
from legspeed import Activity, RunDigest, digest, read_all, season
from legspeed.errors import ReadError
from legspeed.model import CHANNEL_NAMES, F8
from legspeed.readers import Entry, discover

_RUNNERS: Final = {"A": "runner_a", "C": "runner_c", "E": "runner_e"}
#: Beside the runs with timed efforts so many-th of the others: most of a season is easy running.
_OTHERS: Final = 5
_POSITION: Final = ("latitude_deg", "longitude_deg")
_METRES_PER_DEGREE: Final = 111_195.0
#: How often smart recording leaves one second between records, two, and so on.
_SELDOM: Final = (0.1, 0.1, 0.15, 0.25, 0.2, 0.15, 0.05)

Disguise = Callable[[Activity], Activity]


def runner(pace: float) -> Disguise:
    """Return what makes the runner faster by a factor, his steps quicker by its fifth root: the rest is step length."""
    return functools.partial(_paced, pace=pace)


def _paced(activity: Activity, pace: float) -> Activity:
    changed: dict[str, Any] = {}
    for name in _POSITION:
        column = getattr(activity, name)
        if column is not None and np.isfinite(column).any():
            first = column[np.flatnonzero(np.isfinite(column))[0]]
            changed[name] = first + pace * (column - first)
    for name in ("distance_m", "speed_mps", "altitude_m"):  # altitude, too: slopes stay as they are
        column = getattr(activity, name)
        if column is not None:
            changed[name] = pace * column
    if activity.cadence_spm is not None:
        changed["cadence_spm"] = 2.0 * np.round(0.5 * pace**0.2 * activity.cadence_spm)
    return dataclasses.replace(activity, **changed)


def exported(activity: Activity) -> Activity:
    """Keep what many exports hold: positions rounded to five decimals (a metre), and cadence."""
    changed: dict[str, Any] = {"speed_mps": None, "distance_m": None}
    for name in _POSITION:
        column = getattr(activity, name)
        changed[name] = None if column is None else np.round(column, 5)
    return dataclasses.replace(activity, **changed)


def seldom(activity: Activity) -> Activity:
    """Keep a record every one to seven seconds, as smart recording does."""
    steps = _chance(activity).choice([1, 2, 3, 4, 5, 6, 7], int(activity.elapsed_s) + 1, p=_SELDOM)
    due = np.cumsum(steps)
    at = np.searchsorted(activity.time_s, due[due < activity.elapsed_s])
    return _records(activity, np.unique([0, *at.tolist()]))


def every(records: int) -> Disguise:
    """Return what keeps one record of so many."""
    return lambda activity: _records(activity, np.arange(0, activity.n, records))


def without(*columns: str) -> Disguise:
    """Return what drops columns."""
    absent: dict[str, Any] = dict.fromkeys(columns)
    return lambda activity: dataclasses.replace(activity, **absent)


def wandering(activity: Activity) -> Activity:
    """Let positions wander by 4 m within ten seconds, as between houses; distance and speed stay what they were."""
    if activity.latitude_deg is None or activity.longitude_deg is None:
        return activity
    chance = _chance(activity)
    across = np.cos(np.radians(np.nanmean(activity.latitude_deg)))
    north, east = (_drift(chance, activity.n, 4.0, 10.0) / _METRES_PER_DEGREE for _ in range(2))
    latitude, longitude = activity.latitude_deg + north, activity.longitude_deg + east / across
    return dataclasses.replace(activity, latitude_deg=latitude, longitude_deg=longitude)


def height_from_satellites(activity: Activity) -> Activity:
    """Let the altitude wander by 5 m within a minute."""
    if activity.altitude_m is None:
        return activity
    return dataclasses.replace(
        activity, altitude_m=activity.altitude_m + _drift(_chance(activity), activity.n, 5.0, 60.0)
    )


def slow_steps(activity: Activity) -> Activity:
    """Make the cadence a mean over the last ten records."""
    if activity.cadence_spm is None:
        return activity
    known = np.isfinite(activity.cadence_spm)
    sums = np.convolve(np.where(known, activity.cadence_spm, 0.0), np.ones(10))[: activity.n]
    counts = np.convolve(known.astype(float), np.ones(10))[: activity.n]
    return dataclasses.replace(
        activity, cadence_spm=np.where(counts > 0, np.round(sums / np.maximum(counts, 1)), np.nan)
    )


def _records(activity: Activity, at: np.ndarray) -> Activity:
    changed: dict[str, Any] = {"time_s": activity.time_s[at], "developer": {}, "developer_units": {}}
    for name in CHANNEL_NAMES:
        column = getattr(activity, name)
        if name != "time_s" and column is not None:
            changed[name] = np.ascontiguousarray(column[at])
    return dataclasses.replace(activity, **changed)


def _chance(activity: Activity) -> np.random.Generator:
    """Return chance that is another for every run, and the same each time."""
    return np.random.default_rng(int(activity.start.timestamp()) & 0x7FFFFFFF)


def _drift(chance: np.random.Generator, n: int, metres: float, seconds: float) -> F8:
    """Return an error that forgets itself within some seconds."""
    kept = np.exp(-1.0 / seconds)
    steps = chance.normal(0.0, metres * np.sqrt(1.0 - kept * kept), n).tolist()
    drift, last = [], 0.0
    for step in steps:
        last = kept * last + step
        drift.append(last)
    return np.array(drift)


DISGUISES: Final[Mapping[str, Disguise]] = {
    "as recorded": lambda activity: activity,
    "a runner 30 % slower": runner(0.7),
    "… 15 % slower": runner(0.85),
    "… 15 % faster": runner(1.15),
    "positions to 5 decimals and cadence": exported,
    "a record every 3": every(3),
    "a record every 1-7 s": seldom,
    "no positions": without(*_POSITION),
    "no recorded speed": without("speed_mps"),
    "no cadence": without("cadence_spm"),
    "no heart rate": without("heart_rate_bpm"),
    "cadence a mean of ten records": slow_steps,
    "positions wander by 4 m": wandering,
    "altitude from satellites": height_from_satellites,
}


def _digests(entry: Entry) -> dict[str, RunDigest]:
    """Digest the (first) run of a file in every disguise."""
    try:
        activity = dataclasses.replace(read_all(entry)[0], source=entry.source)
    except ReadError:
        return {}
    return {name: digest(disguise(activity), laps=False) for name, disguise in DISGUISES.items()}


def section(measured: Measured) -> Section:
    """Judge the runners' seasons in every disguise, and hold them against the timed laps."""
    title = "timed runs as other runners and watches would have recorded them; each season judged by itself"
    runners = {who: name for who, name in _RUNNERS.items() if measured.folder(name) is not None}
    if not runners:
        return absent("disguised", title)
    cells: dict[str, list[str]] = {name: [name] for name in DISGUISES}
    head = [""]
    for who, name in runners.items():
        head += [f"{who}: F1", "missed", "false/10h", "strides", "hills"]
        timed = measured.timed(name)
        entries = _some(list(discover(measured.folder(name) or Path())), timed)
        read = [one for one in measured.spread(f"{name}, disguised", _digests, entries) if one]
        names = {file_of(entry.source) for entry in entries}
        for disguise, row in cells.items():
            row += _cells([digests[disguise] for digests in read], [run for run in timed if run.file in names])
    return Section("disguised", title, tables=(Table(head, list(cells.values()), first=36, other=9),))


def _some(entries: Sequence[Entry], timed: Sequence[TimedRun]) -> list[Entry]:
    """Return the files with timed efforts, and some of the others."""
    with_truth = {run.file for run in timed if run.efforts}
    return [e for k, e in enumerate(entries) if file_of(e.source) in with_truth or k % _OTHERS == 0]


def _cells(digests: Sequence[RunDigest], timed: Sequence[TimedRun]) -> list[str]:
    result = season(digests, laps=False)
    score = scored(counted(result), timed)
    runs = max(1, len(result.runs))
    strides = sum(run.assessable.strides for run in result.runs) / runs
    hills = sum(run.assessable.hill_sprints for run in result.runs) / runs
    found = (f"{score.f1:.3f}", f"{score.missed}/{score.true}", f"{score.false_per_10h:.2f}")
    return [*found, f"{strides:.0%}", f"{hills:.0%}"]
