"""What the map keeps of one run: candidate bursts with their evidence, totals, what was assessable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from legspeed.model.packed import Value
from legspeed.model.problems import Problem
from legspeed.model.strength import StrengthSet


@dataclass(frozen=True, slots=True)
class Assessability(Value):
    """Whether a run could have shown strides, and hill sprints; if not, why."""

    strides: bool
    hill_sprints: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class StreamLag(Value):
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

    No threshold of the athlete has touched it yet. Speeds in m/s, times in seconds since the run's first record.

    Attributes
    ----------
    start_s, end_s, open_start, open_end
        Its edges; an open one is the timer's, which was started or stopped before half the rise was seen.
    bar_low_mps, bar_high_mps
        It stands alone above any bar from one to the other; candidates of other bars may overlap it.
    distance_m, mean_speed_mps, mean_speed_se_mps
        The way between the edges, and the mean speed with its standard error.
    peak_speed_mps, plateau_speed_mps
        The best 3 s, and the 70 % quantile above the bar.
    mid_speed_mps, low_speed_mps
        Median and lower quartile between the edges.
    base_speed_mps, after_speed_mps
        From what it rises, and to what it falls.
    before_mps
        What was held all the time over the minutes that run into it: their lowest means, see `Evidence.before_part`.
    grade, grade_se
        Rise over run, uphill positive, with its standard error.
    cadence_spm, answer_cadence_spm, base_cadence_spm
        The median in it, the highest in and shortly after it, and what was run with just before it (None from a walk or
        a stand).
    recorded_support, distance_support, position_support
        The share of the rise that a stream shows by itself, None where it cannot tell.
    way_before_m
        The metres up to it.
    settling
        Whether the positions may still be settling after the first start.
    stretch_start_s
        Where the pause before it ends.
    carried
        Whether the runner was in a vehicle.
    lap_start_s, lap_end_s
        The lap that times it, where one does.
    heart_gain_bpm
        What the heart rate rose by, None where it could not tell.
    saddle
        The deepest dip inside, as a share of the lower of the tops on its sides.
    """

    start_s: float
    end_s: float
    open_start: bool
    open_end: bool
    bar_low_mps: float
    bar_high_mps: float
    distance_m: float
    mean_speed_mps: float
    mean_speed_se_mps: float
    peak_speed_mps: float
    plateau_speed_mps: float
    mid_speed_mps: float
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
    stretch_start_s: float = 0.0
    carried: bool = False
    lap_start_s: float | None = None
    lap_end_s: float | None = None
    base_cadence_spm: float | None = None
    heart_gain_bpm: float | None = None
    saddle: float = 1.0

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class RunDigest:
    """What the map keeps of one run: totals, what was assessable, best speeds, every candidate burst.

    ``best_speeds`` maps a duration in seconds to the best mean speed over it without a break; ``easy_speed_mps``
    and ``easy_cadence_spm`` are medians while running; ``carried_s`` are seconds in a vehicle; ``basis`` names the
    streams behind the speed, ``speed_noise_mps`` is the jitter that smoothing took out of it, ``independent`` tells
    whether distance and position are two witnesses. ``interval_s`` are the usual seconds between records, or between
    new values of the best of these streams where they come more seldom.
    ``timer_delays_s`` tell how long after each start of the timer half of the movement's rise was recorded and
    ``timer_ramps_s`` how long each rise took from a quarter to three quarters, ``lap_starts_s`` and ``lap_ends_s`` how
    long after the key half the rise and fall of the reps were that laps time: over a season they show the delay that
    all streams of a watch share. ``records`` and ``channels`` tell how rich the recording is;
    ``minute_m`` are the metres of each whole UTC minute and ``minute_bpm`` its mean heart rate, by which the same
    run is known again in another file. ``name`` and ``type`` are not the file's but what an export's list calls it.
    ``rested_bests_s`` are the durations of the long bests in which recoveries lie, ``best_heart_bpm`` is the heart
    rate of the long bests near their end, ``heart_high_bpm`` the highest held for a minute: how hard a best was.
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
    bursts: Sequence[Burst]
    lags: tuple[StreamLag, ...]
    timer_delays_s: Sequence[float]
    strength_sets: tuple[StrengthSet, ...]
    problems: tuple[Problem, ...]
    records: int = 0
    channels: int = 0
    minute_m: Sequence[float] = ()
    minute_bpm: Sequence[float | None] = ()
    name: str | None = None
    type: str | None = None
    best_heart_bpm: Mapping[int, float] = field(default_factory=dict)
    heart_high_bpm: float | None = None
    timer_ramps_s: Sequence[float] = ()
    lap_starts_s: Sequence[float] = ()
    lap_ends_s: Sequence[float] = ()
    rested_bests_s: tuple[int, ...] = ()
    speed_noise_mps: float | None = None

    @property
    def first_minute_s(self) -> float:
        """When the first whole minute of the clock begins, s from the start: what `minute_m` and `minute_bpm` count."""
        return -self.start.timestamp() % 60.0

    @property
    def indoors(self) -> bool:
        """Whether the run's speed has no position behind it, or one of a place that does not exist."""
        return "position" not in self.basis or self.sub_sport == "virtual_activity"
