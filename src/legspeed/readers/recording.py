"""What a reader hands to `normalize`: columns as the file has them, in SI units, nothing cleaned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from legspeed.model import F8, Problem, StrengthSet, WorkoutStep

#: Columns a reader may deliver: the channels of the model, but for time and cadence, which `normalize` decides.
#: ``cadence_per_min`` is the cadence as written (with its fraction), of one leg or of both: `normalize` decides.
CADENCE = "cadence_per_min"


class RawLap(NamedTuple):
    """A lap as written; times in seconds since 1970-01-01T00:00Z, NaN where unknown."""

    start_unix_s: float
    end_unix_s: float
    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    trigger: str | None = None
    intensity: str | None = None
    workout_step: int | None = None


class TimerEvent(NamedTuple):
    """The timer was started or stopped; ``auto`` where the watch did it by itself."""

    unix_s: float
    running: bool
    auto: bool = False


class StandIn(NamedTuple):
    """A developer field that says it measures a channel: SI value = value · factor.

    ``channel`` is a name in ``Recording.columns``, ``field`` one in ``Recording.developer``. ``native`` tells whether
    it names the native field whose place it takes, ``unit_known`` whether its unit is one of the channel's; ``counts``
    is what the unit of a cadence counts: ``leg``, ``both`` or ``unknown``.
    """

    channel: str
    field: str
    factor: float
    native: bool
    unit_known: bool
    counts: str = "unknown"


@dataclass(frozen=True, slots=True)
class Leg:
    """A session of the file: sport and its span; a multisport file has several."""

    start_unix_s: float
    end_unix_s: float
    sport: str
    sub_sport: str


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording as a reader found it.

    ``unix_s`` has one entry per record, in file order, seconds since 1970-01-01T00:00Z, NaN where the record has no
    time. ``columns`` maps channel names (and :data:`CADENCE`) to float64 of the same length, SI units, sentinels
    already NaN, absent where the file never declares the field. ``segment_starts`` are record indices at which a new
    track segment begins. ``zone_known`` is False where times had no zone and were taken as UTC. ``cadence_unit`` is
    the format's own meaning: ``leg``, ``both`` or ``unknown``. ``legs`` splits a multisport file; empty means one.
    ``developer`` holds the fields of pods and apps as they are, in ``developer_units``; ``stand_ins`` says which of
    them measure a channel.
    """

    format: str
    unix_s: F8
    columns: Mapping[str, F8]
    developer: Mapping[str, F8] = field(default_factory=dict)
    developer_units: Mapping[str, str] = field(default_factory=dict)
    stand_ins: tuple[StandIn, ...] = ()
    segment_starts: tuple[int, ...] = ()
    laps: tuple[RawLap, ...] = ()
    timer: tuple[TimerEvent, ...] = ()
    legs: tuple[Leg, ...] = ()
    sport: str = "unknown"
    sub_sport: str = "generic"
    device: str = ""
    utc_offset_s: int | None = None
    zone_known: bool = True
    cadence_unit: str = "unknown"
    workout_steps: tuple[WorkoutStep, ...] = ()
    strength_sets: tuple[StrengthSet, ...] = ()
    problems: tuple[Problem, ...] = ()
