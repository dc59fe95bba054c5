"""Does a stream that could be walked to its end also make sense? Cheap questions, asked of every file.

A few bytes too many can shift all that follows and the walk may still find its way back by chance, some messages later
and without any error. Where one of these questions is answered badly, the careful walk takes over; it decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit.parts import Part
from legspeed.readers.fit.profile import FILE_ID, RECORD, TIMED
from legspeed.readers.fit.records import Records
from legspeed.readers.fit.stream import Found

_NO_TIME: Final = 0xFFFFFFFF
_FEW: Final = 64  # messages of one definition that are looked at one by one
_MANY: Final = 32  # gaps looked into
_LARGE: Final = 4096  # bytes from which on numpy searches quicker
_CONVINCING: Final = 3  # times found beside all records that make it likely that they are records
_HABIT: Final = 0.1  # share of messages from which on something is a device's habit
_COMPRESSED: Final = 0x80  # header bytes from here on carry no time field of their own


def doubtful(
    data: bytes, part: Part, found: Mapping[bytes, Found], records: Records, times: F8, window_s: float
) -> bool:
    """Tell whether something in a stream looks shifted.

    Parameters
    ----------
    data : bytes
        The file.
    part : Part
        Which stretch of it.
    found : mapping
        All definitions with their messages.
    records : Records
        The records.
    times : ndarray, shape (n,)
        FIT time of each record.
    window_s : float
        Neighbours further apart than this are not of one recording.
    """
    timed = []
    ids = 0
    for f in found.values():
        number = f.definition.number
        if number == FILE_ID:
            ids += len(f.marks)
        elif number in TIMED and number != RECORD:
            timed.append(f)
    if ids > 1:
        return True
    known = times
    if len(times) and np.isnan(times.max()):
        known = times[~np.isnan(times)]
    if not len(known):
        return False
    steps = known[1:] - known[:-1]
    if len(steps) and (steps.max() > window_s or steps.min() < -window_s):
        return True
    first, last = float(known.min()) - window_s, float(known.max()) + window_s
    return any(_strays(data, f, first, last) for f in timed) or _swallowed(
        data, found, records, _gaps(part, records, times, first, last)
    )


def stray_headers(data: bytes, found: Mapping[bytes, Found]) -> bool:
    """Tell whether a few messages with a time of their own have a compressed-timestamp header all the same.

    Such a header stands for the time, so either a device writes them so throughout or they are shifted bytes.
    """
    content, short, total = np.frombuffer(data, np.uint8), 0, 0
    for f in found.values():
        if f.marks and f.definition.time_at:
            heads = content[f.offsets()]
            short += int((heads >= _COMPRESSED).sum())
            total += len(heads)
    return 0 < short < _HABIT * total


def _strays(data: bytes, found: Found, low: float, high: float) -> bool:
    """Tell whether one of a few messages has a time far from all records."""
    definition, marks = found.definition, found.marks
    if not definition.time_at or len(marks) > _FEW:
        return False
    side = "little" if definition.order == "<" else "big"
    for mark in marks:
        if mark < 0 or data[mark] & 0x80:
            continue
        at = mark + definition.time_at
        time = int.from_bytes(data[at : at + 4], side)  # type: ignore[arg-type]
        if time != _NO_TIME and not low <= time <= high:
            return True
    return False


class _Gap(NamedTuple):
    """Bytes between two neighbouring records, or outside all of them, and the times of records that would fit there."""

    start: int
    stop: int
    after: float
    before: float
    outside: bool


def _gaps(part: Part, records: Records, times: F8, first: float, last: float) -> list[_Gap]:
    """Return where records could have been overlooked: a step of the time leaves room for one, and the bytes do.

    Where most records have other messages between them, only wider places count.
    """
    places = records.places
    smallest = min(r.found.size for r in records.rows)
    wide = np.flatnonzero(times[1:] - times[:-1] >= 2)
    if len(wide):
        between = places[1:] - places[:-1]
        wide = wide[between[wide] >= 2 * smallest]
        if len(wide) > _MANY:
            wide = wide[between[wide] >= np.median(between) + smallest][:_MANY]
    gaps = [
        _Gap(start + 1, stop, after, before, False)
        for start, stop, after, before in zip(
            *(column.tolist() for column in (places[wide], places[wide + 1], times[wide], times[wide + 1])), strict=True
        )
    ]
    gaps.append(_Gap(part.body, int(places[0]), first, float(times[0]), True))
    gaps.append(_Gap(int(places[-1]) + 1, part.end, float(times[-1]), last, True))
    return gaps


def _swallowed(data: bytes, found: Mapping[bytes, Found], records: Records, gaps: Sequence[_Gap]) -> bool:
    """Tell whether a gap holds what looks like records that the walk went past.

    Looked for are the two high bytes of a time, which change once in 18 hours, with a record's header byte before them.
    """
    shapes: dict[tuple[int, str], set[int]] = {}
    for r in records.rows:
        head = data[r.found.marks[0]]
        if r.found.definition.time_at and head < _COMPRESSED:
            shapes.setdefault((r.found.definition.time_at, r.found.definition.order), set()).add(head)
    read: npt.NDArray[np.bool_] | None = None
    for gap in gaps:
        spots: list[tuple[int, int, int]] = []
        for (time_at, order), heads in shapes.items():
            spots += _lookalikes(data, gap, time_at, "little" if order == "<" else "big", heads)
        # before the first and after the last record other messages have times too: one or two prove nothing
        enough = _CONVINCING if gap.outside else 1
        if len(spots) < enough:
            continue
        if read is None:
            read = _was_read(data, found)
        if len({time for place, at, time in spots if not read[place] and not read[at]}) >= enough:
            return True
    return False


def _lookalikes(
    data: bytes, gap: _Gap, time_at: int, side: Literal["little", "big"], heads: set[int]
) -> list[tuple[int, int, int]]:
    """Return place, place of the time, and time of what looks like records in a gap."""
    start, stop, after, before, _outside = gap
    low, high = max(after, 0.0), min(before, float(_NO_TIME))
    if not low < high:  # a time that is not a number bounds nothing
        return []
    ahead = time_at + (2 if side == "little" else 0)
    spots: list[tuple[int, int, int]] = []
    first, last = int(low) >> 16, int(high) >> 16
    for half in (first,) if first == last else (first, last):
        pattern = half.to_bytes(2, side)
        if data.find(pattern, start + ahead, stop) < 0:
            continue
        for place in _find_all(data, pattern, start + ahead, stop, ahead):
            at = place + time_at
            if data[place] in heads:
                time = int.from_bytes(data[at : at + 4], side)
                if low < time < high:
                    spots.append((place, at, time))
    return spots


def _find_all(data: bytes, pattern: bytes, start: int, stop: int, ahead: int) -> list[int]:
    """Return where two bytes stand between `start` and `stop`, less `ahead`."""
    if stop - start > _LARGE:
        content = np.frombuffer(data, np.uint8)[start:stop]
        hits = np.flatnonzero((content[:-1] == pattern[0]) & (content[1:] == pattern[1]))
        return [int(hit) for hit in hits + (start - ahead)]
    places, hit = [], data.find(pattern, start, stop)
    while hit >= 0:
        places.append(hit - ahead)
        hit = data.find(pattern, hit + 1, stop)
    return places


def _was_read(data: bytes, found: Mapping[bytes, Found]) -> npt.NDArray[np.bool_]:
    """Tell of every byte whether the walk read a message, or a message's timestamp, there."""
    read = np.zeros(len(data), bool)
    for f in found.values():
        if f.marks:
            places = f.offsets()
            read[places] = True
            if f.definition.time_at:
                read[places + f.definition.time_at] = True
    return read
