"""A FIT file's outside: headers, check sums, where each of several chained parts really ends."""

from __future__ import annotations

from typing import Final, NamedTuple

from fastcrc import crc16

from legspeed.model import Problem
from legspeed.readers.content import FIT_MAGIC
from legspeed.readers.fit.stream import Walker
from legspeed.settings import Limits

MAGIC: Final = FIT_MAGIC
_SHORT, _LONG = 12, 14  # bytes of a header without and with a check sum of its own
_CRC: Final = 2


class Part(NamedTuple):
    """One FIT file inside the bytes: its messages are ``data[body:end]``, the next part may begin at ``after``.

    ``slack`` is the number of bytes before `end` that may be a check sum instead of messages; ``cut`` tells that the
    file ends before the part does.
    """

    start: int
    body: int
    end: int
    after: int
    problems: tuple[Problem, ...]
    slack: int = 0
    cut: bool = False


def is_header(data: bytes, pos: int) -> bool:
    """Tell whether a FIT header begins at `pos`."""
    return data[pos + 8 : pos + 12] == MAGIC and data[pos] in (_SHORT, _LONG)


def _defines(data: bytes, pos: int) -> bool:
    """Tell whether a definition seems to begin at `pos`, as with every part's first message."""
    head = data[pos : pos + 3]
    return len(head) == 3 and head[0] & 0xD0 == 0x40 and head[1] == 0 and head[2] <= 1


def find_header(data: bytes, pos: int) -> int:
    """Return where the next FIT header begins at or after `pos`; the length of the data where there is none."""
    magic = data.find(MAGIC, pos + 8)
    while magic >= 0:
        if is_header(data, magic - 8):
            return magic - 8
        magic = data.find(MAGIC, magic + 1)
    return len(data)


def checksum(data: bytes, start: int, end: int) -> int:
    """Return the CRC-16/ARC of a stretch; 0 over bytes that end with their own right check sum."""
    return int(crc16.arc(memoryview(data)[start:end]))


def read_part(data: bytes, start: int, limits: Limits) -> Part:
    """Read the header at `start` and settle where its messages end.

    The size in the header is believed when the check sum behind it matches, or when nothing, or another header, comes
    after it. Otherwise the end is where a check sum would match, else where the messages themselves end.
    """
    body, problems = _body(data, start)
    stated = int.from_bytes(data[start + 4 : start + 8], "little")
    declared = body + stated
    if stated and declared + _CRC <= len(data):
        after = declared + _CRC
        if checksum(data, start, after) == 0:
            return Part(start, body, declared, after, tuple(problems))
        if after == len(data) or is_header(data, after):
            return Part(start, body, declared, after, (*problems, _wrong_crc()))
    after = find_header(data, body)
    if after - _CRC > body and _crc_with_right_size(data, start, body, after):
        found = after - _CRC - body
        return Part(start, body, after - _CRC, after, (*problems, _wrong_size(stated, found)))
    if stated and declared + _CRC <= len(data):
        return _by_content(data, start, body, declared, after, problems, limits)
    if stated == 0 or after < len(data):
        problems.append(_wrong_size(stated, after - body))
        return Part(start, body, after, after, tuple(problems), slack=_CRC)
    problems.append(_truncated(declared + _CRC - len(data)))
    return Part(start, body, min(declared, len(data)), len(data), tuple(problems), cut=True)


def _body(data: bytes, start: int) -> tuple[int, list[Problem]]:
    """Return where the messages begin and what is wrong with the header."""
    size = data[start]
    problems = []
    if size not in (_SHORT, _LONG):
        problems.append(Problem("size", f"the header states an odd length of {size} bytes for itself"))
        if size < _LONG or not _defines(data, start + size):  # the format lets it grow
            size = _LONG if data[start + _LONG : start + _LONG + 1] >= b"\x40" else _SHORT
    if size >= _LONG:
        stated = int.from_bytes(data[start + _SHORT : start + _LONG], "little")
        if stated and stated != checksum(data, start, start + _SHORT):  # 0 means that none was made, and is legal
            problems.append(Problem("crc", "the header's check sum does not match; it was read all the same"))
    return min(start + size, len(data)), problems


def _crc_with_right_size(data: bytes, start: int, body: int, after: int) -> bool:
    """Tell whether the check sum before `after` matches, as the header is or with the size put right in it."""
    if checksum(data, start, after) == 0:
        return True
    header = bytearray(data[start:body])
    header[4:8] = (after - _CRC - body).to_bytes(4, "little")
    if len(header) == _LONG and any(header[_SHORT:]):
        header[_SHORT:] = crc16.arc(bytes(header[:_SHORT])).to_bytes(2, "little")
    return int(crc16.arc(memoryview(data)[body:after], crc16.arc(bytes(header)))) == 0


def _by_content(
    data: bytes, start: int, body: int, declared: int, after: int, problems: list[Problem], limits: Limits
) -> Part:
    """Settle the end where neither size nor check sum fits: by which of the two ends the messages reach exactly."""
    walker = Walker(data, limits)
    pos, fault = walker.run(body, declared)
    if not fault:
        further, fault = walker.run(pos, after)
        tail = after - further
        if further == declared or tail not in (0, _CRC):
            return Part(start, body, declared, declared + _CRC, (*problems, _wrong_crc()))
    problems.append(_wrong_size(declared - body, after - body))
    return Part(start, body, after, after, tuple(problems), slack=_CRC)


def _wrong_crc() -> Problem:
    return Problem("crc", "the file's check sum does not match; its content was read all the same")


def _wrong_size(stated: int, found: int) -> Problem:
    return Problem("size", f"the header states {stated} bytes of messages where there are {found}")


def _truncated(missing: int) -> Problem:
    return Problem("truncated", f"the file ends {missing} bytes early; every complete message before the end was kept")
