"""From bytes to found messages: part by part, quickly where all is well, carefully where it is not."""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

import numpy as np

from legspeed.errors import LimitError, UnknownFormatError
from legspeed.model import F8, Problem
from legspeed.readers.fit.doubt import doubtful, stray_headers
from legspeed.readers.fit.parts import MAGIC, Part, find_header, read_part
from legspeed.readers.fit.profile import RECORD
from legspeed.readers.fit.records import Records, gather, record_times
from legspeed.readers.fit.resync import salvage
from legspeed.readers.fit.stream import ByNumber, Walker, by_number
from legspeed.settings import Limits


class Walked(NamedTuple):
    """The messages of one part by their kind, the records among them with their FIT times, what was dropped."""

    messages: ByNumber
    records: Records
    times: F8
    problems: list[Problem]


def parts_of(data: bytes, limits: Limits) -> tuple[list[Part], Problem | None]:
    """Find the parts of a file; the problem names bytes that belong to none of them.

    Raises
    ------
    UnknownFormatError
        The content is no FIT.
    LimitError
        It is larger than the limits allow.
    """
    if len(data) > limits.file_bytes:
        raise LimitError(
            f"the file has {len(data)} bytes, more than the {limits.file_bytes:.0f} of settings.limits.file_bytes"
        )
    if data[8:12] != MAGIC:
        raise UnknownFormatError("this is no FIT file: the mark .FIT is missing from its header")
    parts: list[Part] = []
    start, junk = 0, 0
    while start < len(data):
        if len(parts) >= limits.fit_parts:
            return parts, Problem("limit", f"only the first {len(parts)} of the chained parts were read")
        parts.append(read_part(data, start, limits))
        after = min(parts[-1].after, len(data))
        start = find_header(data, after)
        junk += start - after
    if junk:
        return parts, Problem("trailing-data", f"{junk} bytes that belong to no message were left out")
    return parts, None


def walk_part(data: bytes, part: Part, limits: Limits, *, all_messages: bool = False) -> Walked:
    """Find the messages of a part; those that nobody reads only if `all_messages` are wanted.

    Raises
    ------
    LimitError
        For more messages or definitions than the limits allow.
    """
    walker = Walker(data, limits, all_messages=all_messages)
    pos, fault = walker.run(part.body, part.end)
    stray = walker.compressed and stray_headers(data, walker.found)
    wrong = stray or (bool(fault) and pos < part.end - part.slack and not (fault == "cut" and part.cut))
    if not wrong:
        messages = by_number(walker.found.values())
        records, times = _records(data, messages, compressed=walker.compressed)
        if not doubtful(data, part, messages, records, times, limits.fit_clock_s):
            return Walked(messages, records, times, [])
        if walker.skimmed:  # the doubt may be about bytes of what was passed over
            return walk_part(data, part, limits, all_messages=True)
    saved = salvage(data, part, limits, short_headers=not stray)
    problems = list(saved.problems)
    if saved.cut and not part.cut:
        problems.append(Problem("truncated", "the last message is incomplete and was left out"))
    messages = by_number(saved.found.values())
    return Walked(messages, *_records(data, messages, compressed=True), problems)


def _records(data: bytes, messages: ByNumber, *, compressed: bool) -> tuple[Records, F8]:
    """Lay out the records and their FIT times."""
    of_record = messages.get(RECORD)
    if not of_record:
        return Records(data, (), np.empty(0, np.int64)), np.empty(0)
    records = gather(data, of_record)
    return records, record_times(data, records, chain.from_iterable(messages.values()), compressed=compressed)
