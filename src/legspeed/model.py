"""The values that flow through legspeed: channels, activities, digests, efforts, seasons.

All are frozen; nothing is changed in place. Units are in the names. ``None`` means *the file has no such thing*,
``NaN`` inside a column means *this sample is missing*; 0 always means zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]


# ---------------------------------------------------------------------------------------------------- channels


@dataclass(frozen=True, slots=True)
class Channel:
    """One column of an :class:`Activity`: its name, unit and the range outside which a value is no measurement."""

    name: str
    unit: str
    low: float
    high: float
    doc: str


CHANNELS: Final[tuple[Channel, ...]] = (
    Channel("time_s", "s", 0.0, 10_000_000.0, "seconds since the activity's first record, strictly increasing"),
    Channel("latitude_deg", "°", -90.0, 90.0, "WGS 84 latitude"),
    Channel("longitude_deg", "°", -180.0, 180.0, "WGS 84 longitude"),
    Channel("altitude_m", "m", -500.0, 9000.0, "altitude, from barometer or GPS (the data tell which)"),
    Channel("distance_m", "m", 0.0, 1_000_000.0, "distance since the start, as the watch counted it"),
    Channel("speed_mps", "m/s", 0.0, 100.0, "speed as the watch wrote it: smoothed and late on many watches"),
    Channel("cadence_spm", "steps/min", 0.0, 300.0, "steps of both feet per minute"),
    Channel("heart_rate_bpm", "beats/min", 20.0, 250.0, "heart rate"),
    Channel("power_w", "W", 0.0, 3000.0, "running power"),
    Channel("step_length_m", "m", 0.0, 5.0, "length of one step"),
    Channel("stance_time_s", "s", 0.0, 2.0, "ground contact time (GCT)"),
    Channel("vertical_oscillation_m", "m", 0.0, 1.0, "vertical oscillation"),
    Channel("temperature_c", "°C", -60.0, 80.0, "temperature at the watch"),
)

CHANNEL_NAMES: Final[tuple[str, ...]] = tuple(c.name for c in CHANNELS)


# ---------------------------------------------------------------------------------------------------- problems

PROBLEM_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "truncated": "the file ends in the middle of a message; everything before the cut was kept",
        "crc": "a check sum does not match; the content was read all the same",
        "size": "the header states a wrong size; the file was read to its real end",
        "trailing-data": "bytes after the end of the recording were left out",
        "resync": "damaged bytes in the middle were skipped and reading went on behind them",
        "undefined-local": "data without a definition; what could not be read was left out",
        "bad-field": "a field is declared with a size or type that cannot be right; only that field was left out",
        "no-description": "a developer field is used without being described; only that field was left out",
        "byte-order": "an impossible byte-order mark; the order was chosen by what makes sense",
        "encoding": "the text is in another encoding than stated, or holds forbidden characters",
        "number-format": "numbers are written in another way than the format says (a decimal comma); they were read",
        "time-backwards": "records step back in time and were left out or cut apart",
        "time-duplicate": "several records of one second were merged into one",
        "date-implausible": "the date cannot be right (before 2000 or in the future); it was left as it is",
        "no-time": "points without a time were left out",
        "no-zone": "times without a zone were taken as UTC",
        "no-local-time": "the file does not say the local time; the date is the UTC date",
        "cadence-unit": "the cadence's unit is not the format's own, or cannot be told; see the message",
        "position-jump": "positions that no runner can have reached were left out",
        "value-range": "values outside what the channel can measure were left out",
        "several-activities": "the file holds more than one activity",
        "not-activity": "the file holds no activity (monitoring, settings, a course …)",
        "not-run": "the activity is not a run",
        "encrypted": "the archive's entry is protected by a password",
        "limit": "larger, deeper or denser than the limits allow",
        "unreadable": "the content is of no known format, or nothing of it could be read",
        "missing": "no such file or folder",
        "no-laps": "lap times cannot be right and were left out",
        "internal": "a fault of legspeed itself: please report it",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was repaired or left out: a stable code, what happened, how often."""

    code: str
    message: str
    count: int = 1

    def __post_init__(self) -> None:
        if self.code not in PROBLEM_CODES:
            raise ValueError(f"unknown problem code {self.code!r}")


# ---------------------------------------------------------------------------------------------------- activity


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
    """One step of a structured workout as the file states it; unknown parts are ``None``."""

    index: int
    name: str | None
    intensity: str | None
    duration_type: str | None
    duration_s: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class StrengthSet:
    """One set of a strength session: when it began (UTC), seconds, exercise category, repetitions."""

    start: dt.datetime | None
    duration_s: float | None
    category: str | None
    repetitions: int | None


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
        n = self.time_s.shape
        for name in CHANNEL_NAMES:
            column = getattr(self, name)
            if column is None:
                continue
            if column.shape != n or column.dtype != np.float64:
                raise ValueError(f"{name}: float64 of shape {n} wanted, got {column.dtype} of shape {column.shape}")
            column.setflags(write=False)
        if n[0] > 1 and not bool(np.all(np.diff(self.time_s) > 0)):
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
            elif mine is not theirs and mine != theirs:
                return False
        return True


# ---------------------------------------------------------------------------------------------------- the map's result


@dataclass(frozen=True, slots=True)
class Assessability:
    """Whether a run could have shown strides, and hill sprints; if not, why."""

    strides: bool
    hill_sprints: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class StreamLag:
    """How many seconds one stream of a watch is behind its reference stream, with its standard error.

    ``stream`` and ``behind`` name channels (``position`` stands for both coordinates); ``correlation`` is the one at
    the best lag. ``se_s`` is ``None`` where the file could not tell and the stated prior was used.
    """

    stream: str
    behind: str
    lag_s: float
    se_s: float | None
    correlation: float | None


@dataclass(frozen=True, slots=True)
class Burst:
    """One candidate: a rise of speed with its edges at half the rise and everything that speaks for or against it.

    No threshold of the athlete has touched it yet. Speeds in m/s, times in seconds since the run's first record. It
    stands alone above any bar from ``bar_low_mps`` to ``bar_high_mps``; candidates of other bars may overlap it.
    ``open_start``, ``open_end``: the timer was started or stopped before half the rise was seen, so that edge is the
    timer's. ``*_support`` is the share of the rise that a stream shows by itself, None where it cannot tell.
    ``low_speed_mps`` is the lower quartile between the edges, ``plateau_speed_mps`` the 70 % quantile above the bar;
    ``answer_cadence_spm`` the highest cadence in and shortly after the burst;
    ``before_mps`` the mean speed over the minutes that run into it without a break.
    """

    start_s: float
    end_s: float
    open_start: bool
    open_end: bool
    bar_low_mps: float
    bar_high_mps: float
    distance_m: float
    mean_speed_mps: float
    peak_speed_mps: float
    plateau_speed_mps: float
    low_speed_mps: float
    base_speed_mps: float
    after_speed_mps: float
    before_mps: float | None
    grade: float | None
    grade_se: float | None
    cadence_spm: float | None
    answer_cadence_spm: float | None
    recorded_support: float | None
    distance_support: float | None
    position_support: float | None
    way_before_m: float
    settling: bool
    carried: bool = False
    lap_start_s: float | None = None
    lap_end_s: float | None = None

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class RunDigest:
    """What the map keeps of one run: totals, what was assessable, best speeds, every candidate burst.

    ``best_speeds`` maps a duration in seconds to the best mean speed over it without a break; ``easy_speed_mps`` and
    ``easy_cadence_spm`` are medians while running; ``carried_s`` are seconds in a
    vehicle; ``basis`` names the streams behind the speed, ``independent`` tells
    whether distance and position are two witnesses. ``timer_delays_s`` tell how long after each start of the timer the
    recorded movement began: over a season they show the delay that all streams of a watch share.
    """

    source: str
    digest: str
    start: dt.datetime
    utc_offset_s: int | None
    sport: str
    sub_sport: str
    device: str
    format: str
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    interval_s: float
    assessable: Assessability
    basis: tuple[str, ...]
    independent: bool
    best_speeds: Mapping[int, float]
    carried_s: float
    easy_speed_mps: float | None
    easy_cadence_spm: float | None
    altitude_noise_m: float | None
    bursts: tuple[Burst, ...]
    lags: tuple[StreamLag, ...]
    timer_delays_s: tuple[float, ...]
    strength_sets: tuple[StrengthSet, ...]
    problems: tuple[Problem, ...]


# ---------------------------------------------------------------------------------------------------- efforts

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stride": "5-30 s of fast, relaxed running; also power 150s",
        "hill_sprint": "at most 20 s on a slope of 4 % or more",
        "sprint": "at most 12 s with a peak of 90 % of maximal speed or more",
        "fast_rep": "30-60 s, or 25 s and more in a set of such: 200s, 300s",
        "finish_kick": "the fast end of a continuous hard run of at least 5 min",
        "interval": "over 60 s faster than 5 km pace: not counted",
        "downhill": "helped by the slope: not counted",
    }
)
COUNTING_KINDS: Final[frozenset[str]] = frozenset({"stride", "hill_sprint", "sprint", "fast_rep", "finish_kick"})
TIERS: Final[tuple[str, ...]] = ("turnover", "near_max", "max")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The runner's own 5 km speed and maximal speed on a date, each with where it came from."""

    five_k_speed_mps: float
    five_k_source: str
    max_speed_mps: float
    max_speed_source: str
    as_of: dt.date | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Effort:
    """One near-maximal effort. Its fields are the JSON contract's, in seconds since the run's first record."""

    start_s: float
    end_s: float
    kind: str
    tier: str | None
    counts: bool
    confidence: float
    distance_m: float | None
    mean_speed_mps: float | None
    peak_speed_mps: float | None
    flat_speed_mps: float | None
    grade: float | None
    grade_se: float | None
    cadence_spm: float | None
    step_length_m: float | None
    recovery_s: float | None
    evidence: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that is no effort, with the reason and its evidence."""

    start_s: float
    end_s: float
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffortSet:
    """Efforts that belong together, in a coach's words."""

    text: str
    kind: str
    count: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the season with its efforts."""

    source: str
    start: dt.datetime
    local_date: dt.date
    sport: str
    device: str
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    assessable: Assessability
    efforts: tuple[Effort, ...]
    refused: tuple[Refusal, ...]
    sets: tuple[EffortSet, ...]
    problems: tuple[Problem, ...]


# ---------------------------------------------------------------------------------------------------- the season


@dataclass(frozen=True, slots=True)
class NotRun:
    """An input that is no run, and what it is instead."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A recording of a run that is counted under another source."""

    source: str
    of: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be read."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """What the map makes of one input: digests of its runs, or what it was instead."""

    source: str
    digests: tuple[RunDigest, ...] = ()
    not_runs: tuple[NotRun, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Efforts, their seconds and metres."""

    efforts: int = 0
    seconds: float = 0.0
    metres: float = 0.0

    def plus(self, effort: Effort) -> Tally:
        """Return the tally with one more effort."""
        return Tally(self.efforts + 1, self.seconds + effort.duration_s, self.metres + (effort.distance_m or 0.0))


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week, empty ones too."""

    week: str
    sessions: int
    total: Tally
    by_kind: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class ScoreDay:
    """Decayed exposure score and habit trace at the end of one day."""

    date: dt.date
    score: float
    habit: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much true speed was touched, and how recently, as of a date."""

    as_of: dt.date | None
    last_date: dt.date | None
    days_since: int | None
    days_since_by_kind: Mapping[str, int]
    bands: Mapping[str, Tally]
    best: Mapping[str, Any]
    weeks: tuple[Week, ...]
    score: tuple[ScoreDay, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a counted effort; see the design for how its ends are chosen."""

    start: dt.date
    end: dt.date
    days: int
    days_min: int
    level: str | None
    open: bool
    muted: bool
    cause: str
    runs: int
    assessable_runs: int
    distance_km: float


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the spirit of the coaching texts, with the efforts it rests on."""

    code: str
    text: str
    efforts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """All runs of one athlete and what they add up to."""

    settings_id: str
    name: str | None
    yardstick: Yardstick
    runs: tuple[Run, ...]
    not_runs: tuple[NotRun, ...]
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    exposure: Exposure
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]

    @property
    def exit_code(self) -> int:
        """0 all read; 1 some input failed and the rest is here; 3 nothing usable."""
        if not self.runs:
            return 3
        return 1 if self.failed else 0
