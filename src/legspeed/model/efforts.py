"""Efforts of a run, judged against the runner's own yardstick."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from legspeed.model.digest import Assessability
from legspeed.model.packed import Value
from legspeed.model.problems import Problem

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
REFUSALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "too-slow": "below the speed that counts for its length: reps at 5 km pace, a tempo, starts at traffic lights",
        "too-short": "under 5 s, or once and under 8 s below near-maximal speed, as for a bus",
        "flat-cadence": "the speed rose and the steps did not: a jump of the position",
        "position-jump": "the position jumped: the speed that the watch recorded did not rise",
        "vehicle": "a car, a bike or a lift: too fast for this runner, or without steps",
        "unsure": "what speaks for it and against it leaves too little confidence",
    }
)
TIERS: Final[tuple[str, ...]] = ("turnover", "near_max", "max")


@dataclass(frozen=True, slots=True)
class Yardstick(Value):
    """The runner's own 5 km speed and maximal speed on a date, each with where it came from."""

    five_k_speed_mps: float
    five_k_source: str
    max_speed_mps: float
    max_speed_source: str
    as_of: dt.date | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Effort(Value):
    """One near-maximal effort. Its fields are the JSON contract's, in seconds since the run's first record."""

    start_s: float
    end_s: float
    kind: str
    tier: str | None
    counts: bool
    confidence: float
    distance_m: float | None
    mean_speed_mps: float | None
    mean_speed_se_mps: float | None
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
class Refusal(Value):
    """A candidate that is no effort: seconds since the run's first record, one of `REFUSALS`, and its evidence."""

    start_s: float
    end_s: float
    reason: str
    evidence: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.reason not in REFUSALS:
            raise ValueError(f"unknown reason {self.reason!r}")


@dataclass(frozen=True, slots=True)
class EffortSet(Value):
    """Efforts that belong together, in a coach's words."""

    text: str
    kind: str
    count: int
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the season with its efforts, refusals and sets: tuples of them, or what reads like one.

    ``best_speeds`` as in its digest; ``name`` and ``type`` are what an export's list calls it, where there is one.
    ``five_k_speed_mps`` and ``max_speed_mps`` are the runner's yardstick of its day, None where that is not known.
    """

    source: str
    start: dt.datetime
    local_date: dt.date
    sport: str
    device: str
    elapsed_s: float
    moving_s: float
    distance_m: float | None
    assessable: Assessability
    efforts: Sequence[Effort]
    refused: Sequence[Refusal]
    sets: Sequence[EffortSet]
    problems: tuple[Problem, ...]
    best_speeds: Mapping[int, float] = field(default_factory=dict)
    name: str | None = None
    type: str | None = None
    five_k_speed_mps: float | None = None
    max_speed_mps: float | None = None
