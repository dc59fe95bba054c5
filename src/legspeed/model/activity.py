"""One cleaned recording, and what stands in it beside the columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from legspeed.model.channels import CHANNEL_NAMES, F8
from legspeed.model.problems import Problem
from legspeed.model.strength import StrengthSet


@dataclass(frozen=True, slots=True)
class Lap:
    """A lap, in seconds since the activity's first record.

    ``trigger`` and ``intensity`` are the file's own words in lower case (``manual``, ``distance``; ``active``,
    ``rest``), ``workout_step`` the index of the structured workout's step, where the file says so.
    """

    start_s: float
    end_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    trigger: str | None = None
    intensity: str | None = None
    workout_step: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without recording that no effort may span.

    ``kind`` is ``timer`` (stopped by the runner), ``auto`` (by the watch), ``segment`` (a new track segment) or ``gap``
    (silence that nothing explains). ``start_s`` is the last moment before, ``end_s`` the first moment after.
    """

    start_s: float
    end_s: float
    kind: str


@dataclass(frozen=True, slots=True)
class WorkoutStep:
    """One step of a structured workout as the file states it; unknown parts are ``None``.

    A step that repeats others has the index of the first of them (``repeat_from``) and how many times they are done in
    all (``repetitions``), where a number of times ends the repeating.
    """

    index: int
    name: str | None
    intensity: str | None
    duration_type: str | None
    duration_s: float | None
    distance_m: float | None
    repeat_from: int | None = None
    repetitions: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One cleaned recording. Columns are float64 of equal length n, read-only; see :data:`CHANNELS` for units.

    ``None`` where the file has no such column, NaN where a sample is missing. ``time_s`` increases strictly from 0.
    ``start`` is the UTC time of the first record, ``utc_offset_s`` local minus UTC where the file tells it.
    ``developer`` holds channels of pods and apps by name, apart from the native ones; ``developer_units`` their units.
    ``cadence_per_leg`` tells whether the file counted one leg (and the column was doubled).
    """

    start: dt.datetime
    utc_offset_s: int | None
    sport: str
    sub_sport: str
    device: str
    source: str
    digest: str
    format: str
    time_s: F8
    latitude_deg: F8 | None = None
    longitude_deg: F8 | None = None
    altitude_m: F8 | None = None
    distance_m: F8 | None = None
    speed_mps: F8 | None = None
    cadence_spm: F8 | None = None
    heart_rate_bpm: F8 | None = None
    power_w: F8 | None = None
    step_length_m: F8 | None = None
    stance_time_s: F8 | None = None
    vertical_oscillation_m: F8 | None = None
    temperature_c: F8 | None = None
    developer: Mapping[str, F8] = field(default_factory=dict)
    developer_units: Mapping[str, str] = field(default_factory=dict)
    laps: tuple[Lap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    workout_steps: tuple[WorkoutStep, ...] = ()
    strength_sets: tuple[StrengthSet, ...] = ()
    problems: tuple[Problem, ...] = ()
    cadence_per_leg: bool | None = None

    def __post_init__(self) -> None:
        import numpy as np

        n = self.time_s.shape
        for name in CHANNEL_NAMES:
            column = getattr(self, name)
            if column is None:
                continue
            if column.shape != n or column.dtype != np.float64:
                raise ValueError(f"{name}: float64 of shape {n} wanted, got {column.dtype} of shape {column.shape}")
            if column.flags.writeable:
                column.setflags(write=False)
        if np.count_nonzero(self.time_s[1:] > self.time_s[:-1]) < n[0] - 1:
            raise ValueError("time_s must increase strictly")

    @property
    def n(self) -> int:
        """Number of records."""
        return int(self.time_s.shape[0])

    @property
    def elapsed_s(self) -> float:
        """Seconds from the first to the last record."""
        return float(self.time_s[-1]) if self.n else 0.0

    def same_as(self, other: Activity) -> bool:
        """Tell whether both hold the same values, column by column (NaN equals NaN)."""
        import numpy as np

        for name in self.__slots__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray):
                if not np.array_equal(mine, theirs, equal_nan=True):
                    return False
            elif name == "developer":
                if mine.keys() != theirs.keys():
                    return False
                if not all(np.array_equal(mine[k], theirs[k], equal_nan=True) for k in mine):
                    return False
            elif isinstance(mine, np.ndarray) or isinstance(theirs, np.ndarray):
                return False  # one has the column, one has not
            elif mine is not theirs and mine != theirs:
                return False
        return True
