"""Does a stream that could be walked to its end also make sense? Cheap questions, asked of every file.

A few bytes too many can shift all that follows and the walk may still find its way back by chance, some messages later
and without any error. Where one of these questions is answered badly, the careful walk takes over; it decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit_columns import Records
from legspeed.readers.fit_parts import Part
from legspeed.readers.fit_profile import FILE_ID, RECORD, TIMED
from legspeed.readers.fit_stream import Found

_NO_TIME: Final = 0xFFFFFFFF
_FEW: Final = 64  # messages of one definition that are looked at one by one
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
    known = times[~np.isnan(times)]
    if len(known) and bool(np.any(np.abs(np.diff(known)) > window_s)):
        return True
    if sum(len(f.marks) for f in found.values() if f.definition.number == FILE_ID) > 1:
        return True
    if not len(known):
        return False
    low, high = float(known.min()) - window_s, float(known.max()) + window_s
    return any(_strays(data, f, low, high) for f in found.values()) or _swallowed(
        data, part, found, records, times, window_s
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
    if definition.number == RECORD or definition.number not in TIMED or not definition.time_at or len(marks) > _FEW:
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


def _swallowed(
    data: bytes, part: Part, found: Mapping[bytes, Found], records: Records, times: F8, window_s: float
) -> bool:
    """Tell whether the file holds further records that the walk went past.

    Looked for are a record's header byte and, where its time would be, the two high bytes of a time, which change once
    in 18 hours. What is found beside the records that were read counts if its time lies between its neighbours'.
    """
    rows, places = records
    known = times[~np.isnan(times)].astype(np.int64) >> 16
    content = np.frombuffer(data, np.uint8)[part.body : part.end]
    smallest = min(r.stride for r in rows)
    # one place and time more on either side, so that the first and last record have neighbours too
    edges = np.concatenate([[part.body - smallest], places, [part.end + smallest]])
    bounds = np.concatenate([[np.nanmin(times) - window_s], times, [np.nanmax(times) + window_s]])
    shapes: dict[tuple[int, str], set[int]] = {}
    for r in rows:
        head = data[int(r.offsets[0])]
        if r.found.definition.time_at and head < _COMPRESSED:
            shapes.setdefault((r.found.definition.time_at, r.found.definition.order), set()).add(head)
    for (time_at, order), heads in shapes.items():
        high, low = (time_at + 3, time_at + 2) if order == "<" else (time_at, time_at + 1)
        n = max(len(content) - time_at - 4, 0)
        for half in {int(known.min()), int(known.max())}:
            alike = content[low : low + n] == half & 0xFF
            alike &= content[high : high + n] == half >> 8
            spots = np.flatnonzero(alike)
            first = content[spots]
            mine = np.zeros(len(spots), bool)
            for head in heads:
                mine |= first == head
            spots = spots[mine] + part.body
            after = np.searchsorted(edges, spots)
            beside = edges[after] != spots
            beside &= edges[after] - edges[after - 1] >= 2 * smallest
            spots, after = spots[beside], after[beside]
            if not len(spots):
                continue
            stamps = np.ndarray((len(data) - 3,), order + "u4", data, 0, (1,))[spots + time_at]
            between = (stamps > bounds[after - 1]) & (stamps < bounds[after])
            if not between.any():
                continue
            unread = between & ~_was_read(data, found)[spots]
            inner = (after > 1) & (after < len(places) + 1)
            # before the first and after the last record other messages have times too: one or two prove nothing
            if (unread & inner).any() or len(np.unique(stamps[unread])) >= _CONVINCING:
                return True
    return False


def _was_read(data: bytes, found: Mapping[bytes, Found]) -> npt.NDArray[np.bool_]:
    """Tell of every byte whether the walk read a message there that is no record."""
    read = np.zeros(len(data), bool)
    for f in found.values():
        if f.marks and f.definition.number != RECORD:
            read[f.offsets()] = True
    return read
