"""All runs of one athlete and what they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from legspeed.model.delays import WatchDelay
from legspeed.model.digest import RunDigest
from legspeed.model.efforts import Effort, Run, Yardstick
from legspeed.model.packed import Value
from legspeed.model.strength import Jumps, PlyometricSession, StrengthSession


@dataclass(frozen=True, slots=True)
class NotRun(Value):
    """An input that is no run, and what it is instead."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate(Value):
    """A recording of a run that is counted under another source."""

    source: str
    of: str


@dataclass(frozen=True, slots=True)
class Failure(Value):
    """An input that could not be read."""

    source: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """What the map makes of one input: a digest per run in it, or what it was instead of a run.

    ``strength`` holds the jumps of strength sessions, which are no runs.
    """

    source: str
    digests: tuple[RunDigest, ...] = ()
    not_runs: tuple[NotRun, ...] = ()
    failures: tuple[Failure, ...] = ()
    strength: tuple[StrengthSession, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally(Value):
    """Efforts, their seconds and metres."""

    efforts: int = 0
    seconds: float = 0.0
    metres: float = 0.0

    def plus(self, effort: Effort) -> Tally:
        """Return the tally with one more effort."""
        return Tally(self.efforts + 1, self.seconds + effort.duration_s, self.metres + (effort.distance_m or 0.0))

    def __add__(self, other: Tally) -> Tally:
        """Return both as one."""
        return Tally(self.efforts + other.efforts, self.seconds + other.seconds, self.metres + other.metres)


@dataclass(frozen=True, slots=True)
class Period(Value):
    """What a day, ISO week, month or training block holds; ``start`` and ``end`` belong to it.

    ``name`` is the date, ``2024-W07``, ``2024-02``, or the block's own name (None where it has none). ``runs`` and
    ``distance_m`` are all running; a session is a day with a counted effort. ``by_tier`` and ``by_band`` hold what was
    recorded: sessions by hand have neither tier nor speed. ``cadence_spm`` and ``step_length_m`` are medians over the
    counted efforts, ``best_speeds`` the best mean speed in m/s over so many seconds. ``five_k_speed_mps`` is the
    runner's as of the period's last run.
    """

    name: str | None
    start: dt.date
    end: dt.date
    runs: int
    distance_m: float
    sessions: int
    total: Tally
    by_kind: Mapping[str, Tally]
    by_tier: Mapping[str, Tally]
    by_band: Mapping[str, Tally]
    plyometrics: Jumps
    cadence_spm: float | None
    step_length_m: float | None
    best_speeds: Mapping[int, float]
    five_k_speed_mps: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreDay(Value):
    """Decayed exposure score and habit trace at the end of one day."""

    date: dt.date
    score: float
    habit: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """How much true speed was touched, and how recently, as of a date.

    Every week, month and block is there, empty ones too; of the days only those with speed work or plyometrics.
    What is long reads like a tuple, and may be packed.
    """

    as_of: dt.date | None
    last_date: dt.date | None
    days_since: int | None
    days_since_by_kind: Mapping[str, int]
    bands: Mapping[str, Tally]
    best: Mapping[str, Any]
    weeks: Sequence[Period]
    score: Sequence[ScoreDay]
    days: Sequence[Period] = ()
    months: Sequence[Period] = ()
    blocks: Sequence[Period] = ()
    plyometrics: tuple[PlyometricSession, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a counted effort; :func:`legspeed.exposure.gaps.gaps` says where it begins and ends.

    ``days`` is ``end`` minus ``start``. ``days_min`` is the longest stretch that would be left if every run that could
    not show an effort had had one. ``days_unmuted`` is the longest part outside muted weeks, by which the ``level`` is
    told; if that part is too short for a level, the gap is ``muted`` and its level is that of ``days``.
    """

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
    days_unmuted: int


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in the spirit of the coaching texts, with the efforts it rests on."""

    code: str
    text: str
    efforts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """All runs of one athlete and what they add up to.

    ``among`` is the number of other runs that they were judged with and that are not in it. ``watches`` tell how late
    each device of these runs is, sorted by name.
    """

    settings_id: str
    name: str | None
    yardstick: Yardstick
    runs: Sequence[Run]
    not_runs: tuple[NotRun, ...]
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    exposure: Exposure
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]
    among: int = 0
    watches: tuple[WatchDelay, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all read; 1 some input failed and the rest is here; 3 nothing usable."""
        if not self.runs:
            return 3
        return 1 if self.failed else 0


@dataclass(frozen=True, slots=True)
class Member:
    """One athlete of a squad: his season, or why there is none."""

    source: str
    name: str
    season: Season | None
    error: str | None = None

    @property
    def open_gap(self) -> Gap | None:
        """The stretch without speed work that is still open, where it is long enough to be listed."""
        return next((gap for gap in self.season.gaps if gap.open), None) if self.season else None

    @property
    def overdue_d(self) -> int | None:
        """Days since the last speed work or, without any, since the first run; None without runs or ``as_of``."""
        if self.season is None or self.season.exposure.as_of is None:
            return None
        if self.season.exposure.days_since is not None:
            return self.season.exposure.days_since
        gap = self.open_gap
        return gap.days if gap else 0 if self.season.runs else None
