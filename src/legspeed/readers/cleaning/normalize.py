"""The one place that cleans: recordings of any format become activities.

Nothing is bridged, interpolated or invented here: values are kept, left out (NaN), merged with others of the same
instant, or, for cadence, doubled. Each step that changed anything says so in a :class:`~legspeed.model.Problem`.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.errors import LimitError, NotActivityError, NoTimeError
from legspeed.model import CHANNELS, F8, Activity, Problem, StrengthSet
from legspeed.model.figures import has_value
from legspeed.readers.cleaning.cadence import steps_per_minute
from legspeed.readers.cleaning.laps import laps_within, place_laps
from legspeed.readers.cleaning.legs import Part, divide, legs_of
from legspeed.readers.cleaning.pauses import find_pauses
from legspeed.readers.cleaning.positions import drop_jumps
from legspeed.readers.cleaning.sports import ON_FOOT, names_another_sport, sport_of, unknown_word
from legspeed.readers.cleaning.stand_ins import with_stand_ins
from legspeed.readers.cleaning.time import Rows, instants, merge_instants, runs_forward, stretches, taken
from legspeed.readers.cleaning.ways import as_meant
from legspeed.readers.recording import CADENCE, Recording
from legspeed.settings import Settings

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CALENDAR: Final = (-62_135_596_800.0, 253_402_300_799.0)  # years 1 to 9999, what a datetime holds
_FIRST_DATE: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_FIRST_FIT_DATE: Final = dt.datetime(2008, 1, 1, tzinfo=dt.UTC)  # the first devices that wrote FIT are of that year
_FIT_EPOCH: Final = dt.datetime(1989, 12, 31, tzinfo=dt.UTC)
_FIRST_SET_CLOCK: Final = _FIT_EPOCH + dt.timedelta(seconds=2**28)  # by the profile, smaller times are of no calendar
_ROLL_OVER: Final = dt.timedelta(days=7168)  # GPS counts 1024 weeks
_LARGEST_OFFSET_S: Final = 14 * 3600  # Kiribati; the western end is -12 h
_SETS_LEAD: Final = dt.timedelta(seconds=5)  # a set may begin this much before the first record of its leg
_LONGEST_TEXT: Final = 80
_RANGES: Final = {c.name: (c.low, c.high) for c in CHANNELS}
_DEFAULT: Final = Settings()


def normalize(
    recording: Recording,
    *,
    source: str,
    digest: str,
    settings: Settings = _DEFAULT,
    now: dt.datetime | None = None,
) -> tuple[Activity, ...]:
    """Clean a recording.

    Parameters
    ----------
    recording : Recording
        As a reader found it; it is not changed. Channels it does not have are taken from developer fields.
    source : str
        The file's name, as the user knows it.
    digest : str
        The file's hash.
    settings : Settings
        Thresholds of ``cleaning`` and ``limits``.
    now : datetime, optional
        With zone; dates more than a day later are implausible. By default the clock's.

    Returns
    -------
    tuple of Activity
        One; several for a multisport file (one per leg), for tracks further apart than ``cleaning.track_gap_s``, and
        where the clock jumps. Problems of the whole file are the first one's. A column that the file does not have, or
        in which no value is left, is ``None``. An activity has no records at all (n = 0) where the file only sums up
        what was done, such as the sets of a strength session.

    Raises
    ------
    NoTimeError
        Records, but not one with a time.
    NotActivityError
        Neither a record nor anything that says when something was done.
    LimitError
        More activities than ``limits.activities``.
    """
    now = dt.datetime.now(dt.UTC) if now is None else now
    unix_s = recording.unix_s
    problems = list(recording.problems)
    if recording.stand_ins:
        recording, problem = with_stand_ins(recording, settings.cleaning)
        problems += [] if problem is None else [problem]
    timed: Rows | None = None
    if len(unix_s) and not _within(unix_s, *_CALENDAR):
        timed = np.flatnonzero((unix_s >= _CALENDAR[0]) & (unix_s <= _CALENDAR[1]))
        lost = len(unix_s) - len(timed)
        what = "1 record without a time was" if lost == 1 else f"{lost} records without a time were"
        problems.append(Problem("no-time", f"{what} left out", lost))
        unix_s = unix_s[timed]
    if not len(unix_s):
        if len(recording.unix_s):
            count = len(recording.unix_s)
            raise NoTimeError(f"{count} records without a single time: nothing can be timed; export the activity again")
        part = Part(None, recording.legs[0] if recording.legs else None)
        return (_Build(recording, part, settings, problems, now).summary(source, digest),)
    if not recording.zone_known:
        problems.append(Problem("no-zone", "the times have no zone; they were taken as UTC"))
    pieces, found = stretches(unix_s, settings.cleaning, settings.limits)
    if found and found[0].code == "time-backwards":
        from legspeed.readers.cleaning.order import in_order  # hardly a file asks for it

        ordered = in_order(recording, timed, pieces, settings.cleaning, settings.limits)
        if ordered is not None:
            recording, pieces, problem = ordered
            timed, found = None, [problem]
    problems += found
    parts: list[Part] = []
    legs, found = legs_of(recording, settings.cleaning)
    problems += found
    for rows in pieces:
        parts += divide(rows if timed is None else timed if rows is None else timed[rows], recording, legs)
    if len(parts) > settings.limits.activities:
        raise LimitError(
            f"{len(parts)} activities in one file, more than the {settings.limits.activities:.0f} allowed: "
            "raise limits.activities if that is meant"
        )
    several = len(parts) > 1
    builds = (
        _Build(recording, part, settings, [] if at else problems, now, several=several, first=not at)
        for at, part in enumerate(parts)
    )
    return tuple(build.activity(source, digest) for build in builds)


def _within(unix_s: F8, low: float, high: float) -> bool:
    """Tell whether all times lie between two; one that is missing (NaN) does not."""
    if runs_forward(unix_s):
        return bool(low <= unix_s[0] and unix_s[-1] <= high)
    return bool(unix_s.min() >= low and unix_s.max() <= high)


class _Build:
    """The making of one activity; its steps share the problems they find."""

    def __init__(
        self,
        recording: Recording,
        part: Part,
        settings: Settings,
        problems: list[Problem],
        now: dt.datetime,
        *,
        several: bool = False,
        first: bool = True,
    ) -> None:
        self.recording, self.part, self.several, self.first = recording, part, several, first
        self.cleaning, self.problems, self.now = settings.cleaning, list(problems), now
        leg = part.leg
        word, sub_word = (leg.sport, leg.sub_sport) if leg is not None else (recording.sport, recording.sub_sport)
        self.sport, self.sub_sport = sport_of(word or recording.sport, sub_word)
        self.on_foot = self.sport in ON_FOOT
        self.problems += unknown_word(self.sport)

    def activity(self, source: str, digest: str) -> Activity:
        """Return the cleaned activity."""
        recording = self.recording
        unix_s, time_s, columns, developer, segments = self._records()
        start_unix_s, end_unix_s = float(unix_s[0]), float(unix_s[-1])
        typed = recording.format == "fit"
        columns, found = as_meant(time_s, columns, self.cleaning, typed=typed, later=not self.first)
        self.problems += found
        columns = self._in_range(columns)
        if "latitude_deg" in columns and "longitude_deg" in columns:
            self._positions(time_s, columns)
        per_leg = self._cadence(time_s, columns)
        start = _moment(start_unix_s)
        self._date(start)
        timer, laps = recording.timer, recording.laps
        if self.several:
            timer = tuple(e for e in timer if start_unix_s <= e.unix_s <= end_unix_s)
            laps = laps_within(laps, start_unix_s, end_unix_s)
        placed, found = place_laps(laps, start_unix_s, end_unix_s, self.cleaning)
        self.problems += found
        return Activity(
            start=start,
            utc_offset_s=self._offset(),
            sport=self.sport,
            sub_sport=self.sub_sport,
            device=_plain_text(recording.device),
            source=source,
            digest=digest,
            format=recording.format,
            time_s=time_s,
            **{name: column for name, column in columns.items() if name in _RANGES},
            developer=developer,
            developer_units={name: unit for name, unit in recording.developer_units.items() if name in developer},
            laps=placed,
            pauses=find_pauses(unix_s, timer, segments, self.cleaning),
            workout_steps=recording.workout_steps,
            strength_sets=self._sets(start, float(time_s[-1])),
            problems=tuple(self.problems),
            cadence_per_leg=per_leg,
        )

    def summary(self, source: str, digest: str) -> Activity:
        """Return an activity without records, such as one of strength sets alone; an error if nothing says when."""
        recording = self.recording
        times = [
            *(leg.start_unix_s for leg in recording.legs),
            *(lap.start_unix_s for lap in recording.laps),
            *((s.start - _EPOCH).total_seconds() for s in recording.strength_sets if s.start is not None),
        ]
        known = [t for t in times if _CALENDAR[0] <= t <= _CALENDAR[1]]
        if not known:
            raise NotActivityError("nothing in it was recorded; export the activity again")
        start = _moment(min(known))
        self._date(start)
        return Activity(
            start=start,
            utc_offset_s=self._offset(),
            sport=self.sport,
            sub_sport=self.sub_sport,
            device=_plain_text(recording.device),
            source=source,
            digest=digest,
            format=recording.format,
            time_s=np.empty(0),
            workout_steps=recording.workout_steps,
            strength_sets=recording.strength_sets,
            problems=tuple(self.problems),
        )

    def _records(self) -> tuple[F8, F8, Mapping[str, F8], dict[str, F8], list[int]]:
        """Return times, seconds since the first, columns, developer columns and the rows where segments begin."""
        recording, rows = self.recording, self.part.rows
        unix_s, columns, extra = recording.unix_s, recording.columns, recording.developer
        segments = list(recording.segment_starts)
        if rows is not None:
            unix_s, columns, extra = unix_s[rows], taken(columns, rows), taken(extra, rows)
            segments = np.searchsorted(rows, segments).tolist()
        time_s = _since(unix_s)
        starts = instants(time_s)
        if starts is not None:
            columns, extra = merge_instants(columns, starts), merge_instants(extra, starts)
            merged = len(unix_s) - len(starts)
            unix_s, time_s = unix_s[starts], time_s[starts]
            segments = (np.searchsorted(starts, segments, side="right") - 1).tolist()
            message = f"{merged} records shared their second with another and were merged into it"
            self.problems.append(Problem("time-duplicate", message, merged))
        extra = {name: column.copy() for name, column in extra.items() if has_value(column)}
        for column in extra.values():
            column.setflags(write=False)
        return unix_s, time_s, columns, extra, segments

    def _in_range(self, columns: Mapping[str, F8]) -> dict[str, F8]:
        """Return copies without values that the channel cannot measure, and without columns that have no value."""
        names = tuple(columns)
        if not names:
            return {}
        # all channels in one table: numpy's cost is one of calls, not of numbers
        table = np.array([columns[name] for name in names], dtype=np.float64)
        low, high = _limits(names, self.cleaning.foot_speed_max_mps if self.on_foot else None)
        good = table >= low
        good &= table <= high
        count = np.count_nonzero(good)
        if count < table.size - np.count_nonzero(np.isnan(table)):
            self._leave_out(names, table, good)
        table.setflags(write=False)
        if count == table.size:
            return dict(zip(names, table, strict=True))
        known = np.logical_or.reduce(good, axis=1)
        return {names[row]: table[row] for row in known.nonzero()[0].tolist()}

    def _leave_out(self, names: tuple[str, ...], table: F8, good: npt.NDArray[np.bool_]) -> None:
        """Take values that are not good out of the table; say how many."""
        bad = ~(good | np.isnan(table))
        counts = bad.sum(axis=1).tolist()
        if "heart_rate_bpm" in names:  # 0 is what watches write while there is none to measure
            row = names.index("heart_rate_bpm")
            counts[row] -= int(np.count_nonzero(table[row] == 0))
        table[bad] = np.nan
        if any(counts):
            what = ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True) if count)
            message = f"values outside what can be measured were left out: {what}"
            self.problems.append(Problem("value-range", message, sum(counts)))

    def _positions(self, time_s: F8, columns: dict[str, F8]) -> None:
        """Leave out impossible positions; half a position is none."""
        latitude, longitude, problem = drop_jumps(
            time_s, columns["latitude_deg"], columns["longitude_deg"], self.cleaning, on_foot=self.on_foot
        )
        if problem is None:
            return
        self.problems.append(problem)
        columns["latitude_deg"], columns["longitude_deg"] = latitude, longitude
        if not has_value(latitude):
            del columns["latitude_deg"], columns["longitude_deg"]

    def _cadence(self, time_s: F8, columns: dict[str, F8]) -> bool | None:
        """Put the cadence into steps per minute; return whether one leg was counted."""
        if CADENCE not in columns:
            return None
        written = columns.pop(CADENCE)
        if not self.on_foot and names_another_sport(self.sport):
            columns["cadence_spm"] = written  # of cranks or strokes: there are no steps to decide on
            return None
        unit = self.recording.cadence_unit
        steps, per_leg, problem = steps_per_minute(written, time_s, columns, unit, self.sport, self.cleaning)
        if problem is not None:
            self.problems.append(problem)
        if steps is not None:
            high = _RANGES["cadence_spm"][1]
            bad = steps > high
            if np.count_nonzero(bad):
                steps = np.where(bad, np.nan, steps)
                message = "values outside what can be measured were left out: cadence_spm"
                self.problems.append(Problem("value-range", message, int(np.count_nonzero(bad))))
            if has_value(steps):
                columns["cadence_spm"] = steps
        return per_leg

    def _date(self, start: dt.datetime) -> None:
        """Flag a date that cannot be right; it is never changed."""
        earliest = _FIRST_FIT_DATE if self.recording.format == "fit" else _FIRST_DATE
        if earliest <= start <= self.now + dt.timedelta(days=1):
            return
        message = f"the date {start:%Y-%m-%d} cannot be right; it was left as it is"
        if self.recording.format == "fit" and _FIT_EPOCH <= start < _FIRST_SET_CLOCK:
            message += " (by the profile it counts from when the watch was switched on: its clock was not set)"
        elif start.year < 9000 and earliest <= start + _ROLL_OVER <= self.now + dt.timedelta(days=1):
            message += (
                f" (7168 days later, {start + _ROLL_OVER:%Y-%m-%d}, would be: the GPS week counter of old receivers "
                "starts again after 1024 weeks)"
            )
        self.problems.append(Problem("date-implausible", message))

    def _offset(self) -> int | None:
        """Return the local time's offset, if it can be one."""
        offset_s = self.recording.utc_offset_s
        if offset_s is None or -_LARGEST_OFFSET_S <= offset_s <= _LARGEST_OFFSET_S:
            return offset_s
        message = f"the local time is {offset_s / 3600:.1f} h from UTC, which no place is; it was left out"
        self.problems.append(Problem("no-local-time", message))
        return None

    def _sets(self, start: dt.datetime, elapsed_s: float) -> tuple[StrengthSet, ...]:
        """Return the strength sets of this part; those without a time are the first part's."""
        sets = self.recording.strength_sets
        if not self.several or not sets:
            return sets
        begin, end = start - _SETS_LEAD, start + dt.timedelta(seconds=elapsed_s)
        return tuple(s for s in sets if (self.first if s.start is None else begin <= s.start <= end))


@functools.lru_cache(maxsize=64)  # the files of a season have few sets of columns
def _limits(names: tuple[str, ...], foot_speed_max_mps: float | None) -> tuple[F8, F8]:
    """Return lowest and highest value of columns, of shape (k, 1) each."""
    ranges = {**_RANGES, CADENCE: (0.0, _RANGES["cadence_spm"][1])}
    if foot_speed_max_mps is not None:
        ranges["speed_mps"] = (ranges["speed_mps"][0], foot_speed_max_mps)
    low, high = np.array([ranges.get(name, (-np.inf, np.inf)) for name in names]).T.reshape(2, -1, 1)
    return low, high


def _since(unix_s: F8) -> F8:
    """Return seconds since the first record, to the microsecond: what a float of seconds since 1970 still holds."""
    since: F8 = unix_s - unix_s[0]
    if np.count_nonzero(since != np.floor(since)):
        return np.round(since, 6)
    return since


def _moment(unix_s: float) -> dt.datetime:
    """Return a time to the microsecond."""
    if unix_s.is_integer():
        return _EPOCH + dt.timedelta(seconds=unix_s)
    return _EPOCH + dt.timedelta(microseconds=round(unix_s * 1e6))


@functools.lru_cache(maxsize=64)  # a runner has few devices
def _plain_text(text: str) -> str:
    """Return printable text of bounded length: names come from files and go to terminals."""
    kept = text[: 4 * _LONGEST_TEXT]
    if not kept.isprintable():
        kept = "".join(character if character.isprintable() else " " for character in kept)
    return " ".join(kept.split())[:_LONGEST_TEXT].rstrip()
