"""What a FIT file says about its records: laps, sessions, timer, workout, device, local time."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from legspeed.model import F8, Problem, WorkoutStep
from legspeed.readers.fit import profile
from legspeed.readers.fit.devices import GARMIN_FAMILY, device_text
from legspeed.readers.fit.profile import FIT_EPOCH_S, word
from legspeed.readers.fit.rows import read_rows
from legspeed.readers.fit.stream import ByNumber
from legspeed.readers.recording import Leg, RawLap, TimerEvent

_QUARTER_HOUR_S: Final = 900
_WEST_S, _EAST_S = -12 * 3600, 14 * 3600
_DEVICES_READ: Final = 16  # the recording device is among the first; the others are its sensors, again and again
_CREATOR: Final = 0
_MULTISPORT: Final = 18  # the sport of a session around others

# The fields that are read of each kind of message, by their numbers in the profile.
_FILE_ID: Final = (0, 1, 2, 8)
_DEVICE: Final = (0, 2, 4, 27)
_LAP: Final = (253, 2, 7, 8, 9, 23, 24, 71)
_EVENT: Final = (253, 0, 1, 3, 2)
_SESSION: Final = (253, 2, 7, 5, 6)
_ACTIVITY: Final = (253, 5)
_STEP: Final = (254, 0, 1, 2, 7, 4)
_SPORTS: Final = ((profile.SPORT, (0, 1)), (profile.LAP, (25, 39)), (profile.WORKOUT, (4, 11)))

#: The same by the number of the message.
READ: Final[dict[int, frozenset[int]]] = {
    profile.FILE_ID: frozenset(_FILE_ID),
    profile.DEVICE_INFO: frozenset(_DEVICE),
    profile.LAP: frozenset((*_LAP, 25, 39)),
    profile.EVENT: frozenset(_EVENT),
    profile.SESSION: frozenset(_SESSION),
    profile.ACTIVITY: frozenset(_ACTIVITY),
    profile.WORKOUT_STEP: frozenset(_STEP),
    profile.SPORT: frozenset((0, 1)),
    profile.WORKOUT: frozenset((4, 11)),
}

_BY_PLACE: Final = operator.itemgetter(0)
_BY_TIME: Final = operator.attrgetter("unix_s")

#: Position of a message to its FIT time from a compressed header, None where it has none.
Clock = Callable[[int], float | None]


class FileId(NamedTuple):
    """What the file says of itself; all parts may be missing."""

    kind: int | None
    manufacturer: int | None
    product: int | None
    product_name: str


def rows_of(
    data: bytes, found: ByNumber, number: int, fields: tuple[int, ...], texts: tuple[int, ...] = ()
) -> list[tuple[Any, ...]]:
    """Read fields of all messages of a kind in file order."""
    of_kind = found.get(number)
    if of_kind is None:
        return []
    if len(of_kind) == 1:
        return read_rows(data, of_kind[0], fields, texts=texts)
    return sorted([row for f in of_kind for row in read_rows(data, f, fields, texts=texts)], key=_BY_PLACE)


def _unix(fit_time: float | None) -> float:
    return float("nan") if fit_time is None else float(fit_time) + FIT_EPOCH_S


def _scaled(raw: float | None, scale: float) -> float | None:
    return None if raw is None else raw / scale


def file_id(data: bytes, found: ByNumber) -> FileId:
    """Return the first file_id; a second one in the same part is no file's own."""
    for _pos, kind, maker, product, name in rows_of(data, found, profile.FILE_ID, _FILE_ID, (8,)):
        return FileId(kind, maker, product, name or "")
    return FileId(None, None, None, "")


def device(data: bytes, found: ByNumber, own: FileId) -> str:
    """Return the recording device's name; where file_id names none, the device_info of the file's creator does."""
    if own.product_name or (own.manufacturer in GARMIN_FAMILY and own.product is not None):
        return device_text(own.manufacturer, own.product, own.product_name)
    for f in found.get(profile.DEVICE_INFO, ()):
        for _pos, index, maker, product, name in read_rows(data, f, _DEVICE, texts=(27,), most=_DEVICES_READ):
            if index == _CREATOR and (name or product is not None):
                return device_text(own.manufacturer if maker is None else maker, product, name or "")
    return device_text(own.manufacturer, own.product, "")


def laps(data: bytes, found: ByNumber, clock: Clock) -> tuple[RawLap, ...]:
    """Return the laps as written, in file order. A lap without an end is given the end its length makes."""
    out = []
    rows = rows_of(data, found, profile.LAP, _LAP)
    for pos, stamp, start, elapsed, timer, distance, intensity, trigger, step in rows:
        elapsed_s = _scaled(elapsed, 1000.0)
        end = clock(pos) if stamp is None else stamp
        if end is None and start is not None and elapsed_s is not None:
            end = start + elapsed_s
        out.append(
            RawLap(
                _unix(start),
                _unix(end),
                elapsed_s,
                _scaled(timer, 1000.0),
                _scaled(distance, 100.0),
                word(profile.LAP_TRIGGERS, trigger, "trigger"),
                word(profile.INTENSITIES, intensity, "intensity"),
                step,
            )
        )
    return tuple(out)


def timer_events(data: bytes, found: ByNumber, clock: Clock) -> tuple[TimerEvent, ...]:
    """Return starts and stops of the timer by time; some watches write events in a block of their own."""
    events = []
    for pos, stamp, event, kind, trigger, narrow in rows_of(data, found, profile.EVENT, _EVENT):
        if event != profile.TIMER_EVENT or kind is None:
            continue
        running = kind in profile.TIMER_STARTS
        when = clock(pos) if stamp is None else stamp
        if when is None or not (running or kind in profile.TIMER_STOPS):
            continue
        auto = (narrow if trigger is None else trigger) == profile.AUTO_TRIGGER
        events.append(TimerEvent(_unix(when), running, auto))
    events.sort(key=_BY_TIME)
    return tuple(events)


def legs(data: bytes, found: ByNumber) -> tuple[Leg, ...]:
    """Return the sessions by start.

    The end is start plus elapsed time, for in multisport files the timestamp of a session can be its parent's; where it
    is the start that several have from their parent, the timestamps tell. A session of all sports is no leg beside
    those of each.
    """
    rows = rows_of(data, found, profile.SESSION, _SESSION)
    if len(rows) > 1:
        rows = [row for row in rows if row[4] != _MULTISPORT] or rows
    stamps = {row[1] for row in rows}
    shared_start = len({row[2] for row in rows}) < len(rows) == len(stamps) and None not in stamps
    out = []
    for _pos, stamp, start, elapsed, sport, sub_sport in rows:
        end = stamp if shared_start or start is None or elapsed is None else start + elapsed / 1000.0
        out.append(Leg(_unix(start), _unix(end), *_sport(sport, sub_sport)))
    out.sort(key=lambda leg: leg.start_unix_s)
    return tuple(out)


def sport_of(data: bytes, found: ByNumber) -> tuple[str, str]:
    """Return sport and sub-sport where no session says so: from the sport message, a lap, else the workout."""
    for number, fields in _SPORTS:
        for _pos, sport, sub_sport in rows_of(data, found, number, fields):
            if sport is not None:
                return _sport(sport, sub_sport)
    return "unknown", "generic"


def _sport(sport: int | None, sub_sport: int | None) -> tuple[str, str]:
    return (
        word(profile.SPORTS, sport, "sport") or "unknown",
        word(profile.SUB_SPORTS, sub_sport, "sub_sport") or "generic",
    )


def utc_offset_s(data: bytes, found: ByNumber, times: F8) -> tuple[int | None, Problem | None]:
    """Return local minus universal time by the activity message, to the quarter of an hour, if on this earth.

    Watches write it of the start or of the end. Where the local time lies in the time of the records, whose FIT times
    are given, and the universal one does not, an app has swapped the two, or its records are in local time: then the
    local time is not believed.
    """
    slack_s = _QUARTER_HOUR_S
    first, last = (times[0] - slack_s, times[-1] + slack_s) if len(times) else (0.0, 0.0)
    for _pos, stamp, local in rows_of(data, found, profile.ACTIVITY, _ACTIVITY):
        if stamp is None or local is None:
            continue
        if first < local < last and not first < stamp < last:
            message = "the records are of the file's local time, not of its universal time: the local time was left out"
            return None, Problem("no-local-time", message)
        offset = round((local - stamp) / _QUARTER_HOUR_S) * _QUARTER_HOUR_S
        if _WEST_S <= offset <= _EAST_S:
            return int(offset), None
    return None, None


def workout_steps(data: bytes, found: ByNumber) -> tuple[WorkoutStep, ...]:
    """Return the steps of a structured workout, by their index."""
    steps = []
    rows = rows_of(data, found, profile.WORKOUT_STEP, _STEP, (0,))
    for order, (_pos, index, name, kind, amount, intensity, target) in enumerate(rows):
        duration = word(profile.STEP_DURATIONS, kind, "duration")
        repeats = duration is not None and duration.startswith("repeat_until")
        steps.append(
            WorkoutStep(
                order if index is None else index,
                name,
                word(profile.INTENSITIES, intensity, "intensity"),
                duration,
                _scaled(amount, 1000.0) if duration in profile.STEP_TIMES else None,
                _scaled(amount, 100.0) if duration in profile.STEP_DISTANCES else None,
                amount if repeats else None,
                target if duration == "repeat_until_steps_complete" else None,
            )
        )
    return tuple(sorted(steps, key=lambda step: step.index))
