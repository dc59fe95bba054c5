"""A FIT file from its bytes to its recordings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from legspeed.errors import DamagedError, NotActivityError, ReadError
from legspeed.model import Problem
from legspeed.model.figures import has_value
from legspeed.readers.content import FIT_WITHOUT_ACTIVITY
from legspeed.readers.fit import columns, developer, exercises, summary
from legspeed.readers.fit.definitions import Definition, fields_of
from legspeed.readers.fit.parts import Part
from legspeed.readers.fit.profile import (
    FIELD_DESCRIPTION,
    FIT_EPOCH_S,
    MESSAGE_NAMES,
    NEEDED,
    RECORD,
)
from legspeed.readers.fit.records import compressed_clock
from legspeed.readers.fit.rows import is_short
from legspeed.readers.fit.stream import ByNumber
from legspeed.readers.fit.walk import parts_of, walk_part
from legspeed.readers.recording import Recording
from legspeed.settings import Limits

if TYPE_CHECKING:
    from legspeed.readers.fit.tables import MessageTable

_NAMED: Final = 4  # examples named in a problem's message
#: Fields that are read, by the number of their message; what is not in here cannot cost a value.
_READ: Final = {**summary.READ, **exercises.READ, RECORD: columns.READ, FIELD_DESCRIPTION: developer.READ}
_HEART: Final = frozenset({"heart_rate_bpm", "temperature_c"})  # channels of a strap that was not there


class Content(NamedTuple):
    """One part of a file: what it is and, if it holds records or strength sets, what makes up its recording.

    ``messages`` tells whether any message was found.
    """

    kind: int | None
    recording: dict[str, Any] | None
    messages: bool
    problems: list[Problem]


def messages(data: bytes, limits: Limits) -> tuple[MessageTable, ...]:
    """Return what is in a FIT file message by message; see :func:`legspeed.readers.fit.tables.messages`."""
    from legspeed.readers.fit import tables

    return tables.messages(data, limits)


def read(data: bytes, limits: Limits) -> tuple[Recording, ...]:
    """Read all activities of a FIT file.

    Parameters
    ----------
    data : bytes
        The whole content, decompressed.
    limits : Limits
        What it may cost at most.

    Returns
    -------
    tuple of Recording
        One per activity, in file order; times in seconds since 1970, columns in SI units, nothing cleaned. What was
        repaired or left out stands in their problems.

    Raises
    ------
    UnknownFormatError
        The content is no FIT.
    NotActivityError
        It is FIT of another type (settings, monitoring, a course …), or an activity without a recording.
    DamagedError
        Nothing could be read.
    LimitError
        It is larger than the limits allow.
    """
    parts, leftover = parts_of(data, limits)
    contents = [_decode(data, part, limits) for part in parts]
    activities = [c for c in contents if c.recording is not None and c.kind not in FIT_WITHOUT_ACTIVITY]
    if not activities:
        raise _nothing(contents)
    main = _without_straps(activities)
    left_out = [c for c in contents if all(c is not kept for kept in main)]
    after: list[Problem] = []
    if left_out:
        what = ", ".join(sorted({_part_word(c) for c in left_out}))
        text = f"chained parts without an activity were left out ({what})"
        after.append(Problem("trailing-data", text, len(left_out)))
    if leftover is not None:
        after.append(leftover)
    recordings = []
    for k, content in enumerate(main):
        problems = [*content.problems, *(after if k == len(main) - 1 else ())]
        if len(main) > 1:
            problems.append(Problem("several-activities", f"activity {k + 1} of {len(main)} in this file", len(main)))
        assert content.recording is not None
        recordings.append(Recording(format="fit", **content.recording, problems=_merged(problems)))
    return tuple(recordings)


def _decode(data: bytes, part: Part, limits: Limits) -> Content:
    """Decode one part."""
    messages, records, times, problems = walk_part(data, part, limits)
    problems = [*part.problems, *problems, *_field_problems(messages)]
    own = summary.file_id(data, messages)
    clock = _clock(data, messages)
    laps, steps = summary.laps(data, messages, clock), summary.workout_steps(data, messages)
    sets = exercises.strength_sets(data, messages, laps if len(times) else (), steps)
    if not len(times) and not sets:
        return Content(own.kind, None, bool(messages), problems)
    channels = columns.record_columns(data, records)
    extra = developer.developer_columns(records, developer.descriptions(data, messages))
    problems += _developer_problems(extra.undescribed, extra.misfits)
    offset_s, doubt = summary.utc_offset_s(data, messages, times)
    problems += [] if doubt is None else [doubt]
    legs = summary.legs(data, messages)
    sport, sub_sport = (legs[0].sport, legs[0].sub_sport) if legs else summary.sport_of(data, messages)
    recording = {
        "unix_s": times + FIT_EPOCH_S,
        "columns": channels,
        "developer": extra.values,
        "developer_units": extra.units,
        "stand_ins": extra.stand_ins,
        "laps": laps,
        "timer": summary.timer_events(data, messages, clock),
        "legs": legs if len(legs) > 1 else (),
        "sport": sport,
        "sub_sport": sub_sport,
        "device": summary.device(data, messages, own),
        "utc_offset_s": offset_s,
        "cadence_unit": "leg",
        "workout_steps": steps,
        "strength_sets": sets,
    }
    return Content(own.kind, recording, bool(messages), problems)


def _clock(data: bytes, messages: ByNumber) -> Callable[[int], float | None]:
    """Return what tells the time of a message with a compressed header; worked out when first asked."""
    known: dict[int, float] = {}

    def clock(pos: int) -> float | None:
        if data[pos] < 0x80:
            return None
        if not known:
            where, times = compressed_clock(data, chain.from_iterable(messages.values()))
            known.update(zip(where.tolist(), times.tolist(), strict=True))
        time = known.get(pos)
        return None if time is None or time != time else time

    return clock


def _field_problems(messages: ByNumber) -> list[Problem]:
    """Report fields of needed messages whose size or type cannot be right, and impossible byte-order marks.

    A field that is not read, or whose value is there all the same, costs nothing; the files of some makers are full of
    them.
    """
    definitions = [f.definition for found in messages.values() for f in found]
    flawed = [d for d in definitions if d.guessed or not d.fits]
    if not flawed:
        return []
    problems = []
    misfits: list[str] = []
    costly = False
    for definition in flawed:
        if definition.number in NEEDED and not definition.fits:
            words, costs = _misfits(definition)
            misfits += words
            costly = costly or costs
    guessed = sum(definition.guessed for definition in flawed)
    if misfits:
        text = _some(misfits) if costly else f"{_some(misfits)}; no value in use is lost"
        problems.append(Problem("bad-field", text, len(misfits), harmless=not costly))
    if guessed:
        text = "definitions with an impossible byte-order mark were read in the order that makes sense"
        problems.append(Problem("byte-order", text, guessed))
    return problems


@functools.lru_cache(maxsize=512)
def _misfits(definition: Definition) -> tuple[tuple[str, ...], bool]:
    """Say which fields of a definition cannot be right, and whether one of them costs a value that is wanted."""
    name, misfits, costly = MESSAGE_NAMES[definition.number], [], False
    wanted = _READ.get(definition.number, frozenset())
    seen: set[int] = set()
    for field in fields_of(definition):
        number, size, _at, kind = field
        wrong = ""
        if number in seen:
            wrong = "declared twice"
        elif kind is None:
            wrong = "of an unknown type"
        elif size == 0 or size % kind.width:
            wrong = f", {kind.name} in {size} byte{'s' * (size != 1)}"
        seen.add(number)
        if wrong:
            misfits.append(f"{name} field {number}{'' if wrong[0] == ',' else ' '}{wrong}")
            readable = is_short(field) and definition.number != RECORD
            costly = costly or (number in wanted and not readable)
    return tuple(misfits), costly


def _developer_problems(undescribed: Sequence[str], misfits: Sequence[str]) -> list[Problem]:
    """Report developer fields that could not be read."""
    problems = []
    if undescribed:
        text = f"developer fields without a description were left out: {_some(undescribed)}"
        problems.append(Problem("no-description", text, len(undescribed)))
    if misfits:
        problems.append(Problem("bad-field", _some(misfits), len(misfits)))
    return problems


def _some(items: Sequence[str]) -> str:
    """Name the first few of a list."""
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return "; ".join(items[:_NAMED]) + more


def _without_straps(activities: list[Content]) -> list[Content]:
    """Leave out parts that hold nothing but a heart-rate strap's memory, as long as something else is there."""
    moving = [c for c in activities if not _only_heart(c)]
    return moving or activities[:1]


def _only_heart(content: Content) -> bool:
    """Tell whether a part's records have no other channel than heart rate."""
    recording = content.recording
    if recording is None or recording["strength_sets"]:
        return False
    if any(offer.channel not in _HEART for offer in recording["stand_ins"]):
        return False
    return not any(name not in _HEART and has_value(column) for name, column in recording["columns"].items())


def _part_word(content: Content) -> str:
    """Name a part that is left out."""
    if content.kind in FIT_WITHOUT_ACTIVITY:
        return FIT_WITHOUT_ACTIVITY[content.kind]
    return "heart rates only" if content.recording is not None else "no records"


def _merged(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Add up problems of equal code."""
    merged: dict[str, Problem] = {}
    for problem in problems:
        before = merged.get(problem.code)
        if before is None:
            merged[problem.code] = problem
        else:
            text = before.message if problem.message == before.message else f"{before.message}; {problem.message}"
            harmless = before.harmless and problem.harmless
            merged[problem.code] = Problem(problem.code, text, before.count + problem.count, harmless)
    return tuple(merged.values())


def _nothing(contents: Sequence[Content]) -> ReadError:
    """Return the error for a file without any activity: what it is instead, and what to do."""
    first = contents[0]
    if first.kind in FIT_WITHOUT_ACTIVITY:
        what = FIT_WITHOUT_ACTIVITY[first.kind]
        return NotActivityError(f"a FIT file of type {what}, not of an activity; nothing to do with it")
    if not any(c.messages for c in contents):
        return DamagedError("the FIT file holds no complete message; copy it from the watch again")
    if any(c.problems for c in contents):
        found = "; ".join(p.message for c in contents for p in c.problems)
        return DamagedError(f"no record could be read from the FIT file ({found}); copy it from the watch again")
    return NotActivityError("the FIT file has no records: a summary without a recording, perhaps entered by hand")
