"""Does a stream that could be walked to its end also make sense? Cheap questions, asked of every file.

A few bytes too many can shift all that follows and the walk may still find its way back by chance, some messages later
and without any error. Where one of these questions is answered badly, the careful walk takes over; it decides.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain, repeat
from typing import Final, NamedTuple

import numpy as np

from legspeed.model import F8
from legspeed.model.figures import highest, lowest, median
from legspeed.readers.fit.parts import Part
from legspeed.readers.fit.profile import FILE_ID, RECORD, TIMED
from legspeed.readers.fit.records import Records, anywhere
from legspeed.readers.fit.stream import ByNumber, Found

_NO_TIME: Final = 0xFFFFFFFF
_FEW: Final = 64  # messages of one definition that are looked at one by one
_MANY: Final = 32  # gaps looked into
_TIME_BYTES: Final = 4
_NEAR_BITS: Final = 16  # a time differs from its neighbours' in no more than so many of its lowest bits: 18 hours
_SMALL: Final = 1 << 16  # bytes of a file that is looked at as a whole before its gaps are
_CONVINCING: Final = 3  # times found beside all records that make it likely that they are records
_HABIT: Final = 0.1  # share of messages from which on something is a device's habit
#: Kinds of message that are written within the recording, with a right time.
_BESIDE_RECORDS: Final = tuple(TIMED - {RECORD})
_UINT32: Final = {order: struct.Struct(order + "I").unpack_from for order in "<>"}
_COMPRESSED: Final = 0x80  # header bytes from here on carry no time field of their own


def doubtful(data: bytes, part: Part, messages: ByNumber, records: Records, times: F8, window_s: float) -> bool:
    """Tell whether something in a stream looks shifted.

    Parameters
    ----------
    data : bytes
        The file.
    part : Part
        Which stretch of it.
    messages : mapping
        All messages by their kind.
    records : Records
        The records.
    times : ndarray, shape (n,)
        FIT time of each record.
    window_s : float
        Neighbours further apart than this are not of one recording.
    """
    if sum([len(f.marks) for f in messages.get(FILE_ID, ())]) > 1:
        return True
    known, steps = times, times[1:] - times[:-1]
    if np.count_nonzero(np.isnan(times)):
        known = times[~np.isnan(times)]
        steps = known[1:] - known[:-1]
    if not len(known):
        return False
    forward, back = (highest(steps), lowest(steps)) if len(steps) else (0.0, 0.0)
    if forward > window_s or back < -window_s:
        return True
    first, last = (float(known[0]), float(known[-1])) if back >= 0 else (lowest(known), highest(known))
    low, high = first - window_s, last + window_s
    if any([_strays(data, f, low, high) for number in _BESIDE_RECORDS for f in messages.get(number, ())]):
        return True
    return _swallowed(data, part, messages, records, times, (low, high))


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
    number, time_at = _UINT32[definition.order], definition.time_at
    for mark in marks:
        if mark < 0 or data[mark] & 0x80:
            continue
        (time,) = number(data, mark + time_at)
        if not low <= time <= high and time != _NO_TIME:
            return True
    return False


class _Gap(NamedTuple):
    """Bytes between two neighbouring records, or outside all of them, and the times of records that would fit there.

    ``enough`` are the times found there that make it likely that records were overlooked.
    """

    start: int
    stop: int
    after: float
    before: float
    enough: int


def _gaps(part: Part, records: Records, times: F8, low: float, high: float) -> list[_Gap]:
    """Return where records could have been overlooked: a step of the time leaves room for one, and the bytes do.

    Where most records have other messages between them, only wider places count.
    """
    places = records.places
    # before the first and after the last record other messages have times too: one or two prove nothing
    start, end, since, until = int(places[0]), int(places[-1]), float(times[0]), float(times[-1])
    gaps = [_Gap(part.body, start, low, since, _CONVINCING), _Gap(end + 1, part.end, until, high, _CONVINCING)]
    wide = (times[1:] - times[:-1] >= 2).nonzero()[0]
    if len(wide):
        between = places[1:] - places[:-1]
        smallest = min([f.size for f in records.found])
        wide = wide[between[wide] >= 2 * smallest]
        if len(wide) > _MANY:
            wide = wide[between[wide] >= median(between) + smallest][:_MANY]
    if len(wide):
        after = wide + 1
        columns = (places[wide] + 1, places[after], times[wide], times[after])
        gaps += map(_Gap, *[column.tolist() for column in columns], repeat(1))
    return gaps


class _Shape(NamedTuple):
    """How records look: the headers they have, and where their time is, in which byte order."""

    time_at: int
    order: str
    heads: set[int]


def _shapes(data: bytes, records: Records) -> list[_Shape]:
    """Return how the records look that have a time field."""
    heads: dict[tuple[int, str], set[int]] = {}
    for f in records.found:
        head = data[f.marks[0]]
        if f.definition.time_at and head < _COMPRESSED:
            heads.setdefault((f.definition.time_at, f.definition.order), set()).add(head)
    return [_Shape(time_at, order, own) for (time_at, order), own in heads.items()]


class _Spot(NamedTuple):
    """What looks like a record: its place, that of its time, and the time."""

    place: int
    at: int
    time: int


def _swallowed(
    data: bytes, part: Part, messages: ByNumber, records: Records, times: F8, bounds: tuple[float, float]
) -> bool:
    """Tell whether a gap holds what looks like records that the walk went past: a header, and a time that would fit."""
    low, high = max(bounds[0], 0.0), min(bounds[1], float(_NO_TIME))
    shapes = _shapes(data, records)
    if len(data) <= _SMALL and int(low) >> 24 == int(high) >> 24 and _are_alone(data, part, records, shapes, low):
        return False
    gaps = _gaps(part, records, times, low, high)
    hay = b"".join([data[gap[0] : gap[1]] for gap in gaps])
    stops = list(accumulate([gap[1] - gap[0] for gap in gaps]))
    fitting: dict[int, list[_Spot]] = {}
    for shape in shapes:
        for place, time in _lookalikes(hay, shape, low, high):
            number = bisect_right(stops, place)
            gap = gaps[number]
            if gap.after < time < gap.before:
                place += gap.stop - stops[number]
                spot = _Spot(place, place + shape.time_at, time)
                if _fills(spot, gap):
                    fitting.setdefault(number, []).append(spot)
    for number, spots in fitting.items():
        enough = gaps[number].enough
        if len(spots) >= enough and len({spot.time for spot in _unread(spots, messages)}) >= enough:
            return True
    return False


def _are_alone(data: bytes, part: Part, records: Records, shapes: Sequence[_Shape], time: float) -> bool:
    """Tell whether nothing but the records has their headers and, in the right place, the highest byte of `time`."""
    content, top = np.frombuffer(data, np.uint8), int(time) >> 24
    count = 0
    for shape in shapes:
        begin = shape.time_at + (_TIME_BYTES - 1 if shape.order == "<" else 0)
        tops = content[part.body + begin : part.end] == top
        for head in shape.heads:
            count += int(np.count_nonzero((content[part.body : part.end - begin] == head) & tops))
    return count == len(records.places)


def _fills(spot: _Spot, gap: _Gap) -> bool:
    """Tell whether the time of a record ends within a gap, and is near that of one of the neighbours."""
    near = (int(gap.after) >> _NEAR_BITS, int(gap.before) >> _NEAR_BITS)
    return spot.at + _TIME_BYTES <= gap.stop and spot.time >> _NEAR_BITS in near


def _lookalikes(hay: bytes, shape: _Shape, low: float, high: float) -> Iterable[tuple[int, int]]:
    """Return place and time of what looks like a record of that shape, by its header and the highest byte of its time.

    That byte changes twice a year, so it is looked for first.
    """
    time_at, order, heads = shape
    begin = time_at + (_TIME_BYTES - 1 if order == "<" else 0)  # from a record's header to that byte
    if len(hay) < begin + _TIME_BYTES:
        return ()
    content = np.frombuffer(hay, np.uint8)
    first, last = int(low) >> 24, int(high) >> 24
    tops = content[begin : len(hay) - time_at - _TIME_BYTES + 1 + begin]
    places = (tops == first if first == last else (tops >= first) & (tops <= last)).nonzero()[0]
    is_head = np.zeros(256, bool)
    for head in heads:
        is_head[head] = True
    places = places[is_head[content[places]]]
    if not len(places):
        return ()
    return zip(places.tolist(), anywhere(hay, order + "u4")[places + time_at].tolist(), strict=True)


def _unread(spots: Sequence[_Spot], messages: ByNumber) -> list[_Spot]:
    """Leave out spots at which the walk read a message, or a message's timestamp."""
    first, last = min(spot.place for spot in spots), max(spot.at for spot in spots)
    read: set[int] = set()
    for f in chain.from_iterable(messages.values()):
        time_at = f.definition.time_at
        places = f.between(first - time_at, last)
        read.update(places)
        if time_at:
            read.update([place + time_at for place in places])
    return [spot for spot in spots if spot.place not in read and spot.at not in read]
